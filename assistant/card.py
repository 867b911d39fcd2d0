"""The report card: how well the release answers questions that nobody tuned on, measured by `make eval`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from assistant.answer import Answerer
from assistant.evaluate import answers
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
    """What the tests hold of models: a sentence and its figure."""


PROOF: Final[tuple[tuple[str, str], ...]] = (
    ("sentences of lying models shown without support, 200 questions and 60 poisoned documents, four models", "none"),
    ("true sentences of an honest model that are corrected or withheld", "at most 2 %"),
)
"""What `tests/assistant/proof` asserts."""


def measured(rows: Iterable[Mapping[str, Any]], answerer: Answerer, today: dt.date) -> Card:
    """The card of these questions (see `assistant.evaluate`)."""
    report = answers(list(rows), answerer)
    found = [
        Measure(name, report[name]["rate"], report[name]["of"], report["en"][name], report["fr"][name])
        for name in MEASURES
        if report[name]["rate"] is not None
    ]
    return Card(
        today.isoformat(), report["questions"], report["answer_ms_p50"], report["answer_ms_p95"], tuple(found), PROOF
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
