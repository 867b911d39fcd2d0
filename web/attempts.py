"""How often somebody tried to sign in of late, by name and by address. In the database, so that a restart forgets nothing.

A name is kept as a keyed digest: one that nobody has may be a password in the wrong field.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import math
from dataclasses import dataclass

import sqlalchemy as sa

from knowledge.store import Store
from web.errors import Refused


@dataclass(frozen=True, slots=True)
class Attempts:
    """At most `limit` attempts within any `seconds`, of one `kind` (what is counted: names, addresses)."""

    store: Store
    kind: str
    limit: int
    seconds: int
    secret: str

    def check(self, who: str, now: dt.datetime) -> None:
        """Count one. Raises `Refused` with the seconds to wait."""
        key, since = self._key(who), (now - dt.timedelta(seconds=self.seconds)).isoformat()
        query = sa.text("SELECT at FROM sign_in WHERE key = :key AND at > :since ORDER BY at")
        with self.store.writing(content=False) as connection:
            times = [str(row[0]) for row in connection.execute(query, {"key": key, "since": since})]
            if len(times) >= self.limit:
                raise Refused(429, "rate_limited", *self._wait(times[0], now))
            connection.execute(
                sa.text("DELETE FROM sign_in WHERE key = :key AND at <= :since"), {"key": key, "since": since}
            )
            put = sa.text("INSERT INTO sign_in (key, at) VALUES (:key, :now)")
            connection.execute(put, {"key": key, "now": now.isoformat()})

    def undo(self, who: str, at: dt.datetime) -> None:
        """Take back the one counted then: it was no failure."""
        with self.store.writing(content=False) as connection:
            values = {"key": self._key(who), "at": at.isoformat()}
            connection.execute(sa.text("DELETE FROM sign_in WHERE key = :key AND at = :at"), values)

    def purge(self, now: dt.datetime) -> None:
        """Forget what counts no more."""
        since = (now - dt.timedelta(seconds=self.seconds)).isoformat()
        with self.store.writing(content=False) as connection:
            connection.execute(sa.text("DELETE FROM sign_in WHERE at <= :since"), {"since": since})

    def _wait(self, first: str, now: dt.datetime) -> tuple[str, int]:
        left = dt.datetime.fromisoformat(first) + dt.timedelta(seconds=self.seconds) - now
        wait = max(1, math.ceil(left.total_seconds()))
        return f"That is a lot at once: try again in {wait} seconds.", wait

    def _key(self, who: str) -> str:
        return hmac.new(self.secret.encode(), f"{self.kind}\n{who}".encode(), hashlib.sha256).hexdigest()
