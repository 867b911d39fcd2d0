"""Quotations in a model's sentence: each stands in a passage, and is shown in the passage's own characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.cite import LEAST_QUOTE, locate

_QUOTED: Final = re.compile(
    r"""«(?P<fr>[^«»]*)» | [“„](?P<en>[^“”„]*)[”“] | "(?P<ascii>[^"]*)" | ‹(?P<small>[^‹›]*)› | ‘(?P<single>.+?)’(?!\w)
      | (?<!\w)'(?P<plain>.{12,}?)'(?!\w)""",
    re.VERBOSE,
)
SIGNS: Final = re.compile(r"[«»“”„\"‹›‘]")


@dataclass(frozen=True, slots=True)
class Exact:
    """A text whose quotations are its sources' own characters. `located`: source and span of each that means something by
    itself; `spans`: where the quotations stand in `text`."""

    text: str
    located: tuple[tuple[int, tuple[int, int]], ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def own(self) -> str:
        """The text without its quotations."""
        out, at = "", 0
        for start, end in self.spans:
            out, at = f"{out}{self.text[at:start]} ", end
        return out + self.text[at:]


def quote_exactly(text: str, sources: Sequence[str]) -> Exact | None:
    """`text` with each quotation as its source has it; `None` if one stands in none of the `sources`."""
    located: list[tuple[int, tuple[int, int]]] = []
    spans: list[tuple[int, int]] = []
    out, at = "", 0
    for match in _QUOTED.finditer(text):
        group = match.lastgroup or "fr"
        words = match[group]
        core = words.strip(" \u00a0\u202f.,;:…")
        found = _locate_in(core, sources)
        if found is None or SIGNS.search(text[at : match.start()]):
            return None
        index, (start, end) = found
        before, after = words.split(core, 1)
        out += text[at : match.start()]
        opened = len(out)
        exact = " ".join(sources[index][start:end].split())
        out += text[match.start() : match.start(group)] + before + exact + after + text[match.end(group) : match.end()]
        spans.append((opened, len(out)))
        at = match.end()
        if end - start >= LEAST_QUOTE:
            located.append((index, (start, end)))
    return None if SIGNS.search(text[at:]) else Exact(out + text[at:], tuple(located), tuple(spans))


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Where the quotations of `text` stand, with their marks."""
    return [match.span() for match in _QUOTED.finditer(text)]


def _locate_in(words: str, sources: Sequence[str]) -> tuple[int, tuple[int, int]] | None:
    """Where `words` stand; a few words, a term, must stand there too."""
    if not any(char.isalnum() for char in words):
        return None
    spans = ((index, locate(words, source, least=1)) for index, source in enumerate(sources))
    return next(((index, span) for index, span in spans if span), None)
