"""The clause library and drafting over HTTP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Any

import docx as library
import pytest
from starlette.testclient import TestClient

from assistant.agreement.assemble import agree
from assistant.agreement.intake import accept
from assistant.draft.drafter import Drafter
from assistant.wiring import Assistant
from knowledge.errors import InvalidInput
from knowledge.library import load
from web.app import create_app

LIBRARY = load()
LIABILITY = LIBRARY.clauses["liability"]


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    """The application over the shipped clauses, with requests understood by their words alone."""
    drafter = Drafter(LIBRARY, None, dt.date.today)
    return TestClient(
        create_app(dataclasses.replace(assistant, library=LIBRARY, drafter=drafter)), raise_server_exceptions=False
    )


def test_clauses_are_listed(client: TestClient) -> None:
    found = client.get("/api/v1/clauses").json()["clauses"]
    assert [entry["type"] for entry in found] == sorted(LIBRARY.clauses)
    assert client.get("/api/v1/clauses", params={"topic": "nothing"}).json() == {"clauses": []}
    about = client.get("/api/v1/clauses", params={"topic": "liability-cap", "lang": "fr"}).json()["clauses"]
    assert LIABILITY.title["fr"] in [entry["title"]["fr"] for entry in about]
    assert all(set(entry["title"]) == {"fr"} and "liability-cap" in entry["topics"] for entry in about)


def test_one_clause(client: TestClient) -> None:
    whole = client.get("/api/v1/clauses/liability").json()
    assert [entry["position"] for entry in whole["positions"]] == ["customer", "balanced", "provider"]
    assert whole["positions"][0]["text"]["fr"] == LIABILITY.variant("customer").text["fr"]
    (one,) = client.get("/api/v1/clauses/liability.balanced").json()["positions"]
    assert one["clause_id"] == "liability.balanced"


@pytest.mark.parametrize("path", ["/api/v1/clauses/nothing", "/api/v1/clauses/liability.nobody"])
def test_unknown_clauses(client: TestClient, path: str) -> None:
    refused = client.get(path)
    assert refused.status_code == 404
    assert refused.json()["error"]["code"]


def test_a_draft(client: TestClient) -> None:
    asked = {"request": "a liability cap at 150 % of twelve months' fees, for the provider", "lang": "en"}
    shown = client.post("/api/v1/drafts", json=asked).json()
    (clause,) = shown["clauses"]
    assert (clause["type"], clause["position"], clause["origin"]) == ("liability", "provider", "library")
    assert {one["name"]: one["value"] for one in shown["understood"]["values"]} == {
        "cap_pct": 150,
        "cap_basis": "fees-12-months",
    }
    assert "150 %" in clause["text"]


@pytest.mark.parametrize("audience", ["client", "lawyer"])
def test_nobody_unknown_sees_the_notes(client: TestClient, audience: str) -> None:
    drafted = client.post("/api/v1/drafts", json={"types": ["liability"], "audience": audience})
    shown = client.get("/api/v1/clauses/liability", params={"audience": audience})
    for response in (drafted, shown):
        assert response.status_code == 200
        for secret in (
            LIABILITY.walk_away["en"],
            LIABILITY.ladder[0].give["en"],
            LIABILITY.red_flags["en"][0],
            LIABILITY.variant("balanced").why["en"],
        ):
            assert secret not in response.text


def test_values_and_formats(client: TestClient) -> None:
    asked: dict[str, Any] = {"types": ["liability"], "values": {"cap_pct": 250}, "lang": "fr", "position": "customer"}
    text = client.post("/api/v1/drafts", json={**asked, "format": "md"})
    assert text.headers["content-type"].startswith("text/markdown")
    assert "250 %" in text.text
    file = client.post("/api/v1/drafts", json={**asked, "format": "docx"})
    assert library.Document(io.BytesIO(file.content)).paragraphs[0].text.startswith("Responsabilité")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422), ({"request": "bonjour"}, 422), ({"types": ["nothing"]}, 404), ({"types": ["liability"], "values": {"x": 1}}, 422),
        ({"types": ["liability"], "values": {"cap_pct": {"a": []}}}, 422), ({"types": ["liability"], "position": "judge"}, 422),
        ({"request": "x" * 19_000}, 413), ({"requests": "cap"}, 422),
    ],
)  # fmt: skip
def test_what_is_refused(client: TestClient, asked: dict[str, Any], status: int) -> None:
    refused = client.post("/api/v1/drafts", json=asked)
    assert refused.status_code == status, refused.text
    assert refused.json()["error"]["message"]


def test_agreements_are_for_lawyers(client: TestClient) -> None:
    assert client.post("/api/v1/agreements", json={"intake": {}}).status_code in (401, 403)


def test_contradictions_are_an_error_of_the_input() -> None:
    with pytest.raises(InvalidInput):
        agree(accept({"values": {"payment_term_days": 90}}), LIBRARY, ("en",))
