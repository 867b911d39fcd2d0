"""A disk that is full, or may only be read, under a server that answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SIZE: Final = "64m"
QUESTION: Final = {"question": "How fast must the provider answer under the maintenance contract?"}
ROUNDS: Final = (2, pytest.param(10, marks=pytest.mark.tier(2)))
ASKED: Final = 100
MOST: Final = 500
"""Answers after which a full disk has refused to write one down."""


@pytest.fixture
def mounted(untouched: Installation, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a small disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)]
    if (
        os.geteuid() != 0
        or shutil.which("mount") is None
        or subprocess.run(made, capture_output=True, check=False).returncode
    ):
        pytest.skip("file systems may not be mounted here")
    try:
        yield untouched.copy(disk / "data", CLAUSIER_QUESTIONS_PER_MINUTE="10000")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def site(mounted: Installation) -> Iterator[str]:
    with mounted.serving() as server:
        yield server.address
        server.stopped()
    assert server.process.returncode == 0


def ask(site: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return call(site, "/api/v1/ask", {**QUESTION, **more})


def call(site: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(site + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def fill(folder: Path) -> Path:
    """Take all that is left of the disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\1" * piece)
            except OSError:
                continue
    return filler


@pytest.mark.check("R06")
@pytest.mark.parametrize("rounds", ROUNDS)
def test_answers_go_on_while_the_disk_is_full_and_are_written_down_again_afterwards(
    rounds: int, mounted: Installation, site: str, record_property: Callable[[str, object], None]
) -> None:
    status, first = ask(site)
    assert status == 200
    verdict = {"conversation_id": first["conversation_id"], "answer_id": first["id"], "verdict": "up"}
    answers = 0
    for _ in range(rounds):
        filler = fill(mounted.data)
        told = [ask(site) for _ in range(12)]
        while told[-1][1]["conversation_id"] and len(told) < MOST:  # the journal has room of its own
            told.append(ask(site))
        answers += len(told)
        assert {status for status, _ in told} == {200}
        assert {answer["answer"] for _, answer in told} == {first["answer"]}
        assert told[-1][1]["conversation_id"] is None
        refused, body = call(site, "/api/v1/feedback", verdict)
        assert (refused, body["error"]["code"]) == (507, "storage_full")
        filler.unlink()
        status, again = ask(site, conversation_id=first["conversation_id"])
        assert (status, again["conversation_id"]) == (200, first["conversation_id"])
        assert call(site, "/api/v1/feedback", verdict)[0] == 200
    with urllib.request.urlopen(f"{site}/api/v1/conversations/{first['conversation_id']}") as response:
        turns = len(json.load(response)["turns"])
    assert turns == 1 + rounds
    record_property(
        "figure",
        f"{rounds} times full: {answers} answers, feedback refused with 507 and taken again, {turns} turns kept",
    )


@pytest.mark.check("R06")
@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.tier(2))])
def test_a_full_disk_ends_taking_in_with_words_and_loses_nothing(
    rounds: int, mounted: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "firm"
    folder.mkdir()
    for edition in range(rounds):
        for number in range(12):
            said = f"The provider keeps rule {number} of edition {edition}. " * 400
            (folder / f"{number}.md").write_text(f"# Rule {number}\n\n{said}", "utf-8")
        filler = fill(mounted.data)
        os.truncate(filler, filler.stat().st_size - (1 << 18))
        ended = mounted.run("ingest", folder, timeout=600)
        assert "Traceback" not in ended.err
        assert "cannot be written" in ended.err + ended.out
        filler.unlink()
        assert mounted.faults() == []
        again = mounted.run("ingest", "--json", folder, timeout=600)
        counts = json.loads(again.out)
        assert counts["failed"] == 0
        assert counts["added"] + counts["updated"] + counts["unchanged"] == 12
        held = json.loads(mounted.run("documents", "--json").out)["documents"]
        assert len([d for d in held if d["title"].startswith("Rule ")]) == 12
        assert mounted.run("search", f"rule 7 of edition {edition}", "--json").code == 0
    record_property("figure", f"{rounds} times full while twelve texts came in: all twelve there after the second try")


# --- a disk that may only be read -----------------------------------------------------------------------------------------


def remounted(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True, capture_output=True)


def refusals(site: str, answer_id: str, conversation: str) -> set[tuple[int, str]]:
    """What writes are told."""
    verdict = {"conversation_id": conversation, "answer_id": answer_id, "verdict": "up"}
    status, body = call(site, "/api/v1/feedback", verdict)
    request = urllib.request.Request(f"{site}/api/v1/conversations/{conversation}", method="DELETE")
    try:
        urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        return {(status, body["error"]["code"]), (error.code, json.load(error)["error"]["code"])}
    return {(200, "written")}


@pytest.mark.check("R07")
@pytest.mark.tier(2)
def test_a_server_starts_on_a_disk_that_may_only_be_read(
    mounted: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with mounted.serving() as server:
        first = ask(server.address)[1]
    remounted(mounted.data.parent)
    before = mounted.database.read_bytes()
    with mounted.serving() as server:
        told = [ask(server.address) for _ in range(ASKED)]
        assert {(status, answer["answer"], answer["conversation_id"]) for status, answer in told} == {
            (200, first["answer"], None)
        }
        assert refusals(server.address, first["id"], first["conversation_id"]) == {(507, "storage_full")}
        assert server.get("/readyz")["status"] == "ok"
        text = tmp_path / "new.md"
        text.write_text("# New\n\nA clause.", "utf-8")
        for command in (("ask", QUESTION["question"]), ("search", "penalty"), ("documents",)):
            assert mounted.run(*command).code == 0
        refused = mounted.run("ingest", text)
        assert refused.code == 1
        assert "cannot be written" in refused.err
        assert "Traceback" not in refused.err
        assert server.process.poll() is None
    assert mounted.database.read_bytes() == before
    record_property(
        "figure", f"started on it: {len(told)} of {ASKED} answers, writes refused with 507, not a byte changed"
    )


@pytest.fixture
def unwritable(untouched: Installation, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose files can be made immutable: the kernel then refuses to write even to those that are open."""
    installation = untouched.copy(tmp_path / "data", CLAUSIER_QUESTIONS_PER_MINUTE="10000")
    if os.geteuid() != 0 or immutable(installation, True):
        pytest.skip("files may not be made immutable here")
    immutable(installation, False)
    yield installation
    immutable(installation, False)


def immutable(installation: Installation, on: bool) -> int:
    paths = [installation.database, *installation.data.glob("clausier.db-wal"), installation.data]
    return subprocess.run(["chattr", "+i" if on else "-i", *paths], capture_output=True, check=False).returncode


@pytest.mark.check("R07")
@pytest.mark.tier(2)
def test_a_disk_that_takes_nothing_more_under_a_server(
    unwritable: Installation, record_property: Callable[[str, object], None]
) -> None:
    """A file system with files that are open for writing cannot be remounted by hand; the kernel does it after an error. Here
    each write to the open files is refused instead."""
    with unwritable.serving() as server:
        first = ask(server.address)[1]
        assert immutable(unwritable, True) == 0
        told = [ask(server.address) for _ in range(ASKED)]
        assert {(status, answer["answer"], answer["conversation_id"]) for status, answer in told} == {
            (200, first["answer"], None)
        }
        refused = refusals(server.address, first["id"], first["conversation_id"])
        assert refused == {(507, "storage_full")}
        assert immutable(unwritable, False) == 0
        status, again = ask(server.address, conversation_id=first["conversation_id"])
        assert (status, again["conversation_id"]) == (200, first["conversation_id"])
        assert server.process.poll() is None
    assert unwritable.faults() == []
    record_property(
        "figure", f"closed under it: {len(told)} of {ASKED} answers, writes refused with 507 and taken again afterwards"
    )
