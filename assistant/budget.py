"""What a language model may cost in a day, and what it did cost: counts, never content.

A call is reserved with an estimate before anything is sent, so that calls at the same time cannot each take the last of it, and
settled with what it used. The day is that of UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from assistant.speech import ModelFailed, Use
from knowledge.database import Database
from knowledge.settings import Settings

USUAL: Final = 3000
"""Tokens that are sent for an answer with its passages, more or less."""
SPENT: Final = "the budget of the day is spent"
_MILLION: Final = 1_000_000
_ADD: Final = sa.text(
    "INSERT INTO model_use (day, model, purpose, calls, failed, sent, received, cost) "
    "VALUES (:day, :model, :purpose, :calls, :failed, :sent, :received, :cost) "
    "ON CONFLICT (day, model, purpose) DO UPDATE SET calls = model_use.calls + excluded.calls, "
    "failed = model_use.failed + excluded.failed, sent = model_use.sent + excluded.sent, "
    "received = model_use.received + excluded.received, cost = model_use.cost + excluded.cost"
)
_TOTAL: Final = sa.text(
    "SELECT COALESCE(SUM(sent + received), 0), COALESCE(SUM(cost), 0) FROM model_use WHERE day = :day AND model = :model"
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a model used on one day for one purpose. `cost` is in the currency of the prices that are set."""

    day: str
    model: str
    purpose: str
    calls: int
    failed: int
    sent: int
    received: int
    cost: float


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call that was let through, with what it was thought to use."""

    day: str
    purpose: str
    sent: int
    received: int


class Budget:
    """The budget of one model. Without a database everything is let through and nothing is counted."""

    def __init__(self, settings: Settings, store: Database | None, now: Callable[[], dt.datetime]) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._model = settings.llm or ""

    def reserve(self, purpose: str, sent: int) -> Reservation:
        """Let a call of about `sent` tokens through. Raises `ModelFailed` where it would exceed the budget."""
        received = tokens(self._settings.llm_max_characters)
        held = Reservation(self._now().date().isoformat(), purpose, sent, received)
        if self._store is None:
            return held
        with self._store.writing(content=False) as connection:
            used, cost = connection.execute(_TOTAL, {"day": held.day, "model": self._model}).one()
            if self._exceeds(int(used) + sent + received, float(cost) + self._cost(sent, received)):
                raise ModelFailed(SPENT)
            self._add(connection, held, sent, received)
        return held

    def settle(self, held: Reservation, use: Use, *, failed: bool) -> None:
        """Put what a call did use in the place of what was thought."""
        if self._store is None:
            return
        with self._store.writing(content=False) as connection:
            self._add(connection, held, use.sent - held.sent, use.received - held.received, calls=1, failed=int(failed))

    def spent(self, since: dt.date) -> list[Spent]:
        """What was used since a day, the newest first."""
        if self._store is None:
            return []
        query = sa.text(
            "SELECT day, model, purpose, calls, failed, sent, received, cost FROM model_use WHERE day >= :day "
            "ORDER BY day DESC, model, purpose"
        )
        with self._store.reading() as connection:
            return [Spent(*row) for row in connection.execute(query, {"day": since.isoformat()})]

    def is_spent(self) -> bool:
        """Whether an answer as usual would exceed the budget of today."""
        if self._store is None:
            return False
        with self._store.reading() as connection:
            day = self._now().date().isoformat()
            used, cost = connection.execute(_TOTAL, {"day": day, "model": self._model}).one()
        received = tokens(self._settings.llm_max_characters)
        return self._exceeds(int(used) + USUAL + received, float(cost) + self._cost(USUAL, received))

    def _exceeds(self, used: int, cost: float) -> bool:
        most, dearest = self._settings.llm_daily_tokens, self._settings.llm_daily_cost
        return (most is not None and used > most) or (dearest is not None and cost > dearest)

    def _cost(self, sent: int, received: int) -> float:
        return (sent * self._settings.llm_price_sent + received * self._settings.llm_price_received) / _MILLION

    def _add(
        self, connection: sa.Connection, held: Reservation, sent: int, received: int, *, calls: int = 0, failed: int = 0
    ) -> None:
        row: dict[str, Any] = {"day": held.day, "model": self._model, "purpose": held.purpose}
        row |= {
            "calls": calls,
            "failed": failed,
            "sent": sent,
            "received": received,
            "cost": self._cost(sent, received),
        }
        connection.execute(_ADD, row)


def tokens(characters: int) -> int:
    """About how many tokens so many characters are: three each, which for French and English errs towards more."""
    return -(-characters // 3)
