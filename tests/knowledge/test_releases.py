"""What earlier releases made is opened, brought up to date and whole; what a later one made is refused and left alone.

`releases/` holds the database of every earlier schema, as SQL, with a row in every table. A new migration needs one more:

python tests/knowledge/test_releases.py 0008    write down what a database of that schema looks like
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

import knowledge
from knowledge.errors import Misconfigured
from knowledge.migrate import migrate
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import COLLECTIONS, SCHEMA
from tests.fakes import FakeEncoder, document, put
from tests.knowledge.test_store import assert_whole

RELEASES: Final = Path(__file__).parent / "releases"
VERSIONS: Final = Path(knowledge.__file__).parent / "migrations" / "versions"
EARLIER: Final = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))[:-1]
OURS: Final = re.compile(r"alembic_version|sqlite_\w+|(?:terms|vocabulary)_\w+")
"""Tables of the database's own, not of what it holds."""
SHADOW: Final = re.compile(r"terms_\w+_(?:data|idx|content|docsize|config)")
"""What FTS5 keeps for itself."""
FILLED: Final = frozenset({"state", "document", "passage"})
SAID: Final = {
    "public-en": ("The fee is due monthly.", "Either party may end the contract."),
    "public-fr": ("Le prix est payé « à échéance ».", "Chaque partie peut résilier le contrat."),
    "internal-en": ("The firm settles at nineteen percent.",),
    "internal-fr": ("Le cabinet transige à dix-neuf pour cent.",),
}
Row = dict[str, Any]


def make(path: Path, schema: str) -> None:
    """A database of that schema with a document in every collection and a row in every other table."""
    store = SqliteStore(path)
    migrate(store, schema)
    for collection in COLLECTIONS:
        put(
            store,
            FakeEncoder(),
            document(collection.name, *SAID[collection.name], lang=collection.lang, visibility=collection.visibility),
        )
    with store.writing() as connection:
        for table in sa.inspect(connection).get_sorted_table_and_fkc_names():
            if table[0] and table[0] not in FILLED and not OURS.fullmatch(table[0]):
                _fill(connection, table[0])
    store.checkpoint()
    store.close()


def _fill(connection: sa.Connection, table: str) -> None:
    """One row that says where it stands; what names another row names the one that was made there."""
    inspector = sa.inspect(connection)
    parents = {one["constrained_columns"][0]: one["referred_table"] for one in inspector.get_foreign_keys(table)}
    values: Row = {}
    for column in inspector.get_columns(table):
        name, kind = column["name"], column["type"]
        if name in parents:
            key = inspector.get_pk_constraint(parents[name])["constrained_columns"][0]
            values[name] = connection.exec_driver_sql(f'SELECT "{key}" FROM {parents[name]}').scalar()
        elif isinstance(kind, sa.JSON):
            values[name] = '{"said": "é"}'
        elif isinstance(kind, sa.LargeBinary):
            values[name] = b"\x00\x01\xff\x00"
        elif isinstance(kind, sa.Integer | sa.Float):
            values[name] = 7
        else:
            values[name] = f"{table}.{name} é"
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


def dumped(path: Path) -> str:
    """The database as SQL, the lexical index by what was put into it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
        named = [(name, sql) for _, name, sql in found if not SHADOW.fullmatch(name) and name != "sqlite_sequence"]
        filled = [name for kind, name, _ in found if kind == "table" and not name.startswith("vocabulary_")]
        lines = [f"{sql};" for _, sql in named]
        for table in filled:
            if not SHADOW.fullmatch(table):
                lines += _inserts(connection, table)
    return "\n".join(["BEGIN;", *lines, "COMMIT;"]) + "\n"


def _inserts(connection: sqlite3.Connection, table: str) -> list[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    columns = ["rowid", *columns] if table.startswith("terms_") else columns
    quoted = ", ".join(f'quote("{name}")' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    clean = "DELETE FROM sqlite_sequence;" if table == "sqlite_sequence" else ""
    rows = connection.execute(f"SELECT {quoted} FROM {table}")
    return [*filter(None, [clean]), *(f"INSERT INTO {table} ({names}) VALUES ({', '.join(row)});" for row in rows)]


def unpacked(schema: str, folder: Path) -> Path:
    """The database of an earlier release, as it lay there."""
    path = folder / "clausier.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript((RELEASES / f"{schema}.sql").read_text("utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    (folder / "installation.json").write_text(f'{{"schema": "{schema}"}}\n', "utf-8")
    return path


def rows(path: Path) -> dict[str, list[Row]]:
    """All that is held, by table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in names
            if not OURS.fullmatch(name)
        }


def test_every_earlier_schema_is_kept() -> None:
    assert sorted(path.stem for path in RELEASES.glob("*.sql")) == EARLIER


@pytest.mark.check("R11")
@pytest.mark.parametrize("schema", EARLIER)
def test_what_an_earlier_release_made_loses_nothing(
    schema: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    path = unpacked(schema, tmp_path)
    before = rows(path)
    assert all(before.values()), "a table without a row shows nothing"
    store = open_sqlite(path)
    try:
        assert_whole(store)
        found = 0
        for collection in COLLECTIONS:
            for text in SAID[collection.name]:
                (best, *_) = store.match(collection, text, "stems", 5).rows
                assert store.passages([best], internal=True)[best].text == text
                matrix = store.matrix(collection)
                nearest = int(matrix.rows[int((matrix.vectors @ FakeEncoder().question(text)).argmax())])
                assert nearest == best
                found += 1
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == SCHEMA
    finally:
        store.close()
    after = rows(path)
    del before["state"], after["state"]  # its revision rises with every write
    for table, held in before.items():
        kept = [{name: row[name] for name in held[0]} for row in after[table]]
        assert kept == held, table
    record_property("figure", f"schema {schema}: {len(before)} tables with every row, {found} passages found")


@pytest.mark.check("R11")
def test_a_migration_that_fails_leaves_the_database_of_the_earlier_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unpacked(EARLIER[0], tmp_path)
    before = dumped(path)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
        with pytest.raises(OSError, match="no space"):
            open_sqlite(path)
    assert dumped(path) == before
    open_sqlite(path).close()
    assert rows(path)["conversation"]


@pytest.mark.check("R11")
def test_what_a_later_release_made_is_refused_in_words_and_left_alone(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    path = unpacked(EARLIER[-1], tmp_path)
    open_sqlite(path).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match=r"another version.*9999.*install") as told:
        open_sqlite(path)
    assert path.read_bytes() == before
    record_property("figure", str(told.value).partition(" (")[2].partition(")")[0])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        make(Path(made) / "clausier.db", sys.argv[1])
        RELEASES.mkdir(exist_ok=True)
        (RELEASES / f"{sys.argv[1]}.sql").write_text(dumped(Path(made) / "clausier.db"), "utf-8")
