"""A document as it is written, before it becomes Markdown or DOCX: headings, numbered paragraphs, tables, references.

Numbers are never typed: headings and paragraphs say which list they belong to, `labels` counts, and a reference names the
anchor of what it points to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Listing = Literal["article", "annex"]
"""What a heading of the first level is counted as."""
ParagraphStyle = Literal["text", "title", "subtitle", "centred", "note", "field", "quote"]

WORDS: Final[Mapping[str, Mapping[Listing, str]]] = {
    "en": {"article": "article", "annex": "annex"},
    "fr": {"article": "article", "annex": "annexe"},
}
"""What stands before the number of a heading, as a sentence has it."""
_EMPHASIS = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|(?<![\w*])\*(?=\S)(?P<italic>[^*]+?)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. `change` marks what was inserted into or deleted from the wording that is shown; `lang` names
    another language than that of the paragraph."""

    text: str
    bold: bool = False
    italic: bool = False
    change: Literal["inserted", "deleted"] | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of the heading or paragraph at `anchor`, kept right by the word processor: "article 12"."""

    anchor: str


Inline = Run | Reference
Content = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3, counted if it belongs to a listing (level 1 alone)."""

    content: Content
    level: int = 1
    listing: Listing | None = None
    anchor: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paragraph counted below the last heading: level 1 as 12.1, level 2 as (a), level 3 as (i).

    Below a heading that is not counted itself, level 1 is 1., 2., 3. and begins anew with the next heading.
    """

    content: Content
    level: int = 1
    anchor: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without a number. `quote` is somebody's words; `field` is kept with what follows, for signatures."""

    content: Content
    style: ParagraphStyle = "text"
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Bullet:
    """An item of a list."""

    content: Content
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first of them the heading, repeated on every page. `widths` are shares of the line."""

    rows: tuple[tuple[Content, ...], ...]
    widths: tuple[float, ...] = ()
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


Simple = Heading | Numbered | Paragraph | Bullet | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Pair:
    """The same in two languages, side by side. Both columns count on their own."""

    left: Simple
    right: Simple


Block = Simple | Pair


@dataclass(frozen=True, slots=True)
class Document:
    """All of it, with what stands on every page. `lang` is the language of whatever names no other."""

    title: str
    lang: str
    blocks: tuple[Block, ...]
    header: str = ""
    footer: str = ""
    subject: str = ""
    author: str = "Clausier"
    landscape: bool = False


@dataclass(slots=True)
class Counter:
    """Counts one column of a document."""

    lang: str
    counts: dict[Listing, int] = field(default_factory=lambda: {"article": 0, "annex": 0})
    current: Listing | None = None
    levels: list[int] = field(default_factory=lambda: [0, 0, 0])

    def label(self, block: Simple) -> str:
        """The number of `block` as it is shown; nothing for what has none."""
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Numbered):
            return self._paragraph(block.level)
        return ""

    def _heading(self, heading: Heading) -> str:
        if heading.level == 1:
            self.current = heading.listing
        if heading.level == 1 or self.current is None:
            self.levels = [0, 0, 0]
        if heading.listing is None:
            return ""
        self.counts[heading.listing] += 1
        return f"{WORDS[heading.lang or self.lang][heading.listing]} {self.counts[heading.listing]}"

    def _paragraph(self, level: int) -> str:
        self.levels[level - 1] += 1
        self.levels[level:] = [0] * (3 - level)
        number = self.levels[level - 1]
        if level == 1:
            return f"{self.counts[self.current]}.{number}" if self.current else f"{number}."
        return f"({_letters(number) if level == 2 else _roman(number)})"


def labels(document: Document) -> Iterator[tuple[Block, str, str]]:
    """Every block with its number, and for a `Pair` that of the right column."""
    left, right = Counter(document.lang), Counter(document.lang)
    for block in document.blocks:
        if isinstance(block, Pair):
            yield block, left.label(block.left), right.label(block.right)
        else:
            yield block, left.label(block), ""


def anchors(document: Document) -> dict[str, str]:
    """The number of everything that can be referred to, as a sentence has it: "article 12", "annexe 2", "12.3".

    Raises `ValueError` for an anchor that stands twice.
    """
    found: dict[str, str] = {}
    for block, left, right in labels(document):
        sides = ((block.left, left), (block.right, right)) if isinstance(block, Pair) else ((block, left),)
        for side, label in sides:
            anchor = side.anchor if isinstance(side, Heading | Numbered) else None
            if anchor in found:
                raise ValueError(f"the anchor {anchor!r} stands twice")
            if anchor:
                found[anchor] = label
    return found


def inline(text: str) -> Content:
    """Words with `*emphasis*` and `**strong**` read as such."""
    found: list[Run] = []
    at = 0
    for match in _EMPHASIS.finditer(text):
        found.append(Run(text[at : match.start()]))
        found.append(Run(match["bold"], bold=True) if match["bold"] else Run(match["italic"], italic=True))
        at = match.end()
    found.append(Run(text[at:]))
    return tuple(run for run in found if run.text)


def plain(content: Iterable[Inline], numbers: Mapping[str, str]) -> str:
    """The words of `content`, its references as their numbers."""
    return "".join(piece.text if isinstance(piece, Run) else numbers[piece.anchor] for piece in content)


def sides(block: Block) -> tuple[Simple, ...]:
    """Both columns of a pair, or the block itself."""
    return (block.left, block.right) if isinstance(block, Pair) else (block,)


def contents(block: Simple) -> Iterator[Content]:
    """Every piece of text in a block, in order."""
    if isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row)
    elif not isinstance(block, PageBreak):
        yield block.content


def _letters(number: int) -> str:
    """1 is a, 27 is aa."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    signs = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    roman = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        roman += sign * count
    return roman
