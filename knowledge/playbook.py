"""Playbooks: what a contract should say for the side that we act for, rule by rule; and how clauses play together.

A firm writes its own in the same form (`clausier library schema playbook`); a rule refers to subjects of `subjects.yaml` by
slug, or brings words of its own. A rule that was only proposed asks nothing until a person has accepted it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from knowledge.authored import Authored, Text, first_fault, line_of, parse, parse_text, placed_fault
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


class Passage(Authored):
    """Words of a contract, verbatim: what stands from `start` to `end` in the text of the file with this digest."""

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    clause: str = ""
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    value: float | None = None
    """The figure that was read there."""


class Spread(Authored):
    """A figure, and in how many contracts it was read."""

    value: float
    contracts: int = Field(ge=1)


class Evidence(Authored):
    """What contracts say about the subject of a rule, from which it was proposed."""

    contracts: int = Field(ge=1)
    """How many were read."""
    speaking: int = Field(ge=1)
    """How many speak of it."""
    agreeing: int = Field(ge=0)
    """How many of these say what the rule proposes."""
    refused: int = Field(0, ge=0)
    """How many say what the shipped playbook refuses."""
    shipped: Text | None = None
    """What the shipped playbook asks for, where the rule asks for something else."""
    unit: str = ""
    figures: tuple[Spread, ...] = ()
    passages: tuple[Passage, ...] = ()


class Rule(Authored):
    """One question to a contract. `standard` says what it should say: a state, not an action."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    proposed: bool = False
    """Whether it was proposed and not written by a person: it asks nothing before it is accepted."""
    accepted_by: str | None = None
    """Who read a proposed rule and switched it on, and when."""
    accepted_on: dt.date | None = None
    topic: str
    subject: str | None = None
    words: Words = Field(default_factory=dict)
    """How a clause is recognised as being about it, besides the words of the subject."""
    severity: Severity
    required: bool = True
    """Whether silence is a finding. Where it is not, the rule speaks only of what it finds."""
    required_with: tuple[str, ...] = ()
    """Subjects of which one must be spoken of for silence to be a finding; with none, it always is."""
    where: Words = Field(default_factory=dict)
    """Words of which the contract must say some for the rule to be asked at all; without, it is asked of every contract."""
    standard: Text
    within: Within | None = None
    unstated: Verdict = "deviates"
    """What it is where a figure is asked for and none is given."""
    bad: Words = Field(default_factory=dict)
    """What the contract must not say: a sentence about the subject that fits deviates."""
    never: Words = Field(default_factory=dict)
    """What no sentence of the contract may say, whatever else it is about: for wordings that leave no doubt."""
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
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _recognisable(self) -> Rule:
        if self.subject is None and not self.words:
            raise ValueError("needs a subject, or words of its own")
        return self

    @model_validator(mode="after")
    def _accepted(self) -> Rule:
        if self.accepted_by is not None and not self.accepted_by.strip():
            raise ValueError("accepted_by needs the name of who accepts the rule")
        if (self.accepted_by is None) != (self.accepted_on is None):
            raise ValueError("accepted_by and accepted_on go together: who, and on which day")
        return self

    @property
    def is_on(self) -> bool:
        """Whether it asks its question: a person wrote it, or accepted it."""
        return not self.proposed or self.accepted_by is not None

    @cached_property
    def own(self) -> Wordings:
        """What finds the clause by the rule's own words."""
        return compiled(self.words)

    @cached_property
    def offence(self) -> Wordings:
        """What must not be said."""
        return compiled(self.bad)

    @cached_property
    def bound(self) -> Wordings:
        """What shows that the rule is for this contract."""
        return compiled(self.where)

    @cached_property
    def forbidden(self) -> Wordings:
        """What must not be said anywhere."""
        return compiled(self.never)

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

    def in_force(self) -> Playbook:
        """The playbook with the rules that are on. Raises `InvalidInput` where none is."""
        rules = tuple(rule for rule in self.rules if rule.is_on)
        if not rules:
            raise InvalidInput(
                f"no rule of the playbook {self.id} is switched on: read those that are proposed, and accept each with "
                "`clausier review accept FILE RULE --by NAME`"
            )
        return Playbook.model_construct(**{**dict(self), "rules": rules})

    @property
    def waiting(self) -> tuple[Rule, ...]:
        """The rules that are proposed and that nobody has accepted."""
        return tuple(rule for rule in self.rules if not rule.is_on)

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
    """A playbook from its file. Raises `InvalidInput` with the first thing that is wrong, and on which line."""
    return playbook_in(_text(path), path.name)


def read_own(path: Path, known: Mapping[str, Collection[str]]) -> Playbook:
    """A playbook that a firm wrote. `known` are the subjects, topics, clauses and authorities that there are.

    Raises `InvalidInput` also for the first name that leads nowhere, and says on which line.
    """
    text = _text(path)
    playbook = playbook_in(text, path.name)
    for place, kind, name in _names(playbook):
        if name not in known[kind]:
            near = get_close_matches(name, known[kind], 1)
            hint = f"is {near[0]!r} meant?" if near else f"choose one of the {len(known[kind])} there are"
            line = line_of(text, place)
            raise InvalidInput(f"{path.name}, line {line}: there is no {kind} {name!r}: {hint}")
    return playbook


def playbook_in(text: str, name: str) -> Playbook:
    """The playbook that the text of the file `name` holds. Raises `InvalidInput`."""
    try:
        return Playbook.model_validate(parse_text(text, name))
    except ValidationError as error:
        raise InvalidInput(f"{name}, {placed_fault(error, text)}") from None


def _text(path: Path) -> str:
    if not path.is_file():
        raise InvalidInput(f"there is no playbook {path}: give the path of a YAML file")
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} cannot be read ({type(error).__name__}): save it in UTF-8") from None


def _names(playbook: Playbook) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What the rules refer to: where, of which kind, by which name."""
    for at, rule in enumerate(playbook.rules):
        yield ("rules", at, "topic"), "topic", rule.topic
        if rule.subject:
            yield ("rules", at, "subject"), "subject", rule.subject
        if rule.propose:
            yield ("rules", at, "propose", "clause"), "clause", rule.propose.clause
        for number, key in enumerate(rule.authorities):
            yield ("rules", at, "authorities", number), "authority", key


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
