"""The journal of training: questions put, answers marked once, cohorts, assessments, and what is deleted for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.quiz.record import CODE_LENGTH, OPEN_QUESTIONS, Record
from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store
from tests.fakes import everything, new_store

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ITEM = ("late-zanzibar", "late-payment", "LO5")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def record(store: Store) -> Record:
    return Record(store)


def practised(record: Record, learner: str, score: float = 1.0, when: dt.datetime = NOW) -> None:
    (asked,) = record.ask(learner, [ITEM], "practice", when)
    record.answer(learner, asked.id, {"choices": ["a"]}, ["late"], score, 2, when)


def test_a_token_is_not_kept(record: Record, store: Store) -> None:
    token = record.new_token()
    practised(record, record.learner_of(token))
    store.checkpoint()
    assert token.encode() not in everything(store)
    assert len({record.new_token() for _ in range(50)}) == 50


def test_only_what_was_answered_counts_and_only_once(record: Record) -> None:
    (asked,) = record.ask("anna", [ITEM], "practice", NOW)
    assert record.attempts("anna") == []
    assert record.answer("anna", asked.id, {"choices": ["a"]}, ["late"], 1.0, 3, NOW)
    assert not record.answer("anna", asked.id, {"choices": ["b"]}, ["repair"], 0.0, 1, NOW + HOUR)
    (attempt,) = record.attempts("anna")
    assert (attempt.item_id, attempt.score, attempt.sure, attempt.chosen, attempt.answered_at) == (
        ITEM[0],
        1.0,
        3,
        ("late",),
        NOW,
    )
    assert record.asked("anna", asked.id).response == {"choices": ["a"]}


def test_a_question_is_its_learners_own(record: Record) -> None:
    (asked,) = record.ask("anna", [ITEM], "practice", NOW)
    with pytest.raises(NotFound):
        record.asked("bert", asked.id)
    assert not record.answer("bert", asked.id, {}, [], 1.0, None, NOW)
    with pytest.raises(NotFound):
        record.sitting("bert", record.sit("anna", "s", NOW).id)


def test_questions_that_nobody_answers_are_forgotten(record: Record) -> None:
    first, *_ = (record.ask("anna", [ITEM], "practice", NOW + n * HOUR)[0] for n in range(OPEN_QUESTIONS + 1))
    with pytest.raises(NotFound):
        record.asked("anna", first.id)


def test_an_assessment_counts_when_it_has_ended(record: Record) -> None:
    sitting = record.sit("anna", "seed", NOW)
    asked = record.ask("anna", [ITEM, ITEM], "assessment", NOW, sitting.id)
    assert [one.place for one in record.questions(sitting.id)] == [1, 2]
    record.answer("anna", asked[0].id, {"choices": ["a"]}, [], 1.0, None, NOW)
    assert record.attempts("anna") == []
    record.finish(sitting.id, 1.0, NOW + HOUR)
    record.finish(sitting.id, 2.0, NOW + 2 * HOUR)
    assert record.sitting("anna", sitting.id).score == 1.0
    assert len(record.attempts("anna")) == 1


def test_a_certificate_bears_one_name(record: Record) -> None:
    sitting = record.sit("anna", "seed", NOW)
    number = record.certify(sitting.id, "digest")
    assert record.certify(sitting.id, "digest") == number
    assert record.by_certificate(number).id == sitting.id
    with pytest.raises(InvalidInput, match="another name"):
        record.certify(sitting.id, "other")
    with pytest.raises(NotFound, match="no certificate"):
        record.by_certificate("ABCD-EFGH-JKLM-NPQR")


def test_a_cohort_is_joined_by_its_code_and_left(record: Record, store: Store) -> None:
    code = record.invite("Purchasing, autumn", NOW)
    assert len(code) == CODE_LENGTH
    practised(record, "anna")
    practised(record, "bert")
    assert record.join("anna", f" {code[:4].lower()}-{code[4:].lower()} ", NOW) == "Purchasing, autumn"
    (cohort,) = record.cohorts()
    assert cohort.learners == 1
    assert [attempt.learner for attempt in record.all_attempts(cohort.id)] == ["anna"]
    assert len(record.all_attempts()) == 2
    record.leave("anna")
    assert record.all_attempts(cohort.id) == []
    assert record.cohort_of("anna") is None
    with pytest.raises(NotFound, match="no cohort"):
        record.join("anna", "WRONG", NOW)
    with pytest.raises(InvalidInput, match="already"):
        record.invite("Purchasing, autumn", NOW)
    store.checkpoint()
    assert code.encode() not in everything(store)


def test_everything_can_be_taken_away_and_deleted(record: Record, store: Store) -> None:
    practised(record, "anna")
    practised(record, "bert")
    sitting = record.sit("anna", "seed", NOW)
    record.ask("anna", [ITEM], "assessment", NOW, sitting.id)
    taken = record.take_away("anna")
    assert [row["item_id"] for row in taken["attempts"]] == [ITEM[0]]
    assert taken["attempts"][0]["response"] == {"choices": ["a"]}
    assert [one["id"] for one in taken["assessments"]] == [sitting.id]
    erased = record.erase("anna", NOW)
    assert (erased.attempts, erased.sittings) == (2, 1)
    assert record.take_away("anna") == {"cohort": None, "attempts": [], "assessments": []}
    record.erase("bert", NOW)
    assert b"zanzibar" not in everything(store)


def test_who_stays_away_is_forgotten(record: Record) -> None:
    practised(record, "old", when=NOW)
    practised(record, "new", when=NOW + 3 * HOUR)
    assert record.purge(NOW + HOUR) == 1
    assert {attempt.learner for attempt in record.all_attempts()} == {"new"}
