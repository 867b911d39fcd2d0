"""Ids, figures and lines of requests: what is counted, under which labels, and what is not told."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from web.access import LOOPBACK
from web.deps import now
from web.keys import Keys
from web.logs import FIELDS, REQUESTS

ASK = "/api/v1/ask"
QUESTION = f"What does the {SECRET} memorandum say about late payment penalties?"
DECLINED = "How do I bake bread?"
LOCAL = tuple(sorted(LOOPBACK))


def here(make_client: MakeClient, **changes: Any) -> TestClient:
    """A client on this machine, of a server for this machine alone."""
    made: Any = make_client(allowed_hosts=LOCAL, **changes)
    return TestClient(
        made.app, base_url="http://127.0.0.1", client=("127.0.0.1", 50_000), raise_server_exceptions=False
    )


def figures(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def figure(client: TestClient, name: str, **labels: str) -> float:
    return figures(client).get((name, tuple(sorted(labels.items()))), 0.0)


# --- ids ------------------------------------------------------------------------------------------------------------------


def test_an_id_is_echoed_or_made_and_stands_in_errors(make_client: MakeClient) -> None:
    client = make_client()
    echoed = client.get("/api/v1/passages/none", headers={"x-request-id": "mine-1"})
    assert echoed.headers["x-request-id"] == "mine-1"
    assert echoed.json()["error"]["details"]["request_id"] == "mine-1"
    made = [client.get("/healthz").headers["x-request-id"] for _ in range(2)]
    assert made[0] != made[1]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/healthz", {"host": "evil.example"}, 400),
        ("POST", ASK, {"origin": "https://evil.example"}, 403),
        ("GET", "/nothing", {}, 404),
        ("PUT", ASK, {}, 405),
        ("POST", ASK, {"content-type": "application/json"}, 422),
    ],
)
def test_every_error_carries_the_id(
    make_client: MakeClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    response = make_client().request(method, path, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["details"]["request_id"] == response.headers["x-request-id"]


# --- figures --------------------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_template_and_status(make_client: MakeClient) -> None:
    client = here(make_client)
    for key in ("a", "b"):
        client.get(f"/api/v1/passages/{key}")
    client.get("/static/style.css")
    client.get("/nothing/here")
    client.request("BREW", "/healthz")
    total, route = "clausier_requests_total", "/api/v1/passages/{passage_id}"
    assert figure(client, total, method="GET", route=route, status="404") == 2
    assert figure(client, "clausier_request_seconds_count", method="GET", route=route) == 2
    assert figure(client, total, method="GET", route="/static", status="200") == 1
    assert figure(client, total, method="GET", route="unknown", status="404") == 1
    assert figure(client, total, method="unknown", route="/healthz", status="405") == 1


def test_answers_are_counted_by_support_and_reason(make_client: MakeClient) -> None:
    client = here(make_client)
    client.post(ASK, json={"question": "When is late payment interest due?"})
    client.post(ASK, json={"question": DECLINED}, headers={"accept": "text/event-stream"})
    body = {"model": "clausier", "messages": [{"role": "user", "content": DECLINED}]}
    client.post("/v1/chat/completions", json=body)
    client.post("/v1/chat/completions", json={**body, "stream": True})
    told = figures(client)
    counted = {labels: value for (name, labels), value in told.items() if name == "clausier_answers_total"}
    assert sum(counted.values()) == 4
    assert sum(value for labels, value in counted.items() if ("support", "none") in labels) == 3
    assert told["clausier_first_token_seconds_count", ()] == 2
    assert told["clausier_streams_open", ()] == 0


def test_the_state_of_the_index_is_told(make_client: MakeClient, assistant: Assistant) -> None:
    told = figures(here(make_client))
    assert sum(value for (name, _), value in told.items() if name == "clausier_search") == 1
    assert told["clausier_content_revision", ()] == assistant.store.revision


@pytest.mark.check("P01")
def test_figures_hold_no_content_and_few_labels(make_client: MakeClient) -> None:
    client = here(make_client)

    def call(at: int) -> int:
        """Call what holds a word of the caller's everywhere; how many figures there are then."""
        client.post(ASK, json={"question": f"{QUESTION} {at}"})
        client.get(f"/{SECRET}{at}")
        client.get(f"/api/v1/passages/{SECRET}{at}", headers={"x-request-id": f"{SECRET}{at}"})
        return len(figures(client))

    call(0)
    call(1)
    assert len({call(at) for at in range(2, 20)}) == 1
    assert SECRET not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("changes", "headers", "peer"),
    [
        ({}, {"x-forwarded-for": "192.0.2.1"}, "127.0.0.1"),
        ({}, {"forwarded": "for=192.0.2.1"}, "127.0.0.1"),
        ({}, {}, "192.0.2.1"),
        ({"https": True}, {}, "127.0.0.1"),
        ({"allowed_hosts": ("127.0.0.1", "law.example")}, {}, "127.0.0.1"),
        ({"allowed_origins": ("https://law.example",)}, {}, "127.0.0.1"),
        ({"trusted_proxies": ("127.0.0.1",)}, {}, "127.0.0.1"),
    ],
    ids=["forwarded for", "forwarded", "from elsewhere", "https", "a public name", "a public origin", "a proxy"],
)
def test_figures_are_for_this_machine_alone_or_for_a_key(
    make_client: MakeClient, assistant: Assistant, changes: dict[str, Any], headers: dict[str, str], peer: str
) -> None:
    made: Any = make_client(**{"allowed_hosts": LOCAL, **changes})
    client = TestClient(made.app, base_url="http://127.0.0.1", client=(peer, 50_000))
    assert client.get("/metrics", headers=headers).status_code == 401
    for scope, status in (("metrics", 200), ("lawyer", 403)):
        _, secret = Keys(assistant.store).make("prometheus", [scope], "test", now())
        told = client.get("/metrics", headers={**headers, "authorization": f"Bearer {secret}"})
        assert told.status_code == status


# --- lines ----------------------------------------------------------------------------------------------------------------


@pytest.mark.check("P01")
def test_a_line_for_each_request_without_content(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    client = make_client()
    with caplog.at_level(logging.DEBUG):
        client.post(ASK, json={"question": QUESTION})
        client.get("/api/v1/search", params={"q": SECRET})
        client.get(f"/api/v1/passages/{SECRET}")
    lines = [getattr(record, FIELDS) for record in caplog.records if record.name == REQUESTS]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", ASK, 200), ("GET", "/api/v1/search", 200), ("GET", "/api/v1/passages/{passage_id}", 404),
    ]  # fmt: skip
    ours = [record for record in caplog.records if record.name.startswith(("clausier", "web", "assistant"))]
    assert not re.search(SECRET, json.dumps([[record.getMessage(), getattr(record, FIELDS, {})] for record in ours]))
