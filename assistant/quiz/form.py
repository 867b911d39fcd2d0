"""Forms of the assessment: one item for every slot of the blueprint, parallel from seed to seed.

A form covers the topics that the blueprint asks for, and shares as little as it can with the forms that a learner has seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, get_args

from assistant.quiz.bank import Bank, Entry
from assistant.quiz.question import chance
from knowledge.blueprint import Blueprint, Slot
from knowledge.errors import NotFound
from knowledge.quiz import Level

LEVELS: Final = get_args(Level)
_SEEN, _TYPE, _LEVEL, _TOPIC_AGAIN, _MADE = 50.0, 6.0, 2.0, 1.5, 1.0
"""What an item loses in a slot for having been seen, its type, a level further off, its topic being covered, being made."""


@dataclass(frozen=True, slots=True)
class Form:
    """The items of one assessment in order, and how many topics they touch."""

    seed: str
    items: tuple[str, ...]
    topics: int


def form(bank: Bank, plan: Blueprint, seed: str, today: dt.date, seen: Collection[str] = ()) -> Form:
    """The form of a seed, without what was `seen` as far as the bank allows. Raises `NotFound` for a slot with no item."""
    random = chance(f"form:{seed}")
    ready = [entry for entry in bank.entries.values() if entry.is_open(today) and entry.item.type != "open"]
    chosen: dict[int, Entry] = {}
    order = sorted(range(len(plan.assessment.slots)), key=lambda at: (_choice_of(plan.assessment.slots[at], ready), at))
    for at in order:
        taken = {entry.id for entry in chosen.values()}
        covered = {topic for entry in chosen.values() for topic in (entry.item.topic, *entry.item.topics)}
        chosen[at] = _fill(plan.assessment.slots[at], ready, taken, covered, seen, random)
    entries = [chosen[at] for at in range(len(chosen))]
    topics = {topic for entry in entries for topic in (entry.item.topic, *entry.item.topics)}
    return Form(seed, tuple(entry.id for entry in entries), len(topics))


def _choice_of(slot: Slot, ready: Sequence[Entry]) -> int:
    """How many items suit a slot: the scarcest is filled first."""
    return sum(entry.item.topic in slot.topics and entry.item.type == slot.types[0] for entry in ready)


def _fill(
    slot: Slot, ready: Sequence[Entry], taken: set[str], covered: set[str], seen: Collection[str], random: Random
) -> Entry:
    fitting = [entry for entry in ready if entry.item.topic in slot.topics and entry.id not in taken]
    if not fitting:
        raise NotFound(f"there is no item on {' or '.join(slot.topics)}: an assessment needs one; add items")

    def loss(entry: Entry) -> float:
        item = entry.item
        kind = slot.types.index(item.type) / 2 if item.type in slot.types else 2.0
        level = abs(LEVELS.index(item.level) - LEVELS.index(slot.level))
        again = len({item.topic, *item.topics} & covered) / (1 + len(item.topics))
        return (
            _SEEN * (entry.id in seen)
            + _TYPE * kind
            + _LEVEL * level
            + _TOPIC_AGAIN * again
            + _MADE * (entry.origin == "made")
            + 3 * random.random()
        )

    losses = {entry.id: loss(entry) for entry in fitting}
    return min(fitting, key=lambda entry: losses[entry.id])
