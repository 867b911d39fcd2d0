"""The database of one machine: its file is made whole, upgraded, checked, and holds nothing of what was removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import Damaged, Misconfigured
from knowledge.migrate import migrate
from knowledge.sqlite import MARKER, SqliteStore, open_sqlite
from knowledge.store import SCHEMA, Collection
from tests.fakes import NOW, FakeEncoder, document, new_file, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = new_file(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def test_compacting_removes_the_bytes(store: SqliteStore, encoder: FakeEncoder) -> None:
    given = document("a", "Zanzibar-Secret-Word", visibility="internal")
    vector = encoder.passages([given.passages[0].embedded])[0].tobytes()
    put(store, encoder, given, document("b", "what stays"))
    store.checkpoint()
    assert b"Zanzibar" in store.path.read_bytes()
    store.remove("a", now=NOW)
    store.compact()
    store.close()
    for path in store.path.parent.iterdir():
        content = path.read_bytes().lower()
        assert b"zanzibar" not in content
        assert b"zanzi" not in content
        assert vector not in path.read_bytes()
    assert [p.text for p in store.passages_of("b")] == ["what stays"]
    assert store.match(Collection("public", "en"), "stays", "stems", 5).rows != ()


def test_another_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    open_sqlite(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Misconfigured, match=r"9999.*newer"):
        open_sqlite(path)


def test_an_older_schema_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    older = SqliteStore(path)
    migrate(older, "0001")
    with older.writing() as connection:
        connection.exec_driver_sql("INSERT INTO conversation VALUES ('kept', '2026', '2026')")
    older.close()
    store = open_sqlite(path)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT id FROM conversation").scalars().all() == ["kept"]
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == SCHEMA
    store.close()


def test_a_missing_database_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    open_sqlite(path).close()
    path.unlink()
    with pytest.raises(Damaged, match="missing"):
        open_sqlite(path)
    assert not path.exists()
    (tmp_path / MARKER).unlink()
    open_sqlite(path).close()


def test_a_half_made_database_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "clausier.db.new").write_bytes(b"half")
    open_sqlite(tmp_path / "clausier.db").close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clausier.db", MARKER]
    assert (tmp_path / "clausier.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 40])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clausier.db"
    path.write_bytes(content)
    with pytest.raises(Damaged, match="restore"):
        open_sqlite(path)
    assert path.read_bytes() == content
