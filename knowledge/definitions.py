"""The defined terms that all clauses share: `definitions.yaml`, read and looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from knowledge.authored import Authored, Text, read
from knowledge.models import LANGUAGES, Language

FILE: Final = "definitions.yaml"


class Definition(Authored):
    """A term written with a capital, its other forms, and what it means, by language."""

    term: Text
    text: Text
    forms: Mapping[Language, tuple[str, ...]] = dict.fromkeys(LANGUAGES, ())

    def wordings(self, lang: Language) -> tuple[str, ...]:
        """The term and its forms, the longest first."""
        return tuple(sorted({self.term[lang], *self.forms.get(lang, ())}, key=len, reverse=True))

    def stands_in(self, text: str, lang: Language) -> bool:
        """Whether `text` uses the term, in any of its forms."""
        return any(re.search(rf"(?<!\w){re.escape(wording)}(?!\w)", text) for wording in self.wordings(lang))


def load(root: Path) -> dict[str, Definition]:
    """The definitions in the library folder `root`, by key. Raises `InvalidInput` for a file that is not in form."""
    return read(root / FILE, Definition)


def used(definitions: Mapping[str, Definition], text: str, lang: Language) -> Iterator[str]:
    """Keys of the terms that `text` uses, and of those that their definitions use in turn, in the order of their terms."""
    found: set[str] = set()
    waiting = [text]
    while waiting:
        here = waiting.pop()
        new = {key for key, one in definitions.items() if key not in found and one.stands_in(here, lang)}
        found |= new
        waiting += [definitions[key].text[lang] for key in new]
    yield from sorted(found, key=lambda key: definitions[key].term[lang].casefold())
