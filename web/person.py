"""What is kept of one person: found by what that person is known by, given out whole, erased with a receipt.

GDPR articles 15 and 20 (a copy, in a form that machines read) and 17 (erasure). A person is known by the name or e-mail address
of an account, by the address given with a message to the firm, by its number, by the id of a conversation or a review, by a
certificate, or by the token that a learner's browser keeps. All that one of these leads to is one person's.

    find -> Subject -copy-> JSON -erase-> Receipt
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from assistant.quiz import terminal
from assistant.quiz.record import Record
from assistant.review.keep import Kept, Reviews
from knowledge.errors import NotFound
from knowledge.settings import Settings
from knowledge.store import Store
from web.accounts import Accounts, folded, keep_an_administrator
from web.audit import OPERATOR, Audit

_LETTER: Final = (
    "number, site_id AS site, created_at, changed_at, name, email, phone, message, lang, conversation_id, state, taken_by, "
    "mailed_at"
)
_NAMED: Final = (
    ("audit", "actor"),
    ("audit", "target"),
    ("api_key", "created_by"),
    ("handoff", "taken_by"),
    ("model_permit", "granted_by"),
)
"""Columns in which an account's name stands beside what is not its own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one person is in the database: ids of rows, and the name of the account if there is one."""

    identifier: str
    account: str | None
    name: str | None
    letters: tuple[str, ...]
    conversations: tuple[str, ...]
    learners: tuple[str, ...]
    reviews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made while the data was there. `until`: when the firm's rule has it deleted; `there`: on this machine."""

    file: str
    made_at: str
    until: str
    there: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased: rows by what they were. `sha256` is the digest of the copy (`written`) as it stood then: it proves what
    is gone and tells nothing of it. `pseudonym` stands where the account's name stood in what had to be kept."""

    erased_at: str
    rows: dict[str, int]
    sha256: str
    pseudonym: str | None
    backups: tuple[Backup, ...]
    elsewhere: tuple[str, ...]


def find(store: Store, identifier: str) -> Subject:
    """Whom `identifier` leads to. Raises `NotFound`."""
    known = identifier.strip()
    with store.reading() as connection:
        account = _one(connection, "SELECT id, name FROM account WHERE name = :key", key=folded(known))
        letters = [
            row
            for row in _rows(connection, "SELECT number, email, conversation_id FROM handoff")
            if known.casefold() in (row["email"].casefold(), row["number"].casefold())
        ]
        held = _rows(connection, "SELECT id FROM conversation WHERE id = :key", key=known)
        learners = _rows(
            connection,
            "SELECT id FROM learner WHERE id IN (:key, :digest) UNION SELECT learner_id FROM sitting WHERE certificate = :number",
            key=known, digest=Record.learner_of(known), number=known.upper(),
        )  # fmt: skip
        reviews = [row["id"] for row in _rows(connection, "SELECT id FROM review WHERE id = :key", key=known)]
        if account:
            reviews += _reviewed(connection, account["id"])
    conversations = [row["id"] for row in held] + [row["conversation_id"] for row in letters if row["conversation_id"]]
    found = Subject(
        known,
        str(account["id"]) if account else None,
        str(account["name"]) if account else None,
        tuple(row["number"] for row in letters),
        tuple(dict.fromkeys(conversations)),
        tuple(row["id"] for row in learners),
        tuple(dict.fromkeys(reviews)),
    )
    if not (found.account or found.letters or found.conversations or found.learners or found.reviews):
        raise NotFound(
            f"nothing is kept under {known!r}: give the name of an account, the address or number of a message, the id of a "
            "conversation or a review, a certificate, or a learner's token"
        )
    return found


def copy(store: Store, subject: Subject) -> dict[str, Any]:
    """Everything that is kept of the person, under the names of the outside contract; files as base64."""
    letter = f"SELECT {_LETTER} FROM handoff WHERE number = :key"
    with store.reading() as connection:
        told: dict[str, Any] = {
            "identifier": subject.identifier,
            "account": _account(connection, subject) if subject.account else None,
            "messages": [_one(connection, letter, key=key) for key in subject.letters],
            "conversations": [_conversation(connection, key) for key in subject.conversations],
        }
    training, reviews = Record(store), Reviews(store)
    told["training"] = [_training(store, training, key) for key in subject.learners]
    told["reviews"] = [_review(reviews.get(key)) for key in subject.reviews]
    return told


def written(told: Mapping[str, Any]) -> bytes:
    """A copy as it is given out; the same data give the same bytes."""
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def digest(told: Mapping[str, Any]) -> str:
    """The SHA-256 of a copy as it is given out."""
    return hashlib.sha256(written(told)).hexdigest()


def erase(store: Store, settings: Settings, subject: Subject, now: dt.datetime) -> Receipt:
    """Erase everything of the person down to the bytes, or nothing. Raises `InvalidInput` for the last administrator.

    What the firm has to keep (who did what, who made a key) stays, under a pseudonym in the place of the account's name.
    """
    told = copy(store, subject)
    proof, since = digest(told), _since(told)
    pseudonym = f"erased-{secrets.token_hex(4)}" if subject.name else None
    account = Accounts(store).named(subject.name) if subject.name else None
    with store.writing(content=False) as connection:
        rows = _delete(connection, subject)
        if account and pseudonym:
            keep_an_administrator(connection, account)
            rows |= _rename(connection, account.name, pseudonym)
    terminal.forget_token(settings.data_dir, subject.learners)
    store.checkpoint()
    Audit(store).note(OPERATOR, "person-erased", proof[:16], now)
    return Receipt(
        now.isoformat(), rows, proof, pseudonym, backups(store, settings, since, now), _elsewhere(settings, told)
    )


def backups(store: Store, settings: Settings, since: str, now: dt.datetime) -> tuple[Backup, ...]:
    """The backups that were made from `since` on and that the firm's rule, or this machine, still has."""
    with store.reading() as connection:
        rows = _rows(
            connection,
            "SELECT at, target FROM audit WHERE action = 'backup-made' AND at >= :since ORDER BY id",
            since=since[:19],
        )
    found = []
    for row in rows:
        until = dt.datetime.fromisoformat(row["at"]) + dt.timedelta(days=settings.backup_days)
        there = Path(row["target"]).exists()
        if there or until > now:
            found.append(Backup(row["target"], row["at"], until.isoformat(), there))
    return tuple(found)


def _account(connection: sa.Connection, subject: Subject) -> dict[str, Any]:
    key, name = subject.account, subject.name
    account = _one(connection, "SELECT id, name, role, created_at, disabled_at FROM account WHERE id = :key", key=key)
    work = _rows(
        connection,
        "SELECT id, kind, title, created_at, changed_at, content FROM work WHERE account_id = :key ORDER BY created_at, id",
        key=key,
    )
    asked = {
        "sessions": "SELECT created_at, seen_at FROM session WHERE account_id = :key ORDER BY created_at",
        "identities": "SELECT issuer, subject, bound_at FROM identity WHERE account_id = :key ORDER BY issuer",
        "keys_made": "SELECT id, name, created_at, revoked_at FROM api_key WHERE created_by = :name ORDER BY created_at",
        "messages_taken": "SELECT number, changed_at FROM handoff WHERE taken_by = :name ORDER BY number",
        "log": "SELECT at, actor, action, target FROM audit WHERE actor = :name OR target = :name OR "
        "substr(target, 1, :length) = :begun ORDER BY id",
    }
    begun = f"{name} "
    values = {"key": key, "name": name, "begun": begun, "length": len(begun)}
    return {
        **(account or {}),
        "work": [{**one, "content": json.loads(one["content"])} for one in work],
        **{what: _rows(connection, query, **_used(query, values)) for what, query in asked.items()},
    }


def _conversation(connection: sa.Connection, key: str) -> dict[str, Any]:
    held = _one(
        connection,
        "SELECT c.id, c.started_at, c.last_at, v.site_id AS site FROM conversation c "
        "LEFT JOIN visit v ON v.conversation_id = c.id WHERE c.id = :key",
        key=key,
    )
    turns = _rows(
        connection,
        "SELECT t.asked_at, t.question, t.answer, f.verdict, f.reason, f.given_at AS judged_at FROM turn t "
        "LEFT JOIN feedback f ON f.turn_id = t.id WHERE t.conversation_id = :key ORDER BY t.asked_at, t.id",
        key=key,
    )
    return {**(held or {}), "turns": [{**turn, "answer": json.loads(turn["answer"])} for turn in turns]}


def _training(store: Store, record: Record, key: str) -> dict[str, Any]:
    with store.reading() as connection:
        learner = _one(connection, "SELECT id, created_at, seen_at FROM learner WHERE id = :key", key=key)
    return {**(learner or {}), **record.take_away(key), "forgetting": record.law(key)}


def _review(kept: Kept) -> dict[str, Any]:
    file = base64.b64encode(bytes(kept.file)).decode()
    told = {"id": kept.id, "created_at": kept.created_at.isoformat(), "name": kept.name, "lang": kept.lang}
    return {**told, "review": kept.content, "memo": kept.memo, "file_base64": file}


def _reviewed(connection: sa.Connection, account: str) -> list[str]:
    """The reviews that an account's work refers to, as far as they are still kept."""
    works = _rows(connection, "SELECT content FROM work WHERE account_id = :key AND kind = 'review'", key=account)
    named = [str(json.loads(row["content"]).get("review")) for row in works]
    return [key for key in named if _one(connection, "SELECT id FROM review WHERE id = :key", key=key)]


def _delete(connection: sa.Connection, subject: Subject) -> dict[str, int]:
    """Delete the rows; how many of each kind, those that went along included."""
    rows: dict[str, int] = {}

    def count(what: str, query: str, **values: Any) -> None:
        rows[what] = rows.get(what, 0) + int(
            connection.execute(sa.text(f"SELECT count(*) {query}"), values).scalar_one()
        )

    def delete(what: str, table: str, column: str, keys: Iterable[str]) -> None:
        query = sa.text(f"DELETE FROM {table} WHERE {column} = :key")
        gone = sum(connection.execute(query, {"key": key}).rowcount for key in keys)
        if gone:
            rows[what] = rows.get(what, 0) + gone

    for key in subject.conversations:
        count("questions", "FROM turn WHERE conversation_id = :key", key=key)
        count("judgements", "FROM feedback f JOIN turn t ON t.id = f.turn_id WHERE t.conversation_id = :key", key=key)
        for row in _rows(connection, "SELECT session FROM visit WHERE conversation_id = :key", key=key):
            delete("counts", "budget", "key", (f"session {row['session']}", f"letters {row['session']}"))
    for key in subject.learners:
        count("training answers", "FROM attempt WHERE learner_id = :key", key=key)
        count("assessments", "FROM sitting WHERE learner_id = :key", key=key)
    if subject.account:
        for what, table in (("sessions", "session"), ("identities", "identity"), ("pieces of work", "work")):
            count(what, f"FROM {table} WHERE account_id = :key", key=subject.account)
    delete("messages", "handoff", "number", subject.letters)
    delete("conversations", "conversation", "id", subject.conversations)
    delete("learners", "learner", "id", subject.learners)
    delete("reviews", "review", "id", subject.reviews)
    if subject.account:
        delete("accounts", "account", "id", (subject.account,))
    return {what: number for what, number in rows.items() if number}


def _rename(connection: sa.Connection, name: str, pseudonym: str) -> dict[str, int]:
    """Put the pseudonym where the name stands, alone or before a word; how many rows were kept so."""
    begun = f"{name} "
    kept = 0
    for table, column in _NAMED:
        alone = sa.text(f"UPDATE {table} SET {column} = :other WHERE {column} = :name")
        before = sa.text(
            f"UPDATE {table} SET {column} = :other || substr({column}, :length) WHERE substr({column}, 1, :length) = :begun"
        )
        kept += connection.execute(alone, {"name": name, "other": pseudonym}).rowcount
        values = {"begun": begun, "length": len(begun), "other": pseudonym}
        kept += connection.execute(before, values).rowcount
    return {"kept under the pseudonym": kept} if kept else {}


def _since(told: Mapping[str, Any]) -> str:
    """When the first of it was written down: backups from before do not hold it."""
    times = [
        *([told["account"]["created_at"]] if told["account"] else []),
        *(one["created_at"] for what in ("messages", "training", "reviews") for one in told[what]),
        *(one["started_at"] for one in told["conversations"]),
    ]
    return str(min(times))


def _elsewhere(settings: Settings, told: Mapping[str, Any]) -> tuple[str, ...]:
    """Where copies are that we cannot reach, in words."""
    found = []
    mailed = [one["number"] for one in told["messages"] if one["mailed_at"]]
    if mailed and settings.smtp_contents == "message":
        found.append(f"mails to {', '.join(settings.smtp_to)} with the messages {', '.join(mailed)}: delete them there")
    if settings.is_shared:
        found.append("the write-ahead log and the backups of the PostgreSQL server, until they are recycled")
    return tuple(found)


def _rows(connection: sa.Connection, query: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(query), values).mappings()]


def _one(connection: sa.Connection, query: str, **values: Any) -> dict[str, Any] | None:
    return next(iter(_rows(connection, query, **values)), None)


def _used(query: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a query names."""
    return {name: value for name, value in values.items() if f":{name}" in query}
