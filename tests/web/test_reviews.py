"""Contracts over HTTP: a file in, verdicts out, exports, deletion, limits."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import psutil  # type: ignore[import-untyped]
import pytest
from starlette.testclient import TestClient

from assistant.review.keep import Reviews
from assistant.wiring import Assistant
from ingest.contract import read_contract
from ingest.reading import REVIEWED
from knowledge.library import ROOT
from knowledge.playbook import load_playbook
from tests.ingest.redline.settled import part
from tests.web.conftest import MakeClient
from web.deps import now
from web.keys import Keys

Record = Callable[[str, str], None]

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


# --- parsers that die -----------------------------------------------------------------------------------------------------

DYING = """
import os, signal, sys, time
how = sys.stdin.buffer.read().decode()
if "abort" in how:
    os.abort()
if "hang" in how:
    time.sleep(600)
if "noise" in how:
    print("no JSON")
    sys.exit(0)
if "exit" in how:
    os._exit(7)
os.kill(os.getpid(), signal.SIGKILL if "kill" in how else signal.SIGSEGV)
"""
"""In the place of the parser: dies as the file says."""
DEATHS = ("fault", "abort", "kill", "exit", "noise", "hang")
FEW, MANY = 6, 50


@pytest.mark.check("F08")
@pytest.mark.parametrize("times", [FEW, pytest.param(MANY, marks=pytest.mark.tier(2))])
def test_a_parser_that_dies_fails_its_own_file(
    make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, record_property: Record
) -> None:
    """By a signal, an abort, an exit, a hang, or words of its own: the file is refused, others are served meanwhile."""
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "__init__.py").touch()
    (tmp_path / "ingest" / "parse.py").write_text(DYING)
    monkeypatch.setattr("ingest.read.ROOT", tmp_path)
    patience = 25.0 if times == MANY else 1.0  # the first to hang is given all the time that strangers' files get
    longest, others = 0.0, 0
    client = make_client()
    for number in range(times):
        how = DEATHS[number % len(DEATHS)]
        limits = replace(REVIEWED, wall_seconds=patience if how == "hang" else REVIEWED.wall_seconds)
        assert read_contract.__kwdefaults__
        monkeypatch.setitem(read_contract.__kwdefaults__, "limits", limits)
        patience = 1.0 if how == "hang" else patience
        with ThreadPoolExecutor(1) as pool:
            started = time.monotonic()
            dying = pool.submit(send, client, f"<html><p>{how}</p></html>".encode(), "a.html")
            while not dying.done():
                assert client.get("/api/v1/topics").status_code == 200
                others += 1
            answer = dying.result()
        longest = max(longest, time.monotonic() - started)
        assert answer.status_code == 422, (how, answer.text)
        assert re.search("damaged|more time or memory|took more than", answer.json()["error"]["message"])
    assert longest < REVIEWED.wall_seconds + 5
    assert send(client, b"The provider maintains the site of the customer.", "a.txt").status_code == 200
    children = psutil.Process().children()
    assert not [one for one in children if one.status() == psutil.STATUS_ZOMBIE or "ingest.parse" in one.cmdline()]
    record_property(
        "figure",
        f"{times} deaths: {times} files refused, {others} other requests served, no process left; longest {longest:.1f} s",
    )
