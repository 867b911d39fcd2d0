"""The database of one machine: SQLite in WAL mode, with FTS5 for words. Its vectors are the source of the vector index."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import sqlalchemy as sa

from knowledge.errors import Damaged, Misconfigured, Unwritable
from knowledge.lexical import terms
from knowledge.lock import is_read_only
from knowledge.migrate import migrate
from knowledge.models import Kind, Passage, Role
from knowledge.store import COLLECTIONS, COLUMNS, NAMED, SCHEMA, Collection, Leg, Store, values, worded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARKER: Final = "installation.json"
"""Stands beside the database from its creation on: where it is and the database is not, data are missing."""

RESTORE: Final = "restore the data directory from a backup, or move it away to start anew"
BUSY_MS: Final = 5000
UNWRITABLE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR})
"""What SQLite says where the disk is full or may only be read."""
_INSERT: Final = f"INSERT INTO passage ({NAMED}, vector) VALUES ({', '.join('?' * (len(COLUMNS) + 1))}) RETURNING row"


class SqliteStore(Store):
    """The open database at a path."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            sa.create_engine(f"sqlite:///{address(path)}&uri=true", connect_args={"check_same_thread": False})
        )
        self.path = path
        sa.event.listen(self._engine, "connect", _prepare)

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    @contextlib.contextmanager
    def writing(self, *, content: bool = True) -> Iterator[sa.Connection]:
        """A transaction that is all there or not at all. Raises `Unwritable` where the disk takes nothing."""
        try:
            with super().writing(content=content) as connection:
                yield connection
        except sa.exc.OperationalError as error:
            if _code(error) not in UNWRITABLE:
                raise
            self._engine.dispose()  # what SQLite opened while it could only read stays so
            raise Unwritable(
                f"{self.name} cannot be written ({error.orig}): free space on its disk, or let it be written to"
            ) from error

    def _begin(self, connection: sa.Connection, *, write: bool, internal: bool) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    def insert(self, connection: sa.Connection, passage: Passage, vector: NDArray[np.float32]) -> None:
        row = connection.exec_driver_sql(_INSERT, (*values(passage), vector.tobytes())).scalar_one()
        found = terms(worded(passage), passage.lang)
        table = Collection(passage.visibility, passage.lang).table
        connection.exec_driver_sql(
            f"INSERT INTO terms_{table} (rowid, stems, cognates) VALUES (?, ?, ?)",
            (row, " ".join(found.stems), " ".join(found.cognates)),
        )

    def _set_vector(self, connection: sa.Connection, row: int, vector: NDArray[np.float32]) -> None:
        connection.exec_driver_sql("UPDATE passage SET vector = ? WHERE row = ?", (vector.tobytes(), row))

    def _forget_terms(self, connection: sa.Connection, row: int, collection: Collection) -> None:
        connection.exec_driver_sql(f"DELETE FROM terms_{collection.table} WHERE rowid = ?", (row,))

    def compact(self) -> None:
        """Leave no byte of what was removed in the file, its journal or the lexical index."""
        with self.writing() as connection:
            for collection in COLLECTIONS:
                name = f"terms_{collection.table}"
                connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
                connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def checkpoint(self) -> None:
        """Write the journal into the file and empty it. Deleted pages are already overwritten (`secure_delete`)."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def vector_bytes(self) -> int:
        """How many bytes all vectors take."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql("SELECT sum(length(vector)) FROM passage").scalar() or 0)

    def _vectors(
        self, connection: sa.Connection, collection: Collection, after: int, role: Role | None
    ) -> list[tuple[int, bytes, Kind, str]]:
        query = """SELECT row, vector, kind, topics FROM passage
                   WHERE visibility = ? AND lang = ? AND row > ? AND role = coalesce(?, role) ORDER BY row"""
        found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, after, role))
        return [(row[0], row[1], row[2], row[3]) for row in found]

    def _best(
        self,
        connection: sa.Connection,
        collection: Collection,
        leg: Leg,
        words: Sequence[str],
        limit: int,
        kinds: Sequence[Kind],
    ) -> list[tuple[int, float]]:
        table = f"terms_{collection.table}"
        query = f"{leg} : (" + " OR ".join(f'"{word}"' for word in words) + ")"
        if kinds:
            marks = ",".join("?" * len(kinds))
            sql = f"""SELECT t.rowid, t.rank FROM {table} t JOIN passage p ON p.row = t.rowid
                      WHERE {table} MATCH ? AND p.kind IN ({marks}) ORDER BY t.rank LIMIT ?"""
        else:
            sql = f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT ?"
        return [(row, -float(rank)) for row, rank in connection.exec_driver_sql(sql, (query, *kinds, limit))]

    def _total(self, connection: sa.Connection, collection: Collection) -> int:
        counted = connection.exec_driver_sql(f"SELECT count(*) FROM terms_{collection.table}_docsize")
        return int(counted.scalar() or 0)

    def _having(
        self, connection: sa.Connection, collection: Collection, leg: Leg, words: Sequence[str]
    ) -> dict[str, int]:
        marks = ",".join("?" * len(words))
        query = f"SELECT term, doc FROM vocabulary_{collection.table} WHERE col = ? AND term IN ({marks})"
        return {word: int(count) for word, count in connection.exec_driver_sql(query, (leg, *words))}


def address(path: Path, mode: str = "rwc") -> str:
    """The file as SQLite is to open it.

    On a file system that takes no writes SQLite can make no journal: there a database without one is opened as a file that
    nobody changes (https://www.sqlite.org/wal.html, Read-Only Databases).
    """
    name = f"file:{quote(str(path.absolute()))}"
    if not is_read_only(path.parent):
        return f"{name}?mode={mode}"
    journal = path.with_name(f"{path.name}-wal")
    return f"{name}?mode=ro" + ("" if journal.exists() and journal.stat().st_size else "&immutable=1")


def open_sqlite(path: Path) -> SqliteStore:
    """Open the database at `path`, made new in a folder that holds none.

    One that an older Clausier made is brought to the schema of this one, all at once or not at all. Raises `Damaged` for a
    database that is missing from an installation or does not pass SQLite's check, and `Misconfigured` for one that a newer
    Clausier made. A damaged file is not touched. Where nothing can be written, what is there is opened to be read.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = path.parent / MARKER
    if path.exists():
        if _check(path) != SCHEMA:
            _upgrade(path)
    elif marker.exists():
        raise Damaged(f"{path} is missing, but {marker.name} says that there was one: {RESTORE}")
    else:
        _create(path)
    if not marker.exists() and not is_read_only(path.parent):
        marker.write_text(json.dumps({"schema": SCHEMA}) + "\n", "utf-8")
    return SqliteStore(path)


def _create(path: Path) -> None:
    """Make an empty database under another name and then give it its own, so that no half-made one is ever met."""
    staging = path.with_name(path.name + ".new")
    for leftover in path.parent.glob(staging.name + "*"):
        leftover.unlink()
    os.close(os.open(staging, os.O_CREAT | os.O_RDWR, 0o600))
    store = SqliteStore(staging)
    migrate(store)
    store.close()
    staging.rename(path)


def _upgrade(path: Path) -> None:
    store = SqliteStore(path)
    try:
        migrate(store)
    finally:
        store.close()


def _check(path: Path) -> str:
    """The schema of the database at `path`, which is ours or an older one."""
    try:
        with contextlib.closing(sqlite3.connect(address(path, "ro"), uri=True, timeout=BUSY_MS / 1000)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path} is damaged ({error}): {RESTORE}") from error
    if verdict != "ok":
        raise Damaged(f"{path} is damaged ({str(verdict).splitlines()[-1]}): {RESTORE}")
    if schema is None or schema[0] > SCHEMA:
        raise Misconfigured(
            f"{path} was made by another version of Clausier (schema {schema and schema[0]}, expected {SCHEMA}): "
            "install the version that made it, or a newer one"
        )
    return str(schema[0])


def _code(error: sa.exc.OperationalError) -> int:
    """SQLite's own number for what happened, without its details."""
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")
