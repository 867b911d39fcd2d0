"""Many who talk at the same time: none is told what another said. With every cache on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import MakeClient

Figure = Callable[[str, object], None]
SESSIONS, TURNS = 200, 20
ASKED = (
    "When is late payment interest due for {}?", "And how much is it, {}?", "What may {} claim besides?", "Que doit {} payer ?",
    "Is a penalty due to {}?",
)  # fmt: skip


def talk(client: TestClient, at: int, turns: int) -> tuple[str, str, str]:
    """The secret of a session, all that it was told, and what can be read of it afterwards."""
    secret, key, told = f"zq{at:04d}xv", None, ""
    for turn in range(turns):
        body = {"question": ASKED[turn % len(ASKED)].format(secret), **({"conversation_id": key} if key else {})}
        response = client.post("/api/v1/ask", json=body)
        assert response.status_code == 200, response.text
        told += response.text
        key = response.json()["conversation_id"]
    return secret, told, client.get(f"/api/v1/conversations/{key}").text


@pytest.mark.check("P05")
@pytest.mark.parametrize(
    ("sessions", "turns"),
    [(20, 4), pytest.param(SESSIONS, TURNS, marks=[pytest.mark.tier(2), pytest.mark.timeout(3000)])],
)
def test_nobody_is_told_what_another_said(
    make_client: MakeClient, sessions: int, turns: int, record_property: Figure
) -> None:
    app = make_client().app
    with ThreadPoolExecutor(sessions) as pool:
        clients = (TestClient(app) for _ in range(sessions))
        held = list(pool.map(talk, clients, range(sessions), [turns] * sessions))
    secrets = [secret for secret, _, _ in held]
    crossed = sum(other in told + read for secret, told, read in held for other in secrets if other != secret)
    assert crossed == 0
    assert all(read.count(secret) >= turns for secret, _, read in held)
    record_property("figure", f"{crossed} of {sessions * turns} answers hold another's secret")
