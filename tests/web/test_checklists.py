"""Checklists over HTTP: from every origin, in every format, and what is for lawyers stays with them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.checklist.document import FORMATS, MEDIA
from assistant.wiring import Assistant
from knowledge.library import load
from web.app import create_app

PATH = "/api/v1/checklists"


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    """An application over the shipped library; its index is not asked."""
    return TestClient(create_app(dataclasses.replace(assistant, library=load())), raise_server_exceptions=False)


def points(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    response = client.post(PATH, json=asked)
    assert response.status_code == 200, response.text
    return [point for stage in response.json()["stages"] for point in stage["points"]]


def test_topics_give_points_in_the_language_asked_for(client: TestClient) -> None:
    found = points(client, topics=["liability-cap"], lang="fr", side="provider")
    assert "Responsabilité : plafonds et exclusions" in [point["title"] for point in found]
    assert all(point["wording"] and point["law"] for point in found)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_served_as_what_it_is(client: TestClient, form: Any) -> None:
    response = client.post(PATH, json={"topics": ["penalties"], "format": form})
    assert response.status_code == 200
    assert response.headers["content-type"].replace(" ", "") == MEDIA[form].replace(" ", "")
    assert response.content


def test_what_is_for_lawyers_is_left_out_for_others(client: TestClient) -> None:
    for point in points(client, topics=["penalties"]):
        assert point["fallbacks"] == []
        assert not any(point[name] for name in ("walk_away", "objection", "reply", "escalation"))


def test_states_and_a_person_s_own_points_come_back(client: TestClient) -> None:
    kept = [{"id": "fees", "status": "traded", "note": "contre\nla durée"}, {"id": "own-1", "title": "Le logo"}]
    found = {point["id"]: point for point in points(client, topics=["pricing-billing"], state=kept)}
    assert (found["fees"]["status"], found["fees"]["note"]) == ("traded", "contre\nla durée")
    assert found["own-1"]["title"] == "Le logo"


def test_a_draft_and_needs_are_origins_too(client: TestClient) -> None:
    draft = {
        "clauses": [{"type": "liability", "position": "balanced", "variables": [{"name": "cap_pct", "value": 130}]}]
    }
    assert "130" in points(client, draft=draft)[0]["wording"]
    assert len(points(client, intake={"side": "provider"})) > 10


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"topics": ["nope"]}, 422),
        ({"draft": {}}, 422),
        ({"review": {}}, 422),
        ({"intake": {"side": "nobody"}}, 422),
        ({"format": "exe"}, 422),
        ({"state": [{"id": "x", "status": "lost"}]}, 422),
        ({"nope": 1}, 422),
    ],
)  # fmt: skip
def test_bad_input_is_explained(client: TestClient, asked: dict[str, Any], status: int) -> None:
    response = client.post(PATH, json=asked)
    assert response.status_code == status
    assert response.json()["error"]["message"]
