"""Where the points of a checklist come from."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.checklist.origin import from_draft, from_review, from_topics
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library


def test_topics_choose_the_clauses_that_are_about_them(library: Library) -> None:
    chosen = from_topics(library, ["liability-cap"], "provider")
    assert "liability" in [one.type for one in chosen]
    assert {one.position for one in chosen} == {"provider"}
    assert len(from_topics(library, [], "customer")) == len(library.clauses)


def test_every_topic_with_a_clause_gives_a_checklist(library: Library) -> None:
    for topic in {topic for clause in library.clauses.values() for topic in clause.topics}:
        assert from_topics(library, [topic], "customer")


def test_an_unknown_topic_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInput, match="no topic 'nope'"):
        from_topics(library, ["nope"], "customer")


def test_a_topic_without_a_clause_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInput, match="no clause of the library is about assistant-scope"):
        from_topics(library, ["assistant-scope"], "customer")


DRAFT: dict[str, Any] = {
    "clauses": [{"type": "liability", "position": "balanced", "variables": [{"name": "cap_pct", "value": 120}]}]
}


def test_a_draft_keeps_its_positions_and_figures(library: Library) -> None:
    (one,) = from_draft(library, DRAFT)
    assert (one.type, one.position, one.values["cap_pct"]) == ("liability", "balanced", 120)


@pytest.mark.parametrize("draft", [{}, {"clauses": "x"}, {"clauses": [{"type": "liability"}]}, {"clauses": [1]}])
def test_what_is_no_draft_is_refused(library: Library, draft: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="clausier draft --json"):
        from_draft(library, draft)


def test_a_draft_of_a_clause_that_is_not_there_is_refused(library: Library) -> None:
    with pytest.raises(NotFound):
        from_draft(library, {"clauses": [{"type": "nope", "position": "balanced"}]})


def finding(verdict: str, severity: str, clause: str, quote: str = "") -> dict[str, Any]:
    return {"verdict": verdict, "severity": severity, "proposed_clause_id": clause, "quote": quote, "why": "Because."}


def test_findings_come_gravest_first_and_sound_ones_not_at_all() -> None:
    review = {
        "findings": [
            finding("deviates", "low", "fees.customer", "the words"),
            finding("matches_standard", "high", "audit.customer"),
            finding("missing", "high", "liability.balanced"),
        ]
    }
    chosen = from_review(review, "customer", "fr")
    assert [(one.type, one.position, one.priority) for one in chosen] == [
        ("liability", "balanced", "must"),
        ("fees", "customer", "nice"),
    ]
    assert chosen[0].reason == "Absent du contrat. Because."
    assert chosen[1].found == "the words"


def test_what_is_no_review_is_refused() -> None:
    with pytest.raises(InvalidInput, match="clausier review --json"):
        from_review({"clauses": []}, "customer", "en")
