"""`clausier --help` against a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.table import Row, alternating, compared, median

ROUNDS = 15
AIM = 10.0
AIM_MS = 500.0


def measure() -> list[Row]:
    program = str(Path(sys.executable).with_name("clausier"))
    ours, peer = alternating(lambda: _run(program, "--help"), lambda: _run(sys.executable, "-c", "pass"), ROUNDS)
    seconds = median(ours)
    return [
        compared("clausier --help", seconds, median(peer), "ms", AIM, "python -c pass"),
        Row("clausier --help, by itself", f"{seconds:.0f} ms", aim=f"< {AIM_MS:.0f} ms", met=seconds < AIM_MS),
    ]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
