"""What every request meets before it reaches a route: headers, hosts, origins, sizes and rates."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from anyio.to_thread import current_default_thread_limiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.assets import kept
from web.errors import Refused, shaped, unexpected
from web.streams import STREAM, STREAMED, Streams, busy

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a form without scripts has the origin `null`
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
SAVED = f"{POLICY}; sandbox"
"""The policy of what is saved as a file: whoever opens it in a browser all the same sees a page that can do nothing."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CALLED = ("/api/", "/v1/", "/mcp", "/openapi.json")
"""Where the addresses begin that programs call."""
SHARED = "/api/v1/widget/"
"""Addresses that pages of other sites call; there the routes look at the origin, by site."""
UPLOADS = frozenset({"/api/v1/reviews", "/mcp", "/workspace/knowledge", "/workspace/review"})
"""Addresses that take files, which may be larger than other bodies."""
ALIVE = "/healthz"
"""The sign of life, which is given however many wait."""
CROWDED = "Many requests are waiting: try again in a moment."
SECONDS = 5
"""When to come again while too many wait."""
ADDRESSES = 10_000
"""Addresses whose questions are counted; the least recent is forgotten first."""


class Guard:
    """The outermost layer: refuses foreign hosts and origins, bodies that grow too large, and whoever comes while too many wait;
    adds the headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: tuple[str, ...],
        origins: tuple[str, ...],
        max_body: int,
        max_upload: int,
        max_waiting: int,
        streams: Streams,
        seconds: float,
    ) -> None:
        self._app, self._hosts, self._origins = app, frozenset(hosts), frozenset(origins)
        self._max_body, self._max_upload, self._seconds = max_body, max_upload, seconds
        self._max_waiting, self._streams = max_waiting, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self._max_upload if scope["path"] in UPLOADS else self._max_body
        refusal = self._refusal(scope["method"], scope["path"], headers, most)
        sent = _with_headers(send, scope["path"])
        if refusal:
            await _reply(sent, scope["path"], refusal)
            return
        started = False

        async def tracked(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await sent(message)

        try:
            await self._app(scope, _counted(receive, most, self._seconds), tracked)
        except _Cut as error:
            if not started:
                await _reply(sent, scope["path"], Refused(error.status_code, error.code, error.detail))
        except Exception as error:  # the last resort, here because what answers beyond this layer lacks its headers
            if started:
                raise
            response = await unexpected(Request(scope), error)
            await response(scope, receive, sent)

    def _refusal(self, method: str, path: str, headers: Headers, most: int) -> Refused | None:
        hosts = headers.getlist("host")
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if _name(host) not in self._hosts:
            return Refused(400, "malformed", "This server does not answer to that host: see CLAUSIER_ALLOWED_HOSTS.")
        origin, ours = headers.get("origin"), (f"http://{host}", f"https://{host}", *self._origins)
        if method not in SAFE and origin and origin not in ours and not path.startswith(SHARED):
            told = "Requests from that origin are not allowed: see CLAUSIER_ALLOWED_ORIGINS."
            return Refused(403, "forbidden", told)
        length = headers.get("content-length")
        if length is not None and (not length.isascii() or not length.isdigit()):
            return Refused(400, "malformed", "Content-Length is not a number.")
        if length is not None and int(length) > most:
            return Refused(413, "too_large", _too_long(most))
        if path != ALIVE and current_default_thread_limiter().statistics().tasks_waiting >= self._max_waiting:
            return Refused(503, "busy", CROWDED, SECONDS)
        if path in STREAMED and self._streams.are_taken and STREAM in headers.get("accept", ""):
            return busy()  # before anything is read: a crowd is to cost next to nothing
        return None


class Programs(CORSMiddleware):
    """Pages of allowed origins may call what programs call; pages of ours are not theirs to read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_called = scope["type"] == "http" and scope["path"].startswith(CALLED)
        await (super().__call__ if is_called else self.app)(scope, receive, send)


class Limiter:
    """At most `limit` requests within any `seconds` from one address."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic, *, seconds: int = 60) -> None:
        self._limit, self._clock, self._seconds = limit, clock, seconds
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str) -> None:
        """Count one. Raises `Refused` with the seconds to wait."""
        with self._lock:
            self._count(address, self._clock())

    def _count(self, address: str, now: float) -> None:
        times = self._asked.setdefault(address, deque())
        self._asked.move_to_end(address)
        while len(self._asked) > ADDRESSES:
            self._asked.popitem(last=False)
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            wait = max(1, math.ceil(times[0] + self._seconds - now))
            raise Refused(429, "rate_limited", f"That is a lot at once: try again in {wait} seconds.", wait)
        times.append(now)


class _Cut(HTTPException):
    """The body grew too long, or too slowly, while it arrived; of this kind, because FastAPI makes 400 of any other."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, message)
        self.code = code


def _too_long(limit: int) -> str:
    return f"The body is larger than {limit:,} bytes: send less."


def _counted(receive: Receive, limit: int, seconds: float) -> Receive:
    """The body, of which no more than `limit` bytes are taken, within `seconds` from the first time that it is asked for."""
    total, deadline, arrived = 0, 0.0, False

    async def counted() -> Message:
        nonlocal total, deadline, arrived
        if arrived:  # what comes now is that the client has left
            return await receive()
        deadline = deadline or time.monotonic() + seconds
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                message = await receive()
        except TimeoutError:
            raise _Cut(408, "too_slow", f"The body did not arrive within {seconds:g} seconds: send it again.") from None
        total += len(message.get("body", b""))
        if total > limit:
            raise _Cut(413, "too_large", _too_long(limit))
        arrived = not message.get("more_body", False)
        return message

    return counted


def _with_headers(send: Send, path: str) -> Send:
    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers[name] = value
            if headers.get("content-disposition", "").startswith("attachment"):
                headers["Content-Security-Policy"] = SAVED
            headers["Cache-Control"] = kept(path, message["status"])
        await send(message)

    return added


async def _reply(send: Send, path: str, refusal: Refused) -> None:
    status, told = shaped(path, refusal.status, refusal.code, refusal.message)
    content = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    headers += [(b"retry-after", str(refusal.retry_after).encode())] if refusal.retry_after else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _name(host: str) -> str:
    """The host without its port; empty for anything that is not a plain host."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    return name.lower() if not port or (port.isascii() and port.isdigit()) else ""
