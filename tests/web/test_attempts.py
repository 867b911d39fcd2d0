"""Attempts to sign in: within limits, forgotten in time, and not by a restart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from knowledge.installation import open_store
from knowledge.store import Store
from tests.fakes import NOW
from tests.postgres import only_sqlite
from web.attempts import Attempts
from web.errors import Refused

SECRET = "s" * 32


def after(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture
def attempts(store: Store) -> Attempts:
    return Attempts(store, "name", 3, 600, SECRET)


def test_what_is_too_much_has_to_wait(attempts: Attempts) -> None:
    for second in (0, 100, 200):
        attempts.check("claire", after(second))
    with pytest.raises(Refused) as refused:
        attempts.check("claire", after(300))
    assert (refused.value.status, refused.value.retry_after) == (429, 300)
    attempts.check("denis", after(300))
    attempts.check("claire", after(601))
    with pytest.raises(Refused) as again:
        attempts.check("claire", after(602))
    assert again.value.retry_after == 98


def test_what_was_no_failure_does_not_count(attempts: Attempts) -> None:
    for second in range(20):
        attempts.check("claire", after(second))
        attempts.undo("claire", after(second))
    for second in (30, 31, 32):
        attempts.check("claire", after(second))
    with pytest.raises(Refused):
        attempts.check("claire", after(33))


@only_sqlite
def test_a_restart_forgets_nothing(attempts: Attempts, store: Store, tmp_path: Path) -> None:
    for second in range(3):
        attempts.check("claire", after(second))
    store.close()
    opened = open_store(tmp_path / "data" / "clausier.db")
    with pytest.raises(Refused):
        Attempts(opened, "name", 3, 600, SECRET).check("claire", after(4))
    Attempts(opened, "address", 3, 600, SECRET).check("claire", after(4))
    opened.close()


def test_no_name_is_written_down(attempts: Attempts, store: Store) -> None:
    attempts.check("hunter2-in-the-wrong-field", NOW)
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sign_in").all()
    assert len(rows) == 1
    assert "hunter2" not in str(rows)


def test_what_counts_no_more_is_deleted(attempts: Attempts, store: Store) -> None:
    for name in ("a", "b"):
        attempts.check(name, NOW)
    attempts.check("c", after(500))
    attempts.purge(after(700))
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sign_in").scalar() == 1
