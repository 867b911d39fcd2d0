"""A checklist as it is kept: statuses and notes stay with their points, whatever comes and goes around them."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import pytest

from assistant.checklist.origin import from_topics
from assistant.checklist.points import Point
from knowledge.errors import InvalidInput
from knowledge.library import Library, load
from web.workspace.meeting import LONGEST_NOTE, build, content, with_own, with_points, with_state

TODAY = dt.date(2026, 3, 1)


@cache
def library() -> Library:
    return load()


@pytest.fixture
def kept() -> dict[str, Any]:
    made = content(from_topics(library(), ["liability-cap", "termination"], "customer"), "customer", "fr")
    stored: dict[str, Any] = json.loads(json.dumps(made))
    return stored


def points(kept: dict[str, Any]) -> dict[str, Point]:
    return {one.id: one for one in build(kept, "Acme", library(), TODAY).points}


def test_it_is_built_from_what_was_kept(kept: dict[str, Any]) -> None:
    made = build(kept, "Acme", library(), TODAY)
    assert (made.title, made.side, made.language) == ("Acme", "customer", "fr")
    assert "liability" in points(kept)
    assert build(kept, "Acme", library(), TODAY, "en").language == "en"


def test_a_state_stays_with_its_point(kept: dict[str, Any]) -> None:
    changed = with_state(kept, "liability", "agreed", "vu")
    assert (points(changed)["liability"].status, points(changed)["liability"].note) == ("agreed", "vu")
    others = {key: one.status for key, one in points(changed).items() if key != "liability"}
    assert set(others.values()) == {"open"}
    assert len(with_state(kept, "liability", "open", "x" * 10_000)["kept"]["liability"]["note"]) == LONGEST_NOTE


@pytest.mark.parametrize(("point", "status"), [("liability", "perhaps"), ("nothing", "agreed"), ("", "open")])
def test_what_cannot_be_kept(kept: dict[str, Any], point: str, status: str) -> None:
    with pytest.raises(InvalidInput):
        with_state(kept, point, status, "")


def test_points_of_ones_own(kept: dict[str, Any]) -> None:
    changed = with_own(kept, "A parking space")
    (key,) = set(points(changed)) - set(points(kept))
    assert points(changed)[key].title == "A parking space"
    assert points(with_state(changed, key, "refused", "no"))[key].status == "refused"
    with pytest.raises(InvalidInput):
        with_own(kept, "")


def test_a_table_brings_states_and_new_points(kept: dict[str, Any]) -> None:
    table = (
        Point("liability", "another title", "negotiation", "must", "traded", "against price"),
        Point("own-7", "A new row", "exit", "nice", "open", "note"),
    )
    found = points(with_points(with_state(kept, "termination-breach", "agreed", "before"), table))
    assert (found["liability"].status, found["liability"].note) == ("traded", "against price")
    assert found["liability"].title != "another title"
    assert (found["own-7"].title, found["own-7"].stage, found["own-7"].priority) == ("A new row", "exit", "nice")
    assert found["termination-breach"].note == "before"


def test_a_clause_that_the_library_lost_does_not_lose_its_note(kept: dict[str, Any]) -> None:
    changed = with_state(kept, "liability", "agreed", "vu")
    for one in changed["selected"]:
        if one["type"] == "liability":
            one["type"] = "gone"
    assert points(changed)["liability"].note == "vu"
    assert "gone" not in points(changed)
