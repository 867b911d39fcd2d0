"""Files are kept under their digest, and compressed where nothing secret is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web.assets import FOLDER, FOREVER, address, digest, kept

GZIP = {"accept-encoding": "gzip"}


def test_a_page_names_files_under_their_digest(client: TestClient) -> None:
    page = client.get("/").text
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(named) >= 3
    assert all(one.startswith(address("")) for one in named)
    for one in named:
        response = client.get(one)
        assert response.status_code == 200
        assert response.headers["cache-control"] == FOREVER
        assert response.content == (FOLDER / one.removeprefix(address(""))).read_bytes()


def test_what_scripts_import_stands_under_the_same_digest(client: TestClient) -> None:
    for path in FOLDER.glob("*.js"):
        for imported in re.findall(r'from "\./([\w.-]+)"', path.read_text("utf-8")):
            assert client.get(address(imported)).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [
        (address("style.css"), 200, FOREVER),
        (address("style.css"), 304, FOREVER),
        (address("nothing.css"), 404, "no-cache"),
        ("/static/style.css", 200, "no-cache"),
        ("/static/0123456789abcdef/style.css", 404, "no-cache"),
        ("/", 200, "no-store"),
        ("/api/v1/topics", 200, "no-store"),
    ],
)
def test_what_may_be_kept(path: str, status: int, expected: str) -> None:
    assert kept(path, status) == expected


def test_another_digest_has_nothing(client: TestClient) -> None:
    assert client.get("/static/0123456789abcdef/style.css").status_code == 404
    assert client.get(f"/static/{digest()}/../app.py").status_code == 404
    assert client.get(f"/static/{digest()}/%2e%2e/app.py").status_code == 404


@pytest.mark.parametrize(
    ("path", "headers", "compressed"),
    [
        ("/", {}, True),
        ("/", {"cookie": "clausier-session=x"}, False),
        ("/", {"authorization": "Basic x"}, False),
        (address("style.css"), {"cookie": "clausier-session=x"}, True),
        ("/api/v1/topics", {}, False),
    ],
)
def test_only_what_holds_no_secret_is_compressed(
    client: TestClient, path: str, headers: dict[str, str], compressed: bool
) -> None:
    response = client.get(path, headers={**GZIP, **headers})
    assert response.status_code == 200
    assert (response.headers.get("content-encoding") == "gzip") is compressed


def test_an_answer_to_a_form_is_not_compressed(client: TestClient) -> None:
    response = client.post("/", data={"question": "What is a penalty?", "lang": "en"}, headers=GZIP)
    assert response.status_code == 200
    assert "content-encoding" not in response.headers


def test_the_digest_is_of_every_file() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", digest())
    assert Path(FOLDER, "style.css").is_file()
