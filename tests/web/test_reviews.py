"""Contracts over HTTP: a file in, verdicts out, exports, deletion, limits."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from starlette.testclient import TestClient

from assistant.review.keep import Reviews
from assistant.wiring import Assistant
from knowledge.library import ROOT
from knowledge.playbook import load_playbook
from tests.ingest.redline.settled import part
from tests.web.conftest import MakeClient
from web.deps import now
from web.keys import Keys

CONTRACTS = Path(__file__).parents[1] / "golden" / "contracts"
NAME = "fr-maintenance-boutique.md"


def send(client: TestClient, data: bytes | None = None, name: str = NAME, **fields: str) -> Any:
    content = (CONTRACTS / NAME).read_bytes() if data is None else data
    return client.post("/api/v1/reviews", files={"file": (name, content)}, data=fields)


def test_a_contract_is_reviewed_and_kept(client: TestClient) -> None:
    made = send(client)
    assert made.status_code == 200, made.text
    told = made.json()
    assert told["document"]["name"] == NAME
    assert told["side"] == "customer"
    verdicts = {one["rule"]: one["verdict"] for one in told["findings"]}
    assert verdicts["cap-amount"] == "deviates"
    assert verdicts["reversibility"] == "missing"
    assert client.get(f"/api/v1/reviews/{told['id']}").json() == told


def test_the_side_and_the_language_are_chosen(client: TestClient) -> None:
    told = send(client, side="provider", lang="en").json()
    assert told["side"] == "provider"
    assert told["lang"] == "en"


def test_exports(client: TestClient) -> None:
    key = send(client).json()["id"]
    address = f"/api/v1/reviews/{key}/export"
    assert client.get(address, params={"format": "json"}).json()["document"]["name"] == NAME
    assert client.get(address, params={"format": "md"}).text.startswith("# Relecture de")
    memo = client.get(address, params={"format": "memo"})
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(memo.content)).namelist()
    assert client.get(address, params={"format": "exe"}).status_code == 422


def test_the_contract_itself_comes_back_with_tracked_changes(client: TestClient) -> None:
    key = send(client).json()["id"]
    address = f"/api/v1/reviews/{key}/export"
    word = client.get(address, params={"author": "Cabinet Test"})
    assert word.headers["x-converted"] == "true"
    assert "fr-maintenance-boutique-redline.docx" in word.headers["content-disposition"]
    source = part(word.content).decode()
    assert 'w:author="Cabinet Test"' in source
    assert ">trente-six<" in source.replace('w:delText xml:space="preserve"', "w:delText")
    theirs = docx.Document(io.BytesIO(word.content))
    assert len(list(theirs.comments)) > 3
    assert not any("[Interne]" in comment.text for comment in theirs.comments)
    assert not list(docx.Document(io.BytesIO(client.get(address, params={"comments": "none"}).content)).comments)


@pytest.fixture(scope="module")
def lawyer(make_client: MakeClient, assistant: Assistant) -> TestClient:
    """A program of the firm."""
    _, secret = Keys(assistant.store).make("reviews", ["lawyer"], "test", now())
    client = make_client()
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


def test_what_the_contract_promises_is_told_to_anyone(client: TestClient) -> None:
    for one in send(client).json()["findings"]:
        assert one["why"]
        assert one["ask"]
        assert one["fallback"]
        assert {"proposed_text", "proposed_clause_id", "authorities"} <= one.keys()
        assert one["escalation"] is None


@pytest.mark.parametrize("form", ["json", "md", "memo"])
def test_when_to_pass_a_matter_on_is_told_to_lawyers_alone(client: TestClient, lawyer: TestClient, form: str) -> None:
    key = send(client).json()["id"]
    rule = next(rule for rule in load_playbook(ROOT, "customer").rules if rule.id == "cap-amount")
    assert rule.escalation
    said = {}
    for name, caller in (("anyone", client), ("lawyer", lawyer)):
        answer = caller.get(f"/api/v1/reviews/{key}/export", params={"format": form})
        data = (
            answer.content
            if form != "memo"
            else "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs).encode()
        )
        said[name] = data.decode().replace("\u00a0", " ")
    assert rule.fallback["fr"] in said["anyone"]
    assert (rule.escalation["fr"] in said["anyone"], rule.escalation["fr"] in said["lawyer"]) == (False, True)


def test_comments_for_us_are_for_lawyers(client: TestClient, lawyer: TestClient) -> None:
    key = send(client).json()["id"]
    address = f"/api/v1/reviews/{key}/export"
    assert client.get(address, params={"comments": "ours"}).status_code == 401
    ours = docx.Document(io.BytesIO(lawyer.get(address, params={"comments": "ours"}).content))
    assert len(list(ours.comments)) > 3
    assert all(comment.text.startswith("[Interne]") for comment in ours.comments)
    told = lawyer.get(f"/api/v1/reviews/{key}").json()
    assert any(one["escalation"] for one in told["findings"])


def test_deleted_on_request(client: TestClient, assistant: Assistant) -> None:
    key = send(client).json()["id"]
    receipt = client.delete(f"/api/v1/reviews/{key}").json()["receipt"]
    assert receipt["review_id"] == key
    assert client.get(f"/api/v1/reviews/{key}").status_code == 404
    assert client.delete(f"/api/v1/reviews/{key}").status_code == 404


def test_deleted_after_a_time(client: TestClient, assistant: Assistant) -> None:
    key = send(client).json()["id"]
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    assert Reviews(assistant.store).purge(later) >= 1
    assert client.get(f"/api/v1/reviews/{key}").status_code == 404


def test_nothing_of_it_is_searched(client: TestClient) -> None:
    send(client, b"# Contract\n\n1. Scope\n\nThe provider maintains the xylophonic site of the customer.\n", "a.md")
    hits = client.get("/api/v1/search", params={"q": "xylophonic", "query": "xylophonic"}).text
    assert "maintains the xylophonic" not in hits


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.exe", b"MZ\x00\x01", 415),
        ("a.pdf", b"\x89PNG\r\n", 415),
        ("a.txt", b"", 422),
        ("a.docx", b"PK\x03\x04broken", 422),
        ("../../etc/passwd", b"text", 415),
    ],
)
def test_what_cannot_be_read_is_refused(client: TestClient, name: str, data: bytes, status: int) -> None:
    answer = send(client, data, name)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_large_files_are_taken_and_larger_ones_refused(make_client: MakeClient) -> None:
    small = make_client(max_body_bytes=10_000, max_upload_bytes=100_000)
    text = b"The provider maintains the site of the customer. " * 400
    assert send(small, text, "a.txt").status_code == 200
    assert send(small, text * 6, "a.txt").status_code == 413
    assert small.post("/api/v1/ask", json={"question": "x" * 11_000}).status_code == 413


def test_no_file_and_wrong_fields_are_said(client: TestClient) -> None:
    assert client.post("/api/v1/reviews", data={"side": "customer"}).status_code == 422
    assert send(client, side="judge").status_code == 422
