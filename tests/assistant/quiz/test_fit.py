"""Parameters that follow what people remembered: the same recurrence as the package, and no fit on too little."""

from __future__ import annotations

import dataclasses
from random import Random

import pytest
from fsrs import Card, Rating

from assistant.quiz.attempt import Attempt
from assistant.quiz.fit import ENOUGH, ENOUGH_OWN, SPREAD, fitted, histories, log_loss, recalls
from assistant.quiz.schedule import rating_of, scheduler
from tests.assistant.quiz.minds import DAY, START, Course, Mind, course, slow, usual

DEFAULT = scheduler(None).parameters


def taken(seed: int, forgets: object = usual) -> Course:
    random = Random(seed)
    return course(Mind(forgets(random), random), f"l{seed}")  # type: ignore[operator]


def attempts(count: int, forgets: object = usual) -> list[Attempt]:
    return [attempt for seed in range(count) for attempt in taken(seed, forgets).attempts]


@pytest.mark.parametrize("changes", [{}, {2: 1.7, 20: 0.35}, {4: 3.0, 8: 0.9, 11: 2.5, 15: 0.2, 17: 1.2}])
def test_recall_is_that_of_the_package(changes: dict[int, float]) -> None:
    """Answer by answer as `fsrs` itself works it out, hard answers and those of the same day included."""
    random = Random(1)
    known = [dataclasses.replace(one, score=0.5) if one.score and random.random() < 0.3 else one for one in attempts(4)]
    parameters = [changes.get(at, value) for at, value in enumerate(DEFAULT)]
    law = scheduler(parameters)
    rows: dict[tuple[str, str], list[Attempt]] = {}
    for one in sorted(known, key=lambda one: one.answered_at):
        rows.setdefault((one.learner, one.item_id), []).append(one)
    expected = []
    for row in sorted(rows.values(), key=len, reverse=True):
        card = Card(card_id=1, due=row[0].answered_at)
        for one in row:
            if card.last_review and (one.answered_at - card.last_review).days >= 1:
                expected.append(law.get_card_retrievability(card, one.answered_at))
            card, _ = law.review_card(card, Rating(rating_of(one)), one.answered_at)
    assert recalls(parameters, histories(known)) == pytest.approx(expected, abs=1e-12)


def test_too_little_is_not_fitted() -> None:
    told = histories(attempts(5))
    assert ENOUGH_OWN <= told.reviews < ENOUGH
    assert fitted(told) is None
    assert fitted(told, DEFAULT) is not None
    assert fitted(histories(attempts(1)), DEFAULT) is None
    assert fitted(histories([])) is None
    assert log_loss(DEFAULT, histories([])) == 0


def test_what_was_remembered_moves_the_parameters_that_are_fitted_and_no_others() -> None:
    told = histories(attempts(20, slow))
    found = fitted(told)
    assert found is not None
    assert log_loss(found, told) < log_loss(DEFAULT, told)
    assert {at for at, (one, other) in enumerate(zip(found, DEFAULT, strict=True)) if one != other} <= set(SPREAD)
    scheduler(found)  # the package takes them
    assert fitted(told) == found


def test_first_intervals_follow_what_was_remembered() -> None:
    """Answers asked for a second time after days of different number, from a curve of six days."""
    random, decay = Random(3), -DEFAULT[20]
    factor = 0.9 ** (1 / decay) - 1
    found: list[Attempt] = []
    for n in range(2 * ENOUGH):
        days = random.choice((1, 2, 4, 8, 16))
        known = random.random() < (1 + factor * days / 6.0) ** decay
        found += [
            Attempt(f"i{n}", "penalties", "LO4", "review", 1.0, 3, START, "anna"),
            Attempt(f"i{n}", "penalties", "LO4", "review", float(known), 3, START + days * DAY, "anna"),
        ]
    parameters = fitted(histories(found))
    assert parameters is not None
    law = scheduler(parameters)
    card, _ = law.review_card(Card(card_id=1, due=START), Rating.Good, START)
    for days in (2, 8, 16):
        recall = law.get_card_retrievability(card, START + days * DAY)
        assert recall == pytest.approx((1 + factor * days / 6.0) ** decay, abs=0.03)
