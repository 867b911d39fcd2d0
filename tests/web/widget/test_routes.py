"""The widget's addresses: every one from every origin with every token, preflight, one conversation a session, budgets."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from tests.web.widget.conftest import API, LETTER, MAIN, QUESTION, SHOP, STRANGER, Open
from web.deps import Services, now
from web.keys import Keys
from web.widget import Widget
from web.widget.site import Site
from web.widget.sites import Sites
from web.widget.ticket import PREFIX, Ticket, issue, read, sign

Page = Callable[..., TestClient]
OWN = "http://testserver"
ROUTES = [
    ("POST", "ask", {"json": QUESTION}),
    ("POST", "feedback", {"json": {"answer_id": "x", "verdict": "up"}}),
    ("GET", "conversation", {}),
    ("DELETE", "conversation", {}),
    ("POST", "handoffs", {"json": LETTER}),
    ("GET", "passages/x", {}),
]
STATES: dict[str, tuple[str | None, int, str | None]] = {
    # who asks: the origin of the page, the status that comes back, and who may read it
    "right": (MAIN, 0, MAIN),
    "right, another page of ours": (OWN, 403, None),
    "right, another origin of the site": ("http://localhost:5173", 403, "http://localhost:5173"),
    "right, another site": (SHOP, 403, None),
    "right, a stranger": (STRANGER, 403, None),
    "right, no origin": (None, 403, None),
    "right, null": ("null", 403, None),
    "none": (MAIN, 401, MAIN),
    "none, a stranger": (STRANGER, 401, None),
    "expired": (MAIN, 401, MAIN),
    "expired, a stranger": (STRANGER, 401, None),
    "forged": (MAIN, 401, MAIN),
    "made up": (MAIN, 401, MAIN),
    "a key": (MAIN, 403, MAIN),
    "no key": (MAIN, 401, MAIN),
    "of a site that is gone": ("https://gone.example.org", 403, None),
    "of an origin that is gone": ("https://old.example.org", 403, None),
}


@pytest.fixture
def services(client: TestClient) -> Services:
    found: Services = client.app.state.services  # type: ignore[attr-defined]
    return found


@pytest.fixture
def token(services: Services, sites: Sites, assistant: Assistant) -> Callable[[str], str]:
    """The token of a state, as the header has it; none where there is none."""
    widget, moment = services.widget, now()

    def made(state: str) -> str:
        kind = state.partition(",")[0]
        old = moment - dt.timedelta(minutes=16)
        good = issue("main", MAIN, "s-table", moment)
        gone = {
            "of a site that is gone": ("closed", "https://gone.example.org"),
            "of an origin that is gone": ("main", "https://old.example.org"),
        }
        if kind in gone:
            return widget.token(issue(*gone[kind], "s-gone", moment))
        return {
            "right": widget.token(good),
            "none": "",
            "expired": widget.token(issue("main", MAIN, "s-table", old)),
            "forged": sign(good, "x" * 32),
            "made up": f"{PREFIX}nothing",
            "a key": Keys(assistant.store).make("program", ["lawyer"], "test", moment)[1],
            "no key": "clausier_nothing",
        }[kind]  # fmt: skip

    return made


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("method", "path", "how"), ROUTES, ids=lambda value: str(value)[:20])
def test_a_route_answers_the_pages_of_its_site_and_no_other(
    client: TestClient, token: Callable[[str], str], method: str, path: str, how: dict[str, Any], state: str
) -> None:
    origin, status, reader = STATES[state]
    shown = token(state)
    headers = {**({"Origin": origin} if origin else {}), **({"Authorization": f"Bearer {shown}"} if shown else {})}
    response = client.request(method, f"{API}/{path}", headers=headers, **how)
    if status:
        assert response.status_code == status, response.text
        code = "forbidden" if status == 403 else "expired" if state.startswith("expired") else "unauthorized"
        assert response.json()["error"]["code"] == code
    else:
        assert response.status_code in (200, 404)
    assert response.headers.get("access-control-allow-origin") == reader
    assert "Origin" in response.headers.get("vary", "")
    assert "access-control-allow-credentials" not in response.headers
    assert "set-cookie" not in response.headers


def test_the_table_has_every_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    found = {(verb.upper(), path) for path, verbs in paths.items() if path.startswith(API) for verb in verbs}
    assert found == {
        ("POST", f"{API}/sessions"),
        *((method, f"{API}/{path.replace('/x', '/{passage_id}')}") for method, path, _ in ROUTES),
    }


# --- a session ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "origin", "is_open"),
    [
        ("main", MAIN, True),
        ("main", "http://localhost:5173", True),
        ("shop", SHOP, True),
        ("main", OWN, True),
        ("main", SHOP, False),
        ("shop", MAIN, False),
        ("main", None, False),
        ("main", "null", False),
        ("main", "", False),
        ("main", STRANGER, False),
        ("main", MAIN + ".evil.example", False),
        ("main", MAIN + ":444", False),
        ("main", MAIN + "/", False),
        ("main", MAIN.upper(), False),
        ("main", MAIN.replace("https", "http"), False),
        ("main", f"{MAIN}, {STRANGER}", False),
        ("none", MAIN, False),
        ("", MAIN, False),
    ],
)
def test_a_session_is_opened_from_the_pages_of_a_site(
    client: TestClient, sites: Sites, site: str, origin: str | None, is_open: bool
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    response = client.post(f"{API}/sessions", json={"site": site}, headers=headers)
    assert response.status_code == (200 if is_open else 403 if site else 422), response.text
    reads = origin if is_open and origin != OWN else MAIN if not site and origin == MAIN else None
    assert response.headers.get("access-control-allow-origin") == reads
    if not is_open and site:
        error = response.json()["error"]
        assert error["code"] == "forbidden"
        assert "clausier site add" in error["message"]


def test_a_session_says_all_that_the_widget_shows(client: TestClient, sites: Sites, open_session: Open) -> None:
    plain = open_session()
    assert plain["token"].startswith("cw_")
    left = dt.datetime.fromisoformat(plain["expires_at"]) - now()
    assert dt.timedelta(minutes=14) < left <= dt.timedelta(minutes=15)
    assert plain["conversation_id"] is None
    assert plain["site"]["greeting"] is None
    assert len(plain["site"]["starters"]["fr"]) == len(plain["site"]["starters"]["en"]) == 4
    assert plain["words"]["fr"].keys() == plain["words"]["en"].keys()
    assert plain["words"]["fr"]["send"] == "Envoyer"
    sites.change(
        Site(
            "main", "Cabinet", (MAIN,), {"en": "Hello", "fr": "Bonjour"}, {"en": ("Who?",), "fr": ("Qui ?",)}, "left",
            {"radius": "4px"}, "https://www.example.org/privacy", False,
        )
    )  # fmt: skip
    assert open_session()["site"] == {
        "id": "main",
        "name": "Cabinet",
        "greeting": {"en": "Hello", "fr": "Bonjour"},
        "starters": {"en": ["Who?"], "fr": ["Qui ?"]},
        "position": "left",
        "theme": {"--clausier-radius": "4px"},
        "privacy_url": "https://www.example.org/privacy",
        "handoff": False,
    }


def test_nothing_of_the_firm_is_in_a_session(open_session: Open) -> None:
    session = open_session()
    assert session.keys() == {"token", "expires_at", "conversation_id", "site", "words"}
    text = str(session["site"])
    for word in ("origins", "localhost:5173", "session_questions", "day_questions"):
        assert word not in text


# --- preflight ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def servers(make_client: MakeClient) -> dict[str, TestClient]:
    """As most are, and one whose operator lets other origins call the whole API."""
    return {"plain": make_client(), "with CORS": make_client(allowed_origins=(STRANGER + ".org",))}


@pytest.mark.parametrize("path", ["sessions", "ask", "conversation", "handoffs", "nothing"])
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(MAIN, True), (SHOP, True), (STRANGER, False), ("null", False), (None, False), (MAIN + ".evil.example", False)],
)
@pytest.mark.parametrize("server", ["plain", "with CORS"])
def test_preflight(
    servers: dict[str, TestClient], sites: Sites, path: str, origin: str | None, allowed: bool, server: str
) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    response = servers[server].options(f"{API}/{path}", headers={**headers, **({"Origin": origin} if origin else {})})
    assert response.status_code == (204 if allowed else 403)
    assert response.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert "access-control-allow-credentials" not in response.headers
    if allowed:
        assert response.headers["access-control-allow-headers"] == "Authorization, Content-Type"
        assert response.headers["access-control-allow-methods"] == "GET, POST, DELETE"


@pytest.mark.parametrize(("origin", "reader"), [(MAIN, MAIN), (STRANGER, None)])
def test_a_refusal_before_any_route_can_be_read_too(
    client: TestClient, sites: Sites, origin: str, reader: str | None
) -> None:
    large = client.post(f"{API}/ask", content=b"x" * 300_000, headers={"Origin": origin})
    unknown = client.get(f"{API}/nothing", headers={"Origin": origin})
    broken = client.post(
        f"{API}/sessions", content=b"{", headers={"Origin": origin, "Content-Type": "application/json"}
    )
    assert [response.status_code for response in (large, unknown, broken)] == [413, 404, 400]
    for response in (large, unknown, broken):
        assert response.headers.get("access-control-allow-origin") == reader
        assert "code" in response.json()["error"]


def test_other_addresses_are_not_shared(client: TestClient, sites: Sites) -> None:
    """The firm's sites may call the widget, and nothing else of the server."""
    for method, path in [("POST", "/api/v1/ask"), ("POST", "/api/v1/feedback"), ("DELETE", "/api/v1/conversations/x")]:
        response = client.request(method, path, headers={"Origin": MAIN}, json=QUESTION)
        assert response.status_code == 403
        assert "access-control-allow-origin" not in response.headers
    assert client.get("/api/v1/topics", headers={"Origin": MAIN}).headers.get("access-control-allow-origin") is None


@pytest.mark.check("A01")
def test_a_token_opens_nothing_else(client: TestClient, open_session: Open) -> None:
    headers = {"Authorization": f"Bearer {open_session()['token']}"}
    for method, path in [
        ("GET", "/api/v1/topics"),
        ("POST", "/api/v1/ask"),
        ("GET", "/api/v1/conversations"),
        ("GET", "/workspace"),
        ("GET", "/workspace/handoffs"),
    ]:
        response = client.request(method, path, headers=headers, json=QUESTION, follow_redirects=False)
        assert response.status_code == 401, path


# --- one conversation -----------------------------------------------------------------------------------------------------


def ask(page: TestClient, question: str = QUESTION["question"], **more: Any) -> dict[str, Any]:
    response = page.post(f"{API}/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_session_has_one_conversation(page: Page) -> None:
    visitor = page()
    assert visitor.get(f"{API}/conversation").status_code == 404
    one, other = ask(visitor), ask(visitor, "And the rate?")
    assert one["conversation_id"] == other["conversation_id"]
    held = visitor.get(f"{API}/conversation").json()
    assert [turn["question"] for turn in held["turns"]] == [QUESTION["question"], "And the rate?"]
    assert ask(visitor, conversation_id=one["conversation_id"])["conversation_id"] == one["conversation_id"]


@pytest.mark.check("A02")
def test_a_token_reaches_its_own_conversation_only(page: Page) -> None:
    one, other = page(), page()
    first, second = ask(one), ask(other)
    assert first["conversation_id"] != second["conversation_id"]
    asked = other.post(f"{API}/ask", json={**QUESTION, "conversation_id": first["conversation_id"]})
    rated = other.post(f"{API}/feedback", json={"answer_id": first["id"], "verdict": "up"})
    named = other.post(
        f"{API}/feedback",
        json={"answer_id": first["id"], "verdict": "up", "conversation_id": first["conversation_id"]},
    )
    assert [asked.status_code, rated.status_code, named.status_code] == [404, 404, 404]
    assert other.get(f"{API}/conversation").json()["conversation_id"] == second["conversation_id"]
    assert other.delete(f"{API}/conversation").status_code == 200
    assert one.get(f"{API}/conversation").json()["conversation_id"] == first["conversation_id"]


def test_a_session_goes_on_with_the_conversation_of_its_site(
    page: Page, open_session: Open, services: Services
) -> None:
    key = ask(page())["conversation_id"]
    assert open_session(conversation_id=key)["conversation_id"] == key
    again = page(conversation_id=key)
    assert again.get(f"{API}/conversation").json()["conversation_id"] == key
    assert ask(again, "And the rate?")["conversation_id"] == key
    assert open_session(SHOP, site="shop", conversation_id=key)["conversation_id"] is None
    assert open_session(conversation_id="nothing")["conversation_id"] is None
    public = services.journal.open(now())
    assert open_session(conversation_id=public)["conversation_id"] is None


def test_the_renewed_session_is_the_same_one(page: Page, services: Services, open_session: Open) -> None:
    """Whoever renews has no new budget."""
    first = open_session()
    visitor = TestClient(page().app, headers={"Origin": MAIN, "Authorization": f"Bearer {first['token']}"})
    key = ask(visitor)["conversation_id"]
    second = open_session(conversation_id=key)
    tickets = [read(one["token"], services.widget.secret) for one in (first, second)]
    assert len({ticket.session for ticket in tickets if ticket}) == 1
    assert None not in tickets


def test_visitors_are_clients(page: Page) -> None:
    asked = ask(page(), f"What does the {SECRET} memorandum say of penalties?", audience="lawyer")
    assert asked["audience"] == "client"
    assert "nineteen percent" not in str(asked)


def test_what_is_internal_is_not_there(page: Page, assistant: Assistant) -> None:
    with assistant.store.reading(internal=True) as connection:
        query = "SELECT min(id), visibility FROM passage GROUP BY visibility"
        found = {row[1]: row[0] for row in connection.exec_driver_sql(query)}
    visitor = page()
    assert visitor.get(f"{API}/passages/{found['public']}").status_code == 200
    assert visitor.get(f"{API}/passages/{found['internal']}").status_code == 404


def test_the_answer_streams_as_elsewhere(page: Page) -> None:
    response = page().post(f"{API}/ask", json=QUESTION, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["access-control-allow-origin"] == MAIN
    names = re.findall(r"^event: (\w+)$", response.text, re.M)
    assert names[-2:] == ["answer", "done"]
    assert set(names[:-2]) == {"token"}


def test_what_the_caller_keeps_is_not_stored(page: Page) -> None:
    visitor = page()
    answer = ask(visitor, history=[])
    assert (answer["id"], answer["conversation_id"]) == (None, None)
    assert visitor.get(f"{API}/conversation").status_code == 404


def test_feedback_is_kept_with_the_others(page: Page, services: Services) -> None:
    visitor = page()
    answer = ask(visitor)
    given = {"answer_id": answer["id"], "verdict": "down", "reason": "Too long."}
    assert visitor.post(f"{API}/feedback", json=given).json() == {"ok": True}
    listed = next(one for one in services.journal.recent() if one.id == answer["conversation_id"])
    assert listed.unhelpful
    assert services.widget.visits.sites()[listed.id] == "main"


def test_a_conversation_can_be_taken_along(page: Page) -> None:
    visitor = page()
    answer = ask(visitor, "When is *late* payment <b>interest</b> due?")
    response = visitor.get(f"{API}/conversation", params={"format": "md", "lang": "fr"})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert r"## When is \*late\* payment \<b\>interest\</b\> due?" in response.text
    assert answer["answer"] in response.text
    for citation in answer["citations"]:
        first = citation["quote"].split("\n")[0][:40]
        assert first in response.text.replace("\\", "")


def test_a_conversation_is_deleted_down_to_the_rows(page: Page, assistant: Assistant) -> None:
    visitor = page()
    answer = ask(visitor, "Do quokkas pay interest? zebulon")
    key = answer["conversation_id"]
    visitor.post(f"{API}/feedback", json={"answer_id": answer["id"], "verdict": "up"})
    sent = visitor.post(f"{API}/handoffs", json={**LETTER, "include_conversation": True}).json()
    receipt = visitor.delete(f"{API}/conversation").json()["receipt"]
    assert (receipt["conversation_id"], receipt["turns"], receipt["feedback"]) == (key, 1, 1)
    assert visitor.get(f"{API}/conversation").status_code == visitor.delete(f"{API}/conversation").status_code == 404
    with assistant.store.reading() as connection:
        for table in ("conversation", "turn", "feedback", "visit", "handoff"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert not any(str(part) in (key, answer["id"]) for row in rows for part in row), table
            assert "zebulon" not in str(rows)
        kept = connection.exec_driver_sql("SELECT message FROM handoff WHERE number = ?", (sent["number"],)).scalar()
    assert kept == LETTER["message"]
    again = ask(visitor)
    assert again["conversation_id"] != key


# --- messages -------------------------------------------------------------------------------------------------------------


def test_a_message_is_kept_for_the_firm(page: Page, services: Services) -> None:
    visitor = page()
    answer = ask(visitor)
    response = visitor.post(
        f"{API}/handoffs", json={**LETTER, "phone": "+33 1 23 45 67 89", "include_conversation": True}
    )
    assert response.json().keys() == {"number", "sent"}
    assert response.json()["sent"] == "stored"
    kept = services.widget.handoffs.one(response.json()["number"])
    assert (kept.site, kept.name, kept.email, kept.phone) == (
        "main",
        "Anne Roux",
        "anne@example.org",
        "+33 1 23 45 67 89",
    )
    assert (kept.message, kept.lang, kept.state) == ("Please call me back.", "en", "new")
    assert kept.conversation_id == answer["conversation_id"]
    alone = visitor.post(f"{API}/handoffs", json=LETTER).json()["number"]
    assert services.widget.handoffs.one(alone).conversation_id is None


@pytest.mark.parametrize(
    "change",
    [
        {"consent": False},
        {"consent": None},
        {"consent": "yes"},
        {"name": ""},
        {"name": "\x00"},
        {"name": "x" * 121},
        {"email": "anne"},
        {"email": "anne@"},
        {"email": "anne@example"},
        {"email": "a b@example.org"},
        {"email": "anne@example.org\nBcc: all@example.org"},
        {"email": "anne@example.org, other@example.org"},
        {"email": "<anne@example.org>"},
        {"phone": "call me"},
        {"phone": "1" * 41},
        {"message": " "},
        {"message": "x" * 4001},
        {"lang": "de"},
        {"more": 1},
    ],
)
def test_what_the_firm_could_not_answer_is_not_kept(page: Page, services: Services, change: dict[str, Any]) -> None:
    before = len(services.widget.handoffs.all())
    response = page().post(f"{API}/handoffs", json={**LETTER, **change})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"
    assert len(services.widget.handoffs.all()) == before


def test_a_site_may_take_no_messages(page: Page) -> None:
    response = page(SHOP, site="shop").post(f"{API}/handoffs", json=LETTER)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")


def test_messages_have_a_limit_too(page: Page) -> None:
    visitor = page()
    codes = [visitor.post(f"{API}/handoffs", json=LETTER).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


# --- budgets --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def forgotten(assistant: Assistant) -> Iterator[None]:
    """Nothing was counted before, and nothing is afterwards."""
    yield
    with assistant.store.writing(content=False) as connection:
        connection.exec_driver_sql("DELETE FROM budget")


def counted(make_client: MakeClient, **settings: int) -> tuple[TestClient, Callable[[str], TestClient]]:
    client = make_client(**settings)

    def visitor(site: str = "main") -> TestClient:
        origin = MAIN if site == "main" else SHOP
        token = client.post(f"{API}/sessions", json={"site": site}, headers={"Origin": origin}).json()["token"]
        return TestClient(client.app, headers={"Origin": origin, "Authorization": f"Bearer {token}"})

    return client, visitor


@pytest.mark.parametrize(
    ("settings", "code", "others"),
    [
        ({"widget_session_questions": 2}, "session_used_up", 200),
        ({"widget_day_questions": 2}, "day_used_up", 429),
        ({"widget_site_questions": 2}, "site_busy", 429),
    ],
)
def test_a_budget_that_is_used_up(
    make_client: MakeClient, sites: Sites, forgotten: None, settings: dict[str, int], code: str, others: int
) -> None:
    _, open_page = counted(make_client, **settings)
    one, other, elsewhere = open_page("main"), open_page("main"), open_page("shop")
    statuses = [one.post(f"{API}/ask", json=QUESTION) for _ in range(3)]
    assert [response.status_code for response in statuses] == [200, 200, 429]
    refused = statuses[-1]
    assert refused.json()["error"]["code"] == code
    wait = int(refused.headers["retry-after"])
    assert refused.json()["error"]["details"]["retry_after"] == wait
    assert 1 <= wait <= (60 if code == "site_busy" else 24 * 3600)
    assert refused.headers["access-control-allow-origin"] == MAIN
    assert "Retry-After" in refused.headers["access-control-expose-headers"]
    assert other.post(f"{API}/ask", json=QUESTION).status_code == others
    assert elsewhere.post(f"{API}/ask", json=QUESTION).status_code == 200


def test_a_restart_begins_no_new_day(make_client: MakeClient, sites: Sites, forgotten: None) -> None:
    for codes in ([200, 200, 429], [429]):
        _, open_page = counted(make_client, widget_day_questions=2)
        visitor = open_page("main")
        assert [visitor.post(f"{API}/ask", json=QUESTION).status_code for _ in codes] == codes


def test_a_sites_own_budget_counts(make_client: MakeClient, sites: Sites, forgotten: None) -> None:
    sites.change(dataclasses.replace(sites.one("main"), session_questions=1, day_questions=50))
    _, open_page = counted(make_client)
    visitor = open_page("main")
    assert [visitor.post(f"{API}/ask", json=QUESTION).status_code for _ in range(2)] == [200, 429]


def test_what_is_not_answered_is_not_counted(make_client: MakeClient, sites: Sites, forgotten: None) -> None:
    client, open_page = counted(make_client, widget_session_questions=1)
    visitor = open_page("main")
    for wrong in ({"question": " "}, {"question": "x" * 5000}, {**QUESTION, "conversation_id": "other"}):
        assert visitor.post(f"{API}/ask", json=wrong).status_code in (404, 413, 422)
    assert visitor.post(f"{API}/ask", json=QUESTION).status_code == 200
    widget: Widget = client.app.state.services.widget  # type: ignore[attr-defined]
    assert widget.budgets.used(widget.day(sites.one("main")), now()) == 1


# --- the script -----------------------------------------------------------------------------------------------------------


def test_the_script_is_for_everyone(client: TestClient) -> None:
    response = client.get("/widget.js", headers={"Origin": STRANGER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers
    tag = response.headers["etag"]
    again = client.get("/widget.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == "public, max-age=300"
    assert client.get("/widget.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_ticket_of_our_own_pages_reads_without_an_origin(client: TestClient, open_session: Open) -> None:
    """Browsers send none where a page reads from its own server."""
    headers = {"Authorization": f"Bearer {open_session(OWN)['token']}"}
    assert client.get(f"{API}/conversation", headers=headers).status_code == 404
    assert client.post(f"{API}/ask", json=QUESTION, headers=headers).status_code == 403
    assert client.post(f"{API}/ask", json=QUESTION, headers={**headers, "Origin": OWN}).status_code == 200


def test_the_ticket_is_the_one_that_was_asked_for(services: Services, open_session: Open) -> None:
    ticket = read(open_session()["token"], services.widget.secret)
    assert isinstance(ticket, Ticket)
    assert (ticket.site, ticket.origin) == ("main", MAIN)
