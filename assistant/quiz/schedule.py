"""When to ask again: FSRS, the scheduler of Anki, over what a learner answered.

The state of an item is worked out from its answers whenever it is wanted, so that nothing but answers has to be kept.
A wrong answer counts as forgotten, a partial one or a lucky guess as hard, any other as good.
Source of the model: J. Ye, J. Su and Y. Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition
Scheduling" (KDD 2022), as the package `fsrs` has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.quiz.attempt import Attempt

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

RETENTION: Final = 0.9
"""The share of answers that should still be known when they are asked again."""
LONGEST_DAYS: Final = 365
AGAIN: Final = dt.timedelta(minutes=10)
"""After which something that was not known is asked once more."""


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


def _cards(attempts: Iterable[Attempt], law: Scheduler) -> Mapping[str, Card]:
    from fsrs import Card, Rating

    cards: dict[str, Card] = {}
    for attempt in sorted(attempts, key=lambda one: one.answered_at):
        card = cards.get(attempt.item_id) or Card(card_id=1, due=attempt.answered_at)
        cards[attempt.item_id], _ = law.review_card(card, Rating(rating_of(attempt)), attempt.answered_at)
    return cards


def rating_of(attempt: Attempt) -> int:
    """What an answer says of memory, as FSRS counts: 1 forgotten, 2 hard, 3 good."""
    if attempt.score <= 0:
        return 1
    return 2 if attempt.score < 1 or attempt.sure == 1 else 3


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
