"""What is installed, what is missing, and how to mend it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.embed import BUILD, open_encoder
from knowledge.errors import ClausierError
from knowledge.generation import is_sound, newest
from knowledge.installation import open_store
from knowledge.library import ROOT, load, revision
from knowledge.review import overdue
from knowledge.settings import Settings
from knowledge.sqlite import open_sqlite
from knowledge.store import COLLECTIONS, LIBRARY_STATE, MODEL_STATE


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings, today: dt.date) -> list[Finding]:
    """Look at everything that has to be in place. Writes nothing but an empty database where there is none."""
    shared = [_look("internal rows", lambda: _internal_rows(settings))] if settings.is_shared else []
    return [
        _look("data directory", lambda: str(settings.data_dir.resolve())),
        _look("embedding model", lambda: open_encoder(settings).revision),
        _look("database", lambda: _database(settings)),
        *shared,
        _look("index", lambda: _index(settings)),
        _look("library", lambda: _library(settings, today)),
        _look("language model", lambda: settings.llm or "none: answers are composed of the library's own words"),
    ]


def _look(name: str, at: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, at())
    except ClausierError as error:
        return Finding(name, False, str(error))


def _database(settings: Settings) -> str:
    store = open_store(settings.place)
    try:
        made_with, library = store.state(MODEL_STATE), store.state(LIBRARY_STATE)
        if made_with is None:
            raise ClausierError("it is empty: run `clausier serve`, which fills it")
        if library != revision(settings.library_dir):
            raise ClausierError(
                "the library has changed since it was indexed: run `clausier serve` or `clausier reindex`"
            )
        count = sum(store.count(collection) for collection in COLLECTIONS)
        return f"{store.name}: {len(store.documents())} documents, {count} passages, made with {made_with}"
    finally:
        store.close()


def _internal_rows(settings: Settings) -> str:
    store = open_store(settings.place)
    try:
        role = store.unbound()
    finally:
        store.close()
    if role:
        raise ClausierError(
            f"the database shows them to {role!r} whether it asks or not: connect as the owner of the database, a role that is "
            "no superuser and has no BYPASSRLS (docs/operate.md)"
        )
    return "hidden by the database from whatever does not ask for them"


def _library(settings: Settings, today: dt.date) -> str:
    late = overdue(load(settings.library_dir), settings.library_dir or ROOT, today)
    if not late:
        return "nothing is overdue for review"
    return f"{len(late)} texts or figures are overdue, the first since {late[0].due}: `clausier library overdue` lists them"


def _index(settings: Settings) -> str:
    if settings.is_shared:
        return "kept by the database"
    folder = newest(settings.data_dir)
    if folder is None:
        return "none yet: searches are exact; `clausier serve` builds one"
    store = open_sqlite(Path(settings.place))
    try:
        if not is_sound(store, folder):
            raise ClausierError(
                f"{folder} is damaged and not used: `clausier serve` replaces it ({BUILD} if it cannot)"
            )
        return f"{folder.name}, sound"
    finally:
        store.close()
