"""Two hundred learners of known ability over sixty days: what the schedule, the weak-spots mode and the statistics make of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import mean

import pytest

from assistant.quiz import draw
from assistant.quiz.attempt import Attempt
from assistant.quiz.bank import Entry
from assistant.quiz.fit import Histories, fitted, histories, log_loss
from assistant.quiz.schedule import RETENTION, scheduler
from assistant.quiz.statistics import Analysis, analyse
from tests.assistant.quiz import shelf
from tests.assistant.quiz.minds import DAY, START, Course, Mind, course, slow, unlike, usual

pytestmark = pytest.mark.slow

LEARNERS = 200
DAYS = 60
DEFAULT = scheduler(None).parameters


def attempt(
    item: str, score: float, day: float, learner: str = "", topic: str = "penalties", chosen: str = ""
) -> Attempt:
    names = (chosen,) if chosen else ()
    return Attempt(item, topic, "LO4", "review", score, None, START + day * DAY, learner, names)


# --- memory ---------------------------------------------------------------------------------------------------------------


def recall(courses: Sequence[Course]) -> float:
    """The share of what was asked again on a later day that was known."""
    assert sum(one.done for one in courses) > 5_000
    return sum(one.known for one in courses) / sum(one.done for one in courses)


def a_class(
    forgets: Callable[[Random], list[float]], seeds: range, parameters: Sequence[float] | None = None
) -> list[Course]:
    return [
        course(Mind(forgets(random), random), f"l{seed}", parameters) for seed in seeds for random in [Random(seed)]
    ]


def told(courses: Sequence[Course]) -> Histories:
    return histories(attempt for one in courses for attempt in one.attempts)


def test_what_is_asked_again_is_still_known_nine_times_in_ten() -> None:
    assert recall(a_class(usual, range(LEARNERS))) == pytest.approx(RETENTION, abs=0.03)


def test_fitted_parameters_foretell_better_and_bring_recall_to_the_target() -> None:
    """Learners in whom reviews strengthen less: the fit on a hundred of them is measured on a hundred others."""
    learned, others = a_class(slow, range(100)), a_class(slow, range(100, LEARNERS))
    parameters = fitted(told(learned))
    assert parameters is not None
    assert log_loss(parameters, told(others)) < log_loss(DEFAULT, told(others)) - 0.005
    assert recall(others) < RETENTION - 0.03
    assert recall(a_class(slow, range(LEARNERS, 2 * LEARNERS), parameters)) == pytest.approx(RETENTION, abs=0.03)


def test_where_the_parameters_of_the_package_are_right_the_fit_hardly_moves() -> None:
    parameters = fitted(told(a_class(usual, range(100))))
    assert parameters is not None
    others = told(a_class(usual, range(100, LEARNERS)))
    assert log_loss(parameters, others) == pytest.approx(log_loss(DEFAULT, others), abs=0.002)
    assert recall(a_class(usual, range(LEARNERS, 2 * LEARNERS), parameters)) == pytest.approx(RETENTION, abs=0.03)


def test_parameters_of_ones_own_foretell_better_than_everybodys() -> None:
    """After seventy days of a longer course, measured on the eighty days that follow."""
    courses = [
        course(Mind(unlike(random), random), f"l{seed}", days=150, items=120, new=3)
        for seed in range(40)
        for random in [Random(seed)]
    ]
    common = fitted(told(courses[:20]))
    assert common is not None
    losses = {"own": 0.0, "common": 0.0}
    for one in courses[20:]:
        early = histories(attempt for attempt in one.attempts if attempt.answered_at < START + 70 * DAY)
        whole = told([one])
        own = fitted(early, common)
        assert own is not None
        for name, chosen in (("own", own), ("common", common)):
            losses[name] += log_loss(chosen, whole) * whole.reviews - log_loss(chosen, early) * early.reviews
    reviews = sum(told([one]).reviews for one in courses[20:])
    assert losses["own"] < losses["common"] - 0.0005 * reviews


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
