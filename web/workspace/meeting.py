"""A checklist as somebody keeps it: which points it has, and where each of them stands."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from assistant.checklist.names import STATUSES
from assistant.checklist.points import Checklist, Point, Selected, checklist, merge
from assistant.draft.show import plain_value
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Side

LONGEST_NOTE: Final = 8000


def content(selected: Iterable[Selected], side: Side, lang: Language) -> dict[str, Any]:
    """What is kept of a new checklist."""
    return {
        "side": side,
        "lang": lang,
        "selected": [
            {
                "type": one.type,
                "position": one.position,
                "values": {name: plain_value(value) for name, value in one.values.items()},
                "reason": one.reason,
                "found": one.found,
                "priority": one.priority,
            }
            for one in selected
        ],
        "kept": {},
    }


def build(
    kept: Mapping[str, Any], title: str, library: Library, today: dt.date, lang: Language | None = None
) -> Checklist:
    """The checklist with its statuses and notes. A clause type that the library no longer has stays as a bare point."""
    language: Language = lang or ("fr" if kept["lang"] == "fr" else "en")
    selected = [
        Selected(
            one["type"],
            one["position"],
            _values(library, one["type"], one["values"]),
            one.get("reason") or "",
            one.get("found") or "",
            one.get("priority"),
        )
        for one in kept["selected"]
        if one["type"] in library.clauses
    ]
    side: Side = "provider" if kept["side"] == "provider" else "customer"
    made = checklist(library, selected, side=side, lang=language, today=today, title=title)
    points = [
        Point(
            id=key,
            title=state.get("title") or key,
            stage=state.get("stage", "negotiation"),
            priority=state.get("priority", "important"),
            status=state.get("status", "open"),
            note=state.get("note", ""),
        )
        for key, state in kept["kept"].items()
    ]
    return merge(made, points)


def with_state(kept: Mapping[str, Any], point: str, status: str, note: str) -> dict[str, Any]:
    """`kept` with where a point stands. Raises `InvalidInput` for a status that is none, and a point that is not there."""
    if status not in STATUSES:
        raise InvalidInput(f"{status!r} is no status: choose of {', '.join(STATUSES)}")
    if point not in kept["kept"] and point not in {one["type"] for one in kept["selected"]}:
        raise InvalidInput("the checklist has no such point: reload it")
    state = {**kept["kept"].get(point, {}), "status": status, "note": note[:LONGEST_NOTE]}
    return {**kept, "kept": {**kept["kept"], point: state}}


def with_points(kept: Mapping[str, Any], points: Sequence[Point]) -> dict[str, Any]:
    """`kept` with the points of a table that came back: their statuses and notes, and those that are new."""
    known = {one["type"] for one in kept["selected"]}
    states = dict(kept["kept"])
    for point in points:
        state: dict[str, Any] = {"status": point.status, "note": point.note[:LONGEST_NOTE]}
        if point.id not in known:
            state |= {"title": point.title, "stage": point.stage, "priority": point.priority}
        states[point.id] = state
    return {**kept, "kept": states}


def with_own(kept: Mapping[str, Any], title: str) -> dict[str, Any]:
    """`kept` with a point that somebody adds. Raises `InvalidInput` for one without a title."""
    if not title:
        raise InvalidInput("a point needs a title: say in a few words what is to be settled")
    state = {"title": title[:300], "status": "open", "note": "", "stage": "negotiation", "priority": "important"}
    return {**kept, "kept": {**kept["kept"], f"own-{secrets.token_hex(4)}": state}}


def _values(library: Library, kind: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    clause = library.clauses[kind]
    values: dict[str, Any] = {}
    for name, value in kept.items():
        try:
            values |= clause.read({name: value}) if value is not None else {}
        except InvalidInput:
            continue
    return values
