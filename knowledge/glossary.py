"""The terms of the field in both languages: `glossary.yaml`, shown to readers and read by retrieval."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from knowledge.authored import Authored, Text, read
from knowledge.models import LANGUAGES, Language

FILE: Final = "glossary.yaml"
LONG: Final = 10
"""Letters from which a single word is taken for a term of the field wherever it stands."""


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


class Synonyms:
    """Other words for what a question says, in either language."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [(term, _pattern(term)) for term in terms]
        self._by_word: dict[str, set[int]] = {}
        for at, (term, _) in enumerate(self._terms):
            for wording in _telling(term):
                self._by_word.setdefault(max(_words(wording), key=len), set()).add(at)

    def of(self, question: str, lang: Language) -> tuple[str, ...]:
        """The terms in `lang` that `question` names by another word."""
        asked = question.casefold()
        likely = sorted({at for word in _words(asked) for at in self._by_word.get(word, ())})
        named = (self._terms[at][0].term[lang] for at in likely if self._terms[at][1].search(question))
        return tuple(dict.fromkeys(name for name in named if name.casefold() not in asked))


def _words(text: str) -> set[str]:
    """The words of a text. A term stands in a question only where all of its words do, so that one tells where to look."""
    return set(re.findall(r"\w+", text.casefold()))


def _telling(term: Term) -> list[str]:
    """The wordings of a term that tell: several words, an acronym, or a long word."""
    wordings = {wording for lang in LANGUAGES for wording in term.wordings(lang)}
    return sorted(w for w in wordings if " " in w or len(w) >= LONG or (w.isupper() and w.isalpha()))


def _pattern(term: Term) -> re.Pattern[str]:
    """Finds the wordings that tell as words of their own, acronyms as they are written."""
    wordings = _telling(term)
    telling = [re.escape(w) for w in wordings if " " in w or len(w) >= LONG]
    acronyms = [re.escape(w) for w in wordings if w.isupper() and w.isalpha()]
    parts = [f"(?i:{'|'.join(sorted(telling))})"] if telling else []
    parts += [f"(?:{'|'.join(sorted(acronyms))})"] if acronyms else []
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else re.compile(r"(?!)")
