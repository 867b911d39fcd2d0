"""What use teaches, and the language model: candidates for texts, the report card, for whom the model may be used."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from assistant.card import shipped
from assistant.learn import Candidate, candidates, find, wishes, write_stub
from assistant.permit import WORKSPACE, Permits
from assistant.state import state
from web.access import ADMINISTRATORS, LAWYERS, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.forms import FormDep
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False)

SHOWN = 50
"""Candidates on a page."""


@router.get("/workspace/learn", dependencies=[allow(LAWYERS)])
def learn(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Candidates for texts, the most frequent first, and the report card."""
    found = _candidates(services)
    return workspace_page(request, visitor, "learn.html", candidates=found[:SHOWN], card=shipped())


@router.post("/workspace/learn/{key}", dependencies=[allow(LAWYERS)])
def stub(services: ServicesDep, key: Annotated[str, Path(max_length=64)]) -> Response:
    """The stub of a text for a candidate, packed into one file. Nothing is kept here."""
    candidate = find(key, _candidates(services))
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_stub(candidate, services.assistant.library, FilePath(folder), now().date()):
            archive.write(path, f"{candidate.key}/{path.name}")
    name = f'attachment; filename="learnt-{candidate.key}.zip"'
    return Response(packed.getvalue(), media_type="application/zip", headers={"Content-Disposition": name})


@router.get("/workspace/model", dependencies=[allow(ADMINISTRATORS)])
def model(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Which model, for whom, and what it used."""
    told = state(services.settings, services.assistant.store, now())
    return workspace_page(request, visitor, "model.html", state=told)


@router.post("/workspace/model", dependencies=[allow(ADMINISTRATORS)])
def permit(services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Any:
    """Permit the model for the workspace, or no longer; either is noted."""
    permits = Permits(services.assistant.store)
    if form.get("do") == "allow":
        permits.grant(visitor.name, now())
        services.firm.audit.note(visitor.name, "model-allowed", WORKSPACE, now())
    elif form.get("do") == "refuse":
        permits.withdraw()
        services.firm.audit.note(visitor.name, "model-refused", WORKSPACE, now())
    return RedirectResponse("/workspace/model", 303)


def _candidates(services: Services) -> list[Candidate]:
    return candidates(wishes(services.assistant.store), services.assistant.retriever)
