"""Who on other sites may read our answers: pages of the firm's sites, and of those each only what is for its own.

The widget's addresses are the only ones that answer differently by origin. Cookies never count there, so that
`Access-Control-Allow-Credentials` is never sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import body
from web.limits import SHARED
from web.widget.sites import Sites

SCRIPT: Final = "/widget.js"
_ANSWERS_TO: Final = "clausier.answers-to"
METHODS: Final = "GET, POST, DELETE"
_HEADERS: Final = "Authorization, Content-Type"
_MINUTES: Final = "600"
_SCRIPT_HEADERS: Final = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
_REFUSED: Final = (
    "This page's origin is not one of the firm's sites: an administrator adds it at /workspace/sites or with "
    "`clausier site add`."
)


def answer_to(request: Request, origins: Iterable[str] | None) -> None:
    """From here on the answer may be read by pages of `origins` and by no other; none: by pages of any site of the firm."""
    if origins is not None and _ANSWERS_TO in request.scope:
        request.scope[_ANSWERS_TO][:] = origins


class Share:
    """Around everything: says whose pages may read an answer of the widget's addresses, errors too."""

    def __init__(self, app: ASGIApp, *, sites: Sites) -> None:
        self._app, self._sites = app, sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path.startswith(SHARED) or path == SCRIPT):
            await self._app(scope, receive, send)
            return
        if path == SCRIPT:
            await self._app(scope, receive, _with(send, _SCRIPT_HEADERS))
            return
        origin = Headers(scope=scope).get("origin")
        readers = list(await anyio.to_thread.run_sync(self._sites.origins)) if origin else []
        # a list of its own, which copies of the scope share: the route knows better than we who may read
        scope[_ANSWERS_TO] = readers

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                for name in [name for name in headers if name.startswith("access-control-allow-origin")]:
                    del headers[name]
                if origin and origin in readers:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = "Retry-After"
            await send(message)

        await self._app(scope, receive, shared)


class Preflight:
    """Answers what browsers ask before they send: whether pages of this origin may call the widget's addresses at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        asks = scope["type"] == "http" and scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if not asks or not scope["path"].startswith(SHARED):
            await self._app(scope, receive, send)
            return
        if headers.get("origin") in scope.get(_ANSWERS_TO, ()):
            allowed = [
                (b"access-control-allow-methods", METHODS.encode()),
                (b"access-control-allow-headers", _HEADERS.encode()),
                (b"access-control-max-age", _MINUTES.encode()),
            ]
            await _send(send, 204, allowed, b"")
        else:
            content = json.dumps(body("forbidden", _REFUSED)).encode()
            await _send(send, 403, [(b"content-type", b"application/json")], content)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    length = [(b"content-length", str(len(content)).encode())] if content else []
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": content})


def _with(send: Send, more: dict[str, str]) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            headers = MutableHeaders(scope=message)
            for name, value in more.items():
                headers[name] = value
        await send(message)

    return sent
