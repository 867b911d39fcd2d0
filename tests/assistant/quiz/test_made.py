"""Items made by rule, held to what an exacting reader found in samples of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant.quiz.made.vocabulary import ECHO
from knowledge.models import LANGUAGES
from knowledge.quiz import Choice, Item, Matching
from knowledge.wording import fold
from tests.assistant.quiz import shelf


def made(rule: str) -> Iterator[tuple[str, Item]]:
    """The open items of a rule."""
    found = [
        (entry.id, entry.item) for entry in shelf.bank().entries.values() if entry.origin == "made" and not entry.faults
    ]
    yield from ((key, item) for key, item in found if key.startswith(f"{rule}-"))


@pytest.mark.parametrize(
    ("rule", "least"),
    [
        ("english", 180),
        ("pairs", 12),
        ("wording", 90),
        ("reply", 80),
        ("rule", 60),
        ("next", 30),
        ("given-up", 15),
        ("term", 25),
    ],
)
def test_every_rule_makes_enough(rule: str, least: int) -> None:
    assert len(list(made(rule))) >= least


def beginnings(name: str) -> set[str]:
    words = (re.sub(r"(.)\1", r"\1", word) for word in re.findall(r"[a-z]+", fold(name)))
    return {word[:ECHO] for word in words if len(word) >= ECHO}


def test_no_english_name_alone_sounds_like_the_french_one() -> None:
    for key, item in made("english"):
        assert isinstance(item, Choice)
        asked = beginnings(re.findall(r"« (.+) »", item.stem["fr"])[0])
        right = next(beginnings(one.text["en"]) for one in item.options if one.correct)
        others = set().union(*(beginnings(one.text["en"]) for one in item.options if not one.correct))
        assert asked & right <= others, key


def test_no_pair_is_put_together_by_its_sound() -> None:
    for key, item in made("pairs"):
        assert isinstance(item, Matching)
        assert not any(beginnings(pair.left["fr"]) & beginnings(pair.right["en"]) for pair in item.pairs), key


def test_a_term_follows_a_word_that_needs_no_elision() -> None:
    for _, item in made("english"):
        assert not re.search(r"\b(de|le|que) « [aeiouyhéèêà]", item.stem["fr"], re.IGNORECASE)


def test_every_point_that_is_asked_about_stands_alone() -> None:
    leaning = re.compile(
        r"^(It|They|These|For the others|Ils?|Elles?|Pour les autres)\b|\bparagra\w+ \d|\bthat time\b|\bce délai\b"
    )
    for key, item in made("wording"):
        assert isinstance(item, Choice)
        assert not any(leaning.search(one.text[lang]) for one in item.options for lang in LANGUAGES), key


def test_figures_are_compared_where_one_differs() -> None:
    """The reason of a wrong wording names its figure and ours, each as it stands in its text."""
    compared = 0
    for key, item in made("wording"):
        assert isinstance(item, Choice)
        ours = next(one for one in item.options if one.correct)
        for one in item.options:
            found = re.search(r"figures: (.+) here, (.+) in the wording", one.why["en"])
            if found:
                assert found[1] in one.text["en"], key
                assert found[2] in ours.text["en"], key
                compared += 1
    assert compared >= 30


def test_a_true_wish_repeated_is_offered_beside_every_reply() -> None:
    for key, item in made("reply"):
        assert isinstance(item, Choice)
        assert any(one.id == "repeats" for one in item.options), key
        assert len(item.options) >= 3
