"""When to ask again: FSRS, the scheduler of Anki, over what a learner answered.

The state of an item is worked out from its answers whenever it is wanted, so that nothing but answers has to be kept.
A wrong answer counts as forgotten, a partial one or a lucky guess as hard, any other as good.
Source of the model: J. Ye, J. Su and Y. Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition
Scheduling" (KDD 2022), as the package `fsrs` has it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.quiz.attempt import Attempt

if TYPE_CHECKING:
    from fsrs import Card, Rating, Scheduler

RETENTION: Final = 0.9
"""The share of answers that should still be known when they are asked again."""
LONGEST_DAYS: Final = 365
AGAIN: Final = dt.timedelta(minutes=10)
"""After which something that was not known is asked once more."""
ENOUGH: Final = 60
"""Second answers after a first one of the same rating, from which its first interval is fitted."""
_SHORTEST, _LONGEST = 0.1, 100.0


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of an item: `recall` is the chance of a right answer now, 0 to 1."""

    item_id: str
    due: dt.datetime
    recall: float
    stability_days: float


def memories(
    attempts: Iterable[Attempt], now: dt.datetime, parameters: Sequence[float] | None = None
) -> dict[str, Memory]:
    """What a learner remembers of every item that was answered, by item."""
    law = scheduler(parameters)
    return {
        item_id: Memory(item_id, card.due, law.get_card_retrievability(card, now), card.stability or 0.0)
        for item_id, card in _cards(attempts, law).items()
    }


def fitted(histories: Iterable[Iterable[Attempt]]) -> tuple[float, ...]:
    """The parameters of FSRS with the first intervals fitted to these learners, where there is enough to go by.

    For each first rating the stability is chosen under which what was known at the second answer is likeliest.
    """
    seconds: dict[int, list[tuple[float, bool]]] = {}
    for history in histories:
        for first, second in _first_pairs(history):
            days = (second.answered_at - first.answered_at).days
            if days >= 1:
                seconds.setdefault(int(_rating(first)), []).append((float(days), second.score >= 1))
    parameters = list(scheduler(None).parameters)
    for rating, outcomes in seconds.items():
        if len(outcomes) >= ENOUGH:
            parameters[rating - 1] = _likeliest(outcomes, -parameters[20])
    return tuple(parameters)


def _first_pairs(history: Iterable[Attempt]) -> list[tuple[Attempt, Attempt]]:
    """The first and the second answer to every item of one learner."""
    answers: dict[str, list[Attempt]] = {}
    for attempt in sorted(history, key=lambda one: one.answered_at):
        answers.setdefault(attempt.item_id, []).append(attempt)
    return [(found[0], found[1]) for found in answers.values() if len(found) > 1]


def _likeliest(outcomes: Sequence[tuple[float, bool]], decay: float) -> float:
    """The stability, in days, of the greatest likelihood: golden-section search over its logarithm."""
    factor = 0.9 ** (1 / decay) - 1

    def unlikelihood(log_stability: float) -> float:
        stability = math.exp(log_stability)
        recalls = (
            (min(max((1 + factor * days / stability) ** decay, 1e-6), 1 - 1e-6), known) for days, known in outcomes
        )
        return -sum(math.log(recall if known else 1 - recall) for recall, known in recalls)

    low, high = math.log(_SHORTEST), math.log(_LONGEST)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if unlikelihood(left) < unlikelihood(right) else (left, high)
    return round(math.exp((low + high) / 2), 4)


def _cards(attempts: Iterable[Attempt], law: Scheduler) -> Mapping[str, Card]:
    from fsrs import Card

    cards: dict[str, Card] = {}
    for attempt in sorted(attempts, key=lambda one: one.answered_at):
        card = cards.get(attempt.item_id) or Card(card_id=1, due=attempt.answered_at)
        cards[attempt.item_id], _ = law.review_card(card, _rating(attempt), attempt.answered_at)
    return cards


def _rating(attempt: Attempt) -> Rating:
    from fsrs import Rating

    if attempt.score <= 0:
        return Rating.Again
    return Rating.Hard if attempt.score < 1 or attempt.sure == 1 else Rating.Good


def scheduler(parameters: Sequence[float] | None) -> Scheduler:
    """Intervals in whole days, without chance; what was not known comes once more on the same day."""
    from fsrs import Scheduler

    steps = (AGAIN,)
    if parameters is None:
        return Scheduler(
            desired_retention=RETENTION,
            learning_steps=steps,
            relearning_steps=steps,
            maximum_interval=LONGEST_DAYS,
            enable_fuzzing=False,
        )
    return Scheduler(parameters, RETENTION, steps, steps, LONGEST_DAYS, enable_fuzzing=False)
