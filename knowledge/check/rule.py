"""Rules that hold for every kind of content, and how a problem is worded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from knowledge.library import Library
from knowledge.models import LANGUAGES, Document, Language, Passage

_SPACES: Final = " \u00a0\u202f"
_TIGHT = re.compile(rf"(?<![\s{_SPACES}?!…(])(?:[;?!%»](?!\w)|:(?![\d/]))|«(?![{_SPACES}])")
_URL = re.compile(r"https?://\S+|\bwww\.\S+")

Texts = Mapping[Language, str]


def both_languages(place: str, texts: object) -> Iterator[str]:
    """A text in each language is missing, or has the wrong type."""
    if not isinstance(texts, Mapping):
        yield f"{place}: needs a text in each of {', '.join(LANGUAGES)}"
        return
    for lang in LANGUAGES:
        if not isinstance(texts.get(lang), str) or not texts[lang].strip():
            yield f"{place}: no text in {lang}"
        elif lang == "fr":
            yield from typography(place, texts[lang])


def typography(place: str, text: str) -> Iterator[str]:
    """Marks of French that want a space, kept or not, before or after them."""
    text = _URL.sub("", text)
    for found in _TIGHT.finditer(text):
        side = "after" if found[0] == "«" else "before"
        yield f"{place}: a space is missing {side} {found[0]} in {quoted(text, found.start())}"


def wrong_keys(
    place: str, entry: Mapping[str, Any], required: frozenset[str], optional: Collection[str] = ()
) -> Iterator[str]:
    """Keys that are missing, and keys that nobody reads."""
    for key in sorted(required - set(entry)):
        yield f"{place}: lacks {key}"
    for key in sorted(set(entry) - required - set(optional)):
        yield f"{place}: unknown key {key}"


def unknown(place: str, what: str, keys: Iterable[Any], known: Collection[Any]) -> Iterator[str]:
    """Keys that lead nowhere."""
    for key in keys:
        if key not in known:
            yield f"{place}: there is no {what} {key!r}"


def citable(place: str, keys: Iterable[str], library: Library) -> Iterator[str]:
    """Authorities that are unknown or may not be cited."""
    keys = list(keys)
    yield from unknown(place, "authority", keys, library.authorities)
    for key in keys:
        if key in library.authorities and library.authorities[key].status == "U":
            yield f"{place}: {key} is unverified (status U) and may not be cited"


def file_of(document: Document) -> str:
    """The file of a document of the library, below its root."""
    return document.uri.removeprefix("library:")


def spot(passage: Passage) -> str:
    """The file and the heading of a passage."""
    return f"{passage.uri.removeprefix('library:')}, {passage.heading[-1]!r}"


def folded(text: str) -> str:
    """`text` in one case and with single spaces."""
    return " ".join(text.casefold().split())


def listed(names: Iterable[str]) -> str:
    """The names in a row, or "none"."""
    return ", ".join(names) or "none"


def quoted(text: str, at: int = 0) -> str:
    """The words of `text` around `at`, on one line."""
    start = max(0, at - 30)
    return repr(" ".join(text[start : start + 80].split()))


def review(place: str, meta: Mapping[str, Any]) -> Iterator[str]:
    """Dates of review that are missing or the wrong way round."""
    reviewed, due = meta.get("reviewed_on"), meta.get("review_due")
    if not (isinstance(reviewed, dt.date) and isinstance(due, dt.date)):
        yield f"{place}: reviewed_on and review_due must both be dates"
    elif due <= reviewed:
        yield f"{place}: review_due {due} is not after reviewed_on {reviewed}"
