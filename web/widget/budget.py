"""How much may be asked: by one session and by one site in a day, by one site in a minute. Counted in the database, so that a
restart gives nobody a new day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from knowledge.store import Store
from web.errors import Refused

MINUTE: Final = 60
DAY: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` in any whole period of `seconds`, counted under `key`; `code` and `message` for who goes beyond."""

    key: str
    most: int
    seconds: int
    code: str
    message: str


class Budgets:
    """What has been used of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, budgets: Sequence[Budget], now: dt.datetime) -> None:
        """Count one in each, or in none. Raises `Refused` with the seconds until the first that is used up begins anew."""
        put = sa.text(
            "INSERT INTO budget (key, began, used) VALUES (:key, :began, 1) "
            "ON CONFLICT (key, began) DO UPDATE SET used = budget.used + 1 RETURNING used"
        )
        with self._store.writing(content=False) as connection:
            for budget in budgets:
                began = _began(budget, now)
                used = connection.execute(put, {"key": budget.key, "began": began}).scalar_one()
                if used > budget.most:
                    wait = max(1, began + budget.seconds - int(now.timestamp()))
                    raise Refused(429, budget.code, budget.message, wait)

    def used(self, budget: Budget, now: dt.datetime) -> int:
        """How many were counted in the period that `now` is in."""
        query = sa.text("SELECT used FROM budget WHERE key = :key AND began = :began")
        with self._store.reading() as connection:
            return int(connection.execute(query, {"key": budget.key, "began": _began(budget, now)}).scalar() or 0)

    def purge(self, now: dt.datetime) -> None:
        """Delete the counts of days that are over."""
        with self._store.writing(content=False) as connection:
            before = int(now.timestamp()) - 2 * DAY
            connection.execute(sa.text("DELETE FROM budget WHERE began < :before"), {"before": before})


def _began(budget: Budget, now: dt.datetime) -> int:
    """The beginning of the period, in seconds since 1970; a day is one of UTC."""
    return int(now.timestamp()) // budget.seconds * budget.seconds
