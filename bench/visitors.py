"""Fifty visitors at once, each asking and reading the answer as it is streamed, one question after the other: without a pause,
which is as much as the server can do, and with one, which is still much less than it takes to read an answer.

`python -m bench.visitors ADDRESS [SECONDS [PAUSE]]` measures a server that runs already.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from bench.ask import questions
from bench.server import current, peak_mb, served
from bench.table import Row

VISITORS = 50
SECONDS = 120.0
PAUSES = (0.0, 5.0)
AIM_SECONDS = 1.0
WAIT_SECONDS = 60.0


@dataclass
class Seen:
    """What the visitors saw: seconds to the first words and to the end of each answer, and what went wrong."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measure() -> list[Row]:
    made = []
    with current() as settings, served(settings) as (process, address, _):
        for pause in PAUSES:
            made += rows(asyncio.run(visit(address, questions(), VISITORS, SECONDS, pause)), pause)
        made.append(Row(f"{VISITORS} visitors: peak memory", f"{peak_mb(process.pid):.0f} MB"))
    return made


def rows(seen: Seen, pause: float) -> list[Row]:
    """The table of what was seen."""
    slow = share(seen.first, 0.95)
    load = f"load average {os.getloadavg()[0]:.1f}"
    what = f"{VISITORS} visitors for {SECONDS:.0f} s, {f'{pause:.0f} s to read' if pause else 'no pause'}"
    return [
        Row(f"{what}: answers", f"{len(seen.whole)}", aim="no error", met=not seen.wrong),
        Row(f"{what}: first words, p50", f"{statistics.median(seen.first):.2f} s", load),
        Row(f"{what}: first words, p95", f"{slow:.2f} s", load, aim=f"< {AIM_SECONDS:g} s", met=slow < AIM_SECONDS),
        Row(f"{what}: whole answer, p95", f"{share(seen.whole, 0.95):.2f} s", load),
    ]


def share(values: Sequence[float], part: float) -> float:
    """The value that `part` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


async def visit(address: str, asked: Sequence[str], visitors: int, seconds: float, pause: float = 0.0) -> Seen:
    """`visitors` people at once, each asking the next of `asked` `pause` seconds after the answer before has come."""
    seen, number, until = Seen(), count(), time.perf_counter() + seconds
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 80

    async def one(at: int) -> None:
        await asyncio.sleep(pause * at / visitors)
        while time.perf_counter() < until:
            try:
                await asyncio.wait_for(_ask(host, port, asked[next(number) % len(asked)], seen), WAIT_SECONDS)
            except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError) as error:
                seen.wrong.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)

    await asyncio.gather(*(one(at) for at in range(visitors)))
    return seen


async def _ask(host: str, port: int, question: str, seen: Seen) -> None:
    """One question on a connection of its own. Raises `ValueError` for anything but a whole answer."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        body = json.dumps({"question": question}).encode()
        writer.write(
            f"POST /api/v1/ask HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise ValueError(head.partition(b"\r\n")[0].decode())
        text = await reader.readuntil(b"event: ")
        seen.first.append(time.perf_counter() - began)
        text += await reader.read()
        if b"event: answer" not in text or b"event: done" not in text:
            raise ValueError(text[-200:].decode(errors="replace"))
        seen.whole.append(time.perf_counter() - began)
    finally:
        writer.close()


def main(address: str, seconds: float = SECONDS, pause: float = 0.0) -> None:
    """Measure a running server and print what the visitors saw."""
    seen = asyncio.run(visit(address, questions(), VISITORS, seconds, pause))
    print(f"{len(seen.whole)} answers in {seconds:.0f} s, {len(seen.wrong)} errors {seen.wrong[:3]}")
    for name, values in (("first words", seen.first), ("whole answer", seen.whole)):
        print(
            f"{name}: p50 {statistics.median(values):.3f} s, p95 {share(values, 0.95):.3f} s, most {max(values):.3f} s"
        )


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
