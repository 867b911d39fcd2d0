"""A document as DOCX, the way a law firm expects it: styles, automatic numbers, references that follow, page furniture.

Every number is the word processor's own and every reference a field, so that a clause can be taken out and all of them stay
right. Nothing is protected: changes can be tracked. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prompts.document import (
    WORDS,
    Bullet,
    Content,
    Document,
    Heading,
    Inline,
    Listing,
    Numbered,
    PageBreak,
    Pair,
    Run,
    Simple,
    Table,
    anchors,
)

if TYPE_CHECKING:
    from docx.document import Document as Package
    from lxml.etree import _Element

FONT: Final = "Times New Roman"
LOCALES: Final = {"en": "en-GB", "fr": "fr-FR"}
SAVED: Final = (2000, 1, 1, 0, 0, 0)
"""The time that the parts of the file carry: the same for all, so that equal documents are equal files."""
WIDTH: Final = 9070
"""Twentieths of a point between the margins of an A4 page that stands upright (16 cm)."""
WIDTH_LANDSCAPE: Final = 14000
INDENT: Final = 567
"""Twentieths of a point by which each level of numbering stands in (1 cm)."""
HEADING_INDENT: Final = 1300
"""The same for the heading of an article or annex."""
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_STICKS: Final = re.compile(r" (?=[:;?!%€»])|(?<=«) |(?<=\d) (?=\d{3}(?!\d))")
_STYLES: Final = {
    "text": "Normal", "title": "Title", "subtitle": "Subtitle", "centred": "Centred", "note": "Note",
    "field": "Field", "quote": "Quote",
}  # fmt: skip
_NUMBERED: Final = ("Clause 2", "Clause 3", "Clause 4")
_CHANGED: Final = {"inserted": ("u", "single"), "deleted": ("strike", "true")}


def docx(document: Document) -> bytes:
    """The file. Raises `KeyError` for a reference to an anchor that does not stand in the document."""
    import docx as library

    package = library.Document()
    _furnish(package, document)
    _style(package, document.lang)
    lists = _Lists(package.part.numbering_part.element)
    _link(package, lists.number("left", document.lang, "article", 0), "Article", *_NUMBERED)
    _link(package, lists.number("left", document.lang, "annex", 0), "Annex")
    writer = _Writer(document, anchors(document), lists)
    body = package.element.body
    place = body.index(body.sectPr)
    for offset, element in enumerate(writer.elements()):
        body.insert(place + offset, element)
    saved = io.BytesIO()
    package.save(saved)
    return _with_fixed_times(saved.getvalue())


@dataclass(slots=True)
class _Lists:
    """The multi-level lists of a document, made as they are needed: one for each column, listing and language."""

    numbering: Any
    made: dict[tuple[str, str, Listing | None, int], int] = field(default_factory=dict)

    def number(self, column: str, lang: str, listing: Listing | None, restart: int) -> int:
        """The id of a list. Unlisted numbers begin anew with `restart`; those of listings run through the document."""
        key = (column, lang, listing, 0 if listing else restart)
        if key not in self.made:
            self.made[key] = self._make(_levels(lang, listing))
        return self.made[key]

    def bullets(self) -> int:
        """The id of the list of bullets."""
        key = ("", "", None, -1)
        if key not in self.made:
            self.made[key] = self._make([("bullet", "•", "Item")])
        return self.made[key]

    def _make(self, levels: Sequence[tuple[str, str, str]]) -> int:
        abstract = 900 + len(self.made)
        element = _element(
            "abstractNum", {"abstractNumId": abstract}, _element("multiLevelType", {"val": "multilevel"})
        )
        for at, level in enumerate(levels):  # a style leads to one list: the first of the articles, or of the annexes
            linked = not self.made or (len(self.made) == 1 and level[2] == "Annex")
            element.append(_level(at, *level, linked=linked))
        first = self.numbering.find(f"{{{_W}}}num")
        if first is None:
            self.numbering.append(element)
        else:
            first.addprevious(element)  # the schema wants all definitions before their uses
        number = _element("num", {"numId": abstract}, _element("abstractNumId", {"val": abstract}))
        self.numbering.append(number)
        return abstract


def _levels(lang: str, listing: Listing | None) -> list[tuple[str, str, str]]:
    """Format, text and style of every level."""
    head = (
        ("decimal", f"{WORDS[lang][listing].capitalize()} %1", _heading_style(listing))
        if listing
        else ("none", "", "Plain 1")
    )
    second = "%1.%2" if listing else "%2."
    return [
        head,
        ("decimal", second, "Clause 2"),
        ("lowerLetter", "(%3)", "Clause 3"),
        ("lowerRoman", "(%4)", "Clause 4"),
    ]


def _level(at: int, form: str, text: str, style: str, *, linked: bool) -> _Element:
    listed = style in ("Article", "Annex")
    depth = HEADING_INDENT if listed else INDENT * max(at, 1)
    indent = (
        {"left": depth, "hanging": min(depth, HEADING_INDENT if listed else INDENT)} if form != "none" else {"left": 0}
    )
    return _element(
        "lvl",
        {"ilvl": at},
        _element("start", {"val": 1}),
        _element("numFmt", {"val": form}),
        *([_element("pStyle", {"val": style.replace(" ", "")})] if linked else []),
        _element("suff", {"val": "nothing" if form == "none" else "tab"}),
        _element("lvlText", {"val": text}),
        _element("lvlJc", {"val": "left"}),
        _element("pPr", {}, _element("ind", indent)),
    )


def _heading_style(listing: Listing | None, level: int = 1) -> str:
    if level == 1 and listing:
        return {"article": "Article", "annex": "Annex"}[listing]
    return f"Plain {level}"


@dataclass(slots=True)
class _Writer:
    """Turns blocks into elements, and keeps what runs through them: lists, bookmarks, which heading came last."""

    document: Document
    numbers: Mapping[str, str]
    lists: _Lists
    listing: dict[str, Listing | None] = field(default_factory=dict)
    headings: int = 0
    bookmarks: dict[str, int] = field(default_factory=dict)

    def elements(self) -> Iterator[_Element]:
        """The body, in order; pairs that follow each other stand in one table."""
        pairs: list[Pair] = []
        for block in self.document.blocks:
            if isinstance(block, Pair):
                pairs.append(block)
                continue
            yield from self._columns(pairs)
            pairs = []
            yield from self._block(block, "left")
        yield from self._columns(pairs)

    def _block(self, block: Simple, column: str) -> Iterator[_Element]:
        lang = (block.lang if not isinstance(block, PageBreak) else None) or self.document.lang
        if isinstance(block, PageBreak):
            yield _element("p", {}, _element("r", {}, _element("br", {"type": "page"})))
        elif isinstance(block, Table):
            yield self._table(block, lang)
            yield _element(
                "p", {}, _element("pPr", {}, _element("spacing", {"after": 0, "line": 120, "lineRule": "exact"}))
            )
        elif isinstance(block, Heading):
            yield self._heading(block, column, lang)
        elif isinstance(block, Numbered):
            listing = self.listing.get(column)
            number = self.lists.number(column, lang, listing, self.headings)
            yield self._paragraph(block.content, _NUMBERED[block.level - 1], lang, (number, block.level), block.anchor)
        elif isinstance(block, Bullet):
            yield self._paragraph(block.content, "Item", lang, (self.lists.bullets(), 0))
        else:
            yield self._paragraph(block.content, _STYLES[block.style], lang)

    def _heading(self, heading: Heading, column: str, lang: str) -> _Element:
        if heading.level == 1:
            self.listing[column] = heading.listing
        if self.listing.get(column) is None:
            self.headings += 1
        style = _heading_style(heading.listing, heading.level)
        if heading.listing is None:
            return self._paragraph(heading.content, style, lang, None, heading.anchor)
        number = self.lists.number(column, lang, heading.listing, 0)
        return self._paragraph(heading.content, style, lang, (number, 0), heading.anchor)

    def _paragraph(
        self, content: Content, style: str, lang: str, number: tuple[int, int] | None = None, anchor: str | None = None
    ) -> _Element:
        properties = _element("pPr", {}, _element("pStyle", {"val": style.replace(" ", "")}))
        if number:
            level, listed = _element("ilvl", {"val": number[1]}), _element("numId", {"val": number[0]})
            properties.append(_element("numPr", {}, level, listed))
        paragraph = _element("p", {}, properties)
        runs = [run for piece in content for run in self._inline(piece, lang)]
        if anchor:
            self.bookmarks[anchor] = len(self.bookmarks) + 1
            ids = {"id": self.bookmarks[anchor]}
            runs = [_element("bookmarkStart", {**ids, "name": _bookmark(anchor)}), *runs, _element("bookmarkEnd", ids)]
        paragraph.extend(runs)
        return paragraph

    def _inline(self, piece: Inline, lang: str) -> Iterator[_Element]:
        if isinstance(piece, Run):
            yield _run(piece, lang, self.document.lang)
            return
        yield from _field(
            f"REF {_bookmark(piece.anchor)} \\r \\h \\* Lower", self.numbers[piece.anchor], lang, self.document.lang
        )

    def _table(self, table: Table, lang: str) -> _Element:
        shares = table.widths or (1,) * len(table.rows[0])
        widths = [round(self._width() * share / sum(shares)) for share in shares]
        element = _grid(widths, borders=True)
        for at, row in enumerate(table.rows):
            cells = [
                _cell(width, [self._paragraph(cell, "Table Head" if at == 0 else "Table Text", lang)], head=at == 0)
                for width, cell in zip(widths, row, strict=True)
            ]
            element.append(_row(cells, head=at == 0))
        return element

    def _columns(self, pairs: Iterable[Pair]) -> Iterator[_Element]:
        rows = [
            (list(self._block(pair.left, "left")), list(self._block(pair.right, "right")))
            for pair in pairs
            if not isinstance(pair.left, PageBreak)
        ]
        if rows:
            half = self._width() // 2
            element = _grid([half, half], borders=False)
            element.extend(_row([_cell(half, left), _cell(half, right)]) for left, right in rows)
            yield element
            yield _element(
                "p", {}, _element("pPr", {}, _element("spacing", {"after": 0, "line": 120, "lineRule": "exact"}))
            )

    def _width(self) -> int:
        return WIDTH_LANDSCAPE if self.document.landscape else WIDTH


def _bookmark(anchor: str) -> str:
    """A name that word processors take: a letter or an underscore, then letters, digits and underscores, at most 40."""
    return "_" + "".join(char if char.isascii() and char.isalnum() else "_" for char in anchor)[:39]


def _run(run: Run, lang: str, usual: str) -> _Element:
    lang = run.lang or lang
    properties = _element("rPr", {})
    for wanted, name in ((run.bold, "b"), (run.italic, "i")):
        if wanted:
            properties.append(_element(name, {}))
    if run.change:
        name, value = _CHANGED[run.change]
        properties.append(_element(name, {"val": value}))
    if lang != usual:
        properties.append(_element("lang", {"val": LOCALES[lang]}))
    element = _element("r", {}, *([properties] if len(properties) else []))
    for at, line in enumerate(_unbroken(run.text, lang).split("\n")):
        if at:
            element.append(_element("br", {}))
        element.append(_text("t", line))
    return element


def _unbroken(text: str, lang: str) -> str:
    """French text with no line broken before its double signs, inside its quotation marks and within its numbers."""
    return _STICKS.sub("\u00a0", text) if lang == "fr" else text


def _text(name: str, text: str) -> _Element:
    element = _element(name, {})
    element.text = "".join(
        char for char in text if char >= " " or char == "\t"
    )  # XML knows no other control characters
    element.set(_XML_SPACE, "preserve")
    return element


def _field(instruction: str, shown: str, lang: str, usual: str) -> Iterator[_Element]:
    def mark(kind: str) -> _Element:
        return _element("r", {}, _element("fldChar", {"fldCharType": kind}))

    yield mark("begin")
    yield _element("r", {}, _text("instrText", f" {instruction} "))
    yield mark("separate")
    yield _run(Run(shown), lang, usual)
    yield mark("end")


def _grid(widths: Sequence[int], *, borders: bool) -> _Element:
    properties = _element("tblPr", {}, _element("tblW", {"w": sum(widths), "type": "dxa"}))
    if borders:
        names = ("top", "left", "bottom", "right", "insideH", "insideV")
        line = {"val": "single", "sz": 4, "space": 0, "color": "808080"}
        properties.append(_element("tblBorders", {}, *(_element(name, line) for name in names)))
    properties.append(_element("tblLayout", {"type": "fixed"}))
    margins = [(side, 100 if borders else 170) for side in ("left", "right")]
    properties.append(_element("tblCellMar", {}, *(_element(side, {"w": w, "type": "dxa"}) for side, w in margins)))
    columns = (_element("gridCol", {"w": width}) for width in widths)
    return _element("tbl", {}, properties, _element("tblGrid", {}, *columns))


def _row(cells: Iterable[_Element], *, head: bool = False) -> _Element:
    properties = [_element("cantSplit", {}), *([_element("tblHeader", {})] if head else [])]
    return _element("tr", {}, _element("trPr", {}, *properties), *cells)


def _cell(width: int, content: Sequence[_Element], *, head: bool = False) -> _Element:
    properties = _element("tcPr", {}, _element("tcW", {"w": width, "type": "dxa"}))
    if head:
        properties.append(_element("shd", {"val": "clear", "color": "auto", "fill": "EDEDED"}))
    return _element("tc", {}, properties, *(content or [_element("p", {})]))


def _element(name: str, attributes: Mapping[str, object], *children: _Element) -> _Element:
    from docx.oxml import OxmlElement

    element: _Element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(f"{{{_W}}}{key}", str(value))
    element.extend(children)
    return element


def _furnish(package: Package, document: Document) -> None:
    """Page size and margins, header, footer with page numbers, and what the file says of itself."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = package.sections[0]
    width, height = Cm(21), Cm(29.7)
    if document.landscape:
        section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.text, foot.text = document.header, f"{document.footer}\t"
    for at, instruction in enumerate(("PAGE", "NUMPAGES")):
        if at:
            foot._p.append(_run(Run(" / "), document.lang, document.lang))
        foot._p.extend(_field(instruction, "1", document.lang, document.lang))
    for paragraph in (head, foot):
        _set_tab(paragraph, WIDTH_LANDSCAPE if document.landscape else WIDTH)
    core = package.core_properties
    core.title, core.subject, core.author = document.title, document.subject, document.author
    core.language, core.comments, core.last_modified_by = LOCALES[document.lang], "", document.author


def _set_tab(paragraph: Any, width: int) -> None:
    """A tab that leads to the right margin."""
    tab = _element("tab", {"val": "right", "pos": width})
    paragraph._p.get_or_add_pPr().append(_element("tabs", {}, tab))


def _style(package: Package, lang: str) -> None:
    """The styles that the writer uses, and the language of whatever names no other."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    styles = package.styles
    for name in _LOOK:
        look = _LOOK[name]
        known = name in styles
        style: Any = styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not known:
            style.base_style = styles["Normal"]
        _plain_font(style)
        style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, look.italic
        form = style.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(look.before), Pt(look.after), look.kept
        form.alignment, form.widow_control, form.line_spacing = look.alignment, True, 1.08
        if look.outline is not None:
            style.element.get_or_add_pPr().append(_element("outlineLvl", {"val": look.outline}))
    for languages in styles.element.iter(f"{{{_W}}}lang"):
        languages.set(f"{{{_W}}}val", LOCALES[lang])


def _link(package: Package, number: int, *names: str) -> None:
    """Let these styles count by themselves, also in what is added later: the first level, the second, and so on."""
    for level, name in enumerate(names):
        style: Any = package.styles[name]
        listed = style.element.get_or_add_pPr().get_or_add_numPr()
        listed.get_or_add_ilvl().val, listed.get_or_add_numId().val = level, number


@dataclass(frozen=True, slots=True)
class _Look:
    """How a style looks: sizes in points; alignment 0 left, 1 centred, 3 justified; outline 0 for the first level."""

    size: float = 10.5
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 5
    alignment: int = 3
    kept: bool = False
    outline: int | None = None


_LOOK: Final[Mapping[str, _Look]] = {
    "Normal": _Look(),
    "Title": _Look(20, bold=True, before=30, after=6, alignment=1, kept=True),
    "Subtitle": _Look(13, after=14, alignment=1),
    "Article": _Look(12, bold=True, before=16, after=6, alignment=0, kept=True, outline=0),
    "Annex": _Look(13, bold=True, before=0, after=8, alignment=0, kept=True, outline=0),
    "Plain 1": _Look(13, bold=True, before=16, after=6, alignment=0, kept=True, outline=0),
    "Plain 2": _Look(11.5, bold=True, before=10, after=4, alignment=0, kept=True, outline=1),
    "Plain 3": _Look(10.5, bold=True, italic=True, before=8, after=3, alignment=0, kept=True, outline=2),
    "Clause 2": _Look(),
    "Clause 3": _Look(),
    "Clause 4": _Look(),
    "Item": _Look(after=2),
    "Centred": _Look(alignment=1),
    "Note": _Look(9.5, italic=True, alignment=0),
    "Field": _Look(after=8, alignment=0, kept=True),
    "Quote": _Look(10, after=6, alignment=3),
    "Table Head": _Look(9.5, bold=True, before=2, after=2, alignment=0, kept=True),
    "Table Text": _Look(9.5, before=2, after=2, alignment=0),
    "Header": _Look(8.5, after=0, alignment=0),
    "Footer": _Look(8.5, after=0, alignment=0),
}


def _plain_font(style: Any) -> None:
    """Our font, black, in place of what the theme says."""
    from docx.shared import RGBColor

    style.font.name = FONT
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(f"{{{_W}}}{name}", FONT)
    for unwanted in [*style.element.iter(f"{{{_W}}}pBdr"), *style.element.iter(f"{{{_W}}}tabs")]:
        unwanted.getparent().remove(unwanted)


def _with_fixed_times(packed: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, SAVED), source.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
