"""What trainers see: the items with their difficulty, discrimination and tempting wrong answers, and means by topic."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from assistant.quiz.attempt import Attempt
from assistant.quiz.statistics import ENOUGH, Analysis, analyse
from assistant.quiz.training import Training
from knowledge.models import Language
from knowledge.quiz import Choice, Item, Multiple

LEAST: Final = 5
"""Learners below which a group would show single persons."""
FOOLS: Final = 0.1
"""The share of learners from which a wrong answer is worth showing."""


def report(training: Training, cohort_id: str | None, lang: Language) -> dict[str, Any] | None:
    """The figures of a cohort or of everybody; `None` where there are too few learners to hide among."""
    attempts = training.record.all_attempts(cohort_id)
    learners = {attempt.learner for attempt in attempts}
    if len(learners) < LEAST:
        return None
    items = {key: entry.item for key, entry in training.bank.entries.items()}
    rows = [_row(one, items[one.item_id], lang) for one in analyse(attempts, items) if one.item_id in items]
    rows.sort(key=lambda row: (not row["flags"], -row["answers"]))
    return {
        "learners": len(learners),
        "answers": len(attempts),
        "mean": sum(attempt.score for attempt in attempts) / len(attempts),
        "enough": ENOUGH,
        "questions": rows,
        "dots": [row for row in rows if row["answers"] >= ENOUGH and row["discrimination"] is not None],
        "topics": _topics(attempts, training, lang),
    }


def _row(one: Analysis, item: Item, lang: Language) -> dict[str, Any]:
    texts = {option.id: option.text[lang] for option in item.options} if isinstance(item, Choice | Multiple) else {}
    wrong = [asdict(other) | {"text": texts[other.id]} for other in one.distractors if other.share >= FOOLS]
    return asdict(one) | {"flags": one.flags, "stem": item.stem[lang], "topic": item.topic, "distractors": wrong}


def _topics(attempts: list[Attempt], training: Training, lang: Language) -> list[dict[str, Any]]:
    """The mean score of each topic, the weakest first."""
    scores: dict[str, list[float]] = {}
    for attempt in attempts:
        scores.setdefault(attempt.topic, []).append(attempt.score)
    topics = training.library.topics
    found = [
        {"topic": topic, "name": topics[topic].name[lang], "answers": len(one), "mean": sum(one) / len(one)}
        for topic, one in scores.items()
        if topic in topics
    ]
    return sorted(found, key=lambda row: float(str(row["mean"])))
