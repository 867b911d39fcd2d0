"""The Model Context Protocol over HTTP, for hosts on this machine and for programs with a key."""

from __future__ import annotations

from threading import Lock
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from web.access import PROGRAMS, VisitorDep, allow
from web.deps import AddressDep, Services, ServicesDep
from web.mcp.server import Caller, Endpoint
from web.mcp.tools import Tools

router = APIRouter(include_in_schema=False, dependencies=[allow(PROGRAMS)])

PATH: Final = "/mcp"
_opening: Final = Lock()


@router.post(PATH)
def answer(request: Request, services: ServicesDep, address: AddressDep, visitor: VisitorDep) -> Response:
    """Search, ask, read clauses, draft, make checklists and review, for hosts of the Model Context Protocol."""
    endpoint = _endpoint(request, services)
    _ = endpoint.server
    return _Answered(endpoint, Caller(visitor.audience, lambda: services.limiter.check(address)))


class _Answered(Response):
    """An answer that the protocol writes itself."""

    def __init__(self, endpoint: Endpoint, caller: Caller) -> None:
        super().__init__()
        self._endpoint, self._caller = endpoint, caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._endpoint.answer(self._caller, scope, receive, send)


def _endpoint(request: Request, services: Services) -> Endpoint:
    with _opening:
        state, settings = request.app.state, services.settings
        if not hasattr(state, "mcp"):
            tools = Tools(services.assistant, noted=services.metrics.answered)
            state.mcp = Endpoint(tools, settings.allowed_hosts, settings.allowed_origins, settings.max_upload_bytes)
        found: Endpoint = state.mcp
        return found
