"""For whom an external language model may be used: a setting says for whom at all, and for the workspace an administrator must
have said so, which is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from knowledge.database import Database
from knowledge.models import Audience

WORKSPACE: Final = "workspace"
_PUBLIC: Final[frozenset[Audience]] = frozenset({"client"})
"""Audiences outside the workspace: what they ask is asked in public, and what they are shown too."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Somebody said that texts of the workspace may go to an external model."""

    granted_by: str
    granted_at: str


class Permits:
    """The permits of one installation; none without a database."""

    def __init__(self, store: Database | None) -> None:
        self._store = store

    def granted(self) -> Permit | None:
        """The permit for the workspace, if there is one."""
        if self._store is None:
            return None
        query = sa.text("SELECT granted_by, granted_at FROM model_permit WHERE place = :place")
        with self._store.reading() as connection:
            row = connection.execute(query, {"place": WORKSPACE}).first()
        return Permit(*row) if row else None

    def grant(self, by: str, now: dt.datetime) -> None:
        """Permit it, in the name of `by`."""
        self.withdraw()
        if self._store is None:
            return
        put = sa.text("INSERT INTO model_permit (place, granted_by, granted_at) VALUES (:place, :by, :at)")
        with self._store.writing(content=False) as connection:
            connection.execute(put, {"place": WORKSPACE, "by": by, "at": now.isoformat(timespec="seconds")})

    def withdraw(self) -> None:
        """Permit it no longer; from the next question on nothing goes out."""
        if self._store is None:
            return
        with self._store.writing(content=False) as connection:
            connection.execute(sa.text("DELETE FROM model_permit WHERE place = :place"), {"place": WORKSPACE})

    def admits(self, audience: Audience, allowed: tuple[Audience, ...]) -> bool:
        """Whether an external model may be used for `audience`; `allowed` are those of the setting."""
        return audience in allowed and (audience in _PUBLIC or self.granted() is not None)
