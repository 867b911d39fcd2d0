"""Text that is meant for a machine, or looks like what it is not. It is reported, and no verdict is built on it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from knowledge.contract import Contract, Hidden
from knowledge.wording import Wordings, fold

QUOTE: Final = 400
"""Characters of a quotation."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\s|$)|\n(?!\s*\n)|[.!?]|$)")
_PARAGRAPH = re.compile(r"[^\n](?:.|\n(?!\s*\n))*")
_WORD = re.compile(r"[^\W\d_]{2,}")


def unread(contract: Contract, addressed: Wordings) -> tuple[Hidden, ...]:
    """The passages of the text that are for a machine or are not shown, with their places, in order.

    `addressed` finds what speaks to a machine.
    """
    found = [
        Hidden("comment", _short(match[0]), "comment in the markup", match.start(), match.end())
        for match in _COMMENT.finditer(contract.text)
    ]
    for paragraph in _PARAGRAPH.finditer(contract.text):
        start = _addressed(paragraph[0], addressed)
        if start is not None:
            first, last = paragraph.start() + start, paragraph.end()
            found.append(Hidden("machine_instruction", _short(contract.text[first:last]), "text", first, last))
    return tuple(sorted(found, key=lambda hidden: (hidden.start or 0, hidden.end or 0)))


def lookalikes(contract: Contract) -> Iterator[Hidden]:
    """Words in which letters of two alphabets are mixed: one of them is drawn like another."""
    text = contract.text
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        if not word[0].isascii() and len({_script(char) for char in word[0]} - {""}) > 1:
            scripts = " and ".join(sorted({_script(char) for char in word[0]} - {""}))
            yield Hidden("lookalike_characters", word[0], f"text: {scripts} letters", word.start(), word.end())


def all_hidden(contract: Contract, addressed: Wordings) -> tuple[Hidden, ...]:
    """Everything in a contract that its reader may not have seen, or was not meant to read."""
    noted = [
        *contract.hidden,
        *(
            Hidden("machine_instruction", found.quote, found.where)
            for found in contract.hidden
            if found.quote and _addressed(found.quote, addressed) is not None
        ),
    ]
    return (*noted, *unread(contract, addressed), *lookalikes(contract))


def _addressed(paragraph: str, addressed: Wordings) -> int | None:
    """Where a paragraph begins to speak to a machine: at its start if its first sentence does."""
    if not addressed.find(fold(paragraph)):
        return None
    for sentence in _SENTENCE.finditer(paragraph):
        if addressed.find(fold(sentence[0])):
            return sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
    return 0


def _script(char: str) -> str:
    """The alphabet of a letter, as its name says; nothing for one that belongs to all."""
    name = unicodedata.name(char, "").partition(" ")[0]
    return name.capitalize() if name in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE") else ""


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= QUOTE else line[: QUOTE - 1] + "…"
