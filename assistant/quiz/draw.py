"""Which item comes next: free practice, what is due, what is weak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from assistant.quiz.attempt import Attempt
from assistant.quiz.bank import Bank, Entry
from assistant.quiz.progress import standings
from assistant.quiz.schedule import memories
from knowledge.errors import InvalidInput, NotFound

RECENT: Final = 25
"""Answers whose items are not asked again soon in practice."""
NEW_A_DAY: Final = 10
"""Items that a daily review begins anew, after what is due."""
AHEAD: Final = dt.timedelta(minutes=20)
"""What is due so soon is asked at once when nothing else is left."""
AUTHORED: Final = 4
"""How many times likelier an item that a person wrote is drawn than one made by rule."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a learner wants to practise; empty means anything."""

    topics: tuple[str, ...] = ()
    difficulty: int | None = None


def candidates(bank: Bank, wanted: Wanted, today: dt.date) -> list[Entry]:
    """The items that may be asked and are wanted. Raises `NotFound` if there is none."""
    found = [
        entry
        for entry in bank.entries.values()
        if entry.is_open(today)
        and (not wanted.topics or entry.item.topic in wanted.topics)
        and (wanted.difficulty is None or entry.item.difficulty == wanted.difficulty)
    ]
    if not found:
        raise NotFound("there is no question like that: choose other topics or another difficulty")
    return found


def check_topics(topics: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The topics, if all are known. Raises `InvalidInput` for one that is not."""
    asked, there = tuple(topics), set(known)
    for topic in asked:
        if topic not in there:
            raise InvalidInput(f"there is no topic {topic!r}: see GET /api/v1/topics")
    return asked


def practice(entries: Sequence[Entry], attempts: Sequence[Attempt], random: Random) -> Entry:
    """Any item that was not asked lately: a topic first, so that many items on one do not crowd out the others."""
    fresh = _not_lately(entries, attempts)
    topic = random.choice(sorted({entry.item.topic for entry in fresh}))
    return _one([entry for entry in fresh if entry.item.topic == topic], random)


def weak(entries: Sequence[Entry], attempts: Sequence[Attempt], random: Random) -> Entry:
    """An item of a topic that is probably the weakest.

    Each topic's strength is drawn from what is known of it, so that little-known topics get their turn as well (Thompson
    sampling over Beta distributions).
    """
    fresh = _not_lately(entries, attempts)
    known = standings(sorted(attempts, key=lambda one: one.answered_at), lambda attempt: attempt.topic)
    strengths = {}
    for topic in sorted({entry.item.topic for entry in fresh}):
        standing = known.get(topic)
        right, wrong = (standing.right, standing.wrong) if standing else (0.0, 0.0)
        strengths[topic] = random.betavariate(1 + right, 1 + wrong)
    weakest = min(strengths, key=strengths.__getitem__)
    return _one([entry for entry in fresh if entry.item.topic == weakest], random)


def review(
    entries: Sequence[Entry],
    attempts: Sequence[Attempt],
    now: dt.datetime,
    random: Random,
    parameters: Sequence[float] | None = None,
) -> Entry | None:
    """What is due, the most nearly forgotten first; then a few new items a day; `None` when the day's work is done."""
    by_id = {entry.id: entry for entry in entries}
    known = memories((attempt for attempt in attempts if attempt.item_id in by_id), now, parameters)
    due = sorted((memory for memory in known.values() if memory.due <= now), key=lambda memory: memory.recall)
    if due:
        return by_id[due[0].item_id]
    new = [entry for entry in entries if entry.id not in known]
    if new and len(_begun_on(attempts, now.date())) < NEW_A_DAY:
        return practice(new, attempts, random)
    soon = sorted((memory for memory in known.values() if memory.due <= now + AHEAD), key=lambda memory: memory.due)
    return by_id[soon[0].item_id] if soon else None


def due_count(
    entries: Iterable[Entry],
    attempts: Sequence[Attempt],
    now: dt.datetime,
    parameters: Sequence[float] | None = None,
) -> int:
    """How many items are due."""
    there = {entry.id for entry in entries}
    return sum(memory.due <= now for key, memory in memories(attempts, now, parameters).items() if key in there)


def _begun_on(attempts: Iterable[Attempt], day: dt.date) -> set[str]:
    """The items that were answered for the first time on a day."""
    first: dict[str, dt.date] = {}
    for attempt in attempts:
        answered = attempt.answered_at.date()
        first[attempt.item_id] = min(answered, first.get(attempt.item_id, answered))
    return {item_id for item_id, answered in first.items() if answered == day}


def _not_lately(entries: Sequence[Entry], attempts: Sequence[Attempt]) -> Sequence[Entry]:
    """Without what was asked last; all of them where nothing else is left."""
    lately = {attempt.item_id for attempt in sorted(attempts, key=lambda one: one.answered_at)[-RECENT:]}
    return [entry for entry in entries if entry.id not in lately] or entries


def _one(entries: Sequence[Entry], random: Random) -> Entry:
    weights = [1 if entry.origin == "made" else AUTHORED for entry in entries]
    return random.choices(entries, weights)[0]
