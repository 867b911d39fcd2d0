"""Whatever people write, in every field that takes words: kept as it was, composed, read again the same, and one line of JSON a
request in the log; and whatever is sent in the place of JSON."""

from __future__ import annotations

import io
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.payloads import ODD
from tests.web.test_access import PAGE, PASSWORD, sign_in
from tests.web.test_api import BODIES, cleaned
from tests.web.widget.conftest import MAIN
from web import logs
from web.accounts import Accounts
from web.deps import Services, now
from web.widget.site import Site
from web.widget.sites import Sites

Figure = Callable[[str, object], None]
JSON_HEADERS = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def boss(make_client: MakeClient, assistant: Assistant) -> Iterator[TestClient]:
    """Somebody who may do everything; with a site on which visitors write."""
    Accounts(assistant.store).add("words-boss", "administrator", PASSWORD, now())
    client = make_client()
    assert sign_in(client, "words-boss", PASSWORD).status_code == 303
    token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
    assert token
    client.headers["X-CSRF-Token"] = token[1]
    Sites(assistant.store).add(Site("words", "Site", (MAIN,)), now())
    yield client
    Sites(assistant.store).remove("words")


def services_of(client: TestClient) -> Services:
    found: Services = client.app.state.services  # type: ignore[attr-defined]
    return found


def question(client: TestClient, text: str) -> str | None:
    """What is read of a question in its conversation; none where it was refused."""
    asked = client.post("/api/v1/ask", json={"question": text})
    if asked.status_code != 200:
        return refused(asked)
    key = asked.json()["conversation_id"]
    return str(client.get(f"/api/v1/conversations/{key}").json()["turns"][0]["question"])


def history(client: TestClient, text: str) -> str | None:
    said = {"question": "And then?", "history": [{"role": "user", "content": text}]}
    response = client.post("/api/v1/ask", json=said)
    return cleaned(text) if response.status_code == 200 else refused(response)


def search(client: TestClient, text: str) -> str | None:
    response = client.get("/api/v1/search", params={"q": text, "k": 1})
    return str(response.json()["query"]) if response.status_code == 200 else refused(response)


def reason(client: TestClient, text: str) -> str | None:
    asked = client.post("/api/v1/ask", json={"question": "penalty"}).json()
    given = {"conversation_id": asked["conversation_id"], "answer_id": asked["id"], "verdict": "down", "reason": text}
    response = client.post("/api/v1/feedback", json=given)
    if response.status_code != 200:
        return refused(response)
    with services_of(client).assistant.store.reading() as connection:
        query = "SELECT reason FROM feedback WHERE turn_id = ?"
        return str(connection.exec_driver_sql(query, (asked["id"],)).scalar() or "")


def _letter(client: TestClient, part: str, text: str) -> str | None:
    fields = {"do": "write", "name": "Anne", "email": "anne@example.org", "message": "x", "consent": "on", part: text}
    before = {one.number for one in services_of(client).widget.handoffs.all()}
    response = TestClient(client.app).post("/widget/words", data=fields)
    new = [one for one in services_of(client).widget.handoffs.all() if one.number not in before]
    if not new:
        return refused(response)
    services_of(client).widget.handoffs.delete(new[0].number)
    with services_of(client).assistant.store.writing(content=False) as connection:
        connection.exec_driver_sql("DELETE FROM budget")
    return str(getattr(new[0], part))


def letter(client: TestClient, text: str) -> str | None:
    return _letter(client, "message", text)


def name(client: TestClient, text: str) -> str | None:
    return _letter(client, "name", text)


def title(client: TestClient, text: str) -> str | None:
    response = client.post("/workspace/agreements", data={"title": text}, headers=PAGE, follow_redirects=False)
    if response.status_code != 303:
        return refused(response)
    services, key = services_of(client), response.headers["location"].rpartition("/")[2]
    owner = services.firm.accounts.named("words-boss").id
    found = services.firm.works.one(owner, key, "agreement").title
    services.firm.works.delete(owner, key)
    return found


def key_name(client: TestClient, text: str) -> str | None:
    before = {one.id for one in services_of(client).firm.keys.all()}
    response = client.post("/workspace/keys", data={"name": text}, headers=PAGE, follow_redirects=False)
    new = [one for one in services_of(client).firm.keys.all() if one.id not in before]
    return new[0].name if new else refused(response)


def refused(response: Any) -> str | None:
    """None: refused with words, and no failure of ours."""
    assert 400 <= response.status_code < 500, (response.status_code, response.text[:300])
    return None


FIELDS: dict[str, Callable[[TestClient, str], str | None]] = {
    one.__name__: one for one in (question, history, search, reason, letter, name, title, key_name)
}
ON_A_LINE = {"name", "title", "key_name"}
"""Fields that hold a line: what separates words in them is a space."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the server as JSON, as a level of everything that happens writes it."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    logs.configure("info", "json", stream)
    yield stream
    root.handlers[:], root.level = handlers, level


@pytest.mark.check("A10")
@pytest.mark.parametrize("field", FIELDS)
def test_odd_words_come_back_as_they_were(
    boss: TestClient, log: io.StringIO, field: str, record_property: Figure
) -> None:
    kept = 0
    for text in ODD:
        found = FIELDS[field](boss, text)
        if found is None:
            continue
        assert unicodedata.is_normalized("NFC", found), text
        expected = cleaned(text)
        if field in ON_A_LINE:
            found, expected = " ".join(found.split()), " ".join(expected.split())
            assert expected.startswith(found) and (found or not expected), text  # noqa: PT018
        else:
            assert found == expected
        kept += 1
    lines = log.getvalue().splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    record_property("figure", f"{field}: {kept} of {len(ODD)} kept, the others refused in words")
    assert kept > len(ODD) // 2


@pytest.mark.check("A09")
def test_no_body_makes_any_route_fail(boss: TestClient, record_property: Figure) -> None:
    """Every body that is no good for a question, to every address that takes JSON."""
    paths = [
        path
        for path, operations in boss.get("/openapi.json").json()["paths"].items()
        if "application/json" in operations.get("post", {}).get("requestBody", {}).get("content", {})
    ]
    assert len(paths) >= 6
    client, sent = TestClient(boss.app, raise_server_exceptions=False), 0
    for path in paths:
        for what, body, _ in BODIES:
            response = client.post(path, content=body, headers=JSON_HEADERS)
            assert response.status_code < 500, (path, what)
            assert len(body) <= 256_000 or response.status_code in (401, 413), (path, what)
            sent += 1
    record_property(
        "figure", f"{len(BODIES)} bodies to {len(paths)} addresses: {sent} requests, none failed on our side"
    )
