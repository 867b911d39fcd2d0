"""What is kept and for how long: budgets, visits, messages and the conversations that came with them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.journal import Journal
from knowledge.errors import NotFound
from knowledge.settings import Settings
from knowledge.store import Store
from tests.fakes import NOW, new_store
from tests.postgres import only_sqlite
from web.errors import Refused
from web.secret import signing_secret
from web.widget import tidy
from web.widget.budget import DAY, MINUTE, Budget, Budgets
from web.widget.handoff import STATES, Handoffs, Letter, new_number
from web.widget.visit import Visits

LETTER = Letter("Anne Roux", "anne@example.org", "", "Please call.", "en")
SETTINGS = Settings(_env_file=None, conversation_days=30, handoff_days=90)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data" / "clausier.db")
    yield opened
    opened.close()


def after(**span: float) -> dt.datetime:
    return NOW + dt.timedelta(**span)


# --- budgets --------------------------------------------------------------------------------------------------------------


def test_a_budget_begins_anew_with_its_period(store: Store) -> None:
    budgets, day = Budgets(store), Budget("day main", 2, DAY, "day_used_up", "later")
    for _ in range(2):
        budgets.take([day], NOW)
    with pytest.raises(Refused) as refused:
        budgets.take([day], NOW)
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (429, "day_used_up", 12 * 3600)
    assert budgets.used(day, NOW) == 2
    midnight = NOW.replace(hour=0) + dt.timedelta(days=1)
    with pytest.raises(Refused) as late:
        budgets.take([day], midnight - dt.timedelta(seconds=1))
    assert late.value.retry_after == 1
    budgets.take([day], midnight)
    assert budgets.used(day, midnight) == 1


def test_what_is_refused_is_counted_nowhere(store: Store) -> None:
    budgets = Budgets(store)
    wide, narrow = Budget("a", 100, DAY, "a", ""), Budget("b", 1, MINUTE, "b", "")
    budgets.take([wide, narrow], NOW)
    with pytest.raises(Refused):
        budgets.take([wide, narrow], NOW)
    assert (budgets.used(wide, NOW), budgets.used(narrow, NOW)) == (1, 1)


def test_nobody_gets_more_by_asking_at_once(store: Store) -> None:
    budgets, day, taken = Budgets(store), Budget("day", 10, DAY, "x", ""), []

    def ask() -> None:
        for _ in range(5):
            try:
                budgets.take([day], NOW)
            except Refused:
                continue
            taken.append(1)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == budgets.used(day, NOW) == 10


def test_counts_of_days_that_are_over_are_deleted(store: Store) -> None:
    budgets, day = Budgets(store), Budget("day", 10, DAY, "x", "")
    budgets.take([day], NOW)
    budgets.purge(after(days=1))
    assert budgets.used(day, NOW) == 1
    budgets.purge(after(days=3))
    assert budgets.used(day, NOW) == 0


# --- visits ---------------------------------------------------------------------------------------------------------------


def test_two_that_begin_at_once_get_the_same_conversation(store: Store) -> None:
    visits, found = Visits(store), []
    threads = [
        threading.Thread(target=lambda: found.append(visits.begin("main", "session", NOW).conversation_id))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM conversation").scalar() == 1


def test_a_visit_goes_with_its_conversation(store: Store) -> None:
    visits = Visits(store)
    visit = visits.begin("main", "session", NOW)
    assert visits.of("session") == visits.held_in(visit.conversation_id) == visit
    assert visits.sites() == {visit.conversation_id: "main"}
    Journal(store).delete(visit.conversation_id, NOW)
    assert visits.of("session") is visits.held_in(visit.conversation_id) is None
    assert visits.begin("main", "session", NOW).conversation_id != visit.conversation_id


# --- messages -------------------------------------------------------------------------------------------------------------


def test_messages_are_listed_those_that_wait_first(store: Store) -> None:
    handoffs = Handoffs(store)
    made = [handoffs.add("main", LETTER, after(hours=hour)) for hour in range(4)]
    handoffs.mark(made[3].number, "done", "claire", NOW)
    handoffs.mark(made[2].number, "taken", "claire", NOW)
    assert [one.number for one in handoffs.all()] == [made[at].number for at in (1, 0, 2, 3)]
    assert [[one.number for one in handoffs.all(state)] for state in STATES] == [
        [made[1].number, made[0].number],
        [made[2].number],
        [made[3].number],
    ]
    assert handoffs.waiting() == 2
    for call in (lambda: handoffs.one("x"), lambda: handoffs.delete("x"), lambda: handoffs.mark("x", "done", "y", NOW)):
        with pytest.raises(NotFound):
            call()


def test_a_conversation_lives_as_long_as_the_message_that_it_came_with(store: Store) -> None:
    journal, handoffs = Journal(store), Handoffs(store)
    held, other = journal.open(NOW), journal.open(NOW)
    sent = handoffs.add("main", Letter("A", "a@example.org", "", "x", "en", held), NOW)

    def purge(now: dt.datetime) -> int:
        kept = tidy(store, SETTINGS, now)
        return journal.purge(now - dt.timedelta(days=SETTINGS.conversation_days), kept)

    assert purge(after(days=31)) == 1
    with pytest.raises(NotFound):
        journal.turns(other)
    assert journal.turns(held) == []
    assert handoffs.one(sent.number).conversation_id == held
    assert purge(after(days=91)) == 1
    with pytest.raises(NotFound):
        journal.turns(held)
    assert handoffs.all() == []


def test_a_message_that_somebody_works_on_is_kept(store: Store) -> None:
    handoffs = Handoffs(store)
    sent = handoffs.add("main", LETTER, NOW)
    handoffs.mark(sent.number, "taken", "claire", after(days=80))
    tidy(store, SETTINGS, after(days=91))
    assert handoffs.one(sent.number).taken_by == "claire"
    tidy(store, SETTINGS, after(days=171))
    assert handoffs.all() == []


@only_sqlite
def test_what_was_deleted_is_in_no_file(store: Store, tmp_path: Path) -> None:
    handoffs = Handoffs(store)
    sent = handoffs.add("main", Letter("Zebulon Quokka", "z@example.org", "", "Xylophage", "fr"), NOW)
    handoffs.delete(sent.number)
    store.close()
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert b"Xylophage" not in held
    assert b"Zebulon" not in held


def test_numbers_can_be_read_out() -> None:
    numbers = {new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert not set("01OILU") & set("".join(numbers))
    assert all(len(number) == 9 and number[4] == "-" for number in numbers)


# --- the key --------------------------------------------------------------------------------------------------------------


def test_the_key_is_the_operators_or_the_databases(store: Store) -> None:
    own = Settings(_env_file=None, secret_key="k" * 40)
    before = store.revision
    assert signing_secret(store, own) == "k" * 40
    made = signing_secret(store, SETTINGS)
    assert len(made) == 64
    assert signing_secret(store, SETTINGS) == made
    assert store.revision == before
