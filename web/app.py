"""The web application: routes by resource, one guard in front."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from assistant.journal import Journal
from assistant.wiring import Assistant
from web import access, errors
from web.assets import Assets, Compressed
from web.deps import Services
from web.document import Documented
from web.firm import open_firm
from web.head import Head
from web.limits import Guard, Limiter, Programs
from web.metrics import Metrics
from web.observe import HEADER, Observer
from web.oidc import open_provider
from web.once import Once
from web.routes import (
    ask,
    checklists,
    completions,
    conversations,
    drafting,
    drafts,
    handoffs,
    health,
    knowledge,
    learn,
    library,
    login,
    mcp,
    meeting,
    metrics,
    needs,
    office,
    oidc,
    quiz,
    review,
    reviews,
    site,
    sites,
    train,
    visit,
    widget,
    workspace,
)
from web.schemas import ErrorOut
from web.streams import Streams
from web.trace import open_traces
from web.training import open_training
from web.widget import open_widget
from web.widget.share import Preflight, Share
from web.widget.sites import Sites

ROUTES = (
    ask,
    completions,
    checklists,
    reviews,
    library,
    conversations,
    health,
    metrics,
    mcp,
    site,
    login,
    oidc,
    workspace,
    quiz,
    drafting,
    drafts,
    meeting,
    train,
    office,
    knowledge,
    needs,
    review,
    widget,
    visit,
    sites,
    handoffs,
    learn,
)
"""The resources, in the order in which their routes are tried."""
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "Malformed"},
    401: {"model": ErrorOut, "description": "Not signed in, and no key"},
    403: {"model": ErrorOut, "description": "Not allowed"},
    404: {"model": ErrorOut, "description": "Unknown"},
    408: {"model": ErrorOut, "description": "The body arrived too slowly"},
    413: {"model": ErrorOut, "description": "Too large"},
    422: {"model": ErrorOut, "description": "Invalid field"},
    429: {"model": ErrorOut, "description": "Too many requests, with Retry-After"},
    500: {"model": ErrorOut, "description": "Failed on our side"},
    503: {"model": ErrorOut, "description": "Busy, with Retry-After"},
    507: {"model": ErrorOut, "description": "Nothing can be written down now"},
}
SILENT: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI sends no spans of its own, which hold whole addresses; ours are in `web.trace`."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(assistant: Assistant, lifespan: Lifespan | None = None) -> FastAPI:
    """The application over an open assistant."""
    settings, figures, traces = assistant.settings, Metrics(), open_traces(assistant.settings.otel_endpoint)
    app = Documented(
        title="Clausier",
        version=version("clausier"),
        description="A bilingual legal assistant over a clause knowledge base. General information, not legal advice. "
        "Programs with a key send it as `Authorization: Bearer`.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan or _nothing,
        responses=ERRORS,
        telemetry=SILENT,
    )
    firm, streams = open_firm(assistant.store, settings), Streams(settings.max_streams)
    app.state.services = Services(
        assistant,
        Journal(assistant.store),
        settings,
        Limiter(settings.questions_per_minute),
        streams,
        firm,
        open_widget(assistant.store, settings, firm.secret),
        figures,
    )
    app.state.provider = open_provider(settings)
    app.state.once = Once()
    app.state.traces = traces
    open_training(app, assistant)
    errors.install(app)
    for routes in ROUTES:
        app.include_router(routes.router)
    app.include_router(quiz.trainers)
    app.include_router(train.trainers)
    app.mount("/static", Assets(), name="static")
    access.check(app)
    if settings.allowed_origins:
        app.add_middleware(
            Programs,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", HEADER],
            expose_headers=[HEADER, "Retry-After"],
        )
    app.add_middleware(Preflight)
    app.add_middleware(Compressed)
    app.add_middleware(Head)
    app.add_middleware(
        Guard,
        hosts=settings.allowed_hosts,
        origins=settings.allowed_origins,
        max_body=settings.max_body_bytes,
        max_upload=settings.max_upload_bytes,
        max_waiting=settings.max_waiting,
        streams=streams,
        seconds=settings.receive_seconds,
    )
    app.add_middleware(Share, sites=Sites(assistant.store))
    app.add_middleware(Observer, metrics=figures, traces=traces)
    return app


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield
