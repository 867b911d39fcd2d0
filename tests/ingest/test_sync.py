"""Bringing the database up to date: what changed is taken in, what failed says why, and nothing else happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import sync
from ingest.sync import forget, ingest, is_current, plain_document, refresh, temporary_index
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import documents, examples, load
from knowledge.store import COLLECTIONS, Collection, Store
from tests.fakes import FakeEncoder, document, everything, new_store, put, small_library

PUBLIC_EN = Collection("public", "en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    folder = tmp_path / "firm"
    (folder / "deep").mkdir(parents=True)
    (folder / "rules.md").write_text("# House rules\n\nThe provider answers within four hours.\n")
    (folder / "deep" / "regles.txt").write_text("Le prestataire répond dans les quatre heures ouvrées.\n", "utf-8")
    (folder / "notes.xyz").write_text("not a kind of file that is read")
    return folder


def outcomes(summary: sync.Summary) -> dict[str, str]:
    return {Path(result.path).name: result.outcome for result in summary.results}


def test_files_are_added_then_left_alone_then_updated(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    first = ingest(store, encoder, [firm])
    assert outcomes(first) == {"rules.md": "added", "regles.txt": "added"}
    assert {d["lang"] for d in store.documents()} == {"en", "fr"}
    revision = store.revision
    assert outcomes(ingest(store, encoder, [firm])) == {"rules.md": "unchanged", "regles.txt": "unchanged"}
    assert store.revision == revision
    (firm / "rules.md").write_text("# House rules\n\nThe provider answers within two hours.\n")
    again = ingest(store, encoder, [firm])
    assert outcomes(again) == {"rules.md": "updated", "regles.txt": "unchanged"}
    assert [again.count(o) for o in ("added", "updated", "unchanged", "failed")] == [0, 1, 1, 0]
    assert len(store.documents()) == 2
    (key,) = [r.document_id for r in again.results if r.outcome == "updated"]
    assert "two hours" in store.passages_of(str(key))[0].text


def test_one_bad_file_never_stops_the_rest(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    (firm / "a-broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (firm / "b-empty.txt").write_text("")
    (firm / "c-broken.docx").write_bytes(b"PK\x03\x04 broken")
    (firm / "d-dangling.md").symlink_to(firm / "nowhere.md")
    summary = ingest(store, encoder, [firm, firm / "notes.xyz"])
    found = outcomes(summary)
    assert found["rules.md"] == found["regles.txt"] == "added"
    failed = [r for r in summary.results if r.outcome == "failed"]
    assert {Path(r.path).name for r in failed} >= {"a-broken.pdf", "b-empty.txt", "c-broken.docx", "notes.xyz"}
    assert all(r.reason and "\n" not in r.reason for r in failed)
    assert len(store.documents()) == 2


def test_a_path_that_is_not_there_is_refused_before_anything_is_read(
    store: Store, encoder: FakeEncoder, firm: Path
) -> None:
    with pytest.raises(InvalidInput, match="nowhere"):
        ingest(store, encoder, [firm, firm / "nowhere"])
    assert store.documents() == []


def test_another_visibility_or_language_is_a_change(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    path = firm / "rules.md"
    ingest(store, encoder, [path])
    assert outcomes(ingest(store, encoder, [path], visibility="internal")) == {"rules.md": "updated"}
    assert [store.count(c) > 0 for c in COLLECTIONS] == [False, False, True, False]
    assert outcomes(ingest(store, encoder, [path], visibility="internal", lang="fr")) == {"rules.md": "updated"}
    assert [store.count(c) > 0 for c in COLLECTIONS] == [False, False, False, True]


def test_progress_is_told(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    told: list[tuple[int, int]] = []
    ingest(store, encoder, [firm], progress=lambda done, total, _name: told.append((done, total)))
    assert told == [(0, 2), (1, 2)]


def test_forgetting_erases_to_the_bytes(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    (firm / "secret.txt").write_text("The Zanzibar agreement ends in March.")
    summary = ingest(store, encoder, [firm / "secret.txt"])
    key = str(summary.results[0].document_id)
    receipt = forget(store, key)
    assert (receipt.document_id, receipt.passages) == (key, 1)
    assert store.documents() == []
    assert b"zanzibar" not in everything(store).lower()
    with pytest.raises(NotFound):
        forget(store, key)


def test_the_library_is_not_forgotten(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    refresh(store, encoder, load(small_library(tmp_path / "library", ("penalties",), 1)))
    with pytest.raises(NotFound, match="shipped library"):
        forget(store, "guidance-en-penalties")
    assert store.passages_of("guidance-en-penalties")


def test_a_refresh_brings_the_library_in_once(store: Store, encoder: FakeEncoder, tmp_path: Path) -> None:
    root = small_library(tmp_path / "library", ("penalties", "termination"), 2)
    library = load(root)
    assert not is_current(store, encoder, root)
    changed = refresh(store, encoder, library)
    wanted = {d.id: d for d in documents(library)}
    assert changed == len(wanted)
    assert store.digests() == {key: d.sha256 for key, d in wanted.items()}
    assert store.examples()[0] == list(examples(library))
    assert is_current(store, encoder, root)
    revision, asked = store.revision, len(encoder.asked)
    assert refresh(store, encoder, library) == 0
    assert (store.revision, len(encoder.asked)) == (revision, asked)


def test_a_refresh_follows_the_library(store: Store, encoder: FakeEncoder, firm: Path, tmp_path: Path) -> None:
    """What changed is taken in, what is gone is removed, a firm's own documents and known examples stay as they are."""
    root = small_library(tmp_path / "library", ("penalties", "termination"), 2)
    refresh(store, encoder, load(root))
    ingest(store, encoder, [firm])
    path = root / "guidance" / "en" / "penalties.md"
    path.write_text(path.read_text("utf-8").replace("## In short\n", "## In short\n\nChanged by a test. "), "utf-8")
    for lang in ("en", "fr"):
        (root / "guidance" / lang / "termination.md").unlink()
    assert not is_current(store, encoder, root)
    asked = len(encoder.asked)
    assert refresh(store, encoder, load(root)) == 3
    assert any("Changed by a test." in p.text for p in store.passages_of("guidance-en-penalties"))
    assert store.passages_of("guidance-fr-termination") == []
    assert len([d for d in store.documents() if d["kind"] == "document"]) == 2
    assert len(encoder.asked) == asked, "no example was embedded twice"
    assert store.examples()[0] == list(examples(load(root)))


def test_another_model_embeds_everything_anew(store: Store, encoder: FakeEncoder, firm: Path, tmp_path: Path) -> None:
    root = small_library(tmp_path / "library", ("penalties",), 1)
    refresh(store, encoder, load(root))
    ingest(store, encoder, [firm])
    texts = {d["id"]: [p.text for p in store.passages_of(d["id"], internal=True)] for d in store.documents()}
    other = FakeEncoder("fake:2", 32)
    assert not is_current(store, other, root)
    refresh(store, other, load(root))
    assert is_current(store, other, root)
    assert {d["id"]: [p.text for p in store.passages_of(d["id"], internal=True)] for d in store.documents()} == texts
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        passages = store.passages([int(row) for row in matrix.rows], internal=True)
        expected = other.passages([passages[int(row)].embedded for row in matrix.rows])
        np.testing.assert_allclose(matrix.vectors, expected.reshape(matrix.vectors.shape), atol=1e-6)
    held, vectors = store.examples()
    np.testing.assert_allclose(vectors, np.stack([other.question(e.text) for e in held]), atol=1e-6)


def test_topics_come_from_the_nearest_definitions(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    put(
        store,
        encoder,
        document("t1", "provider answers hours", kind="guidance", role="definition", topics=("sla-response-times",)),
        document("t2", "insurance premium", kind="guidance", role="definition", topics=("insurance",)),
        document("t3", "provider answers hours", kind="guidance", role="short", topics=("pricing-billing",)),
    )
    (firm / "answers.txt").write_text("The provider answers within hours.")
    (firm / "other.txt").write_text("Zebras graze on the savannah.")
    ingest(store, encoder, [firm / "answers.txt", firm / "other.txt"])
    topics = {d["title"]: tuple(d["topics"]) for d in store.documents() if d["kind"] == "document"}
    about = {
        d["uri"]: tuple(d["topics"]) for d in store.documents() if d["uri"].endswith(".txt") and d["id"][:4] == "file"
    }
    assert about == {"answers.txt": ("sla-response-times",), "other.txt": ()}, topics
    key = sync.document_id(firm / "answers.txt")
    assert {p.topics for p in store.passages_of(key)} == {("sla-response-times",)}


def test_a_file_is_known_by_where_it_lies(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(firm)
    assert sync.document_id(Path("rules.md")) == sync.document_id(firm / "deep" / ".." / "rules.md")
    assert sync.document_id(Path("rules.md")) != sync.document_id(firm / "deep" / "regles.txt")


def test_a_corpus_is_indexed_in_a_temporary_place(encoder: FakeEncoder) -> None:
    corpus = [
        {"_id": "1", "title": "Fees", "text": "Fees are due monthly."},
        {"_id": "2", "title": "", "text": "Le prix."},
    ]
    with temporary_index(corpus, encoder) as (index, seconds):
        folder = index.store.path.parent
        assert {d["id"]: d["lang"] for d in index.store.documents()} == {"1": "en", "2": "fr"}
        assert seconds > 0
        assert index.near(encoder.question("Fees"), PUBLIC_EN, 3)
    assert not folder.exists()


def test_a_plain_document_stands_in_its_text() -> None:
    made = plain_document("k", "Titre", "Un premier alinéa.\n\nUn second alinéa.")
    assert made.lang == "fr"
    assert all(made.text[p.start : p.end] == p.text for p in made.passages)


def test_a_file_that_moves_is_another_document(store: Store, encoder: FakeEncoder, firm: Path) -> None:
    ingest(store, encoder, [firm / "rules.md"])
    shutil.move(firm / "rules.md", firm / "moved.md")
    assert outcomes(ingest(store, encoder, [firm / "moved.md"])) == {"moved.md": "added"}
