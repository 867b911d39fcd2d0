"""What a measurement found, and the table in which it is shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measure beside what it is compared with. `value` is what `aim` is about, and `met` whether it is reached."""

    measure: str
    ours: str
    peer: str = "-"
    ratio: str = "-"
    aim: str = "-"
    met: bool | None = None


HEADINGS = ("measure", "ours", "peer", "ratio", "aim", "met")


def compared(measure: str, ours: float, peer: float, unit: str, most: float, peer_name: str) -> Row:
    """A row where ours may take `most` times what the peer takes."""
    ratio = ours / peer
    return Row(
        measure, f"{ours:.1f} {unit}", f"{peer:.1f} {unit} ({peer_name})", f"{ratio:.2f}", f"<= {most:g}", ratio <= most
    )


def alternating(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of both, one after the other and then the other way round, so that a busy machine slows both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for at in (0, 1) if turn % 2 == 0 else (1, 0):
            times[at].append(milliseconds((first, second)[at]))
    return times


def milliseconds(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) * 1000


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a Markdown table with columns that line up."""
    verdict = {None: "-", True: "yes", False: "NO"}
    cells = [HEADINGS, *((r.measure, r.ours, r.peer, r.ratio, r.aim, verdict[r.met]) for r in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(HEADINGS))]
    for at, row in enumerate(cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if at == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
