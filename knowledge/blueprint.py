"""The plan of the training: blocks, objectives and the slots of an assessment, from `blueprint.yaml`.

A slot says what one question of an assessment is about and how deep it goes; which item fills it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from knowledge.authored import Authored, Text, first_fault, parse
from knowledge.errors import InvalidInput
from knowledge.quiz import Level

FILE: Final = Path(__file__).with_name("blueprint.yaml")


class Objective(Authored):
    """What a learner can do afterwards."""

    text: Text
    topics: tuple[str, ...]


class Block(Authored):
    """A part of the field. `objective` is that of its topics which no objective names."""

    name: Text
    objective: str
    topics: tuple[str, ...]


class Slot(Authored):
    """One question of an assessment. `types` are the kinds of item that suit it best, the first above all."""

    level: Level
    topics: tuple[str, ...]
    types: tuple[str, ...]


class Assessment(Authored):
    """How an assessment is taken. `pass_mark` counts points, of which a slot has one; `coverage` counts topics."""

    minutes: int
    pass_mark: int
    coverage: int
    slots: tuple[Slot, ...]


class Blueprint(Authored):
    """All of it."""

    objectives: Mapping[str, Objective]
    blocks: Mapping[str, Block]
    assessment: Assessment

    def block_of(self, topic: str) -> str | None:
        """The block that a topic belongs to; none for one that is not assessed by itself."""
        return next((key for key, block in self.blocks.items() if topic in block.topics), None)

    def objective_of(self, topic: str) -> str | None:
        """The objective that a topic serves, by name or through its block."""
        named = next((key for key, objective in self.objectives.items() if topic in objective.topics), None)
        block = self.block_of(topic)
        return named or (self.blocks[block].objective if block else None)


@cache
def load() -> Blueprint:
    """The shipped plan. Raises `InvalidInput` for a file that is not in form."""
    try:
        return Blueprint.model_validate(parse(FILE))
    except ValidationError as error:
        raise InvalidInput(f"{FILE.name}: {first_fault(error)}") from None
