"""Two whole documents, one in each language: compared article by article where both number their articles alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from knowledge.concordance import NO_TERMS, Discordance, Terms, Words, discordances
from knowledge.concordance.align import Span
from knowledge.models import Language

_ARTICLE: Final = re.compile(
    r"^[#*_ \t]*(?:article|clause|section)?[ \u00a0]*(\d{1,3})"
    r"(?:\.(?!\d)|\)|er\b|[ \u00a0]*[-–—:]|\s*$|\s+(?=[A-ZÀ-Ý]))",
    re.IGNORECASE | re.MULTILINE,
)
_TERM: Final[Mapping[Language, re.Pattern[str]]] = {
    "en": re.compile(r"\((?:[a-z,]+ ){0,4}[\"“]([^\"”]{2,60})[\"”]\)", re.IGNORECASE),
    "fr": re.compile(r"\((?:[a-zà-ÿ,']+ ){0,4}«\s?([^»]{2,60}?)\s?»\)", re.IGNORECASE),
}
HEAD: Final = "0"
"""The place of what stands before the first article."""


def parallel(en: str, fr: str) -> Iterator[tuple[str, Discordance]]:
    """Where two versions of a contract differ, with the number of the article. Offsets count from the head of each text.

    Terms count as defined where both texts define as many in brackets; they are fellows in their order.
    """
    known = _defined(en, fr)
    for place, here, there in _paired(en, fr):
        for found in discordances(en[slice(*here)], fr[slice(*there)], known, wording=True):
            yield place, _moved(found, here.start, there.start)


def _paired(en: str, fr: str) -> Iterator[tuple[str, Span, Span]]:
    """Articles of the same number; the two texts as wholes where they do not have the same ones."""
    ours, theirs = _articles(en), _articles(fr)
    if [number for number, _ in ours] != [number for number, _ in theirs]:
        yield HEAD, Span(0, len(en)), Span(0, len(fr))
        return
    for (number, here), (_, there) in zip(ours, theirs, strict=True):
        yield number, here, there


def _articles(text: str) -> list[tuple[str, Span]]:
    """The articles that are numbered from 1 upwards, and what stands before them."""
    found: list[tuple[str, int]] = [(HEAD, 0)]
    for match in _ARTICLE.finditer(text):
        if int(match[1]) == int(found[-1][0]) + 1:
            found.append((match[1], match.start()))
    ends = [start for _, start in found[1:]] + [len(text)]
    return [(number, Span(start, end)) for (number, start), end in zip(found, ends, strict=True)]


def _defined(en: str, fr: str) -> Terms:
    ours, theirs = _TERM["en"].findall(en), _TERM["fr"].findall(fr)
    if len(ours) != len(theirs):
        return NO_TERMS
    return {"en": _by_order(ours), "fr": _by_order(theirs)}


def _by_order(terms: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {str(number): (term,) for number, term in enumerate(terms)}


def _moved(found: Discordance, en: int, fr: int) -> Discordance:
    one, other = found.sentences
    return replace(
        found,
        en=tuple(_shifted(words, en) for words in found.en),
        fr=tuple(_shifted(words, fr) for words in found.fr),
        sentences=(_shifted(one, en), _shifted(other, fr)),
    )


def _shifted(words: Words, by: int) -> Words:
    return replace(words, start=words.start + by, end=words.end + by)
