"""Whoever leaves ends what only they wait for, at once and once; whoever stays ends nothing."""

from __future__ import annotations

import contextvars
import threading
import time

import pytest

from assistant.llm import FAILURES, Left, Model
from assistant.presence import Presence, listens, while_somebody_listens
from tests.assistant import scripted
from tests.assistant.test_llm import ASK, settings


def test_what_goes_on_is_ended_when_they_leave() -> None:
    somebody, ended = Presence(), []
    with somebody.ending(lambda: ended.append("first")), somebody.ending(lambda: ended.append("second")):
        assert ended == []
        somebody.leave()
    assert ended == ["first", "second"]


def test_what_is_over_is_not_ended_and_what_begins_late_is() -> None:
    somebody, ended = Presence(), []
    with somebody.ending(lambda: ended.append("over")):
        pass
    somebody.leave()
    with somebody.ending(lambda: ended.append("late")):
        assert ended == ["late"]


def test_where_nobody_is_named_nothing_is_ended() -> None:
    with while_somebody_listens(lambda: pytest.fail("nobody left")):
        pass


@pytest.mark.check("D03")
def test_a_model_that_says_nothing_is_left_with_its_reader() -> None:
    """However often: it is no failure of the model, which is asked again."""
    with scripted.serve(scripted.hang) as server:
        model = Model(settings(server.url, llm_first_token_seconds=30, llm_total_seconds=60))
        for _ in range(FAILURES + 1):
            somebody = Presence()
            threading.Timer(0.1, somebody.leave).start()

            def ask(somebody: Presence = somebody) -> None:
                listens(somebody)
                list(model.stream(ASK))

            began = time.monotonic()
            with pytest.raises(Left):
                contextvars.copy_context().run(ask)
            assert time.monotonic() - began < 10
        assert len(server.asked) == FAILURES + 1
