"""The terms of the field in both languages: `glossary.yaml`, shown to readers and read by retrieval."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from knowledge.authored import Authored, Text, read
from knowledge.models import LANGUAGES, Language

FILE: Final = "glossary.yaml"


class Term(Authored):
    """A term, the other words for it, and what it means. `false_friend` warns of the word that looks like it and means
    something else."""

    term: Text
    also: Mapping[Language, tuple[str, ...]] = dict.fromkeys(LANGUAGES, ())
    meaning: Text
    false_friend: Text | None = None
    topics: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()

    def wordings(self, lang: Language) -> tuple[str, ...]:
        """The term and the other words for it."""
        return (self.term[lang], *self.also.get(lang, ()))


def load(root: Path) -> dict[str, Term]:
    """The glossary in the library folder `root`, by key. Raises `InvalidInput` for a file that is not in form."""
    return read(root / FILE, Term)
