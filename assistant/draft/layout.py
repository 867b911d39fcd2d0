"""Wording as blocks of a document: its paragraphs numbered by the document, and its references to clauses and annexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from prompts.document import Content, Numbered, inline

_PARAGRAPH: Final = re.compile(r"^(?:(?P<first>\d+)\.|(?P<second>\(?[a-z]\)|-|–))\s+")


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a wording with their levels, without the numbers that they were written with.

    "1. " begins a paragraph of the first level, "(a) ", "a) " and "- " one of the second; any other line carries on.
    """
    level, said = 0, ""
    for line in text.splitlines():
        mark = _PARAGRAPH.match(line.strip())
        if mark and said:
            yield level, said
        if mark:
            level, said = (1 if mark["first"] else 2), line.strip()[mark.end() :]
        else:
            level, said = max(level, 1), f"{said} {line.strip()}".strip()
    if said:
        yield level, said


def numbered(text: str, lang: str | None = None, read: Callable[[str], Content] = inline) -> Iterator[Numbered]:
    """The paragraphs of a wording, to be counted by the document that they stand in."""
    for level, said in paragraphs(text):
        yield Numbered(read(said), level, lang=lang)
