"""Measurements against peers and limits, each a ratio measured in one run.

python -m bench            all of them
python -m bench help       one of them: ask, ingestion, search, draft, review, help, memory, start, visitors, verify
"""

from __future__ import annotations

import importlib
import os
import sys
import time

MEASURES = {
    "ask": ("bench.ask", "measure"),
    "ingestion": ("bench.ingestion", "measure"),
    "help": ("bench.help", "measure"),
    "memory": ("bench.server", "memory"),
    "start": ("bench.server", "start"),
    "search": ("bench.search", "measure"),
    "draft": ("bench.draft", "measure"),
    "review": ("bench.review", "measure"),
    "visitors": ("bench.visitors", "measure"),
    "verify": ("bench.verify", "measure"),
}


def main(names: list[str]) -> int:
    """Measure, print the table; 1 if an aim was missed."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"there is no measurement {unknown[0]!r}: choose of {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the product does, see clausier/group.py
    from bench.table import lines

    rows = []
    for name in names or MEASURES:
        began = time.perf_counter()
        module, function = MEASURES[name]
        rows += getattr(importlib.import_module(module), function)()
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(lines(rows)))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
