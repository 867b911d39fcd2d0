"""Questions for training: `quizzes/*.yaml`, one file a block of the blueprint, the same items in both languages.

Every item has one objective, one main topic, a source with its verbatim words, and a reason for every option.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from knowledge.authored import Authored, Text, first_fault, parse
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language, Position
from knowledge.wording import compile_pattern

FOLDER: Final = "quizzes"

Level = Literal["remember", "understand", "apply", "analyse", "evaluate"]
"""After Bloom's taxonomy, as revised by Anderson and Krathwohl (2001)."""

Block = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I"]


class Source(Authored):
    """Where the answer is found, and its verbatim words: a guidance text, an authority, a defined term, a term of the
    glossary, a point of a negotiation, or a position or a rung of the ladder of a clause."""

    guidance: str | None = None
    clause: str | None = None
    position: Position | None = None
    step: str | None = None
    authority: str | None = None
    definition: str | None = None
    term: str | None = None
    point: str | None = None
    quote: Text

    @model_validator(mode="after")
    def _one_place(self) -> Source:
        places = (self.guidance, self.clause, self.authority, self.definition, self.term, self.point)
        if sum(place is not None for place in places) != 1:
            raise ValueError("name exactly one of guidance, clause, authority, definition, term, point")
        if (self.clause is not None) != ((self.position is None) != (self.step is None)) or (
            self.position is not None and self.step is not None
        ):
            raise ValueError("a clause is named with its position or with a step of its ladder, and only a clause")
        return self


class Option(Authored):
    """One possible answer. `why` says why it is right or wrong; `misconception` names the mistake behind it."""

    id: str
    text: Text
    correct: bool = False
    why: Text
    misconception: str | None = None


class Pair(Authored):
    """Two things that belong together, and why."""

    left: Text
    right: Text
    why: Text


class Step(Authored):
    """One step of a procedure, and why it stands there."""

    text: Text
    why: Text


class Segment(Authored):
    """A piece of a clause. `defect` is the kind of defect in it, if there is one."""

    text: Text
    defect: str | None = None
    why: Text


class Range(Authored):
    """A number that is drawn afresh: from `minimum` to `maximum` in steps."""

    minimum: float
    maximum: float
    step: float = Field(gt=0)

    @model_validator(mode="after")
    def _rises(self) -> Range:
        if self.maximum < self.minimum:
            raise ValueError("the maximum lies below the minimum")
        return self


class Base(Authored):
    """What every item has. `difficulty` runs from 1 (a first course) to 3 (a lawyer hesitates)."""

    block: Block
    topic: str
    topics: tuple[str, ...] = ()
    objective: str = Field(pattern=r"^LO\d{1,2}$")
    level: Level
    difficulty: int = Field(ge=1, le=3)
    stem: Text
    explanation: Text
    source: Source
    authorities: tuple[str, ...] = ()
    clause: str | None = None
    checked_on: dt.date
    expires: dt.date | None = None
    proposed: bool = False
    """Whether it was proposed and not written by a person: nobody is asked it before it is accepted."""
    accepted_by: str | None = None
    """Who read a proposed item and accepted it, and when."""
    accepted_on: dt.date | None = None

    @property
    def waits(self) -> bool:
        """Whether it was proposed and nobody has accepted it."""
        return self.proposed and (self.accepted_by is None or self.accepted_on is None)


class Choice(Base):
    """One answer out of four, the right fallback, or a statement with the reason that makes it true or false."""

    type: Literal["single", "fallback", "truth"]
    options: tuple[Option, ...] = Field(min_length=3, max_length=5)

    @model_validator(mode="after")
    def _one_key(self) -> Choice:
        _distinct(option.id for option in self.options)
        if sum(option.correct for option in self.options) != 1:
            raise ValueError("needs exactly one correct option")
        return self


class Multiple(Base):
    """Two or three answers out of five; the stem says how many."""

    type: Literal["multiple"]
    options: tuple[Option, ...] = Field(min_length=5, max_length=6)

    @model_validator(mode="after")
    def _some_keys(self) -> Multiple:
        _distinct(option.id for option in self.options)
        if not 2 <= sum(option.correct for option in self.options) <= 3:
            raise ValueError("needs two or three correct options")
        return self


class Matching(Base):
    """Pairs to be put together again; `terms` are pairs of a French term and its English one."""

    type: Literal["matching", "terms"]
    pairs: tuple[Pair, ...] = Field(min_length=4, max_length=6)


class Ordering(Base):
    """Steps in their right order."""

    type: Literal["ordering"]
    steps: tuple[Step, ...] = Field(min_length=4, max_length=7)


class Element(Authored):
    """Something that a good answer in free text says. `said` holds wordings of it, as `knowledge.wording` reads them."""

    text: Text
    said: Mapping[Language, tuple[str, ...]]
    why: Text

    @model_validator(mode="after")
    def _is_said(self) -> Element:
        if any(not self.said.get(lang) for lang in LANGUAGES):
            raise ValueError("needs wordings in every language")
        for pattern in (pattern for lang in LANGUAGES for pattern in self.said[lang]):
            _readable(pattern)
        return self


class Open(Base):
    """A question answered in one's own words, which are compared with the elements that a good answer has."""

    type: Literal["open"]
    elements: tuple[Element, ...] = Field(min_length=3, max_length=8)


class Calculation(Base):
    """A figure to be worked out. `formula` names a function of the arithmetic of service levels; `numbers` are drawn
    and stand in the stem as `{name}`; the answer counts as right within `tolerance`, in `unit`. Where the numbers of the stem
    are fixed, `value` is the figure and there is no formula."""

    type: Literal["calculation"]
    formula: str | None = None
    numbers: Mapping[str, Range] = {}
    value: float | None = None
    unit: Text
    tolerance: float = Field(ge=0)

    @model_validator(mode="after")
    def _one_figure(self) -> Calculation:
        if (self.formula is None) == (self.value is None) or (self.formula is None) != (not self.numbers):
            raise ValueError("a figure has either a formula with its numbers, or a value")
        return self


class Defect(Base):
    """A clause cut into segments, of which one or two are defective; the learner says which, and of what kind."""

    type: Literal["defect"]
    segments: tuple[Segment, ...] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _has_one(self) -> Defect:
        if not any(segment.defect for segment in self.segments):
            raise ValueError("no segment has a defect")
        return self


Item = Annotated[Choice | Multiple | Matching | Ordering | Open | Calculation | Defect, Field(discriminator="type")]


def load(root: Path) -> dict[str, Item]:
    """The items in the library folder `root`, by id. Raises `InvalidInput` for a file that is not in form, and for an
    id that stands in two files."""
    items: dict[str, Item] = {}
    adapter: TypeAdapter[dict[str, Item]] = TypeAdapter(dict[str, Item])
    for path in sorted((root / FOLDER).glob("*.yaml")):
        found = _valid(adapter, parse(path), path.name)
        twice = items.keys() & found.keys()
        if twice:
            raise InvalidInput(f"{path.name}: the id {min(twice)} stands in another file too")
        items |= found
    return items


def read(path: Path) -> dict[str, Item]:
    """The items of one file, by id. Raises `InvalidInput` for one that is not in form."""
    try:
        return _valid(TypeAdapter(dict[str, Item]), parse(path), path.name)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}") from None


def written(items: Mapping[str, Item]) -> str:
    """Items as YAML, in the form in which they are read."""
    import yaml

    raw = {key: item.model_dump(mode="json", exclude_defaults=True) for key, item in items.items()}
    return str(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120))


def _valid(adapter: TypeAdapter[dict[str, Item]], raw: Any, name: str) -> dict[str, Item]:
    try:
        return adapter.validate_python(raw or {})
    except ValidationError as error:
        raise InvalidInput(f"{name}: {first_fault(error)}") from None


def _readable(pattern: str) -> None:
    """Raises `ValueError`, as a validator must, for a wording that cannot be read."""
    try:
        compile_pattern(pattern)
    except InvalidInput as error:
        raise ValueError(str(error)) from None


def _distinct(ids: Iterator[str]) -> None:
    twice = [one for one, count in Counter(ids).items() if count > 1]
    if twice:
        raise ValueError(f"two options are called {twice[0]}")
