"""What people keep: agreements that they collect, checklists that they tick. Each piece belongs to one account and is shown to
no other."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.store import Store

WorkKind = Literal["agreement", "checklist", "intake", "review"]
MOST: Final = 500
"""Pieces that one account may keep."""
LARGEST: Final = 2_000_000
"""Characters of a piece."""
_COLUMNS: Final = "id, kind, title, created_at, changed_at, content"


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work. `content` is JSON; what is in it, the pages that show it know."""

    id: str
    kind: WorkKind
    title: str
    created_at: str
    changed_at: str
    content: Mapping[str, Any]


class Works:
    """The work of all accounts; each method sees only that of the account it is given."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, account_id: str, kind: WorkKind) -> list[Work]:
        """What an account keeps of a kind, the last changed first."""
        query = f"SELECT {_COLUMNS} FROM work WHERE account_id = ? AND kind = ? ORDER BY changed_at DESC, id"
        with self._store.reading() as connection:
            return [_work(row) for row in connection.exec_driver_sql(query, (account_id, kind))]

    def one(self, account_id: str, work_id: str, kind: WorkKind) -> Work:
        """Raises `NotFound`, also for what belongs to somebody else."""
        query = f"SELECT {_COLUMNS} FROM work WHERE id = ? AND account_id = ? AND kind = ?"
        with self._store.reading() as connection:
            row = connection.exec_driver_sql(query, (work_id, account_id, kind)).one_or_none()
        if row is None:
            raise _unknown()
        return _work(row)

    def admit(self, account_id: str) -> None:
        """Raises `InvalidInput` where an account keeps as much as it may: before a file is read that would have no place."""
        with self._store.reading() as connection:
            _admit(connection, account_id)

    def make(self, account_id: str, kind: WorkKind, title: str, content: Mapping[str, Any], now: dt.datetime) -> str:
        """Keep something new; its id. Raises `InvalidInput` where there is too much already."""
        key = secrets.token_urlsafe(12)
        with self._store.writing(content=False) as connection:
            _admit(connection, account_id)
            connection.exec_driver_sql(
                "INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, account_id, kind, title[:200], now.isoformat(), now.isoformat(), _json(content)),
            )
        return key

    def change(
        self,
        account_id: str,
        work_id: str,
        change: Callable[[dict[str, Any]], Mapping[str, Any]],
        now: dt.datetime,
        title: str | None = None,
    ) -> Mapping[str, Any]:
        """Put `change(content)` in the place of the content, with nobody in between; what it is now. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            query = "SELECT content FROM work WHERE id = ? AND account_id = ?"
            found = connection.exec_driver_sql(query, (work_id, account_id)).scalar()
            if found is None:
                raise _unknown()
            changed = change(json.loads(found))
            connection.exec_driver_sql(
                "UPDATE work SET content = ?, changed_at = ?, title = coalesce(?, title) WHERE id = ?",
                (_json(changed), now.isoformat(), title and title[:200], work_id),
            )
        return changed

    def purge(self, kind: WorkKind, before: dt.datetime) -> int:
        """Delete every piece of a kind that was made before `before`, whosever it is; how many."""
        with self._store.writing(content=False) as connection:
            query = "DELETE FROM work WHERE kind = ? AND created_at < ?"
            count = int(connection.exec_driver_sql(query, (kind, before.isoformat())).rowcount)
        if count:
            self._store.checkpoint()
        return count

    def delete(self, account_id: str, work_id: str) -> None:
        """Delete a piece for good, down to the bytes. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            delete = "DELETE FROM work WHERE id = ? AND account_id = ?"
            if not connection.exec_driver_sql(delete, (work_id, account_id)).rowcount:
                raise _unknown()
        self._store.checkpoint()


def _admit(connection: sa.Connection, account_id: str) -> None:
    count = connection.exec_driver_sql("SELECT count(*) FROM work WHERE account_id = ?", (account_id,)).scalar()
    if int(count or 0) >= MOST:
        raise InvalidInput(f"you keep {MOST} pieces of work already: delete some first")


def _work(row: Sequence[Any]) -> Work:
    return Work(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]))


def _json(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False)
    if len(text) > LARGEST:
        raise TooLarge(f"this would hold more than {LARGEST:,} characters: shorten your notes")
    return text


def _unknown() -> NotFound:
    return NotFound("you keep no such piece of work: it was deleted, or belongs to somebody else")
