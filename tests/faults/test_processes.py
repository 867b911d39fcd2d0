"""Several processes over one PostgreSQL: what one writes the others find, and a kill takes no other along."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ingest.sync import document_id
from knowledge.postgres import open_postgres
from knowledge.store import COLLECTIONS
from tests import postgres
from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

QUESTION: Final = {"question": "How fast must the provider answer under the maintenance contract?"}
KILLS: Final = (4, pytest.param(50, marks=pytest.mark.tier(2)))
FILES: Final = 10


@pytest.fixture(scope="module")
def shared(untouched: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """What `untouched` holds, in a database that processes share."""
    url = postgres.copied(untouched.database)
    folder = tmp_path_factory.mktemp("shared") / "data"
    folder.mkdir()
    more = {"CLAUSIER_DATABASE_URL": url, "CLAUSIER_QUESTIONS_PER_MINUTE": "10000"}
    return Installation(folder, untouched.library, more)


@pytest.fixture
def servers(shared: Installation) -> Iterator[list[tuple[subprocess.Popen[str], str]]]:
    """Two of them, with their addresses."""
    started = [shared.start("serve", "--port", "0") for _ in range(2)]
    sites = []
    for process in started:
        assert process.stdout is not None
        told = process.stdout.readline()
        if "ready at " not in told:
            process.kill()
            pytest.fail(process.communicate(timeout=30)[1])
        sites.append(told.split("ready at ")[1].strip())
    yield list(zip(started, sites, strict=True))
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def call(site: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(site + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        told: dict[str, Any] = json.load(response)
        return told


@pytest.mark.check("R14")
def test_one_may_die_and_the_other_goes_on_with_its_conversations(
    servers: list[tuple[subprocess.Popen[str], str]], record_property: Callable[[str, object], None]
) -> None:
    (doomed, first), (_, second) = servers
    begun = [call(first, "/api/v1/ask", QUESTION)["conversation_id"] for _ in range(3)]
    answered: list[str] = []
    wrong: list[Exception] = []
    stop = threading.Event()

    def visit() -> None:
        while not stop.is_set():
            try:
                answered.append(call(second, "/api/v1/ask", QUESTION)["conversation_id"])
            except Exception as error:  # whatever it is, there should be none
                wrong.append(error)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    time.sleep(1)
    os.killpg(doomed.pid, signal.SIGKILL)
    before = len(answered)
    time.sleep(3)
    stop.set()
    for visitor in visitors:
        visitor.join()
    assert wrong == []
    assert len(answered) > before
    for key in begun:
        again = call(second, "/api/v1/ask", {**QUESTION, "conversation_id": key})
        assert again["conversation_id"] == key
        assert len(call(second, f"/api/v1/conversations/{key}")["turns"]) == 2
    record_property(
        "figure",
        f"one of two processes killed under load: {len(answered)} answers of the other, {len(wrong)} failures, "
        f"{len(begun)} conversations gone on with",
    )


def test_what_is_taken_in_is_found_by_every_process(
    servers: list[tuple[subprocess.Popen[str], str]], shared: Installation, tmp_path: Path
) -> None:
    text = tmp_path / "quokka.md"
    text.write_text(
        "# Quokka protocol\n\nThe quokka escrow keys are kept by two notaries in sealed envelopes.", "utf-8"
    )
    for _, site in servers:
        assert "quokka" not in json.dumps(call(site, "/api/v1/search?q=quokka+escrow+keys")["hits"])
    ended = shared.run("ingest", "--json", text)
    assert ended.code == 0, ended.err
    key = json.loads(ended.out)["files"][0]["document_id"]
    for _, site in servers:
        assert call(site, "/api/v1/search?q=quokka+escrow+keys")["hits"][0]["document_id"] == key
    assert shared.run("forget", key).code == 0
    for _, site in servers:
        assert "quokka" not in json.dumps(call(site, "/api/v1/search?q=quokka+escrow+keys")["hits"])


@pytest.mark.check("R01")
@pytest.mark.parametrize("kills", KILLS)
def test_taking_in_that_is_killed_loses_and_doubles_nothing(
    kills: int, shared: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    firm = tmp_path / "firm"
    firm.mkdir()
    for number in range(FILES):
        (firm / f"{number}.md").write_text(f"# Rule {number}\n\n" + f"The provider keeps rule {number}. " * 40, "utf-8")
    chosen, halfway = random.Random(7), 0
    for _ in range(kills):
        for number in chosen.sample(range(FILES), FILES // 2):  # so that there is always something to take in
            with (firm / f"{number}.md").open("a", encoding="utf-8") as file:
                file.write(f"\n\nThe provider keeps rule {number} in more words.")
        halfway += killed(shared.start("ingest", firm), chosen)
        whole(shared)
    assert shared.run("ingest", firm).code == 0
    ours = {document_id(path) for path in firm.iterdir()}
    titles = [d["title"] for d in whole(shared) if d["id"] in ours]
    assert sorted(titles) == sorted(f"Rule {number}" for number in range(FILES))
    unchanged = json.loads(shared.run("ingest", "--json", firm).out)
    assert unchanged["unchanged"] == FILES
    assert halfway, "no kill fell between two texts"
    record_property(
        "figure", f"{kills} kills over PostgreSQL, {halfway} between two texts: nothing lost, nothing twice"
    )


def killed(process: subprocess.Popen[str], chosen: random.Random) -> bool:
    """Kill what takes in texts, at any moment from its first text to its last; whether it was between two texts."""
    last, seen = chosen.randint(1, FILES), 0
    assert process.stderr is not None
    for line in process.stderr:
        seen += line.startswith("Reading")
        if seen == last:
            break
    time.sleep(chosen.uniform(0, 0.2))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    return seen > 1 and process.returncode == -signal.SIGKILL


def whole(shared: Installation) -> list[Any]:
    """Every document has all its passages, each with a vector and terms; the documents."""
    store = open_postgres(shared.more["CLAUSIER_DATABASE_URL"])
    documents = store.documents()
    for document in documents:
        assert document["passages"] == len(store.passages_of(document["id"], internal=True)) > 0
    with store.reading(internal=True) as connection:
        for collection in COLLECTIONS:
            assert len(store.matrix(collection).rows) == store.count(collection)
            counted = f"SELECT count(DISTINCT row) FROM terms_{collection.table}"
            assert connection.exec_driver_sql(counted).scalar() == store.count(collection)
    store.close()
    return documents
