"""What texts speak of: the roots of their telling words, looked up word by word because the same words come again and again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from knowledge.lexical import terms
from knowledge.models import Language

_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=10_000)
def roots(text: str, lang: Language) -> frozenset[str]:
    """The roots of a text, without words of grammar."""
    return frozenset(root for word in _WORD.findall(text.lower()) for root in _roots(word, lang))


@lru_cache(maxsize=50_000)
def _roots(word: str, lang: Language) -> tuple[str, ...]:
    return terms(word, lang).stems
