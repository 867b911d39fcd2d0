"""P02: what is erased is gone down to the bytes: its words, their stems, its vectors, from every file of the data directory."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from pathlib import Path

import pytest

from assistant.journal import Journal
from ingest.sync import document_id, forget
from knowledge.errors import NotFound
from knowledge.generation import prepare, publish
from knowledge.installation import open_store
from knowledge.lexical import terms
from knowledge.sqlite import SqliteStore
from knowledge.store import COLLECTIONS, Store
from tests.faults.installation import Installation, write_document

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WORDS = (
    "Zyxomorphic", "Quillbrandt", "Wexelford", "Jhendrasil", "Vontrapples", "Mxylophane", "Crébillonnière", "Œuvrapèdes",
    "Thwackenbury", "Pfefferzwang", "Grodzniak", "Ulmquistador",
)  # fmt: skip
PARAGRAPHS = [
    f"{first} must pay {second} a penalty for every outage « {third} », as agreed with {fourth}\tin Saint-Étienne."
    for first, second, third, fourth in zip(WORDS[::4], WORDS[1::4], WORDS[2::4], WORDS[3::4], strict=True)
]


def written(text: str) -> list[bytes]:
    """The ways in which a file may hold a text."""
    return [
        text.encode(),
        json.dumps(text).strip('"').encode(),
        json.dumps(text, ensure_ascii=False).strip('"').encode(),
        text.lower().encode(),
        text.encode("utf-16-le"),
        text.encode("latin-1", "ignore") if text.isascii() else text.encode(),
    ]


def traces(folder: Path, needles: dict[str, list[bytes]]) -> dict[str, set[str]]:
    """Which needles stand in which files, names of files included."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {
        name: found
        for name, forms in needles.items()
        if (
            found := {
                file for file, content in files.items() for form in forms if form in content or form in file.encode()
            }
        )
    }


def needles_of(store: Store, key: str, path: Path) -> dict[str, list[bytes]]:
    """Everything that could betray the document `key`."""
    needles = {word: written(word) for word in WORDS}
    needles |= {paragraph: written(paragraph) for paragraph in PARAGRAPHS}
    needles |= {"its name": [path.name.encode()], "its id": [key.encode()]}
    for word in WORDS:
        found = terms(word, "en")
        needles |= {f"stem {stem}": [stem.encode()] for stem in (*found.stems, *found.cognates) if len(stem) > 5}
    passages = {passage.id for passage in store.passages_of(key, internal=True)}
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        held = store.passages([int(row) for row in matrix.rows], internal=True)
        for row, vector in zip(matrix.rows, matrix.vectors, strict=True):
            if held[int(row)].id in passages:
                raw = vector.tobytes()
                needles[f"vector {row}"] = [raw, raw[:64], raw[256:320], raw[-64:]]
    assert sum(name.startswith("vector") for name in needles) == len(passages) > 0
    return needles


@pytest.mark.check("P02")
def test_forgetting_a_document(installation: Installation, tmp_path: Path) -> None:
    path = write_document(tmp_path / "secret-of-zyx.md", WORDS[0], PARAGRAPHS)
    key = document_id(path)
    ended = installation.run("ingest", path)
    assert ended.code == 0, ended.err
    store = open_store(installation.database)
    needles = needles_of(store, key, path)
    passages = len(store.passages_of(key, internal=True))
    publish(prepare(store, installation.data))
    store.close()
    before = traces(installation.data, needles)
    assert before.keys() >= {*WORDS, *(name for name in needles if name.startswith(("stem", "vector")))}
    assert any(file.startswith("index") for file in before[next(n for n in needles if n.startswith("vector"))])

    ended = installation.run("forget", key, "--json")
    assert ended.code == 0, ended.err
    receipt = json.loads(ended.out)
    assert receipt["document_id"] == key
    assert receipt["passages"] == passages
    assert receipt["erased_at"]
    assert ended.seconds < 60
    assert traces(installation.data, needles) == {}
    assert installation.faults() == []
    assert installation.run("forget", key).code == 1


@pytest.mark.check("P02")
def test_forgetting_one_that_was_replaced(installation: Installation, tmp_path: Path) -> None:
    """The former wording goes as well."""
    path = write_document(tmp_path / "secret-of-zyx.md", WORDS[0], PARAGRAPHS)
    assert installation.run("ingest", path).code == 0
    store = open_store(installation.database)
    needles = needles_of(store, document_id(path), path)
    store.close()
    write_document(path, "Another", ["Nothing of the former text."])
    assert installation.run("ingest", path).code == 0
    assert installation.run("forget", document_id(path)).code == 0
    assert traces(installation.data, needles) == {}


def killed(*_args: object) -> None:
    raise InterruptedError


@pytest.mark.check("P02")
def test_a_forgetting_that_was_cut_short_is_completed(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed, but not yet overwritten, as after a kill: the next owner overwrites it."""
    path = write_document(tmp_path / "secret-of-zyx.md", WORDS[0], PARAGRAPHS)
    assert installation.run("ingest", path).code == 0
    store = open_store(installation.database)
    needles = needles_of(store, document_id(path), path)
    publish(prepare(store, installation.data))
    monkeypatch.setattr(SqliteStore, "compact", killed)
    monkeypatch.setattr("ingest.sync.drop_index", killed)
    with pytest.raises(InterruptedError):
        forget(store, document_id(path))
    assert document_id(path) not in store.digests()
    store.close()
    assert traces(installation.data, needles)
    ended = installation.run("ingest", write_document(tmp_path / "other.md", "Other", ["Another text."]))
    assert ended.code == 0, ended.err
    assert traces(installation.data, needles) == {}


@pytest.mark.check("P02")
def test_deleting_a_conversation(installation: Installation) -> None:
    store = open_store(installation.database)
    journal = Journal(store)
    kept = journal.open(NOW)
    journal.add(kept, "What is a penalty?", {"answer": "A sum agreed in advance."}, NOW)
    key = journal.open(NOW)
    answers = [journal.add(key, text, {"answer": text[::-1], "citations": [text]}, NOW) for text in PARAGRAPHS * 20]
    journal.rate(key, answers[0], "down", "Because of Ulmquistadora", NOW)
    needles = {word: written(word) for word in WORDS} | {key: [key.encode()]}
    needles |= {paragraph: [*written(paragraph), *written(paragraph[::-1])] for paragraph in PARAGRAPHS}
    needles |= {answer: [answer.encode()] for answer in answers} | {"reason": [b"Ulmquistadora"]}
    assert traces(installation.data, needles).keys() == needles.keys()

    receipt = journal.delete(key, NOW)
    assert traces(installation.data, needles) == {}
    assert (receipt.conversation_id, receipt.turns, receipt.feedback) == (key, len(answers), 1)
    assert len(receipt.sha256) == 64
    assert len(journal.turns(kept)) == 1
    with pytest.raises(NotFound):
        journal.delete(key, NOW)
    store.close()
    assert traces(installation.data, needles) == {}
    assert installation.faults() == []


def test_purging_old_conversations(installation: Installation) -> None:
    store = open_store(installation.database)
    journal = Journal(store)
    key = journal.open(NOW)
    journal.add(key, PARAGRAPHS[0], {"answer": PARAGRAPHS[1]}, NOW)
    needles = {word: written(word) for word in WORDS[:8]} | {key: [key.encode()]}
    assert traces(installation.data, needles)
    assert journal.purge(NOW + dt.timedelta(days=31)) == 1
    assert traces(installation.data, needles) == {}
    store.close()


@pytest.mark.check("P02")
def test_deleting_while_somebody_reads(installation: Installation) -> None:
    """A reader keeps the journal of the database alive: deletion waits for it."""
    store = open_store(installation.database)
    journal = Journal(store)
    key = journal.open(NOW)
    journal.add(key, PARAGRAPHS[0], {"answer": PARAGRAPHS[1]}, NOW)
    needles = {word: written(word) for word in WORDS[:8]} | {key: [key.encode()]}
    reads = threading.Event()

    def read() -> None:
        with store.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM turn").scalar()
            reads.set()
            time.sleep(1.5)

    reader = threading.Thread(target=read)
    reader.start()
    reads.wait()
    journal.delete(key, NOW)
    assert traces(installation.data, needles) == {}
    reader.join()
    store.close()
