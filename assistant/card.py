"""The report card: how well the release answers questions that nobody tuned on, measured by `make eval`."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from assistant.answer import Answerer
from assistant.evaluate import answers
from knowledge.errors import InvalidInput
from knowledge.library import ROOT
from prompts.render import render

KEPT: Final = ROOT / "report-card.json"
"""The card of this release."""
MEASURES: Final[Mapping[str, str]] = {
    "main_topic_cited": "a source on the topic asked about",
    "authority_recall": "authorities that a lawyer expects",
    "refusal_recall": "questions outside the library declined",
    "false_refusals": "questions within it declined by mistake",
    "right_language": "answered in the language of the question",
    "quotes_verbatim": "quotations to the letter",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A share: `rate` between 0 and 1 `of` so many; by language too."""

    name: str
    rate: float
    of: int
    en: float | None
    fr: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """What was measured on one day."""

    day: str
    questions: int
    answer_ms_p50: float
    answer_ms_p95: float
    measures: tuple[Measure, ...]
    proof: tuple[tuple[str, str], ...] = ()
    """What a run of the tests counted of models: a sentence and its figure."""


_NUMBER: Final = re.compile(r"\d+")
_PROVEN: Final = ("L06", "L08", "L09")
"""The checks of the catalogue that say what becomes of a model's words (`tests/assurance/model.yaml`)."""


def proven(records: Path) -> tuple[tuple[str, str], ...]:
    """What the last run of the tests recorded of these checks, a sentence and its figure each: of tests that passed only, and
    of the same with more and with fewer cases the one with more.

    Raises `InvalidInput` for a file that `pytest --record` has not written.
    """
    try:
        found = [
            figure
            for name, record in json.loads(records.read_text("utf-8")).items()
            if "/proof/" in name and record["outcome"] == "passed" and set(record["checks"]) & set(_PROVEN)
            for figure in record["figures"]
        ]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise InvalidInput(
            f"{records} holds no records: make it with `pytest tests/assistant/proof --record FILE`"
        ) from None
    best: dict[str, tuple[str, str]] = {}
    for label, figure in (_halves(one) for one in found):
        key = _NUMBER.sub("#", label or figure)
        best[key] = max(best.get(key, ("", "")), (label, figure), key=_cases)
    return tuple(best.values())


def _halves(figure: str) -> tuple[str, str]:
    label, colon, rest = figure.partition(": ")
    return (label, rest) if colon else ("", figure)


def _cases(pair: tuple[str, str]) -> int:
    """How many cases a figure tells of: its first number."""
    number = _NUMBER.search(" ".join(pair))
    return int(number[0]) if number else 0


def measured(
    rows: Iterable[Mapping[str, Any]], answerer: Answerer, today: dt.date, proof: tuple[tuple[str, str], ...] = ()
) -> Card:
    """The card of these questions (see `assistant.evaluate`); `proof` is what was proven of models."""
    report = answers(list(rows), answerer)
    found = [
        Measure(name, report[name]["rate"], report[name]["of"], report["en"][name], report["fr"][name])
        for name in MEASURES
        if report[name]["rate"] is not None
    ]
    return Card(
        today.isoformat(), report["questions"], report["answer_ms_p50"], report["answer_ms_p95"], tuple(found), proof
    )


def as_markdown(card: Card) -> str:
    """The card as a page of the documentation."""
    rows = [{**asdict(one), "label": MEASURES[one.name]} for one in card.measures]
    return render("documents/report-card.md.j2", card=asdict(card), rows=rows)


def keep(card: Card, page: Path) -> None:
    """Write the card into the documentation, and beside the library, where the workspace reads it."""
    page.write_text(as_markdown(card), "utf-8")
    KEPT.write_text(json.dumps(asdict(card), indent=1) + "\n", "utf-8")


def shipped() -> Card | None:
    """The card of this release, if it has one."""
    if not KEPT.is_file():
        return None
    kept = json.loads(KEPT.read_text("utf-8"))
    return Card(**{**kept, "measures": tuple(Measure(**one) for one in kept["measures"])})
