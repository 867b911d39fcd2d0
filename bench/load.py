"""How cost grows with passages and with clients: the real server on either database, under load.

    python -m bench.load                      the whole table, into docs/load.json, docs/load.svg and docs/load.md
    python -m bench.load --seconds 3 --passages 1000 --clients 1,10 --folder /tmp/x      a quick look

What is measured is written as it comes. What the folder's load.json says of a database that is not asked for is kept.

Clients are processes of their own. Each figure stands beside the time in which this machine embedded one question just before
(of the encoder alone, in this process), so that tables of different machines, or of a busy one, can be compared.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.ask import questions
from bench.collector import collector, stages
from bench.fill import fill
from bench.library import copied_to, indexed_library
from bench.page import write
from bench.server import encoder_alone, held_mb, postgres, searched, served
from bench.table import median, milliseconds
from bench.visitors import share
from knowledge.embed import Encoder
from knowledge.installation import open_index, open_store
from knowledge.settings import Settings
from knowledge.transfer import transfer

DOCS = Path(__file__).parents[1] / "docs"
DATABASES = ("sqlite", "postgres")
PASSAGES = (1_000, 10_000, 100_000)
CLIENTS = (1, 10, 50)
SECONDS = 20.0
EMBEDDED = 40
"""Questions that the encoder alone embeds before each cell."""
WARM = 12
"""Questions that are asked before anything is measured."""
PATIENCE = 1800.0
"""Seconds that the first questions may take together."""
PAUSE_SECONDS = 2.0
"""From the start of the clients to their first question, and a tenth more for each: they are processes."""


@dataclass(frozen=True)
class Cell:
    """What was measured of one database, of one size, with so many clients. `rss_mb`: of the server's process, at the end."""

    database: str
    passages: int
    clients: int
    seconds: float
    answers: int
    errors: int
    p50_ms: float
    p95_ms: float
    rss_mb: float
    embedding_ms: float
    load_before: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


@dataclass(frozen=True)
class Prepared:
    """A filled database: seconds to write the passages, to make the vector index, and until the server was ready; milliseconds
    that a question of a single client spent in each stage, and in all."""

    database: str
    passages: int
    total: int
    fill_s: float
    index_s: float
    start_s: float
    searched: str
    stages_ms: dict[str, float]


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the product does
    library, encoder = indexed_library()
    model_mb, _ = encoder_alone()
    machine = {"processors": os.cpu_count(), "name": processor(), "python": platform.python_version()}
    told = {"machine": machine, "model_mb": round(model_mb), **kept(options.folder, options.databases)}
    errors = 0
    for database in options.databases:
        for passages in options.passages:
            with filled(library, database, passages) as (settings, made):
                measured, found = measure(settings, made, encoder, options)
            told["prepared"].append(asdict(measured))
            told["cells"] += [asdict(one) for one in found]
            errors += sum(one.errors for one in found)
            write(told, options.folder)
    return int(errors > 0)


def kept(folder: Path, anew: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What was measured before of databases that are not measured `anew`."""
    path = folder / "load.json"
    earlier = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {
        part: [one for one in earlier.get(part, ()) if one["database"] not in anew] for part in ("prepared", "cells")
    }


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--databases", type=lambda text: text.split(","), default=DATABASES)
    parser.add_argument("--passages", type=numbers, default=PASSAGES, help="of a firm, beside the library's own")
    parser.add_argument("--clients", type=numbers, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each cell")
    parser.add_argument("--folder", type=Path, default=DOCS, help="where load.json, load.svg and load.md are written")
    return parser.parse_args(arguments)


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(","))


@contextlib.contextmanager
def filled(library: Settings, database: str, passages: int) -> Iterator[tuple[Settings, Prepared]]:
    """Settings of an installation that holds the library and so many passages of a firm, with a current vector index."""
    with contextlib.ExitStack() as opened:
        place = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="clausier-load-")))
        settings = copied_to(place / "data", library)
        if database == "postgres":
            url = opened.enter_context(postgres(place / "postgres"))
            with (
                contextlib.closing(open_store(settings.place)) as source,
                contextlib.closing(open_store(url)) as target,
            ):
                transfer(source, target, lambda _done, _total, _name: None)
            settings = settings.model_copy(update={"database_url": url})
        with contextlib.closing(open_store(settings.place)) as store:
            fill_s = (
                milliseconds(lambda: fill(store, passages, lambda done: note(f"{database}: {done:,} of {passages:,}")))
                / 1000
            )
            total = store.last_row()
            note(f"{database}, {passages:,} passages: written in {fill_s:.0f} s, making the index", end="\n")
            index_s = milliseconds(open_index(store, settings.data_dir).maintain) / 1000
            note(f"{database}, {passages:,} passages: index made in {index_s:.0f} s", end="\n")
        yield settings, Prepared(database, passages, total, round(fill_s, 1), round(index_s, 1), 0.0, "", {})


def measure(
    settings: Settings, made: Prepared, encoder: Encoder, options: argparse.Namespace
) -> tuple[Prepared, list[Cell]]:
    """Every number of clients, then once more a single one, traced: where the time goes."""
    cells = []
    with served(settings) as (process, address, start_s):
        how = searched(address)
        crowd(address, 1, 0.0, WARM)
        for clients in options.clients:
            load, embedding = os.getloadavg()[0], embedding_ms(encoder)
            seconds, errors = crowd(address, clients, options.seconds)
            for error in sorted(set(errors)):
                note(f"  {errors.count(error)} x {error}", end="\n")
            seconds = seconds or [float("nan")]
            cells.append(
                Cell(
                    made.database, made.passages, clients, options.seconds, len(seconds), len(errors),
                    round(statistics.median(seconds) * 1000, 1), round(share(seconds, 0.95) * 1000, 1),
                    round(held_mb(process.pid)), round(embedding, 2), round(load, 1),
                )
            )  # fmt: skip
            note(f"  {clients} clients: {cells[-1].per_second:.1f} a second, p50 {cells[-1].p50_ms:.0f} ms", end="\n")
    with collector() as (endpoint, taken):
        with served(settings, CLAUSIER_OTEL_ENDPOINT=endpoint) as (_, address, _):
            searched(address)
            crowd(address, 1, 0.0, WARM)
            crowd(address, 1, min(options.seconds, 10.0))
        spent = stages(taken, skip=WARM)
    return replace(made, start_s=round(start_s, 1), searched=how, stages_ms=spent), cells


def embedding_ms(encoder: Encoder) -> float:
    """What one question costs the encoder alone, p50."""
    return median([milliseconds(lambda text=text: encoder.question(text)) for text in (questions() * 2)[:EMBEDDED]])


def crowd(address: str, clients: int, seconds: float, at_least: int = 0) -> tuple[list[float], list[str]]:
    """Seconds of each answer that `clients` processes got in so many `seconds`, and what went wrong; with `at_least`, one
    client asks so many questions instead."""
    asked = questions()
    begin = time.time() + (0.0 if at_least else PAUSE_SECONDS + clients / 10)
    running = []
    for number in range(clients):
        at = number * len(asked) // clients
        told = {"questions": (asked[at:] + asked[:at])[: at_least or None], "begin": begin, "end": begin + seconds}
        if at_least:
            told |= {"end": begin + PATIENCE, "once": True}
        running.append(client(address, told))
    found = [json.loads(one.communicate()[0]) for one in running]
    return [s for one in found for s in one["seconds"]], [e for one in found for e in one["errors"]]


def client(address: str, told: dict[str, Any]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.client", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    process.stdin = None
    return process


def processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def note(text: str, end: str = "\r") -> None:
    """Progress, on a line of its own or to be written over."""
    if end == "\n" or sys.stderr.isatty():
        print(f"{text:70}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
