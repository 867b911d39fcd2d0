"""One process owns a data directory; a second one is told so at once, and the first does not notice."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import Installation, write_document

pytestmark = pytest.mark.slow

ROUNDS = 10
SECONDS = 2.0
"""Of a processor. What a clock says depends on who shares the machine."""


def spent() -> float:
    """Seconds of a processor that the processes that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.check("R03")
def test_a_second_owner_is_refused(
    installation: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    text = write_document(tmp_path / "new.md", "New", ["A clause."])
    lock = installation.data / "owner.lock"
    slowest = 0.0
    with installation.serving() as server:
        for _ in range(ROUNDS):
            for command in (("serve", "--port", "0"), ("ingest", text)):
                before = spent()
                ended = installation.run(*command)
                slowest = max(slowest, spent() - before)
                assert ended.code == 1, ended
                assert ended.err.count("\n") == 1, ended.err
                assert str(lock) in ended.err
                assert f"process {server.process.pid})" in ended.err
            assert server.get("/readyz")["status"] == "ok"
            assert server.ask("How fast must the provider answer?")["answer"]
        assert server.process.poll() is None
    assert slowest <= SECONDS
    assert installation.faults() == []
    record_property("figure", f"{2 * ROUNDS} of {2 * ROUNDS} refused, the slowest after {slowest:.1f} s of a processor")


def test_readers_work_beside_an_owner(installation: Installation) -> None:
    with installation.serving() as server:
        asked = installation.run("ask", "How fast must the provider answer?", "--json")
        assert asked.code == 0, asked.err
        assert json.loads(asked.out)["answer"]
        found = installation.run("search", "penalty", "--json")
        assert found.code == 0, found.err
        assert json.loads(found.out)["hits"]
        assert installation.run("documents").code == 0
        assert installation.run("doctor").code == 0
        for command in (("forget", "file-0"), ("reindex",)):
            assert installation.run(*command).code == 1
        assert server.ask("How fast must the provider answer?")["answer"]


def test_the_next_owner_follows_at_once(installation: Installation, tmp_path: Path) -> None:
    with installation.serving():
        pass
    ended = installation.run("ingest", write_document(tmp_path / "new.md", "New", ["A clause."]))
    assert ended.code == 0, ended.err
