"""Every call against the document of the API: its address, what it sends, what it says that it gets."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import jsonschema
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from tests.web.lesson import serving
from web.client import (
    Broken,
    Client,
    Failure,
    Invalid,
    NotAllowed,
    NotFound,
    TooMany,
    Unavailable,
    shapes,
)  # fmt: skip

CONTRACT = Path("tests/golden/contracts/en-website-care.md")
QUESTION = "When is late payment interest due, and how much is it?"
TURN: shapes.Turn = {"role": "user", "content": "x"}
Call = Callable[[Client], object]
Document = dict[str, Any]

CALLS: dict[str, Call] = {
    "ask": lambda c: c.ask("x", lang="fr", history=[TURN], conversation_id="y"),
    "ask_stream": lambda c: list(c.ask_stream("x", lang="fr", history=[TURN], conversation_id="y")),
    "feedback": lambda c: c.feedback("x", "y", "up", "z"),
    "conversations": lambda c: c.conversations(limit=3),
    "conversation": lambda c: c.conversation("x/y"),
    "delete_conversation": lambda c: c.delete_conversation("x"),
    "search": lambda c: c.search("x", k=3, kind="clause", topic="late-payment", lang="fr"),
    "topics": lambda c: c.topics(),
    "authority": lambda c: c.authority("x", lang="fr"),
    "passage": lambda c: c.passage("x"),
    "clauses": lambda c: c.clauses(topic="x"),
    "clause": lambda c: c.clause("liability.customer"),
    "draft": lambda c: c.draft("x", types=["y"], position="customer", lang="fr", values={"a": 1}),
    "draft_file": lambda c: c.draft_file("x", types=["y"], position="customer", lang="fr", values={"a": 1}, form="md"),
    "agreement": lambda c: c.agreement({"a": 1}, lang="both"),
    "checklist": lambda c: c.checklist(topics=["x"], side="provider", lang="fr"),
    "checklist_file": lambda c: c.checklist_file(topics=["x"], side="provider", lang="fr", form="pdf"),
    "review": lambda c: c.review("x.md", b"y", side="provider", lang="fr"),
    "kept_review": lambda c: c.kept_review("x"),
    "review_file": lambda c: c.review_file("x", "memo"),
    "delete_review": lambda c: c.delete_review("x"),
    "quiz_file": lambda c: c.quiz_file("gift", lang="fr", topics=["x", "y"]),
    "health": lambda c: c.health(),
    "ready": lambda c: c.ready(),
}
ANSWERED = ("ask", "feedback", "conversations", "conversation", "delete_conversation", "search", "topics", "authority",
            "passage", "clauses", "clause", "draft", "agreement", "review", "kept_review", "delete_review", "health",
            "ready")  # fmt: skip
"""Calls whose answers the document describes."""


@pytest.fixture(scope="module")
def document(client: TestClient) -> Document:
    return cast(Document, client.get("/openapi.json").json())


def sent(call: Call) -> httpx.Request:
    """The one request that a call makes."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        stream = request.headers.get("accept") == "text/event-stream"
        return httpx.Response(200, text="event: done\ndata: {}\n\n" if stream else "{}")

    with Client("http://server", key="k", audience="lawyer", transport=httpx.MockTransport(answer)) as made:
        call(made)
    assert len(requests) == 1
    return requests[0]


def operation(document: Document, request: httpx.Request) -> tuple[str, dict[str, Any]]:
    """The operation that a request is for, with its path."""
    path = request.url.raw_path.decode().partition("?")[0]
    for template, methods in document["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) and request.method.lower() in methods:
            return template, methods[request.method.lower()]
    raise AssertionError(f"{request.method} {path} is not in the document")


def schema_of(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": document["components"]}


def test_every_call_is_looked_at() -> None:
    public = {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")}
    assert public - {"close"} == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_a_call_sends_what_the_document_takes(document: Document, name: str) -> None:
    request = sent(CALLS[name])
    assert request.headers["authorization"] == "Bearer k"
    _, found = operation(document, request)
    parameters = {one["name"]: one for one in found.get("parameters", []) if one["in"] == "query"}
    given = dict(request.url.params)
    assert given.keys() <= parameters.keys()
    assert {name for name, one in parameters.items() if one.get("required")} <= given.keys()
    for key, value in given.items():
        kind = parameters[key]["schema"].get("type")
        jsonschema.validate(int(value) if kind == "integer" else value, schema_of(document, parameters[key]["schema"]))
    content = found.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        jsonschema.validate(json.loads(request.content), schema_of(document, content["application/json"]["schema"]))
    elif content:
        form = document["components"]["schemas"][content["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]]
        names = set(re.findall(rb'form-data; name="(\w+)"', request.content))
        assert {name.decode() for name in names} == form["properties"].keys()
    else:
        assert not request.content or json.loads(request.content) is None


def keys_of(kind: Any) -> set[str]:
    return set(typing.get_type_hints(kind))


def compare(document: Document, kind: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    """How a type of ours and a schema of the document differ, and whatever lies below them."""
    branches = schema.get("anyOf", [schema])
    schema = next((one for one in branches if one.get("type") != "null"), {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    inner = [one for one in typing.get_args(kind) if one is not type(None)]
    if typing.get_origin(kind) is list:
        yield from compare(document, inner[0], schema["items"], f"{where}[]")
    elif typing.is_typeddict(kind):
        wanted, had = set(schema["properties"]), keys_of(kind)
        yield from (f"{where}: {name}" for name in sorted(wanted ^ had))
        hints = typing.get_type_hints(kind)
        for name in sorted(wanted & had):
            yield from compare(document, hints[name], schema["properties"][name], f"{where}.{name}")
    elif typing.get_origin(kind) is typing.Literal:
        known = schema.get("enum", [schema["const"]] if "const" in schema else None)
        if known is not None and set(typing.get_args(kind)) != set(known):
            yield f"{where}: {typing.get_args(kind)} and {known}"


@pytest.mark.parametrize("name", ANSWERED)
def test_a_call_says_what_it_gets(document: Document, name: str) -> None:
    _, found = operation(document, sent(CALLS[name]))
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    kind = typing.get_type_hints(getattr(Client, name))["return"]
    assert list(compare(document, kind, schema, name)) == []


# --- over a real server ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(make_client: MakeClient) -> Iterator[str]:
    made: Any = make_client(allowed_hosts=("127.0.0.1",))
    with serving(made.app) as address:
        yield address


@pytest.fixture
def calls(site: str) -> Iterator[Client]:
    with Client(site) as made:
        yield made


def test_an_answer_and_its_stream_are_the_same(calls: Client) -> None:
    whole = calls.ask(QUESTION, history=[])
    *pieces, last = calls.ask_stream(QUESTION, history=[])
    assert isinstance(last, dict)
    assert "".join(map(str, pieces)) == last["answer"] == whole["answer"]
    passage = calls.passage(whole["citations"][0]["passage_id"])
    cited = whole["citations"][0]
    assert passage["text"][cited["start"] : cited["end"]] == cited["quote"]


def test_a_conversation_is_read_rated_and_deleted(calls: Client) -> None:
    answer = calls.ask(QUESTION)
    key = answer["conversation_id"]
    assert key
    assert answer["id"]
    assert calls.conversation(key)["turns"][0]["question"] == QUESTION
    assert calls.feedback(key, answer["id"], "up") == {"ok": True}
    assert calls.delete_conversation(key)["receipt"]["turns"] == 1
    with pytest.raises(NotFound):
        calls.conversation(key)


def test_a_review_is_read_exported_and_deleted(calls: Client) -> None:
    made = calls.review("care.md", CONTRACT.read_bytes(), side="customer")
    assert made["findings"]
    assert made["ai_generated"] is False
    assert calls.kept_review(made["id"])["summary"] == made["summary"]
    assert calls.review_file(made["id"], "docx").startswith(b"PK")
    assert calls.delete_review(made["id"])["receipt"]["review_id"] == made["id"]


FAILURES: list[tuple[Call, type[Failure], int]] = [
    (lambda c: c.passage("none"), NotFound, 404),
    (lambda c: c.ask(""), Invalid, 422),
    (lambda c: list(c.ask_stream("")), Invalid, 422),
    (lambda c: c.ask("x" * 5000), Invalid, 413),
    (lambda c: c.review("a.exe", b"MZ"), Invalid, 415),
    (lambda c: c.conversations(), NotAllowed, 401),
    (lambda c: c.agreement({}), NotAllowed, 401),
]


@pytest.mark.parametrize(("call", "kind", "status"), FAILURES, ids=range(len(FAILURES)))
def test_failures_have_a_name_a_status_and_an_id(calls: Client, call: Call, kind: type[Failure], status: int) -> None:
    with pytest.raises(kind) as failed:
        call(calls)
    assert type(failed.value) is kind
    assert failed.value.status == status
    assert failed.value.request_id
    assert failed.value.message == str(failed.value)


def test_too_many_say_how_long_to_wait(make_client: MakeClient) -> None:
    made: Any = make_client(allowed_hosts=("127.0.0.1",), questions_per_minute=1)
    with serving(made.app) as site, Client(site) as calls:
        calls.search("late payment")
        with pytest.raises(TooMany) as failed:
            calls.search("late payment")
    assert failed.value.retry_after
    assert 0 < failed.value.retry_after <= 60


def test_a_server_that_is_not_there() -> None:
    for call in (lambda c: c.health(), lambda c: list(c.ask_stream("x"))):
        with Client("http://127.0.0.1:9") as calls, pytest.raises(Unavailable, match="is it running"):
            call(calls)


BREAKS = [
    ("event: token\ndata: {\"text\": \"a\"}\n\n", Broken, "broke off"),
    ("event: error\ndata: {\"error\": {\"code\": \"failed\", \"message\": \"it failed\"}}\n\n", Broken, "it failed"),
    ("", Broken, "broke off"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "kind", "says"), BREAKS)
def test_a_stream_that_breaks_off_is_a_failure(told: str, kind: type[Failure], says: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=told))
    with Client("http://server", transport=transport) as calls, pytest.raises(kind, match=says):
        list(calls.ask_stream("x"))


@pytest.mark.parametrize("told", ["<html>", "[]", '{"error": "x"}', '{"error": {"message": 3, "details": []}}', ""])
def test_errors_of_other_servers_are_failures_too(told: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text=told))
    with Client("http://server", transport=transport) as calls, pytest.raises(Broken) as failed:
        calls.health()
    assert failed.value.status == 502


def test_the_audience_is_sent_where_it_counts() -> None:
    for name in ("ask", "draft"):
        assert json.loads(sent(CALLS[name]).content)["audience"] == "lawyer"
    for name in ("search", "clause"):
        assert sent(CALLS[name]).url.params["audience"] == "lawyer"


def test_a_client_sees_nothing_internal(site: str) -> None:
    with Client(site, audience="lawyer") as calls:
        assert SECRET not in json.dumps([hit["text"] for hit in calls.search(SECRET)["hits"]])


def test_the_client_loads_httpx_and_nothing_of_ours() -> None:
    script = (
        "import sys; import web.client; "
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in "
        "('assistant', 'ingest', 'knowledge', 'prompts', 'fastapi', 'pydantic', 'numpy', 'sqlalchemy', 'web')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout.replace("'", '"'))
    assert {name for name in loaded if not name.startswith("web.client")} == {"web"}
