"""The gate holds back what is unsound, and lets the shipped items through."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from assistant.quiz.gate import faults, longest_keys
from assistant.quiz.source import Sources
from knowledge.models import LANGUAGES
from tests.assistant.quiz import shelf

Spoil = Callable[[dict[str, Any]], Any]


def found(kind: str, spoil: Spoil | None = None) -> list[str]:
    raw = copy.deepcopy(shelf.item(kind).model_dump(mode="json"))
    if spoil:
        spoil(raw)
    return faults(shelf.ITEM.validate_python(raw), shelf.library(), Sources(shelf.library()))


@pytest.mark.parametrize(
    "kind", ["single", "truth", "multiple", "matching", "ordering", "calculation", "defect", "open"]
)
def test_a_sound_item_passes(kind: str) -> None:
    assert found(kind) == []


def _set(*path: Any, to: Any) -> Spoil:
    def spoil(raw: dict[str, Any]) -> None:
        place: Any = raw
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return spoil


LONG = " ".join(["a very long option that says far more than it needs to"] * 3)
SPOILT: list[tuple[str, Spoil, str]] = [
    ("single", _set("topic", to="nothing"), "no topic"),
    ("single", _set("authorities", to=["nothing"]), "no authority"),
    ("single", _set("clause", to="nothing"), "no clause"),
    ("single", _set("source", "guidance", to="nothing"), "no guidance text"),
    ("single", _set("source", "quote", "en", to="Automatic acknowledgements do count."), "does not stand"),
    ("single", _set("source", "quote", "fr", to="ne comptent"), "words"),
    ("single", _set("options", 1, "text", "en", to="Alpha  comes first!"), "two answers"),
    ("single", _set("options", 1, "text", "fr", to="Toutes les réponses ci-dessus"), "refers to the others"),
    ("single", _set("options", 3, "text", "en", to="None of the above at all"), "refers to the others"),
    ("single", _set("options", 1, "why", "en", to="No."), "no reason"),
    ("single", _set("options", 0, "text", "en", to=LONG), "stands out"),
    ("single", _set("options", 2, "text", "fr", to=LONG), "times the shortest"),
    ("single", _set("stem", "en", to="word " * 120), "stem has more"),
    ("single", _set("options", 0, "text", "en", to="It is 77 days in all"), "speaks of the answer"),
    ("multiple", _set("stem", "en", to="What about automatic acknowledgements?"), "does not say to choose"),
    ("matching", _set("pairs", 1, "right", "en", to="alpha"), "right side"),
    ("defect", _set("segments", 1, "defect", to="ugly"), "no kind of defect"),
    ("calculation", _set("formula", to="nothing"), "no formula"),
    ("calculation", _set("numbers", "days", "maximum", to=31000000), "nothing wrong"),
    (
        "calculation",
        _set("stem", "fr", to="Combien d'accusés de réception automatiques sur {days} jours ?"),
        "does not show",
    ),
    ("open", _set("elements", 0, "said", "fr", to=["zebra"]), "finds the element"),
]


@pytest.mark.parametrize(("kind", "spoil", "says"), SPOILT)
def test_a_fault_is_found_and_named(kind: str, spoil: Spoil, says: str) -> None:
    lines = found(kind, spoil)
    if says == "nothing wrong":
        assert lines == []
    else:
        assert any(says in line for line in lines), lines


def test_words_for_lawyers_are_not_quoted() -> None:
    library = shelf.library()
    document = next(one for one in library.guidance if any(p.visibility == "internal" for p in one.passages))
    other = next(one for one in library.guidance if one.topics == document.topics and one.lang != document.lang)
    quotes = {
        one.lang: next(" ".join(p.text.split()[:15]) for p in one.passages if p.visibility == "internal")
        for one in (document, other)
    }
    item = shelf.item(topic=document.topics[0], source={"guidance": document.topics[0], "quote": quotes})
    assert any("for lawyers" in line for line in faults(item, library, Sources(library)))


def test_every_rule_passes_the_gate_often_enough() -> None:
    made = [entry for entry in shelf.bank().entries.values() if entry.origin == "made"]
    sound = [entry for entry in made if not entry.faults]
    assert len(sound) >= 300
    assert {"wording", "given", "next", "english", "pairs", "term", "terms", "rule", "figure"} <= {
        entry.id.partition("-")[0] for entry in sound
    }


def test_a_reader_who_takes_the_longest_answer_does_not_pass() -> None:
    items = [entry.item for entry in shelf.bank().entries.values() if not entry.faults]
    for lang in LANGUAGES:
        assert longest_keys(items, lang) < 0.4
