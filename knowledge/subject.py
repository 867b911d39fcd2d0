"""What a passage of a contract may be about, and how each language words it: `subjects.yaml`.

A subject is finer than a topic: "cap on liability" and "losses that are excluded" are two subjects, so that a rule can ask
one question of each. Where a subject has a figure, its measure says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from knowledge.authored import Authored, Text, first_fault, parse, read
from knowledge.errors import InvalidInput
from knowledge.models import Language
from knowledge.wording import Wordings, checked, wordings

FILE: Final = "subjects.yaml"
MACHINE: Final = "machine.yaml"
ORDERS: Final = "orders.yaml"

Quantity = Literal["duration", "percent", "rate", "money", "fees", "service", "frequency"]
"""`rate`: a share for a year, also where it is given for a month; `fees`: months of fees that a sum is worth; `service`: a time
at the highest severity; `frequency`: hours between."""
Unit = Literal["minute", "hour", "day", "week", "month", "year", "%", "EUR"]


def _readable(words: Mapping[Language, tuple[str, ...]]) -> Mapping[Language, tuple[str, ...]]:
    fault = next(checked(source for sources in words.values() for source in sources), None)
    if fault:
        raise ValueError(fault)
    return words


Words = Annotated[Mapping[Language, tuple[str, ...]], AfterValidator(_readable)]
"""Patterns by language (see `knowledge/wording.py`). Both languages are looked for in every contract."""


def compiled(words: Mapping[Language, tuple[str, ...]]) -> Wordings:
    """The searches for patterns of both languages."""
    return wordings(*words.values())


class Measure(Authored):
    """The figure of a subject: what kind it is, in which unit it is given, and which of several is meant."""

    quantity: Quantity
    unit: Unit
    near: Words = Field(default_factory=dict)
    """Words that the figure stands next to; without them, or where they are missing, `pick` decides alone."""
    apart: Words = Field(default_factory=dict)
    """Words of something else: a figure that stands nearer to them is theirs."""
    pick: Literal["first", "least", "most"] = "first"
    between: tuple[float, float] | None = None
    """What the figure may be, both included; others are about something else."""
    unique: bool = False
    """Whether two different figures in one contract contradict each other."""
    variables: tuple[str, ...] = ()
    """Variables of clause types that stand for the same figure in the same unit."""


class Subject(Authored):
    """One thing that a contract may settle."""

    topics: tuple[str, ...] = Field(min_length=1)
    name: Text
    words: Words
    """How it is worded: a sentence that fits one pattern is about it."""
    unless: Words = Field(default_factory=dict)
    """What shows that the sentence is about something else."""
    measure: Measure | None = None

    @cached_property
    def search(self) -> Wordings:
        """What finds it."""
        return compiled(self.words)

    @cached_property
    def refusal(self) -> Wordings:
        """What shows that it is not meant."""
        return compiled(self.unless)


def load(root: Path) -> dict[str, Subject]:
    """The subjects in the library folder `root`, by slug. Raises `InvalidInput` for a file that is not in form."""
    return read(root / FILE, Subject)


def load_machine(root: Path) -> Wordings:
    """How a text speaks to a machine, from `machine.yaml` in the library folder `root`. Raises `InvalidInput`."""
    return _load_words(root / MACHINE)


def load_orders(root: Path) -> Wordings:
    """How a text tells an assistant what to answer, from `orders.yaml` likewise."""
    return _load_words(root / ORDERS)


def _load_words(path: Path) -> Wordings:
    try:
        return compiled(TypeAdapter(Words).validate_python(parse(path)))
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {first_fault(error)}") from None
