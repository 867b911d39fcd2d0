"""Which conversation belongs to which session of which site. A session has one conversation, and reaches no other."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from assistant.journal import Journal
from knowledge.errors import NotFound
from knowledge.store import Store


@dataclass(frozen=True, slots=True)
class Visit:
    """A conversation that was held on a site. It goes with the conversation."""

    conversation_id: str
    site: str
    session: str


class Visits:
    """The visits of one installation."""

    def __init__(self, store: Store) -> None:
        self._store, self._journal = store, Journal(store)

    def of(self, session: str) -> Visit | None:
        """The visit of a session, once something was asked in it."""
        return self._one("session", session)

    def held_in(self, conversation_id: str) -> Visit | None:
        """The visit that a conversation is; none for one that was not held on a site."""
        return self._one("conversation_id", conversation_id)

    def begin(self, site: str, session: str, now: dt.datetime) -> Visit:
        """The visit of a session, begun with a conversation where there is none; two that ask at once get the same."""
        found = self.of(session)
        if found:
            return found
        begun = self._journal.open(now)
        with self._store.writing(content=False) as connection:
            put = sa.text(
                "INSERT INTO visit (conversation_id, site_id, session) VALUES (:conversation, :site, :session) "
                "ON CONFLICT (session) DO NOTHING"
            )
            connection.execute(put, {"conversation": begun, "site": site, "session": session})
        visit = self.of(session)
        if visit is None or visit.conversation_id != begun:
            with contextlib.suppress(NotFound):  # deleted by the visitor in the meantime
                self._journal.delete(begun, now)
        return visit or self.begin(site, session, now)

    def sites(self) -> dict[str, str]:
        """The site of every conversation that was held on one."""
        with self._store.reading() as connection:
            rows = connection.execute(sa.text("SELECT conversation_id, site_id FROM visit")).all()
        return {str(row[0]): str(row[1]) for row in rows}

    def _one(self, column: str, value: str) -> Visit | None:
        query = sa.text(f"SELECT conversation_id, site_id, session FROM visit WHERE {column} = :value")
        with self._store.reading() as connection:
            row = connection.execute(query, {"value": value}).one_or_none()
        return Visit(*row) if row else None
