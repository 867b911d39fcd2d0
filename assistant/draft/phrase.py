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
