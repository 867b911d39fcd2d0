"""The connection to a database: transactions, and facts about the installation.

One writer at a time, and readers that see one state: what reads before it writes needs no further care, on either database.
SQL is written once, with `?` for values; `knowledge.sqlite` and `knowledge.postgres` hold what differs.
"""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa


class Database(abc.ABC):
    """An open database. Other modules keep what is theirs in it through `reading` and `writing`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Which database this is, without secrets."""

    @abc.abstractmethod
    def _begin(self, connection: sa.Connection, *, write: bool, internal: bool) -> None:
        """Begin a transaction: one that sees one state, or the only one that writes."""

    @abc.abstractmethod
    def checkpoint(self) -> None:
        """Overwrite what was deleted, as far as the database can do so beside its work."""

    @contextlib.contextmanager
    def reading(self, *, internal: bool = False) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database.

        Who reads what is for lawyers alone says so (`internal`); PostgreSQL shows its rows to nobody else.
        """
        with self._engine.connect() as connection:
            self._begin(connection, write=False, internal=internal)
            yield connection

    @contextlib.contextmanager
    def writing(self, *, content: bool = True) -> Iterator[sa.Connection]:
        """A transaction that is all there or not at all.

        `revision` rises with it, unless it leaves what is searched as it is (`content`). Who writes content sees all of it.
        """
        with self._engine.connect() as connection:
            self._begin(connection, write=True, internal=content)
            yield connection
            if content:
                connection.exec_driver_sql(_RISE)
            try:
                connection.commit()
            except Exception:
                connection.invalidate()  # else the next writer gets a connection whose transaction is still open
                raise

    @property
    def revision(self) -> int:
        """Rises with every write to what is searched."""
        return int(self.state("revision") or 0)

    def state(self, key: str) -> str | None:
        """A fact about the installation, such as the revision of its embedding model."""
        with self.reading() as connection:
            value = connection.exec_driver_sql("SELECT value FROM state WHERE key = ?", (key,)).scalar()
            return None if value is None else str(value)

    def set_state(self, key: str, value: str) -> None:
        """Remember a fact about the installation."""
        with self.writing() as connection:
            put = "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            connection.exec_driver_sql(put, (key, value))


_RISE: Final = """INSERT INTO state VALUES ('revision', '1')
                  ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"""
