"""How it stands with the language model: which, for whom, and what it used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from assistant.budget import Spent
from assistant.llm import Model
from assistant.permit import Permit
from knowledge.database import Database
from knowledge.models import AUDIENCES, Audience
from knowledge.settings import Settings

DAYS: Final = 14
"""Days of use that are shown."""

USES: Final = ("rephrase", "rerank", "explain", "propose")
"""What a setting switches on, by the end of its name: `CLAUSIER_LLM_RERANK` and so on."""


@dataclass(frozen=True, slots=True)
class State:
    """The model, if there is one, for whom and for what it may be used now, and its use in the last days, the newest first."""

    model: str | None
    is_external: bool
    audiences: tuple[Audience, ...]
    uses: tuple[str, ...]
    """What it is switched on for, besides answers."""
    permit: Permit | None
    daily_tokens: int | None
    daily_cost: float | None
    is_spent: bool
    spent: tuple[Spent, ...]


def state(settings: Settings, store: Database, now: dt.datetime) -> State:
    """How it stands at `now`. Asks no model anything."""
    model = Model(settings, store=store, now=lambda: now)
    since = now.date() - dt.timedelta(days=DAYS - 1)
    return State(
        model=settings.llm,
        is_external=model.is_external and settings.llm is not None,
        audiences=tuple(one for one in AUDIENCES if settings.llm and model.admits(one)),
        uses=tuple(use for use in USES if settings.llm and getattr(settings, f"llm_{use}")),
        permit=model.permits.granted(),
        daily_tokens=settings.llm_daily_tokens,
        daily_cost=settings.llm_daily_cost,
        is_spent=settings.llm is not None and model.budget.is_spent(),
        spent=tuple(model.budget.spent(since)),
    )


def as_json(told: State) -> dict[str, Any]:
    """As the command line prints it."""
    return {
        **asdict(told),
        "audiences": list(told.audiences),
        "uses": list(told.uses),
        "spent": [asdict(one) for one in told.spent],
    }


def lines(told: State) -> Iterator[str]:
    """The same for a person."""
    if told.model is None:
        yield "no language model: answers are composed of the library's own words (CLAUSIER_LLM names one)"
    else:
        yield f"{told.model}, {'somebody else’s server: texts are masked' if told.is_external else 'on this machine'}"
        yield f"used for: {', '.join(told.audiences) or 'nobody'}"
        yield f"switched on: {', '.join(('answer', *told.uses))}"
    if told.permit:
        yield f"permitted for the workspace by {told.permit.granted_by}, {told.permit.granted_at}"
    elif told.is_external:
        yield "not permitted for the workspace: `clausier model allow`, or an administrator at /workspace/model"
    if told.is_spent:
        yield "the budget of today is spent: answers are extractive until midnight (UTC)"
    for one in told.spent:
        yield (
            f"{one.day}  {one.purpose:8} {one.calls:5} calls, {one.failed} failed, {one.sent:,} tokens sent, "
            f"{one.received:,} received, cost {one.cost:.2f}"
        )
