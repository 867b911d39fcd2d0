"""What no longer counts, or never did, opens nothing: keys in the wrong place, ended sessions, guessed passwords, set-up that is
over, and fields that nobody asked for."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from knowledge.errors import InvalidInput
from tests.fakes import NOW, new_store
from tests.web.conftest import MakeClient
from tests.web.test_access import PAGE, PASSWORD, sign_in, table
from web.accounts import Accounts
from web.deps import Services, now
from web.firm import ATTEMPTS
from web.keys import SCOPES, Keys
from web.widget.site import Site
from web.widget.sites import Sites
from web.widget.ticket import issue

Figure = Callable[[str, object], None]
ORIGIN = "https://www.example.org"
names = itertools.count()


def client_of(make_client: MakeClient, assistant: Assistant, role: str = "administrator") -> tuple[TestClient, str]:
    """Somebody new who is signed in, with the token of the forms; and the name."""
    name = f"person-{next(names)}"
    Accounts(assistant.store).add(name, role, PASSWORD, now())  # type: ignore[arg-type]
    client = make_client()
    assert sign_in(client, name, PASSWORD).status_code == 303
    token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
    assert token
    client.headers["X-CSRF-Token"] = token[1]
    return client, name


def services_of(client: TestClient) -> Services:
    found: Services = client.app.state.services  # type: ignore[attr-defined]
    return found


# --- credentials that are none --------------------------------------------------------------------------------------------


def disabled(make_client: MakeClient, assistant: Assistant) -> TestClient:
    client, name = client_of(make_client, assistant)
    client_of(make_client, assistant)  # another administrator
    Accounts(assistant.store).disable(name, now())
    return client


def idle(make_client: MakeClient, assistant: Assistant) -> TestClient:
    client, name = client_of(make_client, assistant)
    long_ago = (now() - dt.timedelta(days=2)).isoformat()
    with assistant.store.writing(content=False) as connection:
        account = Accounts(assistant.store).named(name).id
        connection.exec_driver_sql("UPDATE session SET seen_at = ? WHERE account_id = ?", (long_ago, account))
    return client


def revoked(make_client: MakeClient, assistant: Assistant) -> TestClient:
    key, secret = Keys(assistant.store).make("gone", SCOPES, "test", now())
    Keys(assistant.store).revoke(key.id, now())
    return bearing(make_client, secret)


def bearing(make_client: MakeClient, token: str) -> TestClient:
    client = make_client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def elsewhere(place: str) -> Callable[[MakeClient, Assistant], TestClient]:
    """A good key of every scope, where keys are not looked for."""

    def made(make_client: MakeClient, assistant: Assistant) -> TestClient:
        _, secret = Keys(assistant.store).make("misplaced", SCOPES, "test", now())
        client = make_client()
        if place == "cookie":
            client.cookies.set("clausier-session", secret)
        elif place == "query":
            client.params = client.params.merge({"key": secret, "api_key": secret, "access_token": secret})
        else:
            client.headers[place] = secret
        return client

    return made


def of_the_widget(make_client: MakeClient, assistant: Assistant) -> TestClient:
    client = make_client()
    if not Sites(assistant.store).find("widget-site"):
        Sites(assistant.store).add(Site("widget-site", "Site", (ORIGIN,)), now())
    ticket = issue("widget-site", ORIGIN, "session", now())
    client.headers.update(
        {"Authorization": f"Bearer {services_of(client).widget.token(ticket)}", "Origin": "http://testserver"}
    )
    return client


STRANGERS: dict[str, Callable[[MakeClient, Assistant], TestClient]] = {
    "a disabled account": disabled,
    "a session that was not used for long": idle,
    "a revoked key": revoked,
    "a key without Bearer": elsewhere("Authorization"),
    "a key in X-API-Key": elsewhere("X-API-Key"),
    "a key in the header of forms": elsewhere("X-CSRF-Token"),
    "a key in a cookie": elsewhere("cookie"),
    "a key in the address": elsewhere("query"),
    "a token of the widget": of_the_widget,
}


@pytest.mark.check("A01")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_no_credential_opens_nothing(
    make_client: MakeClient, assistant: Assistant, stranger: str, record_property: Figure
) -> None:
    client = STRANGERS[stranger](make_client, assistant)
    closed = [(method, path) for method, path, rule in table() if not rule.is_open and not rule.is_ticketed]
    for method, path in closed:
        response = client.request(method, re.sub(r"{[^}]*}", "x", path), follow_redirects=False)
        assert response.status_code in (401, 403), (stranger, method, path)
    record_property("figure", f"{stranger}: 0 of {len(closed)} closed routes open")


# --- what ends, ends at once ----------------------------------------------------------------------------------------------


def sign_out(client: TestClient, _name: str) -> None:
    kept = dict(client.cookies)
    assert client.post("/logout", follow_redirects=False).status_code == 303
    client.cookies.update(kept)


def by_administrator(**form: str) -> Callable[[TestClient, str], None]:
    def done(client: TestClient, name: str) -> None:
        accounts = services_of(client).firm.accounts
        if form["do"] == "disable":
            accounts.disable(name, now())
        elif form["do"] == "role":
            accounts.set_role(name, "trainer")
        else:
            accounts.set_password(name, "four other plain words")

    return done


ENDINGS: dict[str, Callable[[TestClient, str], None]] = {
    "signed out": sign_out,
    "disabled": by_administrator(do="disable"),
    "another password": by_administrator(do="password"),
    "another role": by_administrator(do="role"),
}


@pytest.mark.check("A04")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_session_that_has_ended_is_dead_at_once(
    make_client: MakeClient, assistant: Assistant, ending: str, record_property: Figure
) -> None:
    client_of(make_client, assistant)
    client, name = client_of(make_client, assistant)
    assert client.get("/workspace/keys", headers=PAGE).status_code == 200
    ENDINGS[ending](client, name)
    began = time.monotonic()
    codes = {client.get("/workspace/keys", follow_redirects=False).status_code for _ in range(20)}
    assert codes == {401}
    record_property(
        "figure", f"{ending}: 20 of 20 later requests refused, the last after {time.monotonic() - began:.2f} s"
    )


@pytest.mark.check("A04")
def test_keys_and_pages_of_a_site_that_is_gone_are_dead_at_once(
    make_client: MakeClient, assistant: Assistant, record_property: Figure
) -> None:
    key, secret = Keys(assistant.store).make("to be revoked", SCOPES, "test", now())
    program = bearing(make_client, secret)
    assert program.get("/api/v1/conversations").status_code == 200
    Keys(assistant.store).revoke(key.id, now())
    page = of_the_widget(make_client, assistant)
    page.headers["Origin"] = ORIGIN
    asked: dict[str, Any] = {"json": {"question": "When is late payment interest due?"}}
    assert page.post("/api/v1/widget/ask", **asked).status_code == 200
    Sites(assistant.store).remove("widget-site")
    codes = [program.get("/api/v1/conversations").status_code for _ in range(20)]
    codes += [page.post("/api/v1/widget/ask", **asked).status_code for _ in range(20)]
    assert codes == [401] * 20 + [403] * 20
    record_property("figure", f"key and token: {len(codes)} of {len(codes)} later requests refused")


# --- guessing -------------------------------------------------------------------------------------------------------------

TRIES = 1_000


def guess(client: TestClient, name: str, password: str) -> Any:
    page = client.get("/login", headers=PAGE).text
    form = re.search(r'name="form_token" value="(\w+)"', page)
    assert form
    fields = {"name": name, "password": password, "form_token": form[1]}
    return client.post("/login", data=fields, headers=PAGE, follow_redirects=False)


@pytest.mark.tier(2)
@pytest.mark.check("A05")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("addresses", [1, TRIES])
def test_a_name_is_tried_ten_times_from_however_many_addresses(
    make_client: MakeClient, assistant: Assistant, addresses: int, record_property: Figure
) -> None:
    name = f"person-{next(names)}"
    Accounts(assistant.store).add(name, "lawyer", PASSWORD, now())
    app = make_client().app
    tried, texts = 0, set()
    for n in range(TRIES):
        place = n % addresses
        client = TestClient(app, client=(f"127.0.{place // 250}.{place % 250 + 1}", 50_000))
        response = guess(client, name, f"wrong horse {n} battery")
        assert response.status_code in (401, 429)
        tried += response.status_code == 401
        texts.add((response.status_code, re.sub(r'value="[^"]*"|\d+', "", response.text)))
    assert tried == ATTEMPTS
    assert len(texts) == 2, "one message for a wrong password, one for too many"
    record_property("figure", f"{tried} of {TRIES} tries from {addresses} addresses were looked at")


@pytest.mark.check("A05")
def test_a_name_that_nobody_has_takes_as_long(store_of_people: Accounts, record_property: Figure) -> None:
    """By the median of pairs, taken in turn: the hash of nobody is reckoned like that of somebody."""
    store_of_people.proven("nobody-here", "x")
    known: list[float] = []
    unknown: list[float] = []
    for n in range(9):
        for name, taken in (("somebody", known), ("nobody-here", unknown)):
            began = time.perf_counter()
            assert store_of_people.proven(name, f"wrong horse {n} battery") is None
            taken.append(time.perf_counter() - began)
    apart = abs(statistics.median(known) - statistics.median(unknown))
    assert apart < 0.02
    record_property("figure", f"{apart * 1000:.1f} ms apart, of {statistics.median(known) * 1000:.0f}")


@pytest.fixture
def store_of_people(tmp_path: Any) -> Any:
    store = new_store(tmp_path / "data" / "clausier.db")
    accounts = Accounts(store)
    accounts.add("somebody", "lawyer", PASSWORD, NOW)
    yield accounts
    store.close()


# --- set-up that is over --------------------------------------------------------------------------------------------------

SETUP = ("setup", "install", "admin", "register", "signup", "first-run", "init", "wizard", "bootstrap", "account/new")


@pytest.mark.check("A06")
def test_nobody_sets_up_an_installation_over_http(make_client: MakeClient, assistant: Assistant) -> None:
    """The first administrator comes from the command line; no route makes one for who is not one already."""
    client = make_client()
    before = [(one.name, one.role) for one in Accounts(assistant.store).all()]
    wanted = {"name": "intruder", "role": "administrator", "password": PASSWORD, "do": "add"}
    for method, path, _ in table():
        if method != "GET":
            client.request(method, re.sub(r"{[^}]*}", "x", path), data=wanted, follow_redirects=False)
            client.request(method, re.sub(r"{[^}]*}", "x", path), json=wanted, follow_redirects=False)
    for place in SETUP:
        for start in ("/", "/api/v1/", "/workspace/"):
            assert client.get(start + place, follow_redirects=False).status_code == 404
            assert client.post(start + place, json=wanted, follow_redirects=False).status_code in (404, 405)
    assert [(one.name, one.role) for one in Accounts(assistant.store).all()] == before


@pytest.mark.check("A06")
def test_ten_who_set_up_at_once_make_one_account(tmp_path: Any, record_property: Figure) -> None:
    store = new_store(tmp_path / "data" / "clausier.db")
    made, ready = [], threading.Barrier(10)

    def add() -> None:
        ready.wait()
        try:
            made.append(Accounts(store).add("first", "administrator", PASSWORD, NOW))
        except InvalidInput:
            return

    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(Accounts(store).all()) == 1
    record_property("figure", f"{len(made)} of 10 set up")
    store.close()


# --- fields that nobody asked for -----------------------------------------------------------------------------------------

UNASKED = {"role": "administrator", "is_admin": True, "tenant_id": "other", "score": 100, "account_id": "x", "id": "x"}


@pytest.mark.check("A07")
def test_no_field_is_taken_that_was_not_asked_for(client: TestClient, record_property: Figure) -> None:
    """Of JSON: the document says that there is no other field, and the server refuses one."""
    document = client.get("/openapi.json").json()
    told, refused = document["components"]["schemas"], 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if not content or path.startswith("/v1/"):
                continue
            schema = told[content["schema"]["$ref"].rpartition("/")[2]]
            assert schema["additionalProperties"] is False, path
            fields = {name: value for name, value in UNASKED.items() if name not in schema["properties"]}
            for name, value in fields.items():
                response = client.request(method, path, json={name: value})
                assert response.status_code in (401, 403, 422), (path, name)
                refused += 1
    record_property("figure", f"{refused} fields refused")


@pytest.mark.check("A07")
def test_a_form_takes_what_it_shows(make_client: MakeClient, assistant: Assistant) -> None:
    client, name = client_of(make_client, assistant, "trainer")
    before = Accounts(assistant.store).named(name)
    fields = {
        **{key: str(value) for key, value in UNASKED.items()},
        "name": "boss",
        "disabled_at": "",
        "created_at": "",
    }
    asked = {"old": PASSWORD, "new": "four other plain words"}
    assert client.post("/workspace/account", data={**asked, **fields}, follow_redirects=False).status_code == 303
    assert Accounts(assistant.store).named(name) == before
