"""A document as PDF, by a library that needs no system package; type set in the fonts that every reader has."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from prompts.document import (
    Bullet,
    Content,
    Document,
    Heading,
    Numbered,
    PageBreak,
    Pair,
    Paragraph,
    Run,
    Simple,
    Table,
    anchors,
    labels,
)

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

FONT: Final = "Times-Roman"
MARGIN: Final = 62
"""Points around the text (2.2 cm)."""
ALONE: Final = 70
"""Points of a page below which a heading goes to the next."""
_SIZES: Final = {1: 13.0, 2: 11.5, 3: 10.5}
_GREY: Final = "#555555"


def pdf(document: Document) -> bytes:
    """The file, on A4. The same document gives the same bytes. Raises `KeyError` for a reference that leads nowhere.

    Signs beyond Western European ones are written as their nearest letters, else as a question mark.
    """
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import SimpleDocTemplate

    saved = io.BytesIO()
    size = landscape(A4) if document.landscape else A4
    template = SimpleDocTemplate(
        saved,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=document.title,
        author=document.author,
        subject=document.subject,
        lang={"fr": "fr-FR", "en": "en-GB"}.get(document.lang, document.lang),
        invariant=1,
    )
    writer = _Writer(anchors(document), size[0] - 2 * MARGIN)

    def furnish(canvas: Any, _template: object) -> None:
        canvas.setFont("Times-Italic", 8)
        canvas.setFillColor(_GREY)
        canvas.drawString(MARGIN, size[1] - MARGIN * 0.6, _plain(document.header))
        canvas.drawString(MARGIN, MARGIN * 0.55, _plain(document.footer)[: int((size[0] - 2 * MARGIN) / 3.6)])
        canvas.drawRightString(size[0] - MARGIN, MARGIN * 0.55, str(canvas.getPageNumber()))

    template.build(list(writer.flowables(document)), onFirstPage=furnish, onLaterPages=furnish)
    return saved.getvalue()


class _Writer:
    """Blocks into what the page layout takes."""

    def __init__(self, numbers: Mapping[str, str], width: float) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.styles import ParagraphStyle

        self._numbers = numbers
        self._width = width
        body = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=13.5, spaceAfter=5)
        small = ParagraphStyle("note", parent=body, fontSize=8.5, leading=11, textColor=HexColor(_GREY))
        quote = ParagraphStyle("quote", parent=body, leftIndent=14, borderPadding=0, textColor=HexColor("#222222"))
        title = ParagraphStyle("title", parent=body, fontName="Times-Bold", fontSize=18, leading=22, spaceAfter=8)
        self._styles = {
            "text": body,
            "field": body,
            "note": small,
            "quote": quote,
            "title": title,
            "subtitle": ParagraphStyle("subtitle", parent=body, fontName="Times-Italic", fontSize=12, leading=15),
            "centred": ParagraphStyle("centred", parent=body, alignment=1),
            "cell": ParagraphStyle("cell", parent=body, fontSize=8.5, leading=11, spaceAfter=0),
        }
        self._headings = {
            level: ParagraphStyle(
                f"heading{level}",
                parent=body,
                fontName="Times-Bold",
                fontSize=size,
                leading=size * 1.25,
                spaceBefore=9 if level == 1 else 6,
            )
            for level, size in _SIZES.items()
        }

    def flowables(self, document: Document) -> Iterator[Flowable]:
        """What the page layout takes, a heading never at the foot of a page."""
        from reportlab.platypus import CondPageBreak

        for block, left, right in labels(document):
            if isinstance(block, Pair):
                yield self._grid(
                    [[self._one(block.left, left), self._one(block.right, right)]], (0.5, 0.5), ruled=False
                )
            else:
                if isinstance(block, Heading):
                    yield CondPageBreak(ALONE)
                yield self._one(block, left)

    def _one(self, block: Simple, label: str) -> Flowable:
        from reportlab.platypus import PageBreak as Break

        if isinstance(block, PageBreak):
            return Break()
        if isinstance(block, Table):
            rows = [[self._text(cell, "cell", bold=not n) for cell in row] for n, row in enumerate(block.rows)]
            return self._grid(rows, block.widths or (1 / len(rows[0]),) * len(rows[0]), ruled=True)
        words = self._markup(block.content)
        shown = f"{label[:1].upper()}{label[1:]} – {words}" if label and isinstance(block, Heading) else words
        return self._paragraph(block, shown, label)

    def _paragraph(self, block: Heading | Numbered | Paragraph | Bullet, words: str, label: str) -> Flowable:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph as Flowing

        if isinstance(block, Heading):
            return Flowing(words, self._headings[block.level])
        if isinstance(block, Paragraph):
            return Flowing(words, self._styles[block.style])
        indent = 14 if isinstance(block, Bullet) else 18 + 16 * block.level
        style = ParagraphStyle(
            f"item{indent}", parent=self._styles["text"], leftIndent=indent, bulletIndent=indent - 12
        )
        return Flowing(words, style, bulletText="•" if isinstance(block, Bullet) else label)

    def _text(self, content: Content, style: str, *, bold: bool = False) -> Flowable:
        from reportlab.platypus import Paragraph as Flowing

        words = self._markup(content)
        return Flowing(f"<b>{words}</b>" if bold else words, self._styles[style])

    def _grid(self, rows: list[list[Flowable]], widths: tuple[float, ...], *, ruled: bool) -> Flowable:
        from reportlab.platypus import Table as Grid
        from reportlab.platypus import TableStyle

        total = sum(widths)
        grid = Grid(
            rows, [self._width * width / total for width in widths], repeatRows=1 if ruled else 0, hAlign="LEFT"
        )
        lines = [("LINEBELOW", (0, 0), (-1, -1), 0.4, "#999999"), ("LINEABOVE", (0, 0), (-1, 0), 0.8, "#333333")]
        grid.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *(lines if ruled else ())]))
        return grid

    def _markup(self, content: Content) -> str:
        return "".join(
            _run(piece) if isinstance(piece, Run) else escape(_plain(self._numbers[piece.anchor])) for piece in content
        )


def _run(run: Run) -> str:
    words = escape(_plain(run.text)).replace("\n", "<br/>")
    for tag in (*(["b"] if run.bold else []), *(["i"] if run.italic else []), *_CHANGED.get(run.change or "", ())):
        words = f"<{tag}>{words}</{tag}>"
    return words


_CHANGED: Final = {"inserted": ("u",), "deleted": ("strike",)}


def _plain(text: str) -> str:
    """`text` in signs that the fonts have."""
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        nearest = unicodedata.normalize("NFKD", sign).encode("cp1252", "ignore").decode("cp1252")
        return nearest or _SIGNS.get(sign, "?")
    return sign


_SIGNS: Final = {"☐": "[ ]", "☑": "[x]", "→": "->", "≥": ">=", "≤": "<=", "\u202f": "\u00a0", "−": "-"}
