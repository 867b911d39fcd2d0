"""What routes need, as types. What costs nothing is a coroutine, because others are called in a thread each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from assistant.journal import Journal
from assistant.wiring import Assistant
from knowledge.settings import Settings
from web.firm import Firm
from web.limits import Limiter
from web.metrics import Metrics
from web.streams import Streams
from web.widget import Widget


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the routes."""

    assistant: Assistant
    journal: Journal
    settings: Settings
    limiter: Limiter
    streams: Streams
    firm: Firm
    widget: Widget
    metrics: Metrics


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def now() -> dt.datetime:
    """The time that is written down."""
    return dt.datetime.now(dt.UTC)


def address(request: Request) -> str:
    """Who asks, for counting: the peer's address. Forwarded headers are not believed."""
    return request.client.host if request.client else "unknown"


async def _address(request: Request) -> str:
    return address(request)


ServicesDep = Annotated[Services, Depends(_services)]
AddressDep = Annotated[str, Depends(_address)]
