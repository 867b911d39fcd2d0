"""What was said: conversations and feedback. The second of the two places that write.

A conversation belongs to whoever knows its id, which cannot be guessed. It can be taken away and deleted for good.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.converse import Turn
from knowledge.errors import NotFound
from knowledge.store import Store

REMEMBERED = 6
"""Turns of a conversation that a follow-up may refer to."""


@dataclass(frozen=True, slots=True)
class DeletionReceipt:
    """What was deleted. `sha256` is the digest of the deleted questions and answers: it proves what is gone, and tells
    nothing of it."""

    conversation_id: str
    turns: int
    feedback: int
    deleted_at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list: its first question, and what in it calls for attention."""

    id: str
    last_at: str
    turns: int
    question: str
    language: str
    handoff: bool
    unanswered: bool
    unhelpful: bool
    by_lawyer: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was declined, and the reason that was given."""

    asked_at: str
    conversation_id: str
    question: str
    reason: str


class Journal:
    """Conversations in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, now: dt.datetime) -> str:
        """Begin a conversation; its id."""
        key = secrets.token_urlsafe(24)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO conversation VALUES (?, ?, ?)", (key, now.isoformat(), now.isoformat())
            )
        return key

    def add(self, conversation_id: str, question: str, answer: Mapping[str, Any], now: dt.datetime) -> str:
        """Write down a question with its answer; the answer's id. Raises `NotFound`."""
        key = secrets.token_urlsafe(12)
        with self._store.writing(content=False) as connection:
            self._touch(connection, conversation_id, now)
            connection.exec_driver_sql(
                "INSERT INTO turn VALUES (?, ?, ?, ?, ?)",
                (
                    key,
                    conversation_id,
                    now.isoformat(),
                    question,
                    json.dumps({**answer, "id": key}, ensure_ascii=False),
                ),
            )
        return key

    def turns(self, conversation_id: str) -> list[tuple[str, dict[str, Any]]]:
        """Every question with its answer, in order. Raises `NotFound`."""
        with self._store.reading() as connection:
            known = connection.exec_driver_sql("SELECT 1 FROM conversation WHERE id = ?", (conversation_id,)).scalar()
            if not known:
                raise _unknown()
            query = "SELECT question, answer FROM turn WHERE conversation_id = ? ORDER BY asked_at, rowid"
            return [(row[0], json.loads(row[1])) for row in connection.exec_driver_sql(query, (conversation_id,))]

    def recent(self, limit: int = 100) -> list[Summary]:
        """The conversations in which something was said, the last first."""
        begun = """SELECT id, last_at FROM conversation c WHERE EXISTS (SELECT 1 FROM turn WHERE conversation_id = c.id)
                   ORDER BY last_at DESC LIMIT ?"""
        with self._store.reading() as connection:
            last = {key: at for key, at in connection.exec_driver_sql(begun, (limit,))}
            if not last:
                return []
            marks = ",".join("?" * len(last))
            query = f"""SELECT t.conversation_id, t.question, t.answer, f.verdict FROM turn t
                        LEFT JOIN feedback f ON f.turn_id = t.id
                        WHERE t.conversation_id IN ({marks}) ORDER BY t.asked_at, t.rowid"""
            said: dict[str, list[tuple[str, dict[str, Any], str | None]]] = {key: [] for key in last}
            for key, question, answer, verdict in connection.exec_driver_sql(query, tuple(last)):
                said[key].append((question, json.loads(answer), verdict))
        return [_summary(key, last[key], turns) for key, turns in said.items()]

    def unanswered(self, limit: int = 50) -> list[Unanswered]:
        """The questions that were declined, the last first."""
        query = """SELECT asked_at, conversation_id, question, answer FROM turn
                   WHERE answer NOT LIKE ? ORDER BY asked_at DESC LIMIT ?"""
        with self._store.reading() as connection:
            found = connection.exec_driver_sql(query, ('%"reason": null%', limit)).all()
        declined = ((row, json.loads(row[3]).get("reason")) for row in found)
        return [Unanswered(row[0], row[1], row[2], reason) for row, reason in declined if reason]

    def history(self, conversation_id: str) -> tuple[Turn, ...]:
        """What a follow-up may refer to. Raises `NotFound`."""
        recent = self.turns(conversation_id)[-REMEMBERED:]
        return tuple(
            turn
            for question, answer in recent
            for turn in (Turn("user", question), Turn("assistant", str(answer["answer"])))
        )

    def rate(
        self, conversation_id: str, answer_id: str, verdict: Literal["up", "down"], reason: str | None, now: dt.datetime
    ) -> None:
        """Keep what the reader thought of an answer; the last word counts. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            belongs = connection.exec_driver_sql(
                "SELECT 1 FROM turn WHERE id = ? AND conversation_id = ?", (answer_id, conversation_id)
            ).scalar()
            if not belongs:
                raise NotFound("there is no such answer in this conversation: reload the page")
            put = """INSERT INTO feedback VALUES (?, ?, ?, ?) ON CONFLICT (turn_id) DO UPDATE SET
                     given_at = excluded.given_at, verdict = excluded.verdict, reason = excluded.reason"""
            connection.exec_driver_sql(put, (answer_id, now.isoformat(), verdict, reason))

    def delete(self, conversation_id: str, now: dt.datetime) -> DeletionReceipt:
        """Delete a conversation for good, down to the bytes. Raises `NotFound`."""
        turns = self.turns(conversation_id)
        digest = hashlib.sha256(json.dumps(turns, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        with self._store.writing(content=False) as connection:
            count = "SELECT count(*) FROM feedback f JOIN turn t ON t.id = f.turn_id WHERE t.conversation_id = ?"
            feedback = int(connection.exec_driver_sql(count, (conversation_id,)).scalar() or 0)
            connection.exec_driver_sql("DELETE FROM conversation WHERE id = ?", (conversation_id,))
        self._store.checkpoint()
        return DeletionReceipt(conversation_id, len(turns), feedback, now.isoformat(), digest)

    def purge(self, before: dt.datetime, keep: Collection[str] = ()) -> int:
        """Delete every conversation in which nothing was said since `before`, but for those of `keep`; how many."""
        old = "SELECT id FROM conversation WHERE last_at < ?"
        with self._store.writing(content=False) as connection:
            found = connection.exec_driver_sql(old, (before.isoformat(),)).scalars().all()
            gone = [key for key in found if key not in keep]
            for key in gone:
                connection.exec_driver_sql("DELETE FROM conversation WHERE id = ?", (key,))
            count = len(gone)
        if count:
            self._store.checkpoint()
        return count

    @staticmethod
    def _touch(connection: Any, conversation_id: str, now: dt.datetime) -> None:
        update = "UPDATE conversation SET last_at = ? WHERE id = ?"
        if not connection.exec_driver_sql(update, (now.isoformat(), conversation_id)).rowcount:
            raise _unknown()


def _summary(key: str, last_at: str, turns: Sequence[tuple[str, dict[str, Any], str | None]]) -> Summary:
    answers = [answer for _, answer, _ in turns]
    return Summary(
        key,
        last_at,
        len(turns),
        turns[0][0],
        str(answers[-1].get("language") or "en"),
        any(answer.get("handoff") for answer in answers),
        any(answer.get("reason") == "not_in_library" for answer in answers),
        any(verdict == "down" for _, _, verdict in turns),
        any(answer.get("audience") == "lawyer" for answer in answers),
    )


def _unknown() -> NotFound:
    return NotFound("there is no such conversation: it was deleted or has expired; ask again to begin another")
