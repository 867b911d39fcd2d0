"""People ask in both languages while others bring texts: nothing fails, and whoever brought a text finds it at once."""

from __future__ import annotations

import json
import os
import statistics
import threading
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.faults.installation import Installation, Server, write_document
from tests.faults.lawyer import Lawyer, add_lawyer

pytestmark = [pytest.mark.slow, pytest.mark.tier(2), pytest.mark.check("R14"), pytest.mark.timeout(900)]

SECONDS: Final = float(os.environ.get("TOGETHER_SECONDS", "120"))
IDLE_SECONDS: Final = 10.0
READERS: Final = 8
WRITERS: Final = 2
QUESTIONS: Final = ("How fast must the provider answer?", "What is a penalty?", "Qu'est-ce qu'une pénalité ?")


class Crowd:
    """Threads that do the same over and over for a while; what failed, and how long each time took."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.failed: list[str] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def join_in(self, work: Callable[[int], None], count: int) -> None:
        for number in range(count):
            thread = threading.Thread(target=self._repeat, args=(work, number))
            thread.start()
            self._threads.append(thread)

    def go_home(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _repeat(self, work: Callable[[int], None], number: int) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            try:
                work(number)
            except (OSError, AssertionError, urllib.error.HTTPError) as error:
                self.failed.append(repr(error))
            self.seconds.append(time.monotonic() - began)


def asking(server: Server) -> Callable[[int], None]:
    def ask(number: int) -> None:
        assert server.ask(QUESTIONS[number % len(QUESTIONS)])["answer"]

    return ask


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_eight_read_and_two_write(
    installation: Installation, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    password = add_lawyer(installation)
    many = installation.with_(CLAUSIER_QUESTIONS_PER_MINUTE="10000")
    found: list[str] = []
    with many.serving() as server:
        alone, readers, writers = Crowd(), Crowd(), Crowd()
        alone.join_in(asking(server), 1)
        time.sleep(IDLE_SECONDS)
        alone.go_home()
        lawyers = [Lawyer(server.address, password) for _ in range(WRITERS)]
        counted = [0] * WRITERS

        def bring(number: int) -> None:
            counted[number] += 1
            word = f"quokka{'abcdefghij'[number]}{counted[number]:04}"
            path = write_document(tmp_path / f"{number}.md", f"Rule {word}", [f"The protocol {word} is kept."] * 3)
            assert lawyers[number].brings(path) in ("added", "updated")
            hits = server.get(f"/api/v1/search?q=protocol+{word}")["hits"]
            assert hits, word
            assert hits[0]["title"] == f"Rule {word}", "what was brought is found at once"
            found.append(word)

        readers.join_in(asking(server), READERS)
        writers.join_in(bring, WRITERS)
        time.sleep(SECONDS)
        readers.go_home()
        writers.go_home()
        assert server.process.poll() is None
    assert alone.failed + readers.failed + writers.failed == []
    assert len(readers.seconds) > READERS
    assert len(found) > WRITERS
    assert installation.faults() == []
    held = json.loads(installation.run("documents", "--json").out)["documents"]
    assert {one["title"] for one in held if "quokka" in one["title"]} == {
        f"Rule quokka{'abcdefghij'[number]}{counted[number]:04}" for number in range(WRITERS)
    }
    record_property(
        "figure",
        f"{SECONDS:.0f} s: {len(readers.seconds)} answers and {len(found)} texts found at once, no failure; p95 of an answer "
        f"{p95(readers.seconds):.2f} s for eight beside two writers, {p95(alone.seconds):.2f} s for one alone",
    )
