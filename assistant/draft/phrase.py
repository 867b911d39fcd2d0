"""Phrases in a text, found by the stems of their words, so that an ending does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from knowledge.lexical import terms
from knowledge.models import Language

_WORD: Final = re.compile(r"\d+h/\d+|\d+/\d+|\d+x\d+|[^\W_]+(?:-[^\W_]+)*", re.IGNORECASE)

SKIPPED: Final = 4
"""Words that may stand between two of a phrase that is found loosely."""
REACH: Final = 3
"""Words that may stand between a negation and what it denies."""
_STOP: Final = re.compile(r"[,;:.()](?=\s|$)|\s[-–]\s|\b(?:but|mais|and|et)\b", re.IGNORECASE)
_NOT: Final = re.compile(
    r"\b(?:no|not|never|without|neither|nor|cannot|excluding|sans|pas|aucune?|jamais|ni|hors|non(?= \S+$)|non(?=-))\b"
    r"(?! (?:more|later|less|longer|fewer|plus|moins|seulement|only)\b)|\b\w+n't\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its stem and where it stands."""

    stem: str
    start: int
    end: int


def words(text: str, lang: Language) -> list[Word]:
    """The words of `text` in order, those of grammar included."""
    return [Word(_stem(found[0].lower(), lang), found.start(), found.end()) for found in _WORD.finditer(text)]


def occurrences(phrase: str, within: list[Word], lang: Language) -> Iterator[tuple[int, int]]:
    """Where `phrase` stands: numbers of its first word and of the word after its last."""
    wanted = _stems(phrase, lang)
    first = wanted[0] if wanted else ""
    for at, word in enumerate(within):
        if word.stem == first and tuple(each.stem for each in within[at : at + len(wanted)]) == wanted:
            yield at, at + len(wanted)


def loosely(phrase: str, within: list[Word], text: str, lang: Language) -> Iterator[tuple[int, int]]:
    """Where the words of `phrase` stand in this order with at most four others between two of them, and no stop or figure."""
    wanted = _stems(phrase, lang)
    for at, word in enumerate(within):
        if not wanted or word.stem != wanted[0]:
            continue
        last = at
        for stem in wanted[1:]:
            found = _next(stem, last, within, text)
            if found is None:
                break
            last = found
        else:
            yield at, last + 1


def _next(stem: str, last: int, within: list[Word], text: str) -> int | None:
    """Where `stem` stands soon after the word at `last`."""
    for at in range(last + 1, min(last + 2 + SKIPPED, len(within))):
        if within[at].stem == stem:
            return None if _STOP.search(text, within[last].end, within[at].start) else at
        if within[at].stem.isdecimal():
            return None
    return None


def is_negated(start: int, text: str, cue: tuple[str, int] | None = None) -> bool:
    """Whether what stands at `start` is denied: by a negation shortly before it, or by one among its own words that its `cue`
    (with its end) does not have. Two make a yes: "no work without a quote"."""
    begins = max((stop.end() for stop in _STOP.finditer(text, 0, start)), default=0)
    before = [found.end() for found in _NOT.finditer(text[begins:start])]
    count = len(before) if before and len(text[begins + before[-1] : start].split()) <= REACH else 0
    if cue:
        phrase, end = cue
        count += min(1, max(0, len(_NOT.findall(text[start:end])) - len(_NOT.findall(phrase))))
    return count % 2 == 1


def spans(phrases: Iterable[str], text: str, lang: Language) -> list[tuple[int, int]]:
    """Where any of `phrases` stands in `text`, in characters, in order."""
    found = words(text, lang)
    return sorted(
        (found[first].start, found[after - 1].end)
        for phrase in phrases
        for first, after in occurrences(phrase, found, lang)
    )


@lru_cache(maxsize=20_000)
def _stems(phrase: str, lang: Language) -> tuple[str, ...]:
    return tuple(word.stem for word in words(phrase, lang))


@lru_cache(maxsize=50_000)
def _stem(word: str, lang: Language) -> str:
    """The stem, or the word itself where it is one of grammar."""
    return "-".join(terms(word, lang).stems) or word
