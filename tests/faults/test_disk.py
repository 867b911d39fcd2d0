"""A disk that is full, under a server that answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SIZE: Final = "64m"
QUESTION: Final = {"question": "How fast must the provider answer under the maintenance contract?"}
ROUNDS: Final = 5


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
    process = mounted.start("serve", "--port", "0")
    assert process.stdout is not None
    told = process.stdout.readline()
    if "ready at " not in told:
        process.kill()
        pytest.fail(process.communicate(timeout=30)[1])
    yield told.split("ready at ")[1].strip()
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0


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


def test_answers_go_on_while_the_disk_is_full_and_are_written_down_again_afterwards(
    mounted: Installation, site: str
) -> None:
    status, first = ask(site)
    assert status == 200
    verdict = {"conversation_id": first["conversation_id"], "answer_id": first["id"], "verdict": "up"}
    for _ in range(ROUNDS):
        filler = fill(mounted.data)
        told = [ask(site) for _ in range(12)]
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
        assert len(json.load(response)["turns"]) == 1 + ROUNDS


def test_a_full_disk_ends_taking_in_with_words_and_loses_nothing(mounted: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.md").write_text(
            f"# Rule {number}\n\n" + f"The provider keeps rule {number}. " * 400, "utf-8"
        )
    filler = fill(mounted.data)
    os.truncate(filler, filler.stat().st_size - (1 << 18))
    ended = mounted.run("ingest", folder)
    assert "Traceback" not in ended.err
    assert "cannot be written" in ended.err + ended.out
    filler.unlink()
    again = mounted.run("ingest", "--json", folder)
    counts = json.loads(again.out)
    assert counts["failed"] == 0
    assert counts["added"] + counts["unchanged"] == 12
    held = json.loads(mounted.run("documents", "--json").out)["documents"]
    assert len([d for d in held if d["title"].startswith("Rule ")]) == 12
