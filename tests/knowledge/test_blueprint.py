"""The plan of the training: what an assessment weighs, and that every topic has its place."""

from __future__ import annotations

from collections import Counter

from knowledge import blueprint
from knowledge.library import load

PLAN = blueprint.load()


def test_an_assessment_weighs_levels_and_types_as_planned() -> None:
    slots = PLAN.assessment.slots
    assert len(slots) == 40
    levels = Counter(slot.level for slot in slots)
    assert levels == {"remember": 5, "understand": 10, "apply": 15, "analyse": 8, "evaluate": 2}
    types = Counter(slot.types[0] for slot in slots)
    assert types == {
        "single": 20, "multiple": 6, "truth": 4, "matching": 3, "ordering": 2, "calculation": 3, "defect": 2,
    }  # fmt: skip
    assert (PLAN.assessment.minutes, PLAN.assessment.pass_mark, PLAN.assessment.coverage) == (45, 28, 30)


def test_blocks_weigh_as_planned() -> None:
    weights = Counter(PLAN.block_of(slot.topics[0]) for slot in PLAN.assessment.slots)
    assert weights == {"A": 5, "B": 5, "C": 5, "D": 4, "E": 3, "F": 5, "G": 5, "H": 4, "I": 4}


def test_every_topic_has_one_block_and_an_objective() -> None:
    topics = Counter(topic for block in PLAN.blocks.values() for topic in block.topics)
    assert max(topics.values()) == 1
    assert set(topics) == set(load().topics) - {"assistant-scope"}
    assert {PLAN.objective_of(topic) for topic in topics} <= set(PLAN.objectives)
    assert {topic for slot in PLAN.assessment.slots for topic in slot.topics} <= set(topics)
    assert PLAN.objective_of("assistant-scope") is None


def test_an_objective_that_names_a_topic_comes_before_its_block() -> None:
    assert PLAN.objective_of("penalties") == "LO4"
    assert PLAN.objective_of("monitoring") == PLAN.blocks["B"].objective
