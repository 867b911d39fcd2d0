"""Keys for programs: shown once, kept as a digest, good for what their scopes say."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store
from web.sessions import digest

Scope = Literal["lawyer", "trainer", "conversations", "metrics"]
"""`lawyer`: what a lawyer may ask, draft and review, internal notes included; `trainer`: the trainers' figures;
`conversations`: what was asked; `metrics`: the figures of the running server."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
PREFIX: Final = "clausier_"
"""How every key begins, so that scanners for leaked secrets know one."""
_COLUMNS: Final = "id, name, scopes, created_at, created_by, used_on, revoked_at"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: without its secret. `used_on` is the last day that it was used on."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: str
    created_by: str
    used_on: str | None
    revoked_at: str | None


class Keys:
    """The keys of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, name: str, scopes: Iterable[str], by: str, now: dt.datetime) -> tuple[Key, str]:
        """A new key and its secret, which is known here and nowhere else. Raises `InvalidInput`."""
        chosen = sorted(set(scopes))
        unknown = [scope for scope in chosen if scope not in SCOPES]
        if unknown:
            raise InvalidInput(f"there is no scope {unknown[0]!r}: choose of {', '.join(SCOPES)}")
        if not 1 <= len(name.strip()) <= 64:
            raise InvalidInput("a key needs a name of 1 to 64 characters that says which program uses it")
        secret = PREFIX + secrets.token_urlsafe(32)
        key = secrets.token_hex(8)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO api_key (id, name, digest, scopes, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
                (key, name.strip(), digest(secret), json.dumps(chosen), now.isoformat(), by),
            )
        return self._one(key), secret

    def all(self) -> list[Key]:
        """Every key, the newest first."""
        with self._store.reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM api_key ORDER BY created_at DESC, id").all()
        return [_key(row) for row in rows]

    def find(self, secret: str, now: dt.datetime) -> Key | None:
        """The key whose secret this is, unless it was revoked."""
        query = f"SELECT {_COLUMNS} FROM api_key WHERE digest = ? AND revoked_at IS NULL"
        with self._store.reading() as connection:
            row = connection.exec_driver_sql(query, (digest(secret),)).one_or_none()
        if row is None:
            return None
        found, today = _key(row), now.date().isoformat()
        if found.used_on != today:
            with self._store.writing(content=False) as connection:
                connection.exec_driver_sql("UPDATE api_key SET used_on = ? WHERE id = ?", (today, found.id))
        return found

    def revoke(self, key: str, now: dt.datetime) -> Key:
        """End a key for good. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", (now.isoformat(), key)
            )
        return self._one(key)

    def _one(self, key: str) -> Key:
        with self._store.reading() as connection:
            row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM api_key WHERE id = ?", (key,)).one_or_none()
        if row is None:
            raise NotFound("there is no such key: reload the list")
        return _key(row)


def _key(row: Sequence[Any]) -> Key:
    return Key(row[0], row[1], frozenset(json.loads(row[2])), *row[3:])
