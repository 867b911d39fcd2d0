"""Whether whoever asked still listens: what only they wait for is ended as soon as they leave.

Closing a generator would do, but not while a thread is inside it, waiting for a model's next words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final


class Presence:
    """Somebody who listens. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []
        self._has_left = False

    def leave(self) -> None:
        """They listen no more; what was begun for them is told to end."""
        with self._lock:
            self._has_left = True
            ends = list(self._ends)
        for end in ends:
            end()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """`end` is called if they leave meanwhile, or have left."""
        with self._lock:
            self._ends.append(end)
            is_late = self._has_left
        try:
            if is_late:
                end()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)


_listens: Final[ContextVar[Presence | None]] = ContextVar("listens", default=None)


def listens(somebody: Presence) -> None:
    """What is done from now on in this context is done for `somebody`."""
    _listens.set(somebody)


@contextmanager
def while_somebody_listens(end: Callable[[], None]) -> Iterator[None]:
    """`end` is called if whoever this is done for leaves meanwhile; never, where nobody said who that is."""
    somebody = _listens.get()
    if somebody is None:
        yield
        return
    with somebody.ending(end):
        yield
