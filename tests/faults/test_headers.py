"""Every response carries the headers that protect its reader, whatever became of the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant, open_assistant
from tests.faults.installation import Installation
from web import limits
from web.app import create_app
from web.assets import FOLDER, FOREVER, address

pytestmark = pytest.mark.slow

FORM = {"content-type": "application/x-www-form-urlencoded"}
HTML = {"Accept": "text/html"}
EVENTS = {"Accept": "text/event-stream"}
ASKED = {"question": "What is a penalty?"}


@pytest.fixture(scope="module")
def assistant(untouched: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    copy = untouched.copy(tmp_path_factory.mktemp("headers") / "data")
    assistant = open_assistant(copy.settings.model_copy(update={"questions_per_minute": 10_000, "max_streams": 1}))
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant), base_url="http://localhost")


@pytest.fixture
def said(client: TestClient, assistant: Assistant) -> dict[str, str]:
    """An answer that was given: its conversation and its id; and a passage."""
    answer = client.post("/api/v1/ask", json=ASKED).json()
    return {
        "conversation_id": answer["conversation_id"],
        "answer_id": answer["id"],
        "passage_id": assistant.store.passages_of("guidance-en-penalties")[0].id,
    }


def cases(
    assistant: Assistant, said: dict[str, str]
) -> dict[tuple[str, str], list[tuple[str, dict[str, object], int]]]:
    """For every route of the API: what to request, how, and the status that should come back."""
    key = next(iter(assistant.library.authorities))
    rated = {"conversation_id": said["conversation_id"], "answer_id": said["answer_id"], "verdict": "up"}
    talk = f"/api/v1/conversations/{said['conversation_id']}"
    return {
        ("post", "/api/v1/ask"): [
            ("/api/v1/ask", {"json": ASKED}, 200),
            ("/api/v1/ask", {"json": ASKED, "headers": EVENTS}, 200),
            ("/api/v1/ask", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
            ("/api/v1/ask", {"json": {**ASKED, "conversation_id": "none"}}, 404),
            ("/api/v1/ask", {"json": {"question": "x" * 5000}}, 413),
            ("/api/v1/ask", {"json": {}}, 422),
        ],
        ("get", "/api/v1/search"): [
            ("/api/v1/search?q=penalty", {}, 200),
            ("/api/v1/search", {}, 422),
            ("/api/v1/search?q=%00", {}, 422),
        ],
        ("get", "/api/v1/topics"): [("/api/v1/topics", {}, 200)],
        ("get", "/api/v1/authorities/{key}"): [
            (f"/api/v1/authorities/{key}", {}, 200),
            ("/api/v1/authorities/none", {}, 404),
        ],
        ("get", "/api/v1/passages/{passage_id}"): [
            (f"/api/v1/passages/{said['passage_id']}", {}, 200),
            ("/api/v1/passages/none", {}, 404),
        ],
        ("post", "/api/v1/feedback"): [
            ("/api/v1/feedback", {"json": rated}, 200),
            ("/api/v1/feedback", {"json": {**rated, "answer_id": "none"}}, 404),
            ("/api/v1/feedback", {"json": {}}, 422),
        ],
        ("get", "/api/v1/conversations/{conversation_id}"): [(talk, {}, 200), (f"{talk}x", {}, 404)],
        ("delete", "/api/v1/conversations/{conversation_id}"): [(talk, {}, 200), (talk, {}, 404)],
        ("get", "/healthz"): [("/healthz", {}, 200)],
        ("get", "/readyz"): [("/readyz", {}, 200)],
    }


@pytest.mark.check("X02")
def test_every_route_of_the_api(
    client: TestClient, assistant: Assistant, said: dict[str, str], record_property: Callable[[str, str], None]
) -> None:
    """Those of the conversation in every way that they can end; all others as a stranger stumbles on them."""
    wanted = cases(assistant, said)
    described = client.get("/openapi.json").json()["paths"]
    routes = {(method, path) for path, methods in described.items() for method in methods}
    assert wanted.keys() <= routes
    for (method, _), requests in wanted.items():
        for url, how, status in requests:
            check(client.request(method, url, **how), status, (method, url))  # type: ignore[arg-type]
    for method, path in sorted(routes - wanted.keys()):
        response = client.request(method, re.sub(r"\{[^}]*\}", "none", path))
        assert response.status_code < 500, (method, path)
        check(response, None, (method, path))
    endings = sum(map(len, wanted.values()))
    record_property(
        "figure", f"{len(routes)} routes of the document, {len(wanted)} of them in {endings} ways, streams too"
    )


def test_pages_files_and_errors(client: TestClient, said: dict[str, str]) -> None:
    for url, status in (
        ("/", 200), ("/?lang=fr", 200), (f"/passages/{said['passage_id']}", 200), ("/passages/none", 404),
        ("/nothing", 404), ("/openapi.json", 200), ("/static/none.js", 404), ("/static/../app.py", 404),
        ("/static/", 404), ("/static", 307),
    ):  # fmt: skip
        if url == "/static":
            assert client.get(url, follow_redirects=False).status_code in (307, 404)
            check(client.get(url, follow_redirects=False), None, url)
        else:
            check(client.get(url, headers=HTML), status, url)
            check(client.head(url, headers=HTML), None, url)
    check(client.get("/favicon.ico", follow_redirects=False), 308, "favicon")
    for file in (path for path in FOLDER.iterdir() if path.is_file()):
        check(client.get(f"/static/{file.name}"), 200, file.name)
        check(client.get(address(file.name)), 200, file.name)
    check(client.post("/", headers=FORM, content="question=What+is+a+penalty%3F"), 200, "form")
    check(client.post("/", headers=FORM, content="question="), 422, "form")
    check(client.post("/", headers=FORM, content="question=x&conversation_id=" + "x" * 300), 422, "form")
    check(client.post("/", headers=FORM, content="&".join(f"field{n}=1" for n in range(20))), 422, "form")
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        check(client.request(method, "/"), 405, method)
        check(client.request(method, "/api/v1/ask"), 405, method)
    check(client.options("/api/v1/ask"), 405, "OPTIONS")


def test_what_the_guard_refuses(client: TestClient) -> None:
    for host in ("evil.example", "", "localhost.evil.example", "localhost:80:80"):
        check(client.get("/", headers={"Host": host}), 400, host)
    check(client.post("/api/v1/ask", json=ASKED, headers={"Origin": "https://evil.example"}), 403, "origin")
    check(client.post("/api/v1/ask", content=b"x" * 300_000), 413, "length")
    check(client.post("/api/v1/ask", content=(b"x" * 50_000 for _ in range(8))), 413, "in pieces")
    check(client.post("/", headers=FORM, content=(b"x" * 50_000 for _ in range(8))), 413, "in pieces")
    check(client.post("/api/v1/ask", content=b"x", headers={"Content-Length": "-1"}), 400, "length")


def test_busy(client: TestClient, assistant: Assistant) -> None:
    services = client.app.state.services  # type: ignore[attr-defined]
    services.streams.take()
    try:
        check(client.post("/api/v1/ask", json=ASKED, headers=EVENTS), 503, "busy")
    finally:
        services.streams.give()
    few = assistant.settings.model_copy(update={"questions_per_minute": 1})
    app = create_app(assistant)
    app.state.services.limiter._limit = few.questions_per_minute
    limited = TestClient(app, base_url="http://localhost")
    check(limited.get("/api/v1/search?q=penalty"), 200, "first")
    check(limited.get("/api/v1/search?q=penalty"), 429, "second")


@pytest.mark.parametrize("headers", [{}, HTML], ids=["program", "person"])
def test_a_failure_of_our_own(
    headers: dict[str, str], assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr("web.routes.library.authority_view", fails)
    monkeypatch.setattr("web.routes.site.visible_passage", fails)
    client = TestClient(create_app(assistant), base_url="http://localhost", raise_server_exceptions=False)
    key = next(iter(assistant.library.authorities))
    for url in (f"/api/v1/authorities/{key}", "/passages/x"):
        response = client.get(url, headers=headers)
        check(response, 500, url)
        assert "secret" not in response.text
        assert "Traceback" not in response.text
    assert "a secret of the inside" in caplog.text


def test_allowed_origins_keep_the_headers(assistant: Assistant) -> None:
    origin = "https://www.example.org"
    app_settings = assistant.settings.model_copy(update={"allowed_origins": (origin,)})
    from dataclasses import replace

    client = TestClient(create_app(replace(assistant, settings=app_settings)), base_url="http://localhost")
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    check(client.options("/api/v1/ask", headers=asked), 200, "preflight")
    check(client.post("/api/v1/ask", json=ASKED, headers={"Origin": origin}), 200, "ask")
    check(client.options("/api/v1/ask", headers={**asked, "Origin": "https://evil.example"}), 400, "preflight")


def check(response, status: int | None, what: object) -> None:  # type: ignore[no-untyped-def]
    """The headers of one response, and nothing that takes them back."""
    assert status is None or response.status_code == status, (what, response.status_code, response.text[:300])
    for name, value in limits.SECURITY.items():
        assert response.headers.get_list(name) == [value], (what, name)
    policy = response.headers["content-security-policy"]
    assert "unsafe-" not in policy
    assert "*" not in policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert int(response.headers["strict-transport-security"].split("=")[1].split(";")[0]) >= 31_536_000
    path = response.request.url.path
    forever = path.startswith(address("")) and response.status_code == 200
    kept = FOREVER if forever else "no-cache" if path.startswith("/static/") else "no-store"
    assert response.headers.get_list("cache-control") == [kept], what
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers
