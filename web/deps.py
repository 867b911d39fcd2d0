"""What routes need, as types."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated, cast

from fastapi import Depends, Request

from assistant.journal import Journal
from assistant.wiring import Assistant
from knowledge.settings import Settings
from web.firm import Firm
from web.limits import Limiter
from web.metrics import Metrics
from web.widget import Widget


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the routes."""

    assistant: Assistant
    journal: Journal
    settings: Settings
    limiter: Limiter
    streams: BoundedSemaphore
    firm: Firm
    widget: Widget
    metrics: Metrics


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def now() -> dt.datetime:
    """The time that is written down."""
    return dt.datetime.now(dt.UTC)


def address(request: Request) -> str:
    """Who asks, for counting: the peer's address. Forwarded headers are not believed."""
    return request.client.host if request.client else "unknown"


ServicesDep = Annotated[Services, Depends(_services)]
AddressDep = Annotated[str, Depends(address)]
