"""What the server deletes by itself: each thing when its time is over, not a day before, down to the bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.journal import Journal
from assistant.quiz.record import LEARNER_DAYS, Record
from assistant.review.keep import Reviews
from knowledge.settings import Settings
from knowledge.store import Store
from tests.fakes import NOW, everything, new_store
from web.accounts import Accounts
from web.audit import Audit
from web.firm import ATTEMPT_SECONDS, open_firm
from web.serve import tidy_up
from web.sessions import Sessions
from web.widget.budget import DAY, Budget, Budgets
from web.widget.handoff import Handoffs, Letter
from web.widget.visit import Visits
from web.work import Works

Figure = Callable[[str, object], None]
SETTINGS = Settings(_env_file=None)
PASSWORD = "correct horse battery"
LASTS: dict[str, dt.timedelta] = {
    "session": dt.timedelta(minutes=SETTINGS.session_idle_minutes),
    "sign_in": dt.timedelta(seconds=ATTEMPT_SECONDS),
    "budget": dt.timedelta(days=3),
    "review": dt.timedelta(days=SETTINGS.review_days),
    "work": dt.timedelta(days=SETTINGS.review_days),
    "conversation": dt.timedelta(days=SETTINGS.conversation_days),
    "turn": dt.timedelta(days=SETTINGS.conversation_days),
    "feedback": dt.timedelta(days=SETTINGS.conversation_days),
    "visit": dt.timedelta(days=SETTINGS.conversation_days),
    "handoff": dt.timedelta(days=SETTINGS.handoff_days),
    "audit": dt.timedelta(days=SETTINGS.audit_days),
    "learner": dt.timedelta(days=LEARNER_DAYS),
    "attempt": dt.timedelta(days=LEARNER_DAYS),
    "sitting": dt.timedelta(days=LEARNER_DAYS),
    "forgetting": dt.timedelta(days=LEARNER_DAYS),
}
"""How long the rows of a table stay; a day more than what is kept of a budget of the day."""
STAY = {"account", "identity", "api_key", "site", "state", "model_use", "model_permit", "alembic_version"}
"""What goes with the account or by hand, and figures that name nobody."""
WORD = "Xylomarimba"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One of everything that goes by itself, from `NOW`."""
    opened = new_store(tmp_path / "data" / "clausier.db")
    account = Accounts(opened).add("a", "lawyer", PASSWORD, NOW)
    Sessions(opened, dt.timedelta(hours=1), dt.timedelta(hours=12)).open(account, NOW)
    open_firm(opened, SETTINGS).by_name.check("a", NOW)
    Budgets(opened).take([Budget("day main", 9, DAY, "x", "y")], NOW)
    review = Reviews(opened).put(WORD, "en", {"text": WORD}, WORD, WORD.encode(), NOW)
    Works(opened).make(account.id, "review", WORD, {"review": review}, NOW)
    visit = Visits(opened).begin("main", "session", NOW)
    said = Journal(opened).add(visit.conversation_id, WORD, {"answer": WORD}, NOW)
    Journal(opened).rate(visit.conversation_id, said, "down", WORD, NOW)
    Handoffs(opened).add("main", Letter(WORD, "a@example.org", "", WORD, "en"), NOW)
    Audit(opened).note("a", "signed-in", WORD, NOW)
    record, learner = Record(opened), Record.learner_of("token")
    record.ask(learner, [(WORD, "topic", "objective")], "practice", NOW)
    record.sit(learner, "seed", NOW)
    record.keep_law(learner, [0.5], 1, NOW)
    yield opened
    opened.close()


def filled(store: Store) -> set[str]:
    """The tables of people that hold a row."""
    with store.reading() as connection:
        return {
            name for name in (*LASTS, *STAY) if connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()
        }


@pytest.mark.check("P03")
def test_what_is_too_old_goes_and_nothing_sooner(store: Store, record_property: Figure) -> None:
    ends = sorted(set(LASTS.values()))
    assert filled(store) >= set(LASTS)
    for end in ends:
        before, after = NOW + end - dt.timedelta(seconds=1), NOW + end + dt.timedelta(days=1)
        if end.days > 3:
            tidy_up(store, SETTINGS, before)
            assert filled(store) >= {name for name, lasts in LASTS.items() if lasts >= end}, end
        tidy_up(store, SETTINGS, after)
        assert not filled(store) & {name for name, lasts in LASTS.items() if lasts <= end}, end
    assert filled(store) <= STAY
    assert WORD.encode() not in everything(store)
    record_property("figure", f"{len(LASTS)} tables empty when their time is over, none sooner; 0 bytes left")


def test_every_table_has_an_end_or_a_reason_to_stay(store: Store) -> None:
    """So that a new one has to be thought of, here and in `web/person.py`."""
    content = {"document", "passage", "example", "cohort"}
    with store.reading() as connection:
        names = set(sa.inspect(connection).get_table_names())
    others = {name for name in names if not name.startswith(("terms_", "vocabulary_", "sqlite_"))}
    assert others == set(LASTS) | STAY | content
