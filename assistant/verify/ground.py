"""What a model's text may rest on: the passages that it was given, less whatever in them speaks to a machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from knowledge.library import ROOT, Library, documents
from knowledge.models import Language, Passage
from knowledge.subject import load_machine
from knowledge.wording import Wordings, fold

BLANK: Final = "…"
"""Stands for each character of what is not read, so that offsets stay what they are."""
NOBODY: Final = Wordings(())
_PARAGRAPH: Final = re.compile(r"[^\n](?:.|\n(?!\s*\n))*")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Ground:
    """`given` are passages as they are, `passages` the same as a model is shown them, with the same offsets. `words` are those
    that the library writes in small letters: none of them is somebody's name. `machine` finds what speaks to a machine."""

    given: tuple[Passage, ...]
    passages: tuple[Passage, ...]
    lang: Language
    words: frozenset[str] = frozenset()
    machine: Wordings = NOBODY

    def speaks_to_machine(self, sentence: str) -> bool:
        """Whether `sentence` is addressed to a machine rather than to a person."""
        return self.machine.find(fold(sentence)) is not None


class Grounds:
    """Makes grounds over one library; its vocabulary is read when it is first needed."""

    def __init__(self, library: Library | None, root: Path | None = None) -> None:
        self._library = library
        self._root = root or ROOT

    def of(self, passages: Sequence[Passage], lang: Language) -> Ground:
        """The ground of these passages: what speaks to a machine in a stranger's is blanked."""
        read = tuple(self._read(passage) for passage in passages)
        return Ground(tuple(passages), read, lang, self._words, self._machine)

    def _read(self, passage: Passage) -> Passage:
        if passage.kind != "document":
            return passage
        title = "" if self._machine.find(fold(passage.title)) else passage.title
        heading = tuple(part for part in passage.heading if not self._machine.find(fold(part)))
        return replace(passage, text=blanked(passage.text, self._machine), title=title, heading=heading)

    @cached_property
    def _machine(self) -> Wordings:
        return load_machine(self._root if (self._root / "machine.yaml").is_file() else ROOT)

    @cached_property
    def _words(self) -> frozenset[str]:
        if self._library is None:
            return frozenset()
        return vocabulary(document.text for document in documents(self._library) if document.kind != "document")


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words that `texts` write in small letters."""
    return frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())


def blanked(text: str, machine: Wordings) -> str:
    """`text` of the same length, in which every paragraph that speaks to a machine is blanked from there to its end: what
    follows an order is most often what is ordered."""
    out = text
    for start, end in _addressed(text, machine):
        out = out[:start] + f"\n{BLANK * (end - start - 2)}\n" + out[end:]
    return out


def _addressed(text: str, machine: Wordings) -> Iterator[tuple[int, int]]:
    for paragraph in _PARAGRAPH.finditer(text):
        found = machine.find(fold(paragraph[0]))
        if found:
            before = paragraph[0][: found[0]]
            start = max(before.rfind(sign) for sign in (". ", "! ", "? ", "\n")) + 1
            yield paragraph.start() + start, paragraph.end()
