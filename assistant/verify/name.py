"""Names in a model's sentence: whoever is named must be named by the passages that the sentence cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from assistant.verify.ground import Ground
from knowledge.lexical import terms
from knowledge.models import Language, Passage

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_BEGINS: Final = re.compile(r"(?:\A|[.!?:;]\s|[(\-–—•]\s?)\W*(?:[LDld]['’])?\Z")
"""What stands before a word that has a capital whether it is a name or not."""
_SAME: Final = {"gdpr": "rgpd", "rgpd": "gdpr", "eu": "ue", "ue": "eu"}
_ALWAYS: Final = frozenset({"it", "eu", "ue", "sla", "id"})
_OPENERS: Final = """
note notez noter moreover furthermore however therefore otherwise finally firstly secondly thus hence besides likewise
according overall generally usually typically meanwhile conversely nevertheless
ainsi cependant toutefois enfin ensuite néanmoins donc aussi selon notamment généralement habituellement autrement outre bref
"""
_OPENING: Final = frozenset(_OPENERS.split())
"""Words with which sentences begin, in any vocabulary."""
_CALENDAR: Final = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday english french
"""
_MONTHS: Final = frozenset(_CALENDAR.split())
"""Words that English writes with a capital. Dates are compared as figures."""


def strange(text: str, passages: Iterable[Passage], ground: Ground) -> set[str]:
    """The names in `text` that none of the `passages` has. Without a vocabulary, a word that opens a sentence is no name."""
    found = list(_names(text, bool(ground.words)))
    if not found:
        return set()
    known: set[str] = set()
    for passage in passages:
        known |= _known(" ".join((passage.title, *passage.heading, passage.text)), passage.lang)
    return {name for name in found if not _is_known(name, known, ground)}


def _names(text: str, openers: bool) -> Iterator[str]:
    """Words that begin with a capital; those that open a sentence only if `openers`, or if they look like nothing else."""
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        word = match[0]
        if word[0].isupper() and (openers or not word[1:].islower() or not _BEGINS.search(text[: match.start()])):
            yield word


def _is_known(name: str, known: set[str], ground: Ground) -> bool:
    folded = name.casefold()
    if folded in known or folded in _ALWAYS or folded in _MONTHS or folded in _OPENING or _SAME.get(folded) in known:
        return True
    if name[1:].islower() and folded in ground.words:
        return True
    return bool(known.intersection(_stems(folded, ground.lang)))


@lru_cache(maxsize=512)
def _known(text: str, lang: Language) -> frozenset[str]:
    return frozenset({word.casefold() for word in _WORD.findall(text)} | _stems(text, lang))


def _stems(text: str, lang: Language) -> set[str]:
    return {f"stem:{stem}" for stem in terms(text, lang).stems}
