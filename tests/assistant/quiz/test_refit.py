"""When the parameters of the schedule are fitted anew, whose they are, and that they are deleted with their learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from assistant.quiz.fit import ENOUGH, ENOUGH_OWN
from assistant.quiz.record import EVERYBODY, Record
from assistant.quiz.refit import NEW, NEW_OWN, refit
from tests.assistant.quiz.minds import Course, Mind, course, usual
from tests.fakes import new_store

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = new_store(tmp_path / "clausier.db")
    yield Record(opened)
    opened.close()


def taken(learner: str, **how: int) -> Course:
    random = Random(learner)
    return course(Mind(usual(random), random), learner, **how)  # type: ignore[arg-type]


def enter(record: Record, *courses: Course) -> None:
    for one in courses:
        for attempt in one.attempts:
            asked = record.ask(attempt.learner, [(attempt.item_id, attempt.topic, attempt.objective)], "review", NOW)
            record.answer(attempt.learner, asked[0].id, {}, (), attempt.score, None, attempt.answered_at)


def test_everybody_and_whoever_answered_enough_have_parameters_of_their_own(record: Record) -> None:
    assert refit(record, NOW).learners == 0
    assert record.law("anna") is None
    enter(record, taken("anna", days=60, items=200, new=6), *(taken(f"l{n}") for n in range(8)))
    done = refit(record, NOW)
    assert done.reviews >= ENOUGH
    assert (done.everybody, done.learners) == (True, 1)
    assert done.after <= done.before
    assert record.law("anna") != record.law("l1") == record.law("whoever")
    assert record.fitted_on()["anna"] >= ENOUGH_OWN


def test_nothing_is_fitted_again_before_enough_new_answers_came(record: Record) -> None:
    enter(record, *(taken(f"l{n}") for n in range(10)))
    assert refit(record, NOW).everybody
    assert not refit(record, NOW).everybody
    assert refit(record, NOW, always=True).everybody
    before = record.fitted_on()[EVERYBODY]
    enter(record, taken("new"))
    assert refit(record, NOW).everybody
    assert record.fitted_on()[EVERYBODY] >= before + NEW
    assert NEW_OWN < ENOUGH_OWN


def test_what_was_fitted_to_a_learner_goes_with_the_learner(record: Record) -> None:
    parameters = tuple(float(n) for n in range(21))
    enter(record, taken("anna", days=3))
    record.keep_law("anna", parameters, 300, NOW)
    record.keep_law(None, parameters[::-1], 2000, NOW)
    assert record.law("anna") == parameters
    record.erase("anna", NOW)
    assert record.law("anna") == parameters[::-1]
    assert "anna" not in record.fitted_on()
