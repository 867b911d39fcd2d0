"""Whether the two languages of the library say the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.check.rule import quoted
from knowledge.library import Library
from knowledge.twins import discordant


def concordance(library: Library, root: Path) -> Iterator[str]:
    """Where a text and its twin differ in a number, a party, a "may", a "not" or a term."""
    for place, found in discordant(library, root):
        en, fr = found.sentences
        yield f"{place}: {found}; {quoted((fr if fr.text else en).text)}"
