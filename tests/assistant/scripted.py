"""A scripted OpenAI-compatible server on this machine: each request is answered by the next behaviour that was queued."""

from __future__ import annotations

import gzip
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class Scripted:
    """What the server is to do, and what it was asked."""

    url: str
    default: Behaviour
    queue: deque[Behaviour] = field(default_factory=deque)
    asked: list[Any] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when somebody hung up."""


class Server(ThreadingHTTPServer):
    """Threads that do not hold up the end of a test, and no word about clients that hang up."""

    daemon_threads = True
    block_on_close = False
    script: Scripted

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        script = self.server.script
        script.asked.append(json.loads(self.rfile.read(length)))
        behaviour = script.queue.popleft() if script.queue else script.default
        self.close_connection = True
        try:
            behaviour(self)
        except OSError:
            script.left.set()

    def do_GET(self) -> None:
        self.server.script.asked.append(self.path)
        self.start("text/plain")

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def start(self, kind: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, data: bytes | str) -> None:
        self.wfile.write(data if isinstance(data, bytes) else data.encode())
        self.wfile.flush()


@contextmanager
def serve(default: Behaviour) -> Iterator[Scripted]:
    """A running server; at the end everything that hangs in it is let go."""
    server = Server(("127.0.0.1", 0), Handler)
    server.script = Scripted(f"http://127.0.0.1:{server.server_address[1]}/v1", default)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.script
    finally:
        server.script.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def chunk(delta: object, finish: str | None = None, **other: object) -> str:
    """One event of a stream."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices} | other
    return f"data: {json.dumps(body)}\n\n"


def pieces(text: str, size: int = 7) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def says(text: str, *, end: str = "data: [DONE]\n\n", crlf: bool = False) -> Behaviour:
    """An honest stream of `text`."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        events = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": p}) for p in pieces(text))]
        for event in [*events, chunk({}, "stop"), end]:
            handler.send(event.replace("\n", "\r\n") if crlf else event)

    return behave


def events(*data: str | bytes) -> Behaviour:
    """A stream of these bytes."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        for piece in data:
            handler.send(piece)

    return behave


def status(code: int, body: bytes | str = "{}", kind: str = "application/json", **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.start(kind, code, {name.replace("_", "-"): value for name, value in headers.items()})
        handler.send(body)

    return behave


def hang(handler: Handler) -> None:
    """Takes the request and never answers."""
    handler.connection.settimeout(0.1)
    while not handler.server.script.stopped.is_set():
        with suppress(TimeoutError):
            if not handler.connection.recv(1):
                raise ConnectionAbortedError


def drips(pause: float) -> Behaviour:
    """A byte now and then, never a whole event."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        while not handler.server.script.stopped.wait(pause):
            handler.send(":")

    return behave


drip = drips(0.02)


def stalls(text: str) -> Behaviour:
    """Says `text` and then nothing more, without an end."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        for piece in pieces(text):
            handler.send(chunk({"content": piece}))
        hang(handler)

    return behave


def endless(text: str, pause: float = 0.0) -> Behaviour:
    """Says `text` over and over."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        while not handler.server.script.stopped.wait(pause):
            handler.send(chunk({"content": text}))

    return behave


def huge(handler: Handler) -> None:
    """A body of 100 MB without an end of line."""
    handler.start("text/event-stream")
    for _ in range(1600):
        handler.send(b"x" * 65536)


def bomb(handler: Handler) -> None:
    """A small body that unpacks to 100 MB."""
    handler.start("text/event-stream", headers={"Content-Encoding": "gzip"})
    handler.send(gzip.compress(b"x" * 100_000_000, 1))


def breaks_off(handler: Handler) -> None:
    """Hangs up in the middle of a body whose length it had promised."""
    handler.start("text/event-stream", headers={"Content-Length": "100000"})
    handler.send(chunk({"content": "The pen"}))


_CALL = {"index": 0, "id": "1", "function": {"name": "rm", "arguments": "{}"}}
calls_a_tool: Behaviour = events(chunk({"tool_calls": [_CALL]}, "stop"), "data: [DONE]\n\n")
"""Asks for a tool that nobody offered."""
