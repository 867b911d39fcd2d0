"""Reviews that are kept for a while. A review belongs to whoever knows its id, which cannot be guessed.

The contract's file is kept with it, for what is made of it later, and goes with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from knowledge.errors import NotFound
from knowledge.models import Language
from knowledge.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as it was given out, its memo in Markdown, and the file that was reviewed."""

    id: str
    created_at: dt.datetime
    name: str
    lang: Language
    content: dict[str, Any]
    memo: str
    file: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted. `sha256` is the digest of the review: it proves what is gone, and tells nothing of it."""

    review_id: str
    deleted_at: str
    sha256: str


class Reviews:
    """Reviews in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, name: str, lang: Language, content: dict[str, Any], memo: str, file: bytes, now: dt.datetime) -> str:
        """Keep a review; its id."""
        key = secrets.token_urlsafe(24)
        told = json.dumps(content, ensure_ascii=False)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql(
                "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?)", (key, now.isoformat(), name, lang, told, memo, file)
            )
        return key

    def get(self, review_id: str) -> Kept:
        """A review that is kept. Raises `NotFound`."""
        with self._store.reading() as connection:
            row = connection.exec_driver_sql("SELECT * FROM review WHERE id = ?", (review_id,)).first()
        if row is None:
            raise NotFound("there is no such review: it was deleted or has expired; review the contract again")
        moment = dt.datetime.fromisoformat(row[1])
        return Kept(row[0], moment, row[2], row[3], json.loads(row[4]), row[5], row[6])

    def delete(self, review_id: str, now: dt.datetime) -> Receipt:
        """Delete a review and its file for good, down to the bytes. Raises `NotFound`."""
        kept = self.get(review_id)
        told = json.dumps(kept.content, ensure_ascii=False, sort_keys=True)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("DELETE FROM review WHERE id = ?", (review_id,))
        self._store.checkpoint()
        return Receipt(review_id, now.isoformat(), hashlib.sha256(told.encode()).hexdigest())

    def purge(self, before: dt.datetime) -> int:
        """Delete every review that was made before `before`; how many."""
        with self._store.writing(content=False) as connection:
            done = connection.exec_driver_sql("DELETE FROM review WHERE created_at < ?", (before.isoformat(),))
            count = int(done.rowcount)
        if count:
            self._store.checkpoint()
        return count
