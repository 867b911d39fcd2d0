"""What answers say of the items: how hard they are, whether they tell the able from the others, which wrong answers tempt.

Only the first answer of each learner counts. Difficulty is the mean score (high: easy); discrimination is the correlation of
the item's score with the learner's mean on all other items (the corrected item-total correlation of classical test theory).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assistant.quiz.attempt import Attempt
from knowledge.quiz import Choice, Item, Multiple

ENOUGH: Final = 50
"""Answers below which nothing is concluded."""
EASY, HARD = 0.85, 0.4
"""Mean scores outside which an item is too easy or too hard."""
TELLS: Final = 0.2
"""The least discrimination that is worth having."""
OTHERS: Final = 5
"""Other items that a learner must have answered for the correlation."""
Flag = Literal["too_easy", "too_hard", "does_not_tell", "misleads", "wrong_key"]


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong answer: the share of learners who chose it, and their mean on other items."""

    id: str
    share: float
    ability: float
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One item as its answers show it. `discrimination` is none where too few can be compared."""

    item_id: str
    answers: int
    difficulty: float
    discrimination: float | None
    key_ability: float
    distractors: tuple[Distractor, ...]

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is wrong with the item, if enough answers say so."""
        if self.answers < ENOUGH:
            return ()
        found: list[Flag] = []
        if self.difficulty > EASY:
            found.append("too_easy")
        if self.difficulty < HARD:
            found.append("too_hard")
        if self.discrimination is not None and self.discrimination < 0:
            found.append("misleads")
        elif self.discrimination is not None and self.discrimination < TELLS:
            found.append("does_not_tell")
        if any(one.share > self.difficulty and one.ability > self.key_ability for one in self.distractors):
            found.append("wrong_key")
        return tuple(found)


def analyse(attempts: Iterable[Attempt], items: Mapping[str, Item]) -> list[Analysis]:
    """Every item that was answered, by its name."""
    first = _first_answers(attempts)
    by_learner: dict[str, list[Attempt]] = {}
    by_item: dict[str, list[Attempt]] = {}
    for attempt in first:
        by_learner.setdefault(attempt.learner, []).append(attempt)
        by_item.setdefault(attempt.item_id, []).append(attempt)
    totals = {learner: (sum(one.score for one in own), len(own)) for learner, own in by_learner.items()}
    return [_analysis(item_id, by_item[item_id], totals, items.get(item_id)) for item_id in sorted(by_item)]


def _first_answers(attempts: Iterable[Attempt]) -> list[Attempt]:
    first: dict[tuple[str, str], Attempt] = {}
    for attempt in sorted(attempts, key=lambda one: one.answered_at):
        first.setdefault((attempt.learner, attempt.item_id), attempt)
    return list(first.values())


def _analysis(
    item_id: str, attempts: Sequence[Attempt], totals: Mapping[str, tuple[float, int]], item: Item | None
) -> Analysis:
    rest = {
        one.learner: (totals[one.learner][0] - one.score) / (totals[one.learner][1] - 1)
        for one in attempts
        if totals[one.learner][1] > OTHERS
    }
    compared = [one for one in attempts if one.learner in rest]
    right = [rest[one.learner] for one in compared if one.score >= 1]
    return Analysis(
        item_id,
        len(attempts),
        sum(one.score for one in attempts) / len(attempts),
        correlation([one.score for one in compared], [rest[one.learner] for one in compared]),
        sum(right) / len(right) if right else 0.0,
        tuple(_distractors(attempts, rest, item)),
    )


def _distractors(attempts: Sequence[Attempt], rest: Mapping[str, float], item: Item | None) -> list[Distractor]:
    if not isinstance(item, Choice | Multiple):
        return []
    counts = Counter(name for one in attempts for name in one.chosen)
    found = []
    for option in item.options:
        if not option.correct:
            able = [rest[one.learner] for one in attempts if option.id in one.chosen and one.learner in rest]
            ability = sum(able) / len(able) if able else 0.0
            found.append(Distractor(option.id, counts[option.id] / len(attempts), ability, option.misconception))
    return sorted(found, key=lambda one: -one.share)


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's coefficient; none for fewer than three pairs, or where one side does not vary."""
    if len(left) < 3:
        return None
    mean_left, mean_right = sum(left) / len(left), sum(right) / len(right)
    shared = sum((x - mean_left) * (y - mean_right) for x, y in zip(left, right, strict=True))
    spread = math.sqrt(sum((x - mean_left) ** 2 for x in left) * sum((y - mean_right) ** 2 for y in right))
    return shared / spread if spread > 1e-12 else None
