"""Ingestion that is killed at any moment leaves every document whole or absent, and the next run completes it."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from ingest.sync import document_id
from knowledge.installation import open_store
from tests.faults.installation import Ended, Installation, write_document, wrongly_embedded
from tests.faults.lawyer import Lawyer, add_lawyer, sent_id

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400), pytest.mark.check("R01")]

KILLS: Final = (10, pytest.param(50, marks=pytest.mark.tier(2)))
CHANGED: Final = 8
"""Documents in new words before each run."""
FIRST_KILLS: Final = 8
ENDINGS: Final = ("md", "txt", "html", "docx")
SUBJECTS: Final = ("availability", "invoices", "copyright", "backups", "subcontractors", "résiliation", "pénalités")


def paths(folder: Path) -> list[Path]:
    """Thirty files, in the order in which a folder is read."""
    return sorted(folder / f"contract-{n:02}.{ENDINGS[n % len(ENDINGS)]}" for n in range(30))


def write_edition(paths: Sequence[Path], edition: int) -> dict[str, str]:
    """Documents in new words, so that there is something to take in; their ids with the edition."""
    for n, path in enumerate(paths):
        subject = SUBJECTS[(n + edition) % len(SUBJECTS)]
        said = [
            f"Edition {edition:03} on {subject}: the provider {path.stem} answers within {n + edition} hours.",
            f"The customer pays {100 * n + edition} euros a month for {subject}, as edition {edition:03} says.",
        ]
        write_document(path, f"Contract {path.stem} edition {edition:03}", said)
    return dict.fromkeys(map(document_id, paths), f"{edition:03}")


def editions(installation: Installation) -> dict[str, str]:
    """The edition of every one of these documents. Fails on one in two editions."""
    store = open_store(installation.database)
    try:
        found = {}
        for document in store.documents():
            if "contract-" in document["uri"]:
                said = " ".join(passage.text for passage in store.passages_of(document["id"], internal=True))
                (edition,) = set(re.findall(r"[Ee]dition (\d{3})", said))
                assert said.count("The customer pays") == 1, said
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


@pytest.mark.parametrize("most", KILLS)
def test_many_kills(
    most: int, installation: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "firm"
    rng = random.Random(1)
    files = paths(folder)
    in_order = [document_id(path) for path in files]
    write_edition(files, 0)
    undisturbed = installation.copy(tmp_path / "undisturbed")
    assert undisturbed.run("ingest", folder).code == 0
    write_edition(rng.sample(files, CHANGED), 999)
    whole = undisturbed.run("ingest", folder).seconds
    written = write_edition(files, 0)
    there: dict[str, str] = {}
    changed = in_order
    kills = halfway = runs = 0
    while kills < most:
        ended = killed(installation, folder, rng.uniform(0, whole))
        runs += 1
        before, there = there, editions(installation)
        assert installation.faults() == []
        assert before.keys() <= there.keys(), "a document that was there is gone"
        halfway += 0 < sum(there.get(key) == written[key] for key in changed) < len(changed)
        if ended is None:
            assert there == written
        else:
            kills += 1
            done = [int(line.split("/")[0].split()[1]) for line in ended.err.splitlines() if line.startswith("Reading")]
            acknowledged = in_order[: done[-1] - 1] if done else []
            assert all(there[key] == written[key] for key in acknowledged), "what was taken in is lost"
        some = rng.sample(files, CHANGED)
        changed = [document_id(path) for path in some]
        written |= write_edition(some, runs)
    assert halfway >= most / 10, "too few kills fell between two documents to show anything"
    ended = installation.run("ingest", folder)
    assert ended.code == 0, ended.err
    assert editions(installation) == written
    assert len(written) == 30
    assert installation.faults() == []
    assert wrongly_embedded(installation) == []
    assert "30 unchanged" in installation.run("ingest", folder).out
    record_property(
        "figure", f"{kills} kills of the command line, {halfway} between two texts: nothing lost, nothing by halves"
    )


def test_kills_while_the_installation_is_made(
    untouched: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """From the first moment on there is no database, or a sound one."""
    fresh = Installation(tmp_path / "fresh", untouched.library)
    text = write_document(tmp_path / "contract.md", "Contract 000", ["The provider answers."])
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
    record_property("figure", f"{FIRST_KILLS} kills before there was an installation: none or a sound one")


def test_a_killed_owner_leaves_no_lock(
    installation: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with installation.serving() as server:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    began = time.monotonic()
    assert installation.run("ingest", write_document(tmp_path / "a.md", "A", ["A clause."])).code == 0
    seconds = time.monotonic() - began
    assert seconds < 20
    record_property("figure", f"the next owner took a text in {seconds:.1f} s after the kill")


@pytest.mark.parametrize("most", [pytest.param(50, marks=pytest.mark.tier(2))])
def test_kills_of_a_server_that_takes_uploads(
    most: int, installation: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What a page said was taken in is written down at once by whoever sent it; after the last kill all of it is there."""
    rng, journal, firm = random.Random(3), dict[str, str](), paths(tmp_path / "firm")
    password = add_lawyer(installation)
    for edition in range(most):
        write_edition(firm, edition)
        with contextlib.suppress(subprocess.TimeoutExpired), installation.serving() as server:
            sender = threading.Thread(target=send_all, args=(Lawyer(server.address, password), firm, edition, journal))
            sender.start()
            time.sleep(rng.uniform(0, 3))
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            sender.join()
        assert installation.faults() == []
        found = editions(installation)
        assert found.keys() >= journal.keys(), "what was acknowledged is gone"
        assert all(found[key] >= told for key, told in journal.items()), "what was acknowledged is lost"
    began = time.monotonic()
    with installation.serving() as server:
        ready = time.monotonic() - began
        assert ready <= 20
        assert server.get("/readyz")["status"] == "ok"
    assert wrongly_embedded(installation) == []
    sizes = sum(path.stat().st_size for path in installation.data.glob("clausier.db*"))
    record_property(
        "figure",
        f"{most} kills of a server: {len(journal)} texts acknowledged and whole, ready after {ready:.1f} s, "
        f"database {sizes / 1e6:.1f} MB",
    )


def send_all(lawyer: Lawyer, files: Sequence[Path], edition: int, journal: dict[str, str]) -> None:
    """Send every file; what a page acknowledged goes into the journal. Ends when nobody answers any more."""
    for path in files:
        try:
            outcome = lawyer.brings(path)
        except (OSError, http.client.HTTPException):
            return
        assert outcome in ("added", "updated", "unchanged")
        journal[sent_id(path.name)] = f"{edition:03}"
