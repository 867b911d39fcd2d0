"""Databases of vectors that mean nothing, and what is nearest in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.library import passage_id
from knowledge.models import Document, Passage
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import COLLECTIONS, Collection

DIMENSIONS = 384
NEAREST = 10
QUESTIONS = 5


def filled(folder: Path, count: int) -> SqliteStore:
    """A new database in `folder` with as many passages in each public collection."""
    store = open_sqlite(folder / "clausier.db")
    rng = np.random.default_rng(4)
    for collection in COLLECTIONS[:2]:
        store.put(document(collection, count), directions(rng, count), now=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    return store


def questions(path: Path) -> Path:
    """Vectors to look for, written to `path`."""
    np.save(path, directions(np.random.default_rng(9), QUESTIONS))
    return path


def directions(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    vectors = rng.normal(size=(count, DIMENSIONS)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def document(collection: Collection, count: int) -> Document:
    """As many passages without a text worth reading."""
    key = f"numbers-{collection.name}"
    text = "".join(f"passage {n:04}\n\n" for n in range(count))
    passages = tuple(
        Passage(
            id=passage_id(key, str(n)), document_id=key, ordinal=n, kind="document", role="text", title="Numbers",
            heading=(), lang=collection.lang, topics=(), visibility=collection.visibility, text=f"passage {n:04}",
            embedded=f"passage {n:04}", uri=key, start=n * 14, end=n * 14 + 12,
        )
        for n in range(count)
    )  # fmt: skip
    return Document(
        key, key, "0", "document", "Numbers", collection.lang, collection.visibility, (), text, None, passages
    )


def exactly(published: Path, asked: Path) -> list[list[int]]:
    """What is nearest, by hand."""
    store = SqliteStore(published / "clausier.db")
    found = []
    for collection in COLLECTIONS[:2]:
        matrix = store.matrix(collection)
        for vector in np.load(asked):
            found.append(
                [int(matrix.rows[at]) for at in np.argsort(-(matrix.vectors @ vector), kind="stable")[:NEAREST]]
            )
    store.close()
    return found
