"""How long the server waits for a request: clients that send a byte now and then do not hold its connections.

uvicorn itself waits for ever for the head of a request; bodies are counted and timed by `web.limits`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive, on a connection that is open."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for the head of each request; a head that is too long is refused by h11."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A request whose head is here may take its time."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before and self._deadline:
            self._deadline.cancel()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        if self._deadline:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)
