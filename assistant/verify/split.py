"""A text that arrives in pieces, cut into sentences: each as soon as it is whole, its marks with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from assistant.cite import sentences

LONGEST_SENTENCE: Final = 1000
"""Characters after which a quotation that never closes no longer holds a sentence open."""
MARK: Final = re.compile(r"\[(\d{1,3})\]")
ITEM: Final = re.compile(r"\A\s*(?:[-*•–]|\d{1,2}[.)])\s+(?=\S)")
_CLOSED: Final = re.compile(r"\[\d{1,3}\]\s?[.!?]")
"""A mark before the full stop: nothing that follows belongs to the sentence."""
_LEFT_OVER: Final = re.compile(r"\A(?:\[\d{1,3}\]|[”’')\]»\s])+")
"""Marks and closing signs that come too late."""
_MANY: Final = re.compile(r"[\[【]\s*(?:[Pp]assages?\s+)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]")


def split(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The sentences in a text that arrives in `pieces`, and whether each begins a line.

    One that ends with a mark and a full stop is given at once; another as soon as the next has begun, because a mark after the
    full stop belongs to the sentence before it. A quotation is not cut. How the text is cut into pieces makes no difference.
    """
    rest = _Rest()
    for piece in pieces:
        rest.text += piece.replace("\r", "\n")
        if any(char.isspace() for char in piece) or _CLOSED.search(rest.text):
            yield from rest.take(final=False)
    yield from rest.take(final=True)


class _Rest:
    """What has arrived and was not yet given."""

    __slots__ = ("_after_closed", "_first", "text")

    def __init__(self) -> None:
        self.text = ""
        self._first = True
        self._after_closed = False

    def take(self, *, final: bool) -> Iterator[tuple[str, bool]]:
        spans = _whole(self.text)
        if not final and spans and not _is_closed(self.text[slice(*spans[-1])]):
            spans.pop()
        at = 0
        for start, end in spans:
            sentence, fresh = self.text[start:end], self._first or "\n" in self.text[at:start]
            at = end
            if self._after_closed:
                sentence = _LEFT_OVER.sub("", sentence)
            if sentence:
                yield sentence, fresh
                self._first = False
                self._after_closed = _is_closed(sentence)
        self.text = self.text[at:]


def _whole(text: str) -> list[tuple[int, int]]:
    """The sentences of `text`, joined where a quotation runs on, and cut after a mark with a full stop."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if spans and _is_open(text[spans[-1][0] : spans[-1][1]]) and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return [cut for span in spans for cut in _cut(text, *span)]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _CLOSED.finditer(text, start, end):
        if not _is_open(text[start : match.end()]):
            yield start, match.end()
            start = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip())
    if start < end:
        yield start, end


def _is_closed(sentence: str) -> bool:
    found = list(_CLOSED.finditer(sentence))
    return bool(found) and found[-1].end() == len(sentence) and not _is_open(sentence)


def _is_open(text: str) -> bool:
    if len(text) > LONGEST_SENTENCE:
        return False
    return text.count("«") > text.count("»") or text.count("“") > text.count("”") or text.count('"') % 2 == 1


def tidy(sentence: str) -> str:
    """A sentence without list signs and emphasis, in composed characters, its marks one by one: [1, 2] is [1] [2]."""
    plain = re.sub(r"[*`#]|__", "", ITEM.sub("", sentence, count=1))
    plain = " ".join(unicodedata.normalize("NFC", plain).split(" "))
    return _MANY.sub(lambda match: " ".join(f"[{n}]" for n in re.findall(r"\d+", match[1])), plain).strip()
