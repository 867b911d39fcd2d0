"""Two hundred learners of known ability over sixty days: what the schedule, the weak-spots mode and the statistics make of them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import mean

import pytest
from fsrs import Card, Rating

from assistant.quiz import draw
from assistant.quiz.attempt import Attempt
from assistant.quiz.bank import Entry
from assistant.quiz.schedule import AGAIN, RETENTION, memories, scheduler
from assistant.quiz.statistics import Analysis, analyse
from tests.assistant.quiz import shelf

pytestmark = pytest.mark.slow

LEARNERS = 200
DAYS = 60
START = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def attempt(
    item: str, score: float, day: float, learner: str = "", topic: str = "penalties", chosen: str = ""
) -> Attempt:
    names = (chosen,) if chosen else ()
    return Attempt(item, topic, "LO4", "review", score, None, START + day * DAY, learner, names)


# --- memory ---------------------------------------------------------------------------------------------------------------


class Mind:
    """A learner who forgets as FSRS describes it, but faster or slower than the schedule believes."""

    def __init__(self, random: Random) -> None:
        factor = random.lognormvariate(0, 0.3)
        parameters = list(scheduler(None).parameters)
        parameters[:4] = [min(99.0, max(0.01, stability * factor)) for stability in parameters[:4]]
        self._law = scheduler(parameters)
        self._cards: dict[str, Card] = {}
        self._random = random

    def answers(self, item: str, now: dt.datetime) -> bool:
        card = self._cards.get(item)
        known = self._random.random() < (self._law.get_card_retrievability(card, now) if card else 0.55)
        rating = Rating.Good if known else Rating.Again
        self._cards[item], _ = self._law.review_card(card or Card(card_id=1, due=now), rating, now)
        return known


def a_course(seed: int, items: int = 30, new_a_day: int = 2) -> tuple[int, int]:
    """Sixty days of daily review: how many items were asked again on a later day, and how many of them were known."""
    mind, done, known = Mind(Random(seed)), 0, 0
    attempts: list[Attempt] = []
    fresh = [f"item-{n}" for n in range(items)]
    for day in range(DAYS):
        now = START + day * DAY
        due = [memory.item_id for memory in memories(attempts, now).values() if memory.due <= now]
        today = [*due, *(fresh.pop() for _ in range(min(new_a_day, len(fresh))))]
        for item in today:
            right = mind.answers(item, now)
            attempts.append(attempt(item, float(right), day))
            done, known = done + (item in due), known + (right and item in due)
            later = day
            while not right:  # asked once more on the same day, until it is known
                later += AGAIN / DAY
                right = mind.answers(item, START + later * DAY)
                attempts.append(attempt(item, float(right), later))
    return done, known


def test_what_is_asked_again_is_still_known_nine_times_in_ten() -> None:
    courses = [a_course(seed) for seed in range(LEARNERS)]
    reviews, known = sum(done for done, _ in courses), sum(right for _, right in courses)
    assert reviews > 10_000
    assert known / reviews == pytest.approx(RETENTION, abs=0.03)


# --- weak spots -----------------------------------------------------------------------------------------------------------

TOPICS = ("penalties", "late-payment", "liability-cap", "ip-assignment", "termination", "insurance", "audit-rights", "gdpr-roles",
          "warranties", "monitoring", "subcontracting", "price-revision")  # fmt: skip
QUESTIONS_A_DAY = 3
Chooser = Callable[[Sequence[Entry], Sequence[Attempt], Random], Entry]


def entries() -> list[Entry]:
    return [shelf.entry(f"{topic}-{n}", shelf.item(topic=topic)) for topic in TOPICS for n in range(12)]


def raised(choose: Chooser, seed: int, there: Sequence[Entry]) -> float:
    """How much the three weakest topics of a learner gain, as a share of right answers, by sixty days of a mode."""
    random = Random(seed)
    ability = {topic: random.gauss(0, 1.2) for topic in TOPICS}
    weakest = sorted(ability, key=ability.__getitem__)[:3]
    before = mean(chance(ability[topic]) for topic in weakest)
    attempts: list[Attempt] = []
    for n in range(DAYS * QUESTIONS_A_DAY):
        entry = choose(there, attempts, random)
        topic = entry.item.topic
        right = random.random() < chance(ability[topic])
        ability[topic] += 0.08 * (1 - chance(ability[topic]))
        attempts.append(attempt(entry.id, float(right), n / QUESTIONS_A_DAY, topic=topic))
    return mean(chance(ability[topic]) for topic in weakest) - before


def chance(ability: float) -> float:
    return 1 / (1 + math.exp(-ability))


def test_weak_spots_rise_faster_than_by_chance() -> None:
    there = entries()
    gains = {mode: [raised(mode, seed, there) for seed in range(LEARNERS)] for mode in (draw.weak, draw.practice)}
    weak, plain = mean(gains[draw.weak]), mean(gains[draw.practice])
    assert weak > 1.3 * plain
    better = sum(one > other for one, other in zip(gains[draw.weak], gains[draw.practice], strict=True))
    assert better > 0.8 * LEARNERS


# --- statistics -----------------------------------------------------------------------------------------------------------

PLANTED = {"wrong-key": 4, "backwards": 4, "noise": 4}
GOOD = 48


def an_exam() -> tuple[list[Analysis], set[str]]:
    """Every learner answers every item once; planted items are keyed wrongly, mislead the able, or ask for luck."""
    random = Random(7)
    abilities = [random.gauss(0, 1) for _ in range(LEARNERS)]
    bad = {f"{kind}-{n}" for kind, count in PLANTED.items() for n in range(count)}
    names = [*(f"good-{n}" for n in range(GOOD)), *sorted(bad)]
    attempts = []
    for at, name in enumerate(names):
        hard = random.uniform(-1.2, 0.3)
        for who, ability in enumerate(abilities):
            knows = random.random() < 0.2 + 0.8 * chance(1.5 * (ability - hard))
            if name.startswith("wrong-key"):
                chosen = "bravo" if knows else random.choice(("alpha", "charlie", "delta"))
            elif name.startswith("backwards"):
                chosen = "alpha" if random.random() < chance(-1.2 * ability) else "bravo"
            elif name.startswith("noise"):
                chosen = "alpha" if random.random() < 0.6 else "charlie"
            else:
                chosen = "alpha" if knows else random.choice(("bravo", "charlie", "delta"))
            attempts.append(attempt(name, float(chosen == "alpha"), at % DAYS, f"learner-{who}", chosen=chosen))
    items = {name: shelf.item() for name in names}
    return analyse(attempts, items), bad


def test_bad_items_are_found_and_good_ones_left_alone() -> None:
    found, bad = an_exam()
    suspicious = {one.item_id for one in found if set(one.flags) & {"misleads", "does_not_tell", "wrong_key"}}
    assert suspicious >= bad
    assert len(suspicious - bad) <= GOOD / 20
    keys = {one.item_id for one in found if "wrong_key" in one.flags}
    assert {name for name in bad if name.startswith("wrong-key")} <= keys


def test_what_fools_people_is_named() -> None:
    found, _ = an_exam()
    for one in found:
        if one.item_id.startswith("wrong-key"):
            assert one.distractors[0].id == "bravo"
            assert one.distractors[0].ability > one.key_ability
