"""A checklist for a negotiation: every point with what we want, why, the words to propose, what to answer and what to give.

The words come from the clauses, the talk from `negotiation.yaml`. A point keeps its status and its notes when it goes out as a
table and comes back (`sheet`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.checklist.names import (
    OWNER_NAMES,
    PRIORITIES,
    PRIORITY_NAMES,
    SETTLED,
    STAGE_NAMES,
    STAGES,
    STATUS_NAMES,
    TITLE,
    Status,
)
from knowledge.clause import Value
from knowledge.library import Library
from knowledge.models import Language, Position, Side
from knowledge.negotiation import Priority, Stage


@dataclass(frozen=True, slots=True)
class Selected:
    """A clause type that a checklist is to hold. `reason` says where it comes from; `found` quotes a contract that was read."""

    type: str
    position: Position
    values: Mapping[str, Value]
    reason: str = ""
    found: str = ""
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """A fallback: the words, what they give up and what they keep, for the side that we act for."""

    text: str
    gives: str
    keeps: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a checklist. A point that a person added has an id of its own, a title and a note, and nothing else."""

    id: str
    title: str
    stage: Stage
    priority: Priority
    status: Status = "open"
    note: str = ""
    position: Position | None = None
    want: str = ""
    matters: str = ""
    wording: str = ""
    fallbacks: tuple[Rung, ...] = ()
    walk_away: str = ""
    objection: str = ""
    reply: str = ""
    trades: tuple[str, ...] = ()
    decides: str = ""
    escalation: str = ""
    authorities: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    reason: str = ""
    found: str = ""
    review_due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The points of one negotiation, in the order of its stages."""

    title: str
    side: Side
    language: Language
    made_on: dt.date
    points: tuple[Point, ...]

    def progress(self) -> dict[str, int]:
        """How many points there are, how many are settled, and how many of the must-haves are."""
        must = [point for point in self.points if point.priority == "must"]
        return {
            "points": len(self.points),
            "settled": sum(point.status in SETTLED for point in self.points),
            "must_have": len(must),
            "must_have_settled": sum(point.status in SETTLED for point in must),
            **Counter(point.status for point in self.points),
        }

    def stages(self) -> Iterator[tuple[Stage, tuple[Point, ...]]]:
        """Each stage that has points, with them, the weightiest first."""
        for stage in STAGES:
            points = [point for point in self.points if point.stage == stage]
            if points:
                yield stage, tuple(sorted(points, key=lambda point: PRIORITIES.index(point.priority)))


def checklist(
    library: Library, selected: Iterable[Selected], *, side: Side, lang: Language, today: dt.date, title: str = ""
) -> Checklist:
    """The points for what was selected, a type once. Raises `NotFound` for an unknown clause type."""
    points: dict[str, Point] = {}
    for one in selected:
        points.setdefault(one.type, _point(library, one, side, lang))
    ordered = sorted(points.values(), key=lambda p: (STAGES.index(p.stage), PRIORITIES.index(p.priority)))
    return Checklist(title or TITLE[lang], side, lang, today, tuple(ordered))


def merge(made: Checklist, kept: Iterable[Point]) -> Checklist:
    """`made` with the statuses and notes of `kept`; what a person added there stays, at the end of its stage."""
    by_id = {point.id: point for point in kept}
    points = [
        replace(point, status=by_id[point.id].status, note=by_id[point.id].note) if point.id in by_id else point
        for point in made.points
    ]
    known = {point.id for point in made.points}
    return replace(made, points=(*points, *(point for point in by_id.values() if point.id not in known)))


def public(made: Checklist) -> Checklist:
    """`made` without what is for lawyers: the ladder, where to stop, the talk and when to pass on."""
    bare = (
        replace(point, fallbacks=(), walk_away="", objection="", reply="", escalation="", trades=())
        for point in made.points
    )
    return replace(made, points=tuple(bare))


def as_json(made: Checklist) -> dict[str, Any]:
    """The checklist as data: what templates are given, and what the outside contract has."""
    return {
        "title": made.title,
        "side": made.side,
        "language": made.language,
        "made_on": made.made_on.isoformat(),
        "ai_generated": False,  # every word is the library's, or a person's
        "progress": made.progress(),
        "stages": [
            {"stage": stage, "name": STAGE_NAMES[made.language][stage], "points": [_json(p, made) for p in points]}
            for stage, points in made.stages()
        ],
    }


def _point(library: Library, one: Selected, side: Side, lang: Language) -> Point:
    clause = library.clause(one.type)
    known = library.negotiation.get(one.type)
    values = clause.values(one.position, one.values)
    variant = clause.variant(one.position)
    stance = known.stance(side) if known else None
    rungs = [
        Rung(clause.fill(step.text[lang], values, lang), step.give[lang], step.get[lang]) for step in clause.ladder
    ]
    if side == "provider":  # what the customer gives up is what the provider keeps
        rungs = [Rung(rung.text, rung.keeps, rung.gives) for rung in reversed(rungs)]
    keys = variant.authorities
    return Point(
        id=clause.type,
        title=clause.title[lang],
        stage=known.stage if known else "negotiation",
        priority=one.priority or (stance.priority if stance else "important"),
        position=one.position,
        want=stance.want[lang] if stance else clause.purpose[lang],
        matters=stance.matters[lang] if stance else "",
        wording=clause.fill(variant.text[lang], values, lang),
        fallbacks=tuple(rungs),
        walk_away=clause.walk_away[lang] if side == "customer" else "",
        objection=stance.objection[lang] if stance else "",
        reply=stance.reply[lang] if stance else "",
        trades=tuple(library.clauses[kind].title[lang] for kind in known.trades if kind in library.clauses)
        if known
        else (),
        decides=OWNER_NAMES[lang][stance.decides] if stance else "",
        escalation=clause.escalation[lang],
        authorities=keys,
        law=tuple(f"{library.authorities[key].ref[lang]}" for key in keys if key in library.authorities),
        topics=clause.topics,
        reason=one.reason,
        found=one.found,
        review_due=clause.review_due,
    )


def _json(point: Point, made: Checklist) -> dict[str, Any]:
    lang = made.language
    return {
        "id": point.id,
        "title": point.title,
        "stage": point.stage,
        "priority": point.priority,
        "priority_name": PRIORITY_NAMES[lang][point.priority],
        "status": point.status,
        "status_name": STATUS_NAMES[lang][point.status],
        "note": point.note,
        "position": point.position,
        "want": point.want,
        "matters": point.matters,
        "wording": point.wording,
        "fallbacks": [{"text": rung.text, "gives": rung.gives, "keeps": rung.keeps} for rung in point.fallbacks],
        "walk_away": point.walk_away,
        "objection": point.objection,
        "reply": point.reply,
        "trades": list(point.trades),
        "decides": point.decides,
        "escalation": point.escalation,
        "authorities": list(point.authorities),
        "law": list(point.law),
        "topics": list(point.topics),
        "reason": point.reason,
        "found": point.found,
        "review_due": point.review_due.isoformat() if point.review_due else None,
        "overdue": bool(point.review_due and point.review_due < made.made_on),
    }
