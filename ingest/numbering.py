"""The automatic numbers of a Word document: "3.2", "(a)", "Article IV", counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.markup import child, children, flag, value
from ingest.numerals import numeral, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LEVELS = 9
LONGEST = 100
"""Characters of a number, its words included."""

_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level is numbered. It starts anew after a level up to `restart` (counted from 1) was used."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    hidden: bool = False
    paragraph_style: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One list: its counters are those of `abstract`, shared with other lists of the same kind."""

    abstract: str
    levels: dict[int, Level]
    restarted: frozenset[int] = frozenset()


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    series: dict[str, Series] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def level_of(self, number_id: str, paragraph_style: str) -> int | None:
        """The level that a list keeps for paragraphs of a style."""
        levels = self.series[number_id].levels if number_id in self.series else {}
        return next((at for at, level in levels.items() if level.paragraph_style == paragraph_style), None)

    def restart(self, number_id: str) -> None:
        """Let a list begin anew."""
        if number_id in self.series:
            self.counts.pop(self.series[number_id].abstract, None)

    def next(self, number_id: str, at: int, start: int | None = None) -> str:
        """Count one paragraph of a list at a level (from 0) and give what stands before it; a bullet is a dash.

        `start` is the number that this one paragraph says it has.
        """
        series = self.series.get(number_id)
        if series is None or at not in series.levels:
            return ""
        counts = self.counts.setdefault(series.abstract, {})
        if number_id not in self.begun:
            self.begun.add(number_id)
            for restarted in series.restarted:
                counts.pop(restarted, None)
        level = series.levels[at]
        counts[at] = start if start is not None else counts[at] + 1 if at in counts else level.start
        for deeper in [deeper for deeper in counts if deeper > at]:
            until = series.levels[deeper].restart if deeper in series.levels else None
            if until is None or at < until:
                del counts[deeper]
        return "" if level.hidden else _label(series.levels, level, counts)


def read_numbering(root: Element | None) -> Numbering:
    """What `numbering.xml` says; a document without one has no lists."""
    numbering = Numbering()
    if root is None:
        return numbering
    kinds = {value(kind, "abstractNumId") or "": kind for kind in children(root, "abstractNum")}
    linked = {value(child(kind, "styleLink")): kind for kind in kinds.values() if child(kind, "styleLink") is not None}
    for number in children(root, "num"):
        abstract = value(child(number, "abstractNumId")) or ""
        kind = kinds.get(abstract)
        link = value(child(kind, "numStyleLink"))
        if link is not None and link in linked:
            kind = linked[link]
            abstract = value(kind, "abstractNumId") or ""
        levels = _levels(kind) if kind is not None else {}
        restarted = set()
        for override in children(number, "lvlOverride"):
            at = whole(value(override, "ilvl"), 0)
            levels.update(_levels(override))
            start = child(override, "startOverride")
            if start is not None:
                levels[at] = replace(levels.get(at, Level()), start=whole(value(start), 1))
                restarted.add(at)
        numbering.series[value(number, "numId") or ""] = Series(abstract, levels, frozenset(restarted))
    return numbering


def _levels(parent: Element) -> dict[int, Level]:
    """The levels described under an abstract list or an override."""
    levels = {}
    for level in children(parent, "lvl"):
        restart = child(level, "lvlRestart")
        style = child(level, "numFmt")
        levels[whole(value(level, "ilvl"), 0)] = Level(
            start=whole(value(child(level, "start")), 0),
            style=value(style) or "decimal",
            text=value(child(level, "lvlText")) or "",
            restart=None if restart is None else whole(value(restart), LEVELS),
            legal=child(level, "isLgl") is not None,
            hidden=bool(flag(child(level, "rPr", "vanish"))),
            paragraph_style=value(child(level, "pStyle")),
        )
    return levels


def _label(levels: dict[int, Level], level: Level, counts: dict[int, int]) -> str:
    """What Word prints before the paragraph."""
    if level.style == "bullet":
        return "-"

    def place(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        shown = levels.get(at, Level())
        return numeral(counts.get(at, shown.start), "decimal" if level.legal else shown.style)

    return _PLACE.sub(place, level.text[:LONGEST])[:LONGEST].strip()
