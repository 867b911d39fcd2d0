"""Work that gives way."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from web.beside import NICENESS, beside
from web.logs import begin, request_id


def test_work_gives_what_it_gives_and_raises_what_it_raises() -> None:
    assert beside(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0)


def test_it_belongs_to_the_request_that_asked_for_it() -> None:
    key = begin(None)
    assert beside(request_id) == key


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives threads a niceness of their own")
def test_it_gives_way_and_nothing_else_does() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    assert beside(niceness) == max(before, NICENESS)
    assert niceness() == before
