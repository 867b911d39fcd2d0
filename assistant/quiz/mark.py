"""Marking: what an answer is worth, and everything that is told afterwards, the source with its words included.

A choice is worth 1 or nothing; of several keys half is given where one is missing and none is wrong; pairs count one by one;
an order with a single swap is worth half; a defect counts with its kind; of free text each element that is found counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from assistant.quiz.question import NAMES, arrangement, figure
from knowledge.errors import InvalidInput
from knowledge.models import Language
from knowledge.quiz import Calculation, Choice, Defect, Item, Matching, Multiple, Open, Ordering
from knowledge.typography import number
from knowledge.wording import END, fold, wordings

LONGEST: Final = 4000
"""Characters of an answer in free text."""
Verdict = Literal["right", "partial", "wrong"]
_SENTENCES: Final = re.compile(r"[.!?;\n]+")


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner answered: names of answers, pairs of prompt and answer, names in order, kinds of defect by name, a
    number as it was typed, or words. `sure` runs from 1 (a guess) to 3 (certain). `claimed` are numbers of elements that the
    learner says the words hold; `said_in` is the language of the words, where it is not that of the mark."""

    choices: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    defects: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    text: str = ""
    sure: int | None = None
    claimed: tuple[str, ...] = ()
    said_in: Language | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one answer: whether it is right, whether it was given, and why. `right` names its place or kind.

    Of an element of a text, whether it counts, and whether we found it: what counts without being found was claimed."""

    id: str
    text: str
    correct: bool
    given: bool
    why: str
    right: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """The result: `score` from 0 to 1, and a line for everything that could be answered. `expected` is the figure."""

    score: float
    lines: tuple[Line, ...]
    explanation: str
    expected: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Right, partly right or wrong."""
        return "right" if self.score >= 1 else "partial" if self.score > 0 else "wrong"


def mark(item_id: str, item: Item, seed: str, response: Response, lang: Language) -> Marked:
    """What `response` to the question of that seed is worth. Raises `InvalidInput` for one that does not fit it."""
    order = arrangement(item_id, item, seed)
    if isinstance(item, Choice | Multiple):
        return _choice(item, order, response, lang)
    if isinstance(item, Matching):
        return _matching(item, order, response, lang)
    if isinstance(item, Ordering):
        return _ordering(item, order, response, lang)
    if isinstance(item, Defect):
        return _defect(item, response, lang)
    if isinstance(item, Open):
        return _open(item, response, lang)
    return _calculation(item_id, item, seed, response, lang)


def _choice(item: Choice | Multiple, order: list[int], response: Response, lang: Language) -> Marked:
    given = _names(response.choices, len(order))
    options = [item.options[at] for at in order]
    keys = {NAMES[place] for place, option in enumerate(options) if option.correct}
    if len(given) > len(keys):
        raise InvalidInput(f"choose {len(keys)} of the answers, not {len(given)}")
    missing, wrong = keys - given, given - keys
    score = 1.0 if not missing and not wrong else 0.5 if len(keys) > 1 and len(missing) == 1 and not wrong else 0.0
    lines = [
        Line(NAMES[place], option.text[lang], option.correct, NAMES[place] in given, option.why[lang])
        for place, option in enumerate(options)
    ]
    return Marked(score, tuple(lines), item.explanation[lang])


def _matching(item: Matching, order: list[int], response: Response, lang: Language) -> Marked:
    prompts = [str(at + 1) for at in range(len(item.pairs))]
    unknown = (set(response.pairs) - set(prompts)) | (set(response.pairs.values()) - set(NAMES[: len(order)]))
    if unknown:
        raise InvalidInput(f"there is nothing called {min(unknown)!r} in this question: reload it")
    right = {str(at + 1): NAMES[place] for place, at in enumerate(order)}
    given = response.pairs
    lines = [
        Line(one, pair.left[lang], given.get(one) == right[one], one in given, pair.why[lang], right[one])
        for one, pair in zip(prompts, item.pairs, strict=True)
    ]
    return Marked(sum(line.correct for line in lines) / len(lines), tuple(lines), item.explanation[lang])


def _ordering(item: Ordering, order: list[int], response: Response, lang: Language) -> Marked:
    names = NAMES[: len(order)]
    if sorted(response.order) != sorted(names):
        raise InvalidInput("put every step in order, each of them once")
    right = [NAMES[order.index(at)] for at in range(len(order))]
    out_of_place = sum(given != due for given, due in zip(response.order, right, strict=True))
    lines = [
        Line(name, step.text[lang], response.order[at] == name, True, step.why[lang], str(at + 1))
        for at, (name, step) in enumerate(zip(right, item.steps, strict=True))
    ]
    return Marked({0: 1.0, 2: 0.5}.get(out_of_place, 0.0), tuple(lines), item.explanation[lang])


def _defect(item: Defect, response: Response, lang: Language) -> Marked:
    given = _names(tuple(response.defects), len(item.segments))
    defects = {NAMES[at]: segment.defect for at, segment in enumerate(item.segments) if segment.defect}
    if len(given) > len(defects):
        raise InvalidInput(f"call {len(defects)} of the segments defective, not {len(given)}")
    hits = sum(response.defects.get(name) == kind for name, kind in defects.items())
    lines = [
        Line(
            name, part.text[lang], response.defects.get(name) == part.defect, name in given, part.why[lang], part.defect
        )
        for name, part in zip(NAMES, item.segments, strict=False)
    ]
    return Marked(hits / len(defects), tuple(lines), item.explanation[lang])


def _open(item: Open, response: Response, lang: Language) -> Marked:
    if len(response.text) > LONGEST:
        raise InvalidInput(f"the answer is longer than {LONGEST} characters: shorten it")
    names = [str(at) for at in range(1, len(item.elements) + 1)]
    unknown = set(response.claimed) - set(names)
    if unknown:
        raise InvalidInput(f"there is no element {min(unknown)!r}: name some of {', '.join(names)}")
    sentences = END.join(_SENTENCES.split(fold(response.text)))
    said_in = response.said_in or lang
    found = [wordings(element.said[said_in]).find(sentences) is not None for element in item.elements]
    lines = [
        Line(name, element.text[lang], said or name in response.claimed, said, element.why[lang])
        for name, element, said in zip(names, item.elements, found, strict=True)
    ]
    return Marked(sum(line.correct for line in lines) / len(lines), tuple(lines), item.explanation[lang])


def _calculation(item_id: str, item: Calculation, seed: str, response: Response, lang: Language) -> Marked:
    expected = figure(item_id, item, seed)
    given = read_number(response.value, lang)
    right = abs(given - expected) <= Decimal(str(item.tolerance))
    shown = f"{number(float(round(expected, 2)), lang)} {item.unit[lang]}"
    return Marked(float(right), (), item.explanation[lang], shown)


def read_number(typed: str, lang: Language) -> Decimal:
    """A number as people type it: "1 234,5", "1,234.5", "12 %"; "9,000" is nine thousand in English and nine in French.

    Raises `InvalidInput` if it is none.
    """
    kept = re.sub(r"[^\d,.\-]", "", typed)
    if "," in kept and "." in kept:
        kept = kept.replace(",", "") if kept.rfind(".") > kept.rfind(",") else kept.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})" + ("+" if lang == "en" else "{2,}"), kept):
        kept = kept.replace(",", "")
    try:
        value = Decimal(kept.replace(",", "."))
    except InvalidOperation:
        raise InvalidInput(f"{typed!r} is not a number: write it as 1234.5") from None
    if not math.isfinite(value):
        raise InvalidInput(f"{typed!r} is not a number: write it as 1234.5")
    return value


def _names(given: tuple[str, ...], size: int) -> set[str]:
    unknown = set(given) - set(NAMES[:size])
    if unknown:
        raise InvalidInput(f"there is no answer {min(unknown)!r} in this question: reload it")
    return set(given)


def chosen(item_id: str, item: Item, seed: str, response: Response) -> tuple[str, ...]:
    """The item's own names of what was chosen, which stay the same from question to question; nothing for other types."""
    if not isinstance(item, Choice | Multiple):
        return ()
    order = arrangement(item_id, item, seed)
    return tuple(sorted(item.options[order[NAMES.index(name)]].id for name in response.choices))
