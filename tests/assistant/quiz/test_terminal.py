"""The quiz in the terminal: answers as they are typed, what is told, and the end."""

from __future__ import annotations

from random import Random

import pytest

from assistant.quiz.bank import Bank
from assistant.quiz.draw import Wanted
from assistant.quiz.mark import Response
from assistant.quiz.question import put
from assistant.quiz.source import Sources
from assistant.quiz.terminal import Console, read, run
from knowledge.errors import InvalidInput
from tests.assistant.quiz import shelf


@pytest.mark.parametrize(
    ("kind", "typed", "given"),
    [
        ("single", "B", Response(choices=("b",))),
        ("multiple", "a, c", Response(choices=("a", "c"))),
        ("matching", "1b 2a", Response(pairs={"1": "b", "2": "a"})),
        ("ordering", "c a b", Response(order=("c", "a", "b"))),
        ("defect", "b=vague c=one-sided", Response(defects={"b": "vague", "c": "one-sided"})),
        ("calculation", "1 234,5", Response(value="1 234,5")),
        ("open", "In my own words", Response(text="In my own words")),
    ],
)
def test_answers_are_read_as_they_are_typed(kind: str, typed: str, given: Response) -> None:
    assert read(put("x", shelf.item(kind), "s", "en"), typed) == given


def test_a_pair_without_a_letter_is_said() -> None:
    with pytest.raises(InvalidInput, match="1b 2a"):
        read(put("x", shelf.item("matching"), "s", "en"), "1")


def talk(lang: str, *typed: str, count: int = 3) -> tuple[str, tuple[float, int]]:
    said: list[str] = []
    answers = iter(typed)
    console = Console(said.append, lambda _prompt: next(answers, ""))
    entries = {f"i{n}": shelf.entry(f"i{n}", shelf.item()) for n in range(5)}
    result = run(
        Bank(entries), Sources(shelf.library()), Wanted(), lang, count, Random(1), shelf.NOW, console  # type: ignore[arg-type]
    )  # fmt: skip
    return "\n".join(said), result


@pytest.mark.parametrize(("lang", "source"), [("en", "Source: "), ("fr", "Source : ")])
def test_every_answer_is_told_with_its_source(lang: str, source: str) -> None:
    said, (points, count) = talk(lang, "a", "b", "c")
    assert count == 3
    assert 0 <= points <= 3
    assert said.count(source) == 3
    assert said.count(shelf.item().source.quote[lang]) == 3  # type: ignore[index]


def test_a_slip_costs_nothing_and_an_empty_line_ends_it() -> None:
    said, (_, count) = talk("en", "z", "a", "")
    assert "there is no answer 'z'" in said
    assert count == 1
