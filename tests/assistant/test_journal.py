"""Conversations: kept, referred to, rated, and deleted for good."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.converse import Turn
from assistant.journal import REMEMBERED, Journal
from knowledge.errors import NotFound
from knowledge.store import Store
from tests.fakes import NOW, everything, new_store

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def journal(store: Store) -> Journal:
    return Journal(store)


def test_what_is_said_is_kept_in_order(journal: Journal) -> None:
    key = journal.open(NOW)
    first = journal.add(key, "Préavis ?", {"answer": "Trois mois. 😀"}, NOW)
    second = journal.add(key, "why", {"answer": "Because."}, NOW)
    assert journal.turns(key) == [
        ("Préavis ?", {"answer": "Trois mois. 😀", "id": first}),
        ("why", {"answer": "Because.", "id": second}),
    ]
    assert journal.history(key) == (
        Turn("user", "Préavis ?"), Turn("assistant", "Trois mois. 😀"), Turn("user", "why"), Turn("assistant", "Because."),
    )  # fmt: skip


def test_a_follow_up_refers_to_the_last_turns(journal: Journal) -> None:
    key = journal.open(NOW)
    for n in range(REMEMBERED + 3):
        journal.add(key, f"q{n}", {"answer": f"a{n}"}, NOW + n * HOUR)
    assert journal.history(key)[0] == Turn("user", "q3")
    assert len(journal.history(key)) == 2 * REMEMBERED


def test_names_cannot_be_guessed(journal: Journal) -> None:
    keys = {journal.open(NOW) for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 32


def test_the_last_rating_counts(journal: Journal, store: Store) -> None:
    key = journal.open(NOW)
    answer = journal.add(key, "q", {"answer": "a"}, NOW)
    journal.rate(key, answer, "up", None, NOW)
    journal.rate(key, answer, "down", "wrong article", NOW + HOUR)
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT turn_id, verdict, reason, given_at FROM feedback").all()
    assert [tuple(row) for row in rows] == [(answer, "down", "wrong article", (NOW + HOUR).isoformat())]


def test_only_ones_own_answers_are_rated(journal: Journal) -> None:
    mine, other = journal.open(NOW), journal.open(NOW)
    answer = journal.add(other, "q", {"answer": "a"}, NOW)
    with pytest.raises(NotFound):
        journal.rate(mine, answer, "up", None, NOW)
    with pytest.raises(NotFound):
        journal.rate(other, "nothing", "up", None, NOW)


def test_what_is_unknown_is_said(journal: Journal) -> None:
    for ask in (
        journal.turns,
        journal.history,
        lambda key: journal.delete(key, NOW),
        lambda key: journal.add(key, "q", {}, NOW),
    ):
        with pytest.raises(NotFound, match="conversation"):
            ask("nowhere")


def test_deleting_leaves_a_receipt_and_no_bytes(journal: Journal, store: Store) -> None:
    key, kept = journal.open(NOW), journal.open(NOW)
    answer = journal.add(key, "About Zanzibar", {"answer": "Zanzibar it is"}, NOW)
    journal.add(kept, "About Elba", {"answer": "Elba"}, NOW)
    journal.rate(key, answer, "down", "Zanzibar again", NOW)
    turns = journal.turns(key)
    receipt = journal.delete(key, NOW + HOUR)
    assert (receipt.conversation_id, receipt.turns, receipt.feedback) == (key, 1, 1)
    assert receipt.sha256 == hashlib.sha256(json.dumps(turns, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    with pytest.raises(NotFound):
        journal.turns(key)
    assert len(journal.turns(kept)) == 1
    left = everything(store)
    assert b"Zanzibar" not in left
    assert key.encode() not in left


def test_old_conversations_are_purged(journal: Journal) -> None:
    old, fresh, revived = journal.open(NOW), journal.open(NOW + 3 * HOUR), journal.open(NOW)
    journal.add(old, "q", {"answer": "a"}, NOW)
    journal.add(revived, "q", {"answer": "a"}, NOW + 2 * HOUR)
    assert journal.purge(NOW + HOUR) == 1
    assert journal.purge(NOW + HOUR) == 0
    assert journal.turns(fresh) == []
    assert len(journal.turns(revived)) == 1
    with pytest.raises(NotFound):
        journal.turns(old)


def test_conversations_are_listed_with_what_calls_for_attention(tmp_path: Path) -> None:
    store = new_store(tmp_path / "clausier.db")
    journal = Journal(store)

    def said(question: str, hour: int, **answer: object) -> str:
        moment = NOW + dt.timedelta(hours=hour)
        key = journal.open(moment)
        plain = {"answer": "", "language": "fr", "audience": "client", "handoff": False, "reason": None}
        turn = journal.add(key, question, {**plain, **answer}, moment)
        journal.rate(key, turn, "down" if answer.get("down") else "up", None, moment)
        return key

    calm = said("first", 0)
    urgent = said("second", 1, handoff=True, audience="lawyer")
    silent = said("third", 2, reason="not_in_library", down=True)
    journal.add(calm, "and then?", {"answer": "", "language": "fr", "handoff": False}, NOW + dt.timedelta(hours=3))
    journal.open(NOW + dt.timedelta(hours=4))  # nothing was said
    found = {one.id: one for one in journal.recent()}
    assert list(found) == [calm, silent, urgent]
    assert (found[calm].question, found[calm].turns, found[calm].language) == ("first", 2, "fr")
    flags = {key: (one.handoff, one.unanswered, one.unhelpful, one.by_lawyer) for key, one in found.items()}
    assert flags == {
        calm: (False, False, False, False),
        urgent: (True, False, False, True),
        silent: (False, True, True, False),
    }
    assert [(one.question, one.reason) for one in journal.unanswered()] == [("third", "not_in_library")]
    assert len(journal.recent(1)) == 1
    store.close()
