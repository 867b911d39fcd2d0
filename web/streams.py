"""The places for answers that are sent as they are written."""

from __future__ import annotations

import os
from threading import Lock
from typing import Final

from anyio import CapacityLimiter

from web.errors import Refused

STREAM: Final = "text/event-stream"
STREAMED: Final = frozenset({"/api/v1/ask", "/api/v1/widget/ask"})
"""Addresses whose answer is a stream where the request accepts one."""
SECONDS: Final = 2
"""When to come again."""


class Streams:
    """At most `most` at once.

    `threads`: where pieces that cost nothing but processor time are drawn. More of them than processors can serve would only
    keep each other, and whoever else is asked for, from running.
    """

    def __init__(self, most: int) -> None:
        self._most, self._taken, self._lock = most, 0, Lock()
        self.threads = CapacityLimiter(2 * (os.cpu_count() or 1))

    @property
    def are_taken(self) -> bool:
        """Whether another would be refused."""
        return self._taken >= self._most

    def take(self) -> None:
        """Take a place. Raises `Refused` where there is none."""
        with self._lock:
            if self.are_taken:
                raise busy()
            self._taken += 1

    def give(self) -> None:
        """Give the place back."""
        with self._lock:
            self._taken -= 1


def busy() -> Refused:
    """What is told where all places are taken."""
    return Refused(503, "busy", "Many answers are being written: try again in a moment.", SECONDS)
