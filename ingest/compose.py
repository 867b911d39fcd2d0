"""Text as it is kept: cleaned pieces, put together with the offsets of the headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.headings import fill, run_in
from ingest.reading import Heading, Media, Reading
from knowledge.errors import Unreadable

LONGEST_HEADING = 160
"""Characters of a heading."""

LONGEST_SENTENCE = 6
"""Blanks in a heading that ends like a sentence."""

QUOTE = 80
"""Characters of a quotation in a warning."""

_LETTERS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\uf0b7": "•", "\uf0a7": "▪"}
_INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
_REVERSING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CHANGED = str.maketrans(
    {
        **_LETTERS,
        **dict.fromkeys(_INVISIBLE + _REVERSING, ""),
        **dict.fromkeys(map(chr, [*range(9), *range(14, 32), *range(127, 133), *range(134, 160)]), ""),
        **dict.fromkeys(map(chr, range(0xE0000, 0xE0080)), ""),
        **dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"),
    }
)
_ODD = re.compile("[\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table. No blank line parts `tight` blocks that follow each other."""

    text: str
    level: int = 0
    tight: bool = False


def clean(text: str) -> str:
    """NFC with "\\n" newlines, without control characters, lone surrogates and characters that only hide or reverse."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _ODD.sub("", text.translate(_CHANGED)))


def tidy(text: str) -> str:
    """Cleaned, with single blanks, no blank at either end of a line, and no empty line."""
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def compose(blocks: Iterable[Block], media: Media, title: str | None, warnings: Sequence[str]) -> Reading:
    """The reading that the blocks make up; where the blocks have none for long, headings are guessed."""
    pieces: list[str] = []
    headings: list[Heading] = []
    length, was_tight = 0, False
    for block in blocks:
        text = tidy(block.text)
        if not text:
            continue
        if pieces:
            pieces.append("\n" if block.tight and was_tight else "\n\n")
            length += len(pieces[-1])
        if block.level:
            name = run_in(text)[0] or ("" if _is_clause(text) else text.replace("\n", " "))
            headings += [Heading(block.level, name, length)] if name else []
        pieces.append(text)
        length += len(text)
        was_tight = block.tight
    text = "".join(pieces)
    return finish(text, media, title, fill(text, headings), (), warnings)


def _is_clause(text: str) -> bool:
    """Whether what is set as a heading is a sentence that borrows the style for its number."""
    return len(text) > LONGEST_HEADING or (text[-1] in ".;,:" and text.count(" ") > LONGEST_SENTENCE)


def finish(
    text: str,
    media: Media,
    title: str | None,
    headings: Sequence[Heading],
    pages: Sequence[int],
    warnings: Sequence[str],
) -> Reading:
    """The reading, unless there is nothing in it to read: then Unreadable."""
    if not any(character.isalnum() for character in text):
        raise Unreadable("The file holds no readable text: check that it is the right one.")
    title = tidy(title or "").replace("\n", " ") or None
    return Reading(text, title, tuple(headings), tuple(pages), media, tuple(warnings))


def margins(blocks: Iterable[Block]) -> Iterator[Block]:
    """What headers or footers say, each wording once, without bare page numbers."""
    seen = set()
    for block in blocks:
        text = tidy(block.text)
        if text not in seen and sum(map(str.isalpha, text)) > len("page of"):
            seen.add(text)
            yield Block(text)


def warn(what: str, found: Sequence[str]) -> list[str]:
    """One sentence for all that was found of a kind, quoting the first three; none where nothing was found."""
    quotes = [tidy(quote).replace("\n", " ") for quote in found]
    quotes = [quote if len(quote) <= QUOTE else quote[: QUOTE - 1] + "…" for quote in quotes if quote]
    if not quotes:
        return []
    more = f" and {len(quotes) - 3} more" if len(quotes) > 3 else ""
    return [f"{what}: " + ", ".join(f"“{quote}”" for quote in quotes[:3]) + more + "."]
