"""What can go wrong with a request, named by what the caller should do about it.

Failure
├── Invalid        the request must be changed (400, 413, 415, 422)
├── NotAllowed     another key is needed (401, 403)
├── NotFound       there is no such thing (404)
├── TooMany        wait `retry_after` seconds (429)
├── Unavailable    wait `retry_after` seconds, or the server is not reached at all (503)
└── Broken         the server failed, or its answer broke off (500 and the rest)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx


class Failure(Exception):
    """A request that was not answered: its status, code, words, details, and the id under which the server knows it."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, dict(details or {})
        self.request_id: str | None = self.details.get("request_id")
        self.retry_after: int | None = self.details.get("retry_after")


class Invalid(Failure):
    """The request must be changed; `details["fields"]` names what is wrong."""


class NotAllowed(Failure):
    """Another key is needed."""


class NotFound(Failure):
    """There is no such thing."""


class TooMany(Failure):
    """Too many requests: wait `retry_after` seconds."""


class Unavailable(Failure):
    """The server is busy or not reached: try again, after `retry_after` seconds where it says so."""


class Broken(Failure):
    """The server failed, or its answer broke off."""


_KINDS: Final[Mapping[int, type[Failure]]] = {
    400: Invalid, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 413: Invalid, 415: Invalid, 422: Invalid, 429: TooMany,
    503: Unavailable,
}  # fmt: skip


def failure(status: int, told: Any) -> Failure:
    """What a body of an error says; one that another server wrote says no more than its status."""
    error = told.get("error") if isinstance(told, dict) else None
    error = error if isinstance(error, dict) else {}
    kind = _KINDS.get(status, Broken)
    message = str(error.get("message") or f"the server answered {status}: see whether it is Clausier's")
    details = error.get("details")
    return kind(status, str(error.get("code") or "unknown"), message, details if isinstance(details, dict) else None)


def unreached(error: httpx.TransportError) -> Unavailable:
    """Nobody answers."""
    return Unavailable(503, "unreached", f"the server is not reached ({type(error).__name__}): is it running?")
