"""Who is signed in: a row for each session, named by a token that only the browser has.

The database keeps the token's digest. A session ends when it has not been used for a while, when it is old, when its holder
signs out, and when the account's password or role changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from knowledge.store import Store
from web.accounts import Account

SEEN: Final = dt.timedelta(minutes=1)
"""How exactly the last use of a session is written down."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. `token` is secret."""

    token: str
    account: Account


class Sessions:
    """The sessions of one installation. `idle` and `longest` are how long one lasts unused, and at all."""

    def __init__(self, store: Store, idle: dt.timedelta, longest: dt.timedelta) -> None:
        self._store, self._idle, self._longest = store, idle, longest

    def open(self, account: Account, now: dt.datetime) -> Session:
        """Sign `account` in, under a new token."""
        token = secrets.token_urlsafe(32)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO session VALUES (?, ?, ?, ?)",
                (digest(token), account.id, now.isoformat(), now.isoformat()),
            )
        return Session(token, account)

    def find(self, token: str, now: dt.datetime) -> Session | None:
        """The session of a token, unless it has ended."""
        query = """SELECT a.id, a.name, a.role, a.created_at, a.disabled_at, s.created_at, s.seen_at
                   FROM session s JOIN account a ON a.id = s.account_id WHERE s.digest = ?"""
        with self._store.reading() as connection:
            row = connection.exec_driver_sql(query, (digest(token),)).one_or_none()
        if row is None:
            return None
        account, began, seen = Account(*row[:5]), dt.datetime.fromisoformat(row[5]), dt.datetime.fromisoformat(row[6])
        if account.disabled_at or now - seen > self._idle or now - began > self._longest:
            return None
        if now - seen > SEEN:
            with self._store.writing(content=False) as connection:
                connection.exec_driver_sql(
                    "UPDATE session SET seen_at = ? WHERE digest = ?", (now.isoformat(), digest(token))
                )
        return Session(token, account)

    def close(self, token: str) -> None:
        """Sign out."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("DELETE FROM session WHERE digest = ?", (digest(token),))

    def purge(self, now: dt.datetime) -> None:
        """Delete what has ended."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "DELETE FROM session WHERE seen_at < ? OR created_at < ?",
                ((now - self._idle).isoformat(), (now - self._longest).isoformat()),
            )


def digest(token: str) -> str:
    """What the database knows of a token. Tokens are random and long, so that a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(secret: str, purpose: str) -> str:
    """What a form carries to show that it is ours: only who knows `secret` can make it."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def is_form_token(given: str | None, secret: str, purpose: str) -> bool:
    """Whether `given` is that, compared in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), form_token(secret, purpose).encode())
