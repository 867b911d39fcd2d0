"""The words of a text as the lexical index knows them.

Two kinds of terms: Snowball stems, exact within a language, and cognates, the first five letters without accents, which
also meet across French and English ("responsabilité", "responsibility") and forgive an ending.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from knowledge.models import Language

COGNATE_LENGTH: Final = 5
MAX_QUERY_TERMS: Final = 48
"""Distinct terms of a question that are looked up; the rest of a very long one is left to the vectors."""

_WORD = re.compile(r"[^\W_]+")
_SNOWBALL: Final[dict[Language, str]] = {"en": "english", "fr": "french"}
_ENGLISH: Final = """
a an and are as at be been but by can did do does for from had has have he her him his how i if in into is it
its me my of on or our she so that the their them then there they this to us was we were what when which who
will with would you your
"""
_FRENCH: Final = """
a ai as au aux avec avez avons c ce ces cet cette d dans de des du elle elles en est et eu il ils j je l la le
les leur leurs lui m ma mais me mes mon n ne nos notre nous on ont ou par pas pour qu que qui s sa se ses si son
sont sur t ta te tes tu un une vos votre vous y à été être
"""
_STOP: Final[dict[Language, frozenset[str]]] = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
"""Words of grammar, which say nothing of the subject."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text, in order and with repetitions."""

    stems: tuple[str, ...]
    cognates: tuple[str, ...]


def terms(text: str, lang: Language) -> Terms:
    """The terms of `text`, read as `lang`."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP[lang]]
    return Terms(
        stems=tuple(_stem(word, lang) for word in words),
        cognates=tuple(_bare(word)[:COGNATE_LENGTH] for word in words if len(word) > 3 and not word.isdigit()),
    )


def distinct(words: tuple[str, ...]) -> tuple[str, ...]:
    """The different terms of a question, in order, as many as are looked up."""
    return tuple(dict.fromkeys(words))[:MAX_QUERY_TERMS]


@lru_cache(maxsize=50_000)
def _bare(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


@lru_cache(maxsize=50_000)
def _stem(word: str, lang: Language) -> str:
    stem: str = _stemmers.of(lang).stemWord(word)
    return stem


class _Stemmers(threading.local):
    """A stemmer keeps the word that it works on: each thread has its own."""

    def of(self, lang: Language) -> Any:
        if lang not in self.__dict__:
            import snowballstemmer

            self.__dict__[lang] = snowballstemmer.stemmer(_SNOWBALL[lang])
        return self.__dict__[lang]


_stemmers: Final = _Stemmers()
