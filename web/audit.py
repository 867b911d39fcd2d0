"""Who did what, when, to which thing: names and ids, and nothing of any content."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

from knowledge.store import Store

Action = Literal[
    "signed-in", "sign-in-refused", "signed-out", "account-added", "role-set", "account-disabled", "account-enabled",
    "password-set", "key-made", "key-revoked", "conversation-read", "work-made", "work-exported", "work-deleted",
    "document-added", "document-erased", "model-allowed", "model-refused",
    "site-added", "site-changed", "site-removed", "handoff-read", "handoff-marked", "handoff-deleted",
    "person-exported", "person-erased", "backup-made",
]  # fmt: skip
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
OPERATOR: Final = "command line"
"""Whoever has the machine."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `actor` and `target` are names or ids."""

    at: str
    actor: str
    action: Action
    target: str


class Audit:
    """The log of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, actor: str, action: Action, target: str, now: dt.datetime) -> None:
        """Write down that `actor` did this."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO audit (at, actor, action, target) VALUES (?, ?, ?, ?)",
                (now.isoformat(timespec="seconds"), actor, action, target[:200]),
            )

    def recent(self, limit: int = 200, before: int | None = None) -> list[tuple[int, Entry]]:
        """The newest entries with their numbers, older than number `before` if it is given."""
        query = "SELECT id, at, actor, action, target FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"
        with self._store.reading() as connection:
            rows = connection.exec_driver_sql(query, (before or (1 << 31) - 1, limit)).all()
        return [(row[0], Entry(*row[1:])) for row in rows]

    def purge(self, before: dt.datetime) -> None:
        """Delete what is older."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("DELETE FROM audit WHERE at < ?", (before.isoformat(timespec="seconds"),))
