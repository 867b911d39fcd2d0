"""Headings of a text that marks none: numbered, named ("Article 3 - Penalties") or capital short lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from ingest.reading import Heading

LONGEST = 90
"""Characters of a line that may be a heading."""

WORDS = 14
"""Words of a line that may be a heading."""

INDENT = 3
"""Blanks before a line for each level of a list."""

_NAMED = re.compile(
    r"(?:article|section|clause|annexe?|appendix|schedule|exhibit|chapitre|chapter|titre|title|partie|part)"
    r"\s+(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])(?:er|bis|ter)?\s*(?:$|[-–—:.)°]\s*\S|(?-i:[A-ZÀ-Ý]))",
    re.IGNORECASE,
)
_SOLE = re.compile(r"(?:préambule|preamble|définitions|definitions|annexes?|signatures?|recitals)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,5})(?:[.)]|\s?[-–—:])?\s+(?=[A-ZÀ-Ý])")
_ROMAN = re.compile(r"[IVX]{1,5}(?:[.)]|\s?[-–—])\s+(?=[A-ZÀ-Ý])")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_RUN_IN = re.compile(
    r"(?i:(?:article|section|clause)\s+)?(\d{1,3}(?:\.\d{1,3}){0,5})(?:[.)]|\s?[-–—:])*\s+"
    r"([A-ZÀ-Ý«“\"][^.:;\n]{1,69}[^.:;\s])[ \u00a0]?[.:](?=\s|$)"
)
_SMALL = frozenset({
    "of", "and", "the", "to", "by", "for", "in", "on", "or", "with", "at", "a", "an", "de", "des", "du", "et", "la",
    "le", "les", "l", "d", "à", "au", "aux", "en", "par", "pour", "sur", "ou",
})  # fmt: skip
_STARTERS = frozenset({
    "the", "a", "an", "each", "any", "if", "in", "no", "all", "le", "la", "les", "l", "si", "en", "chaque", "tout",
    "toute", "il", "un", "une", "aucun",
})  # fmt: skip
"""First words of sentences: a title that begins with one must look like a title all the more."""

BARE = 3_000
"""Characters without a marked heading beyond which headings are guessed in a text that marks others."""


def fill(text: str, marked: Sequence[Heading], plain: Callable[[str], str] = str.strip) -> list[Heading]:
    """The headings that a text marks, and those that its long stretches without any seem to have, a level below."""
    if not marked:
        return guess(text, plain)
    filled: list[Heading] = []
    before = Heading(0, "", 0)
    for heading in [*marked, Heading(0, "", len(text))]:
        start = text.find("\n", before.start)
        if heading.start - before.start > BARE and start != -1:
            found = guess(text[start : heading.start], plain)
            filled += [Heading(guessed.level + before.level, guessed.title, start + guessed.start) for guessed in found]
        filled.append(heading)
        before = heading
    return filled[:-1]


def guess(text: str, plain: Callable[[str], str] = str.strip) -> list[Heading]:
    """The lines of `text` that read like headings, and what runs in before a text, as in "3.1 Fees. The customer pays".

    Lines of the same kind and level in a row, with nothing between, are a list: none of them is a heading. `plain`
    gives the words of a line without its blanks and marks; deeper indented lines count as deeper levels.
    """
    found: list[tuple[int, str, Heading]] = []
    start = place = 0
    for line in text.split("\n"):
        bare = plain(line)
        if bare:
            title, level = run_in(bare)
            kind = "run in"
            if not level:
                title = bare
                kind, level = rank(bare)
            if level:
                indent = len(line) - len(line.lstrip())
                found.append((place, kind, Heading(level + indent // INDENT, title, start + indent)))
            place += 1
        start += len(line) + 1
    listed = {
        at
        for (one, kind, first), (two, other, second) in pairwise(found)
        if two == one + 1 and kind == other != "run in" and first.level == second.level
        for at in (one, two)
    }
    return [heading for at, _, heading in found if at not in listed]


def rank(line: str) -> tuple[str, int]:
    """What kind of heading `line` reads like, and its level from 1; level 0 where it is plain text."""
    words = line.count(" ") + 1
    if not 2 < len(line) <= LONGEST or line[-1] in ".;,!?" or words > (WORDS if line[-1] != ":" else 4) or "|" in line:
        return "", 0
    if _NAMED.match(line) or _SOLE.match(line):
        return "named", 1
    if _ROMAN.match(line):
        return "roman", 1
    numbered = _NUMBERED.match(line)
    if numbered:
        return "numbered", 1 + numbered[1].count(".")
    return ("capital", 1) if line.isupper() and _LETTERS.search(line) and ":" not in line[:-1] else ("", 0)


def run_in(line: str) -> tuple[str, int]:
    """The title with its number that a numbered paragraph begins with, and its level; ("", 0) if there is none."""
    match = _RUN_IN.match(line)
    if match is None:
        return "", 0
    words = re.split(r"[ \u00a0'’/-]+", match[2])
    weighty = [word for word in words if word.casefold() not in _SMALL]
    proud = sum(word[:1].isupper() or not word[:1].isalpha() for word in weighty)
    short = len(words) <= 4 and words[0].casefold() not in _STARTERS
    if len(words[-1]) < 2 or not (short or proud >= 0.75 * len(weighty)):
        return "", 0
    return line[: match.end(2)], 1 + match[1].count(".")
