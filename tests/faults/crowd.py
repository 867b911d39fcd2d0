"""Many clients of a server at once, over raw sockets: those that read nothing, drip, break off or leave; and what the server's
process holds meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.installation import Server

SMALL = 4096
"""Bytes that a client that reads nothing lets its system take for it."""


@dataclass
class Watched:
    """What others saw of the server meanwhile: seconds that each probe took."""

    seconds: list[float] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        return max(self.seconds)

    def share(self, part: float) -> float:
        """The seconds that `part` of the probes did not exceed."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * part))]


@dataclass(frozen=True)
class Crowd:
    """Clients of one server."""

    server: Server

    @property
    def place(self) -> tuple[str, int]:
        found = urlsplit(self.server.address)
        return str(found.hostname), int(found.port or 80)

    def head(self, line: str, *headers: str) -> bytes:
        """The head of a request."""
        host, port = self.place
        return "\r\n".join([f"{line} HTTP/1.1", f"Host: {host}:{port}", *headers, "", ""]).encode()

    def question(self, text: str, *headers: str) -> bytes:
        """A whole question."""
        body = json.dumps({"question": text}).encode()
        kind, length = "Content-Type: application/json", f"Content-Length: {len(body)}"
        return self.head("POST /api/v1/ask", kind, length, *headers) + body

    async def connect(self) -> socket.socket:
        """A connection whose receiving side is small."""
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, self.place)
        return made

    async def told(self, said: bytes, seconds: float = 60) -> bytes:
        """What the server answers to `said`, to its end."""
        reader, writer = await asyncio.open_connection(*self.place)
        try:
            writer.write(said)
            return await asyncio.wait_for(reader.read(), seconds)
        finally:
            writer.close()

    @contextlib.asynccontextmanager
    async def watching(self, said: bytes | None = None, pause: float = 0.5) -> AsyncIterator[Watched]:
        """Probe the server all the while: with `said`, or whether it lives."""
        seen, asked = Watched(), said or self.head("GET /healthz", "Connection: close")

        async def probe() -> None:
            while True:
                began = time.monotonic()
                told = await self.told(asked)
                assert told.startswith(b"HTTP/1.1 200"), told[:200]
                seen.seconds.append(time.monotonic() - began)
                await asyncio.sleep(pause)

        task = asyncio.create_task(probe())
        try:
            yield seen
        finally:
            if task.done():
                task.result()
            task.cancel()

    def figure(self, name: str) -> float:
        """A figure without labels of /metrics."""
        import urllib.request

        with urllib.request.urlopen(f"{self.server.address}/metrics", timeout=20) as response:
            found = re.search(rf"^{name} (\S+)$", response.read().decode(), re.MULTILINE)
        assert found, name
        return float(found[1])

    @property
    def descriptors(self) -> int:
        """Open files and sockets of the server's process."""
        return len(list(Path(f"/proc/{self.server.process.pid}/fd").iterdir()))

    @property
    def megabytes(self) -> float:
        """Memory that the server's process holds now."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.server.process.pid}/status").read_text("utf-8"))
        assert found
        return int(found[1]) / 1024


async def spread(count: int, each: Callable[[int], Awaitable[object]], at_once: int = 200) -> None:
    """`each` for so many, no more than `at_once` beginning at a time."""
    places = asyncio.Semaphore(at_once)

    async def one(at: int) -> None:
        async with places:
            await each(at)

    await asyncio.gather(*(one(at) for at in range(count)))


async def until(is_so: Callable[[], bool], seconds: float) -> float:
    """Seconds until something is so; it has to be within `seconds`."""
    began = time.monotonic()
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s"
        await asyncio.sleep(0.1)
    return time.monotonic() - began
