"""What strangers send to the real server: endless and broken bodies, hostile files on every way in, parsers that die."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from knowledge.installation import open_store
from tests.ingest.hostile import HEAVY, KINDS, STOLEN_WORDS
from tests.web.firm import build, served
from tests.web.firm import settings as settings_of
from web.accounts import Accounts
from web.deps import now
from web.work import Works
from web.workspace.meeting import content

pytestmark = pytest.mark.slow

Record = Callable[[str, str], None]

PASSWORD = "correct horse battery"
PAGE = {"accept": "text/html"}
MEGABYTE = 1_000_000
LIMIT = 5 * MEGABYTE
"""Bytes of an upload that the server takes."""
PATIENCE = 3
"""Seconds that it waits for a body."""
ENDLESS = 300 * MEGABYTE
REVIEWS = "/api/v1/reviews"
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@dataclass
class Server:
    """A server of its own, with a folder for its temporary files."""

    address: str
    temporary: Path
    process: psutil.Process
    checklist: str
    """A checklist of the lawyer's, into which tables come back."""

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def held(self) -> int:
        """Bytes of memory that it holds."""
        return int(self.process.memory_info().rss)

    def left(self) -> list[Path]:
        """Temporary files that are there, in every folder that the server may write to but its data."""
        return [path for path in self.temporary.rglob("*") if path.is_file()]

    def on_disk(self) -> int:
        """Bytes of temporary files, those included that have no name any more."""
        total = 0
        with contextlib.suppress(psutil.Error, OSError):
            folder = Path(f"/proc/{self.process.pid}/fd")
            for entry in folder.iterdir():
                with contextlib.suppress(OSError):
                    if str(entry.readlink()).startswith(str(self.temporary)):
                        total += entry.stat().st_size
        return total


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    firm = build(tmp_path_factory.getbasetemp())
    base = tmp_path_factory.mktemp("uploads")
    shutil.copytree(firm / "data", base / "firm" / "data")
    (base / "firm" / "library").symlink_to(firm / "library")
    store = open_store(settings_of(base / "firm" / "data", firm / "library").place)
    Accounts(store).add("ada", "lawyer", PASSWORD, now())
    owner = next(one.id for one in Accounts(store).all() if one.name == "ada")
    checklist = Works(store).make(owner, "checklist", "Table", content((), "customer", "en"), now())
    store.close()
    temporary = base / "temporary"
    temporary.mkdir()
    own = {
        "TMPDIR": str(temporary), "CLAUSIER_QUESTIONS_PER_MINUTE": "10000", "CLAUSIER_MAX_UPLOAD_BYTES": str(LIMIT),
        "CLAUSIER_RECEIVE_SECONDS": str(PATIENCE),
    }  # fmt: skip
    with served(base / "firm", base / "data", **own) as address:
        process = next(
            one
            for one in psutil.Process().children()
            if str(base / "data") in one.environ().get("CLAUSIER_DATA_DIR", "")
        )
        yield Server(address, temporary, process, checklist)
    assert [path for path in temporary.rglob("*") if path.is_file()] == []


@pytest.fixture(scope="module")
def lawyer(server: Server) -> Iterator[httpx.Client]:
    """Signed in, with the token of the forms."""
    with httpx.Client(base_url=server.address, timeout=120, headers=PAGE) as client:
        form = re.search(r'name="form_token" value="(\w+)"', client.get("/login").text)
        assert form
        client.post("/login", data={"name": "ada", "password": PASSWORD, "form_token": form[1]})
        token = re.search(r'name="form_token" value="(\w{64})"', client.get("/workspace/account").text)
        assert token
        client.headers["X-CSRF-Token"] = token[1]
        yield client


# --- bodies ---------------------------------------------------------------------------------------------------------------


def head(path: str, *more: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: multipart/form-data; boundary=b", *more, "", "")
    return "\r\n".join(lines).encode()


def spoken(server: Server, pieces: Iterable[bytes], wait: float = 15) -> bytes:
    """What the server answers to what is sent until it hangs up or all is sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as line:
        with contextlib.suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
        answer = b""
        with contextlib.suppress(OSError):
            while b"\r\n\r\n" not in answer and (piece := line.recv(65536)):
                answer += piece
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def zeros(size: int) -> Iterator[bytes]:
    block = b"x" * 65536
    yield from itertools.repeat(block, size // len(block))


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)


def rest(server: Server) -> None:
    """Wait until what the server prepares after its start is there: its questions, its encoder and its index."""
    end = time.monotonic() + 90
    httpx.get(f"{server.address}/api/v1/quiz/next", timeout=60).raise_for_status()
    ask = {"question": "Who may end the maintenance contract?"}
    httpx.post(f"{server.address}/api/v1/ask", json=ask, timeout=60).raise_for_status()
    while httpx.get(f"{server.address}/readyz", timeout=60).json()["search"] != "indexed":
        assert time.monotonic() < end, "the vector index was not opened"
        time.sleep(0.1)


@contextlib.contextmanager
def watched(server: Server) -> Iterator[dict[str, int]]:
    """The most that the server held above what it held before, in memory and as temporary files, and in how many milliseconds
    `/healthz` answered, 99 of 100 times."""
    idle, most, done = server.held(), {"memory": 0, "disk": 0, "health_ms": 0}, threading.Event()
    waits: list[float] = []

    def look() -> None:
        with httpx.Client(base_url=server.address, timeout=30) as client:
            while not done.wait(0.02):
                most["memory"] = max(most["memory"], server.held() - idle)
                most["disk"] = max(most["disk"], server.on_disk())
                started = time.monotonic()
                assert client.get("/healthz").status_code == 200
                waits.append(time.monotonic() - started)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield most
    finally:
        done.set()
        watching.join()
        most["health_ms"] = round(sorted(waits)[len(waits) * 99 // 100] * 1000)


def aborted(server: Server) -> None:
    """99 % of a file that would be taken, and the line is cut."""
    body = HEAD + b"x" * (LIMIT - 10_000)
    told = head(REVIEWS, f"Content-Length: {len(body) + 50_000}")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(told + body)
        time.sleep(0.2)


def dripping() -> Iterator[bytes]:
    yield head(REVIEWS, "Content-Length: 100000") + HEAD
    for _ in range(PATIENCE * 10 + 40):
        yield b"x"
        time.sleep(0.1)


@pytest.mark.check("F04")
def test_an_endless_upload_is_cut_off(server: Server, record_property: Record) -> None:
    """300 MB, announced, in chunks, under a false length, byte by byte, and cut off by the sender."""
    spoken(server, [head(REVIEWS, "Content-Length: 10"), b"--b--\r\n   "])  # what is loaded once is loaded now
    rest(server)
    with watched(server) as most:
        announced = spoken(server, itertools.chain([head(REVIEWS, f"Content-Length: {ENDLESS}"), HEAD], zeros(ENDLESS)))
        assert status(announced) == 413
        body = itertools.chain([HEAD], zeros(ENDLESS))
        answer = spoken(server, itertools.chain([head(REVIEWS, "Transfer-Encoding: chunked")], chunked(body)))
        assert status(answer) == 413
        lied = spoken(server, itertools.chain([head(REVIEWS, "Content-Length: 1000"), HEAD], zeros(ENDLESS)))
        assert status(lied) in (400, 422, 0)
        started = time.monotonic()
        slow = spoken(server, dripping())
        assert status(slow) in (408, 0)
        assert time.monotonic() - started < 3 * PATIENCE + 5
        aborted(server)
        time.sleep(0.5)
    assert most["disk"] <= LIMIT + MEGABYTE
    assert most["memory"] <= 30 * MEGABYTE
    assert server.left() == []
    assert server.on_disk() == 0
    record_property(
        "figure",
        f"5 ways of 300 MB: at most {most['memory'] / MEGABYTE:.0f} MB of memory and {most['disk'] / MEGABYTE:.1f} MB of "
        f"files, none left; /healthz within {most['health_ms']} ms",
    )


def _part(name: str, extra: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\nx\r\n'.encode()


BROKEN: dict[str, tuple[tuple[str, ...], bytes]] = {
    "10,000 parts": ((), b"".join(_part(f"f{n}") for n in range(10_000)) + b"--b--\r\n"),
    "10,000 files": ((), b"".join(_part("file", f'; filename="{n}.txt"') for n in range(10_000)) + b"--b--\r\n"),
    "header of 1 MB": ((), b"--b\r\nX: " + b"x" * MEGABYTE + b"\r\n\r\nx\r\n--b--\r\n"),
    "part of 1,000 headers": ((), b"--b\r\n" + b"X: y\r\n" * 1_000 + b"\r\nx\r\n--b--\r\n"),
    "nested": ((), b'--b\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n'),
    "name of 8 KB": ((), _part("file", f'; filename="{"n" * 8192}.txt"') + b"--b--\r\n"),
    "no end": ((), _part("file", '; filename="a.txt"')),
    "no parts": ((), b""),
    "other boundary": ((), b"--other\r\n\r\nx\r\n--other--\r\n"),
    "no name": ((), b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "odd charset": ((), b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-99''a.txt\r\n\r\nx\r\n--b--\r\n"),
    "no boundary": (("Content-Type: multipart/form-data",), b"x"),
    "long boundary": (("Content-Type: multipart/form-data; boundary=" + "b" * 5_000,), b"x"),
    "negative length": (("Content-Length: -1",), b"x"),
    "two lengths": (("Content-Length: 1", "Content-Length: 2"), b"xx"),
    "length and chunks": (("Content-Length: 3", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
    "bad chunk": (("Transfer-Encoding: chunked",), b"zz\r\nx\r\n"),
    "5,000 headers": (tuple(f"X-{n}: y" for n in range(5_000)), b"x"),
}  # fmt: skip


@pytest.mark.check("F05")
def test_broken_parts_cost_little_and_are_refused(
    server: Server, lawyer: httpx.Client, record_property: Record
) -> None:
    most, answered = 0.0, []
    for what, (more, body) in BROKEN.items():
        own = any(line.lower().startswith(("content-length", "transfer-encoding")) for line in more)
        lines = list(more) if own else [*more, f"Content-Length: {len(body)}"]
        request = head(REVIEWS, *lines)
        if any(line.startswith("Content-Type") for line in more):
            request = request.replace(b"Content-Type: multipart/form-data; boundary=b\r\n", b"", 1)
        before = sum(server.process.cpu_times()[:2])
        answer = spoken(server, [request, body], wait=6)
        cost = sum(server.process.cpu_times()[:2]) - before
        most = max(most, cost)
        code = status(answer)
        assert 400 <= code < 500 or code == 0 or what == "name of 8 KB", (what, answer[:200])
        assert code < 500, what
        assert cost <= 1, (what, cost)
        answered.append(code)
        assert lawyer.get("/healthz").status_code == 200
    assert server.left() == []
    hung_up = answered.count(0)
    record_property(
        "figure",
        f"{len(BROKEN)} bodies: {len(BROKEN) - hung_up} answered, {hung_up} cut off, at most {most:.2f} s of processor",
    )


# --- requests for other hosts ---------------------------------------------------------------------------------------------

HOSTS = (
    "", "evil.example", "evil.example:80", "localhost.evil.example", "a/../admin?x=", "a#", "localhost#", "x@localhost",
    "localhost@evil.example", "localhost:80@evil.example", "[::2]", "[::1", "localhost:x", "localhost, evil.example", "*", "null",
)  # fmt: skip


@pytest.mark.check("X09")
def test_a_foreign_host_is_refused_however_it_is_written(server: Server, record_property: Record) -> None:
    lines = [f"GET /workspace HTTP/1.1\r\nHost: {host}\r\n" for host in HOSTS]
    lines += ["GET /login HTTP/1.1\r\n", "GET /login HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"]
    for line in lines:
        answer = spoken(server, [f"{line}Accept: text/html\r\nConnection: close\r\n\r\n".encode()])
        assert status(answer) == 400, (line, answer[:100])
        assert b"evil" not in answer
    bent = (
        "http://evil.example/login",
        "//evil.example/login",
        "/@evil.example",
        "/login@evil.example",
        "http://x@evil.example/workspace",
    )
    for target in bent:
        answer = spoken(server, [f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()])
        assert status(answer) in (400, 404, 307, 308), (target, answer[:100])
        location = re.search(rb"(?im)^location: *(\S+)", answer)
        assert location is None or b"evil" not in location[1]
    record_property("figure", f"{len(lines)} hosts refused, {len(bent)} bent addresses lead nowhere")


# --- hostile files on every way in ----------------------------------------------------------------------------------------


def sent_to(client: httpx.Client, path: str, name: str, data: bytes) -> httpx.Response:
    return client.post(path, files={"file": (name, data, "text/plain")}, follow_redirects=False)


@pytest.mark.check("F01")
@pytest.mark.tier(2)
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("way", ["review", "workspace review", "knowledge", "table"])
def test_every_kind_on_every_way_in(server: Server, lawyer: httpx.Client, way: str, record_property: Record) -> None:
    path = {
        "review": REVIEWS,
        "workspace review": "/workspace/review",
        "knowledge": "/workspace/knowledge",
        "table": f"/workspace/checklists/{server.checklist}/import",
    }[way]
    longest, codes, lost = 0.0, [], []
    with watched(server) as most:
        for name, kind in KINDS.items():
            data = kind.make()
            if len(data) > LIMIT or (name in HEAVY and way != "review"):
                continue
            started = time.monotonic()
            response = sent_to(lawyer, path, name, data)
            longest = max(longest, time.monotonic() - started)
            codes.append(response.status_code)
            assert response.status_code < 500, (name, response.text[:300])
            assert STOLEN_WORDS not in response.text
            good = response.status_code in (200, 303)
            if way != "table" and kind.outcome != "either" and good is not (kind.outcome == "read"):
                lost.append((name, response.status_code))
    assert lost == []
    assert longest < 30
    assert most["health_ms"] <= 1000
    assert most["memory"] <= 300 * MEGABYTE
    assert server.left() == []
    refused = sum(code >= 400 for code in codes)
    record_property(
        "figure",
        f"{way}: {len(codes)} kinds, {refused} refused, none a 5xx, longest {longest:.1f} s, /healthz within "
        f"{most['health_ms']} ms, {most['memory'] / MEGABYTE:.0f} MB more",
    )


@pytest.mark.check("F03")
def test_what_a_client_says_of_a_file_counts_for_nothing(lawyer: httpx.Client, record_property: Record) -> None:
    told = (
        "application/pdf",
        "text/plain",
        "text/html",
        "image/png",
        "application/x-msdownload",
        "x/y; charset=utf-7",
        "",
    )
    for media, (name, code) in itertools.product(
        told, (("misnamed-elf.pdf", 415), ("misnamed-picture.docx", 415), ("harmless-ordinary.txt", 200))
    ):
        response = lawyer.post(REVIEWS, files={"file": (name, KINDS[name].make(), media)})
        assert response.status_code == code, (name, media)
    record_property("figure", f"{len(told) * 3} of {len(told) * 3} judged by content")


@pytest.mark.check("F10")
def test_what_has_no_text_leaves_no_document(lawyer: httpx.Client, record_property: Record) -> None:
    names = ("broken-picture.pdf", "locked-password.pdf", "locked-password.docx")
    before = lawyer.get("/api/v1/search", params={"q": "clausier"}).status_code, documents(lawyer)
    for name in names:
        response = sent_to(lawyer, "/workspace/knowledge", name, KINDS[name].make())
        assert response.status_code == 422
        assert re.search("OCR|password|mot de passe", response.text), name
    assert (before[0], documents(lawyer)) == before
    record_property("figure", f"{len(names)} of {len(names)} with their reason; 0 documents stored")


def documents(client: httpx.Client) -> int:
    return client.get("/workspace/knowledge").text.count('/forget"')


def test_the_servers_children_are_gone(server: Server) -> None:
    """What parsed a file is waited for."""
    assert [one for one in server.process.children(recursive=True) if one.status() == psutil.STATUS_ZOMBIE] == []
    assert os.listdir(server.temporary) == []
