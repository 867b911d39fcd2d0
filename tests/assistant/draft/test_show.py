"""What a draft shows, and to whom."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from assistant.draft.drafter import Drafter
from assistant.draft.show import as_document, as_json, clause_json, listing
from knowledge.library import load
from knowledge.models import LANGUAGES, Audience
from prompts.markdown import markdown

LIBRARY = load()
TODAY = dt.date(2026, 12, 1)
DRAFT = Drafter(LIBRARY, None, lambda: TODAY).draft(
    "plafond de responsabilité à 150 % des 12 derniers mois, prestataire"
)
CONTRACT = {
    "clause_id",
    "type",
    "title",
    "position",
    "origin",
    "text",
    "variables",
    "notes",
    "alternatives",
    "fallbacks",
    "authorities",
    "topics",
}


def test_the_shape_that_the_contract_promises() -> None:
    shown = as_json(DRAFT, "lawyer")
    (clause,) = shown["clauses"]
    assert {"request", "language", "clauses", "warnings", "elapsed_ms"} <= shown.keys()
    assert clause.keys() >= CONTRACT
    assert (clause["clause_id"], clause["origin"]) == ("liability.provider", "library")
    assert [other["clause_id"] for other in clause["alternatives"]] == ["liability.customer", "liability.balanced"]
    (cap,) = [variable for variable in clause["variables"] if variable["name"] == "cap_pct"]
    assert cap | {"label": None, "hint": None} == {
        "name": "cap_pct", "label": None, "type": "number", "unit": "% de la base", "value": 150, "default": cap["default"], "missing": False,
        "given": True, "minimum": 50, "maximum": 300, "in_range": True, "choices": [], "hint": None, "required": False,
    }  # fmt: skip
    assert [step["id"] for step in clause["ladder"]] == clause["fallbacks"]
    assert len(clause["ladder"]) >= 3
    assert shown["understood"]["values"] == [
        {"name": "cap_pct", "value": 150, "said": "150 %"}, {"name": "cap_basis", "value": "fees-12-months", "said": "12 derniers mois"}
    ]  # fmt: skip
    json.dumps(shown)


@pytest.mark.parametrize("audience", ["client", "trainee"])
def test_only_lawyers_see_what_is_internal(audience: Audience) -> None:
    clause = LIBRARY.clauses["liability"]
    secret = [*clause.red_flags["fr"], clause.walk_away["fr"], clause.escalation["fr"], clause.ladder[0].give["fr"]]
    secret += [clause.variant(position).why["fr"] for position in clause.positions]
    written = [
        json.dumps(as_json(DRAFT, audience), ensure_ascii=False),
        json.dumps(clause_json(clause, audience, TODAY), ensure_ascii=False),
        markdown(as_document(DRAFT, LIBRARY, audience)),
    ]
    for text in written:
        assert not [words for words in secret if words in text]
    for words in secret:
        assert words in json.dumps(clause_json(clause, "lawyer", TODAY), ensure_ascii=False)


def test_the_document_says_what_the_clause_rests_on() -> None:
    text = markdown(as_document(DRAFT, LIBRARY, "lawyer"))
    assert text.startswith("# Responsabilité : plafonds et exclusions\n")
    for paragraph in DRAFT.clauses[0].text.splitlines():
        assert paragraph in text
    for key in DRAFT.clauses[0].clause.variant("provider").authorities:
        assert LIBRARY.authorities[key].text["fr"] in text
    assert "150" in text


def test_every_clause_can_be_listed_and_shown() -> None:
    assert [entry["type"] for entry in listing(LIBRARY)] == sorted(LIBRARY.clauses)
    for clause in LIBRARY.clauses.values():
        shown = clause_json(clause, "lawyer", TODAY)
        json.dumps(shown)
        assert {position["clause_id"] for position in shown["positions"]} == {clause.id_of(p) for p in clause.positions}
        assert all(set(position["text"]) == set(LANGUAGES) for position in shown["positions"])
