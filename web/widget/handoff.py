"""What visitors write to the firm when the assistant is not enough: kept for the lawyers until it is deleted or too old."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa

from knowledge.errors import NotFound
from knowledge.models import Language
from knowledge.store import Store
from web.widget.unfit import Unfit

State = Literal["new", "taken", "done"]
STATES: Final[tuple[State, ...]] = get_args(State)
LONGEST_NAME: Final = 120
LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 octets, two of them brackets."""
LONGEST_PHONE: Final = 40
LONGEST_MESSAGE: Final = 4000
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]{5,40}")
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No signs that are mistaken for one another when a number is read out."""
_COLUMNS: Final = (
    "number, site_id, created_at, changed_at, name, email, phone, message, lang, conversation_id, state, taken_by, "
    "mailed_at"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody writes. `phone` may be empty; `conversation_id` where they send the conversation along."""

    name: str
    email: str
    phone: str
    message: str
    lang: Language
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """A letter as it is kept. `number` is what the visitor knows it by; `conversation_id` is gone when the conversation is."""

    number: str
    site: str
    created_at: str
    changed_at: str
    name: str
    email: str
    phone: str
    message: str
    lang: Language
    conversation_id: str | None
    state: State
    taken_by: str | None
    mailed_at: str | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A letter of which the firm has not been told: since when it is due, and how often it was tried."""

    handoff: Handoff
    due: str
    tries: int


def checked(letter: Letter) -> Letter:
    """The letter with its lines trimmed. Raises `Unfit` for what the firm could not answer."""
    name, email, phone = (" ".join(part.split()) for part in (letter.name, letter.email, letter.phone))
    message = letter.message.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Unfit("name", f"name: write your name, at most {LONGEST_NAME} characters")
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Unfit("email", "email: this is no address that the firm could answer to: write it as name@example.org")
    if phone and not _PHONE.fullmatch(phone):
        raise Unfit("phone", f"phone: write digits and spaces, at most {LONGEST_PHONE}, or leave it out")
    if not 1 <= len(message) <= LONGEST_MESSAGE:
        raise Unfit("message", f"message: write what it is about, at most {LONGEST_MESSAGE:,} characters")
    return Letter(name, email, phone, message, letter.lang, letter.conversation_id)


class Handoffs:
    """The letters of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, site: str, letter: Letter, now: dt.datetime) -> Handoff:
        """Keep a letter. Raises `Unfit`."""
        sent, number = checked(letter), new_number()
        values = {
            "number": number, "site": site, "at": now.isoformat(), "name": sent.name, "email": sent.email,
            "phone": sent.phone, "message": sent.message, "lang": sent.lang, "conversation": sent.conversation_id,
        }  # fmt: skip
        put = sa.text(
            "INSERT INTO handoff (number, site_id, created_at, changed_at, name, email, phone, message, lang, "
            "conversation_id, state, mail_tries, mail_at) VALUES (:number, :site, :at, :at, :name, :email, :phone, :message, "
            ":lang, :conversation, 'new', 0, :at)"
        )
        with self._store.writing(content=False) as connection:
            connection.execute(put, values)
        return self.one(number)

    def all(self, state: State | None = None, limit: int = 500) -> list[Handoff]:
        """The letters, those that nobody has taken first, then the last that came."""
        query = sa.text(
            f"SELECT {_COLUMNS} FROM handoff WHERE :state = '' OR state = :state ORDER BY "
            "CASE state WHEN 'new' THEN 0 WHEN 'taken' THEN 1 ELSE 2 END, created_at DESC, number LIMIT :limit"
        )
        with self._store.reading() as connection:
            rows = connection.execute(query, {"state": state or "", "limit": limit}).all()
        return [_handoff(row) for row in rows]

    def one(self, number: str) -> Handoff:
        """Raises `NotFound`."""
        query = sa.text(f"SELECT {_COLUMNS} FROM handoff WHERE number = :number")
        with self._store.reading() as connection:
            row = connection.execute(query, {"number": number}).one_or_none()
        if row is None:
            raise _unknown()
        return _handoff(row)

    def waiting(self) -> int:
        """How many nobody has taken yet."""
        with self._store.reading() as connection:
            return int(connection.execute(sa.text("SELECT count(*) FROM handoff WHERE state = 'new'")).scalar() or 0)

    def mark(self, number: str, state: State, by: str, now: dt.datetime) -> Handoff:
        """Say that `by` has taken it, or is done with it, or that it is anybody's again. Raises `NotFound`."""
        put = sa.text("UPDATE handoff SET state = :state, taken_by = :taker, changed_at = :at WHERE number = :number")
        taker = None if state == "new" else by
        with self._store.writing(content=False) as connection:
            done = connection.execute(put, {"state": state, "taker": taker, "at": now.isoformat(), "number": number})
            if not done.rowcount:
                raise _unknown()
        return self.one(number)

    def delete(self, number: str) -> None:
        """Delete a letter for good, down to the bytes. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            if not connection.execute(
                sa.text("DELETE FROM handoff WHERE number = :number"), {"number": number}
            ).rowcount:
                raise _unknown()
        self._store.checkpoint()

    def purge(self, before: dt.datetime) -> int:
        """Delete every letter that nobody has changed since `before`; how many."""
        with self._store.writing(content=False) as connection:
            done = connection.execute(
                sa.text("DELETE FROM handoff WHERE changed_at < :before"), {"before": before.isoformat()}
            )
            count = int(done.rowcount)
        if count:
            self._store.checkpoint()
        return count

    def conversations(self) -> frozenset[str]:
        """The conversations that came with a letter: they are kept as long as it is."""
        query = sa.text("SELECT conversation_id FROM handoff WHERE conversation_id IS NOT NULL")
        with self._store.reading() as connection:
            return frozenset(str(row[0]) for row in connection.execute(query))

    # What the firm is told by mail

    def to_mail(self, now: dt.datetime) -> list[Posting]:
        """The letters of which the firm should be told now, the one that waits longest first."""
        query = sa.text(
            f"SELECT {_COLUMNS}, mail_at, mail_tries FROM handoff WHERE mail_at <= :now ORDER BY mail_at LIMIT 20"
        )
        with self._store.reading() as connection:
            rows = connection.execute(query, {"now": now.isoformat()}).all()
        return [Posting(_handoff(row[:-2]), str(row[-2]), int(row[-1])) for row in rows]

    def claim(self, posting: Posting, until: dt.datetime) -> bool:
        """Keep others from telling the firm until then; whether nobody else has done so before."""
        put = sa.text(
            "UPDATE handoff SET mail_at = :until, mail_tries = mail_tries + 1 WHERE number = :number AND mail_at = :due"
        )
        with self._store.writing(content=False) as connection:
            values = {"until": until.isoformat(), "number": posting.handoff.number, "due": posting.due}
            return bool(connection.execute(put, values).rowcount)

    def mailed(self, number: str, now: dt.datetime) -> None:
        """The firm was told."""
        put = sa.text("UPDATE handoff SET mailed_at = :now, mail_at = NULL WHERE number = :number")
        with self._store.writing(content=False) as connection:
            connection.execute(put, {"now": now.isoformat(), "number": number})

    def not_mailed(self, number: str, again: dt.datetime | None) -> None:
        """The mail was not taken; it is tried `again`, or no more."""
        put = sa.text("UPDATE handoff SET mail_at = :again WHERE number = :number")
        with self._store.writing(content=False) as connection:
            connection.execute(put, {"again": again.isoformat() if again else None, "number": number})


def new_number() -> str:
    """What a visitor notes down, such as K7Q2-M9XD; 30^8 of them, so that none is guessed."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def _handoff(row: Sequence[Any]) -> Handoff:
    return Handoff(*row)


def _unknown() -> NotFound:
    return NotFound("there is no such message: it was deleted or has expired; reload the list")
