"""Agreements that are collected: order, what was settled, and files without the notes unless they are asked for."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import pytest

from assistant.draft.write import write
from knowledge.clause import Value
from knowledge.errors import InvalidInput
from knowledge.library import Library, load
from web.workspace.collected import MOST, drafted, entry, export, moved, with_entry

TODAY = dt.date(2026, 3, 1)


@cache
def library() -> Library:
    return load()


def added(*kinds: str, **given: Value) -> dict[str, Any]:
    content: dict[str, Any] = {"clauses": []}
    for kind in kinds:
        clause = library().clause(kind)
        known = {name: value for name, value in given.items() if name in clause.variables}
        content = with_entry(content, entry(write(clause, "customer", "en", known)))
    stored: dict[str, Any] = json.loads(json.dumps(content))
    return stored


def test_what_was_settled_is_kept_and_the_rest_follows_the_library() -> None:
    content = added("liability", cap_pct=222, direct_loss_list=("replacement-provider",))
    assert content["clauses"][0]["values"] == {"cap_pct": 222, "direct_loss_list": ["replacement-provider"]}
    for lang in ("en", "fr"):
        (found,) = drafted(content, library(), lang)
        assert "222" in found.text
        assert found.given == {"cap_pct", "direct_loss_list"}


def test_a_clause_of_the_same_type_takes_its_place() -> None:
    content = with_entry(added("liability", "confidentiality"), added("liability", cap_pct=111)["clauses"][0])
    assert [(one["type"], one["values"]) for one in content["clauses"]] == [
        ("liability", {"cap_pct": 111}),
        ("confidentiality", {}),
    ]


@pytest.mark.parametrize(
    ("kind", "move", "order"),
    [
        ("fees", "up", ["fees", "liability", "audit"]),
        ("liability", "up", ["liability", "fees", "audit"]),
        ("fees", "down", ["liability", "audit", "fees"]),
        ("audit", "down", ["liability", "fees", "audit"]),
        ("fees", "out", ["liability", "audit"]),
        ("nothing", "out", ["liability", "fees", "audit"]),
    ],
)
def test_order(kind: str, move: Any, order: list[str]) -> None:
    assert [one["type"] for one in moved(added("liability", "fees", "audit"), kind, move)["clauses"]] == order


def test_what_the_library_no_longer_has_is_left_out() -> None:
    content = added("liability", "audit")
    content["clauses"][0]["type"] = "gone"
    content["clauses"][1]["values"] = {"gone": 1}
    assert [one.clause.type for one in drafted(content, library(), "en")] == ["audit"]


def test_notes_are_written_for_lawyers() -> None:
    found = drafted(added("liability"), library(), "fr")
    why = found[0].clause.variant("customer").why["fr"]
    texts = {who: export("A", found, library(), "fr", who, "md", TODAY).decode() for who in ("lawyer", "client")}
    opening = why[:40]
    assert opening in texts["lawyer"].replace("\\", "")
    assert opening not in texts["client"].replace("\\", "")
    assert export("A", found, library(), "fr", "client", "docx", TODAY).startswith(b"PK")


def test_what_cannot_be_written() -> None:
    found = drafted(added("liability"), library(), "fr")
    with pytest.raises(InvalidInput, match="no clause"):
        export("A", [], library(), "fr", "client", "docx", TODAY)
    with pytest.raises(InvalidInput, match="format"):
        export("A", found, library(), "fr", "client", "exe", TODAY)
    full = {"clauses": [{"type": str(n), "position": "balanced", "values": {}} for n in range(MOST)]}
    with pytest.raises(InvalidInput, match="begin another"):
        with_entry(full, added("liability")["clauses"][0])
