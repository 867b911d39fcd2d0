"""The database: what was put in is there, all of it, and nothing of what was taken out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Damaged, Misconfigured, NotFound
from knowledge.installation import open_store
from knowledge.lexical import terms
from knowledge.migrate import migrate
from knowledge.models import Example
from knowledge.sqlite import MARKER, SqliteStore
from knowledge.store import COLLECTIONS, LEGS, RANKED, SCHEMA, Collection, _telling, worded
from tests.fakes import NOW, FakeEncoder, document, new_store, passage, put

PUBLIC_EN = Collection("public", "en")
PUBLIC_FR = Collection("public", "fr")
INTERNAL_EN = Collection("internal", "en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def lexical_rows(store: SqliteStore, collection: Collection) -> dict[int, tuple[str, str]]:
    with store.reading() as connection:
        found = connection.exec_driver_sql(f"SELECT rowid, stems, cognates FROM terms_{collection.table}")
        return {row[0]: (row[1], row[2]) for row in found}


def assert_whole(store: SqliteStore) -> None:
    """The terms agree with the passages, and every passage has a vector."""
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        passages = store.passages([int(row) for row in matrix.rows])
        expected = {}
        for row, found in passages.items():
            words = terms(worded(found), found.lang)
            expected[row] = (" ".join(words.stems), " ".join(words.cognates))
        assert lexical_rows(store, collection) == expected
        assert len(matrix.rows) == len(matrix.vectors) == store.count(collection)


def test_a_document_comes_back_as_it_was(store: SqliteStore, encoder: FakeEncoder) -> None:
    given = document("a", "The fee is due monthly.", "Either party may end it.", topics=("termination",), sha256="x")
    put(store, encoder, given)
    assert store.passages_of("a") == list(given.passages)
    assert store.passage("a.1") == given.passages[1]
    assert store.digests() == {"a": "x"}
    (row,) = store.documents()
    assert row["passages"] == 2
    assert row["topics"] == ["termination"]
    assert row["added_at"] == NOW.isoformat()
    assert_whole(store)


def test_every_field_of_a_passage_survives(store: SqliteStore, encoder: FakeEncoder) -> None:
    full = replace(
        passage("Été « où » 😀", "a", kind="guidance", role="law", heading=("A", "B"), topics=("t", "u"), lang="fr"),
        page=3,
        authorities=("cciv-1231-5",),
        figures=("late-interest-default",),
    )
    put(store, encoder, replace(document("a"), lang="fr", passages=(full,)))
    assert store.passage(full.id) == full


def test_putting_again_replaces(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "alpha beta", "gamma delta"), document("b", "other"))
    put(store, encoder, document("a", "epsilon", sha256="2"))
    assert [p.text for p in store.passages_of("a")] == ["epsilon"]
    assert store.digests() == {"a": "2", "b": "0"}
    assert store.match(PUBLIC_EN, "alpha gamma", "stems", 10).rows == ()
    assert_whole(store)


def test_a_language_can_change(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "le contrat", lang="en"))
    put(store, encoder, document("a", "le contrat", lang="fr", visibility="internal"))
    assert [store.count(c) for c in COLLECTIONS] == [0, 0, 0, 1]
    assert_whole(store)


def test_removing_leaves_nothing_but_a_receipt(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"), document("b", "three"))
    receipt = store.remove("a", now=NOW)
    assert (receipt.document_id, receipt.passages, receipt.erased_at) == ("a", 2, NOW.isoformat())
    assert store.passages_of("a") == []
    with pytest.raises(NotFound, match="a"):
        store.remove("a", now=NOW)
    with pytest.raises(NotFound):
        store.passage("a.0")
    assert_whole(store)


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
    assert store.match(PUBLIC_EN, "stays", "stems", 5).rows != ()
    assert_whole(store)


def test_rows_are_never_used_again(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"))
    last = store.last_row()
    store.remove("a", now=NOW)
    store.compact()
    put(store, encoder, document("b", "three"))
    assert store.last_row() > last


def test_the_revision_rises_with_every_write(store: SqliteStore, encoder: FakeEncoder) -> None:
    seen = [store.revision]
    put(store, encoder, document("a", "one"))
    seen.append(store.revision)
    store.set_state("key", "value")
    seen.append(store.revision)
    store.set_vectors("a", encoder.passages(["other"]))
    seen.append(store.revision)
    store.remove("a", now=NOW)
    seen.append(store.revision)
    assert seen == sorted(set(seen))
    store.digests(), store.documents(), store.match(PUBLIC_EN, "one", "stems", 3)
    assert store.revision == seen[-1]


def test_what_fails_is_not_there_at_all(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", sha256="1"))
    before = store.revision
    with pytest.raises(ValueError, match="zip"):
        store.put(document("a", "two", "three"), encoder.passages(["two"]), now=NOW)
    assert store.digests() == {"a": "1"}
    assert store.revision == before
    assert [p.text for p in store.passages_of("a")] == ["one"]
    assert_whole(store)


def test_vectors_can_be_given_anew(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"))
    other = FakeEncoder("fake:2", 32).passages(["one", "two"])
    store.set_vectors("a", other)
    np.testing.assert_array_equal(store.matrix(PUBLIC_EN).vectors, other)
    with pytest.raises(ValueError, match="zip"):
        store.set_vectors("a", other[:1])
    assert store.vector_bytes() == other.nbytes


def test_a_matrix_holds_one_collection(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(
        store,
        encoder,
        document("a", "one", "two", topics=("t",)),
        document("b", "trois", lang="fr"),
        document("c", "four", visibility="internal", kind="clause"),
    )
    matrix = store.matrix(PUBLIC_EN)
    assert len(matrix.rows) == 2
    assert matrix.kinds == ("document", "document")
    assert matrix.topics == (("t",), ("t",))
    assert len(store.matrix(PUBLIC_EN, after=int(matrix.rows[0])).rows) == 1
    assert store.matrix(Collection("internal", "fr")).vectors.shape == (0, 0)
    assert store.count(PUBLIC_EN, up_to=int(matrix.rows[0])) == 1
    assert store.collections_with("document") == {PUBLIC_EN, PUBLIC_FR}
    assert store.collections_with("quiz") == frozenset()


def test_words_find_passages_by_stem_and_by_cognate(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(
        store,
        encoder,
        document("a", "The provider's liability is limited.", "Termination for breach."),
        document("b", "La responsabilité du prestataire.", "Le prix.", "La durée.", lang="fr"),
        document("c", "Fees are due monthly.", "Backups are kept.", "Support hours."),
    )
    stems, cognates = (store.match(PUBLIC_EN, "limits of liabilities", leg, 10) for leg in LEGS)
    assert [store.passages([row])[row].id for row in stems.rows] == ["a.0"]
    assert stems.coverage > 0.5
    assert cognates.rows == stems.rows
    stems, cognates = (store.match(PUBLIC_FR, "responsibility", leg, 10) for leg in LEGS)
    assert stems.rows == ()
    assert len(cognates.rows) == 1
    assert store.match(PUBLIC_EN, "the of and", "stems", 10).rows == ()
    assert store.match(PUBLIC_EN, 'stems : "liability" OR NEAR( * ^', "stems", 10).rows != ()
    assert store.match(PUBLIC_EN, "liability", "stems", 10, ("guidance",)).rows == ()
    assert store.match(PUBLIC_EN, "liability", "stems", 10, ("guidance", "document")).rows != ()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, ""),
        ({"a": 1, "b": 2, "c": 3}, "a b c"),
        ({"a": RANKED * 9}, "a"),
        ({"a": RANKED, "b": 1, "c": 0}, "b c"),
        ({"a": RANKED - 1, "b": 1, "c": 0}, "a b c"),
        ({"a": RANKED * 2, "b": RANKED * 3, "c": RANKED * 4}, "a"),
    ],
)
def test_only_telling_words_are_looked_up_in_a_large_collection(counts: dict[str, int], expected: str) -> None:
    assert " ".join(_telling(list(counts), counts)) == expected


def test_frequencies_follow_the_database(store: SqliteStore, encoder: FakeEncoder) -> None:
    fillers = document("fillers", "alpha one", "beta two", "gamma three")
    put(store, encoder, fillers, document("a", "zebra"))
    before = store.match(PUBLIC_EN, "zebra delta", "stems", 5)
    put(store, encoder, document("b", "delta four"), document("c", "delta five"))
    after = store.match(PUBLIC_EN, "zebra delta", "stems", 5)
    assert len(after.rows) == 3
    reopened = SqliteStore(store.path)
    assert reopened.match(PUBLIC_EN, "zebra delta", "stems", 5) == after
    reopened.close()
    assert before.coverage != after.coverage


def test_matches_are_best_first_and_limited(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", *(f"penalty {'filler ' * n}" for n in range(8))))
    found = store.match(PUBLIC_EN, "penalty", "stems", 5)
    assert len(found.rows) == 5
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert 0 <= found.coverage <= 1


def test_examples_are_replaced_whole(store: SqliteStore, encoder: FakeEncoder) -> None:
    assert store.examples()[0] == []
    first = [Example("question", "en", "one"), Example("tax", "fr", "deux")]
    store.put_examples(first, encoder.passages(["one", "deux"]))
    store.put_examples(first[1:], encoder.passages(["deux"]))
    held, vectors = store.examples()
    assert held == first[1:]
    np.testing.assert_array_equal(vectors, encoder.passages(["deux"]))


def test_state_is_remembered(store: SqliteStore) -> None:
    assert store.state("key") is None
    store.set_state("key", "a")
    store.set_state("key", "b")
    assert store.state("key") == "b"


def test_a_passage_that_is_gone_is_left_out(store: SqliteStore, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one"))
    row = store.last_row()
    assert set(store.passages([row, 999])) == {row}
    assert store.passages([]) == {}


def test_readers_see_whole_documents_while_another_writes(store: SqliteStore, encoder: FakeEncoder) -> None:
    """A document has as many passages as it was written with, at any moment, whatever the writers do."""
    stop = threading.Event()
    wrong: list[object] = []
    put(store, encoder, document("a", "one 1", "one 2"), document("b", "two 1", "two 2"))

    def write(name: str) -> None:
        for turn in range(12):
            put(store, encoder, document(name, *(f"{name} turn {turn} part {n}" for n in range(2 + turn % 2))))

    def read() -> None:
        while not stop.is_set():
            for name in ("a", "b"):
                turns = {p.text.split(" part")[0] for p in store.passages_of(name)}
                if len(turns) > 1 and not any(text.startswith(("one", "two")) for text in turns):
                    wrong.append(turns)
            if not store.match(PUBLIC_EN, "turn part one", "stems", 5).rows:
                wrong.append("nothing found")

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert_whole(store)


def test_another_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    open_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Misconfigured, match=r"9999.*newer"):
        open_store(path)


def test_an_older_schema_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    older = SqliteStore(path)
    migrate(older, "0001")
    with older.writing() as connection:
        connection.exec_driver_sql("INSERT INTO conversation VALUES ('kept', '2026', '2026')")
    older.close()
    store = open_store(path)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT id FROM conversation").scalars().all() == ["kept"]
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == SCHEMA
    store.close()


def test_a_missing_database_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "clausier.db"
    open_store(path).close()
    path.unlink()
    with pytest.raises(Damaged, match="missing"):
        open_store(path)
    assert not path.exists()
    (tmp_path / MARKER).unlink()
    open_store(path).close()


def test_a_half_made_database_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "clausier.db.new").write_bytes(b"half")
    open_store(tmp_path / "clausier.db").close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clausier.db", MARKER]
    assert (tmp_path / "clausier.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 40])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clausier.db"
    path.write_bytes(content)
    with pytest.raises(Damaged, match="restore"):
        open_store(path)
    assert path.read_bytes() == content
