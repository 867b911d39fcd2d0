"""People: names, roles, passwords, sessions, keys, the log, and the work that each keeps."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store
from tests.fakes import NOW, everything
from web.accounts import Accounts
from web.audit import Audit
from web.keys import PREFIX, Keys
from web.sessions import Sessions, digest, form_token, is_form_token
from web.work import MOST, Works

PASSWORD = "correct horse battery"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store)


def test_who_was_added_is_known_by_name_and_password(accounts: Accounts) -> None:
    made = accounts.add("Claire.D", "lawyer", PASSWORD, NOW)
    assert made.name == "claire.d"
    assert accounts.proven(" CLAIRE.D ", PASSWORD) == accounts.named("Claire.D") == made
    for name, password in [("claire.d", PASSWORD + "!"), ("claire.d", ""), ("nobody", PASSWORD), ("", "")]:
        assert accounts.proven(name, password) is None


def test_a_password_is_kept_as_a_hash_of_its_own(accounts: Accounts, store: Store) -> None:
    accounts.add("a", "lawyer", PASSWORD, NOW)
    accounts.add("b", "lawyer", PASSWORD, NOW)
    with store.reading() as connection:
        one, other = connection.exec_driver_sql("SELECT password FROM account").scalars().all()
    assert one.startswith("$argon2id$")
    assert one != other
    assert PASSWORD.encode() not in everything(store)


def test_a_password_is_the_same_on_every_keyboard(accounts: Accounts) -> None:
    accounts.add("a", "lawyer", "mot de passe né", NOW)
    assert accounts.proven("a", "mot de passe ne\u0301")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("a", "short"),
        ("a", "x" * 201),
        ("a", "aaaaaaaaaaaaaaaa"),
        ("claire", "claire-and-more"),
        ("", PASSWORD),
        ("two words", PASSWORD),
        ("<script>", PASSWORD),
        ("a" * 65, PASSWORD),
        ("taken", PASSWORD),
    ],
)
def test_what_cannot_be_an_account(accounts: Accounts, name: str, password: str) -> None:
    accounts.add("taken", "lawyer", PASSWORD, NOW)
    with pytest.raises(InvalidInput):
        accounts.add(name, "lawyer", password, NOW)
    assert len(accounts.all()) == 1


def test_a_disabled_account_is_shut_until_it_is_enabled(accounts: Accounts, store: Store) -> None:
    account = accounts.add("a", "lawyer", PASSWORD, NOW)
    session = Sessions(store, HOUR, 8 * HOUR).open(account, NOW)
    accounts.disable("a", NOW)
    assert accounts.proven("a", PASSWORD) is None
    assert Sessions(store, HOUR, 8 * HOUR).find(session.token, NOW) is None
    accounts.enable("a")
    assert accounts.proven("a", PASSWORD) == account


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    accounts.add("l", "lawyer", PASSWORD, NOW)
    accounts.set_role("l", "trainer")  # no administrator was lost
    accounts.add("a", "administrator", PASSWORD, NOW)
    with pytest.raises(InvalidInput, match="last administrator"):
        accounts.disable("a", NOW)
    with pytest.raises(InvalidInput, match="last administrator"):
        accounts.set_role("a", "lawyer")
    assert accounts.named("a").role == "administrator"
    accounts.add("b", "administrator", PASSWORD, NOW)
    assert accounts.set_role("a", "lawyer").role == "lawyer"


@pytest.mark.parametrize("change", ["role", "password"])
def test_sessions_end_with_the_role_and_the_password(accounts: Accounts, store: Store, change: str) -> None:
    sessions = Sessions(store, HOUR, 8 * HOUR)
    session = sessions.open(accounts.add("a", "lawyer", PASSWORD, NOW), NOW)
    assert sessions.find(session.token, NOW) == session
    if change == "role":
        accounts.set_role("a", "trainer")
    else:
        accounts.set_password("a", PASSWORD + " staple")
        assert accounts.proven("a", PASSWORD) is None
    assert sessions.find(session.token, NOW) is None


def test_nobody_is_named(accounts: Accounts) -> None:
    for change in (accounts.named, accounts.enable):
        with pytest.raises(NotFound, match="nobody"):
            change("nobody")


def test_a_session_lasts_while_it_is_used_and_not_longer_than_it_may(accounts: Accounts, store: Store) -> None:
    sessions = Sessions(store, HOUR, 3 * HOUR)
    account = accounts.add("a", "lawyer", PASSWORD, NOW)
    idle, used = sessions.open(account, NOW), sessions.open(account, NOW)
    moment = NOW
    for _ in range(3):
        moment += dt.timedelta(minutes=59)
        assert sessions.find(used.token, moment)
    assert sessions.find(idle.token, moment) is None
    assert sessions.find(used.token, moment + dt.timedelta(minutes=4)) is None
    sessions.purge(moment + HOUR)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM session").scalar() == 0


def test_the_database_knows_no_token(accounts: Accounts, store: Store) -> None:
    sessions = Sessions(store, HOUR, 3 * HOUR)
    session = sessions.open(accounts.add("a", "lawyer", PASSWORD, NOW), NOW)
    _, secret = Keys(store).make("program", ["lawyer"], "a", NOW)
    store.checkpoint()
    for token in (session.token, secret):
        assert token.encode() not in everything(store)
    assert digest(session.token).encode() in everything(store)
    assert sessions.find(digest(session.token), NOW) is None
    sessions.close(session.token)
    assert sessions.find(session.token, NOW) is None


def test_a_form_token_fits_its_secret_and_purpose_alone() -> None:
    token = form_token("secret", "form")
    assert is_form_token(token, "secret", "form")
    for given, secret, purpose in [
        (None, "secret", "form"), ("", "secret", "form"), (token, "other", "form"), (token, "secret", "sign-in"), ("é", "secret", "form"),
    ]:  # fmt: skip
        assert not is_form_token(given, secret, purpose)


def test_a_key_is_shown_once_and_ends_when_it_is_revoked(store: Store) -> None:
    keys = Keys(store)
    key, secret = keys.make("intranet", ["lawyer", "lawyer"], "admin", NOW)
    assert secret.startswith(PREFIX)
    assert key.scopes == {"lawyer"}
    assert key.used_on is None
    found = keys.find(secret, NOW)
    assert found
    assert found.id == key.id
    assert keys.all()[0].used_on == NOW.date().isoformat()
    assert keys.find(secret[:-1], NOW) is None
    assert keys.revoke(key.id, NOW).revoked_at == NOW.isoformat()
    assert keys.revoke(key.id, NOW + HOUR).revoked_at == NOW.isoformat()
    assert keys.find(secret, NOW) is None


@pytest.mark.parametrize(("name", "scopes"), [("", ["lawyer"]), ("x" * 65, []), ("x", ["everything"])])
def test_what_cannot_be_a_key(store: Store, name: str, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput):
        Keys(store).make(name, scopes, "admin", NOW)
    assert Keys(store).all() == []


def test_the_log_is_in_order_and_is_cut_by_age(store: Store) -> None:
    audit = Audit(store)
    for hour in range(3):
        audit.note("a", "signed-in", str(hour), NOW + hour * HOUR)
    assert [entry.target for _, entry in audit.recent()] == ["2", "1", "0"]
    newest = audit.recent(1)[0][0]
    assert [entry.target for _, entry in audit.recent(before=newest)] == ["1", "0"]
    audit.purge(NOW + HOUR)
    assert [entry.target for _, entry in audit.recent()] == ["2", "1"]


def test_work_is_seen_by_its_owner_alone(accounts: Accounts, store: Store) -> None:
    works = Works(store)
    mine, other = (accounts.add(name, "lawyer", PASSWORD, NOW).id for name in ("a", "b"))
    key = works.make(mine, "checklist", "Acme", {"points": 1}, NOW)
    assert works.one(mine, key, "checklist").content == {"points": 1}
    works.change(mine, key, lambda content: {**content, "more": 2}, NOW + HOUR, "Acme 2")
    assert [(w.title, w.content) for w in works.all(mine, "checklist")] == [("Acme 2", {"points": 1, "more": 2})]
    assert works.all(other, "checklist") == works.all(mine, "agreement") == []
    for attempt in (
        lambda: works.one(other, key, "checklist"),
        lambda: works.one(mine, key, "agreement"),
        lambda: works.change(other, key, lambda content: {}, NOW),
        lambda: works.delete(other, key),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert works.one(mine, key, "checklist").content == {"points": 1, "more": 2}
    works.delete(mine, key)
    assert works.all(mine, "checklist") == []


def test_a_change_that_fails_changes_nothing(accounts: Accounts, store: Store) -> None:
    works = Works(store)
    mine = accounts.add("a", "lawyer", PASSWORD, NOW).id
    key = works.make(mine, "checklist", "Acme", {"n": 1}, NOW)
    with pytest.raises(InvalidInput):
        works.change(mine, key, lambda content: {"long": "x" * 3_000_000}, NOW)
    assert works.one(mine, key, "checklist").content == {"n": 1}


def test_there_is_an_end_to_what_one_keeps(accounts: Accounts, store: Store) -> None:
    works = Works(store)
    mine = accounts.add("a", "lawyer", PASSWORD, NOW).id
    with store.writing(content=False) as connection:
        for n in range(MOST):
            connection.exec_driver_sql(
                "INSERT INTO work VALUES (?, ?, 'checklist', 'x', '2026', '2026', '{}')", (str(n), mine)
            )
    with pytest.raises(InvalidInput, match="delete some"):
        works.make(mine, "checklist", "one more", {}, NOW)
