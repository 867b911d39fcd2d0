"""Citations: what an answer relies on, verbatim and at its offsets.

Plain code, no model. A quotation that is not in its passage does not exist: a true one may be refused for a slip, an invented
one is never let through.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from knowledge.models import Passage

MAX_QUOTE = 480
"""Characters of the longest quotation; longer ones end with the last whole sentence before."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[»\"')\]]*\s+(?=[A-ZÀ-ÖØ-Þ«\"(\-\d])")
_NOT_AN_END = re.compile(r"(?:\b(?:art|arts|al|Cass|com|civ|ch|no|n°|p|cf|etc|v|vs|e\.g|i\.e|M|Mme|Dr|St|Inc|Ltd)|\b[A-ZÀ-Þ])\.$")
_FIGURE = re.compile(
    r"""(?:(?P<article>\b[LRD]\.?\s?\d{2,4}(?:-\d+)*|\b\d{3,4}(?:-\d+)+)|(?P<number>\d+(?:[  ., ]\d+)*))""", re.VERBOSE
)


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a passage that an answer relies on: `passage.text[start:end] == quote`."""

    n: int
    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.passage.text[self.start : self.end]


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin and end, list items apart. Offsets cover every word."""
    spans = []
    start = 0
    bounds = sorted({m.end() for m in _SENTENCE_END.finditer(text)} | {m.end() for m in re.finditer(r"\n+", text)})
    for bound in [*bounds, len(text)]:
        piece = text[start:bound]
        if not piece.strip() or (bound < len(text) and "\n" not in piece[-2:] and _NOT_AN_END.search(piece.rstrip())):
            continue
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, start + len(piece.rstrip())))
        start = bound
    return spans


def opening(text: str, most: int = MAX_QUOTE) -> tuple[int, int]:
    """The first sentences of `text` that fit into `most` characters; at least one, cut at a word if it must be."""
    end = 0
    for _, stop in sentences(text):
        if stop > most:
            break
        end = stop
    if not end:
        end = len(text) if len(text) <= most else (text.rfind(" ", 0, most) if " " in text[:most] else most)
    return 0, end


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`: to the letter, or but for spacing, quotation marks, dashes and case.

    What is returned are offsets into `text`, so that what is shown are always the source's own characters. `None` if it does
    not stand there, or is too short to mean anything.
    """
    if len(quote.strip()) < 12:
        return None
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    plain, offsets = _plain(text)
    wanted, _ = _plain(quote)
    at = plain.find(wanted.strip())
    if at < 0 or not wanted.strip():
        return None
    last = at + len(wanted.strip()) - 1
    return offsets[at], offsets[last] + 1


def figures(text: str) -> set[str]:
    """Every number, amount, date part and article number in `text`, written one way. `[1]` marks are not figures."""
    bare = re.sub(r"\[\d+\]", " ", text)
    found = set()
    for match in _FIGURE.finditer(bare):
        if match["article"]:
            found.add(re.sub(r"[.\s]", "", match["article"]).upper())
        else:
            found.add(_number(match["number"]))
    return found | _spelled(bare)


def unsupported(text: str, sources: list[str]) -> set[str]:
    """The figures of `text` that stand in none of the `sources`."""
    known: set[str] = set()
    for source in sources:
        known |= figures(source)
    return figures(text) - known


_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    "hundred": 100, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "cent": 100,
}  # fmt: skip
_SPELLED = re.compile(rf"\b({'|'.join(_NUMBERS)})\b", re.IGNORECASE)


def _spelled(text: str) -> set[str]:
    return {str(_NUMBERS[word.lower()]) for word in _SPELLED.findall(text)}


def _number(text: str) -> str:
    """"1 800,48", "1,800.48" and "1800.48" are one figure; a comma before three digits parts thousands."""
    compact = re.sub(r"[\s  ]", "", text)
    compact = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", compact).replace(",", ".")
    if "." in compact:
        compact = compact.rstrip("0").rstrip(".") if compact.count(".") == 1 else compact
    return compact.lstrip("0") or "0"


_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"})


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` folded for comparison, and for each of its characters the offset in the original."""
    out: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text.translate(_SAME)):
        folded = unicodedata.normalize("NFKC", char).lower()
        if folded.isspace():
            if out and out[-1] == " ":
                continue
            folded = " "
        elif char == '"' and out and out[-1] == " " and at and text[at - 1].isspace():
            pass
        for piece in folded:
            out.append(piece)
            offsets.append(at)
    return "".join(out), offsets
