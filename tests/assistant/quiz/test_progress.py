"""Progress: standings that follow the last answers, certainty, streaks; and correlation as its definition has it."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.quiz.attempt import Attempt
from assistant.quiz.progress import missed_in_a_row, progress
from assistant.quiz.statistics import ENOUGH, analyse, correlation
from tests.assistant.quiz import shelf

TODAY = dt.date(2026, 11, 23)


def attempt(score: float, days_ago: int = 0, topic: str = "penalties", sure: int | None = None, at: int = 0) -> Attempt:
    when = dt.datetime.combine(TODAY - dt.timedelta(days=days_ago), dt.time(9, at), dt.UTC)
    return Attempt("x", topic, "LO4", "practice", score, sure, when)


def test_nothing_is_nothing() -> None:
    none = progress([], TODAY)
    assert (none.answers, none.mean, none.streak, none.topics) == (0, 0.0, 0, {})


def test_strength_follows_the_last_answers() -> None:
    rising = progress([attempt(0.0, at=n) for n in range(10)] + [attempt(1.0, at=20 + n) for n in range(10)], TODAY)
    falling = progress([attempt(1.0, at=n) for n in range(10)] + [attempt(0.0, at=20 + n) for n in range(10)], TODAY)
    assert rising.topics["penalties"].mean == falling.topics["penalties"].mean == 0.5
    assert rising.topics["penalties"].strength > 0.6 > 0.4 > falling.topics["penalties"].strength


@pytest.mark.parametrize(
    ("days_ago", "streak"), [((0,), 1), ((0, 1, 2), 3), ((1, 2), 2), ((2, 3), 0), ((0, 2, 3), 1), ((0, 0, 1), 2)]
)
def test_a_day_that_is_not_over_ends_no_streak(days_ago: tuple[int, ...], streak: int) -> None:
    assert progress([attempt(1.0, day) for day in days_ago], TODAY).streak == streak


def test_certainty_is_compared_with_what_was_right() -> None:
    made = progress([attempt(1.0, sure=3), attempt(0.0, sure=3), attempt(1.0, sure=1), attempt(1.0)], TODAY)
    assert [(one.sure, one.answers, one.right) for one in made.certainty] == [(1, 1, 1.0), (2, 0, 0.0), (3, 2, 0.5)]


def test_wrong_answers_in_a_row_are_of_one_topic() -> None:
    attempts = [attempt(1.0, at=0), attempt(0.0, at=1), attempt(1.0, at=2, topic="insurance"), attempt(0.5, at=3)]
    assert missed_in_a_row(attempts, "penalties") == 2
    assert missed_in_a_row(attempts, "insurance") == 0
    assert missed_in_a_row(attempts, "audit-rights") == 0


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [
        ([1, 2, 3], [2, 4, 6], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 3, 4], [1, -1, -1, 1], 0.0),
        ([1, 2], [1, 2], None),
        ([1, 1, 1], [1, 2, 3], None),
    ],
)
def test_correlation(left: list[float], right: list[float], value: float | None) -> None:
    found = correlation(left, right)
    assert found == value if value is None else found == pytest.approx(value)


def test_first_answers_count_and_few_say_nothing() -> None:
    now = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
    attempts = [
        Attempt("x", "penalties", "LO4", "practice", score, None, now + dt.timedelta(hours=n), f"l{who}", ("alpha",))
        for who in range(ENOUGH - 1)
        for n, score in enumerate((0.0, 1.0))
    ]
    (found,) = analyse(attempts, {"x": shelf.item()})
    assert (found.answers, found.difficulty, found.flags, found.discrimination) == (ENOUGH - 1, 0.0, (), None)
