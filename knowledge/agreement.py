"""How an agreement is put together: `agreement.yaml`, which lawyers edit, and what it says of needs, clauses and annexes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, ValidationError

from knowledge.authored import Authored, Text, parse
from knowledge.errors import InvalidInput
from knowledge.models import Language

FILE: Final = "agreement.yaml"

Bargaining = Literal["strong", "even", "weak"]
Weight = Literal["vital", "important", "minor"]
Stance = Literal["own", "balanced", "other"]
Scalar = bool | int | str
Condition = Mapping[str, tuple[Scalar, ...]]
"""Answers of the intake, by their paths, with what each may be; of a list, one of its items."""
Cells = Mapping[Language, tuple[str, ...]]


class _Aliased(Authored):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Weights(Authored):
    """How much a clause matters to each side."""

    customer: Weight
    provider: Weight


class Need(Authored):
    """When a clause type belongs into an agreement, and why. No condition: always."""

    when: tuple[Condition, ...] = ()
    weight: Weights
    reason: Text


class Fact(_Aliased):
    """What settles a variable: an answer of the intake, as it is or by a table, or a value."""

    origin: str | None = Field(None, alias="from")
    map: Mapping[str, Scalar] | None = None
    value: Text | None = None


class Row(_Aliased):
    """A row of a table. `of`: only if one of these clauses is chosen; `holding`: only with these values in it."""

    of: tuple[str, ...] = ()
    holding: Annotated[Mapping[str, tuple[Scalar, ...]], Field(alias="with")] = {}
    cells: Cells


class Part(_Aliased):
    """A piece of an annex: a paragraph, a table, or a table with a row for each item of a list in the intake."""

    of: tuple[str, ...] = ()
    only: Mapping[str, str] = {}
    """Only if these clauses stand at these positions."""
    without: Mapping[str, str] = {}
    """Only if these clauses do not stand at these positions."""
    text: Text | None = None
    head: Cells | None = None
    rows: tuple[Row, ...] = ()
    each: str | None = None
    cells: Cells | None = None
    none: Text | None = None


class Annex(Authored):
    """An annex: how it is called, with other names that clauses use, when it belongs in, and what it holds."""

    name: Text
    aliases: Mapping[Language, tuple[str, ...]] = {}
    always: bool = False
    of: tuple[str, ...] = ()
    parts: tuple[Part, ...]


class Recital(Authored):
    """A paragraph of the recitals."""

    when: tuple[Condition, ...] = ()
    text: Text


class Frame(Authored):
    """The words around the articles."""

    title: Text
    between: Text
    customer: Text
    provider: Text
    together: Text
    recitals: Text
    special_terms: Text
    special_terms_head: Cells
    definitions: Text
    definitions_lead: Text
    agreed: Text
    annexes: Text
    annexes_lead: Text
    signature: Text
    signed: Text
    for_customer: Text
    for_provider: Text
    signatory: Cells
    initials: Text
    two_languages: Text
    conjunction: Annotated[Text, Field(alias="and")]


class Order(Authored):
    """Two variables, as `type:variable`, of which the first may not exceed the second times `factor`."""

    key: str
    lower: str
    upper: str
    factor: float = 1.0
    strict: bool = False
    blocking: bool = True


class Pattern(Authored):
    """The whole file."""

    clauses: Mapping[str, Need]
    order: tuple[str, ...]
    positions: Mapping[Bargaining, Mapping[Weight, Stance]]
    facts: Mapping[str, Fact]
    shared: tuple[tuple[str, ...], ...]
    apparent: tuple[str, ...] = ()
    labels: Mapping[str, Text]
    words: Mapping[str, Mapping[str, Text]]
    frame: Frame
    recitals: tuple[Recital, ...]
    special_terms: tuple[Row, ...]
    annexes: Mapping[str, Annex]
    orders: tuple[Order, ...] = ()
    conflicts: Mapping[str, Text] = {}


def load(root: Path) -> Pattern:
    """The pattern of the library in `root`. Raises `InvalidInput` for a file that is missing or not in form."""
    path = root / FILE
    if not path.is_file():
        raise InvalidInput(f"the library lacks {FILE} in {root}")
    try:
        return Pattern.model_validate(parse(path))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(f"{FILE}: {', '.join(map(str, fault['loc']))}: {fault['msg']}") from None
