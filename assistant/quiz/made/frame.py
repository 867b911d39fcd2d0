"""What every rule needs: the frame of an item around its topic, quotation marks, and neighbours among texts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from assistant.quiz.root import roots
from knowledge import blueprint
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language

Thing = TypeVar("Thing")
Texts = dict[Language, str]
QUOTES: Final[dict[Language, str]] = {"en": '"{}"', "fr": "« {} »"}
FIRST_CHECK: Final = dt.date(2026, 11, 23)
"""The day on which the shipped texts without a date of their own were read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an item is about, as far as the topic decides."""

    block: str
    topic: str
    topics: tuple[str, ...]
    objective: str

    def frame(self, **more: Any) -> dict[str, Any]:
        """The fields of an item that the topic decides, with others."""
        own = {"block": self.block, "topic": self.topic, "topics": self.topics, "objective": self.objective}
        return own | {"checked_on": FIRST_CHECK} | more


def subject(topics: Iterable[str], library: Library) -> Subject | None:
    """The first topic that is assessed, with the others; `None` if none is."""
    plan = blueprint.load()
    known = [topic for topic in topics if topic in library.topics]
    for topic in known:
        block, objective = plan.block_of(topic), plan.objective_of(topic)
        if block and objective:
            return Subject(block, topic, tuple(other for other in known if other != topic), objective)
    return None


def both(write: Callable[[Language], str]) -> Texts:
    """The same in every language."""
    return {lang: write(lang) for lang in LANGUAGES}


def each(write: Callable[[Thing, Language], str], thing: Thing) -> Texts:
    """The same of a thing in every language."""
    return {lang: write(thing, lang) for lang in LANGUAGES}


def quoted(text: str, lang: Language) -> str:
    """`text` between the quotation marks of the language."""
    return QUOTES[lang].format(text)


def likeness(one: str, other: str, lang: Language) -> float:
    """How many of the words of two texts are the same, 0 to 1 (Jaccard's index over stems)."""
    left, right = roots(one, lang), roots(other, lang)
    return len(left & right) / len(left | right) if left | right else 0.0


def nearest(of: Thing, among: Iterable[Thing], said: Callable[[Thing], str], count: int) -> list[Thing]:
    """The things that speak most like one of them (in English), without it; equals in a fixed order that is not theirs."""
    others = [other for other in among if other is not of]
    return sorted(others, key=lambda other: (-likeness(said(of), said(other), "en"), scattered(said(other))))[:count]


def alike_in_length(of: str, among: Sequence[Thing], said: Callable[[Thing], str], most: float) -> list[Thing]:
    """The things whose texts are neither `most` times longer nor shorter than `of`, in words."""
    words = len(of.split())
    return [other for other in among if words / most <= len(said(other).split()) <= words * most]


def scattered(text: str) -> str:
    """A key that sorts texts in an order without meaning, always the same."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def option(
    name: str, text: Mapping[Language, str], why: Mapping[Language, str], *, correct: bool = False
) -> dict[str, Any]:
    """One option of a choice."""
    return {"id": name, "text": text, "why": why, "correct": correct}
