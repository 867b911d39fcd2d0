"""The layer around everything: gives each request its id and its trace, and counts and notes how it ended."""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.stage import watch
from web.logs import FIELDS, REQUESTS, begin
from web.metrics import UNKNOWN, Metrics
from web.trace import Traces

HEADER: Final = "X-Request-ID"
STATIC: Final = "/static"

log = logging.getLogger(REQUESTS)


class Observer:
    """Around the guard, so that what it refuses is counted too and has an id."""

    def __init__(self, app: ASGIApp, metrics: Metrics, traces: Traces | None = None) -> None:
        self._app, self._metrics, self._traces = app, metrics, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key = begin(Headers(scope=scope).get(HEADER))
        followed = self._traces.begin(key) if self._traces else None
        watch(followed.stage if followed else None)
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = key
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            if followed:
                followed.end(scope["method"], template(scope), status)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], template(scope)
        self._metrics.requested(method, route, status, seconds)
        figures = {"method": method[:10], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={FIELDS: figures})


def template(scope: Scope) -> str:
    """The route that a request took, with the names of its parameters instead of their values."""
    route = getattr(scope.get("route"), "path", "")
    if route:
        return str(route)
    return STATIC if scope["path"].startswith(f"{STATIC}/") else UNKNOWN
