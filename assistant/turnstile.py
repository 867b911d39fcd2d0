"""Work that needs a processor, so many at a time and first come, first served."""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import TracebackType


class Turnstile:
    """Lets `places` threads through at once, the others in the order in which they came.

    For work that fills a core: more at once would only take the processor, and Python's lock, from each other and from whoever
    sends answers out. A semaphore will not do, since it lets late comers overtake.
    """

    def __init__(self, places: int) -> None:
        self._lock = Lock()
        self._free = places
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
