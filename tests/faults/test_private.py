"""What is a secret stays in the database: not in the log, nor in figures, addresses or temporary files; and what is on the disk
is for its owner alone."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.assistant import scripted
from tests.faults.installation import Installation, Server, write_document
from tests.faults.lawyer import add_lawyer

pytestmark = pytest.mark.slow

Figure = Callable[[str, object], None]
ASKED = "How fast must the provider answer under the maintenance contract?"
CANARIES = {
    "password": "canary-Wexelford-password",
    "name in the wrong field": "canary-Jhendrasil-name",
    "key": "clausier_canaryVontrapples0000000000000000000",
    "cookie": "canaryMxylophane",
    "question": "canaryQuillbrandt",
    "search": "canaryZyxomorphic",
    "address": "canaryGrodzniak",
    "file name": "canaryThwackenbury",
    "file": "canaryPfefferzwang",
    "letter": "canaryUlmquistador",
    "history": "canaryCrebillonniere",
    "key of the model": "canary-Brambleworth",
    "malformed": "canaryOeuvrapedes",
}


class Browser:
    """Sends what it is told and keeps its cookies; every answer is looked through by whoever asks."""

    def __init__(self, server: Server) -> None:
        jar = http.cookiejar.CookieJar()
        self._address = server.address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def send(self, path: str, data: bytes | None = None, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self._address + path, data, named)
        try:
            with self._opener.open(request, timeout=30) as response:
                return str(response.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            return error.read().decode("utf-8", "replace")

    def json(self, path: str, body: object, **headers: str) -> str:
        return self.send(path, json.dumps(body).encode(), Content_Type="application/json", **headers)


def call_everything(server: Server, password: str) -> None:
    """Every canary where people may put it, in requests that succeed and that fail."""
    told, browser = CANARIES, Browser(server)
    page = browser.send("/login", Accept="text/html")
    token = re.search(r'name="form_token" value="(\w+)"', page)
    assert token
    for name, secret in (("keeper", told["password"]), (told["name in the wrong field"], "x"), ("keeper", password)):
        fields = {"name": name, "password": secret, "form_token": token[1]}
        browser.send("/login", urllib.parse.urlencode(fields).encode(), Accept="text/html")
    browser.send("/workspace", Accept="text/html")
    browser.send("/workspace", Cookie=f"clausier-session={told['cookie']}")
    browser.send("/api/v1/topics", Authorization=f"Bearer {told['key']}")
    for accept in ("application/json", "text/event-stream"):
        browser.json("/api/v1/ask", {"question": f"{ASKED} {told['question']}"}, Accept=accept)
        browser.json(
            "/api/v1/ask",
            {"question": ASKED, "history": [{"role": "user", "content": told["history"]}]},
            Accept=accept,
        )
    browser.json("/api/v1/ask", {"question": "Why?", "history": [{"role": "user", "content": told["history"]}]})
    browser.json("/api/v1/ask", {"question": "x", told["malformed"]: 1})
    browser.json("/api/v1/ask", {"question": "x", "conversation_id": told["malformed"]})
    browser.send("/api/v1/ask", b"{" + told["malformed"].encode(), Content_Type="application/json")
    browser.send(f"/api/v1/search?q={told['search']}")
    browser.send(f"/{told['address']}", Accept="text/html")
    browser.send(f"/api/v1/passages/{told['address']}")
    browser.send("/healthz", X_Request_ID=f"{told['address']} x")
    for data in (told["file"].encode() + b" The provider shall pay. " * 40, b"%PDF-1.7 " + told["file"].encode()):
        for ending in ("txt", "pdf", "docx"):
            name = f"{told['file name']}.{ending}"
            body = (
                f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
                + data
                + b"\r\n--x--\r\n"
            )
            browser.send("/api/v1/reviews", body, Content_Type="multipart/form-data; boundary=x")
    letter = {
        "do": "write",
        "name": told["letter"],
        "email": f"{told['letter']}@example.org",
        "message": told["letter"],
        "consent": "on",
    }
    for site in ("main", "none"):
        browser.send(f"/widget/{site}", urllib.parse.urlencode(letter).encode(), Accept="text/html")


def _held(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        yield str(path), path.read_bytes() if path.is_file() else b""


@pytest.mark.check("P01", "P11")
def test_no_secret_is_written_down_but_in_the_database(
    installation: Installation, tmp_path: Path, record_property: Figure
) -> None:
    """The model fails, so that its key and what it was asked have every chance to stand in an error."""
    password, place = add_lawyer(installation), tmp_path / "tmp"
    place.mkdir()
    site = ("site", "add", "main", "--name", "Cabinet", "--origin", "https://www.example.org")
    assert installation.run(*site).code == 0
    with scripted.serve(scripted.status(500)) as model:
        own = installation.with_(
            CLAUSIER_LOG_LEVEL="info", CLAUSIER_LOG_FORMAT="json", TMPDIR=str(place), CLAUSIER_LLM="openai:m",
            CLAUSIER_LLM_BASE_URL=model.url, CLAUSIER_LLM_API_KEY=CANARIES["key of the model"],
        )  # fmt: skip
        with own.serving() as server:
            call_everything(server, password)
            figures = Browser(server).send("/metrics")
            log = server.stopped()
        assert model.asked
    assert figures.startswith("#")
    written = {"the log": log.encode(), "the figures": figures.encode(), **dict(_held(place))}
    hits = {
        (what, where)
        for where, content in written.items()
        for what, secret in {**CANARIES, "the password that is right": password}.items()
        if secret.lower().encode() in content.lower() + where.lower().encode()
    }
    assert hits == set()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert len([line for line in lines if line.get("route")]) > 20
    database = b"".join(content for path, content in _held(installation.data))
    assert CANARIES["question"].encode() in database, "what is looked for is where it may be"
    assert CANARIES["letter"].encode() in database
    record_property(
        "figure",
        f"{len(hits)} of {len(CANARIES)} canaries in {len(lines)} lines of the log, in figures and temporary files",
    )


@pytest.mark.check("P09")
def test_whatever_is_on_the_disk_is_for_its_owner_alone(
    untouched: Installation, tmp_path: Path, record_property: Figure
) -> None:
    """Made by processes that would let everybody read, as far as they are asked."""
    fresh = Installation(tmp_path / "data", untouched.library, {"HOME": str(tmp_path / "home"), **untouched.more})
    before = os.umask(0)
    try:
        text = write_document(tmp_path / "text.md", "Text", ["A clause on penalties."])
        assert fresh.run("ingest", text).code == 0
        assert fresh.run("quiz", "progress").code == 0
        with fresh.serving() as server:
            assert server.ask("What is a penalty?")["answer"]
            server.waiting_for("indexed", 90)
            modes = dict(_modes(fresh.data))
        assert fresh.run("backup", tmp_path / "backup.tar.gz").code == 0
        assert fresh.run("person", "export", server_conversation(fresh), "-o", tmp_path / "person.json").code == 0
    finally:
        os.umask(before)
    modes |= dict(_modes(fresh.data)) | {
        name: (tmp_path / name).stat().st_mode & 0o777 for name in ("backup.tar.gz", "person.json")
    }
    assert {name: oct(mode) for name, mode in modes.items() if mode not in (0o600, 0o700)} == {}
    assert any("index" in name for name in modes)
    record_property("figure", f"{len(modes)} of {len(modes)} files and folders 0600 or 0700, with a umask of 0")


def _modes(folder: Path) -> Iterator[tuple[str, int]]:
    for path in (folder, *folder.rglob("*")):
        yield str(path.relative_to(folder)), path.stat().st_mode & 0o777


def server_conversation(installation: Installation) -> str:
    """The id of the one conversation that was held."""
    import sqlite3

    with sqlite3.connect(installation.database) as connection:
        return str(connection.execute("SELECT id FROM conversation").fetchone()[0])
