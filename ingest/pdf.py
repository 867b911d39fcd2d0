"""PDF files: the text layer page by page, put back into paragraphs."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.compose import LONGEST_HEADING, finish, tidy, warn
from ingest.headings import guess, rank
from ingest.hidden import shorten
from ingest.ink import Ink
from ingest.reading import Limits, Reading
from knowledge.contract import Hidden, HiddenKind
from knowledge.errors import Scanned, TooLarge, Unreadable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

REPEATED = 0.6
"""Share of pages on which a line at the edge must stand to be a header or footer."""

EDGE = 8
"""Lines at the top and at the bottom of a page among which headers and footers are sought."""

GAP = 1.4
"""Times the usual distance between lines, beyond which a new paragraph begins."""

TINY = 2.5
"""Points; nobody reads letters of this size."""

_NUMBER = re.compile(r"\d{1,5}")
_MARKER = re.compile(
    r"(?:\(?[a-z]{1,4}\)|\(?\d{1,3}\)|\d{1,3}(?:\.\d{1,3})*[.)]?|[A-Za-z][.)]|[IVXivx]{1,5}[.)]|[-–—•▪◦●○*§])\s+\S|"
    r"(?:article|section|clause|annexe?|appendix|schedule|exhibit)\s+[\dIVXA-Z]",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.:;!?…][»”\"')\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONE = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{2,5})[.)]|[-–•▪◦●○]")
_PARTED = re.compile(r"\b([A-ZÀ-Ý][a-zà-ÿ]{0,5}) ([a-zà-ÿ]{2,})\b")
_LOOSE = re.compile(r"(?<=\w) (?=[’']s\b)|(?<=\() (?=\w)")
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,5}\.? ")
_BROKEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_KEPT = frozenset({
    "non", "self", "co", "pre", "post", "anti", "third", "sub", "well", "long", "short", "high", "full", "cross",
    "multi", "re", "de", "on", "off", "end", "one", "two", "sous", "ci", "au", "là", "peut", "avant", "après", "semi",
    "demi", "mi", "contre", "vice", "ex", "celui", "celle", "ceux", "quasi", "dit", "lui", "elle", "grand", "tiers",
    "mise",
})  # fmt: skip
"""First halves of words that keep their hyphen at the end of a line."""
_NO_TITLE = re.compile(
    r"(?:\(?(?:untitled|anonymous|unspecified|sans titre|document\d*)\)?|[^ ]*[_\d][^ ]*|"
    r".*\.(?:docx?|pdf|odt|indd|rtf|tex|pages))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its text, where it begins (from the lower left) and the size of its letters, in points."""

    text: str
    left: float
    height: float
    size: float
    unseen: HiddenKind | None = None
    """How it is kept from sight."""


def read_pdf(data: bytes, limits: Limits) -> Reading:
    """The text layer of a PDF; a file without one, with a password or with too many pages raises.

    Headers, footers and page numbers are left out where at least three pages show that they repeat. Words parted at
    the end of a line are mended, and lines of one paragraph joined, also from one page to the next.
    """
    from pypdf.errors import LimitReachedError

    reader = _open(data, limits)
    try:
        pages = [_marked(_lines(page)) for page in reader.pages]
    except LimitReachedError as error:
        raise TooLarge("A page of the PDF unpacks to more than can be read: print it to a new PDF.") from error
    tiny = [line.text for page in pages for line in page if 0 < line.size < TINY]
    hidden: list[Hidden] = []
    if not limits.hidden_text:
        pages = _with_recognised_layer(pages)
        hidden = [*_unseen(pages), *_beside(reader)]
        pages = [[line for line in page if line.unseen is None] for page in pages]
    kept = _mended(_without_margins(pages))
    if not _has_letters(kept):
        raise Scanned("The PDF has no text layer: run OCR first, then try again.")
    text, starts = _Joiner(kept).join()
    if text.count("\ufffd") > len(text) // 5:
        raise Unreadable("The text layer of the PDF is unreadable: run OCR first, then try again.")
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    form = "Fields of a form were left out: print the form to a new PDF to include them."
    warnings = [
        *([f"Pages without text, perhaps scanned: {', '.join(empty[:10])}."] if empty else []),
        *warn("Letters too small to read were kept", tiny),
        *([form] if _has_form(reader) else []),
    ]
    reading = finish(text, "pdf", _title(reader, kept), guess(text), starts, warnings)
    return replace(reading, hidden=tuple(hidden))


def _has_letters(pages: Iterable[Iterable[Line]]) -> bool:
    """Whether any line holds a word."""
    return any(any(map(str.isalpha, line.text)) for page in pages for line in page)


def _open(data: bytes, limits: Limits) -> PdfReader:
    """The file, unlocked where it opens without a password, with no more pages than allowed."""
    import pypdf
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pypdf.overwrite_configuration(page_tree_maximum_entries=2 * limits.pages + 100)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF is protected by a password: save a copy without it and try again.")
        count = len(reader.pages)
    except LimitReachedError as error:
        raise TooLarge(f"The PDF has more than {limits.pages:,} pages or too deep a structure: split it.") from error
    except DependencyError as error:
        raise Unreadable("The PDF is encrypted: print it to a new PDF without protection and try again.") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable("The PDF is damaged: open it in a viewer and save it again.") from error
    if count > limits.pages:
        raise TooLarge(f"The PDF has more than {limits.pages:,} pages: split it.")
    if not count:
        raise Unreadable("The PDF has no pages: check that it is the right one.")
    return reader


def _lines(page: PageObject) -> Iterator[Line]:
    """The lines of a page in the order in which they were written."""
    chunks: list[tuple[str, float, float, float, HiddenKind | None]] = []
    ink = Ink()

    def visit(text: str, matrix: list[float], text_matrix: list[float], font: Any, size: float) -> None:
        scale = math.hypot(text_matrix[2], text_matrix[3]) * math.hypot(matrix[2], matrix[3])
        left = text_matrix[4] * matrix[0] + text_matrix[5] * matrix[2] + matrix[4]
        height = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
        letters = abs(size * scale)
        unseen = ink.unseen(left, height) if text.strip() else None
        chunks.append((text, left, height, letters, unseen or ("tiny_text" if 0 < letters < TINY else None)))

    page.extract_text(visitor_text=visit, visitor_operand_before=ink.follow)
    words: list[str] = []
    place = (0.0, 0.0)
    size = 0.0
    kind: HiddenKind | None = None
    for text, left, height, letters, unseen in [*chunks, ("\n", 0.0, 0.0, 0.0, None)]:
        for number, piece in enumerate(text.split("\n")):
            if number:
                line = tidy("".join(words))
                if line:
                    yield Line(line, *place, size, kind)
                words, size, kind = [], 0.0, None
            if piece.strip():
                if size and unseen != kind:
                    yield Line(tidy("".join(words)), *place, size, kind)
                    words, size = [], 0.0
                kind = unseen
                place = place if size else (left, height)
                size = max(size, letters)
            words.append(piece)


def _marked(lines: Iterable[Line]) -> list[Line]:
    """The lines of a page with the numbers of list items before their text, where the page draws them apart."""
    marked = list(lines)
    rows: dict[int, list[int]] = {}
    for at, line in enumerate(marked):
        if not _LONE.fullmatch(line.text):
            rows.setdefault(round(line.height), []).append(at)
    moved = set()
    for at, number in enumerate(marked):
        if not _LONE.fullmatch(number.text):
            continue
        near = (place for row in (0, -1, 1) for place in rows.get(round(number.height) + row, ()))
        beside = next((place for place in near if _begins(number, marked[place])), None)
        if beside is not None:
            line = marked[beside]
            marked[beside] = replace(line, text=f"{number.text} {line.text}", left=number.left)
            moved.add(at)
    return [line for at, line in enumerate(marked) if at not in moved]


def _begins(number: Line, line: Line) -> bool:
    """Whether a number stands just before a line."""
    return abs(line.height - number.height) < 0.3 * line.size and 0 < line.left - number.left < 8 * line.size


def _without_margins(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without the lines at their edges that most of them share, page numbers included."""
    filled = sum(map(bool, pages))
    if filled < 3:
        return list(pages)
    counts: Counter[str] = Counter()
    for index, page in enumerate(pages):
        edges = {line.text for line in page[:EDGE] + page[-EDGE:]}
        counts.update({shape for text in edges for shape in _shapes(text, index)})
    repeated = {shape for shape, count in counts.items() if count >= REPEATED * filled}
    kept = []
    for index, page in enumerate(pages):
        marginal = [not repeated.isdisjoint(_shapes(line.text, index)) for line in page]
        top = next((at for at, is_marginal in enumerate(marginal[:EDGE]) if not is_marginal), EDGE)
        bottom = next((at for at, is_marginal in enumerate(marginal[::-1][:EDGE]) if not is_marginal), EDGE)
        kept.append(page[top : len(page) - bottom])
    return kept if _has_letters(kept) else list(pages)


def _shapes(text: str, index: int) -> Iterator[str]:
    """A line as it is, and with each of its numbers in turn counted from the page that it stands on."""
    yield text
    if len(text) <= 200:
        for number in _NUMBER.finditer(text):
            yield f"{text[: number.start()]}\0{int(number[0]) - index}\0{text[number.end() :]}"


def _mended(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages with words made whole that the text layer parts after their first letters ("S cope").

    Only where the document has the second half nowhere else, and the whole word elsewhere or no use for a lone letter.
    """
    words: Counter[str] = Counter()
    parted: Counter[tuple[str, str]] = Counter()
    for page in pages:
        for line in page:
            words.update(_LETTERS.findall(line.text.casefold()))
            parted.update((match[1], match[2]) for match in _PARTED.finditer(line.text))

    def join(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        strange = first not in ("A", "I", "Y", "À") if len(first) == 1 else words[first.casefold()] <= 2
        titled = len(first) == 1 and bool(_NUMBERED.fullmatch(match.string[: match.start()]))
        if strange and words[second] == parted[first, second] and (titled or words[(first + second).casefold()]):
            return first + second
        return match[0]

    return [[replace(line, text=_PARTED.sub(join, _LOOSE.sub("", line.text))) for line in page] for page in pages]


class _Joiner:
    """Puts lines together into paragraphs, by what is usual in this document."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        lines = [line for page in pages for line in page]
        lengths = sorted(len(line.text) for line in lines)
        spaces = sorted(
            (first.height - second.height) / first.size
            for page in pages
            for first, second in pairwise(page)
            if first.size and abs(first.size - second.size) < 0.1
        )
        spaces = [space for space in spaces if 0.8 < space < 4]
        self.pages = pages
        self.width = lengths[len(lengths) * 9 // 10]
        self.space = spaces[len(spaces) // 4] if spaces else 1.2
        self.words = {word for line in lines for word in _WORD.findall(line.text.casefold())}
        self.pieces: list[str] = []
        self.length = 0

    def join(self) -> tuple[str, list[int]]:
        """The text, and where each page starts in it; an empty page starts where the next one does."""
        starts: list[int] = []
        previous: Line | None = None
        for number, page in enumerate(self.pages):
            for line in page:
                start = self.add(line, previous, turned=len(starts) <= number)
                starts += [start] * (number + 1 - len(starts))
                previous = line
        starts += [self.length] * (len(self.pages) - len(starts))
        return "".join(self.pieces), starts

    def add(self, line: Line, previous: Line | None, turned: bool) -> int:
        """Append a line, and give the offset at which it starts."""
        if previous is not None and self.parts(previous, line, turned):
            self.put("\n\n")
        elif previous is not None and not self.mend(line):
            self.put(" ")
        start = self.length
        self.put(line.text)
        return start

    def put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def mend(self, line: Line) -> bool:
        """Take back the hyphen at the end of the last line if its word goes on in this one; whether it does."""
        broken = _BROKEN.search(self.pieces[-1])
        if broken is None or not line.text[0].islower():
            return False
        first, second = broken[1].casefold(), _WORD.match(line.text.casefold())
        rest = second[0] if second else ""
        if f"{first}-{rest}" not in self.words and (first + rest in self.words or first not in _KEPT):
            self.pieces[-1] = self.pieces[-1][:-1]
            self.length -= 1
        return True

    def parts(self, previous: Line, line: Line, turned: bool) -> bool:
        """Whether a new paragraph begins with `line`; `turned` if it is the first of its page."""
        ended = bool(_ENDED.search(previous.text))
        short = len(previous.text) < 0.7 * self.width
        if abs(previous.size - line.size) > 0.15 * max(previous.size, line.size):
            return True
        if not turned and previous.height - line.height > GAP * self.space * line.size:
            return True
        if (ended or short) and (rank(line.text)[1] or _MARKER.match(line.text)):
            return True
        if turned:
            return ended or (short and line.text[0].isupper())
        begins = line.text[0].isupper() or (not line.text[0].islower() and bool(rank(previous.text)[1]))
        return short and (ended or begins)


def _title(reader: PdfReader, pages: Sequence[Sequence[Line]]) -> str | None:
    """The title among the properties of the file, or what is set largest on the first page."""
    try:
        named = tidy((reader.metadata and reader.metadata.title) or "")
    except (ValueError, TypeError, AttributeError):
        named = ""
    named = named.removeprefix("Microsoft Word - ")
    if named and not _NO_TITLE.match(named):
        return named
    sizes = [line.size for page in pages for line in page]
    largest = max((line.size for line in pages[0]), default=0.0)
    title = " ".join(line.text for line in pages[0] if line.size > 0.95 * largest and not _NO_TITLE.match(line.text))
    return title if largest > 1.25 * median(sizes) and len(title) <= LONGEST_HEADING else None


def _with_recognised_layer(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages as they are, unless most of their text has no ink: then it is the layer that a recogniser laid under the
    picture of the page, and is what a reader sees."""
    lengths: Counter[HiddenKind | None] = Counter()
    for page in pages:
        for line in page:
            lengths[line.unseen] += len(line.text)
    if lengths["hidden_text"] * 2 <= sum(lengths.values()):
        return pages
    return [[replace(line, unseen=None) if line.unseen == "hidden_text" else line for line in page] for page in pages]


def _unseen(pages: Sequence[Sequence[Line]]) -> Iterator[Hidden]:
    """The lines that nobody sees, those of a page and kind that follow each other as one."""
    for number, page in enumerate(pages, 1):
        for kind, lines in groupby(page, key=lambda line: line.unseen):
            if kind is not None:
                yield Hidden(kind, shorten(" ".join(line.text for line in lines)), f"page {number}")


def _beside(reader: PdfReader) -> Iterator[Hidden]:
    """What the file holds besides its pages' text: properties, comments, links to outside, attachments, scripts."""
    with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
        for name, words in (reader.metadata or {}).items():
            if name in ("/Subject", "/Keywords") and str(words).strip():
                yield Hidden("metadata", shorten(str(words)), f"properties: {name.strip('/').lower()}")
        names = reader.root_object.get("/Names")
        held = names.get_object() if names is not None else {}
        for key in ("/EmbeddedFiles", "/JavaScript"):
            if key in held:
                yield Hidden("embedded_file", "", key.strip("/"))
    for number, page in enumerate(reader.pages, 1):
        with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
            for reference in page.get("/Annots") or ():
                note = reference.get_object()
                link = note.get("/A", {}).get("/URI") if note.get("/Subtype") == "/Link" else None
                if link:
                    yield Hidden("external_link", shorten(str(link)), f"page {number}")
                elif note.get("/Contents") and note.get("/Subtype") not in ("/Widget", "/Link"):
                    yield Hidden("comment", shorten(str(note["/Contents"])), f"page {number}")


def _has_form(reader: PdfReader) -> bool:
    """Whether the file is a form, whose fields are not part of the pages' text."""
    form = reader.root_object.get("/AcroForm")
    return form is not None and bool(form.get_object().get("/Fields"))
