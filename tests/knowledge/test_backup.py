"""A backup is whole or not there, and what is restored is what was there."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.journal import Journal
from knowledge.backup import DATABASE, MANIFEST, backup, restore, verify
from knowledge.errors import InvalidInput, Misconfigured
from knowledge.installation import open_store
from knowledge.settings import Settings
from knowledge.sqlite import MARKER
from knowledge.store import COLLECTIONS, Collection, Store
from tests import postgres
from tests.fakes import NOW, FakeEncoder, document, put

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
PUBLIC_EN = Collection("public", "en")


def place(kind: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=postgres.new_database() if kind == "postgres" else None)


def quiet(_done: int, _total: int, _name: str) -> None:
    """No progress shown."""


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return place(request.param, tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.place)
    put(
        opened,
        FakeEncoder(),
        document("a", "The fee is due.", "It ends."),
        document("i", "secret", visibility="internal"),
    )
    Journal(opened).add(Journal(opened).open(NOW), "Où ?", {"answer": "ici"}, NOW)
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "quizzes").mkdir()
    (settings.data_dir / "quizzes" / "ours.yaml").write_text("é", "utf-8")
    (settings.data_dir / "index" / "1").mkdir(parents=True)
    (settings.data_dir / "index" / "1" / "data.bin").write_bytes(b"made again")
    yield opened
    opened.close()


def held(store: Store) -> object:
    journal = Journal(store)
    return (
        sorted((p.id, p.text) for d in store.documents() for p in store.passages_of(d["id"], internal=True)),
        [store.matrix(c).vectors.tolist() for c in COLLECTIONS],
        [journal.turns(one.id) for one in journal.recent()],
    )


@pytest.mark.parametrize("target", KINDS)
def test_what_is_restored_is_what_was_there(settings: Settings, store: Store, tmp_path: Path, target: str) -> None:
    file = tmp_path / "backup.tar.gz"
    manifest = backup(settings, store, file, NOW, quiet)
    assert set(manifest.files) == {DATABASE, "quizzes/ours.yaml"}
    assert verify(file) == manifest
    there = place(target, tmp_path / "there")
    assert restore(there, file, quiet) == manifest
    other = open_store(there.place)
    assert held(other) == held(store)
    assert other.match(PUBLIC_EN, "fee", "stems", 5).rows != ()
    other.close()
    assert (there.data_dir / "quizzes" / "ours.yaml").read_text("utf-8") == "é"
    if target == "sqlite":
        assert {path.name for path in there.data_dir.iterdir()} == {DATABASE, MARKER, "quizzes"}
        assert (there.data_dir / DATABASE).stat().st_mode & 0o077 == 0
    else:
        assert [path.name for path in there.data_dir.iterdir()] == ["quizzes"]


@pytest.mark.check("R10")
@pytest.mark.parametrize("times", [2, pytest.param(5, marks=pytest.mark.tier(2))])
def test_a_backup_beside_a_writer_is_one_state(
    times: int, settings: Settings, store: Store, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Documents that are always written in pairs are both there or both missing."""
    encoder, stop, slowest = FakeEncoder(), threading.Event(), 0.0

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store.writing() as connection:
                connection.exec_driver_sql("INSERT INTO state VALUES (?, ?)", (f"left {number}", "x"))
                connection.exec_driver_sql(
                    "INSERT INTO conversation VALUES (?, ?, ?)", (f"right {number}", "2026", "2026")
                )
            put(store, encoder, document(f"d{number % 5}", f"text {number}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(times):
            backup(settings, store, tmp_path / f"{turn}.tar.gz", NOW, quiet)
    finally:
        stop.set()
        writer.join()
    for turn in range(times):
        there = Settings(data_dir=tmp_path / f"there {turn}")
        began = time.monotonic()
        restore(there, tmp_path / f"{turn}.tar.gz", quiet)
        slowest = max(slowest, time.monotonic() - began)
        other = open_store(there.place)
        with other.reading() as connection:
            left = connection.exec_driver_sql("SELECT count(*) FROM state WHERE key LIKE 'left %'").scalar()
            right = connection.exec_driver_sql("SELECT count(*) FROM conversation WHERE id LIKE 'right %'").scalar()
        assert left == right
        assert said_by(other) in (written(encoder, int(left or 0)), written(encoder, int(left or 0) - 1)), (
            "the text of one moment"
        )
        for entry in other.documents():
            assert len(other.passages_of(entry["id"], internal=True)) == entry["passages"]
        other.close()
    assert slowest <= 60
    record_property(
        "figure", f"{times} backups of {times} beside a writer are one state; set up in {slowest:.1f} s at most"
    )


def said_by(store: Store) -> str:
    """A digest of the ids, texts and vectors of what the writer wrote."""
    found = []
    matrix = store.matrix(PUBLIC_EN)
    passages = store.passages([int(row) for row in matrix.rows])
    for row, vector in zip(matrix.rows, matrix.vectors, strict=True):
        passage = passages[int(row)]
        if passage.document_id.startswith("d"):
            found.append((passage.id, passage.text, vector.tobytes()))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()


def written(encoder: FakeEncoder, until: int) -> str:
    """The same of what it has written until a number."""
    found = []
    for number in range(max(1, until - 4), until + 1):
        (passage,) = document(f"d{number % 5}", f"text {number}").passages
        found.append((passage.id, passage.text, encoder.passages([passage.embedded])[0].tobytes()))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()


def rewritten(file: Path, change: dict[str, bytes]) -> Path:
    """A copy of an archive with other contents under some names."""
    made = file.with_name("changed.tar.gz")
    with tarfile.open(file) as source, tarfile.open(made, "w:gz") as target:
        for member in source.getmembers():
            content = change.get(member.name, source.extractfile(member).read())  # type: ignore[union-attr]
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    settings = place("sqlite", tmp_path / "data")
    store = open_store(settings.place)
    put(store, FakeEncoder(), document("a", "The fee is due."))
    backup(settings, store, tmp_path / "backup.tar.gz", NOW, quiet)
    store.close()
    return tmp_path / "backup.tar.gz"


@pytest.mark.parametrize("way", ["truncated", "other bytes", "no archive", "another database", "link"])
def test_what_is_damaged_is_refused_and_nothing_is_set_up(file: Path, tmp_path: Path, way: str) -> None:
    whole = file.read_bytes()
    if way == "truncated":
        file.write_bytes(whole[: len(whole) // 2])
    elif way == "other bytes":
        file.write_bytes(whole[:-200] + bytes(200))
    elif way == "no archive":
        file.write_bytes(b"nothing of the kind")
    elif way == "another database":
        file = rewritten(file, {DATABASE: b"SQLite format 3\0 but another"})
    else:
        with tarfile.open(file, "w:gz") as archive:
            link = tarfile.TarInfo("clausier.db")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    there = Settings(data_dir=tmp_path / "there")
    with pytest.raises(InvalidInput, match=r"backup|damaged"):
        restore(there, file, quiet)
    assert not there.data_dir.exists()


def test_a_newer_backup_is_refused(file: Path, tmp_path: Path) -> None:
    with tarfile.open(file) as archive:
        told = json.loads(archive.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    newer = rewritten(file, {MANIFEST: json.dumps({**told, "schema": "9999", "clausier": "99.0"}).encode()})
    with pytest.raises(Misconfigured, match=r"newer.*99\.0"):
        restore(Settings(data_dir=tmp_path / "there"), newer, quiet)


def test_nothing_is_overwritten(file: Path, tmp_path: Path) -> None:
    there = Settings(data_dir=tmp_path / "data")
    with pytest.raises(InvalidInput, match="not empty"):
        restore(there, file, quiet)
    store = open_store(there.place)
    with pytest.raises(InvalidInput, match="exists already"):
        backup(there, store, file, dt.datetime.now(dt.UTC), quiet)
    store.close()
