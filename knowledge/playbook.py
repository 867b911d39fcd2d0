"""Playbooks: what a contract should say for the side that we act for, rule by rule; and how clauses play together.

A firm writes its own in the same form (`clausier library schema playbook`); a rule refers to subjects of `subjects.yaml` by
slug, or brings words of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from knowledge.authored import Authored, Text, first_fault, parse
from knowledge.errors import InvalidInput
from knowledge.models import Position, Side
from knowledge.subject import Words, compiled
from knowledge.wording import Wordings

FOLDER: Final = "playbooks"
INTERACTIONS: Final = "interactions.yaml"

Severity = Literal["high", "medium", "low"]
Verdict = Literal["matches_standard", "matches_fallback", "deviates", "missing"]
SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")


class Bounds(Authored):
    """From which figure to which, both included, in the unit of the subject's measure."""

    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Bounds:
        if self.least is None and self.most is None:
            raise ValueError("give least, most or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least is more than most")
        return self

    def hold(self, value: float) -> bool:
        """Whether the figure lies within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Within(Authored):
    """Which figures are the standard, and which may be accepted instead."""

    standard: Bounds
    fallback: Bounds | None = None


class Proposal(Authored):
    """The clause of the library to propose."""

    clause: str
    position: Position


class Rule(Authored):
    """One question to a contract. `standard` says what it should say: a state, not an action."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    topic: str
    subject: str | None = None
    words: Words = Field(default_factory=dict)
    """How a clause is recognised as being about it, besides the words of the subject."""
    severity: Severity
    required: bool = True
    """Whether silence is a finding. Where it is not, the rule speaks only of what it finds."""
    standard: Text
    within: Within | None = None
    unstated: Verdict = "deviates"
    """What it is where a figure is asked for and none is given."""
    bad: Words = Field(default_factory=dict)
    """What the contract must not say: a sentence that fits deviates."""
    good: Words = Field(default_factory=dict)
    """What the article should also say."""
    otherwise: Verdict = "matches_fallback"
    """What it is where `good` is asked for and not said."""
    why: Text
    ask: Text
    fallback: Text
    escalation: Text | None = None
    propose: Proposal | None = None
    authorities: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _recognisable(self) -> Rule:
        if self.subject is None and not self.words:
            raise ValueError("needs a subject, or words of its own")
        return self

    @cached_property
    def own(self) -> Wordings:
        """What finds the clause by the rule's own words."""
        return compiled(self.words)

    @cached_property
    def offence(self) -> Wordings:
        """What must not be said."""
        return compiled(self.bad)

    @cached_property
    def promise(self) -> Wordings:
        """What should be said."""
        return compiled(self.good)


class Playbook(Authored):
    """The rules of one side. A change of a rule is a new version."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    side: Side
    title: Text
    reviewed_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    review_due: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Playbook:
        names = [rule.id for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules are called {twice[0]}")
        return self

    @cached_property
    def sha256(self) -> str:
        """A digest of all that the playbook says, however the file is laid out."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


class Condition(Authored):
    """Something that holds of a contract: a subject is there or not, says something, or has a figure."""

    subject: str
    present: bool = True
    says: Words = Field(default_factory=dict)
    """What a passage about the subject says."""
    below: float | None = None
    above: float | None = None
    above_subject: str | None = None
    """Its figure is more than that of this other subject."""

    @cached_property
    def said(self) -> Wordings:
        """What finds what is said."""
        return compiled(self.says)


class Interaction(Authored):
    """Clauses that are harmless alone and not together. It holds where all its conditions do."""

    topic: str
    severity: Severity
    sides: tuple[Side, ...] = ("customer", "provider")
    when: tuple[Condition, ...] = Field(min_length=2)
    title: Text
    why: Text
    ask: Text
    authorities: tuple[str, ...] = ()


def load_playbook(root: Path, side: Side) -> Playbook:
    """The playbook of a side in the library folder `root`. Raises `InvalidInput`."""
    return read_playbook(root / FOLDER / f"{side}.yaml")


def read_playbook(path: Path) -> Playbook:
    """A playbook from its file. Raises `InvalidInput` with the first thing that is wrong, and where."""
    if not path.is_file():
        raise InvalidInput(f"there is no playbook {path}: give the path of a YAML file")
    try:
        return Playbook.model_validate(parse(path))
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {first_fault(error)}") from None


def load_interactions(root: Path) -> dict[str, Interaction]:
    """How clauses play together, by slug. Raises `InvalidInput`."""
    path = root / INTERACTIONS
    try:
        return TypeAdapter(dict[str, Interaction]).validate_python(parse(path))
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {first_fault(error)}") from None


def schema() -> Mapping[str, Any]:
    """The JSON schema of a playbook, for editors that check while one writes."""
    return Playbook.model_json_schema()
