"""Who may call what: every route as everyone, sign-in, forms of other sites, keys, and what internal passages are served to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from knowledge.errors import Misconfigured
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from web import access
from web.access import (
    ADMINISTRATORS,
    LAWYERS,
    MEMBERS,
    OPERATORS,
    OWN_WORK,
    PROGRAMS,
    READERS,
    RULES,
    TRAINERS,
    WIDGETS,
    Rule,
    allow,
)  # fmt: skip
from web.accounts import ROLES, Accounts
from web.app import ROUTES
from web.deps import now
from web.firm import ATTEMPTS
from web.keys import SCOPES, Keys

PASSWORD = "correct horse battery"
PAGE = {"accept": "text/html"}
SignedIn = Callable[..., TestClient]
Caller = tuple[str, frozenset[str], frozenset[str]]
"""A name, the roles it has and the scopes."""

CALLERS: list[Caller] = [
    ("anonymous", frozenset(), frozenset()),
    *((role, frozenset({role}), frozenset()) for role in ROLES),
    ("key", frozenset(), frozenset()),
    *((f"key-{scope}", frozenset(), frozenset({scope})) for scope in SCOPES),
]


def table() -> list[tuple[str, str, Rule]]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for routes in ROUTES:
        app.include_router(routes.router)
    return [(method, path, rule) for method, path, rule, _ in access.rules(app) if rule]


@pytest.fixture(scope="module")
def people(assistant: Assistant) -> None:
    known = {one.name for one in Accounts(assistant.store).all()}
    for role in ROLES:
        if role not in known:
            Accounts(assistant.store).add(role, role, PASSWORD, now())


@pytest.fixture
def signed_in(make_client: MakeClient, people: None) -> SignedIn:
    """A client with the session of a role, which sends the token of its forms."""

    def sign(role: str, **changes: object) -> TestClient:
        client = make_client(**changes)
        response = sign_in(client, role, PASSWORD)
        assert response.status_code == 303, response.text
        page = client.get("/workspace/account", headers=PAGE).text
        found = re.search(r'name="form_token" value="(\w{64})"', page)
        assert found
        client.headers["X-CSRF-Token"] = found[1]
        return client

    return sign


def sign_in(client: TestClient, name: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    form = re.search(r'name="form_token" value="(\w+)"', client.get("/login", headers=PAGE).text)
    assert form
    fields = {"name": name, "password": password, "form_token": form[1], **more}
    return client.post("/login", data=fields, headers=PAGE, follow_redirects=False)


@pytest.fixture(scope="module")
def callers(make_client: MakeClient, assistant: Assistant, people: None) -> dict[str, TestClient]:
    found = {}
    for name, roles, scopes in CALLERS:
        client = make_client()
        if roles:
            sign_in(client, name, PASSWORD)
            token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
            assert token
            client.headers["X-CSRF-Token"] = token[1]
        elif name.startswith("key"):
            _, secret = Keys(assistant.store).make(name, scopes, "test", now())
            client.headers["Authorization"] = f"Bearer {secret}"
        found[name] = client
    return found


# --- every route as everyone ----------------------------------------------------------------------------------------------


@pytest.mark.check("A01")
@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller[0])
@pytest.mark.parametrize(
    ("method", "path", "rule"), [row for row in table() if row[1] != "/logout"], ids=lambda value: str(value)[:60]
)
def test_a_route_lets_in_whom_its_rule_names(
    callers: dict[str, TestClient], caller: Caller, method: str, path: str, rule: Rule
) -> None:
    name, roles, scopes = caller
    allowed = rule.is_open or (rule.is_known and name != "anonymous") or bool(roles & rule.roles | scopes & rule.scopes)
    response = callers[name].request(method, re.sub(r"{[^}]*}", "x", path), follow_redirects=False)
    if allowed:
        assert response.status_code not in (401, 403) or path == "/login"
    else:
        assert response.status_code == (401 if name == "anonymous" else 403)
        assert response.json()["error"]["code"] == ("unauthorized" if name == "anonymous" else "forbidden")


def test_the_rules_are_what_the_architecture_says() -> None:
    """Read here, in words, so that a change of a rule has to be said twice."""
    lawyers, everyone = {"lawyer", "administrator"}, set(ROLES)
    assert {rule.name: (set(rule.roles), set(rule.scopes)) for rule in RULES if not rule.is_open} | {
        "own": (set(OWN_WORK.roles), set(OWN_WORK.scopes)),
        "readers": (set(READERS.roles), set(READERS.scopes)),
        "lawyers": (set(LAWYERS.roles), set(LAWYERS.scopes)),
    } == {
        MEMBERS.name: (everyone, set()),
        LAWYERS.name: (lawyers, {"lawyer"}),
        OWN_WORK.name: (lawyers, set()),
        READERS.name: (lawyers, {"conversations"}),
        TRAINERS.name: ({"trainer", "administrator"}, {"trainer"}),
        ADMINISTRATORS.name: ({"administrator"}, set()),
        OPERATORS.name: ({"administrator"}, {"metrics"}),
        PROGRAMS.name: (set(), set()),
        WIDGETS.name: (set(), set()),
        "own": (lawyers, set()),
        "readers": (lawyers, {"conversations"}),
        "lawyers": (lawyers, {"lawyer"}),
    }


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/workspace", MEMBERS),
        ("/workspace/library", MEMBERS),
        ("/workspace/draft", OWN_WORK),
        ("/workspace/agreements", OWN_WORK),
        ("/workspace/checklists", OWN_WORK),
        ("/workspace/review", OWN_WORK),
        ("/workspace/conversations", READERS),
        ("/workspace/accounts", ADMINISTRATORS),
        ("/workspace/keys", ADMINISTRATORS),
        ("/workspace/audit", ADMINISTRATORS),
        ("/workspace/sites", ADMINISTRATORS),
        ("/workspace/handoffs", READERS),
    ],
)
def test_what_stands_behind_which_rule(path: str, rule: Rule) -> None:
    assert {found for _, route, found in table() if route == path} == {rule}


@pytest.mark.check("A01")
def test_a_route_without_a_rule_stops_the_application() -> None:
    app, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()

    @router.get("/bare")
    def bare() -> str:
        return ""

    @router.get("/ruled", dependencies=[allow(MEMBERS)])
    def ruled() -> str:
        return ""

    app.include_router(router)
    with pytest.raises(Misconfigured, match="GET /bare"):
        access.check(app)
    assert [route[:3] for route in access.rules(app)] == [("GET", "/bare", None), ("GET", "/ruled", MEMBERS)]


def test_no_route_of_the_workspace_is_open() -> None:
    assert [path for _, path, rule in table() if path.startswith("/workspace") and rule.is_open] == []


# --- signing in -----------------------------------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in_and_comes_back(make_client: MakeClient, people: None) -> None:
    client = make_client()
    sent = client.get("/workspace/library", headers=PAGE, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fworkspace%2Flibrary")
    response = sign_in(client, "lawyer", PASSWORD, next="/workspace/library")
    assert response.headers["location"] == "/workspace/library"
    cookie = next(one for one in response.headers.get_list("set-cookie") if "session" in one)
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()
    assert client.get("/workspace/library").status_code == 200


ELSEWHERE = (
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/x", "\t//evil.example", "javascript:1", "JavaScript:1", "data:text/html,x", "vbscript:x", "",
    "/a\\b", "evil.example", "@evil.example", "https:evil.example", "https:/evil.example", "/\x00/evil.example",
    "//evil.example/%2f..", "http://testserver@evil.example", ".//evil.example", "\u2044\u2044evil.example", "/\u2028/evil.example",
)  # fmt: skip
"""Addresses after signing in that lead to somebody else, in some browser."""


@pytest.mark.check("X10")
def test_nobody_is_sent_to_another_site(
    make_client: MakeClient, people: None, record_property: Callable[[str, str], None]
) -> None:
    for next_page in ELSEWHERE:
        assert sign_in(make_client(), "lawyer", PASSWORD, next=next_page).headers["location"] == "/workspace", next_page
    record_property("figure", f"{len(ELSEWHERE)} of {len(ELSEWHERE)} addresses stay on the site")


@pytest.mark.check("A05")
def test_nobody_learns_which_part_was_wrong(make_client: MakeClient, people: None) -> None:
    client = make_client()
    texts = []
    for name, password in [("lawyer", "wrong horse battery"), ("nobody-here", PASSWORD)]:
        response = sign_in(client, name, password)
        assert response.status_code == 401
        texts.append(re.sub(r'value="[^"]*"', "", response.text))
    assert texts[0] == texts[1]


def test_a_form_of_another_site_signs_nobody_in(make_client: MakeClient, people: None) -> None:
    client = make_client()
    fields = {"name": "lawyer", "password": PASSWORD}
    for token in ("", "x" * 64):
        response = client.post("/login", data={**fields, "form_token": token}, headers=PAGE, follow_redirects=False)
        assert response.status_code == 403
        assert 'value="lawyer"' in response.text
    assert client.get("/workspace", follow_redirects=False).status_code == 401


@pytest.mark.check("A05")
def test_guessing_ends(make_client: MakeClient, people: None) -> None:
    client = make_client()
    codes = [sign_in(client, "lawyer", f"wrong horse {n} battery").status_code for n in range(ATTEMPTS + 2)]
    assert codes == [401] * ATTEMPTS + [429, 429]
    for name in ("LAWYER", " lawyer ", "ｌawyer"):
        refused = sign_in(client, name, PASSWORD)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 600
    assert sign_in(client, "trainer", PASSWORD).status_code == 303


def test_over_https_the_cookie_is_one_that_nothing_else_can_set(signed_in: SignedIn, make_client: MakeClient) -> None:
    client = make_client(https=True)
    client.base_url = client.base_url.copy_with(scheme="https")
    cookies = sign_in(client, "lawyer", PASSWORD).headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("__Host-clausier-session="))
    assert "; secure" in session.lower()
    assert "path=/" in session.lower()
    assert "domain" not in session.lower()
    assert client.get("/workspace").status_code == 200


def test_signing_in_again_ends_the_session_before(signed_in: SignedIn) -> None:
    client = signed_in("lawyer")
    before = client.cookies["clausier-session"]
    other = TestClient(client.app, raise_server_exceptions=False)
    form = re.search(r'name="form_token" value="(\w+)"', other.get("/login", headers=PAGE).text)
    assert form
    client.cookies.set("clausier-visit", other.cookies["clausier-visit"])
    fields = {"name": "lawyer", "password": PASSWORD, "form_token": form[1]}
    assert client.post("/login", data=fields, follow_redirects=False).status_code == 303
    assert client.cookies["clausier-session"] != before
    former = TestClient(client.app, cookies={"clausier-session": before})
    assert former.get("/workspace", follow_redirects=False).status_code == 401


@pytest.mark.check("A04")
def test_signing_out_ends_the_session_on_the_server(signed_in: SignedIn) -> None:
    client = signed_in("lawyer")
    token = client.cookies["clausier-session"]
    assert client.post("/logout", follow_redirects=False).status_code == 303
    client.cookies.set("clausier-session", token)
    assert client.get("/workspace", follow_redirects=False).status_code == 401


def test_ones_own_password(signed_in: SignedIn, assistant: Assistant) -> None:
    Accounts(assistant.store).add("changing", "lawyer", PASSWORD, now())
    client = signed_in("trainer")
    client.cookies.clear()
    del client.headers["X-CSRF-Token"]
    sign_in(client, "changing", PASSWORD)
    token = re.search(r'value="(\w{64})"', client.get("/workspace/account").text)
    assert token
    fields = {"form_token": token[1], "old": PASSWORD, "new": "four other plain words"}
    assert client.post("/workspace/account", data={**fields, "old": "wrong"}).status_code == 422
    assert client.post("/workspace/account", data={**fields, "new": "short"}).status_code == 422
    assert client.post("/workspace/account", data=fields, follow_redirects=False).status_code == 303
    assert client.get("/workspace").status_code == 200
    assert Accounts(assistant.store).proven("changing", PASSWORD) is None
    assert Accounts(assistant.store).proven("changing", "four other plain words")


# --- forms of other sites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "x" * 64])
def test_a_session_counts_for_a_change_only_with_its_token(signed_in: SignedIn, token: str | None) -> None:
    client = signed_in("administrator")
    del client.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    for method, path, rule in table():
        if method != "GET" and not rule.is_open:
            response = client.request(method, re.sub(r"{[^}]*}", "x", path), headers=headers, follow_redirects=False)
            assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden"), path
    answer = client.post("/api/v1/ask", json={"question": "late payment", "audience": "lawyer"}, headers=headers)
    assert answer.json()["audience"] == "client"


def test_the_token_of_one_session_does_not_fit_another(signed_in: SignedIn) -> None:
    one, other = signed_in("lawyer"), signed_in("trainer")
    other.headers["X-CSRF-Token"] = one.headers["X-CSRF-Token"]
    assert other.post("/logout").status_code == 403


# --- what is internal -----------------------------------------------------------------------------------------------------

KNOWN = [
    ("lawyer", True),
    ("administrator", True),
    ("trainer", False),
    ("key-lawyer", True),
    ("key", False),
    ("anonymous", False),
]


@pytest.mark.parametrize(("caller", "sees"), KNOWN)
def test_internal_passages_are_served_to_lawyers(callers: dict[str, TestClient], caller: str, sees: bool) -> None:
    client = callers[caller]
    question = {"question": f"What does the {SECRET} memorandum say of penalties?", "audience": "lawyer"}
    answer = client.post("/api/v1/ask", json={**question, "history": []}).json()
    assert answer["audience"] == ("lawyer" if sees else "client")
    assert ("nineteen percent" in str(answer)) is sees
    hits = client.get("/api/v1/search", params={"q": SECRET, "audience": "lawyer"}).json()["hits"]
    assert any(hit["visibility"] == "internal" for hit in hits) is sees
    public = client.get("/api/v1/search", params={"q": SECRET}).json()["hits"]
    assert all(hit["visibility"] == "public" for hit in public)


def test_an_internal_passage_is_read_by_lawyers(callers: dict[str, TestClient]) -> None:
    hits = callers["lawyer"].get("/api/v1/search", params={"q": SECRET, "audience": "lawyer"}).json()["hits"]
    key = next(hit["passage_id"] for hit in hits if hit["visibility"] == "internal")
    for caller, sees in KNOWN:
        for path in (f"/api/v1/passages/{key}", f"/passages/{key}"):
            assert callers[caller].get(path).status_code == (200 if sees else 404)


def test_what_a_lawyer_was_answered_is_read_by_lawyers(callers: dict[str, TestClient]) -> None:
    question = {"question": f"What does the {SECRET} memorandum say of penalties?", "audience": "lawyer"}
    key = callers["lawyer"].post("/api/v1/ask", json=question).json()["conversation_id"]
    for caller, sees in KNOWN:
        client = callers[caller]
        assert client.get(f"/api/v1/conversations/{key}").status_code == (200 if sees else 404)
        asked = client.post("/api/v1/ask", json={"question": "why?", "conversation_id": key})
        assert asked.status_code == (200 if sees else 404)
        if not sees:
            assert client.delete(f"/api/v1/conversations/{key}").status_code == 404
    assert callers["key-lawyer"].delete(f"/api/v1/conversations/{key}").status_code == 200


def test_what_was_asked_is_listed_for_lawyers_and_keys_that_may(callers: dict[str, TestClient]) -> None:
    asked = callers["anonymous"].post("/api/v1/ask", json={"question": "When is late payment interest due?"}).json()
    for caller in ("lawyer", "administrator", "key-conversations"):
        listed = callers[caller].get("/api/v1/conversations").json()["conversations"]
        assert listed[0]["id"] == asked["conversation_id"]
        assert listed[0]["question"] == "When is late payment interest due?"
    for caller in ("anonymous", "trainer", "key", "key-lawyer", "key-trainer"):
        assert callers[caller].get("/api/v1/conversations").status_code in (401, 403)


@pytest.mark.parametrize("secret", ["", "x", "clausier_" + "x" * 43, "Basic x"])
def test_a_key_that_is_none_is_told_so(make_client: MakeClient, secret: str) -> None:
    for path in ("/api/v1/topics", "/workspace"):
        response = make_client().get(path, headers={"authorization": f"Bearer {secret}"})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


def test_what_one_role_sees_no_other_finds_in_the_navigation(callers: dict[str, TestClient]) -> None:
    links = {
        role: set(re.findall(r'href="(/workspace/[^"?]*)"', callers[role].get("/workspace").text)) for role in ROLES
    }
    assert {"/workspace/accounts", "/workspace/audit"} <= links["administrator"]
    assert "/workspace/draft" in links["lawyer"]
    for role, path in itertools.product(ROLES, sorted(set().union(*links.values()))):
        if path in links[role]:
            assert callers[role].get(path).status_code == 200, (role, path)


def test_no_password_hash_leaves_the_server(callers: dict[str, TestClient]) -> None:
    for path in (path for method, path, _ in table() if method == "GET" and "{" not in path):
        assert "argon2" not in callers["administrator"].get(path).text


def test_the_table_of_routes_names_every_module(tmp_path: Path) -> None:
    modules = {path.stem for path in (Path(access.__file__).parent / "routes").glob("*.py")} - {"__init__"}
    assert {routes.__name__.rpartition(".")[2] for routes in ROUTES} == modules
