"""The database and index that the settings name: the one place that knows which kinds there are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from knowledge.chroma import ChromaIndex
from knowledge.generation import clear
from knowledge.index import Index
from knowledge.lock import own
from knowledge.postgres import PostgresIndex, PostgresStore, open_postgres
from knowledge.settings import Place, Settings
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import Store


def open_store(place: Place) -> Store:
    """The database at a path, or at an address of PostgreSQL. Raises what `open_sqlite` and `open_postgres` raise."""
    return open_sqlite(place) if isinstance(place, Path) else open_postgres(place)


def open_index(store: Store, data_dir: Path) -> Index:
    """The index over a database."""
    if isinstance(store, PostgresStore):
        return PostgresIndex(store)
    return ChromaIndex(store, data_dir) if isinstance(store, SqliteStore) else Index(store)


def drop_index(store: Store) -> None:
    """Remove what is kept of vectors beside the database."""
    if isinstance(store, SqliteStore):
        clear(store.path.parent)


@contextlib.contextmanager
def owning(settings: Settings, *, patient: bool = False) -> Iterator[None]:
    """Be the only process that writes content, while the context lasts.

    Raises `Busy` at once if another one is; on PostgreSQL, where it need not last as long as the process, a `patient` one waits.
    """
    if isinstance(settings.place, Path):
        with own(settings.data_dir):
            yield
        return
    store = open_postgres(settings.place)
    try:
        with store.alone(patient=patient):
            yield
    finally:
        store.close()
