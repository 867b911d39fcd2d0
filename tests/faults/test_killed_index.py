"""A vector index that is killed while it is built or published: the old one serves or the new one, never half of one, and
searches are right all the while. A file that would grow without end is stopped."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from knowledge import generation
from knowledge.chroma import ChromaIndex
from knowledge.errors import ClausierError
from knowledge.generation import newest, prepare, publish, read_card
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import COLLECTIONS
from tests.faults.installation import ROOT
from tests.faults.numbers import exactly, filled, questions

pytestmark = [pytest.mark.slow, pytest.mark.tier(2), pytest.mark.timeout(2400)]

COUNT: Final = 400
BUILDERS: Final = 40
PUBLISHERS: Final = 20
MOMENTS: Final = ("before its name", "after its name", "before it is synced", "before it is opened", "while others go")
LIMIT: Final = 200_000
"""Bytes that a file may have where the limit is tried."""

PUBLISH: Final = f"""
import os, signal, shutil, sys
from pathlib import Path
import knowledge.chroma as chroma
import knowledge.generation as generation
from knowledge.sqlite import SqliteStore
folder, moment = Path(sys.argv[1]), sys.argv[2]

def dying(owner, name, first):
    real = getattr(owner, name)
    def die(*args, **kwargs):
        if not first:
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, die)

if moment == {MOMENTS[0]!r}: dying(Path, "rename", True)
if moment == {MOMENTS[1]!r}: dying(Path, "rename", False)
if moment == {MOMENTS[2]!r}: dying(generation, "_fsync", True)
if moment == {MOMENTS[3]!r}: dying(chroma, "Generation", True)
if moment == {MOMENTS[4]!r}: dying(chroma, "clear", True)
chroma.ChromaIndex._is_stale = lambda *_: True
chroma.ChromaIndex(SqliteStore(folder / "clausier.db"), folder, exact_below=0).maintain()
"""
LIMITED: Final = f"""
import resource, sys
import knowledge.generation as generation
generation.FILE_FLOOR, generation.GROWTH = {LIMIT}, 0
raise SystemExit(generation.main())
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a sound generation."""
    folder = tmp_path_factory.mktemp("published") / "data"
    store = filled(folder, COUNT)
    publish(prepare(store, folder))
    store.close()
    return folder


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return questions(tmp_path_factory.mktemp("asked") / "wanted.npy")


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data"))


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[tuple[SqliteStore, ChromaIndex]]:
    store = open_sqlite(folder / "clausier.db")
    index = ChromaIndex(store, folder, exact_below=0)
    try:
        yield store, index
    finally:
        if index._generation:
            index._generation.close()
        store.close()


def assert_right(index: ChromaIndex, asked: Path, due: list[list[int]]) -> None:
    """What is found is what comparing everything finds, but for one of ten where the index is asked."""
    found = [[near.row for near in index.near(vector, c, 10)] for c in COLLECTIONS[:2] for vector in np.load(asked)]
    assert min(len(set(one) & set(other)) for one, other in zip(found, due, strict=True)) >= 9


@contextlib.contextmanager
def children(run: Callable[[list[str], dict[str, Any]], int]) -> Iterator[None]:
    """While it lasts the processes that build and look are run by `run`, which gives their exit code."""

    def instead(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, run(command, options), "", "it was ended")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("knowledge.generation.subprocess.run", instead)
        yield


def started(command: list[str], options: dict[str, Any]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=options["env"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.check("R02")
def test_a_builder_that_is_killed(
    copy: Path, published: Path, asked: Path, record_property: Callable[[str, object], None]
) -> None:
    due, rng, dead = exactly(published, asked), random.Random(8), 0
    old = newest(copy)
    with opened(copy) as (store, index):
        index.maintain()
        assert index.generation == (old and old.name)
        began = time.monotonic()
        generation._child("build", store.path, copy / "tried", 600)
        whole = time.monotonic() - began
        shutil.rmtree(copy / "tried")

        def killing(command: list[str], options: dict[str, Any]) -> int:
            process = started(command, options)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, whole))
            process.kill()
            return process.wait() or -signal.SIGKILL

        with children(killing):
            while dead < BUILDERS:
                with pytest.raises(ClausierError):
                    prepare(store, copy)
                dead += 1
                assert newest(copy) == old
                assert list((copy / "index").iterdir()) == [old]
                assert_right(index, asked, due)
        assert index.generation == (old and old.name)
    with opened(copy) as (_, index):
        index.maintain()
        assert index.generation == (old and old.name), "what was there is sound"
        assert_right(index, asked, due)
    record_property("figure", f"{dead} of {dead} kills of the builder: the old index served, nothing was left behind")


@pytest.mark.check("R02")
def test_a_server_that_is_killed_while_it_publishes(
    published: Path, asked: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    due, served = exactly(published, asked), {"old": 0, "new": 0}
    old = newest(published)
    assert old
    for number in range(PUBLISHERS):
        folder = Path(shutil.copytree(published, tmp_path / str(number)))
        moment = MOMENTS[number % len(MOMENTS)]
        died = subprocess.run(
            [sys.executable, "-c", PUBLISH, folder, moment], cwd=ROOT, capture_output=True, check=False, timeout=300
        )
        assert died.returncode == -signal.SIGKILL, (moment, died.stderr)
        with opened(folder) as (store, index):
            assert_right(index, asked, due)
            index.maintain()
            assert index.generation is not None, moment
            served["old" if index.generation == old.name else "new"] += 1
            assert sum(read_card(folder / "index" / index.generation).counts.values()) == 2 * COUNT
            assert [path.name for path in (folder / "index").iterdir()] == [index.generation]
            assert_right(index, asked, due)
            assert store.last_row() == 2 * COUNT
        shutil.rmtree(folder)
    assert served["old"]
    assert served["new"]
    record_property(
        "figure",
        f"{PUBLISHERS} kills of who publishes: {served['old']} times the old index served, {served['new']} the new one",
    )


@pytest.mark.check("R08")
def test_a_file_that_would_grow_without_end_ends_the_builder(
    copy: Path, published: Path, asked: Path, record_property: Callable[[str, object], None]
) -> None:
    due, old, largest = exactly(published, asked), newest(copy), 0

    def limited(command: list[str], options: dict[str, Any]) -> int:
        nonlocal largest
        code = started([command[0], "-c", LIMITED, *command[3:]], options).wait()
        largest = max(path.stat().st_size for path in Path(command[-1]).rglob("*") if path.is_file())
        return code

    with opened(copy) as (store, index):
        index.maintain()
        assert store.vector_bytes() > 2 * LIMIT, "else nothing would be in its way"
        with children(limited), pytest.raises(ClausierError, match="build"):
            prepare(store, copy)
        assert 0 < largest <= LIMIT
        assert list((copy / "index").iterdir()) == [old]
        assert index.generation == (old and old.name)
        assert_right(index, asked, due)
    record_property("figure", f"limit {LIMIT:,} bytes, largest file {largest:,}: nothing left, the old index serves")


@pytest.mark.check("R08")
def test_an_index_is_never_written_into_one_that_is_torn(
    copy: Path, published: Path, asked: Path, record_property: Callable[[str, object], None]
) -> None:
    """A torn `link_lists.bin` grows without end when Chroma goes on with it; a generation begins with an empty folder."""
    due = exactly(published, asked)
    for path in (copy / "index").rglob("link_lists.bin"):
        path.write_bytes(b"\xff" * 4096)
    with opened(copy) as (store, index):
        made = publish(prepare(store, copy))
        largest = max(path.stat().st_size for path in made.rglob("*") if path.is_file())
        assert largest <= 4 * store.vector_bytes()
        index.maintain()
        assert index.generation == made.name
        assert_right(index, asked, due)
        record_property("figure", f"the largest file is {largest / store.vector_bytes():.1f} times the vectors")
