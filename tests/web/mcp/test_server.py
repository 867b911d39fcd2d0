"""The protocol as the official client speaks it: in memory, over HTTP and on standard input and output."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import anyio
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from starlette.testclient import TestClient

from assistant.draft.drafter import Drafter
from assistant.journal import Journal
from assistant.local import Local
from assistant.wiring import Assistant
from knowledge.errors import Misconfigured, NotFound
from knowledge.settings import Settings
from tests.assistant.quiz import shelf
from tests.web.conftest import MakeClient
from tests.web.firm import CLAUSIER, MODELS, SECRET, served
from tests.web.lesson import serving
from web.access import LOOPBACK
from web.deps import now
from web.errors import Refused
from web.keys import Keys
from web.mcp import server as mcp_server
from web.mcp.notes import PLACE, Notes
from web.mcp.server import INSTALL, Caller, build, calling
from web.mcp.tools import SCHEME, Tools
from web.widget.handoff import Handoffs

QUESTION = "When is late payment interest due, and how much is it?"
INTERNAL = f"What does the {SECRET} memorandum say about late payment penalties?"
CONTRACT = Path("tests/golden/contracts/en-website-care.md")
TOOLS = {"search", "ask", "clause", "draft", "checklist", "review"}
CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("search", {"query": "late payment", "k": 2}, "hits"),
    ("ask", {"question": QUESTION}, "citations"),
    ("review", {"name": "care.md", "text": CONTRACT.read_text("utf-8")}, "findings"),
    ("review", {"name": "care.md", "base64": base64.b64encode(CONTRACT.read_bytes()).decode()}, "findings"),
]


WRITTEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("clause", {"lang": "fr"}, "clauses", "`liability`: "),
    ("clause", {"clause": "liability.customer", "lang": "fr"}, "positions", "## customer (`liability.customer`)"),
    ("draft", {"types": ["liability"], "position": "customer", "lang": "en"}, "clauses", "# Liability"),
    ("checklist", {"topics": ["late-payment"], "lang": "fr"}, "stages", "Retard de paiement"),
]


def text(result: Any) -> str:
    return "".join(part.text for part in result.content)


@asynccontextmanager
async def in_memory(tools: Tools, caller: Caller) -> AsyncIterator[Client]:
    with calling(caller):
        async with Client(build(tools)) as client:
            yield client


def run(test: Callable[[], Awaitable[None]]) -> None:
    anyio.run(test)


# --- in memory ------------------------------------------------------------------------------------------------------------


def test_every_tool_says_that_it_only_reads(assistant: Assistant, tmp_path: Path) -> None:
    async def test() -> None:
        async with in_memory(Tools(assistant), Caller()) as client:
            listed = (await client.list_tools()).tools
            assert {tool.name for tool in listed} == TOOLS
        async with in_memory(Tools(assistant, [tmp_path]), Caller()) as client:
            listed = (await client.list_tools()).tools
            assert {tool.name for tool in listed} == TOOLS | {"review_file"}
        for tool in listed:
            assert tool.title
            assert tool.description
            assert tool.annotations
            assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
            assert all(field.get("description") for field in tool.input_schema["properties"].values())

    run(test)


@pytest.mark.parametrize(("name", "arguments", "holds"), CALLS, ids=lambda value: str(value)[:30])
def test_a_tool_tells_words_and_json(assistant: Assistant, name: str, arguments: dict[str, Any], holds: str) -> None:
    async def test() -> None:
        async with in_memory(Tools(assistant), Caller()) as client:
            result = await client.call_tool(name, arguments)
        told = result.structured_content
        assert not result.is_error, text(result)
        assert told
        assert holds in told
        assert told["ai_generated"] is False

    run(test)


@pytest.mark.parametrize(("name", "arguments", "holds", "says"), WRITTEN, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("audience", ["client", "lawyer"])
def test_clauses_drafts_and_checklists_come_from_the_library(
    audience: Any, name: str, arguments: dict[str, Any], holds: str, says: str
) -> None:
    library, nothing = shelf.library(), cast(Any, None)
    parts = dict.fromkeys(Assistant.__dataclass_fields__, nothing)
    known = Settings(_env_file=None)
    parts |= {"library": library, "settings": known, "drafter": Drafter(library, None, dt.date.today)}

    async def test() -> None:
        async with in_memory(Tools(Assistant(**parts)), Caller(audience)) as client:
            result = await client.call_tool(name, arguments)
        told = result.structured_content or {}
        assert (holds in told, told["ai_generated"]) == (True, False)
        assert says in text(result)
        if name == "draft":
            assert (told["clauses"][0]["notes"] is not None) is (audience == "lawyer")

    run(test)


def test_an_answer_carries_its_sources_as_resources(assistant: Assistant) -> None:
    async def test() -> None:
        async with in_memory(Tools(assistant), Caller()) as client:
            answer = await client.call_tool("ask", {"question": QUESTION})
            told = answer.structured_content
            assert told
            for citation in told["citations"]:
                address = f"{SCHEME}{citation['passage_id']}"
                assert f"[{citation['n']}]" in text(answer)
                assert f"<{address}>" in text(answer)
                read = json.loads((await client.read_resource(address)).contents[0].text)  # type: ignore[union-attr]
                assert read["text"][citation["start"] : citation["end"]] == citation["quote"]
            assert [one.uri_template for one in (await client.list_resource_templates()).resource_templates] == [
                f"{SCHEME}{{passage_id}}"
            ]

    run(test)


@pytest.mark.parametrize("audience", ["client", "trainee", "lawyer"])
def test_internal_passages_are_for_lawyers(assistant: Assistant, audience: Any) -> None:
    hits = Local(assistant, "lawyer").search(SECRET)["hits"]
    passage = next(hit["passage_id"] for hit in hits if hit["visibility"] == "internal")

    async def test() -> None:
        async with in_memory(Tools(assistant), Caller(audience)) as client:
            told = [
                await client.call_tool("ask", {"question": INTERNAL}),
                await client.call_tool("search", {"query": SECRET}),
            ]
            shown = "".join(
                text(one) + json.dumps({**(one.structured_content or {}), "question": "", "query": ""}) for one in told
            )
            assert (SECRET in shown) is (audience == "lawyer")
            if audience == "lawyer":
                assert SECRET in (await client.read_resource(f"{SCHEME}{passage}")).contents[0].text  # type: ignore[union-attr]
            else:
                with pytest.raises(MCPError, match="there is no passage"):
                    await client.read_resource(f"{SCHEME}{passage}")

    run(test)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ask", {"question": "x" * 5000}, "longer than"),
    ("ask", {"question": " "}, "empty"),
    ("ask", {}, "question"),
    ("search", {"query": "x", "k": 500}, "50"),
    ("clause", {"clause": "no-such"}, "no-such"),
    ("draft", {}, "say in a few words"),
    ("checklist", {"topics": ["no-such"]}, "no-such"),
    ("review", {"name": "a.md"}, "either"),
    ("review", {"name": "a.exe", "text": "MZ"}, "exe"),
]


@pytest.mark.parametrize(("name", "arguments", "says"), WRONG, ids=lambda value: str(value)[:30])
def test_what_is_wrong_is_said_in_a_line(assistant: Assistant, name: str, arguments: dict[str, Any], says: str) -> None:
    async def test() -> None:
        async with in_memory(Tools(assistant), Caller()) as client:
            result = await client.call_tool(name, arguments)
        assert result.is_error
        assert says in text(result)
        assert "Traceback" not in text(result)

    run(test)


def test_what_nobody_foresaw_tells_nothing_of_us(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Tools(assistant)
    monkeypatch.setattr(tools, "ask", lambda *_: 1 / 0)

    async def test() -> None:
        async with in_memory(tools, Caller()) as client:
            result = await client.call_tool("ask", {"question": QUESTION})
        assert result.is_error
        assert text(result) == "Error executing tool ask"

    run(test)


def test_calls_are_counted_and_looking_round_is_not(assistant: Assistant) -> None:
    left = iter([True])

    def count() -> None:
        if not next(left, False):
            raise Refused(429, "rate_limited", "That is a lot at once.", 60)

    async def test() -> None:
        async with in_memory(Tools(assistant), Caller(count=count)) as client:
            for _ in range(3):
                await client.list_tools()
            first, second = [await client.call_tool("search", {"query": "late payment"}) for _ in range(2)]
        assert not first.is_error
        assert second.is_error
        assert "a lot at once" in text(second)

    run(test)


def test_a_folder_that_is_not_there_is_said(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no folder"):
        Tools(assistant, [tmp_path / "none"])


def test_without_the_package_the_message_names_the_command(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_server, "find_spec", lambda _: None)
    with pytest.raises(Misconfigured, match="not installed") as missing:
        build(Tools(assistant))
    assert INSTALL in str(missing.value)


# --- over HTTP ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(make_client: MakeClient) -> Iterator[str]:
    made: Any = make_client(allowed_hosts=tuple(sorted(LOOPBACK)))
    with serving(made.app) as address:
        yield address


@asynccontextmanager
async def remote(site: str, **headers: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(f"{site}/mcp", http_client=http)) as client,
    ):
        yield client


def test_over_http_the_tools_are_the_same(site: str) -> None:
    async def test() -> None:
        async with remote(site) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            answer = await client.call_tool("ask", {"question": QUESTION})
            assert answer.structured_content
            assert answer.structured_content["support"] == "full"
            passage = answer.structured_content["citations"][0]["passage_id"]
            assert (await client.read_resource(f"{SCHEME}{passage}")).contents

    run(test)


def test_over_http_a_lawyer_is_who_has_the_key_of_one(site: str, assistant: Assistant) -> None:
    _, secret = Keys(assistant.store).make("host", ["lawyer"], "test", now())

    async def test() -> None:
        for headers, sees in (({}, False), ({"authorization": f"Bearer {secret}"}, True)):
            async with remote(site, **headers) as client:
                told = await client.call_tool("search", {"query": SECRET})
                assert (SECRET in text(told)) is sees

    run(test)


INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}  # fmt: skip
JSON = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "peer", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({"host": "evil.example"}, "127.0.0.1", 400),
        ({"origin": "https://evil.example"}, "127.0.0.1", 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, "127.0.0.1", 400),
        ({"x-forwarded-for": "192.0.2.1"}, "127.0.0.1", 401),
        ({}, "192.0.2.1", 401),
        ({"authorization": "Bearer clausier_wrong"}, "127.0.0.1", 401),
    ],
    ids=[
        "here",
        "another host",
        "another origin",
        "a name that was bound anew",
        "through a proxy",
        "from elsewhere",
        "a wrong key",
    ],
)
def test_who_may_speak(make_client: MakeClient, headers: dict[str, str], peer: str, status: int) -> None:
    made: Any = make_client(allowed_hosts=tuple(sorted(LOOPBACK)))
    client = TestClient(made.app, base_url="http://127.0.0.1", client=(peer, 50_000))
    assert client.post("/mcp", json=INITIALIZE, headers={**JSON, **headers}).status_code == status


def test_where_there_is_a_public_name_a_key_is_asked_for(make_client: MakeClient, assistant: Assistant) -> None:
    made: Any = make_client(allowed_hosts=("127.0.0.1", "law.example"))
    client = TestClient(made.app, base_url="http://127.0.0.1", client=("127.0.0.1", 50_000))
    assert client.post("/mcp", json=INITIALIZE, headers=JSON).status_code == 401
    _, secret = Keys(assistant.store).make("host", [], "test", now())
    known = {**JSON, "authorization": f"Bearer {secret}", "host": "law.example"}
    assert client.post("/mcp", json=INITIALIZE, headers=known).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_nothing_is_kept_between_requests(site: str, method: str) -> None:
    assert httpx2.request(method, f"{site}/mcp", headers=JSON).status_code == 405


def test_calls_over_http_are_counted_with_all_others(make_client: MakeClient) -> None:
    made: Any = make_client(allowed_hosts=tuple(sorted(LOOPBACK)), questions_per_minute=1)

    async def test(site: str) -> None:
        async with remote(site) as client:
            first, second = [await client.call_tool("search", {"query": "late"}) for _ in range(2)]
        assert (first.is_error, second.is_error) == (False, True)
        assert "a lot at once" in text(second)

    with serving(made.app) as site:
        anyio.run(test, site)
        assert httpx2.post(f"{site}/api/v1/ask", json={"question": QUESTION}).status_code == 429


# --- on standard input and output -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_on_standard_input_and_output(firm: Path, tmp_path: Path) -> None:
    """Beside a running server too, which owns the data."""
    (tmp_path / "opened").mkdir()
    (tmp_path / "opened" / "care.md").write_bytes(CONTRACT.read_bytes())

    async def test(data: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUSIER_")}
        own = {"CLAUSIER_DATA_DIR": data, "CLAUSIER_LIBRARY_DIR": firm / "library", "CLAUSIER_MODEL_DIR": MODELS}
        command = StdioServerParameters(
            command=str(CLAUSIER),
            args=["mcp", "--folder", str(tmp_path / "opened"), "--audience", "lawyer"],
            env={**kept, **{name: str(value) for name, value in own.items()}},
            cwd=str(tmp_path),
        )
        async with Client(stdio_client(command, errlog=sys.__stderr__ or sys.stderr)) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS | {"review_file"}
            assert SECRET in text(await client.call_tool("search", {"query": SECRET}))
            found = await client.call_tool("review_file", {"path": "care.md", "side": "customer"})
            assert found.structured_content
            assert found.structured_content["document"]["name"] == "care.md"
            refused = await client.call_tool("review_file", {"path": "/etc/passwd"})
            assert refused.is_error
            assert "root:" not in text(refused)

    data = tmp_path / "data"
    with served(firm, data):
        anyio.run(test, data)


# --- what programs may leave ----------------------------------------------------------------------------------------------

NOTES = {"leave_feedback", "note_gap", "hand_over"}


@asynccontextmanager
async def writing(assistant: Assistant) -> AsyncIterator[Client]:
    tools = Tools(assistant)
    notes = Notes(assistant.store, partial(tools.answered, "client"))
    with calling(Caller()):
        async with Client(build(tools, notes)) as client:
            yield client


def test_tools_that_write_are_there_when_told_and_say_so(assistant: Assistant) -> None:
    async def test() -> None:
        async with writing(assistant) as client:
            listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert listed.keys() == TOOLS | NOTES
        for name, tool in listed.items():
            assert tool.annotations
            assert tool.annotations.read_only_hint is (name not in NOTES)
            assert tool.annotations.destructive_hint is False
        async with in_memory(Tools(assistant), Caller()) as client:
            refused = await client.call_tool("note_gap", {"question": QUESTION})
        assert refused.is_error, "read-only otherwise"

    run(test)


def test_what_programs_leave_is_kept_as_if_a_person_had(assistant: Assistant) -> None:
    gap = "Which zebras graze beside the data centre?"

    async def test() -> dict[str, Any]:
        async with writing(assistant) as client:
            rated = await client.call_tool("leave_feedback", {"question": QUESTION, "verdict": "up", "reason": "clear"})
            noted = await client.call_tool("note_gap", {"question": gap, "wanted": "a text on zebras"})
            letter = {"name": "Anne Martin", "email": "anne@example.org", "message": "May I end it?", "lang": "fr"}
            sent = await client.call_tool("hand_over", letter)
            bad = await client.call_tool("hand_over", {**letter, "email": "nowhere"})
        assert [one.is_error for one in (rated, noted, sent)] == [False] * 3, text(sent)
        assert bad.is_error
        assert "address" in text(bad)
        told: dict[str, Any] = {**(noted.structured_content or {}), **(sent.structured_content or {})}
        return told

    found: list[dict[str, Any]] = []

    async def keep() -> None:
        found.append(await test())

    run(keep)
    told = found[0]
    kept = Handoffs(assistant.store).one(told["number"])
    assert (kept.site, kept.name, kept.lang, kept.state) == (PLACE, "Anne Martin", "fr", "new")
    ((question, answer),) = Journal(assistant.store).turns(told["conversation_id"])
    assert (question, answer["id"]) == (gap, told["answer_id"])
    with assistant.store.reading() as connection:
        query = "SELECT verdict, reason FROM feedback WHERE turn_id = ?"
        assert connection.exec_driver_sql(query, (told["answer_id"],)).one() == ("down", "a text on zebras")
    Handoffs(assistant.store).delete(kept.number)
