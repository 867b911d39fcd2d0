"""PostgreSQL beside SQLite: the same found with the same scores, one writer of content, and a copy that is proved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.journal import Journal
from knowledge.errors import Busy, InvalidInput, Misconfigured
from knowledge.index import Index
from knowledge.models import Example
from knowledge.postgres import PostgresIndex, PostgresStore, open_postgres
from knowledge.sqlite import SqliteStore
from knowledge.store import COLLECTIONS, LEGS
from knowledge.transfer import transfer
from tests import postgres
from tests.fakes import NOW, FakeEncoder, document, new_file, put

pytestmark = pytest.mark.slow

WORDS = ["fee", "notice", "breach", "liability", "cap", "data", "backup", "audit", "exit", "price", "the", "null"]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = new_file(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[PostgresStore]:
    opened = postgres.new_store()
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def texts(count: int, seed: int) -> list[str]:
    chosen = np.random.default_rng(seed)
    return [f"{' '.join(chosen.choice(WORDS, chosen.integers(3, 30)))} number{n}" for n in range(count)]


def fill(store: SqliteStore | PostgresStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", *texts(60, 1)), document("b", *texts(40, 2), kind="guidance"))
    put(store, encoder, document("f", *texts(30, 3), lang="fr"), document("i", *texts(30, 4), visibility="internal"))
    put(store, encoder, document("a", *texts(50, 5)))


def quiet(_done: int, _total: int, _name: str) -> None:
    """No progress shown."""


@pytest.mark.parametrize(
    "question", ["fee notice null", "liability of the provider", "nothing like it", "exit data backup audit"]
)
def test_both_databases_rank_words_alike(
    file: SqliteStore, server: PostgresStore, encoder: FakeEncoder, question: str
) -> None:
    fill(file, encoder)
    fill(server, encoder)
    for collection in COLLECTIONS:
        for leg in LEGS:
            here, there = (store.match(collection, question, leg, 20) for store in (file, server))
            np.testing.assert_allclose(here.scores, there.scores, rtol=1e-6)
            assert here.coverage == pytest.approx(there.coverage)
            mine = {
                file.passages([row])[row].id: round(score, 6) for row, score in zip(here.rows, here.scores, strict=True)
            }
            theirs = {
                server.passages([row])[row].id: round(score, 6)
                for row, score in zip(there.rows, there.scores, strict=True)
            }
            worst = min(mine.values(), default=0.0)  # of equal scores at the limit either may be left out
            assert {k: v for k, v in mine.items() if v > worst} == {k: v for k, v in theirs.items() if v > worst}


def test_vectors_are_found_exactly_and_then_by_the_index(server: PostgresStore, encoder: FakeEncoder) -> None:
    fill(server, encoder)
    index, exact = PostgresIndex(server), Index(server)
    assert index.generation is None
    index.maintain()
    assert index.generation == "hnsw-64"
    for collection in COLLECTIONS:
        for text in texts(10, 9):
            vector = encoder.question(text)
            found, due = index.near(vector, collection, 5), exact.near(vector, collection, 5)
            np.testing.assert_allclose([n.cosine for n in found], [n.cosine for n in due], atol=1e-5)
    put(server, encoder, document("new", "a zebra crossing"))
    (near,) = index.near(encoder.question("zebra crossing"), COLLECTIONS[0], 1)
    assert server.passages([near.row])[near.row].id == "new.0"
    guidance = index.near(encoder.question("fee"), COLLECTIONS[0], 50, kinds=("guidance",))
    assert {server.passages([n.row])[n.row].kind for n in guidance} == {"guidance"}


def test_only_one_takes_in_content(server: PostgresStore) -> None:
    url = f"postgresql://postgres@/{server.name.rpartition('/')[2]}?host={postgres.address('').partition('host=')[2]}"
    other = open_postgres(url)
    with server.alone(), pytest.raises(Busy, match="taking in content"), other.alone():
        pass
    with other.alone():
        waited = threading.Thread(target=_wait, args=(server,))
        waited.start()
        waited.join(0.3)
        assert waited.is_alive()
    waited.join(10)
    assert not waited.is_alive()
    other.close()


def _wait(store: PostgresStore) -> None:
    with store.alone(patient=True):
        pass


def test_everything_is_copied_and_compared(file: SqliteStore, server: PostgresStore, encoder: FakeEncoder) -> None:
    fill(file, encoder)
    file.put_examples([Example("question", "en", "one")], encoder.passages(["one"]))
    journal = Journal(file)
    key = journal.open(NOW)
    journal.add(key, "Où ? 😀", {"answer": "Ici", "reason": None, "language": "fr"}, NOW)
    copied = transfer(file, server, quiet)
    assert copied.rows["passage"] == sum(file.count(collection) for collection in COLLECTIONS)
    assert Journal(server).turns(key) == journal.turns(key)
    assert server.documents() == file.documents()
    assert server.state("revision") == file.state("revision") or int(server.state("revision") or 0) > 0
    journal_there = Journal(server)
    journal_there.add(key, "again", {"answer": "x"}, NOW)
    with pytest.raises(InvalidInput, match="holds data already"):
        transfer(file, server, quiet)


def test_a_copy_that_fails_leaves_nothing(
    file: SqliteStore, server: PostgresStore, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(file, encoder)

    def fail(*_: object) -> None:
        raise RuntimeError("no more")

    monkeypatch.setattr(server, "insert", fail)
    with pytest.raises(RuntimeError, match="no more"):
        transfer(file, server, quiet)
    assert server.documents() == []


def test_a_newer_schema_is_refused() -> None:
    url = postgres.new_database()
    store = open_postgres(url)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(Misconfigured, match=r"9999.*newer|newer.*9999"):
        open_postgres(url)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(Busy) as told:
        open_postgres("postgresql://somebody:secret@127.0.0.1:9/nothing")
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["postgresql://host:nan/x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="CLAUSIER_DATABASE_URL"):
        open_postgres(url)
