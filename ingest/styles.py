"""The styles of a Word document, as far as they matter to a reader: headings, numbers, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.markup import child, children, flag, value
from ingest.numerals import whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADING = re.compile(r"(?:heading|titre|überschrift|título|titolo|kop)\s*([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm|table of figures)\s*(?:\d|heading)?$", re.IGNORECASE)
BODY_TEXT = 9
"""The outline level of what is no heading."""


@dataclass(frozen=True, slots=True)
class Style:
    """One style; `outline` counts from 0, `number` is a list and a level, and None means inherited."""

    name: str
    parent: str | None
    outline: int | None
    number: tuple[str | None, int | None]
    hidden: bool | None
    shaded: bool
    """Whether any part of what has this style has a background that is not white."""


@dataclass(frozen=True, slots=True)
class Styles:
    """All styles by id, and the one of paragraphs that name none."""

    styles: dict[str, Style]
    default: str | None

    def line(self, style_id: str | None) -> Iterator[tuple[str, Style]]:
        """A style, the one that it is based on, and so on; a circle is left once it closes."""
        seen: set[str] = set()
        while style_id is not None and style_id in self.styles and style_id not in seen:
            seen.add(style_id)
            style = self.styles[style_id]
            yield style_id, style
            style_id = style.parent

    def heading(self, style_id: str | None) -> int:
        """The level of a heading style, from 1; 0 for others."""
        for _, style in self.line(style_id):
            if style.outline is not None:
                return style.outline + 1 if style.outline < BODY_TEXT else 0
            named = _HEADING.match(style.name)
            if named:
                return int(named[1])
        return 0

    def hidden(self, style_id: str | None) -> bool:
        """Whether text in this style is not shown."""
        return next((style.hidden for _, style in self.line(style_id) if style.hidden is not None), False)

    def shaded(self, style_id: str | None) -> bool:
        """Whether what has this style may have a background on which white letters show."""
        return any(style.shaded for _, style in self.line(style_id))

    def is_title(self, style_id: str | None) -> bool:
        """Whether this is the style of the document's title."""
        return any(style.name.casefold() in ("title", "titre") for _, style in self.line(style_id))

    def is_contents(self, style_id: str | None) -> bool:
        """Whether this is a style of the lines in a table of contents."""
        return any(_CONTENTS.match(style.name) for _, style in self.line(style_id))


def read_styles(root: Element | None) -> Styles:
    """What `styles.xml` says; a document without one has none."""
    styles: dict[str, Style] = {}
    default = None
    for element in children(root, "style") if root is not None else ():
        style_id = value(element, "styleId") or ""
        outline = child(element, "pPr", "outlineLvl")
        number = child(element, "pPr", "numPr")
        styles[style_id] = Style(
            name=value(child(element, "name")) or style_id,
            parent=value(child(element, "basedOn")),
            outline=None if outline is None else whole(value(outline), BODY_TEXT),
            number=(None, None) if number is None else numbered(number),
            hidden=flag(child(element, "rPr", "vanish")),
            shaded=any(map(is_shaded, element.iter("{*}shd"))),
        )
        if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true"):
            default = style_id
    return Styles(styles, default)


def is_shaded(shade: Element | None) -> bool:
    """Whether a `shd` paints a background that is not white."""
    return shade is not None and (value(shade, "fill") or "auto").upper() not in ("AUTO", "FFFFFF")


def numbered(number: Element) -> tuple[str | None, int | None]:
    """The list and the level that a `numPr` names; either may be left to the style."""
    level = child(number, "ilvl")
    return value(child(number, "numId")), None if level is None else whole(value(level), 0)
