"""A client's needs as a guided form: the questions, step by step, and what they come to as an intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from assistant.agreement.intake import Intake, accept

Kind = Literal["choice", "many", "flag", "text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `path` is where its answer stands in the intake; the first of `options` is what is meant by silence."""

    path: str
    kind: Kind
    options: tuple[str, ...] = ()


STEPS: Final[tuple[tuple[str, tuple[Question, ...]], ...]] = (
    (
        "step_case",
        (
            Question("side", "choice", ("customer", "provider")),
            Question("bargaining", "choice", ("even", "strong", "weak")),
            Question("customer.name", "text"),
            Question("provider.name", "text"),
        ),
    ),
    (
        "step_site",
        (
            Question("site.name", "text"),
            Question("site.url", "text"),
            Question("site.stack", "text"),
            Question("site.purpose", "text"),
            Question("stakes.critical", "choice", ("medium", "low", "high")),
            Question("stakes.interruption", "text"),
            Question("hosting.by", "choice", ("customer", "provider", "third-party")),
            Question("hosting.region", "choice", ("eea", "france", "eu", "other")),
        ),
    ),
    (
        "step_service",
        (
            Question("maintenance", "many", ("corrective", "preventive", "evolutive")),
            Question("services", "many", ("remote", "onsite", "migration", "development", "training")),
            Question("support.hours", "choice", ("business", "always")),
        ),
    ),
    (
        "step_money",
        (
            Question("budget.monthly_fee", "number"),
            Question("budget.hourly_rate", "number"),
            Question("term.start", "date"),
            Question("term.months", "number"),
        ),
    ),
    (
        "step_data",
        (
            Question("personal_data.processed", "flag", ("true", "false")),
            Question("regulated", "choice", ("none", "nis2", "dora", "hds", "several")),
            Question("linked_contracts", "flag", ("false", "true")),
        ),
    ),
)
QUESTIONS: Final = {question.path: question for _, questions in STEPS for question in questions}
LONGEST: Final = 2000


def answers(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What a form says, by question; what is no question of ours is left out."""
    return {path: [value[:LONGEST] for value in fields[path] if value] for path in QUESTIONS if path in fields}


def intake(given: Mapping[str, list[str]]) -> Intake:
    """The needs. Raises `InvalidInput`, naming the place of an answer that is none."""
    said: dict[str, Any] = {}
    for path, values in given.items():
        question = QUESTIONS.get(path)
        if question is None or not values:
            continue
        holder, names = said, path.split(".")
        for name in names[:-1]:
            holder = holder.setdefault(name, {})
        holder[names[-1]] = _value(question, values)
    return accept(said)


def _value(question: Question, values: list[str]) -> object:
    if question.kind == "many":
        return values
    if question.kind == "flag":
        return values[-1] == "true"
    if question.kind == "number":
        return "".join(values[-1].split()).replace(",", ".")
    return values[-1]
