"""Hostile and odd files through the process that parses them: each ends as it should, soon, and reaches nothing outside."""

from __future__ import annotations

import multiprocessing
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.archive import unpack
from ingest.read import LIMITS, read
from knowledge.errors import InvalidInput
from tests.ingest.hostile import BOMBS, CANARY, HEAVY, KINDS, LOCKED, MISNAMED, PORT, STOLEN, STOLEN_WORDS

Record = Callable[[str, str], None]

LARGEST = 300 * 1024
"""Kilobytes that the process of one file may hold above one that parses an ordinary file."""
AT_ONCE = 2
"""Files that are parsed at the same time."""


class Became(NamedTuple):
    """`refused` or `read`, the reason or the text, how long it took, and the kilobytes of the largest process so far."""

    outcome: str
    said: str
    seconds: float
    held: int


def became(path: Path) -> Became:
    """What becomes of a file. Runs in a process of its own, which has no other children."""
    started = time.monotonic()
    try:
        outcome, said = "read", read(path).text
    except InvalidInput as error:
        outcome, said = "refused", str(error)
    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Became(outcome, said, time.monotonic() - started, held)


class Canary:
    """Listens where hostile files want something fetched, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._listening = socket.create_server(("127.0.0.1", PORT))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    opened = Canary()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> dict[str, Became]:
    """What became of every kind but the heavy ones, the ordinary ones first; nothing is left beside them."""
    folder = tmp_path_factory.mktemp("hostile")
    names = sorted((name for name in KINDS if name not in HEAVY), key=lambda name: not name.startswith("harmless"))
    paths = made(folder, names)
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("spawn")) as pool:
        found = dict(zip(names, pool.map(became, paths), strict=True))
    assert sorted(folder.iterdir()) == sorted(paths)
    return found


def made(folder: Path, names: list[str]) -> list[Path]:
    """The files of these names, written down."""
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(KINDS[path.name].make())
    return paths


def wrong(results: Mapping[str, Became]) -> dict[str, str]:
    """What became something else than it should, or is told to people as it should not."""
    found = {}
    for name, one in results.items():
        inside = any(word in one.said for word in ("Traceback", "Error", "Exception", "/tmp/", "\n"))
        if KINDS[name].outcome not in (one.outcome, "either") or (
            one.outcome == "refused" and (inside or not one.said)
        ):
            found[name] = f"{one.outcome}: {one.said[:80]}"
    return found


@pytest.mark.check("F01")
def test_every_kind_ends_as_it_should(results: dict[str, Became], canary: Canary, record_property: Record) -> None:
    assert len(KINDS) >= 90
    assert wrong(results) == {}
    longest = max(one.seconds for one in results.values())
    assert longest < 20
    assert canary.visits == 0
    counts = {one: sum(KINDS[name].outcome == one for name in results) for one in ("refused", "read", "either")}
    record_property(
        "figure",
        f"parsed: {len(results)} kinds, {counts['refused']} refused, {counts['read']} read, {counts['either']} bounded; "
        f"longest {longest:.1f} s",
    )


@pytest.mark.check("F01")
@pytest.mark.tier(2)
@pytest.mark.parametrize("name", sorted(HEAVY))
def test_what_would_take_forever_is_stopped(tmp_path: Path, name: str, record_property: Record) -> None:
    path = made(tmp_path, [name])[0]
    one = became(path)
    assert wrong({name: one}) == {}
    assert one.seconds < 30
    record_property("figure", f"{name}: stopped after {one.seconds:.1f} s")


@pytest.mark.check("F01", "F02")
def test_no_bomb_fills_the_memory(results: dict[str, Became], record_property: Record) -> None:
    ordinary = max(one.held for name, one in results.items() if name.startswith("harmless"))
    most = max(one.held for one in results.values()) - ordinary
    assert most < LARGEST
    record_property("figure", f"{len(BOMBS)} bombs: at most {most // 1024} MB above an ordinary file")


@pytest.mark.check("F02")
def test_archives_are_refused_before_they_are_unpacked(record_property: Record) -> None:
    longest = 0.0
    refused = ("inflated.docx", "ratio.docx", "entries.docx", "elements.docx", "elements.odt")
    for name in refused:
        data = BOMBS[name].make()
        started = time.monotonic()
        with pytest.raises(InvalidInput):
            unpack(data, LIMITS)
        longest = max(longest, time.monotonic() - started)
    assert longest < 2
    record_property(
        "figure", f"{len(refused)} archives refused by their directory, each within {longest * 1000:.0f} ms"
    )


@pytest.mark.check("F03")
def test_what_a_file_is_its_content_decides(results: dict[str, Became], record_property: Record) -> None:
    misnamed = {name: one for name, one in results.items() if name.removeprefix("misnamed-") in MISNAMED}
    assert len(misnamed) == len(MISNAMED)
    assert wrong(misnamed) == {}
    record_property("figure", f"{len(misnamed)} of {len(MISNAMED)} recognised")


@pytest.mark.check("F10")
def test_why_a_file_has_no_text_is_said(results: dict[str, Became], record_property: Record) -> None:
    reasons = {
        "broken-picture.pdf": "run OCR first",
        **{f"locked-password.{end}": "by a password" for end in ("pdf", "docx", "odt")},
    }
    assert {name.removeprefix("locked-") for name in reasons if "locked" in name} <= LOCKED.keys()
    for name, reason in reasons.items():
        assert results[name].outcome == "refused"
        assert reason in results[name].said
    record_property("figure", f"{len(reasons)} of {len(reasons)} with their reason")


@pytest.mark.check("T04")
def test_xml_of_strangers_fetches_and_reads_nothing(
    results: dict[str, Became], canary: Canary, record_property: Record
) -> None:
    tempting = {name: one for name, one in results.items() if name.startswith("stranger-") or "laughs" in name}
    assert wrong(tempting) == {}
    assert not [name for name, one in results.items() if STOLEN_WORDS in one.said]
    assert canary.visits == 0
    record_property("figure", f"{len(tempting)} files: nothing fetched, nothing read beside them")


def test_the_canary_sees_a_visit_and_there_is_something_to_steal(results: dict[str, Became], canary: Canary) -> None:
    assert f":{PORT}/" in CANARY
    socket.create_connection(("127.0.0.1", PORT)).close()
    end = time.monotonic() + 5
    while not canary.visits and time.monotonic() < end:
        time.sleep(0.01)
    assert canary.visits == 1
    canary.visits = 0
    assert STOLEN_WORDS in Path(STOLEN).read_text("utf-8")
