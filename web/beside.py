"""Work that gives way to what people wait for."""

from __future__ import annotations

import contextvars
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
NICENESS: Final = 15
"""How far behind others, of 19."""


def beside(work: Callable[[], T]) -> T:
    """What `work` gives, done in a thread to which the system gives what processor time others leave, where it can tell
    threads apart; raises what it raises."""
    with ThreadPoolExecutor(1, "beside", _give_way) as threads:
        return threads.submit(contextvars.copy_context().run, work).result()


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
