"""HEAD is GET without the body."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import MakeClient

VARYING = {"x-request-id", "content-security-policy", "set-cookie", "date"}
"""Headers that no two answers share."""


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/readyz",
        "/help/client",
        "/static/style.css",
        "/api/v1/topics",
        "/train",
        "/workspace",
        "/no/such/page",
    ],
)
def test_a_head_has_the_headers_of_a_get(make_client: MakeClient, path: str) -> None:
    got = make_client().get(path, follow_redirects=False)
    asked = make_client().head(path, follow_redirects=False)
    assert asked.status_code == got.status_code
    assert asked.content == b""
    told = {name: value for name, value in got.headers.items() if name not in VARYING}
    assert {name: value for name, value in asked.headers.items() if name not in VARYING} == told


def test_what_takes_no_get_takes_no_head(client: TestClient) -> None:
    assert client.head("/api/v1/ask").status_code == client.get("/api/v1/ask").status_code == 405
