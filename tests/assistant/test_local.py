"""The calls of programs in this process: the shapes of the API, its limits, and what an audience may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.draft.drafter import Drafter
from assistant.local import MOST, Local
from assistant.wiring import Assistant
from knowledge.errors import ClausierError, InvalidInput, NotFound, TooLarge
from knowledge.settings import Settings
from tests.assistant.quiz import shelf
from tests.fakes import TODAY, Parts, document, installed, put

SECRET = "zorglubine"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    made = installed(tmp_path_factory.mktemp("local"))
    put(made.store, made.encoder, document("memo", f"{SECRET} late payment", visibility="internal"))
    return made


def local(parts: Parts, audience: Any = "client") -> Local:
    fields = dict.fromkeys(Assistant.__dataclass_fields__, cast(Any, None))
    fields |= {
        "settings": Settings(_env_file=None, data_dir=Path("nowhere")),
        "store": parts.store, "index": parts.index, "library": shelf.library(), "retriever": parts.retriever,
        "writer": parts.writer(), "drafter": Drafter(shelf.library(), parts.retriever, lambda: TODAY),
    }  # fmt: skip
    return Local(Assistant(**fields), audience, lambda: dt.date(2026, 3, 1))


def test_what_was_said_before_counts(parts: Parts) -> None:
    calls = local(parts)
    history = [{"role": "user", "content": "When is late payment interest due?"}]
    after = calls.ask("And how much is it?", history=history)
    assert after["language"] == "en"
    assert "late-payment" in after["topics"]


@pytest.mark.parametrize("audience", ["client", "trainee", "lawyer"])
def test_an_audience_sees_its_own(parts: Parts, audience: str) -> None:
    calls, is_lawyer = local(parts, audience), audience == "lawyer"
    hits = calls.search(f"{SECRET} late payment", k=MOST)["hits"]
    assert any(SECRET in hit["text"] for hit in hits) is is_lawyer
    assert (calls.clause("liability")["ladder"] is not None) is is_lawyer
    assert (calls.draft(types=["liability"])["clauses"][0]["notes"] is not None) is is_lawyer
    if is_lawyer:
        assert calls.passage("memo.0")["text"].startswith(SECRET)
    else:
        with pytest.raises(NotFound):
            calls.passage("memo.0")


def test_clauses_are_listed_by_topic(parts: Parts) -> None:
    every, some = local(parts).clauses()["clauses"], local(parts).clauses(topic="liability-cap")["clauses"]
    assert 0 < len(some) < len(every)
    assert all("liability-cap" in one["topics"] for one in some)


def test_a_wording_is_one_position(parts: Parts) -> None:
    shown = local(parts).clause("liability.customer")
    assert [one["position"] for one in shown["positions"]] == ["customer"]


WRONG: list[tuple[Callable[[Local], object], type[ClausierError]]] = [
    (lambda calls: calls.search(" "), InvalidInput),
    (lambda calls: calls.search("x", k=0), InvalidInput),
    (lambda calls: calls.search("x", k=MOST + 1), InvalidInput),
    (lambda calls: calls.ask("x" * 5000), TooLarge),
    (lambda calls: calls.ask(""), InvalidInput),
    (lambda calls: calls.ask("half \ud800"), InvalidInput),
    (lambda calls: calls.ask("\x00"), InvalidInput),
    (lambda calls: calls.draft(), InvalidInput),
    (lambda calls: calls.draft("x" * 5000), TooLarge),
    (lambda calls: calls.clause("none"), NotFound),
    (lambda calls: calls.clause("liability.none"), NotFound),
    (lambda calls: calls.checklist(topics=["none"]), InvalidInput),
    (lambda calls: calls.passage("none"), NotFound),
]


@pytest.mark.parametrize(("call", "error"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named(parts: Parts, call: Callable[[Local], object], error: type[ClausierError]) -> None:
    with pytest.raises(error):
        call(local(parts))
