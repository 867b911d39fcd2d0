"""Is it alive, and is it ready."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from web.access import ANYONE, UNASKED, allow
from web.deps import ServicesDep
from web.metrics import how_searched
from web.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health, dependencies=[UNASKED])
async def alive() -> Any:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Health, dependencies=[allow(ANYONE)])
def ready(services: ServicesDep) -> Any:
    """Questions are answered: how the index is searched, and what is missing, if anything is."""
    search = how_searched(services.assistant)
    assert services.assistant.store.revision >= 0
    return {"status": "ok", "search": search, "notice": services.assistant.notice}
