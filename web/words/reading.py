"""What is said of a file when it is read, in the language of whoever sent it.

`ingest` says it in English, in a process of its own and to programs too. The catalogue `file` has each of its sentences; which
of them was said is found by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from knowledge.models import Language
from web.words.catalogue import HOLE, NARROW_NO_BREAK, Word, Words

READING: Final = Words("file")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and its language."""

    text: str
    lang: Language


def said(sentence: str, lang: Language) -> Said:
    """The sentence in `lang`; as it is, in English, where the catalogue does not have it."""
    known = None if lang == "en" else _in(sentence, lang)
    return Said(sentence, "en") if known is None else Said(known, lang)


def _in(sentence: str, lang: Language) -> str | None:
    for name, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            holes = {hole: _in(text, lang) or _number(text) for hole, text in found.groupdict().items()}
            return READING[lang][name].fill(**holes)
    return None


def _number(text: str) -> str:
    return text.replace(",", NARROW_NO_BREAK) if _GROUPED.fullmatch(text) else text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """What each sentence looks like, those with most words of their own first."""
    words = sorted(READING["en"].items(), key=lambda item: -len(HOLE.sub("", item[1])))
    return [(name, _pattern(word)) for name, word in words]


def _pattern(word: Word) -> re.Pattern[str]:
    text = re.escape(word).replace("’", "['’]")
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", text), re.DOTALL)
