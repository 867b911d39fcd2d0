"""The stages of an answer, told to whoever watches: which, when and whether it failed, never what it was about.

Nobody watches unless `watch` was called for the request; then a stage costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Stage = Literal["wait", "embed", "search", "write", "verify"]
"""Waiting for a processor, the question's vector, look-ups, words (the library's or a model's), checking what a model said."""

Done = Callable[[bool], None]
"""Called at the end of a stage, with whether it failed."""
Watcher = Callable[[Stage], Done]
"""Called at the beginning of a stage, in the thread that does the work."""

_watcher: Final[ContextVar[Watcher | None]] = ContextVar("watcher", default=None)


def watch(watcher: Watcher | None) -> None:
    """Tell `watcher` of the stages of what is done from now on in this context."""
    _watcher.set(watcher)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """What is done meanwhile is this stage of an answer. Whoever leaves early did not fail."""
    watcher = _watcher.get()
    if watcher is None:
        yield
        return
    done, failed = watcher(name), False
    try:
        yield
    except Exception:
        failed = True
        raise
    finally:
        done(failed)
