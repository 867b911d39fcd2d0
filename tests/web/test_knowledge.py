"""Files taken in and erased by people of the firm, and what the page says of what is known and what is missing."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.test_access import PAGE, PASSWORD, sign_in
from web.accounts import Accounts, Role
from web.audit import Audit
from web.deps import now
from web.words.lexicon import WORDS

TEXT = b"# The gavotte protocol\n\nThe gavotte protocol wants the provider to return every gavotte key within eleven days.\n"
ADDRESS = "/workspace/knowledge"
As = Callable[[Role], TestClient]


@pytest.fixture(scope="module")
def signed(make_client: MakeClient, assistant: Assistant) -> As:
    made: dict[Role, TestClient] = {}

    def sign(role: Role) -> TestClient:
        if role not in made:
            name = f"keeper-{secrets.token_hex(4)}"  # modules that use this fixture share the people
            Accounts(assistant.store).add(name, role, PASSWORD, now())
            client = make_client()
            assert sign_in(client, name, PASSWORD).status_code == 303
            token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
            assert token
            client.headers["X-CSRF-Token"] = token[1]
            made[role] = client
        return made[role]

    return sign


def send(client: TestClient, data: bytes = TEXT, name: str = "gavotte.md", **fields: str) -> tuple[int, str]:
    """The status and the text of the page that answers a file."""
    sent = client.post(ADDRESS, files={"file": (name, data)}, data=fields, headers=PAGE)
    return sent.status_code, html.unescape(sent.text)


def found(client: TestClient, audience: str) -> list[str]:
    """Titles of what a search for the document finds first."""
    given = {"q": "gavotte protocol keys", "k": "3", "audience": audience}
    return [hit["title"] for hit in client.get("/api/v1/search", params=given).json()["hits"]]


def erase(client: TestClient, title: str) -> str:
    page = client.get(ADDRESS, headers=PAGE).text
    row = next(row for row in page.split("<tr>") if title in row)
    action = re.search(r'action="(/workspace/knowledge/[^"]+/forget)"', row)
    assert action
    return html.unescape(client.post(action[1], headers=PAGE).text)


def test_a_document_is_taken_in_found_replaced_and_erased(signed: As, client: TestClient, assistant: Assistant) -> None:
    lawyer = signed("lawyer")
    status, page = send(lawyer)
    assert status == 200
    assert WORDS["en"]["outcome_added"] in page
    assert "The gavotte protocol" in page
    assert "The gavotte protocol" in found(lawyer, "lawyer")
    assert "The gavotte protocol" not in found(client, "client"), "for lawyers, unless one says otherwise"

    assert WORDS["en"]["outcome_unchanged"] in send(lawyer)[1]
    assert WORDS["en"]["outcome_updated"] in send(lawyer, TEXT + b"\nAnd every list.\n", visibility="public")[1]
    assert "The gavotte protocol" in found(client, "client")

    receipt = erase(lawyer, "The gavotte protocol")
    assert "Erased: The gavotte protocol (sent-" in receipt
    assert "The gavotte protocol" not in found(lawyer, "lawyer")
    actions = [entry.action for _, entry in Audit(assistant.store).recent(3)]
    assert actions == ["document-erased", "document-added", "document-added"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.md", b""), ("program.exe", b"MZ\x90\x00"), ("broken.docx", b"PK\x03\x04nothing"), ("liar.pdf", TEXT)],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(signed: As, name: str, data: bytes) -> None:
    status, page = send(signed("lawyer"), data, name)
    assert status == 422
    assert WORDS["en"]["outcome_failed"] in page
    reason = re.search(r'<div role="alert">.*?<span class="meta" lang="en">([^<]{10,})</span>', page, re.S)
    assert reason, "it says why"
    assert "/tmp" not in reason[1]


def test_no_file_is_said_so(signed: As) -> None:
    sent = signed("lawyer").post(ADDRESS, data={"visibility": "public"}, headers=PAGE)
    assert sent.status_code == 422
    assert "No file was sent" in sent.text


@pytest.mark.parametrize("name", ["../../gavotte.md", "C:\\papers\\gavotte.md"])
def test_a_name_is_a_name_and_no_path(signed: As, name: str) -> None:
    status, page = send(signed("lawyer"), name=name)
    assert status == 200
    assert '<span class="meta">gavotte.md</span>' in page
    erase(signed("lawyer"), "The gavotte protocol")


def test_texts_that_say_nearly_the_same_are_shown_as_a_pair(signed: As) -> None:
    lawyer = signed("lawyer")
    send(lawyer)
    assert html.escape(WORDS["en"]["knowledge_alike_none"]) in lawyer.get(f"{ADDRESS}/alike", headers=PAGE).text
    send(lawyer, TEXT.replace(b"eleven", b"twelve").replace(b"# The", b"# Again the"), "again.md")
    page = lawyer.get(f"{ADDRESS}/alike", headers=PAGE).text
    assert page.count("gavotte.md") == page.count("again.md") == 1
    assert "100%" in page
    assert "100\u00a0%" in lawyer.get(f"{ADDRESS}/alike?lang=fr", headers=PAGE).text
    lawyer.get(f"{ADDRESS}?lang=en", headers=PAGE)
    erase(lawyer, "Again the gavotte protocol")
    erase(lawyer, "The gavotte protocol")


def test_what_could_not_be_answered_stands_with_its_reason(signed: As, client: TestClient) -> None:
    client.post("/api/v1/ask", json={"question": "How do I bake bread?"})
    page = html.unescape(signed("lawyer").get(ADDRESS, headers=PAGE).text)
    assert "How do I bake bread?" in page
    assert WORDS["en"]["why_out_of_scope"] in page


def test_a_trainer_looks_and_changes_nothing(signed: As) -> None:
    trainer = signed("trainer")
    page = trainer.get(ADDRESS, headers=PAGE).text
    assert 'id="drop"' not in page
    assert "/forget" not in page
    assert send(trainer)[0] == 403
    assert trainer.get(f"{ADDRESS}/alike", headers=PAGE).status_code == 403


def test_a_document_that_is_not_there(signed: As) -> None:
    assert signed("lawyer").post(f"{ADDRESS}/none/forget", headers=PAGE).status_code == 404
    shipped = signed("lawyer").post(f"{ADDRESS}/guidance-en-penalties/forget", headers=PAGE)
    assert shipped.status_code == 404, "the library is no file of the firm"


def test_a_lawyer_asks_without_scripts(signed: As, client: TestClient) -> None:
    lawyer = signed("lawyer")
    page = lawyer.get("/workspace/ask", headers=PAGE).text
    assert 'action="/workspace/ask#latest"' in page
    asked = {"question": "What does the zorglubine memorandum say of penalties?"}
    answered = lawyer.post("/workspace/ask", data=asked, headers=PAGE)
    assert answered.status_code == 200
    assert "nineteen percent" in answered.text
    key = re.search(r'name="conversation_id" value="([\w-]+)"', answered.text)
    assert key
    again = lawyer.post("/workspace/ask", data={"question": "", "conversation_id": key[1]}, headers=PAGE)
    assert again.status_code == 422
    assert "nineteen percent" in again.text, "what was said stays"
    assert client.post("/", data={"question": "And?", "conversation_id": key[1]}).status_code == 404
    assert client.post("/workspace/ask", data=asked, headers=PAGE).status_code == 401
