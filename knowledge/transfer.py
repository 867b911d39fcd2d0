"""Copy an installation from one database to another, and prove that both hold the same."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from knowledge.errors import ClausierError, InvalidInput
from knowledge.store import COLLECTIONS, Store

Progress = Callable[[int, int, str], None]
"""Called with how many tables are done, of how many, and the name of the next."""

_OWN: Final = ("alembic_version", "sqlite_", "terms_", "vocabulary_")
"""Tables that a database keeps for itself."""
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, and one digest over every value of both databases."""

    source: str
    target: str
    rows: dict[str, int]
    sha256: str


def transfer(source: Store, target: Store, progress: Progress) -> Copied:
    """Copy everything, all of it or nothing, then compare every value.

    Raises `InvalidInput` if `target` is not empty, and `ClausierError` if what arrived differs.
    """
    tables = _tables(source)
    held = [table.name for table in tables if table.name != "state" and _count(target, table.name)]
    if held:
        raise InvalidInput(f"{target.name} holds data already ({', '.join(held)}): name an empty database")
    with target.writing() as connection:
        for done, table in enumerate(tables):
            progress(done, len(tables), table.name)
            if table.name == "passage":
                _copy_passages(source, target, connection)
            else:
                _copy(source, connection, table)
    here, there = _digest(source, tables), _digest(target, tables)
    if here != there:
        raise ClausierError(f"what arrived at {target.name} is not what {source.name} holds: empty it and try again")
    return Copied(source.name, target.name, {table.name: _count(target, table.name) for table in tables}, here)


def _tables(store: Store) -> list[sa.Table]:
    """Every table that holds something of ours; those that others refer to come first."""
    metadata = sa.MetaData()
    with store.reading() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith(_OWN)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sa.exc.SAWarning)  # it does not know pgvector's type, and need not
            metadata.reflect(connection, only=names)
    return list(metadata.sorted_tables)


def _copy(source: Store, target: sa.Connection, table: sa.Table) -> None:
    names = [column.name for column in table.columns]
    target.exec_driver_sql(f"DELETE FROM {table.name}")
    insert = f"INSERT INTO {table.name} ({_quoted(names)}) VALUES ({', '.join('?' * len(names))})"
    for row in _rows(source, table):
        target.exec_driver_sql(insert, row)
    key = table.autoincrement_column
    if key is not None and target.dialect.name == "postgresql" and isinstance(key.type, sa.Integer):
        last = f"(SELECT max({key.name}) FROM {table.name})"
        sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
        target.exec_driver_sql(f"SELECT setval({sequence}, greatest({last}, 1))")


def _copy_passages(source: Store, target: Store, connection: sa.Connection) -> None:
    """Passages get the terms that their new database keeps; their numbers are its own."""
    for collection in COLLECTIONS:
        matrix = source.matrix(collection)
        for at in range(0, len(matrix.rows), BATCH):
            rows = [int(row) for row in matrix.rows[at : at + BATCH]]
            passages = source.passages(rows, internal=True)
            for row, vector in zip(rows, matrix.vectors[at : at + BATCH], strict=True):
                target.insert(connection, passages[row], vector)


def _rows(store: Store, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    """Every row of a table, by its primary key."""
    names = [column.name for column in table.columns]
    with store.reading(internal=True) as connection:
        bytewise = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
        order = ", ".join(
            f'"{key.name}"{bytewise if isinstance(key.type, sa.Text) else ""}'
            for key in table.primary_key.columns or table.columns
        )
        for row in connection.exec_driver_sql(f"SELECT {_quoted(names)} FROM {table.name} ORDER BY {order}"):
            yield tuple(row)


def _digest(store: Store, tables: Sequence[sa.Table]) -> str:
    digest = hashlib.sha256()
    for table in tables:
        if table.name == "state":
            continue  # counts writes, of which the copy was one
        digest.update(table.name.encode())
        for row in _passage_rows(store) if table.name == "passage" else _rows(store, table):
            digest.update(json.dumps(row, default=_hex, ensure_ascii=False).encode())
    return digest.hexdigest()


def _passage_rows(store: Store) -> Iterator[tuple[Any, ...]]:
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        passages = store.passages([int(row) for row in matrix.rows], internal=True) if len(matrix.rows) else {}
        found = ((passages[int(row)], vector) for row, vector in zip(matrix.rows, matrix.vectors, strict=True))
        for passage, vector in sorted(found, key=lambda pair: pair[0].id):
            yield (repr(passage), vector.tobytes())


def _count(store: Store, table: str) -> int:
    with store.reading(internal=True) as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _hex(value: object) -> str:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
