"""Where in a Word file the characters of its text stand: paragraphs, and in them the atoms that a reader sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.compose import clean, tidy
from ingest.markup import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BLANKS = str.maketrans("\u00a0\u202f", "  ")
"""Blanks that do not break may stand in the file where the text has others."""
_DELETED = frozenset(("del", "moveFrom"))
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_APART = frozenset(("pPr", "rPr", "txbxContent", "instrText", "delText", "AlternateContent"))


@dataclass(slots=True)
class Atom:
    """A character that is shown: in which run, in which element of it, and where there."""

    sign: str
    run: Element
    element: Element
    at: int


@dataclass(slots=True)
class Place:
    """A paragraph of the file and what it shows; `start` and `end` are where that stands in the text that was read."""

    element: Element
    ordinal: int
    start: int
    end: int
    atoms: list[Atom] = field(repr=False)

    def span(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Atoms from and to, for offsets in the text; `None` where the paragraph shows something else than the text says."""
        shown = text[self.start : self.end]
        solid = list(_solid(self.atoms))
        if sum(not sign.isspace() for sign in shown) != len(solid):
            return None
        first = _solid_before(shown, start - self.start)
        last = _solid_before(shown, end - self.start)
        if first == last:
            at = solid[first] if first < len(solid) else len(self.atoms)
            return at, at
        stop = solid[last - 1] + 1
        while stop < len(self.atoms) and unicodedata.combining(self.atoms[stop].sign):
            stop += 1
        return solid[first], stop


def places(root: Element, text: str) -> list[Place]:
    """The paragraphs whose words stand in `text`, in order. Others (contents, hidden text, notes) have no place."""
    found: list[Place] = []
    cursor, plain = 0, text.translate(_BLANKS)
    for ordinal, paragraph in enumerate(root.iter(str(root.tag).rpartition("}")[0] + "}p")):
        atoms = list(_atoms(paragraph))
        shown = tidy("".join(atom.sign for atom in atoms))
        at = plain.find(shown.translate(_BLANKS), cursor) if shown else -1
        if at != -1:
            found.append(Place(paragraph, ordinal, at, at + len(shown), atoms))
            cursor = at + len(shown)
    return found


def covering(found: Sequence[Place], start: int, end: int) -> list[Place]:
    """The paragraphs that a stretch of the text touches."""
    return [place for place in found if place.start < end and start < place.end]


def _atoms(element: Element, run: Element | None = None) -> Iterator[Atom]:
    for part in element:
        name = local(part)
        if name in _DELETED or name in _APART:
            continue
        if name == "r":
            yield from _atoms(part, part)
        elif name == "t" and run is not None:
            yield from (Atom(sign, run, part, at) for at, sign in enumerate(part.text or ""))
        elif name in _SIGNS and run is not None:
            yield Atom(_SIGNS[name], run, part, 0)
        elif name != "p":
            yield from _atoms(part, run)


def _solid(atoms: Sequence[Atom]) -> Iterator[int]:
    """The atoms that make up the characters of the text that are no blanks: a letter and an accent that follows it are one."""
    at = 0
    while at < len(atoms):
        end = at + 1
        while end < len(atoms) and unicodedata.combining(atoms[end].sign):
            end += 1
        cleaned = clean("".join(atom.sign for atom in atoms[at:end]))
        yield from range(at, min(end, at + sum(not sign.isspace() for sign in cleaned)))
        at = end


def _solid_before(shown: str, offset: int) -> int:
    return sum(not sign.isspace() for sign in shown[: max(0, offset)])
