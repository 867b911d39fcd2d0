"""What the server does before a request is one: it waits for its head so long and no longer, and in a crowd sends it away unread.

uvicorn itself waits for ever for the head of a request; bodies are counted and timed by `web.limits`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from web.errors import body
from web.limits import ALIVE, CROWDED, SECONDS, SECURITY

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive, on a connection that is open."""
_UNACKED = struct.Struct("24xI")
"""`tcpi_unacked` of `struct tcp_info` (linux/tcp.h), which is of a listening socket the length of its queue."""
_ALIVE_LINE = f"GET {ALIVE} ".encode()


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for the head of each request; a head that is too long is refused by h11.

    Whoever comes while a crowd waits to be let in is told 503 without being read, the sign of life excepted: to read a request
    in order to refuse it costs several times a look at its first bytes, and all behind it wait so long.
    """

    _deadline: asyncio.TimerHandle | None = None
    _is_known = False

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A request whose head is here may take its time."""
        if not self._is_known and self.is_crowded() and not _asks_for_life(data):
            self.turn_away()
            return
        self._is_known, before = True, self.cycle
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

    def is_crowded(self) -> bool:
        """Whether too many wait to be let in; here nobody counts them."""
        return False

    def turn_away(self) -> None:
        """Tell whoever is not read to come back."""
        self.transport.write(REFUSAL)
        self.transport.close()

    def _wait(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)


def patient(listener: socket.socket, most: int, turned_away: Callable[[], None]) -> type[PatientProtocol]:
    """The protocol of a server at whose `listener` no more than `most` connections may wait; `turned_away` is called for each
    that is not read."""

    class Patient(PatientProtocol):
        def is_crowded(self) -> bool:
            return waiting(listener) > most

        def turn_away(self) -> None:
            super().turn_away()
            turned_away()

    return Patient


def waiting(listener: socket.socket) -> int:
    """How many connections wait to be accepted, as Linux counts them; elsewhere none is known of."""
    if sys.platform != "linux":
        return 0
    told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKED.size)
    return int(_UNACKED.unpack(told)[0])


def _asks_for_life(data: bytes) -> bool:
    return data.startswith(_ALIVE_LINE) or _ALIVE_LINE.startswith(data)


def _refusal() -> bytes:
    content = json.dumps(body("busy", CROWDED)).encode()
    headers = {
        **SECURITY, "Content-Type": "application/json", "Content-Length": len(content), "Retry-After": SECONDS,
        "Cache-Control": "no-store", "Connection": "close",
    }  # fmt: skip
    lines = ["HTTP/1.1 503 Service Unavailable", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + content


REFUSAL = _refusal()
"""What is told whoever is not read."""
