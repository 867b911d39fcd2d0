"""A firm with two sites, and the pages that call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from web.deps import now
from web.widget.site import Site
from web.widget.sites import Sites

MAIN, SHOP = "https://www.example.org", "https://shop.example.net"
STRANGER = "https://evil.example"
API = "/api/v1/widget"
QUESTION = {"question": "When is late payment interest due?"}
LETTER = {
    "name": "Anne Roux",
    "email": "anne@example.org",
    "message": "Please call me back.",
    "consent": True,
    "lang": "en",
}
Open = Callable[..., dict[str, Any]]


SITES = (Site("main", "Cabinet", (MAIN, "http://localhost:5173")), Site("shop", "Boutique", (SHOP,), handoff=False))


@pytest.fixture(scope="module")
def standing(assistant: Assistant) -> Iterator[Sites]:
    """`main` with two origins and `shop` with another, gone after the module."""
    sites = Sites(assistant.store)
    for one in SITES:
        sites.add(one, now())
    yield sites
    for one in sites.all():
        sites.remove(one.id)


@pytest.fixture
def sites(standing: Sites) -> Iterator[Sites]:
    """The same; what a test changes of them is as it was afterwards."""
    before = standing.all()
    yield standing
    for one in before:
        if standing.one(one.id) != one:
            standing.change(one)


@pytest.fixture
def open_session(client: TestClient, sites: Sites) -> Open:
    """The answer of a session that is opened from a page: `open_session(origin=SHOP, site="shop")`."""

    def opened(origin: str = MAIN, **body: Any) -> dict[str, Any]:
        response = client.post(f"{API}/sessions", json={"site": "main", **body}, headers={"Origin": origin})
        assert response.status_code == 200, response.text
        return dict(response.json())

    return opened


@pytest.fixture
def page(client: TestClient, open_session: Open) -> Callable[..., TestClient]:
    """A page that shows the widget, with a token: `page(SHOP, site="shop")`."""

    def opened(origin: str = MAIN, **body: Any) -> TestClient:
        session = open_session(origin, **body)
        return TestClient(
            client.app,
            headers={"Origin": origin, "Authorization": f"Bearer {session['token']}"},
            raise_server_exceptions=False,
        )

    return opened
