"""PostgreSQL beside SQLite: the same found with the same scores, one writer of content, and a copy that is proved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from assistant.journal import Journal
from knowledge.errors import Busy, InvalidInput, Misconfigured, NotFound
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


def database_of(store: PostgresStore) -> str:
    """The name of its database on the tests' server."""
    return store.name.rpartition("/")[2]


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
                file.passages([row], internal=True)[row].id: round(score, 6)
                for row, score in zip(here.rows, here.scores, strict=True)
            }
            theirs = {
                server.passages([row], internal=True)[row].id: round(score, 6)
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
    guidance = index.near(encoder.question("fee"), COLLECTIONS[0], 40, kinds=("guidance",))
    assert len(guidance) == 40
    assert {server.passages([n.row])[n.row].kind for n in guidance} == {"guidance"}


@pytest.mark.parametrize("limit", [3, 20, 40])
def test_what_is_filtered_in_a_large_collection_is_what_looking_at_all_finds(
    server: PostgresStore, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    fill(server, encoder)
    monkeypatch.setattr("knowledge.postgres.LARGE", 10)
    index, exact = PostgresIndex(server), Index(server)
    index.maintain()
    for text in texts(10, 9):
        vector = encoder.question(text)
        for kind in ("guidance", "document"):
            found = index.near(vector, COLLECTIONS[0], limit, kinds=(kind,))
            due = exact.near(vector, COLLECTIONS[0], limit, kinds=(kind,))
            np.testing.assert_allclose([n.cosine for n in found], [n.cosine for n in due], atol=1e-5)


def test_only_one_takes_in_content(server: PostgresStore) -> None:
    other = open_postgres(postgres.address(database_of(server)))
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


CONTENT = ("document", "passage", *(f"terms_{collection.table}" for collection in COLLECTIONS))


def counted(store: PostgresStore, *, internal: bool = False) -> dict[str, int]:
    """The rows of each table of content that a transaction sees which filters by nothing."""
    with store.reading(internal=internal) as connection:
        return {
            table: int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0) for table in CONTENT
        }


def test_a_query_that_filters_by_nothing_sees_public_rows_only(server: PostgresStore, encoder: FakeEncoder) -> None:
    fill(server, encoder)
    all_rows, shown = counted(server, internal=True), counted(server)
    assert shown == {**all_rows, "document": 3, "passage": 120, "terms_internal_en": 0}
    assert all_rows["document"] == 4
    assert all_rows["passage"] == 150
    assert all_rows["terms_internal_en"] > 30
    with server.reading() as connection:
        said = connection.exec_driver_sql("SELECT DISTINCT visibility FROM passage").scalars().all()
        assert said == ["public"]


def test_what_was_opened_is_hidden_again_on_the_same_connection(
    server: PostgresStore, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(server, encoder)
    begin = PostgresStore._begin
    backends: list[int] = []

    def noted(store: PostgresStore, connection: sa.Connection, **how: bool) -> None:
        begin(store, connection, **how)
        backends.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    monkeypatch.setattr(PostgresStore, "_begin", noted)
    hidden = counted(server)
    assert counted(server, internal=True) != hidden
    assert counted(server) == hidden
    with pytest.raises(RuntimeError), server.reading(internal=True):
        raise RuntimeError
    assert counted(server) == hidden
    assert len(set(backends)) == 1, "one connection served them all"


def test_who_writes_what_is_no_content_sees_and_changes_public_rows_only(
    server: PostgresStore, encoder: FakeEncoder
) -> None:
    fill(server, encoder)
    before = counted(server, internal=True)
    with server.writing(content=False) as connection:
        connection.exec_driver_sql("DELETE FROM passage WHERE visibility = 'internal'")
        connection.exec_driver_sql("UPDATE passage SET title = title")
        with pytest.raises(sa.exc.DBAPIError, match="row-level security"), connection.begin_nested():
            connection.exec_driver_sql("UPDATE passage SET visibility = 'internal'")
    assert counted(server, internal=True) == before


def test_the_store_reads_internal_rows_where_it_is_asked_to(server: PostgresStore, encoder: FakeEncoder) -> None:
    fill(server, encoder)
    internal = next(collection for collection in COLLECTIONS if collection.is_internal)
    matrix = server.matrix(internal)
    rows = [int(row) for row in matrix.rows]
    assert len(rows) == server.count(internal) == len(server.rows(internal, server.last_row())) == 30
    assert server.passages(rows) == {}
    assert len(server.passages(rows, internal=True)) == 30
    assert server.passages_of("i") == []
    assert [one.id for one in server.passages_of("i", internal=True)][:1] == ["i.0"]
    assert server.passage("i.0", internal=True).visibility == "internal"
    with pytest.raises(NotFound):
        server.passage("i.0")
    assert server.match(internal, "fee notice", "stems", 5).rows
    assert len(server.nearest(matrix.vectors[0], internal, 5)) == 5


def test_a_role_that_no_policy_binds_is_named(server: PostgresStore) -> None:
    assert server.unbound() is None
    privileged = PostgresStore(postgres.address(database_of(server), postgres.SUPERUSER))
    assert privileged.unbound() == postgres.SUPERUSER
    privileged.close()


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


def test_the_index_that_is_there_is_used_while_somebody_takes_in_content(
    server: PostgresStore, encoder: FakeEncoder
) -> None:
    fill(server, encoder)
    early = PostgresIndex(server)
    making = threading.Thread(target=early.maintain)
    with server.alone():
        making.start()
        making.join(0.5)
        assert early.generation is None, "making it waits for whoever takes in"
    making.join(30)
    assert early.generation == "hnsw-64"
    with server.alone():
        late = PostgresIndex(server)
        late.maintain()
        assert late.generation == "hnsw-64"


def test_an_index_whose_making_was_cut_short_is_made_anew(server: PostgresStore, encoder: FakeEncoder) -> None:
    fill(server, encoder)
    index = PostgresIndex(server)
    index.maintain()
    cut_short = f"near_{COLLECTIONS[0].table}_64"
    powerful = PostgresStore(postgres.address(database_of(server), postgres.SUPERUSER))
    with powerful.writing() as connection:
        connection.exec_driver_sql(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{cut_short}'::regclass")
    powerful.close()
    assert not server.is_indexed(64)
    index.maintain()
    assert server.is_indexed(64)
