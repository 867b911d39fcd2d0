"""What is near a question: exactly, by a generation, and never across collections."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.chroma import ChromaIndex
from knowledge.generation import Generation, is_sound, newest, read_card
from knowledge.index import Index, Near
from knowledge.models import Document
from knowledge.store import COLLECTIONS, LEGS, Collection, Store
from tests.fakes import NOW, FakeEncoder, document, new_store, put

PUBLIC_EN = Collection("public", "en")
INTERNAL_EN = Collection("internal", "en")
WORDS = ["fee", "notice", "breach", "liability", "cap", "data", "backup", "audit", "exit", "price"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def texts(count: int, seed: int = 0) -> list[str]:
    chosen = np.random.default_rng(seed)
    return [f"{' '.join(chosen.choice(WORDS, 4))} number{seed}x{n}" for n in range(count)]


def reference(store: Store, collection: Collection, vector: np.ndarray, limit: int) -> list[Near]:
    """The same by sorting everything."""
    matrix = store.matrix(collection)
    pairs = [(int(row), float(own @ vector)) for row, own in zip(matrix.rows, matrix.vectors, strict=True)]
    return [Near(row, cosine) for row, cosine in sorted(pairs, key=lambda pair: -pair[1])[:limit]]


def mixed() -> list[Document]:
    return [
        document("g", *texts(30, 1), kind="guidance", topics=("pricing-billing",)),
        document("d", *texts(30, 2), topics=("termination",)),
        document("i", *texts(30, 3), visibility="internal"),
        document("f", *texts(30, 4), lang="fr"),
    ]


@pytest.mark.parametrize("limit", [1, 5, 60, 500])
def test_exact_search_is_what_sorting_everything_gives(
    store: Store, encoder: FakeEncoder, tmp_path: Path, limit: int
) -> None:
    put(store, encoder, *mixed())
    index = ChromaIndex(store, tmp_path)
    for question in texts(5, 9):
        vector = encoder.question(question)
        found = index.near(vector, PUBLIC_EN, limit)
        expected = reference(store, PUBLIC_EN, vector, limit)
        np.testing.assert_allclose([n.cosine for n in found], [n.cosine for n in expected], atol=1e-6)
        assert [n.cosine for n in found] == sorted((n.cosine for n in found), reverse=True)
        assert len(found) == min(limit, 60)


def test_a_collection_without_passages_gives_nothing(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    index = ChromaIndex(store, tmp_path)
    assert index.near(encoder.question("fee"), PUBLIC_EN, 5) == []
    assert index.passages([1, 2]) == {}
    assert not index.has_documents(PUBLIC_EN)


def test_kinds_and_topics_filter(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    put(store, encoder, *mixed())
    index, vector = ChromaIndex(store, tmp_path), encoder.question("fee notice")

    def documents(found: list[Near]) -> set[str]:
        return {p.document_id for p in index.passages([near.row for near in found]).values()}

    assert documents(index.near(vector, PUBLIC_EN, 50, kinds=("guidance",))) == {"g"}
    assert documents(index.near(vector, PUBLIC_EN, 50, topics=("termination",))) == {"d"}
    assert index.near(vector, PUBLIC_EN, 50, kinds=("guidance",), topics=("termination",)) == []
    assert len(index.near(vector, PUBLIC_EN, 50, kinds=("guidance", "document"))) == 50
    assert index.has_documents(PUBLIC_EN)
    assert not index.has_documents(Collection("internal", "fr"))


def test_collections_are_never_mixed(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    put(store, encoder, *mixed())
    index = ChromaIndex(store, tmp_path)
    for collection in COLLECTIONS:
        rows = [near.row for near in index.near(encoder.question("fee notice breach"), collection, 500)]
        seen = {(p.visibility, p.lang) for p in index.passages(rows, internal=True).values()}
        assert seen <= {(collection.visibility, collection.lang)}
        stems, cognates = (index.match("fee notice breach", collection, leg, 500) for leg in LEGS)
        seen = {(p.visibility, p.lang) for p in index.passages([*stems.rows, *cognates.rows], internal=True).values()}
        assert seen <= {(collection.visibility, collection.lang)}


def test_what_is_written_is_found_at_once_and_what_is_removed_is_not(
    store: Store, encoder: FakeEncoder, tmp_path: Path
) -> None:
    index = ChromaIndex(store, tmp_path)
    put(store, encoder, document("a", "zebra crossing"))
    vector = encoder.question("zebra crossing")
    (near,) = index.near(vector, PUBLIC_EN, 5)
    assert near.cosine == pytest.approx(1)
    assert index.passages([near.row])[near.row].text == "zebra crossing"
    put(store, encoder, document("a", "zebra crossing changed"))
    (again,) = index.near(vector, PUBLIC_EN, 5)
    assert index.passages([near.row, again.row]).keys() == {again.row}
    store.remove("a", now=NOW)
    assert index.near(vector, PUBLIC_EN, 5) == []
    assert index.passages([again.row]) == {}


def test_threads_may_search_while_another_writes(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    put(store, encoder, document("kept", *texts(40)))
    index, failed, stop = ChromaIndex(store, tmp_path), [], threading.Event()
    vector = encoder.question("fee notice")

    def read() -> None:
        while not stop.is_set():
            try:
                found = index.near(vector, PUBLIC_EN, 20)
                held = index.passages([near.row for near in found])
                stems = index.match("fee notice", PUBLIC_EN, "stems", 20)
                if len(found) < 20 or not held or not stems.rows:
                    failed.append((len(found), len(held)))
            except Exception as error:  # anything at all is a failure here
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(20):
        put(store, encoder, document("changing", *texts(5, turn + 10)))
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []


@pytest.mark.slow
def test_a_generation_the_tail_and_what_is_gone(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    """Built, published and opened by real Chroma; then texts come and go, and every search is as exact as without it."""
    put(store, encoder, document("old", *texts(120, 1)), document("gone", *texts(40, 2)), *mixed()[2:])
    index = ChromaIndex(store, tmp_path, exact_below=0)
    index.maintain()
    assert index.generation is not None
    assert_as_good_as_exact(index, store, encoder)

    put(store, encoder, document("new", *texts(20, 5)))
    store.remove("gone", now=NOW)
    assert_as_good_as_exact(index, store, encoder)

    opened = index.generation
    index.maintain()
    assert index.generation == opened, "too little has changed for another generation"
    folder = newest(tmp_path)
    assert folder is not None
    assert b"number1x" not in b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file()), "it holds no text"

    index.drop()
    assert index.generation is None
    assert newest(tmp_path) is None
    assert_as_good_as_exact(index, store, encoder)


@pytest.mark.slow
def test_what_is_dropped_while_it_is_built_does_not_come_back(
    store: Store, encoder: FakeEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Several threads that build, one of them after each drop: one generation is left, and it is sound."""
    put(store, encoder, *mixed())
    index = ChromaIndex(store, tmp_path, exact_below=0)
    builders = [threading.Thread(target=index.maintain) for _ in range(3)]
    names = set()
    for builder in builders:
        builder.start()
        names |= {folder.name for folder in (tmp_path / "index").glob("*")}
        index.drop()
        assert newest(tmp_path) is None
    index_thread = threading.Thread(target=index.maintain)
    index_thread.start()
    for builder in (*builders, index_thread):
        builder.join()
    assert index.generation is not None
    assert [folder.name for folder in (tmp_path / "index").iterdir()] == [index.generation]
    assert index.generation not in names
    assert is_sound(store, tmp_path / "index" / index.generation)
    assert caplog.messages == []
    assert_as_good_as_exact(index, store, encoder)


@pytest.mark.slow
def test_chroma_is_not_asked_about_a_small_collection(
    store: Store, encoder: FakeEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, encoder, document("few", *texts(40, 1)))
    small, large = ChromaIndex(store, tmp_path), ChromaIndex(store, tmp_path, exact_below=40)
    small.maintain()
    large.maintain()
    asked: list[int] = []
    search = Generation.search

    def noted(generation: Generation, vector: Any, collection: Collection, limit: int) -> list[tuple[int, float]]:
        asked.append(limit)
        return search(generation, vector, collection, limit)

    monkeypatch.setattr(Generation, "search", noted)
    for index in (small, large):
        assert index.generation is not None
        assert_as_good_as_exact(index, store, encoder)
        assert bool(asked) is (index is large)


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 1200])
def test_the_graph_is_written_whole(store: Store, encoder: FakeEncoder, tmp_path: Path, count: int) -> None:
    """Else Chroma makes it anew whenever somebody opens it, which takes as long as the first time."""
    put(store, encoder, document("many", *texts(count)), *mixed())
    index = ChromaIndex(store, tmp_path, exact_below=0)
    index.maintain()
    made = newest(tmp_path)
    assert made
    written = [pickle.loads(path.read_bytes())["id_to_label"] for path in made.glob("*/index_metadata.pickle")]
    wanted = [held for held in read_card(made).counts.values() if held > 1]
    assert max(wanted) >= count
    assert sorted(map(len, written)) == sorted(wanted)


def assert_as_good_as_exact(index: ChromaIndex, store: Store, encoder: FakeEncoder) -> None:
    for collection in (PUBLIC_EN, INTERNAL_EN):
        for question in texts(10, 7):
            vector = encoder.question(question)
            found = index.near(vector, collection, 30)
            expected = reference(store, collection, vector, 30)
            np.testing.assert_allclose([n.cosine for n in found], [n.cosine for n in expected], atol=1e-4)
            for filters in ({"kinds": ("guidance",)}, {"topics": ("termination",)}, {"kinds": ("document",)}):
                some = index.near(vector, collection, 10, **filters)  # type: ignore[arg-type]
                due = Index(store).near(vector, collection, 10, **filters)  # type: ignore[arg-type]
                np.testing.assert_allclose([n.cosine for n in some], [n.cosine for n in due], atol=1e-4)
            held = index.passages([near.row for near in found], internal=True)
            assert len(held) == len(found), "nothing that is gone is returned"
            assert {Collection(p.visibility, p.lang) for p in held.values()} <= {collection}
