"""What was found, in the order in which a language model would read it: it names an order and nothing else.

No passage is added or lost. Whatever is not an order of all that was shown leaves what was found as it was, which is the twin
of this use; so does a model that fails or is slow.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.answer import Evidence
from assistant.retrieve import Retrieved
from assistant.speech import ModelFailed, Speaker
from assistant.tell import ASKED, fence, neutral, shown
from assistant.verify.ground import Grounds
from knowledge.models import Language
from prompts.render import render

PASSAGES: Final = 8
"""Passages of a part of the question that are put in order: the best that were found."""
SHOWN: Final = 400
"""Characters of each that are shown."""
SECONDS: Final = 3.0
"""How long an answer waits for the orders of all its parts."""
_ORDER: Final = re.compile(r"[\s\[\]]*\d{1,2}(?:[\s\[\],;>]+\d{1,2})*[\s\[\].]*")


def rerank(evidence: Evidence, model: Speaker, grounds: Grounds, seconds: float = SECONDS) -> Evidence:
    """The same evidence, each part's best passages in the order that the model names; as it is where it names none."""
    ends = time.monotonic() + seconds
    by_part = []
    for asked, hits in evidence.by_part:
        left = ends - time.monotonic()
        order = _order(asked, hits[:PASSAGES], evidence.lang, model, grounds, left) if left > 0 else None
        by_part.append((asked, _ordered(hits, order) if order else hits))
    return replace(evidence, by_part=tuple(by_part))


def _order(
    asked: str, hits: Sequence[Retrieved], lang: Language, model: Speaker, grounds: Grounds, seconds: float
) -> list[int] | None:
    if len(hits) < 2:
        return None
    nonce = fence()
    ground = grounds.of([hit.passage for hit in hits], lang)
    system = render("model/rerank.md.j2", lang=lang, nonce=nonce, passages=shown(ground, nonce, SHOWN))
    messages = [("system", system), ("human", neutral(asked[-ASKED:], nonce))]
    try:
        said = "".join(model.stream(messages, "rerank", seconds=seconds))
    except ModelFailed:
        return None
    return order_of(said, len(hits))


def order_of(said: str, count: int) -> list[int] | None:
    """The order that `said` names, as indices: every number from 1 to `count` once, and not a word; else `None`."""
    if not _ORDER.fullmatch(said):
        return None
    named = [int(number) - 1 for number in re.findall(r"\d+", said)]
    return named if sorted(named) == list(range(count)) else None


def _ordered(hits: Sequence[Retrieved], order: Sequence[int]) -> list[Retrieved]:
    """The first of `hits` in this order. A place keeps its score, whoever stands there, because scores are ranks."""
    moved = [replace(hits[index], score=hits[place].score) for place, index in enumerate(order)]
    return [*moved, *hits[len(order) :]]
