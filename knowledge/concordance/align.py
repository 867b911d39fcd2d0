"""Which sentences of two languages say the same thing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

RATIO: Final = 1.1
"""Signs of French for one of English, in the shipped library."""
SPREAD: Final = 2.0
"""Variance of the length of a sentence, a sign, around what its fellow's length lets expect. Gale and Church, "A program
for aligning sentences in bilingual corpora" (1993), found 6.8 for parliamentary debates; what is drafted twice is closer."""
SHAPES: Final = {(1, 1): 0.0, (1, 2): 3.0, (2, 1): 3.0, (2, 2): 5.0, (1, 3): 7.0, (3, 1): 7.0, (1, 0): 9.0, (0, 1): 9.0}
"""How many sentences of each language may go together, and what that costs."""

REACH: Final = 20
"""Sentences that a fellow may stand away from its proportional place."""
UNEVEN: Final = 1.0
"""Strain from which one sentence does not say what two say in the other language."""
LIKE: Final = 4.0
"""Strain up to which the parts of two sentences may be taken for fellows."""

_END = re.compile(
    r"(?<=[.?!…])(?<!\b[A-Z]\.)(?<!\bart\.)(?<!\bno\.)(?<!\bnos\.)[\"”»)*\u00a0]*\s+(?=[\"“«(*]*[A-ZÀ-ÖØ-Þ\d{])"
)
_PART = re.compile(r";|(?<=\w) ?:(?= )")
_LINE = re.compile(r"\n+")
_WORD = re.compile(r"\w")


class Span(NamedTuple):
    """`text[start:end]`."""

    start: int
    end: int


class Pair(NamedTuple):
    """Spans of the two languages that belong together; an empty one where there is no fellow.

    Not `even` are sentences of different number whose lengths do not go together: one of them may have lost its fellow.
    """

    en: Span
    fr: Span
    even: bool = True


def sentences(text: str) -> list[Span]:
    """The sentences of `text`; a line ends one too."""
    found, start = [], 0
    for cut in sorted([*_END.finditer(text), *_LINE.finditer(text)], key=lambda match: match.end()):
        if _WORD.search(text, start, cut.start() + 1):
            found.append(Span(start, cut.start()))
        start = cut.end()
    if _WORD.search(text, start):
        found.append(Span(start, len(text)))
    return found


def clauses(text: str, span: Span) -> list[Span]:
    """The parts of a sentence between its semicolons."""
    cuts = [match.start() for match in _PART.finditer(text, span.start, span.end)]
    return [Span(start, end) for start, end in pairwise([span.start, *cuts, span.end])]


def split(en: str, fr: str, pair: Pair) -> list[Pair]:
    """The pair cut at its semicolons, where both sentences have as many and the parts are of like length."""
    parts = clauses(en, pair.en), clauses(fr, pair.fr)
    if len(parts[0]) != len(parts[1]):
        return [pair]
    pairs = [Pair(one, other) for one, other in zip(*parts, strict=True)]
    alike = all(_strain(_length([part.en]), _length([part.fr])) < LIKE for part in pairs)
    return pairs if alike else [pair]


def align(en: Sequence[Span], fr: Sequence[Span]) -> list[Pair]:
    """The cheapest way to put the sentences together in their order, by their lengths."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    slope, reach = len(fr) / max(1, len(en)), REACH + abs(len(fr) - len(en))
    for i in range(len(en) + 1):
        for j in range(max(0, int(i * slope) - reach), min(len(fr), int(i * slope) + reach) + 1):
            for (down, right), price in SHAPES.items():
                if down <= i and right <= j and (i - down, j - right) in best:
                    before = best[i - down, j - right][0]
                    cost = before + price + _strain(_length(en[i - down : i]), _length(fr[j - right : j]))
                    if (i, j) not in best or cost < best[i, j][0]:
                        best[i, j] = cost, (down, right)
    return list(reversed([*_walk(best, en, fr)]))


def _walk(
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]], en: Sequence[Span], fr: Sequence[Span]
) -> Iterator[Pair]:
    i, j = len(en), len(fr)
    while i or j:
        down, right = best[i, j][1]
        strain = _strain(_length(en[i - down : i]), _length(fr[j - right : j]))
        yield Pair(_whole(en, i - down, i), _whole(fr, j - right, j), down == right or strain < UNEVEN)
        i, j = i - down, j - right


def _whole(spans: Sequence[Span], first: int, last: int) -> Span:
    """From the first of these sentences to the end of the last; nothing, at the place where it would stand."""
    if first == last:
        at = spans[first - 1].end if first else 0
        return Span(at, at)
    return Span(spans[first].start, spans[last - 1].end)


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _strain(en: int, fr: int) -> float:
    """How far two lengths are from what they should be for each other, squared and in units of their spread."""
    if not en or not fr:
        return 0.0
    mean = (en + fr / RATIO) / 2
    return ((fr - RATIO * en) / math.sqrt(SPREAD * mean)) ** 2 / 2
