"""Web pages: the text that a browser would show without running or styling anything from outside the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.compose import Block, compose, tidy, warn
from ingest.hidden import in_page
from ingest.numerals import numeral, whole
from ingest.plain import decode
from ingest.reading import Limits, Reading
from knowledge.contract import Hidden
from knowledge.errors import TooLarge, Unreadable

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

_UNSEEN = frozenset({
    "head", "script", "style", "template", "noscript", "nav", "svg", "canvas", "iframe", "object", "embed", "audio",
    "video", "select", "datalist", "button", "textarea", "map", "area", "dialog",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_TITLES = {f"h{level}": level for level in range(1, 7)}
_LAYOUT = frozenset((*_TITLES, "table"))
"""Inside a cell, these show that a table only arranges the page."""

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])|font-size\s*:\s*[0-2](?:\.\d+)?(?:px|pt)|"
    r"(?<![-\w])color\s*:\s*(?:white|transparent|#fff(?:fff)?)\b",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*(iso-8859-\d{1,2}|windows-125\d|macintosh)", re.IGNORECASE)
_NUMBERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
DEEPEST = 200
"""Levels of nesting; the walker recurses."""


def read_html(data: bytes, limits: Limits) -> Reading:
    """The text of a web page without its menus, forms and scripts; hidden parts are left out and mentioned."""
    from lxml import etree, html

    charset = _CHARSET.search(data[:2048])
    text, warnings = decode(data, charset[1].decode("ascii") if charset else None)
    if text.count("<") - text.count("</") > limits.elements:
        raise TooLarge(f"The page holds more than {limits.elements:,} elements: split it.")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable("The page holds no readable text: check that it is the right one.") from error
    walker = _Walker()
    blocks = list(walker.walk(root, 0))
    title = tidy(root.findtext(".//title") or "") or next((b.text for b in blocks if b.level == 1), None)
    reading = compose(blocks, "html", title, warnings + warn("Hidden parts of the page were left out", walker.hidden))
    if limits.hidden_text:
        return reading
    unseen = (Hidden("hidden_text", quote, "page") for quote in walker.hidden if quote)
    return replace(reading, hidden=(*unseen, *in_page(text)))


@dataclass(slots=True)
class _Walker:
    """Gathers the words of a page until a block ends, then gives them out."""

    words: list[str] = field(default_factory=list)
    mark: str = ""
    """What stands before the words of a list item."""
    hidden: list[str] = field(default_factory=list)
    listed: int = 0
    """How many list items are open."""

    def walk(self, element: Element, depth: int) -> Iterator[Block]:
        """The blocks under an element, and its tail left among the words."""
        if depth > DEEPEST:
            raise Unreadable(f"The page nests its contents more than {DEEPEST} levels deep: save it as text.")
        name = element.tag if isinstance(element.tag, str) else ""
        if name == "br":
            self.words.append("\n")
        elif _hides(element):
            self.hidden.append(" ".join(element.text_content().split()))
        elif name == "pre":
            yield from self.flush()
            yield Block(element.text_content())
        elif name == "table" and not _arranges(element):
            yield from self.flush()
            yield Block("\n".join(self.lines(element)))
        elif name in _TITLES:
            yield from self.flush()
            self.say(" ".join(self.seen(element)))
            yield from self.flush(_TITLES[name])
        elif name and name not in _UNSEEN:
            yield from self.inside(element, name, depth)
        if element.tail:
            self.say(element.tail)

    def inside(self, element: Element, name: str, depth: int) -> Iterator[Block]:
        """What stands inside an element that is shown."""
        if name in _BLOCKS:
            yield from self.flush()
        if element.text:
            self.say(element.text)
        number = whole(element.get("start"), 1)
        for part in element:
            if part.tag == "li":
                number = whole(part.get("value"), number)
                mark = numeral(number, _NUMBERS.get(element.get("type", ""), "decimal")) + "." if name == "ol" else "-"
                number += 1
                yield from self.item(part, mark, depth)
            else:
                yield from self.walk(part, depth + 1)
        if name in _BLOCKS:
            yield from self.flush()

    def item(self, item: Element, mark: str, depth: int) -> Iterator[Block]:
        """An item of a list; its first words carry the mark."""
        yield from self.flush()
        self.mark = mark
        self.listed += 1
        yield from self.walk(item, depth + 1)
        yield from self.flush()
        self.mark = ""
        self.listed -= 1

    def lines(self, table: Element) -> Iterator[str]:
        """The caption and the rows of a table, cells joined by " | "."""
        for part in table.iter("caption", "tr"):
            cells = [part] if part.tag == "caption" else part.iterchildren("td", "th")
            texts = [" ".join(self.seen(cell)) for cell in cells if not _hides(part)]
            if any(texts):
                yield " | ".join(texts)

    def seen(self, element: Element) -> Iterator[str]:
        """The words that show inside a heading or a cell, on one line."""
        for block in _Walker(hidden=self.hidden).inside(element, "div", 0):
            yield " ".join(block.text.split())

    def say(self, text: str) -> None:
        """Words of the block that is open, with the newlines of the source as blanks."""
        self.words.append(re.sub(r"[ \t\n\r\f]+", " ", text))

    def flush(self, level: int = 0) -> Iterator[Block]:
        """The block that ends here, if it has words."""
        text = tidy("".join(self.words))
        self.words = []
        if text:
            yield Block(f"{self.mark} {text}" if self.mark else text, level, tight=bool(self.listed and not level))
            self.mark = ""


def _hides(element: Element) -> bool:
    """Whether the page itself hides an element."""
    return "hidden" in element.attrib or bool(_HIDING.search(element.get("style", "")))


def _arranges(table: Element) -> bool:
    """Whether a table is there for the layout: its cells hold headings or tables."""
    return any(part.tag in _LAYOUT for part in table.iterdescendants())
