"""Requests in plain words: the right clause, for the right side, with the right figures and choices.

Those named `tuned` were looked at while the cues and rules were chosen; how `held_out` fares was only counted. The same hand
wrote requests and cues, so that what strangers write is read less well: the eighty of `tuned-first` and `tuned-second` were
written last and measured once before anybody looked. Types 100 % and 100 %; variables 95 % and 90 %; requests of which nothing
at all was missed 85 % and 75 %.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.draft.brief import Brief, understand
from assistant.draft.drafter import Drafter
from knowledge.errors import ModelUnavailable
from knowledge.library import load

GOLDEN = Path(__file__).parents[2] / "golden" / "draft_requests.jsonl"
REQUESTS: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
LIBRARY = load()


def is_right(row: dict[str, Any], brief: Brief) -> bool:
    """Every figure where it belongs, and nothing else changed but to what is the default anyway."""
    clause = LIBRARY.clauses[brief.type]
    more = {
        name
        for name, value in brief.values.items()
        if name not in row["values"] and value != clause.default(name, brief.position)
    }
    return brief.type == row["type"] and not more and all(is_said(row, brief, name) for name in row["values"])


def is_said(row: dict[str, Any], brief: Brief, name: str) -> bool:
    """Whether the brief holds what the row expects of a variable; JSON has lists where a variable has tuples."""
    value = brief.values.get(name)
    return (list(value) if isinstance(value, tuple) else value) == row["values"][name]


def shares(drafter: Drafter, part: str) -> dict[str, float]:
    rows = [row for row in REQUESTS if row["part"] == part]
    briefs = [understand(row["request"], LIBRARY, drafter.matcher) for row in rows]
    read = list(zip(rows, briefs, strict=True))
    return {
        "type": sum(row["type"] == brief.type for row, brief in read) / len(rows),
        "position": sum(row["position"] == brief.position for row, brief in read) / len(rows),
        "language": sum(row["lang"] == brief.language for row, brief in read) / len(rows),
        "values": sum(is_right(row, brief) for row, brief in read) / len(rows),
        "variables": sum(is_said(row, brief, name) for row, brief in read for name in row["values"])
        / sum(len(row["values"]) for row in rows),
    }


def test_the_requests_are_a_fair_sample() -> None:
    assert len({row["id"] for row in REQUESTS}) == len(REQUESTS) == 266
    for part, least in (("tuned", 170), ("held_out", 90)):
        rows = [row for row in REQUESTS if row["part"] == part]
        assert len(rows) >= least
        assert 0.45 <= sum(row["lang"] == "fr" for row in rows) / len(rows) <= 0.55
        assert {row["position"] for row in rows} == {"customer", "balanced", "provider"}
    assert {row["type"] for row in REQUESTS} == LIBRARY.clauses.keys()
    for row in REQUESTS:
        assert row["values"].keys() <= LIBRARY.clauses[row["type"]].variables.keys(), row["id"]


def test_words_alone_read_most_of_them() -> None:
    """Measured without a model: types 99 % and 100 %, variables 98 % and 99 %."""
    drafter = Drafter(LIBRARY, None, dt.date.today)
    for part in ("tuned", "held_out"):
        found = shares(drafter, part)
        assert found["type"] >= 0.95
        assert found["variables"] >= 0.90
        assert found["language"] == 1.0


@pytest.fixture(scope="module")
def drafter() -> Iterator[Drafter]:
    """Over the whole library with the real model."""
    from assistant.wiring import open_assistant
    from bench.library import indexed_library

    try:
        settings, encoder = indexed_library()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    assistant = open_assistant(settings, encoder=encoder)
    yield assistant.drafter
    assistant.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_requests_are_understood(drafter: Drafter, part: str) -> None:
    """Measured: tuned and held out, types 99 % and 100 %, variables 98 % and 99 %, whole requests 96 % and 98 %."""
    found = shares(drafter, part)
    assert found["type"] >= 0.95
    assert found["position"] >= 0.95
    assert found["language"] == 1.0
    assert found["values"] >= 0.90
    assert found["variables"] >= 0.95
