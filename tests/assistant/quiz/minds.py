"""Simulated learners, who forget as FSRS describes it with parameters of their own, and their courses of daily review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from fsrs import Card, Rating

from assistant.quiz.attempt import Attempt
from assistant.quiz.schedule import AGAIN, scheduler

START = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def usual(random: Random) -> list[float]:
    """Parameters of a learner who forgets faster or slower than the package believes, but in the same way."""
    factor = random.lognormvariate(0, 0.3)
    parameters = list(scheduler(None).parameters)
    parameters[:4] = [min(99.0, max(0.01, stability * factor)) for stability in parameters[:4]]
    return parameters


def slow(random: Random) -> list[float]:
    """Parameters of a learner in whom each review strengthens less and the curve falls more steeply at the end."""
    parameters = usual(random)
    parameters[8] += random.gauss(-0.6, 0.2)
    parameters[20] = 0.3
    return parameters


def unlike(random: Random) -> list[float]:
    """The same of learners who differ more from one another."""
    parameters = slow(random)
    factor = random.lognormvariate(0, 0.4)
    parameters[:4] = [min(99.0, max(0.01, stability * factor)) for stability in parameters[:4]]
    parameters[8] += random.gauss(0, 0.25)
    return parameters


class Mind:
    """A learner with parameters. What was never seen is known by a bit more than chance."""

    def __init__(self, parameters: Sequence[float], random: Random) -> None:
        self._law = scheduler(parameters)
        self._cards: dict[str, Card] = {}
        self._random = random

    def answers(self, item: str, now: dt.datetime) -> bool:
        card = self._cards.get(item)
        known = self._random.random() < (self._law.get_card_retrievability(card, now) if card else 0.55)
        rating = Rating.Good if known else Rating.Again
        self._cards[item], _ = self._law.review_card(card or Card(card_id=1, due=now), rating, now)
        return known


@dataclass(frozen=True)
class Course:
    """Days of daily review: the answers, how many items were asked again on a later day, and how many of them were known."""

    attempts: tuple[Attempt, ...]
    done: int
    known: int


def course(
    mind: Mind,
    learner: str,
    parameters: Sequence[float] | None = None,
    *,
    days: int = 60,
    items: int = 30,
    new: int = 2,
) -> Course:
    """A course of a learner under a schedule with these parameters; what is missed is asked again until it is known."""
    law = scheduler(parameters)
    cards: dict[str, Card] = {}
    attempts: list[Attempt] = []

    def ask(item: str, now: dt.datetime) -> bool:
        right = mind.answers(item, now)
        attempts.append(Attempt(item, "penalties", "LO4", "review", float(right), None, now, learner))
        card = cards.get(item) or Card(card_id=1, due=now)
        cards[item], _ = law.review_card(card, Rating.Good if right else Rating.Again, now)
        return right

    done = known = 0
    fresh = [f"item-{n}" for n in range(items)]
    for day in range(days):
        now = START + day * DAY
        due = [item for item, card in cards.items() if card.due <= now]
        for item in (*due, *(fresh.pop() for _ in range(min(new, len(fresh))))):
            right = ask(item, now)
            done, known = done + (item in due), known + (right and item in due)
            later = now
            while not right:
                later += AGAIN
                right = ask(item, later)
    return Course(tuple(attempts), done, known)
