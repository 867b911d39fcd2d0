"""What comes next: practice, what is due, what is weak, and the forms of an assessment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest

from assistant.quiz import draw
from assistant.quiz.attempt import Attempt
from assistant.quiz.bank import Bank, Entry
from assistant.quiz.draw import NEW_A_DAY, Wanted
from assistant.quiz.form import LEVELS, form
from knowledge import blueprint
from knowledge.errors import InvalidInput, NotFound
from tests.assistant.quiz import shelf
from tests.assistant.quiz.shelf import NOW, TODAY

DAY = dt.timedelta(days=1)


def entries(count: int = 40, topic: str = "penalties") -> list[Entry]:
    return [shelf.entry(f"{topic}-{n}", shelf.item(topic=topic, difficulty=1 + n % 3)) for n in range(count)]


def bank(*groups: list[Entry]) -> Bank:
    return Bank({entry.id: entry for group in groups for entry in group})


def answered(entry: Entry, score: float = 1.0, when: dt.datetime = NOW, sure: int | None = None) -> Attempt:
    return Attempt(entry.id, entry.item.topic, entry.item.objective, "practice", score, sure, when)


def test_only_open_items_that_are_wanted_are_drawn() -> None:
    held = shelf.entry("held", shelf.item(), faults=("bad",))
    old = shelf.entry("old", shelf.item(expires="2026-11-22"))
    changed = shelf.entry("changed", shelf.item(), seal="other")
    sound, last = shelf.entry("sound", shelf.item(), seal="d"), shelf.entry("last", shelf.item(expires="2026-11-23"))
    made = bank([held, old, changed, sound, last])
    assert [entry.id for entry in draw.candidates(made, Wanted(), TODAY)] == ["sound", "last"]
    with pytest.raises(NotFound, match="no question like that"):
        draw.candidates(made, Wanted(("penalties",)), TODAY)
    assert {entry.item.difficulty for entry in draw.candidates(bank(entries()), Wanted((), 2), TODAY)} == {2}


def test_an_unknown_topic_is_said() -> None:
    assert draw.check_topics(("penalties",), shelf.library().topics) == ("penalties",)
    with pytest.raises(InvalidInput, match="no topic 'nothing'"):
        draw.check_topics(("nothing",), shelf.library().topics)


def test_practice_asks_nothing_twice_in_a_row_and_forgets_no_topic() -> None:
    many, few = entries(60), entries(3, "insurance")
    random, attempts = Random(1), list[Attempt]()
    for n in range(200):
        entry = draw.practice([*many, *few], attempts, random)
        assert entry.id not in {one.item_id for one in attempts[-3:]}
        attempts.append(answered(entry, when=NOW + n * dt.timedelta(minutes=1)))
    topics = Counter(attempt.topic for attempt in attempts)
    assert topics["insurance"] >= 20


def test_with_one_item_that_is_asked_again() -> None:
    (only,) = entries(1)
    assert draw.practice([only], [answered(only)], Random(0)) is only


def test_what_a_person_wrote_comes_more_often() -> None:
    made = [shelf.entry(f"made-{n}", shelf.item(), origin="made") for n in range(30)]
    written = [shelf.entry(f"written-{n}", shelf.item()) for n in range(30)]
    drawn = Counter(draw.practice([*made, *written], [], Random(n)).origin for n in range(400))
    assert drawn["authored"] > 2.5 * drawn["made"]


def test_the_weakest_topic_is_asked_most_and_others_are_not_forgotten() -> None:
    good, bad = entries(40), entries(40, "insurance")
    attempts = [answered(entry, 1.0) for entry in good[:12]] + [answered(entry, 0.0) for entry in bad[:12]]
    drawn = Counter(draw.weak([*good, *bad], attempts, Random(n)).item.topic for n in range(300))
    assert drawn["insurance"] > 280
    one_each = [answered(good[0], 1.0), answered(bad[0], 0.0)]
    drawn = Counter(draw.weak([*good, *bad], one_each, Random(n)).item.topic for n in range(300))
    assert 30 < drawn["penalties"] < drawn["insurance"]


def test_a_review_begins_a_few_items_a_day_and_then_rests() -> None:
    there, attempts = entries(40), list[Attempt]()
    while (entry := draw.review(there, attempts, NOW, Random(len(attempts)))) and len(attempts) < 50:
        attempts.append(answered(entry))
    assert len({attempt.item_id for attempt in attempts}) == len(attempts) == NEW_A_DAY
    tomorrow = draw.review(there, attempts, NOW + DAY, Random(0))
    assert tomorrow
    assert tomorrow.id not in {attempt.item_id for attempt in attempts}


def test_what_was_not_known_comes_again_the_same_day_and_what_is_due_comes_first() -> None:
    there = entries(40)
    missed = answered(there[0], 0.0)
    assert draw.due_count(there, [missed], NOW) == 0
    again = draw.review(there, [missed], NOW + dt.timedelta(minutes=11), Random(0))
    assert again is there[0]
    learnt = [answered(there[0], 1.0), answered(there[1], 1.0)]
    later = draw.review(there, learnt, NOW + 30 * DAY, Random(0))
    assert later in there[:2]
    assert draw.due_count(there, learnt, NOW + 30 * DAY) == 2


# --- forms ---

PLAN = blueprint.load()


def shipped() -> Bank:
    return shelf.bank()


def test_a_form_follows_the_blueprint() -> None:
    made = form(shipped(), PLAN, "one", TODAY)
    items = [shipped().entries[key].item for key in made.items]
    assert len(items) == len(set(made.items)) == 40
    for item, slot in zip(items, PLAN.assessment.slots, strict=True):
        assert item.topic in slot.topics
    near = [
        abs(LEVELS.index(i.level) - LEVELS.index(s.level)) <= 1
        for i, s in zip(items, PLAN.assessment.slots, strict=True)
    ]
    assert sum(near) >= 34
    assert made.topics >= PLAN.assessment.coverage


def test_the_same_seed_is_the_same_form_and_another_is_not() -> None:
    one = form(shipped(), PLAN, "one", TODAY)
    assert one == form(shipped(), PLAN, "one", TODAY)
    assert one.items != form(shipped(), PLAN, "two", TODAY).items


def test_what_was_seen_is_avoided() -> None:
    one = form(shipped(), PLAN, "one", TODAY)
    two = form(shipped(), PLAN, "two", TODAY, one.items)
    assert len(set(one.items) & set(two.items)) <= 40 / 3


def test_a_bank_without_a_topic_says_which() -> None:
    few = Bank({key: entry for key, entry in shipped().entries.items() if entry.item.topic != "insurance"})
    with pytest.raises(NotFound, match="insurance"):
        form(few, PLAN, "one", TODAY)
