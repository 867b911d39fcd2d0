"""What answers are worth, as the blueprint has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assistant.quiz.formula import compute
from assistant.quiz.mark import Response, chosen, mark, read_number
from assistant.quiz.question import NAMES, arrangement, numbers, put
from knowledge.errors import InvalidInput
from knowledge.quiz import Calculation, Item
from tests.assistant.quiz import shelf

SEED = "seed"
TYPES = ("single", "truth", "fallback", "multiple", "matching", "terms", "ordering", "calculation", "defect", "open")


def named(item: Item, *at: int) -> tuple[str, ...]:
    """The names under which answers of the item are shown."""
    order = arrangement("x", item, SEED)
    return tuple(NAMES[order.index(place)] for place in at)


def score(item: Item, **response: Any) -> float:
    return mark("x", item, SEED, Response(**response), "en").score


@pytest.mark.parametrize(("given", "worth"), [((0,), 1.0), ((1,), 0.0), ((), 0.0)])
def test_a_choice_is_right_or_wrong(given: tuple[int, ...], worth: float) -> None:
    item = shelf.item()
    assert score(item, choices=named(item, *given)) == worth


@pytest.mark.parametrize(
    ("given", "worth"), [((0, 1), 1.0), ((0,), 0.5), ((1,), 0.5), ((0, 2), 0.0), ((2,), 0.0), ((2, 3), 0.0), ((), 0.0)]
)
def test_of_several_keys_one_may_be_missing(given: tuple[int, ...], worth: float) -> None:
    item = shelf.item("multiple")
    assert score(item, choices=named(item, *given)) == worth


def test_ticking_everything_is_refused() -> None:
    item = shelf.item("multiple")
    with pytest.raises(InvalidInput, match="choose 2"):
        score(item, choices=("a", "b", "c", "d", "e"))


@pytest.mark.parametrize("wrong", range(5))
def test_pairs_count_one_by_one(wrong: int) -> None:
    item = shelf.item("matching")
    right = named(item, 0, 1, 2, 3)
    given = {str(at + 1): name for at, name in enumerate(right)}
    for at in range(wrong - (wrong == 4)):
        given[str(at + 1)] = right[(at + 1) % 4]
    if wrong == 4:
        given = {str(at + 1): right[(at + 1) % 4] for at in range(4)}
    assert score(item, pairs=given) == {0: 1.0, 1: 0.75, 2: 0.5, 3: 0.25, 4: 0.0}[wrong]


@pytest.mark.parametrize(
    ("order", "worth"),
    [
        ((0, 1, 2, 3, 4), 1.0),
        ((1, 0, 2, 3, 4), 0.5),
        ((4, 1, 2, 3, 0), 0.5),
        ((1, 2, 0, 3, 4), 0.0),
        ((4, 3, 2, 1, 0), 0.0),
    ],
)
def test_one_swap_is_worth_half(order: tuple[int, ...], worth: float) -> None:
    item = shelf.item("ordering")
    assert score(item, order=named(item, *order)) == worth


@pytest.mark.parametrize(
    ("given", "worth"),
    [
        ({"b": "vague", "c": "vague"}, 1.0),
        ({"b": "vague"}, 0.5),
        ({"b": "vague", "a": "vague"}, 0.5),
        ({"b": "unlawful", "c": "vague"}, 0.5),
        ({}, 0.0),
    ],
)
def test_a_defect_counts_with_its_kind(given: dict[str, str], worth: float) -> None:
    assert score(shelf.item("defect"), defects=given) == worth


def test_free_text_is_told_what_was_found_and_missed() -> None:
    marked = mark("x", shelf.item("open"), SEED, Response(text="Alpha comes first; then ECHO comes  fifth!"), "fr")
    assert [line.text for line in marked.lines if line.correct] == ["alpha comes first", "echo comes fifth"]
    assert (marked.score, marked.verdict) == (0.4, "partial")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_calculation_takes_its_own_numbers(lang: Any) -> None:
    item = shelf.item("calculation")
    assert isinstance(item, Calculation)
    for seed in map(str, range(20)):
        drawn = numbers("x", item, seed)
        assert Decimal(99) <= drawn["availability_pct"] <= Decimal("99.9")
        stem = put("x", item, seed, lang).stem
        assert f"{drawn['days']:.0f} " in stem
        assert "{" not in stem
        due = compute(item.formula, drawn)
        assert mark("x", item, seed, Response(value=f"{due:.1f}"), lang).score == 1
        assert mark("x", item, seed, Response(value=str(due + 2)), lang).score == 0


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("43 min", "43"),
        ("99,9 %", "99.9"),
        ("1,234,567", "1234567"),
        ("1\u202f234,50 €", "1234.50"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, value: str) -> None:
    assert read_number(typed, "en") == read_number(typed, "fr") == Decimal(value)


def test_a_comma_before_three_digits_is_read_by_language() -> None:
    assert (read_number("9,000 euros", "en"), read_number("9,000", "fr")) == (Decimal(9000), Decimal(9))
    assert read_number("-12,345", "en") == Decimal(-12345)
    assert read_number("12,34", "en") == Decimal("12.34")


@pytest.mark.parametrize("typed", ["", "many", "1-2", "--"])
def test_what_is_no_number_is_said(typed: str) -> None:
    with pytest.raises(InvalidInput, match="not a number"):
        read_number(typed, "en")


@pytest.mark.parametrize("kind", TYPES)
def test_the_key_does_not_show(kind: str) -> None:
    """Neither names nor places tell: every answer comes to stand in every place, and nothing else differs."""
    item = shelf.item(kind)
    question = put("x", item, SEED, "en")
    assert "why" not in repr(question)
    assert [answer.id for answer in question.answers] == list(NAMES[: len(question.answers)])
    if kind not in ("calculation", "open", "defect"):
        firsts = {put("x", item, str(n), "en").answers[0].text for n in range(60)}
        assert firsts == {answer.text for answer in question.answers}


@pytest.mark.parametrize("kind", TYPES)
def test_both_languages_are_the_same_question(kind: str) -> None:
    item = shelf.item(kind)
    assert arrangement("x", item, "s") == arrangement("x", item, "s")
    english, french = put("x", item, "s", "en"), put("x", item, "s", "fr")
    assert [answer.text for answer in english.answers] == [answer.text for answer in french.answers]


def test_steps_are_never_shown_in_order() -> None:
    item = shelf.item("ordering")
    assert all(arrangement("x", item, str(n)) != sorted(arrangement("x", item, str(n))) for n in range(300))


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", {"choices": ("z",)}),
        ("matching", {"pairs": {"9": "a"}}),
        ("ordering", {"order": ("a", "b")}),
        ("ordering", {"order": ("a",) * 5}),
        ("defect", {"defects": {"z": "vague"}}),
        ("open", {"text": "x" * 5000}),
        ("single", {"choices": ("a", "b")}),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, response: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        score(shelf.item(kind), **response)


def test_what_was_chosen_keeps_its_own_name() -> None:
    item = shelf.item()
    for seed in map(str, range(10)):
        order = arrangement("x", item, seed)
        assert chosen("x", item, seed, Response(choices=(NAMES[order.index(2)],))) == ("charlie",)
