"""What a model's text may rest on: the passages that it was given, less whatever in them speaks to a machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from knowledge.library import ROOT, Library, documents
from knowledge.models import Language, Passage
from knowledge.subject import load_machine, load_orders
from knowledge.wording import Wordings, fold

BLANK: Final = "…"
"""Stands for each character of what is not read, so that offsets stay what they are."""
NOBODY: Final = Wordings(())
_PARAGRAPH: Final = re.compile(r"[^\n](?:.|\n(?!\s*\n))*")
_ENDS: Final = (". ", "! ", "? ", "\n")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
"""Signs that nobody sees, with which a word can be cut so that no search finds it."""
_HIDDEN: Final = re.compile(
    "[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
    r"|<!--|\[//\]:\s*\#|\{\#.*?\#\}|<\w[^>]*(?:font-size:\s*0|display:\s*none|visibility:\s*hidden|color:\s*(?:white|\#fff))",
    re.IGNORECASE,
)
"""How a text is written so that no reader sees it: in tags of Unicode, against the direction of writing, as a comment, white."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Ground:
    """`given` are passages as they are, `passages` the same as a model is shown them, with the same offsets. `words` are those
    that the library writes in small letters: none of them is somebody's name. `machine` finds what speaks to a machine. `asked`:
    the question, where there is one."""

    given: tuple[Passage, ...]
    passages: tuple[Passage, ...]
    lang: Language
    words: frozenset[str] = frozenset()
    machine: Wordings = NOBODY
    asked: str = ""

    def obeys(self, sentence: str, cited: Iterable[int]) -> bool:
        """Whether `sentence` rests on a stranger's text and is addressed to a machine, not to a person."""
        strange = any(self.passages[index].kind == "document" for index in cited)
        return strange and self.machine.find(fold(sentence)) is not None


class Grounds:
    """Makes grounds over one library; its vocabulary is read when it is first needed."""

    def __init__(self, library: Library | None) -> None:
        self._library = library

    def of(self, passages: Sequence[Passage], lang: Language, asked: str = "") -> Ground:
        """The ground of these passages, for what is said to `asked`: what speaks to a machine in a stranger's is blanked."""
        read = tuple(self._read(passage) for passage in passages)
        return Ground(tuple(passages), read, lang, self._words, self._machine, asked)

    def _read(self, passage: Passage) -> Passage:
        if passage.kind != "document":
            return passage
        title = "" if self._is_addressed(passage.title) else passage.title
        heading = tuple(part for part in passage.heading if not self._is_addressed(part))
        return replace(passage, text=blanked(passage.text, self._machine), title=title, heading=heading)

    def _is_addressed(self, line: str) -> bool:
        return any(True for _ in _addressed(line, self._machine))

    @cached_property
    def _machine(self) -> Wordings:
        return Wordings((*load_machine(ROOT).patterns, *load_orders(ROOT).patterns))

    @cached_property
    def _words(self) -> frozenset[str]:
        if self._library is None:
            return frozenset()
        return vocabulary(document.text for document in documents(self._library) if document.kind != "document")


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words that `texts` write in small letters."""
    return frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())


def blanked(text: str, machine: Wordings) -> str:
    """`text` of the same length, in which every paragraph that speaks to a machine is blanked from there to its end (what
    follows an order is most often what is ordered), and every paragraph that hides from its readers as a whole."""
    out = text
    for start, end in _addressed(text, machine):
        out = out[:start] + f"\n{BLANK * (end - start - 2)}\n" + out[end:]
    return out


def _addressed(text: str, machine: Wordings) -> Iterator[tuple[int, int]]:
    for paragraph in _PARAGRAPH.finditer(text):
        if _HIDDEN.search(paragraph[0]):
            yield paragraph.span()
            continue
        seen = _UNSEEN.sub("", paragraph[0])
        found = machine.find(fold(seen))
        if not found:
            continue
        start = 0 if seen != paragraph[0] else _sentence_at(paragraph[0], found[0])
        yield paragraph.start() + start, paragraph.end()


def _sentence_at(paragraph: str, at: int) -> int:
    """Where the sentence begins that has the place `at`."""
    return max(paragraph.rfind(sign, 0, at) + len(sign) if sign in paragraph[:at] else 0 for sign in _ENDS)
