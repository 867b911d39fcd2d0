"""How a new article looks: numbered, styled and lettered as the article before it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ingest.markup import child, children, local, value
from ingest.redline.place import Place, covering
from ingest.redline.revise import Pen
from ingest.styles import Styles, numbered

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LONGEST_HEADING: Final = 120
"""Characters of a first paragraph that is a heading."""
_APART: Final = frozenset(("rPr", "sectPr", "pPrChange", "pageBreakBefore"))
"""Properties of one paragraph that are not those of the next."""
_MARKS: Final = frozenset(("ins", "del", "moveFrom", "moveTo", "rPrChange", "vanish", "highlight"))
_TYPED = re.compile(
    r"(?P<before>\s*(?:(?:article|clause|section|art\.)\s*)?)(?P<number>\d{1,3})(?P<after>\s*[.):°–—-]*\s+)", re.I
)
_BELOW = re.compile(r"(?P<before>\s*)(?P<article>\d{1,3})\.\d{1,2}(?P<after>[.)]?\s+)")
_OWN = re.compile(r"(?P<number>\d{1,2})[.)]\s+")


@dataclass(frozen=True, slots=True)
class Form:
    """How a paragraph is set: its properties, those of its letters, its words."""

    properties: Element | None
    letters: Element | None
    words: str
    is_numbered: bool
    """Whether the word processor counts it."""


@dataclass(frozen=True, slots=True)
class Look:
    """The heading of an article and a paragraph beneath it."""

    heading: Form
    body: Form

    def paragraphs(self, words: Sequence[str], nth: int, pen: Pen) -> list[Element]:
        """New paragraphs in this look, the first a heading where it reads as one; `nth` new article after this one."""
        is_headed = len(words) > 1 and len(words[0]) <= LONGEST_HEADING
        lines = list(words[1:] if is_headed else words)
        made = [_paragraph(self._title(words[0], nth), self.heading, pen, counts=True)] if is_headed else []
        for line in lines:
            counts = self._counts and (len(lines) == 1 or _OWN.match(line) is not None)
            made.append(_paragraph(self._line(line, nth, counts=counts), self.body, pen, counts=counts))
        return made

    @property
    def _counts(self) -> bool:
        """Whether paragraphs are counted anew beneath each heading: beneath a typed one a list would go on."""
        return self.heading.is_numbered and self.body.is_numbered

    def _title(self, title: str, nth: int) -> str:
        typed = None if self.heading.is_numbered else _TYPED.match(self.heading.words)
        name = self.heading.words[typed.end() :] if typed else self.heading.words
        said = title.upper() if name.isupper() else title
        return f"{typed['before']}{int(typed['number']) + nth}{typed['after']}{said}" if typed else said

    def _line(self, line: str, nth: int, *, counts: bool) -> str:
        own, below = _OWN.match(line), _BELOW.match(self.body.words)
        if own is None:
            return line
        if counts:
            return line[own.end() :]
        if below and not self.body.is_numbered:
            return f"{below['before']}{int(below['article']) + nth}.{own['number']}{below['after']}{line[own.end() :]}"
        return line


def look(found: Sequence[Place], start: int, end: int, styles: Styles) -> Look | None:
    """The look of the article from `start` to `end` of the text; `None` where it stands in a table or nowhere."""
    touched = [place for place in covering(found, start, end) if place.atoms and not _in_table(place.element)]
    if not touched:
        return None
    heading = _form(touched[0], 0, styles)
    below = next((place for place in touched[1:] if place.end - place.start > LONGEST_HEADING // 3), None)
    return Look(heading, _form(below or touched[0], -1, styles))


def plain(words: Sequence[str], pen: Pen) -> list[Element]:
    """New paragraphs without any look."""
    nothing = Form(None, None, "", is_numbered=False)
    return [_paragraph(line, nothing, pen, counts=False) for line in words]


def _form(place: Place, letter: int, styles: Styles) -> Form:
    properties = child(place.element, "pPr")
    own = child(properties, "numPr")
    number = numbered(own)[0] if own is not None else None
    if number is None:
        line = styles.line(value(child(properties, "pStyle")) or styles.default)
        number = next((style.number[0] for _, style in line if style.number[0] is not None), None)
    solid = [atom for atom in place.atoms if not atom.sign.isspace()] or place.atoms
    words = "".join(atom.sign for atom in place.atoms)
    return Form(properties, child(solid[letter].run, "rPr"), words, is_numbered=number not in (None, "0"))


def _paragraph(words: str, form: Form, pen: Pen, *, counts: bool) -> Element:
    """A paragraph that is new, its mark included, so that rejecting it leaves nothing."""
    paragraph, mark = pen.element("p"), pen.element("rPr")
    properties = copy.deepcopy(form.properties) if form.properties is not None else pen.element("pPr")
    properties.tail = None
    for piece in list(properties):
        if local(piece) in _APART or (local(piece) == "numPr" and not counts):
            properties.remove(piece)
    if form.is_numbered and not counts:
        _uncounted(properties, pen)
    mark.append(pen.change("ins"))
    properties.append(mark)
    inserted = pen.change("ins")
    inserted.append(pen.run(words, _clean(form.letters)))
    paragraph.append(properties)
    paragraph.append(inserted)
    return paragraph


def _uncounted(properties: Element, pen: Pen) -> None:
    """Take a paragraph out of the list in which its style puts it."""
    number = pen.element("numPr")
    number.append(pen.element("ilvl", val="0"))
    number.append(pen.element("numId", val="0"))
    first = ("pStyle", "keepNext", "keepLines", "framePr", "widowControl")
    at = sum(local(piece) in first for piece in properties)
    properties.insert(at, number)


def _clean(letters: Element | None) -> Element | None:
    """The properties of letters without what was tracked or marked there."""
    if letters is None:
        return None
    kept = copy.deepcopy(letters)
    for name in _MARKS:
        for piece in list(children(kept, name)):
            kept.remove(piece)
    return kept


def _in_table(element: Element) -> bool:
    return any(local(above) == "tc" for above in element.iterancestors())
