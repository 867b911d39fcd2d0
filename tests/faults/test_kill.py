"""R01: ingestion that is killed at any moment leaves every document whole or absent, and the next run completes it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest
from tests.faults.installation import Ended, Installation, write_document, wrongly_embedded

from ingest.sync import document_id
from knowledge.store import open_store

pytestmark = pytest.mark.slow

KILLS: Final = 50
FIRST_KILLS: Final = 8
ENDINGS: Final = ("md", "txt", "html", "docx")
SUBJECTS: Final = ("availability", "invoices", "copyright", "backups", "subcontractors", "résiliation", "pénalités")


def paths(folder: Path) -> list[Path]:
    """Thirty files, in the order in which a folder is read."""
    return sorted(folder / f"contract-{n:02}.{ENDINGS[n % len(ENDINGS)]}" for n in range(30))


def write_edition(folder: Path, edition: int) -> None:
    """All thirty documents in new words, so that there is always something to take in."""
    for n, path in enumerate(paths(folder)):
        subject = SUBJECTS[(n + edition) % len(SUBJECTS)]
        write_document(
            path,
            f"Contract {path.stem} edition {edition:03}",
            [
                f"Edition {edition:03} on {subject}: the provider {path.stem} answers within {n + edition} hours.",
                f"The customer pays {100 * n + edition} euros a month for {subject}, as edition {edition:03} says.",
            ],
        )


def editions(installation: Installation) -> dict[str, str]:
    """The edition of every document of the firm's. Fails on one that is there twice or in two editions."""
    store = open_store(installation.database)
    try:
        found = {}
        for document in store.documents():
            if document["kind"] == "document" and document["title"].startswith("Contract"):
                said = " ".join(passage.text for passage in store.passages_of(document["id"]))
                seen = {word for word in said.replace(":", " ").replace(".", " ").split() if word.isdigit()}
                edition = document["title"][-3:]
                assert edition in seen, (document["title"], said)
                assert document["id"] not in found
                found[document["id"]] = edition
        return found
    finally:
        store.close()


def killed(installation: Installation, target: Path, after: float) -> Ended | None:
    """Run `clausier ingest` and kill it after so many seconds; `None` if it was faster."""
    process = installation.start("ingest", target)
    try:
        out, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return Ended(process.returncode, out, err, after)
    assert process.returncode == 0, err
    return None


def test_fifty_kills(installation: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    rng = random.Random(1)
    write_edition(folder, 0)
    whole = installation.copy(tmp_path / "undisturbed").run("ingest", folder).seconds
    in_order = [document_id(path) for path in paths(folder)]
    there: dict[str, str] = {}
    kills, halfway, edition = 0, 0, 0
    while kills < KILLS:
        ended = killed(installation, folder, rng.uniform(0, whole))
        before, there = there, editions(installation)
        assert installation.faults() == []
        assert before.keys() <= there.keys(), "a document that was there is gone"
        if ended:
            kills += 1
            done = [int(line.split("/")[0].split()[1]) for line in ended.err.splitlines() if line.startswith("Reading")]
            acknowledged = in_order[: done[-1] - 1] if done else []
            assert all(there.get(key) == f"{edition:03}" for key in acknowledged), "what was taken in is lost"
            halfway += 0 < sum(there.get(key) == f"{edition:03}" for key in in_order) < len(in_order)
        edition += 1
        write_edition(folder, edition)
    assert halfway >= KILLS / 10, "too few kills fell between two documents to show anything"
    ended = installation.run("ingest", folder)
    assert ended.code == 0, ended.err
    assert editions(installation) == dict.fromkeys(in_order, f"{edition:03}")
    assert installation.faults() == []
    assert wrongly_embedded(installation) == []
    assert "30 unchanged" in installation.run("ingest", folder).out


def test_kills_while_the_installation_is_made(untouched: Installation, tmp_path: Path) -> None:
    """From the first moment on there is no database, or a sound one."""
    fresh = Installation(tmp_path / "fresh", untouched.library)
    text = write_document(tmp_path / "contract.md", "Contract 000", ["Edition 000: the provider answers."])
    rng = random.Random(2)
    for _ in range(FIRST_KILLS):
        killed(fresh, text, rng.uniform(0.2, 5))
        if fresh.database.exists():
            assert fresh.faults() == []
    ended = fresh.run("ingest", text)
    assert ended.code == 0, ended.err
    assert fresh.faults() == []
    with_library = open_store(untouched.database)
    made = open_store(fresh.database)
    try:
        shipped = {d["id"] for d in with_library.documents() if d["kind"] != "document"}
        assert {d["id"] for d in made.documents() if d["kind"] != "document"} == shipped
        assert len(made.examples()[0]) == len(with_library.examples()[0])
    finally:
        made.close()
        with_library.close()


def test_a_killed_owner_leaves_no_lock(installation: Installation, tmp_path: Path) -> None:
    with installation.serving() as server:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    began = time.monotonic()
    assert installation.run("ingest", write_document(tmp_path / "a.md", "A", ["A clause."])).code == 0
    assert time.monotonic() - began < 20
