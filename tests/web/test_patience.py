"""Slow clients on a real socket: the server waits so long, and no longer."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from web import patience
from web.limits import ALIVE, CROWDED, Guard
from web.streams import Streams

SECONDS = 0.6
"""How long heads and bodies may take here."""


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    body = await request.body()
    told = f"{len(body)} bytes from {request.client.host if request.client else None}"
    await PlainTextResponse(told)(scope, receive, send)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = Guard(
        echo,
        hosts=("localhost",), origins=(), max_body=1000, max_upload=1000, max_waiting=10, streams=Streams(1),
        seconds=SECONDS,
    )  # fmt: skip
    config = uvicorn.Config(
        app, port=0, log_config=None, http=patience.PatientProtocol, lifespan="off", proxy_headers=True,
        forwarded_allow_ips=["127.0.0.9"],
    )  # fmt: skip
    server = uvicorn.Server(config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patience, "HEAD_SECONDS", SECONDS)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[:2]
        server.should_exit = True
        thread.join(10)


def head(length: int, **more: str) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    return "\r\n".join(
        [*lines, *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()), "", ""]
    ).encode()


def until_closed(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    told = b""
    while piece := connection.recv(65536):
        told += piece
    return told


def drip(connection: socket.socket, what: bytes) -> None:
    """A byte now and then, until nobody listens."""
    for at in range(len(what)):
        try:
            connection.sendall(what[at : at + 1])
        except OSError:
            return
        time.sleep(SECONDS / 4)


@pytest.mark.parametrize(
    "said", [b"", b"POST / HT", head(5)[:-2]], ids=["nothing", "a piece of a line", "all but the end"]
)
def test_a_head_that_does_not_come_ends_the_connection(address: Any, said: bytes) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(said)
        assert until_closed(connection) == b""


def test_a_head_that_drips_ends_the_connection(address: Any) -> None:
    with socket.create_connection(address) as connection:
        threading.Thread(target=drip, args=(connection, head(0)), daemon=True).start()
        assert until_closed(connection) == b""


def test_a_body_that_drips_is_refused_in_words(address: Any) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(head(50))
        threading.Thread(target=drip, args=(connection, b"x" * 50), daemon=True).start()
        told = until_closed(connection)
    assert told.startswith(b"HTTP/1.1 408")
    assert b'"too_slow"' in told


def test_the_next_request_of_a_connection_is_waited_for_as_long(address: Any) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(head(2) + b"ab")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        threading.Thread(target=drip, args=(connection, head(0)), daemon=True).start()
        assert b"200" not in until_closed(connection)


def test_who_is_quick_is_served(address: Any) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(head(3, Connection="close") + b"abc")
        assert b"3 bytes from 127.0.0.1" in until_closed(connection)


def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(address: Any) -> None:
    told = []
    for source in ("127.0.0.1", "127.0.0.9"):
        with socket.create_connection(address, source_address=(source, 0)) as connection:
            connection.sendall(head(0, Connection="close", X_Forwarded_For="203.0.113.7"))
            told.append(until_closed(connection))
    assert b"from 127.0.0.1" in told[0]
    assert b"from 203.0.113.7" in told[1]


def test_whoever_comes_while_too_many_wait_is_told_to_come_back() -> None:
    """All threads are taken: two may wait for one, the next is refused at once, and the server says that it lives."""
    held = threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != ALIVE:
            await anyio.to_thread.run_sync(held.wait)
        await PlainTextResponse("done")(scope, receive, send)

    async def crowd() -> list[int]:
        limiter, told = anyio.to_thread.current_default_thread_limiter(), []
        limiter.total_tokens = 1
        guard = Guard(
            slow,
            hosts=("localhost",),
            origins=(),
            max_body=1000,
            max_upload=1000,
            max_waiting=2,
            streams=Streams(1),
            seconds=SECONDS,
        )

        async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://localhost") as client:

            async def ask() -> None:
                told.append((await client.get("/")).status_code)

            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(ask)
                while limiter.statistics().tasks_waiting < 2:
                    await anyio.sleep(0.01)
                refused = await client.get("/")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                assert refused.json()["error"]["code"] == "busy"
                assert (await client.get(ALIVE)).status_code == 200
                held.set()
            await ask()
        return told

    assert anyio.run(crowd) == [200] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many connections wait")
def test_whoever_comes_while_a_crowd_waits_to_be_let_in_is_not_read() -> None:
    """The server is held up while 30 connect, of whom ten may wait: the first are told 503 unread until ten are left."""
    held, read, away = threading.Event(), [], []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        read.append(scope["path"])
        if scope["path"] == "/slow":
            held.wait(30)  # holds the loop up
        await PlainTextResponse("done")(scope, receive, send)

    with contextlib.ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        place = listener.getsockname()
        protocol = patience.patient(listener, 10, lambda: away.append(1))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, http=protocol, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        first = open_ones.enter_context(socket.create_connection(place))
        first.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not read:
            time.sleep(0.01)
        others = [open_ones.enter_context(socket.create_connection(place)) for _ in range(30)]
        for at, connection in enumerate(others):
            path = ALIVE if at == 5 else "/"
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        waited = patience.waiting(listener)
        held.set()
        told = [until_closed(connection) for connection in others]
        server.should_exit = True
        thread.join(10)
    statuses = [int(one.split()[1]) for one in told]
    assert waited == 30
    assert set(statuses) == {200, 503}
    assert statuses[5] == 200, "the sign of life is given"
    assert len(away) == statuses.count(503) >= 15
    assert len(read) == 1 + statuses.count(200)
    assert json.loads(told[0].partition(b"\r\n\r\n")[2]) == {"error": {"code": "busy", "message": CROWDED}}
    assert b"Content-Security-Policy: default-src 'none'" in told[0]
