"""Points of a checklist: from the clauses and what a negotiator knows, for either side, in either language."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from assistant.checklist.names import PRIORITIES, STAGES, STATUSES
from assistant.checklist.origin import from_topics
from assistant.checklist.points import Checklist, Point, Selected, as_json, checklist, merge
from knowledge.errors import NotFound
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language, Side
from tests.assistant.checklist.conftest import TODAY


def one(library: Library, kind: str, side: Side, lang: Language = "en") -> Point:
    selected = [Selected(kind, side, {})]
    return checklist(library, selected, side=side, lang=lang, today=TODAY).points[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("side", ["customer", "provider"])
def test_every_clause_type_gives_a_whole_point(library: Library, side: Side, lang: Language) -> None:
    made = checklist(library, from_topics(library, [], side), side=side, lang=lang, today=TODAY)
    assert {point.id for point in made.points} == set(library.clauses)
    for point in made.points:
        assert point.want
        assert point.wording
        assert len(point.fallbacks) >= 3
        assert point.law
        assert "{" not in point.wording + "".join(rung.text for rung in point.fallbacks)
        assert point.stage in STAGES
        assert point.priority in PRIORITIES


def test_the_customer_goes_down_the_ladder_and_the_provider_up(library: Library) -> None:
    customer, provider = one(library, "liability", "customer"), one(library, "liability", "provider")
    steps = library.clauses["liability"].ladder
    assert [rung.gives for rung in customer.fallbacks] == [step.give["en"] for step in steps]
    assert [rung.gives for rung in provider.fallbacks] == [step.get["en"] for step in reversed(steps)]
    assert customer.walk_away
    assert not provider.walk_away  # the clause says where the customer stops


def test_what_was_given_stands_in_the_wording(library: Library) -> None:
    selected = [Selected("liability", "balanced", {"cap_pct": 175})]
    made = checklist(library, selected, side="customer", lang="en", today=TODAY)
    assert "175 %" in made.points[0].wording


def test_a_type_stands_once(library: Library) -> None:
    selected = [Selected("fees", "customer", {}, reason="first"), Selected("fees", "provider", {}, reason="second")]
    made = checklist(library, selected, side="customer", lang="en", today=TODAY)
    assert [point.reason for point in made.points] == ["first"]


def test_an_unknown_type_is_refused_with_a_hint(library: Library) -> None:
    with pytest.raises(NotFound, match="liability"):
        checklist(library, [Selected("liabilty", "customer", {})], side="customer", lang="en", today=TODAY)


def test_points_stand_by_stage_and_weight(made: Checklist) -> None:
    order = [(STAGES.index(p.stage), PRIORITIES.index(p.priority)) for p in made.points]
    assert order == sorted(order)
    assert [p.id for _, points in made.stages() for p in points] == [p.id for p in made.points]


def test_progress_counts_what_is_settled(made: Checklist) -> None:
    points = [
        replace(point, status=status, priority="must") for point, status in zip(made.points, STATUSES, strict=False)
    ]
    progress = replace(made, points=tuple(points)).progress()
    assert progress["points"] == len(points)
    assert progress["settled"] == progress["must_have_settled"] == len(points) - 1
    assert progress["open"] == 1


def test_merging_keeps_states_notes_and_what_a_person_added(made: Checklist) -> None:
    kept = [
        replace(made.points[1], status="traded", note="contre le prix"),
        Point("own-7", "Le logo", "signature", "nice", "open", "à ne pas oublier"),
    ]
    merged = merge(made, kept)
    assert [p.id for p in merged.points] == [*(p.id for p in made.points), "own-7"]
    assert (merged.points[1].status, merged.points[1].note) == ("traded", "contre le prix")
    assert merged.points[1].wording == made.points[1].wording
    assert merged.points[0] == made.points[0]
    assert merge(merged, kept) == merged


def test_an_overdue_clause_says_so(library: Library) -> None:
    late = library.clauses["fees"].review_due + dt.timedelta(days=1)
    shown = as_json(checklist(library, [Selected("fees", "customer", {})], side="customer", lang="en", today=late))
    assert shown["stages"][0]["points"][0]["overdue"] is True
    before = as_json(checklist(library, [Selected("fees", "customer", {})], side="customer", lang="en", today=TODAY))
    assert before["stages"][0]["points"][0]["overdue"] is False
