"""What is written down of the running of the server: never what people ask, send or are told.

A line names the request by its id, its route by the template (`/api/v1/passages/{passage_id}`) and a failure by its kind and
place. The words of an exception may quote what was sent, so they are left out unless the level is `debug`.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Literal, TextIO

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["text", "json"]

FIELDS: Final = "fields"
"""The attribute of a record that holds its figures by name."""
REQUESTS: Final = "clausier.requests"
"""The logger with a line for each request, at level `info`."""
_NONE: Final = "-"
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return _request_id.get()


def begin(given: str | None) -> str:
    """Take over the id that a caller gave, if it is a plain word, else make one; the id of what is answered from now on."""
    chosen = given if given and _ACCEPTED.fullmatch(given) else secrets.token_hex(8)
    _request_id.set(chosen)
    return chosen


def configure(level: Level, form: Form, stream: TextIO | None = None) -> None:
    """Write to `stream` (standard error) what is at least of `level`, a line of text or a JSON object a record."""
    handler = logging.StreamHandler(stream or sys.stderr)
    told = level == "debug"
    handler.setFormatter(JsonLines(messages=told) if form == "json" else Lines(messages=told))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


class Lines(logging.Formatter):
    """A line for people: time, level, id of the request, what happened; `messages` of exceptions may hold content."""

    def __init__(self, *, messages: bool = False) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        figures = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        head = f"{_time(record)} {record.levelname:7} {request_id() or _NONE} {record.name}: {record.getMessage()}"
        return "\n".join([f"{head} {figures}".rstrip(), *_failure(record, messages=self._messages)])


class JsonLines(logging.Formatter):
    """A JSON object a record: `time`, `level`, `logger`, `message`, `request_id`, its figures, and `failure`, a list of
    lines."""

    def __init__(self, *, messages: bool = False) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id() or None,
            **_fields(record),
        }
        if failure := list(_failure(record, messages=self._messages)):
            told["failure"] = failure
        return json.dumps(told, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found = getattr(record, FIELDS, None)
    return found if isinstance(found, dict) else {}


def _failure(record: logging.LogRecord, *, messages: bool) -> Iterator[str]:
    """A failure with what led to it: the places in the code and the kinds, the last call last."""
    error = record.exc_info[1] if record.exc_info else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = type(error).__qualname__
        yield f"Traceback of {kind}: {error}" if messages else f"Traceback of {kind}"
        yield from _places(error.__traceback__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(where: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(where):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
