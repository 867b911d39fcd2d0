"""What is written down: lines and JSON, ids, and no content."""

from __future__ import annotations

import contextvars
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from web import logs

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


def written(form: logs.Form, level: logs.Level, *, fail: bool = False, **fields: Any) -> str:
    """What stands on the stream after one record within a request."""
    stream = io.StringIO()
    logs.configure(level, form, stream)

    def record() -> None:
        logs.begin("req-1")
        log = logging.getLogger("clausier.test")
        try:
            if fail:
                raise ValueError(SECRET) from KeyError(SECRET)
        except ValueError as error:
            log.error("it failed", exc_info=error)
        else:
            log.info("done", extra={logs.FIELDS: fields})

    contextvars.Context().run(record)
    return stream.getvalue()


def test_json_lines_carry_the_id_and_the_figures() -> None:
    told = json.loads(written("json", "info", route="/x/{y}", ms=1.5))
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "info", "logger": "clausier.test", "message": "done", "request_id": "req-1", "route": "/x/{y}", "ms": 1.5,
    }  # fmt: skip


def test_lines_of_text_carry_the_same() -> None:
    assert "INFO    req-1 clausier.test: done route=/x/{y} ms=1.5\n" in written("text", "info", route="/x/{y}", ms=1.5)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_level_is_kept_to(form: logs.Form) -> None:
    assert written(form, "warning") == ""


@pytest.mark.check("P01")
@pytest.mark.parametrize("form", ["text", "json"])
def test_failures_are_told_by_kind_and_place_without_their_words(form: logs.Form) -> None:
    told = written(form, "info", fail=True)
    assert SECRET not in told
    assert "Traceback of ValueError" in told
    assert "Traceback of KeyError" in told
    assert "test_logs.py" in told
    assert SECRET in written(form, "debug", fail=True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-1.2_3", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a b", False),
        ("a\nb", False),
        ("é", False),
        ("", False),
        (None, False),
    ],
)
def test_an_id_is_taken_over_if_it_is_a_plain_word(given: str | None, kept: bool) -> None:
    made = contextvars.Context().run(logs.begin, given)
    assert (made == given) is kept
    assert 8 <= len(made) <= 64 or kept


def test_outside_of_a_request_there_is_no_id() -> None:
    assert contextvars.Context().run(logs.request_id) == ""
