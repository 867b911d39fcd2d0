"""Word documents: the text of every part that a reader sees, in the order in which it stands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.archive import DAMAGED, Archive
from ingest.compose import Block, compose, margins, tidy, warn
from ingest.hidden import in_word
from ingest.markup import attribute, child, children, flag, local, parse, value
from ingest.numbering import Numbering, read_numbering
from ingest.numerals import roman, whole
from ingest.reading import Limits, Reading
from ingest.styles import Styles, is_shaded, numbered, read_styles
from knowledge.contract import Hidden, HiddenKind
from knowledge.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TINY = 5
"""Half-points; nobody reads letters of this size."""

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset({
    "pPr", "rPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "rt", "instrText",
    "delText", "delInstrText", "fldData",
})  # fmt: skip
_DELETED = frozenset(("del", "moveFrom"))
_INSERTED = frozenset(("ins", "moveTo"))
_PALE = re.compile(r"(?:[F][0-9A-F]){3}", re.IGNORECASE)
"""Colours that cannot be told from white paper."""
_BOXES = {"\uf0a8": "☐", "\uf06f": "☐", "\uf0fe": "☒", "\uf0fd": "☒", "\uf0fc": "✓", "\uf052": "☑", "\uf0a3": "☐"}


def read_docx(archive: Archive, limits: Limits) -> Reading:
    """The text of a Word document.

    Headers first and footers last, each wording once; notes and text boxes after the paragraph that holds them;
    tables as rows of cells joined by " | ". Automatic numbers are written out. Tracked deletions and comments are left
    out, insertions and hidden text kept, and all four mentioned in the warnings; tables of contents are left out.
    """
    package = _Package(archive, limits)
    walker = _Walker(
        read_styles(package.related("styles")),
        read_numbering(package.related("numbering")),
        package.notes(),
        limits.hidden_text,
    )
    body = child(package.root, "body")
    if body is None:
        raise Unreadable(DAMAGED)
    headers, footers = (
        list(margins(block for part in package.margins(side) for block in walker.blocks(part)))
        for side in ("header", "footer")
    )
    main = list(walker.blocks(body))
    title = walker.title or (main[0].text if main and main[0].level == 1 else package.title())
    reading = compose([*headers, *main, *footers], "docx", title, _warnings(walker, package))
    if limits.hidden_text:
        return reading
    changes: list[Hidden] = [
        *walker.hidden,
        *(Hidden("deletion", quote, "tracked change") for quote in walker.deleted if quote),
        *(Hidden("insertion", quote, "tracked change") for quote in walker.inserted if quote),
    ]
    return replace(reading, hidden=(*changes, *in_word(archive, limits)))


@dataclass(slots=True)
class _Package:
    """The parts of a document and how they refer to each other."""

    archive: Archive
    limits: Limits
    main: str = field(init=False)
    root: Element = field(init=False)
    relations: dict[str, tuple[str, str]] = field(init=False)
    """Kind and name of the part, by the id under which the main part refers to it."""

    def __post_init__(self) -> None:
        found = [part for kind, part in self._relations("").values() if kind == "officeDocument"]
        self.main = found[0] if found else "word/document.xml"
        self.root = self.part(self.main)
        self.relations = self._relations(self.main)

    def part(self, name: str) -> Element:
        return parse(self.archive.read(name), self.limits)

    def related(self, kind: str) -> Element | None:
        """The first part of a kind that the main part refers to."""
        parts = (part for of, part in self.relations.values() if of == kind and part in self.archive)
        return next(map(self.part, parts), None)

    def notes(self) -> dict[tuple[str, str], Element]:
        """Footnotes and endnotes by kind and id."""
        return {
            (kind, value(note, "id") or ""): note
            for kind in ("footnote", "endnote")
            if (part := self.related(f"{kind}s")) is not None
            for note in children(part, kind)
        }

    def margins(self, kind: str) -> Iterator[Element]:
        """The headers or footers that sections refer to, in their order."""
        seen = set()
        for reference in self.root.iter("{*}" + kind + "Reference"):
            of, part = self.relations.get(attribute(reference, "id") or "", ("", ""))
            if of == kind and part not in seen and part in self.archive:
                seen.add(part)
                yield self.part(part)

    def title(self) -> str | None:
        """The title among the properties of the file."""
        for kind, part in self._relations("").values():
            if kind == "core-properties" and part in self.archive:
                element = child(self.part(part), "title")
                return element.text if element is not None else None
        return None

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self.archive:
            return {}
        return {
            relation.get("Id") or "": (
                (relation.get("Type") or "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/"),
            )
            for relation in children(self.part(path), "Relationship")
            if relation.get("TargetMode") != "External"
        }


@dataclass(slots=True)
class _Walker:
    """Walks the parts once, in order; numbers count on, and what was noticed on the way adds up."""

    styles: Styles
    numbering: Numbering
    notes: dict[tuple[str, str], Element]
    keeps_hidden: bool = True
    title: str | None = None
    deleted: list[str] = field(default_factory=list)
    inserted: list[str] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    shaded: int = 0
    """How many of the elements around the current one have a background of their own."""
    boxes: list[Element] = field(default_factory=list)
    cited: list[tuple[str, Element]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    carried: str = ""
    """Text of a paragraph whose end was deleted: it goes on in the next one."""

    def blocks(self, container: Element) -> Iterator[Block]:
        """The paragraphs and tables under an element, each followed by its text boxes and notes."""
        for element in container:
            name = local(element)
            if name == "p":
                yield from self.paragraph(element)
            elif name == "tbl":
                yield from self.table(element)
            elif name in _DELETED:
                self.deleted.append(_words(element))
            elif name == "AlternateContent":
                yield from self.blocks(_alternative(element))
            elif name not in _SKIPPED:
                yield from self.blocks(element)
        if self.carried:
            yield Block(self.carried)
            self.carried = ""

    def paragraph(self, element: Element) -> Iterator[Block]:
        """One paragraph with its number; nothing for a line of a table of contents."""
        properties = child(element, "pPr")
        style = value(child(properties, "pStyle")) or self.styles.default
        text = self.carried + self.inline(element, style)
        self.carried = ""
        if flag(child(properties, "rPr", "del")):
            self.carried = text
            return
        breaks_section = child(properties, "sectPr") is not None and not text.strip()
        if self.styles.is_contents(style) or breaks_section:
            return  # Word numbers no paragraph that is there for the section break alone
        number = self.number(properties, style)
        if tidy(text):
            if self.title is None and self.styles.is_title(style):
                self.title = tidy(text)
            level = self.level(properties, style)
            yield Block(f"{number} {text.lstrip()}" if number else text, level, tight=number == "-")
        yield from self.aside()

    def aside(self) -> Iterator[Block]:
        """The text boxes and notes that were met since the last call."""
        boxes, self.boxes = self.boxes, []
        cited, self.cited = self.cited, []
        for box in boxes:
            yield from self.blocks(box)
        for mark, note in cited:
            text = " ".join(block.text for block in self.blocks(note))
            yield Block(f"{mark} {text.strip()}")

    def level(self, properties: Element | None, style: str | None) -> int:
        """The level of a heading, from 1; 0 for text and for the title."""
        own = child(properties, "outlineLvl")
        if own is not None:
            level = whole(value(own), 9) + 1
            return level if level <= 9 else 0
        return 0 if self.styles.is_title(style) else self.styles.heading(style)

    def number(self, properties: Element | None, style: str | None) -> str:
        """What automatic numbering puts before the paragraph; counts it."""
        chain = list(self.styles.line(style))
        own = child(properties, "numPr")
        named = [numbered(own) if own is not None else (None, None), *(inherited.number for _, inherited in chain)]
        number_id = next((number for number, _ in named if number is not None), None)
        if number_id in (None, "0"):
            return ""
        levels = [named[0][1]]
        for style_id, inherited in chain:
            levels += [inherited.number[1], self.numbering.level_of(number_id, style_id)]
        return self.numbering.next(number_id, next((level for level in levels if level is not None), 0))

    def table(self, table: Element) -> Iterator[Block]:
        """The rows of a table, one a line; a row of a single cell is laid out like any text."""
        style = value(child(table, "tblPr", "tblStyle"))
        shaded = self.styles.shaded(style) or is_shaded(child(table, "tblPr", "shd"))
        self.shaded += shaded
        lines: list[str] = []
        for row in _rows(table):
            properties = child(row, "trPr")
            if flag(child(properties, "del")):
                self.deleted.append(_words(row))
                continue
            cells = [cell for cell in _cells(row) if child(cell, "tcPr", "cellDel") is None]
            if flag(child(properties, "hidden")):
                self.hidden.append(Hidden("hidden_text", _words(row), "row of a table"))
                if not self.keeps_hidden:
                    continue
            if len(cells) == 1:
                yield from _table(lines)
                lines = []
                yield from self.cell(cells[0])
            else:
                texts = [" ".join(tidy(block.text) for block in self.cell(cell)).replace("\n", " ") for cell in cells]
                lines += [" | ".join(texts)] if any(texts) else []
        self.shaded -= shaded
        yield from _table(lines)

    def cell(self, cell: Element) -> Iterator[Block]:
        """What stands in one cell."""
        shaded = is_shaded(child(cell, "tcPr", "shd"))
        self.shaded += shaded
        yield from self.blocks(cell)
        self.shaded -= shaded

    def inline(self, element: Element, style: str | None) -> str:
        """The text under a paragraph, as a reader who accepts all changes sees it, hidden text included."""
        shaded = self.styles.shaded(style) or is_shaded(child(element, "pPr", "shd"))
        self.shaded += shaded
        pieces: list[str] = []
        self.gather(element, pieces, self.styles.hidden(style))
        self.shaded -= shaded
        return "".join(pieces)

    def gather(self, element: Element, pieces: list[str], hidden: bool) -> None:
        """Append the text under an element that is no paragraph of its own."""
        for part in element:
            name = local(part)
            if name == "t":
                pieces.append(part.text or "")
            elif name == "r":
                self.run(part, pieces, hidden)
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name in _DELETED:
                self.deleted.append(_words(part))
            elif name == "sym":
                pieces.append(_symbol(part))
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append(self.cite(part, name.removesuffix("Reference")))
            elif name == "txbxContent":
                self.boxes.append(part)
            elif name == "AlternateContent":
                self.gather(_alternative(part), pieces, hidden)
            elif name not in _SKIPPED:
                if name in _INSERTED:
                    self.inserted.append(_words(part))
                self.gather(part, pieces, hidden)

    def run(self, run: Element, pieces: list[str], hidden: bool) -> None:
        """Append the text of a run, noticing that it is hidden."""
        properties = child(run, "rPr")
        before = len(pieces)
        self.gather(run, pieces, hidden)
        kind = self.unseen(properties, hidden)
        if kind is not None:
            text = "".join(pieces[before:])
            self.hidden += [Hidden(kind, text.strip(), "text")] if text.strip() else []
            if not self.keeps_hidden:
                del pieces[before:]

    def unseen(self, properties: Element | None, hidden: bool) -> HiddenKind | None:
        """How a run is kept from sight: hidden, white on nothing, or too small to read."""
        if properties is None:
            return "hidden_text" if hidden else None
        vanish = flag(child(properties, "vanish"))
        if vanish is None:
            style = value(child(properties, "rStyle"))
            vanish = self.styles.hidden(style) or hidden
        if vanish:
            return "hidden_text"
        if whole(value(child(properties, "sz")), TINY + 1) <= TINY:
            return "tiny_text"
        pale = _PALE.fullmatch(value(child(properties, "color")) or "")
        return "white_text" if pale and not self.shaded and not is_shaded(child(properties, "shd")) else None

    def cite(self, reference: Element, kind: str) -> str:
        """The mark of a note, which follows its paragraph; a note is given once, whatever refers to it."""
        note = self.notes.pop((kind, value(reference, "id") or ""), None)
        if note is None:
            return ""
        count = self.counts[kind] = self.counts.get(kind, 0) + 1
        mark = f"[{count if kind == 'footnote' else roman(count)}]"
        self.cited.append((mark, note))
        return mark


def _warnings(walker: _Walker, package: _Package) -> list[str]:
    comments = package.related("comments")
    notes = ["".join(comment.itertext()) for comment in comments] if comments is not None else []
    chunks = [part for kind, part in package.relations.values() if kind == "aFChunk"]
    return [
        *warn("Tracked deletions were left out", walker.deleted),
        *warn("Tracked insertions were kept", walker.inserted),
        *warn("Hidden text was kept", [found.quote for found in walker.hidden]),
        *warn("Comments were left out", notes),
        *warn("Embedded documents were left out", chunks),
    ]


def _table(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield Block("\n".join(lines))


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, also inside content controls and tracked changes."""
    for element in table:
        if local(element) == "tr":
            yield element
        elif local(element) not in _SKIPPED:
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    """The cells of a row, also inside content controls."""
    for element in row:
        if local(element) == "tc":
            yield element
        elif local(element) not in _SKIPPED:
            yield from _cells(element)


def _alternative(content: Element) -> Element:
    """The first version of a drawing that has several, which is the one that Word shows."""
    return next(children(content, "Choice"), next(children(content, "Fallback"), content))


def _symbol(element: Element) -> str:
    """A character of a symbol font; check boxes keep their meaning."""
    code = value(element, "char") or ""
    try:
        character = chr(int(code, 16) | 0xF000)
    except ValueError:
        return ""
    return _BOXES.get(character, character)


def _words(element: Element) -> str:
    """All text under an element, deleted text included."""
    return " ".join("".join(part.text or "" for part in element.iter("{*}t", "{*}delText")).split())
