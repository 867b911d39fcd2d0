"""Pairs of texts are found wherever they stand; what a person has read is not asked about again until it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import equivalent
from knowledge.library import ROOT, load
from knowledge.twins import accept, discordant, twins
from tests.fakes import small_library

SAID = "- Every remaining month falling due at the first late payment."
TWIN = "- Toutes les mensualités restantes exigibles au premier retard."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_library(tmp_path / "library", ("late-payment",))


def _edit(root: Path, new: str) -> None:
    path = root / "guidance/fr/late-payment.md"
    text = path.read_text("utf-8")
    assert TWIN in text
    path.write_text(text.replace(TWIN, new), "utf-8")


def test_every_kind_of_content_has_its_pairs() -> None:
    places = {twin.place.partition("/")[0].partition(",")[0] for twin in twins(load(), ROOT)}
    assert places >= {
        "guidance",
        "clauses",
        "authorities.yaml",
        "topics.yaml",
        "figures.yaml",
        "definitions.yaml",
        "quizzes",
    }


def test_words_of_a_contract_are_told_from_notes() -> None:
    wording = {
        twin.place.split(", ")[1] for twin in twins(load(), ROOT) if twin.place.startswith("clauses/") and twin.wording
    }
    notes = {
        twin.place.split(", ")[1]
        for twin in twins(load(), ROOT)
        if twin.place.startswith("clauses/") and not twin.wording
    }
    assert wording == {"positions", "ladder", "variables"}
    assert {"purpose", "red_flags", "walk_away"} <= notes


def test_what_was_read_is_not_asked_about_until_it_changes(root: Path) -> None:
    accept(load(root), root)
    assert [*discordant(load(root), root)] == []
    _edit(root, "- Aucune mensualité restante exigible au premier retard.")
    (place, found) = next(discordant(load(root), root))
    assert (place, found.kind) == ('guidance/fr/late-payment.md, "Signaux d\'alerte"', "negation")
    assert [one for one, _ in accept(load(root), root, "guidance/en")] == []
    assert [one for one, _ in accept(load(root), root, "guidance/fr")] == [place]
    assert [*discordant(load(root), root)] == []


def test_what_differs_no_more_is_forgotten(root: Path) -> None:
    accept(load(root), root)
    before = equivalent.load(root)
    _edit(root, "- Aucune mensualité restante exigible au premier retard.")
    accept(load(root), root)
    assert len(equivalent.load(root)) == len(before) + 1
    path = root / "guidance/fr/late-payment.md"
    path.write_text(
        path.read_text("utf-8").replace("- Aucune mensualité restante exigible au premier retard.", TWIN), "utf-8"
    )
    accept(load(root), root)
    assert equivalent.load(root) == before
