"""Fit anew how people forget, when enough answers have come: by night, before a review in the terminal, or on command.

Never while somebody waits for a question: everybody's parameters, and those of each learner of whom enough is known, are kept
and read from then on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assistant.quiz.attempt import Attempt
from assistant.quiz.fit import Histories, fitted, histories, log_loss
from assistant.quiz.record import EVERYBODY, Record
from assistant.quiz.schedule import scheduler

NEW: Final = 50
"""Answers that must have come since the last fit of everybody."""
NEW_OWN: Final = 20
"""The same of one learner."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted: answers on a later day, whether everybody's parameters were, and those of how many learners.

    `before` and `after` are the mean log-loss of everybody's answers under the parameters of the package and under those that
    hold now.
    """

    reviews: int
    everybody: bool
    learners: int
    before: float
    after: float


def refit(record: Record, now: dt.datetime, *, always: bool = False) -> Fitted:
    """Fit what has enough new answers; `always` all that has enough answers."""
    answered: dict[str, list[Attempt]] = {}
    for attempt in record.all_attempts():
        answered.setdefault(attempt.learner, []).append(attempt)
    last = {} if always else record.fitted_on()
    told = histories(attempt for own in answered.values() for attempt in own)
    new = told.reviews >= last.get(EVERYBODY, 0) + (0 if always else NEW)
    common = fitted(told) if new else None
    if common:
        record.keep_law(None, common, told.reviews, now)
    common = common or record.law(EVERYBODY)
    learners = _own(record, {key: histories(own) for key, own in answered.items()}, common, last, now) if common else 0
    default = scheduler(None).parameters
    return Fitted(
        told.reviews, new and common is not None, learners, log_loss(default, told), log_loss(common or default, told)
    )


def _own(
    record: Record,
    told: Mapping[str, Histories],
    common: tuple[float, ...],
    last: Mapping[str, int],
    now: dt.datetime,
) -> int:
    """Fit the parameters of learners, from everybody's; of how many."""
    count = 0
    for learner, own in told.items():
        if own.reviews < last.get(learner, 0) + NEW_OWN:
            continue
        found = fitted(own, common)
        if found:
            record.keep_law(learner, found, own.reviews, now)
            count += 1
    return count
