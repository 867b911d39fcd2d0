"""The database: what was put in is there, all of it, and nothing of what was taken out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import NotFound
from knowledge.lexical import terms
from knowledge.models import Example
from knowledge.postgres import PostgresStore
from knowledge.store import COLLECTIONS, LEGS, RANKED, Collection, Store, _telling, worded
from tests import postgres
from tests.fakes import NOW, FakeEncoder, document, new_file, passage, put

PUBLIC_EN = Collection("public", "en")
PUBLIC_FR = Collection("public", "fr")
INTERNAL_EN = Collection("internal", "en")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = new_file(tmp_path / "clausier.db") if request.param == "sqlite" else postgres.new_store()
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def lexical_rows(store: Store, collection: Collection) -> dict[int, tuple[Counter[str], Counter[str]]]:
    """The terms that the lexical index holds of each passage, and how often."""
    rows: dict[int, tuple[Counter[str], Counter[str]]] = {}
    with store.reading(internal=True) as connection:
        if isinstance(store, PostgresStore):
            for row, leg, term, count in connection.exec_driver_sql(
                f"SELECT row, leg, term, count FROM terms_{collection.table}"
            ):
                rows.setdefault(row, (Counter(), Counter()))[LEGS.index(leg)][term] = count
            return rows
        found = connection.exec_driver_sql(f"SELECT rowid, stems, cognates FROM terms_{collection.table}")
        return {row[0]: (Counter(row[1].split()), Counter(row[2].split())) for row in found}


def assert_whole(store: Store) -> None:
    """The terms agree with the passages, and every passage has a vector."""
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        passages = store.passages([int(row) for row in matrix.rows], internal=True)
        expected = {}
        for row, found in passages.items():
            words = terms(worded(found), found.lang)
            expected[row] = (Counter(words.stems), Counter(words.cognates))
        assert lexical_rows(store, collection) == expected
        assert len(matrix.rows) == len(matrix.vectors) == store.count(collection)


def test_a_document_comes_back_as_it_was(store: Store, encoder: FakeEncoder) -> None:
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


def test_every_field_of_a_passage_survives(store: Store, encoder: FakeEncoder) -> None:
    full = replace(
        passage("Été « où » 😀", "a", kind="guidance", role="law", heading=("A", "B"), topics=("t", "u"), lang="fr"),
        page=3,
        authorities=("cciv-1231-5",),
        figures=("late-interest-default",),
    )
    put(store, encoder, replace(document("a"), lang="fr", passages=(full,)))
    assert store.passage(full.id) == full


def test_putting_again_replaces(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "alpha beta", "gamma delta"), document("b", "other"))
    put(store, encoder, document("a", "epsilon", sha256="2"))
    assert [p.text for p in store.passages_of("a")] == ["epsilon"]
    assert store.digests() == {"a": "2", "b": "0"}
    assert store.match(PUBLIC_EN, "alpha gamma", "stems", 10).rows == ()
    assert_whole(store)


def test_a_language_can_change(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "le contrat", lang="en"))
    put(store, encoder, document("a", "le contrat", lang="fr", visibility="internal"))
    assert [store.count(c) for c in COLLECTIONS] == [0, 0, 0, 1]
    assert_whole(store)


def test_removing_leaves_nothing_but_a_receipt(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"), document("b", "three"))
    receipt = store.remove("a", now=NOW)
    assert (receipt.document_id, receipt.passages, receipt.erased_at) == ("a", 2, NOW.isoformat())
    assert store.passages_of("a") == []
    with pytest.raises(NotFound, match="a"):
        store.remove("a", now=NOW)
    with pytest.raises(NotFound):
        store.passage("a.0")
    assert_whole(store)


def test_rows_are_never_used_again(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"))
    last = store.last_row()
    store.remove("a", now=NOW)
    store.compact()
    put(store, encoder, document("b", "three"))
    assert store.last_row() > last


def test_the_revision_rises_with_every_write(store: Store, encoder: FakeEncoder) -> None:
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


def test_what_fails_is_not_there_at_all(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", sha256="1"))
    before = store.revision
    with pytest.raises(ValueError, match="zip"):
        store.put(document("a", "two", "three"), encoder.passages(["two"]), now=NOW)
    assert store.digests() == {"a": "1"}
    assert store.revision == before
    assert [p.text for p in store.passages_of("a")] == ["one"]
    assert_whole(store)


def test_vectors_can_be_given_anew(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one", "two"))
    other = FakeEncoder("fake:2", 32).passages(["one", "two"])
    store.set_vectors("a", other)
    np.testing.assert_array_equal(store.matrix(PUBLIC_EN).vectors, other)
    with pytest.raises(ValueError, match="zip"):
        store.set_vectors("a", other[:1])


def test_a_matrix_holds_one_collection(store: Store, encoder: FakeEncoder) -> None:
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


def test_words_find_passages_by_stem_and_by_cognate(store: Store, encoder: FakeEncoder) -> None:
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


def test_frequencies_follow_the_database(store: Store, encoder: FakeEncoder) -> None:
    fillers = document("fillers", "alpha one", "beta two", "gamma three")
    put(store, encoder, fillers, document("a", "zebra"))
    before = store.match(PUBLIC_EN, "zebra delta", "stems", 5)
    put(store, encoder, document("b", "delta four"), document("c", "delta five"))
    after = store.match(PUBLIC_EN, "zebra delta", "stems", 5)
    assert len(after.rows) == 3
    store._counted = (-1, {})  # as a process that comes later has it
    assert store.match(PUBLIC_EN, "zebra delta", "stems", 5) == after
    assert before.coverage != after.coverage


def test_matches_are_best_first_and_limited(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", *(f"penalty {'filler ' * n}" for n in range(8))))
    found = store.match(PUBLIC_EN, "penalty", "stems", 5)
    assert len(found.rows) == 5
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert 0 <= found.coverage <= 1


def test_examples_are_replaced_whole(store: Store, encoder: FakeEncoder) -> None:
    assert store.examples()[0] == []
    first = [Example("question", "en", "one"), Example("tax", "fr", "deux")]
    store.put_examples(first, encoder.passages(["one", "deux"]))
    store.put_examples(first[1:], encoder.passages(["deux"]))
    held, vectors = store.examples()
    assert held == first[1:]
    np.testing.assert_array_equal(vectors, encoder.passages(["deux"]))


def test_state_is_remembered(store: Store) -> None:
    assert store.state("key") is None
    store.set_state("key", "a")
    store.set_state("key", "b")
    assert store.state("key") == "b"


def test_a_passage_that_is_gone_is_left_out(store: Store, encoder: FakeEncoder) -> None:
    put(store, encoder, document("a", "one"))
    row = store.last_row()
    assert set(store.passages([row, 999])) == {row}
    assert store.passages([]) == {}


def test_readers_see_whole_documents_while_another_writes(store: Store, encoder: FakeEncoder) -> None:
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
