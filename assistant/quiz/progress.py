"""How a learner is doing: by topic and objective, how sure against how right, and days of practice in a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.quiz.attempt import Attempt

FADES: Final = 0.93
"""What an answer weighs against the next one on the same topic: the last score counts most."""
SURE: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was reached in one topic or objective: answers, their mean score and the present strength, 0 to 1.

    `strength` starts at a half and follows the answers; `right` and `wrong` are the weights behind it.
    """

    answers: int
    mean: float
    right: float
    wrong: float

    @property
    def strength(self) -> float:
        """The mean of the Beta distribution of the weights."""
        return (1 + self.right) / (2 + self.right + self.wrong)


@dataclass(frozen=True, slots=True)
class Certainty:
    """How right somebody is who says to be so sure (1 a guess, 3 certain)."""

    sure: int
    answers: int
    right: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything about one learner. `streak` counts days in a row up to today or yesterday."""

    answers: int
    mean: float
    topics: Mapping[str, Standing]
    objectives: Mapping[str, Standing]
    certainty: tuple[Certainty, ...]
    streak: int
    days: int


def progress(attempts: Sequence[Attempt], today: dt.date) -> Progress:
    """The progress that answers make up, in any order."""
    ordered = sorted(attempts, key=lambda attempt: attempt.answered_at)
    days = {attempt.answered_at.date() for attempt in ordered}
    return Progress(
        answers=len(ordered),
        mean=_mean(ordered),
        topics=standings(ordered, lambda attempt: attempt.topic),
        objectives=standings(ordered, lambda attempt: attempt.objective),
        certainty=tuple(_certainty(ordered, sure) for sure in SURE),
        streak=_streak(days, today),
        days=len(days),
    )


def standings(attempts: Iterable[Attempt], by: Callable[[Attempt], str]) -> dict[str, Standing]:
    """The standing in each topic, objective or other group; answers come in order."""
    groups: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        groups.setdefault(by(attempt), []).append(attempt)
    return {name: _standing(group) for name, group in groups.items()}


def _standing(attempts: Sequence[Attempt]) -> Standing:
    right = wrong = 0.0
    for attempt in attempts:
        right = right * FADES + attempt.score
        wrong = wrong * FADES + 1 - attempt.score
    return Standing(len(attempts), _mean(attempts), right, wrong)


def _certainty(attempts: Iterable[Attempt], sure: int) -> Certainty:
    said = [attempt for attempt in attempts if attempt.sure == sure]
    return Certainty(sure, len(said), _mean(said))


def _mean(attempts: Sequence[Attempt]) -> float:
    return sum(attempt.score for attempt in attempts) / len(attempts) if attempts else 0.0


def _streak(days: set[dt.date], today: dt.date) -> int:
    """Days in a row. A day that is not over yet does not end it."""
    last = today if today in days else today - dt.timedelta(days=1)
    count = 0
    while last in days:
        count, last = count + 1, last - dt.timedelta(days=1)
    return count


def missed_in_a_row(attempts: Sequence[Attempt], topic: str) -> int:
    """The last answers on a topic that were all wrong, how many."""
    count = 0
    for attempt in sorted(attempts, key=lambda one: one.answered_at, reverse=True):
        if attempt.topic == topic:
            if attempt.score >= 1:
                break
            count += 1
    return count
