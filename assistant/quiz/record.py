"""The journal of training: who learns, what was asked and answered, cohorts and assessments.

A learner is nobody known: a random token in a cookie, of which only a digest is kept. Everything of a learner can be taken
away and deleted for good. A question is written down when it is put and marked once; what was never answered does not count.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from assistant.quiz.attempt import Attempt, Mode
from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store

OPEN_QUESTIONS: Final = 20
"""Unanswered questions of one learner that are kept; older ones are forgotten."""
LEARNER_DAYS: Final = 730
"""Days without a visit after which everything of a learner is deleted."""
CODE_LENGTH: Final = 8
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters of an invitation, without those that look alike."""
_ATTEMPT: Final = "item_id, topic, objective, mode, score, sure, answered_at, learner_id, chosen"
_ASKED: Final = "id, item_id, mode, seed, sitting_id, place, response, score, sure"
_DIGEST: Final = 32
EVERYBODY: Final = "everybody"
"""The name under which stands how everybody forgets."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put. `response` and `score` are there once it was answered."""

    id: str
    item_id: str
    mode: Mode
    seed: str
    sitting_id: str | None
    place: int | None
    response: Mapping[str, Any] | None
    score: float | None
    sure: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """An assessment that was begun. `score` counts points; `certificate` names the certificate that was given for it."""

    id: str
    learner: str
    seed: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    score: float | None
    certificate: str | None
    bearer: str | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who learn together."""

    id: str
    name: str
    learners: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted of a learner."""

    attempts: int
    sittings: int
    deleted_at: str


class Record:
    """Training in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def new_token() -> str:
        """A token for a new learner, to be kept by the learner."""
        return secrets.token_urlsafe(24)

    @staticmethod
    def learner_of(token: str) -> str:
        """The name under which a token's learner is kept; the token cannot be read from it."""
        return hashlib.sha256(f"learner:{token}".encode()).hexdigest()[:_DIGEST]

    def ask(
        self,
        learner: str,
        questions: Sequence[tuple[str, str, str]],
        mode: Mode,
        now: dt.datetime,
        sitting_id: str | None = None,
    ) -> list[Asked]:
        """Write down questions (item, topic, objective) as they are put; a learner who is new is written down as well."""
        asked = [
            Asked(secrets.token_urlsafe(12), item_id, mode, secrets.token_hex(8), sitting_id, at, None, None, None)
            for at, (item_id, _, _) in enumerate(questions, 1)
        ]
        with self._store.writing(content=False) as connection:
            self._see(connection, learner, now)
            for question, (item_id, topic, objective) in zip(asked, questions, strict=True):
                connection.exec_driver_sql(
                    "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)",
                    (
                        question.id, learner, sitting_id, question.place if sitting_id else None, item_id, topic, objective,
                        mode, question.seed, now.isoformat(),
                    ),
                )  # fmt: skip
            stale = """DELETE FROM attempt WHERE learner_id = ? AND answered_at IS NULL AND sitting_id IS NULL AND id NOT IN
                (SELECT id FROM attempt WHERE learner_id = ? AND answered_at IS NULL
                 ORDER BY asked_at DESC, rowid DESC LIMIT ?)"""
            connection.exec_driver_sql(stale, (learner, learner, OPEN_QUESTIONS))
        return asked

    def asked(self, learner: str, question_id: str) -> Asked:
        """A learner's own question. Raises `NotFound`."""
        with self._store.reading() as connection:
            row = connection.exec_driver_sql(
                f"SELECT {_ASKED} FROM attempt WHERE id = ? AND learner_id = ?",
                (question_id, learner),
            ).one_or_none()
        if row is None:
            raise NotFound("there is no such question: it has expired, or cookies are off; ask for another")
        return _asked(row)

    def answer(
        self,
        learner: str,
        question_id: str,
        response: Mapping[str, Any],
        chosen: Iterable[str],
        score: float,
        sure: int | None,
        now: dt.datetime,
    ) -> bool:
        """Keep the answer to a question; whether it is the first, for only that one counts."""
        kept, names = json.dumps(dict(response), ensure_ascii=False), json.dumps(list(chosen))
        with self._store.writing(content=False) as connection:
            self._see(connection, learner, now)
            done = connection.exec_driver_sql(
                """UPDATE attempt SET answered_at = ?, response = ?, chosen = ?, score = ?, sure = ?
                   WHERE id = ? AND learner_id = ? AND answered_at IS NULL""",
                (now.isoformat(), kept, names, score, sure, question_id, learner),
            )
            return bool(done.rowcount)

    def correct(self, learner: str, question_id: str, response: Mapping[str, Any], score: float) -> None:
        """Put another response and score in the place of those of an answer; when it was given stays."""
        row = {
            "response": json.dumps(dict(response), ensure_ascii=False),
            "score": score,
            "id": question_id,
            "learner": learner,
        }
        query = """UPDATE attempt SET response = :response, score = :score
                   WHERE id = :id AND learner_id = :learner AND answered_at IS NOT NULL"""
        with self._store.writing(content=False) as connection:
            connection.execute(text(query), row)

    def attempts(self, learner: str) -> list[Attempt]:
        """Everything that a learner answered, in order; assessments count once they are finished."""
        where = "a.learner_id = ? AND a.answered_at IS NOT NULL AND (a.sitting_id IS NULL OR s.finished_at IS NOT NULL)"
        return self._attempts(where, (learner,))

    def all_attempts(self, cohort_id: str | None = None) -> list[Attempt]:
        """The answers of a cohort, or of everybody."""
        where = "a.answered_at IS NOT NULL AND (a.sitting_id IS NULL OR s.finished_at IS NOT NULL)"
        if cohort_id is None:
            return self._attempts(where, ())
        return self._attempts(f"{where} AND l.cohort_id = ?", (cohort_id,))

    def _attempts(self, where: str, values: tuple[str, ...]) -> list[Attempt]:
        columns = ", ".join(f"a.{name.strip()}" for name in _ATTEMPT.split(","))
        query = f"""SELECT {columns} FROM attempt a JOIN learner l ON l.id = a.learner_id
                    LEFT JOIN sitting s ON s.id = a.sitting_id WHERE {where} ORDER BY a.answered_at, a.rowid"""
        with self._store.reading() as connection:
            return [
                Attempt(
                    row[0], row[1], row[2], row[3], row[4], row[5], dt.datetime.fromisoformat(row[6]), row[7],
                    tuple(json.loads(row[8] or "[]")),
                )
                for row in connection.exec_driver_sql(query, values)
            ]  # fmt: skip

    # --- how people forget ---

    def law(self, learner: str) -> tuple[float, ...] | None:
        """The parameters of FSRS that were fitted to a learner, else to everybody; `None` while there are none."""
        query = text("SELECT parameters FROM forgetting WHERE id IN (:own, :all) ORDER BY learner_id IS NULL")
        with self._store.reading() as connection:
            found = connection.execute(query, {"own": learner, "all": EVERYBODY}).scalars().first()
        return tuple(json.loads(found)) if found else None

    def keep_law(self, learner: str | None, parameters: Sequence[float], reviews: int, now: dt.datetime) -> None:
        """Keep what was fitted to `reviews` answers of a learner, or of everybody."""
        row = {
            "id": learner or EVERYBODY,
            "learner": learner,
            "parameters": json.dumps(list(parameters)),
            "reviews": reviews,
            "at": now.isoformat(),
        }
        with self._store.writing(content=False) as connection:
            connection.execute(text("DELETE FROM forgetting WHERE id = :id"), row)
            connection.execute(text("INSERT INTO forgetting VALUES (:id, :learner, :parameters, :reviews, :at)"), row)

    def fitted_on(self) -> dict[str, int]:
        """The answers that were fitted to, by learner and under `EVERYBODY`."""
        with self._store.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(text("SELECT id, reviews FROM forgetting"))}

    # --- assessments ---

    def sit(self, learner: str, seed: str, now: dt.datetime) -> Sitting:
        """Begin an assessment."""
        key = secrets.token_urlsafe(12)
        with self._store.writing(content=False) as connection:
            self._see(connection, learner, now)
            connection.exec_driver_sql(
                "INSERT INTO sitting VALUES (?, ?, ?, ?, NULL, NULL, NULL, NULL)", (key, learner, seed, now.isoformat())
            )
        return Sitting(key, learner, seed, now, None, None, None, None)

    def sitting(self, learner: str, sitting_id: str) -> Sitting:
        """A learner's own assessment. Raises `NotFound`."""
        found = self._sittings("id = ? AND learner_id = ?", (sitting_id, learner))
        if not found:
            raise NotFound("there is no such assessment: begin another")
        return found[0]

    def sittings(self, learner: str) -> list[Sitting]:
        """All assessments of a learner, the last one first."""
        return self._sittings("learner_id = ? ORDER BY started_at DESC, rowid DESC", (learner,))

    def by_certificate(self, certificate: str) -> Sitting:
        """The assessment for which a certificate was given. Raises `NotFound`."""
        found = self._sittings("certificate = ?", (certificate,))
        if not found:
            raise NotFound("no certificate has this number: check every letter; its holder may have deleted it")
        return found[0]

    def questions(self, sitting_id: str) -> list[Asked]:
        """The questions of an assessment in order."""
        query = f"SELECT {_ASKED} FROM attempt WHERE sitting_id = ? ORDER BY place"
        with self._store.reading() as connection:
            return [_asked(row) for row in connection.exec_driver_sql(query, (sitting_id,))]

    def finish(self, sitting_id: str, score: float, now: dt.datetime) -> None:
        """End an assessment with its points; a second end changes nothing."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "UPDATE sitting SET finished_at = ?, score = ? WHERE id = ? AND finished_at IS NULL",
                (now.isoformat(), score, sitting_id),
            )

    def certify(self, sitting_id: str, bearer: str) -> str:
        """Give a certificate for an assessment to a bearer (a digest of the name); the number of the one that was given first.

        Raises `InvalidInput` for another bearer.
        """
        number = "-".join("".join(secrets.choice(_CODE_LETTERS) for _ in range(4)) for _ in range(4))
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "UPDATE sitting SET certificate = ?, bearer = ? WHERE id = ? AND certificate IS NULL",
                (number, bearer, sitting_id),
            )
            row = connection.exec_driver_sql(
                "SELECT certificate, bearer FROM sitting WHERE id = ?", (sitting_id,)
            ).one()
        if row[1] != bearer:
            raise InvalidInput("this certificate was given to another name: write the name as you did the first time")
        return str(row[0])

    def _sittings(self, where: str, values: tuple[str, ...]) -> list[Sitting]:
        query = f"SELECT id, learner_id, seed, started_at, finished_at, score, certificate, bearer FROM sitting WHERE {where}"
        with self._store.reading() as connection:
            return [
                Sitting(
                    row[0], row[1], row[2], dt.datetime.fromisoformat(row[3]),
                    dt.datetime.fromisoformat(row[4]) if row[4] else None, row[5], row[6], row[7],
                )
                for row in connection.exec_driver_sql(query, values)
            ]  # fmt: skip

    # --- cohorts ---

    def invite(self, name: str, now: dt.datetime) -> str:
        """Make a cohort; its invitation code, which is shown once. Raises `InvalidInput` for a name that is taken or empty."""
        name = " ".join(name.split())
        if not name or len(name) > 100:
            raise InvalidInput("a cohort needs a name of up to 100 characters")
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(CODE_LENGTH))
        with self._store.writing(content=False) as connection:
            if connection.exec_driver_sql("SELECT 1 FROM cohort WHERE name = ?", (name,)).scalar():
                raise InvalidInput(f"there is a cohort {name!r} already: choose another name")
            connection.exec_driver_sql(
                "INSERT INTO cohort VALUES (?, ?, ?, ?)", (secrets.token_urlsafe(8), name, _code(code), now.isoformat())
            )
        return code

    def join(self, learner: str, code: str, now: dt.datetime) -> str:
        """Join the cohort of a code; its name. Raises `NotFound`."""
        with self._store.writing(content=False) as connection:
            row = connection.exec_driver_sql("SELECT id, name FROM cohort WHERE code = ?", (_code(code),)).one_or_none()
            if row is None:
                raise NotFound("no cohort has this code: check it with your trainer")
            self._see(connection, learner, now)
            connection.exec_driver_sql("UPDATE learner SET cohort_id = ? WHERE id = ?", (row[0], learner))
        return str(row[1])

    def leave(self, learner: str) -> None:
        """Leave the cohort, if in one; the answers are no longer counted there."""
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("UPDATE learner SET cohort_id = NULL WHERE id = ?", (learner,))

    def cohort_of(self, learner: str) -> str | None:
        """The name of a learner's cohort."""
        query = "SELECT c.name FROM learner l JOIN cohort c ON c.id = l.cohort_id WHERE l.id = ?"
        with self._store.reading() as connection:
            found = connection.exec_driver_sql(query, (learner,)).scalar()
        return str(found) if found else None

    def cohorts(self) -> list[Cohort]:
        """All cohorts with the number of their learners, by name."""
        query = """SELECT c.id, c.name, count(l.id) FROM cohort c LEFT JOIN learner l ON l.cohort_id = c.id
                   GROUP BY c.id ORDER BY c.name"""
        with self._store.reading() as connection:
            return [Cohort(*row) for row in connection.exec_driver_sql(query)]

    # --- what is the learner's own ---

    def take_away(self, learner: str) -> dict[str, Any]:
        """Everything that is kept of a learner."""
        with self._store.reading() as connection:
            attempts = connection.exec_driver_sql(
                """SELECT item_id, topic, objective, mode, asked_at, answered_at, response, score, sure, sitting_id FROM attempt
                   WHERE learner_id = ? AND answered_at IS NOT NULL ORDER BY answered_at, rowid""",
                (learner,),
            )
            names = list(attempts.keys())
            rows = [dict(zip(names, row, strict=True)) for row in attempts]
        for row in rows:
            row["response"] = json.loads(row["response"])
        sittings = [
            {
                "id": one.id,
                "started_at": one.started_at.isoformat(),
                "finished_at": one.finished_at.isoformat() if one.finished_at else None,
                "score": one.score,
                "certificate": one.certificate,
            }
            for one in self.sittings(learner)
        ]
        return {"cohort": self.cohort_of(learner), "attempts": rows, "assessments": sittings}

    def erase(self, learner: str, now: dt.datetime) -> Erased:
        """Delete everything of a learner for good, down to the bytes."""
        with self._store.writing(content=False) as connection:
            count = "SELECT count(*) FROM {} WHERE learner_id = ?"
            attempts, sittings = (
                int(connection.exec_driver_sql(count.format(table), (learner,)).scalar() or 0)
                for table in ("attempt", "sitting")
            )
            connection.exec_driver_sql("DELETE FROM learner WHERE id = ?", (learner,))
        self._store.checkpoint()
        return Erased(attempts, sittings, now.isoformat())

    def purge(self, before: dt.datetime) -> int:
        """Delete every learner who was not seen since `before`; how many."""
        with self._store.writing(content=False) as connection:
            count = int(
                connection.exec_driver_sql("DELETE FROM learner WHERE seen_at < ?", (before.isoformat(),)).rowcount
            )
        if count:
            self._store.checkpoint()
        return count

    @staticmethod
    def _see(connection: Any, learner: str, now: dt.datetime) -> None:
        put = """INSERT INTO learner VALUES (?, ?, ?, NULL)
                 ON CONFLICT (id) DO UPDATE SET seen_at =
                     CASE WHEN excluded.seen_at > learner.seen_at THEN excluded.seen_at ELSE learner.seen_at END"""
        connection.exec_driver_sql(put, (learner, now.isoformat(), now.isoformat()))


def _asked(row: Any) -> Asked:
    response = json.loads(row[6]) if row[6] else None
    return Asked(row[0], row[1], row[2], row[3], row[4], row[5], response, row[7], row[8])


def _code(code: str) -> str:
    """The digest of an invitation, however it was typed."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"cohort:{plain}".encode()).hexdigest()
