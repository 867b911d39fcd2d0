"""R16: whichever commit, rename, sync or rewriting of a file fails, all is as before or as after, and doing it again succeeds."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from ingest.sync import ERASING, document_id, forget, ingest, open_current
from knowledge import generation
from knowledge.backup import backup, restore, verify
from knowledge.errors import InvalidInput, NotFound
from knowledge.generation import CARD, newest, prepare, publish, read_card
from knowledge.installation import open_store
from knowledge.settings import Settings
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import LIBRARY_STATE, SCHEMA
from tests.fakes import NOW, FakeEncoder
from tests.faults.installation import write_document
from tests.knowledge.test_releases import EARLIER, unpacked
from tests.knowledge.test_store import assert_whole

pytestmark = [pytest.mark.check("R16")]

MOST: Final = 200
"""More writes than any of these needs: else the test never ends."""
REWRITES: Final = ("VACUUM", "PRAGMA wal_checkpoint")


class Faulty:
    """Fails the write of a number, counted from 1."""

    def __init__(self, number: int) -> None:
        self.number, self.written = number, 0

    def count(self, *_: Any) -> None:
        self.written += 1
        if self.written == self.number:
            raise OSError(errno.EIO, f"write {self.number} fails")

    def before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(REWRITES):
            self.count()

    @contextlib.contextmanager
    def injected(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patched:
            for name in ("rename", "replace", "fsync"):
                patched.setattr(os, name, self._counted(getattr(os, name)))
            sa.event.listen(sa.Engine, "commit", self.count)
            sa.event.listen(sa.Engine, "before_cursor_execute", self.before)
            try:
                yield
            finally:
                sa.event.remove(sa.Engine, "commit", self.count)
                sa.event.remove(sa.Engine, "before_cursor_execute", self.before)

    def _counted(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.count()
            return write(*arguments, **named)

        return counted


@dataclass(frozen=True)
class Work:
    """What is done in a folder that `prepare` filled. `check` fails unless all is as before or as after; True for after."""

    prepare: Callable[[Path], None]
    do: Callable[[Path], object]
    check: Callable[[Path], bool]


def nothing(_folder: Path) -> None:
    """Nothing has to be there."""


# --- a database is made, or brought up to date ----------------------------------------------------------------------------


def open_and_close(folder: Path) -> None:
    open_sqlite(folder / "clausier.db").close()


def is_made(folder: Path) -> bool:
    if not (folder / "clausier.db").exists():
        return False
    assert schema(folder) == SCHEMA
    return True


def older(folder: Path) -> None:
    unpacked(EARLIER[0], folder)


def is_upgraded(folder: Path) -> bool:
    assert schema(folder) in (EARLIER[0], SCHEMA)
    return schema(folder) == SCHEMA


def schema(folder: Path) -> str:
    store = SqliteStore(folder / "clausier.db")
    with store.reading() as connection:
        version = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()
    return version


# --- texts are taken in, and erased ---------------------------------------------------------------------------------------


def write(folder: Path, edition: str) -> None:
    for number in range(3):
        write_document(folder / "firm" / f"{number}.md", f"Rule {number}", [f"{edition}: rule {number} is kept."] * 2)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[SqliteStore]:
    store = open_sqlite(folder / "clausier.db")
    try:
        yield store
    finally:
        store.close()


def first_edition(folder: Path) -> None:
    write(folder, "first edition")
    take_in(folder)
    write(folder, "second edition")


def take_in(folder: Path) -> None:
    with opened(folder) as store:
        summary = ingest(store, FakeEncoder(), [folder / "firm"])
        failed = [result.reason for result in summary.results if result.outcome == "failed"]
        if failed:
            raise OSError(failed[0])


def is_second_edition(folder: Path) -> bool:
    with opened(folder) as store:
        assert_whole(store)
        editions = []
        for number in range(3):
            said = " ".join(one.text for one in store.passages_of(document_id(folder / "firm" / f"{number}.md")))
            editions.append("second" in said)
            assert said.count("first edition") + said.count("second edition") == 2
            assert ("first" in said) != ("second" in said)
        return all(editions)


def erase(folder: Path) -> None:
    settings = Settings(_env_file=None, data_dir=folder, model_dir=folder / "no-model")
    store, _ = open_current(settings)
    with contextlib.suppress(NotFound):
        forget(store, document_id(folder / "firm" / "1.md"))
    store.close()


def with_a_secret(folder: Path) -> None:
    write(folder, "Zanzibar secret")
    take_in(folder)
    with opened(folder) as store:
        store.set_state(LIBRARY_STATE, "none")


def is_erased(folder: Path) -> bool:
    with opened(folder) as store:
        assert_whole(store)
        there = store.passages_of(document_id(folder / "firm" / "1.md"))
        owed = bool(store.state(ERASING))
        assert len(there) in (0, len(store.passages_of(document_id(folder / "firm" / "2.md"))))
    traced = any(b"rule 1 is kept" in path.read_bytes() for path in folder.glob("clausier.db*"))
    assert there or owed or not traced, "what is gone is overwritten, or the next owner knows that it must be"
    return not there and not owed


# --- backups, and the index -----------------------------------------------------------------------------------------------


def quiet(_done: int, _total: int, _name: str) -> None:
    """No progress shown."""


def held(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "data")


def data_of_a_firm(folder: Path) -> None:
    write(folder, "the only edition")
    (folder / "data" / "quizzes").mkdir(parents=True)
    (folder / "data" / "quizzes" / "ours.yaml").write_text("é", "utf-8")
    store = open_sqlite(folder / "data" / "clausier.db")
    ingest(store, FakeEncoder(), [folder / "firm"])
    store.close()


def back_up(folder: Path) -> None:
    store = open_store(held(folder).place)
    try:
        backup(held(folder), store, folder / "backup.tar.gz", NOW, quiet)
    finally:
        store.close()


def is_backed_up(folder: Path) -> bool:
    if not (folder / "backup.tar.gz").exists():
        return False
    assert len(verify(folder / "backup.tar.gz").files) == 2
    return True


def a_backup(folder: Path) -> None:
    data_of_a_firm(folder)
    back_up(folder)


def set_up(folder: Path) -> None:
    with contextlib.suppress(InvalidInput):
        restore(Settings(_env_file=None, data_dir=folder / "there"), folder / "backup.tar.gz", quiet)


def is_set_up(folder: Path) -> bool:
    there = folder / "there"
    if not there.exists() or not any(there.iterdir()):
        return False
    store = open_sqlite(there / "clausier.db")
    assert_whole(store)
    assert len(store.documents()) == 3
    store.close()
    assert (there / "quizzes" / "ours.yaml").read_text("utf-8") == "é"
    return True


def child(_task: str, _database: Path, folder: Path, _seconds: int) -> None:
    """What stands for the processes that build and look: a generation without vectors."""
    folder.mkdir(exist_ok=True)
    (folder / CARD).write_text('{"last_row": 1, "counts": {}, "dimension": 1}', "utf-8")


def publish_another(folder: Path) -> None:
    with opened(folder) as store:
        publish(prepare(store, folder))


def is_published(folder: Path) -> bool:
    found = newest(folder)
    if found is None:
        return False
    assert read_card(found).last_row == 1
    return True


WORKS: Final = {
    "a database is made": Work(nothing, open_and_close, is_made),
    "a database is brought up to date": Work(older, open_and_close, is_upgraded),
    "texts are taken in": Work(first_edition, take_in, is_second_edition),
    "a text is erased": Work(with_a_secret, erase, is_erased),
    "a backup is made": Work(data_of_a_firm, back_up, is_backed_up),
    "a backup is set up": Work(a_backup, set_up, is_set_up),
    "an index is published": Work(open_and_close, publish_another, is_published),
}


@pytest.mark.parametrize("name", WORKS)
def test_all_or_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    monkeypatch.setattr(generation, "_child", child)
    work = WORKS[name]
    for number in range(1, MOST):
        folder = tmp_path / str(number)
        folder.mkdir()
        work.prepare(folder)
        faulty = Faulty(number)
        with faulty.injected(), contextlib.suppress(OSError):
            work.do(folder)
        is_done = work.check(folder)
        if faulty.written < number:
            assert is_done
            break
        if not is_done:
            work.do(folder)
            assert work.check(folder), f"after write {number} failed, doing it again did not help"
    assert 1 < number < MOST - 1, "nothing was written"
    record_property("figure", f"{name}: {number - 1} of {number - 1} failing writes left all as before or as after")
