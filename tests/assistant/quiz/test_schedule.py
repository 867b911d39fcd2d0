"""When an item comes again."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.quiz.attempt import Attempt
from assistant.quiz.schedule import AGAIN, LONGEST_DAYS, RETENTION, memories

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
