"""When an item comes again, and parameters that follow what people remembered."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from assistant.quiz.attempt import Attempt
from assistant.quiz.schedule import AGAIN, ENOUGH, LONGEST_DAYS, RETENTION, fitted, memories, scheduler

START = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def attempt(score: float, day: float = 0, item: str = "x", sure: int | None = None) -> Attempt:
    return Attempt(item, "penalties", "LO4", "review", score, sure, START + day * DAY)


def due(*attempts: Attempt) -> dt.timedelta:
    """How long after the last answer the item comes again."""
    return memories(attempts, START)["x"].due - attempts[-1].answered_at


def test_the_better_the_answer_the_later_it_comes_again() -> None:
    forgotten, lucky, known = due(attempt(0.0)), due(attempt(1.0, sure=1)), due(attempt(1.0, sure=3))
    assert forgotten == AGAIN
    assert forgotten < lucky <= known
    assert due(attempt(0.5)) == lucky
    assert known == due(attempt(1.0))


def test_intervals_grow_and_stop_growing() -> None:
    attempts, day, intervals = [attempt(1.0)], 0.0, []
    for _ in range(12):
        interval = due(*attempts)
        intervals.append(interval)
        day += interval / DAY
        attempts.append(attempt(1.0, day))
    assert intervals == sorted(intervals)
    assert intervals[-1] == LONGEST_DAYS * DAY


def test_recall_falls_to_the_target_when_it_is_due() -> None:
    first = attempt(1.0)
    when = memories([first], START)["x"].due
    assert memories([first], when)["x"].recall == pytest.approx(RETENTION, abs=0.05)
    assert memories([first], when + 30 * DAY)["x"].recall < RETENTION


def test_the_order_of_the_answers_does_not_matter() -> None:
    attempts = [attempt(1.0, 0), attempt(0.0, 3), attempt(1.0, 4)]
    assert memories(attempts, START) == memories(attempts[::-1], START)


def test_with_too_few_answers_nothing_is_fitted() -> None:
    assert fitted([]) == scheduler(None).parameters
    assert fitted([[attempt(1.0, 0), attempt(1.0, 3)]] * (ENOUGH - 1)) == scheduler(None).parameters


@pytest.mark.parametrize("stability", [1.5, 6.0, 20.0])
def test_first_intervals_follow_what_was_remembered(stability: float) -> None:
    random, decay = Random(3), -scheduler(None).parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    histories = []
    for n in range(900):
        days = random.choice((1, 2, 4, 8, 16))
        known = random.random() < (1 + factor * days / stability) ** decay
        histories.append([attempt(1.0, 0, f"i{n}"), attempt(float(known), days, f"i{n}")])
    parameters = fitted(histories)
    assert parameters[2] == pytest.approx(stability, rel=0.3)
    assert parameters[3:] == scheduler(None).parameters[3:]
