"""What a learner did: one answered question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Mode = Literal["practice", "review", "weak", "assessment"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer that was marked. `chosen` are the item's own names of what was given, for the statistics of distractors."""

    item_id: str
    topic: str
    objective: str
    mode: Mode
    score: float
    sure: int | None
    answered_at: dt.datetime
    learner: str = ""
    chosen: tuple[str, ...] = ()
