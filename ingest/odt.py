"""OpenDocument texts: the text of every part that a reader sees, in the order in which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.archive import DAMAGED, Archive
from ingest.compose import Block, compose, margins, tidy, warn
from ingest.hidden import in_open_document
from ingest.markup import attribute, child, children, local, parse, value
from ingest.numbering import Level, Numbering, Series
from ingest.numerals import roman, whole
from ingest.reading import Limits, Reading
from knowledge.contract import Hidden
from knowledge.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SKIPPED = frozenset({
    "tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls", "annotation", "annotation-end",
    "note-citation", "table-of-content", "illustration-index", "table-index", "alphabetical-index", "object-index",
    "user-index", "bibliography", "number", "ruby-text", "script", "event-listeners", "desc", "title",
})  # fmt: skip
_NUMBERS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_TITLES = frozenset(("Title", "Titre"))
_BLANKS = re.compile(r"[ \t\r\n]+")
OUTLINE = "\0outline"
"""The series that numbers headings, among those of lists, which go by the names of their styles."""


def read_odt(archive: Archive, limits: Limits) -> Reading:
    """The text of an OpenDocument text, laid out like that of a Word document."""
    content, styles = (parse(archive.read(name), limits) for name in ("content.xml", "styles.xml"))
    body = child(content, "body", "text")
    if body is None:
        raise Unreadable(DAMAGED)
    walker = _Walker(_read_styles(content, styles), _read_lists(content, styles), limits.hidden_text)
    headers, footers = (
        list(margins(block for part in _sides(styles, side) for block in walker.blocks(part)))
        for side in ("header", "footer")
    )
    main = list(walker.blocks(body))
    title = walker.title or (main[0].text if main and main[0].level == 1 else _title(archive, limits))
    changes = child(body, "tracked-changes")
    deleted = [_words(part) for part in changes.iter("{*}deletion")] if changes is not None else []
    inserted = sum(1 for _ in changes.iter("{*}insertion")) if changes is not None else 0
    warnings = [
        *warn("Tracked deletions were left out", deleted),
        *([f"Tracked insertions were kept: {inserted}."] if inserted else []),
        *warn("Hidden text was kept", walker.hidden),
        *warn("Comments were left out", [_words(comment) for comment in body.iter("{*}annotation")]),
    ]
    reading = compose([*headers, *main, *footers], "odt", title, warnings)
    if limits.hidden_text:
        return reading
    found: list[Hidden] = [
        *(Hidden("hidden_text", quote.strip(), "text") for quote in walker.hidden if quote.strip()),
        *(Hidden("deletion", quote, "tracked change") for quote in deleted if quote),
        *([Hidden("insertion", "", f"{inserted} tracked changes")] if inserted else []),
        *(Hidden("comment", _words(comment), "comment") for comment in body.iter("{*}annotation")),
    ]
    return replace(reading, hidden=(*found, *in_open_document(archive, limits)))


@dataclass(frozen=True, slots=True)
class _Style:
    """What matters of a style; None means inherited."""

    parent: str | None
    hidden: bool | None
    numbers: str | None
    """The list style of its paragraphs."""


@dataclass(slots=True)
class _Walker:
    """Walks the document once, in order; numbers count on, and what was noticed on the way adds up."""

    styles: dict[str, _Style]
    numbering: Numbering
    keeps_hidden: bool = True
    title: str | None = None
    hidden: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    cited: list[tuple[str, Element]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def blocks(self, container: Element) -> Iterator[Block]:
        """The paragraphs, headings, lists and tables under an element."""
        for element in container:
            name = local(element)
            if name in ("p", "h"):
                yield from self.paragraph(element, self.outline(element) if name == "h" else "")
            elif name == "list":
                yield from self.list(element, None, 0)
            elif name == "table":
                yield from self.table(element)
            elif name not in _SKIPPED:
                if name == "section" and value(element, "display") in ("none", "condition"):
                    self.hidden.append(_words(element))
                    if not self.keeps_hidden:
                        continue
                yield from self.blocks(element)

    def paragraph(self, element: Element, mark: str) -> Iterator[Block]:
        """One paragraph or heading with its number, then its text boxes and notes."""
        line = list(self.line(value(element, "style-name")))
        pieces: list[str] = []
        self.gather(element, pieces)
        text = "".join(pieces)
        if tidy(text):
            if any(style.hidden for _, style in line):
                self.hidden.append(text)
                if not self.keeps_hidden:
                    return
            if self.title is None and not _TITLES.isdisjoint(name for name, _ in line):
                self.title = tidy(text)
            level = max(whole(value(element, "outline-level"), 1), 1) if local(element) == "h" else 0
            yield Block(f"{mark} {text.lstrip()}" if mark else text, level, tight=mark == "-")
        boxes, self.boxes = self.boxes, []
        cited, self.cited = self.cited, []
        for box in boxes:
            yield from self.blocks(box)
        for sign, note in cited:
            yield Block(f"{sign} " + " ".join(block.text for block in self.blocks(note)))

    def gather(self, element: Element, pieces: list[str]) -> None:
        """Append the text under a paragraph."""
        pieces.append(_BLANKS.sub(" ", element.text or ""))
        for part in element:
            name = local(part)
            if name == "s":
                pieces.append(" ")
            elif name in ("tab", "line-break"):
                pieces.append("\t" if name == "tab" else "\n")
            elif name == "note":
                pieces.append(self.cite(part))
            elif str(part.tag).startswith("{urn:oasis:names:tc:opendocument:xmlns:drawing:"):
                self.boxes.append(part)
            elif name not in _SKIPPED:
                before = len(pieces)
                self.gather(part, pieces)
                unseen = any(style.hidden for _, style in self.line(value(part, "style-name")))
                if unseen or name in ("hidden-text", "hidden-paragraph"):
                    self.hidden.append("".join(pieces[before:]))
                    if not self.keeps_hidden:
                        del pieces[before:]
            pieces.append(_BLANKS.sub(" ", part.tail or ""))

    def cite(self, note: Element) -> str:
        """The mark of a note, which follows its paragraph."""
        body = child(note, "note-body")
        if body is None:
            return ""
        kind = value(note, "note-class") or "footnote"
        count = self.counts[kind] = self.counts.get(kind, 0) + 1
        mark = f"[{roman(count) if kind == 'endnote' else count}]"
        self.cited.append((mark, body))
        return mark

    def list(self, element: Element, style: str | None, level: int) -> Iterator[Block]:
        """The items of a list, with their numbers or dashes."""
        style = value(element, "style-name") or style or self.list_style(element)
        goes_on = value(element, "continue-numbering") == "true" or value(element, "continue-list") is not None
        if not goes_on and level == 0:
            self.numbering.restart(style)
        for item in element:
            mark = ""
            if local(item) == "list-item" and any(local(part) in ("p", "h") for part in item):
                start = value(item, "start-value")
                mark = self.numbering.next(style, level, whole(start, 1) if start else None) or "-"
            for part in item:
                if local(part) == "list":
                    yield from self.list(part, style, level + 1)
                elif local(part) in ("p", "h"):
                    yield from self.paragraph(part, mark)
                    mark = ""

    def list_style(self, element: Element) -> str:
        """The list style that the first paragraph of a list brings along."""
        first = next(element.iter("{*}p", "{*}h"), None)
        line = self.line(value(first, "style-name"))
        return next((style.numbers for _, style in line if style.numbers is not None), "")

    def outline(self, heading: Element) -> str:
        """The number of a heading; counts it."""
        if value(heading, "is-list-header") == "true":
            return ""
        return self.numbering.next(OUTLINE, max(whole(value(heading, "outline-level"), 1), 1) - 1)

    def table(self, table: Element) -> Iterator[Block]:
        """The rows of a table, one a line; a row of a single cell is laid out like any text."""
        lines: list[str] = []
        for row in _rows(table):
            cells = list(children(row, "table-cell"))
            if len(cells) == 1:
                yield from [Block("\n".join(lines))] if lines else []
                lines = []
                yield from self.blocks(cells[0])
            else:
                texts = [" ".join(" ".join(block.text.split()) for block in self.blocks(cell)) for cell in cells]
                lines += [" | ".join(texts)] if any(texts) else []
        yield from [Block("\n".join(lines))] if lines else []

    def line(self, name: str | None) -> Iterator[tuple[str, _Style]]:
        """A style, its parent, and so on; a circle is left once it closes."""
        seen: set[str] = set()
        while name is not None and name in self.styles and name not in seen:
            seen.add(name)
            yield name, self.styles[name]
            name = self.styles[name].parent


def _read_styles(*roots: Element) -> dict[str, _Style]:
    """The styles of paragraphs and words by name, automatic and named ones."""
    styles = {}
    for root in roots:
        for style in root.iter("{*}style"):
            display = attribute(child(style, "text-properties"), "display")
            styles[value(style, "name") or ""] = _Style(
                parent=value(style, "parent-style-name"),
                hidden=None if display is None else display == "none",
                numbers=value(style, "list-style-name"),
            )
    return styles


def _read_lists(*roots: Element) -> Numbering:
    """How lists and headings are numbered."""
    numbering = Numbering()
    for root in roots:
        for style in root.iter("{*}list-style", "{*}outline-style"):
            name = OUTLINE if local(style) == "outline-style" else attribute(style, "name") or ""
            levels = {}
            for level in style:
                at = whole(value(level, "level"), 1) - 1
                kind = _NUMBERS.get(attribute(level, "num-format") or "", "none")
                depth = min(max(whole(value(level, "display-levels"), 1), 1), at + 1)
                shown = ".".join(f"%{number}" for number in range(at + 2 - depth, at + 2)) if kind != "none" else ""
                levels[at] = Level(
                    start=whole(value(level, "start-value"), 1),
                    style="bullet" if "bullet" in local(level) or "image" in local(level) else kind,
                    text=(attribute(level, "num-prefix") or "") + shown + (attribute(level, "num-suffix") or ""),
                )
            numbering.series[name] = Series(name, levels)
    return numbering


def _sides(styles: Element, side: str) -> Iterator[Element]:
    """The headers, or the footers, of all kinds of pages."""
    for page in styles.iter("{*}master-page"):
        for part in page:
            if local(part).startswith(side):
                yield part


def _title(archive: Archive, limits: Limits) -> str | None:
    """The title among the properties of the file."""
    if "meta.xml" not in archive:
        return None
    element = next(parse(archive.read("meta.xml"), limits).iter("{http://purl.org/dc/elements/1.1/}title"), None)
    return element.text if element is not None else None


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, also inside groups and headers."""
    for element in table:
        if local(element) == "table-row":
            yield element
        elif local(element) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(element)


def _words(element: Element) -> str:
    """All text under an element, on one line."""
    return " ".join("".join(element.itertext()).split())
