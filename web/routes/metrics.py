"""Figures for Prometheus."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from web.access import OPERATORS, allow
from web.deps import ServicesDep
from web.metrics import MEDIA

router = APIRouter(tags=["health"])

TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get("/metrics", response_class=Response, responses=TEXT, dependencies=[allow(OPERATORS)])
def metrics(services: ServicesDep) -> Response:
    """How much, how fast, how it ended: no content. From this machine, or with a key of the scope `metrics`."""
    return Response(services.metrics.text(services.assistant), media_type=MEDIA)
