"""Crowds that mean no good: readers that do not read, requests that drip, clients that leave, uploads that break off, questions
that cost; the server serves others meanwhile and keeps nothing of it."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.assistant import scripted
from tests.faults.crowd import Crowd, spread, until
from tests.faults.installation import Installation

pytestmark = pytest.mark.slow

Figure = Callable[[str, object], None]
READERS = 5_000
SLOW = 2_000
LEAVERS = 100
DEADLINE = 30.0
"""Seconds that the model has if nobody leaves, as set: what is well below them ended because somebody left."""
ABORTS = 5_000
DEAR = 200
QUESTION = "How fast must the provider answer under the maintenance contract?"
STREAM = "Accept: text/event-stream"


@pytest.fixture
def crowd(installation: Installation) -> Iterator[Crowd]:
    """Clients of a server with a limit of streams and without one of questions."""
    own = installation.with_(CLAUSIER_QUESTIONS_PER_MINUTE="10000", CLAUSIER_RECEIVE_SECONDS="15")
    with own.serving() as server:
        server.ask(QUESTION)
        yield Crowd(server)


# --- who does not read ----------------------------------------------------------------------------------------------------


async def never_read(crowd: Crowd, count: int) -> str:
    said, opened, statuses = crowd.question(QUESTION, STREAM), [], {200: 0, 503: 0}
    loop, before = asyncio.get_running_loop(), crowd.megabytes

    async def send(_: int) -> None:
        connection = await crowd.connect()
        await loop.sock_sendall(connection, said)
        opened.append(connection)

    async with crowd.watching() as seen:
        began = time.monotonic()
        await spread(count, send)
        for connection in opened:
            line = await asyncio.wait_for(loop.sock_recv(connection, 12), 90)
            statuses[int(line.split()[1])] += 1
        took = time.monotonic() - began
    grown = crowd.megabytes - before
    for connection in opened:
        connection.close()
    gone = await until(lambda: crowd.figure("clausier_streams_open") == 0, 10)
    assert sum(statuses.values()) == count
    assert count < READERS or seen.slowest < 1
    assert grown < 150
    return (
        f"{count} clients in {took:.0f} s: {statuses[200]} answered, {statuses[503]} told 503, health at most "
        f"{seen.slowest:.2f} s, {grown:+.0f} MB, no stream {gone:.1f} s after they left"
    )


@pytest.mark.check("D01")
@pytest.mark.parametrize("count", [300, pytest.param(READERS, marks=[pytest.mark.tier(2), pytest.mark.timeout(900)])])
def test_who_does_not_read_holds_up_nobody(crowd: Crowd, count: int, record_property: Figure) -> None:
    record_property("figure", asyncio.run(never_read(crowd, count)))


# --- who is slow ----------------------------------------------------------------------------------------------------------


async def drip(crowd: Crowd, count: int) -> str:
    """Half of them drip their heads, half their bodies, a byte every five seconds."""
    head = crowd.head("POST /api/v1/ask", "Content-Type: application/json", "Content-Length: 50")
    lasted: list[float] = []

    async def one(at: int) -> None:
        reader, writer = await asyncio.open_connection(*crowd.place)
        began = time.monotonic()
        writer.write(head[:40] if at % 2 else head)
        try:
            while True:
                ended = asyncio.ensure_future(reader.read(1))
                done, _ = await asyncio.wait({ended}, timeout=5)
                if done:
                    break
                ended.cancel()
                writer.write(b"x")
        except OSError:
            pass
        lasted.append(time.monotonic() - began)
        writer.close()

    async with crowd.watching() as seen:
        await asyncio.gather(*(one(at) for at in range(count)))
    assert len(lasted) == count
    assert max(lasted) < 30
    assert seen.share(0.95) < 1
    return f"{count} connections closed within {max(lasted):.0f} s; others p95 {seen.share(0.95):.2f} s"


@pytest.mark.tier(2)
@pytest.mark.check("D02")
def test_who_drips_is_let_go_and_others_are_served(crowd: Crowd, record_property: Figure) -> None:
    record_property("figure", asyncio.run(drip(crowd, SLOW)))


# --- who leaves -----------------------------------------------------------------------------------------------------------


@pytest.mark.check("D03")
def test_whoever_leaves_takes_the_model_along(installation: Installation, record_property: Figure) -> None:
    """The model goes on for ever; it sees that nobody listens any more."""
    waits = []
    with scripted.serve(scripted.endless("word ", 0.02)) as model:
        own = installation.with_(
            CLAUSIER_LLM="openai:m", CLAUSIER_LLM_BASE_URL=model.url, CLAUSIER_QUESTIONS_PER_MINUTE="10000",
            CLAUSIER_LLM_MAX_CHARACTERS="50000", CLAUSIER_LLM_DAILY_TOKENS="2000000000",
        )  # fmt: skip
        with own.serving() as server:
            crowd = Crowd(server)
            said = crowd.question(QUESTION, STREAM)
            for at in range(LEAVERS):
                asked = len(model.asked)
                with socket.create_connection(crowd.place) as connection:
                    connection.sendall(said)
                    _until(lambda asked=asked: len(model.asked) > asked, 60)  # type: ignore[misc]
                    model.left.clear()
                began = time.monotonic()
                assert model.left.wait(DEADLINE / 2), f"the model was still asked after {at} had left"
                waits.append(time.monotonic() - began)
            asyncio.run(until(lambda: crowd.figure("clausier_streams_open") == 0, 10))
    record_property("figure", f"{len(waits)} of {LEAVERS}: the model sees it within {max(waits):.2f} s, no stream left")


def _until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.005)


# --- what costs -----------------------------------------------------------------------------------------------------------


async def ask_dearly(crowd: Crowd, count: int) -> str:
    text = " ".join(f"penalty{n} indemnité{n} délai{n}" for n in range(2_000))[:20_000]
    said, answers = crowd.question(text, "Connection: close"), []
    plain = crowd.head("GET /api/v1/topics", "Connection: close")

    async def one(_: int) -> None:
        answers.append((await crowd.told(said, 600))[9:12])

    async with crowd.watching(plain, 0.05) as idle:
        await asyncio.sleep(5)
    async with crowd.watching(plain, 0.05) as seen:
        await asyncio.gather(*(one(at) for at in range(count)))
    statuses = {status: answers.count(status) for status in set(answers)}
    assert set(statuses) <= {b"200", b"503"}
    assert crowd.server.process.poll() is None
    told = ", ".join(f"{number} x {status.decode()}" for status, number in sorted(statuses.items()))
    assert seen.share(0.95) < 1
    return f"{told}; others p95 {seen.share(0.95):.2f} s, idle {idle.share(0.95):.2f} s"


@pytest.mark.tier(2)
@pytest.mark.check("D04")
@pytest.mark.timeout(1200)
def test_dear_questions_wait_in_line(installation: Installation, record_property: Figure) -> None:
    own = installation.with_(CLAUSIER_MAX_QUESTION_CHARACTERS="20000", CLAUSIER_QUESTIONS_PER_MINUTE="10000")
    with own.serving() as server:
        record_property("figure", asyncio.run(ask_dearly(Crowd(server), DEAR)))


# --- what breaks off ------------------------------------------------------------------------------------------------------


async def abort(crowd: Crowd, count: int) -> str:
    """Uploads of which a part was sent."""
    start = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        + b"The provider shall. " * 4_000
    )
    head = crowd.head(
        "POST /api/v1/reviews", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 2000000"
    )
    loop, before = asyncio.get_running_loop(), crowd.descriptors

    async def one(_: int) -> None:
        connection = await crowd.connect()
        await loop.sock_sendall(connection, head + start)
        connection.close()

    began = time.monotonic()
    await spread(count, one, 50)
    await until(lambda: abs(crowd.descriptors - before) <= 5, 30)
    left = crowd.descriptors - before
    assert (await crowd.told(crowd.head("GET /healthz", "Connection: close"))).startswith(b"HTTP/1.1 200")
    return f"{count} uploads broken off in {time.monotonic() - began:.0f} s: {left:+d} files open"


@pytest.mark.check("D08")
@pytest.mark.parametrize("count", [200, pytest.param(ABORTS, marks=[pytest.mark.tier(2), pytest.mark.timeout(900)])])
def test_uploads_that_break_off_leave_nothing(
    installation: Installation, tmp_path: Path, count: int, record_property: Figure
) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    with installation.with_(TMPDIR=str(place)).serving() as server:
        crowd = Crowd(server)
        server.ask(QUESTION)
        told = asyncio.run(abort(crowd, count))
        left = [path.name for path in place.rglob("*") if path.is_file()]
    assert left == []
    record_property("figure", f"{told}, {len(left)} temporary files")


# --- odd requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.check("D11")
@pytest.mark.parametrize(
    ("headers", "body", "statuses"),
    [
        (("Range: bytes=" + ",".join(f"{n}-{n}" for n in range(0, 10_000, 2)),), b"", {200, 206, 416, 431, 400}),
        (("Range: bytes=0-,0-,0-,0-,-1,-1",), b"", {200, 206, 416}),
        (("Content-Encoding: gzip", "Content-Type: application/json"), b"\x1f\x8b" + b"\0" * 20_000, {400, 415, 422}),
        (("Content-Encoding: deflate", "Content-Type: application/json"), b"x\x9c" * 10_000, {400, 415, 422}),
    ],
    ids=["10,000 ranges", "ranges that overlap", "gzip", "deflate"],
)
def test_ranges_and_compressed_bodies_cost_nothing(
    crowd: Crowd, headers: tuple[str, ...], body: bytes, statuses: set[int], record_property: Figure
) -> None:
    line = "POST /api/v1/ask" if body else "GET /static/chat.js"
    said = crowd.head(line, *headers, f"Content-Length: {len(body)}", "Connection: close") + body
    before = _processor(crowd)
    told = asyncio.run(crowd.told(said))
    spent = _processor(crowd) - before
    assert int(told.split()[1]) in statuses, told[:200]
    assert spent < 0.2
    record_property("figure", f"{told.split()[1].decode()} for {spent:.2f} s of processor")


def _processor(crowd: Crowd) -> float:
    """Seconds of processor that the server has used."""
    told = Path(f"/proc/{crowd.server.process.pid}/stat").read_text("utf-8")
    fields = re.sub(r"^.*\) ", "", told).split()
    return (int(fields[11]) + int(fields[12])) / 100
