"""Many visitors at once, for a short while. How quick that is, is measured in bench/visitors.py."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bench.server import peak_mb
from bench.visitors import share, visit
from tests.web.firm import build, served

QUESTIONS = (
    "When is late payment interest due, and how much is it?",
    "Le prestataire dépasse toujours le délai d'intervention : que faire ?",
    "What does the quokka escrow protocol require of the provider?",
    "How do I bake bread?",
)
VISITORS = 50


@pytest.mark.slow
def test_everybody_is_answered_and_memory_stays_bounded(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = build(tmp_path_factory.getbasetemp())
    data = tmp_path_factory.mktemp("visitors") / "data"
    with served(folder, data, CLAUSIER_QUESTIONS_PER_MINUTE="10000") as address:
        process = owner(data)
        first = asyncio.run(visit(address, QUESTIONS, VISITORS, 12.0))  # each thread takes memory of its own, once
        before = peak_mb(process)
        second = asyncio.run(visit(address, QUESTIONS, VISITORS, 8.0))
        grown = peak_mb(process) - before
    for seen in (first, second):
        assert seen.wrong == []
        assert len(seen.whole) == len(seen.first) >= VISITORS
    assert grown < 60, "megabytes that more of the same questions took"


@pytest.mark.parametrize(("part", "expected"), [(0.5, 3.0), (0.95, 4.0), (0.0, 1.0)])
def test_shares(part: float, expected: float) -> None:
    assert share([4.0, 1.0, 3.0, 2.0], part) == expected


def owner(data: Path) -> int:
    """The process that serves a data directory."""
    return int(json.loads((data / "owner.pid").read_text("utf-8")))
