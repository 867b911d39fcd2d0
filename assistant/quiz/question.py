"""What a learner sees of an item: its answers in a drawn order under names that tell nothing, its numbers drawn; never the key.

The same seed gives the same question in either language, so that the language can be changed in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from assistant.quiz.formula import compute
from assistant.quiz.gate import DEFECTS
from knowledge.clause import PLACEHOLDER
from knowledge.models import Language
from knowledge.quiz import Calculation, Choice, Defect, Item, Matching, Multiple, Open, Ordering, Range
from knowledge.typography import number

NAMES: Final = "abcdefgh"
"""The names of the answers, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that is shown under a name."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A drawn item. `answers` are what is chosen from, put in order or called defective; `prompts` are what pairs with
    them; `count` is how many to choose, where that is said; `kinds` are the kinds of defect."""

    item_id: str
    type: str
    lang: Language
    topic: str
    objective: str
    level: str
    difficulty: int
    stem: str
    answers: tuple[Shown, ...] = ()
    prompts: tuple[Shown, ...] = ()
    count: int | None = None
    unit: str | None = None
    kinds: tuple[str, ...] = ()


def put(item_id: str, item: Item, seed: str, lang: Language) -> Question:
    """The question that `seed` makes of an item, in a language."""
    texts = _texts(item, lang)
    order = arrangement(item_id, item, seed)
    answers = tuple(Shown(NAMES[place], texts[at]) for place, at in enumerate(order))
    prompts: tuple[Shown, ...] = ()
    if isinstance(item, Matching):
        prompts = tuple(Shown(str(at + 1), pair.left[lang]) for at, pair in enumerate(item.pairs))
    return Question(
        item_id,
        item.type,
        lang,
        item.topic,
        item.objective,
        item.level,
        item.difficulty,
        _stem(item_id, item, seed, lang),
        answers,
        prompts,
        _count(item),
        item.unit[lang] if isinstance(item, Calculation) else None,
        DEFECTS if isinstance(item, Defect) else (),
    )


def arrangement(item_id: str, item: Item, seed: str) -> list[int]:
    """Which answer of the item stands in each place. The segments of a clause keep theirs; steps never stand in order."""
    size = _size(item)
    order = list(range(size))
    if isinstance(item, Defect):
        return order
    random = chance(f"{seed}:{item_id}")
    random.shuffle(order)
    if isinstance(item, Ordering) and order == sorted(order):
        order = order[1:] + order[:1]
    return order


def chance(seed: str) -> Random:
    """A source of chance that gives the same for the same seed, everywhere."""
    return Random(seed)  # noqa: S311 (exercises, no secrets)


def numbers(item_id: str, item: Calculation, seed: str) -> dict[str, Decimal]:
    """The numbers that `seed` draws for a calculation."""
    random = chance(f"{seed}:{item_id}:numbers")
    return {name: _drawn(span, random) for name, span in item.numbers.items()}


def figure(item_id: str, item: Calculation, seed: str) -> Decimal:
    """The result of a calculation with the numbers that `seed` draws."""
    if item.formula is None:
        return Decimal(str(item.value))
    return compute(item.formula, numbers(item_id, item, seed))


def _drawn(span: Range, random: Random) -> Decimal:
    low, step = Decimal(str(span.minimum)), Decimal(str(span.step))
    return low + step * random.randint(0, int((Decimal(str(span.maximum)) - low) / step))


def _stem(item_id: str, item: Item, seed: str, lang: Language) -> str:
    if not isinstance(item, Calculation) or item.formula is None:
        return item.stem[lang]
    drawn = numbers(item_id, item, seed)
    return PLACEHOLDER.sub(lambda found: number(float(drawn[found[1]]), lang), item.stem[lang])


def _texts(item: Item, lang: Language) -> Sequence[str]:
    if isinstance(item, Choice | Multiple):
        return [option.text[lang] for option in item.options]
    if isinstance(item, Matching):
        return [pair.right[lang] for pair in item.pairs]
    if isinstance(item, Ordering):
        return [step.text[lang] for step in item.steps]
    if isinstance(item, Defect):
        return [segment.text[lang] for segment in item.segments]
    return ()


def _size(item: Item) -> int:
    return len(_texts(item, "en"))


def _count(item: Item) -> int | None:
    if isinstance(item, Multiple):
        return sum(option.correct for option in item.options)
    if isinstance(item, Defect):
        return sum(segment.defect is not None for segment in item.segments)
    return len(item.elements) if isinstance(item, Open) else None
