"""Pages of strangers, forged forms, foreign hosts, names of files that climb: what each is answered, on every route."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.test_access import PAGE, PASSWORD, sign_in, table
from web.access import WIDGETS
from web.accounts import Accounts
from web.deps import now
from web.limits import SAVED, SECURITY

Record = Callable[[str, str], None]

FIRM = "https://firm.example"
ORIGINS = (
    "null", "*", "file://", "http://firm.example", "https://firm.example:444", "https://firm.example.", "https://FIRM.example",
    "https://www.firm.example", "https://firm.example.evil.example", "https://evilfirm.example", "https://firm.example@evil.example",
    "https://firm.example/", "https://firm.example https://evil.example", "https://fïrm.example", "https://evil.example",
    "https://xn--frm-yma.example", "javascript://firm.example",
)  # fmt: skip
"""What is not the origin that was allowed, however near."""
READ = ("/api/v1/topics", "/v1/models", "/openapi.json", "/workspace", "/login", "/", "/static/chat.js")

CLIMBS = ("..", "%2e%2e", "%252e%252e", "..%00", "．．", "%c0%ae%c0%ae", "....", ".. ")
BETWEEN = ("/", "\\", "%2f", "%5c", "%252f", "//", "/./")
TARGETS = ("canary.md", "etc/canary.md", ".env.md")
ABSOLUTE = (
    "/tmp/canary.md",
    "C:\\canary.md",
    "\\\\host\\canary.md",
    "file:///tmp/canary.md",
    "~/canary.md",
    "CON.md",
    ".md",
    "a\r\nX-Canary: 1.md",
)
TRAVERSALS = (
    *(f"{climb}{sep}{climb}{sep}{target}" for climb, sep, target in itertools.product(CLIMBS, BETWEEN, TARGETS)),
    *ABSOLUTE,
)


@pytest.fixture(scope="module")
def signed(make_client: MakeClient, assistant: Assistant) -> TestClient:
    """An administrator with the token of their forms."""
    Accounts(assistant.store).add("stranger-watch", "administrator", PASSWORD, now())
    client = make_client(allowed_origins=(FIRM,))
    assert sign_in(client, "stranger-watch", PASSWORD).status_code == 303
    token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
    assert token
    client.headers["X-CSRF-Token"] = token[1]
    return client


@pytest.fixture
def unproven(signed: TestClient) -> Iterator[TestClient]:
    """The same session without the token."""
    token = signed.headers.pop("X-CSRF-Token")
    yield signed
    signed.headers["X-CSRF-Token"] = token


def filled(path: str) -> str:
    return re.sub(r"{[^}]*}", "x", path)


# --- headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.check("X02")
def test_every_route_of_every_kind_carries_the_headers(
    signed: TestClient, make_client: MakeClient, record_property: Record
) -> None:
    """As a stranger in every way, as an administrator who reads."""
    stranger, seen = make_client(), 0
    for method, path, _ in table():
        for client in (stranger, signed) if method == "GET" else (stranger,):
            response = client.request(method, filled(path), headers=PAGE, follow_redirects=False)
            assert response.status_code < 500, path
            policy = response.headers["content-security-policy"]
            assert "unsafe" not in policy
            saved = response.headers.get("content-disposition", "").startswith("attachment")
            assert policy == (SAVED if saved else SECURITY["Content-Security-Policy"]), path
            for name in SECURITY.keys() - {"Content-Security-Policy"}:
                assert response.headers.get_list(name) == [SECURITY[name]], (path, name)
            if path != "/widget.js" and not path.startswith("/static"):
                assert response.headers["cache-control"] == "no-store", path
            seen += 1
    record_property("figure", f"{seen} responses of {len(table())} routes")


# --- pages of other origins -----------------------------------------------------------------------------------------------


@pytest.mark.check("X04")
def test_no_other_origin_is_told_that_it_may_read(
    signed: TestClient, make_client: MakeClient, record_property: Record
) -> None:
    stranger, tried = make_client(allowed_origins=(FIRM,)), 0
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    for origin, path, client in itertools.product(ORIGINS, READ, (stranger, signed)):
        for method, more in (("GET", {}), ("OPTIONS", wanted)):
            headers = {b"origin": origin.encode(), **{name.encode(): value.encode() for name, value in more.items()}}
            told = client.request(method, path, headers=headers).headers
            assert "access-control-allow-origin" not in told, (origin, path)
            assert "access-control-allow-credentials" not in told
            tried += 1
    assert len(ORIGINS) >= 14
    record_property("figure", f"{len(ORIGINS)} origins, {tried} requests: none may read")


@pytest.mark.check("X04")
def test_the_allowed_origin_reads_what_programs_call_and_nothing_else(
    signed: TestClient, record_property: Record
) -> None:
    shared = [
        path for path in READ if "access-control-allow-origin" in signed.get(path, headers={"origin": FIRM}).headers
    ]
    assert shared == ["/api/v1/topics", "/v1/models", "/openapi.json"]
    for path in shared:
        told = signed.get(path, headers={"origin": FIRM}).headers
        assert told["access-control-allow-origin"] == FIRM
        assert "access-control-allow-credentials" not in told
    record_property(
        "figure", f"the allowed origin reads {len(shared)} of {len(READ)} addresses, never with credentials"
    )


# --- forged forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.check("X05")
def test_no_route_changes_anything_for_a_forged_form(unproven: TestClient, record_property: Record) -> None:
    """With the session of an administrator and no token: as a form, as text, as JSON, and with a token that is none."""
    forged: tuple[dict[str, Any], ...] = (
        {"data": {"a": "1"}},
        {"data": {"form_token": "x" * 64}},
        {"content": b'{"a": 1}', "headers": {"content-type": "text/plain"}},
        {"json": {"a": 1}},
        {"files": {"file": ("a.md", b"words")}},
        {"headers": {"X-CSRF-Token": "x" * 64}},
    )
    routes = [(method, path) for method, path, rule in table() if method != "GET" and not rule.is_open]
    for (method, path), more in itertools.product(routes, forged):
        response = unproven.request(method, filled(path), follow_redirects=False, **more)
        assert response.status_code == 403, (method, path, more, response.status_code)
    record_property("figure", f"{len(routes)} routes, {len(routes) * len(forged)} forged requests: all 403")


@pytest.mark.check("X05")
def test_a_foreign_origin_changes_nothing_even_with_the_token(signed: TestClient, record_property: Record) -> None:
    tried = 0
    for method, path, rule in table():
        if method != "GET" and rule is not WIDGETS and not path.startswith("/api/v1/widget/"):
            for origin in ("https://evil.example", "null"):
                response = signed.request(method, filled(path), headers={"origin": origin}, follow_redirects=False)
                assert response.status_code == 403, (method, path)
                tried += 1
    record_property("figure", f"{tried} requests of foreign origins: all 403")


@pytest.mark.check("X05")
def test_nothing_is_changed_by_reading(signed: TestClient, record_property: Record) -> None:
    routes = table()
    readable = {path for method, path, _ in routes if method == "GET"}
    changing = sorted({path for method, path, _ in routes if method != "GET"} - readable)
    for path in changing:
        response = signed.get(filled(path), follow_redirects=False)
        assert response.status_code in (404, 405), (path, response.status_code)
    assert signed.get("/workspace").status_code == 200, "still signed in"
    record_property("figure", f"{len(changing)} addresses that only change: 405 or 404 for GET")


# --- names that climb -----------------------------------------------------------------------------------------------------


@pytest.fixture
def nested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files far below the test's own, so that what climbs out of it lands where it is seen."""
    deep = tmp_path / "one" / "two" / "three" / "four" / "five"
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    return tmp_path


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.check("F06")
def test_a_name_that_climbs_is_only_a_name(signed: TestClient, nested: Path, record_property: Record) -> None:
    """Of a table that comes back and of a text to take in, which is refused: nothing is written anywhere, no header forged."""
    assert len(TRAVERSALS) >= 150
    before = {path: sorted(os.listdir(path)) for path in (Path.cwd(), Path("/tmp"), Path.home())}
    kept = 0
    for name in TRAVERSALS:
        sent = signed.post("/workspace/checklists/x/import", files={"file": (name, b"a,b\n")}, headers=PAGE)
        assert sent.status_code < 500, name
        response = signed.post("/workspace/knowledge", files={"file": (name, b"\x00\x01binary")}, headers=PAGE)
        assert response.status_code in (400, 422), name
        assert "x-canary" not in response.headers
        assert files_below(nested) == [], name
        kept += response.status_code == 422
    made = {path: sorted(os.listdir(path)) for path in before}
    assert not [name for path in before for name in set(made[path]) - set(before[path]) if "canary" in name]
    record_property("figure", f"{len(TRAVERSALS)} names of files: nothing written outside")


@pytest.mark.check("F06", "F07")
def test_a_download_keeps_no_path_and_runs_nothing(signed: TestClient, nested: Path, record_property: Record) -> None:
    names = [*TRAVERSALS[::24], *ABSOLUTE]
    text = "The provider maintains the site of the customer. The customer pays within thirty days. <script>window.__pwn=1</script>"
    seen = 0
    for name in names:
        made = signed.post("/api/v1/reviews", files={"file": (name, text.encode())})
        if made.status_code != 200:
            assert made.status_code in (400, 415, 422), (name, made.text)
            continue
        told = made.json()
        assert not re.search(r"/", told["document"]["name"]), name
        for form in ("docx", "md"):
            response = signed.get(f"/api/v1/reviews/{told['id']}/export", params={"format": form})
            disposition = response.headers["content-disposition"]
            found = re.fullmatch(r"attachment; filename\*=UTF-8''([A-Za-z0-9%._~-]+)", disposition)
            assert found, disposition
            assert "/" not in unquote(found[1])
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["content-security-policy"].endswith("; sandbox")
            assert "x-canary" not in response.headers
            seen += 1
        assert signed.delete(f"/api/v1/reviews/{told['id']}").status_code == 200
    assert seen > len(names)
    assert files_below(nested) == []
    record_property("figure", f"{seen} downloads: attachment, nosniff, sandbox, a plain name")


@pytest.mark.check("F06")
def test_an_address_that_climbs_leads_nowhere(client: TestClient, record_property: Record) -> None:
    tried = 0
    secret = Path("pyproject.toml").read_text("utf-8").splitlines()[0]
    for form in TRAVERSALS:
        name = form.removesuffix("canary.md") + "pyproject.toml"
        for place in ("/static/", "/passages/", "/api/v1/reviews/"):
            for written in (name, quote(name, safe="")):
                response = client.get(place + re.sub(r"[\x00-\x20\x7f]", "", written), follow_redirects=False)
                assert response.status_code < 500
                assert secret not in response.text, (place, written)
                assert response.headers.get("location", "/").startswith(("/", "http://testserver/"))
                tried += 1
    record_property("figure", f"{tried} addresses: no file of ours")


@pytest.mark.check("T04")
def test_xml_is_taken_by_no_route(client: TestClient, tmp_path: Path, record_property: Record) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("words that no answer holds")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><question>&x;</question>'.encode()
    )
    tried = 0
    routes = [
        (method, path) for method, path, _ in table() if method == "POST" and path.startswith(("/api/", "/v1/", "/mcp"))
    ]
    for (method, path), kind in itertools.product(routes, ("text/xml", "application/xml", "application/soap+xml")):
        response = client.request(method, filled(path), content=body, headers={"content-type": kind})
        assert 400 <= response.status_code < 500, (path, kind, response.status_code)
        assert "words that no answer" not in response.text
        tried += 1
    record_property("figure", f"{tried} bodies of XML to {len(routes)} routes: all refused")
