"""Checklists in the workspace: made, ticked and annotated in the meeting, sent out and taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.checklist.document import FORMATS, MEDIA, Format, write
from assistant.checklist.names import (
    PRIORITIES,
    PRIORITY_NAMES,
    STAGE_NAMES,
    STAGES,
    STATUS_NAMES,
    STATUSES,
)
from assistant.checklist.origin import from_topics
from assistant.checklist.points import Checklist, Selected
from assistant.checklist.sheet import read_sheet
from knowledge.errors import InvalidInput
from knowledge.models import Language, Side
from web.access import OWN_WORK, Visitor, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.forms import FormDep
from web.pages import language_of
from web.words.lexicon import WORDS
from web.work import Work
from web.workspace.collected import drafted
from web.workspace.meeting import build, content, with_own, with_points, with_state
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False, dependencies=[allow(OWN_WORK)])

Key = Annotated[str, Path(max_length=100)]


@router.get("/workspace/checklists")
def checklists(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """One's checklists, and a form for another."""
    library, lang = services.assistant.library, language_of(request)
    works = services.firm.works.all(str(visitor.account_id), "checklist")
    topics = sorted((topic.name[lang], topic.slug) for topic in library.topics.values())
    return workspace_page(
        request,
        visitor,
        "checklists.html",
        works=[(work, build(work.content, work.title, library, now().date()).progress()) for work in works],
        topics=topics,
    )


@router.post("/workspace/checklists")
def make(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """A new one: of topics, or of the clauses of an agreement."""
    library, owner = services.assistant.library, str(visitor.account_id)
    side: Side = "provider" if form.get("side") == "provider" else "customer"
    lang: Language = "fr" if form.get("text") == "fr" else "en"
    if form.get("agreement"):
        work = services.firm.works.one(owner, form.get("agreement"), "agreement")
        selected = tuple(
            Selected(one.clause.type, one.position, {name: one.values[name] for name in one.given})
            for one in drafted(work.content, library, lang)
        )
    else:
        selected = from_topics(library, form.all("topic"), side)
    title = form.get("title") or WORDS[lang]["new_checklist"]
    key = services.firm.works.make(owner, "checklist", title, content(selected, side, lang), now())
    services.firm.audit.note(visitor.name, "work-made", key, now())
    return RedirectResponse(f"/workspace/checklists/{key}", 303)


@router.get("/workspace/checklists/{key}")
def checklist(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    key: Key,
    taken: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The points to tick."""
    work, made = _made(services, visitor, key)
    return _page(request, visitor, work, made, taken=taken)


@router.post("/workspace/checklists/{key}/points/{point}")
def keep(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, point: Key, form: FormDep) -> Response:
    """Where a point stands: kept at once, whatever else changes meanwhile."""
    services.firm.works.one(str(visitor.account_id), key, "checklist")
    status, note = form.get("status", "open"), form.get("note")
    services.firm.works.change(str(visitor.account_id), key, lambda kept: with_state(kept, point, status, note), now())
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(_made(services, visitor, key)[1].progress())
    return RedirectResponse(f"/workspace/checklists/{key}#{point}", 303)


@router.post("/workspace/checklists/{key}/own")
def add_own(services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """A point that somebody adds."""
    services.firm.works.one(str(visitor.account_id), key, "checklist")
    changed = services.firm.works.change(
        str(visitor.account_id), key, lambda kept: with_own(kept, form.get("title")), now()
    )
    return RedirectResponse(f"/workspace/checklists/{key}#{list(changed['kept'])[-1]}", 303)


@router.post("/workspace/checklists/{key}/import")
def take_in(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """A table that came back, all of it or nothing."""
    work, made = _made(services, visitor, key)
    sent = form.files.get("file")
    try:
        points = read_sheet(sent.file.read() if sent else b"", (sent and sent.filename) or "")
    except InvalidInput as error:
        return _page(request, visitor, work, made, error=str(error))
    services.firm.works.change(str(visitor.account_id), key, lambda kept: with_points(kept, points), now())
    return RedirectResponse(f"/workspace/checklists/{key}?taken={len(points)}", 303)


@router.get("/workspace/checklists/{key}/export")
def export(
    services: ServicesDep,
    visitor: VisitorDep,
    key: Key,
    format: Format = "docx",
    short: bool = False,
    text: Language | None = None,
) -> Response:
    """The checklist as a file, with its statuses and notes."""
    work, _ = _made(services, visitor, key)
    made = build(work.content, work.title, services.assistant.library, now().date(), text)
    data = write(made, format, short=short, templates=services.settings.templates_dir)
    services.firm.audit.note(visitor.name, "work-exported", key, now())
    headers = {"Content-Disposition": f'attachment; filename="checklist.{format}"'}
    return Response(data, media_type=MEDIA[format], headers=headers)


@router.post("/workspace/checklists/{key}/delete")
def delete(services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """For good."""
    services.firm.works.one(str(visitor.account_id), key, "checklist")
    services.firm.works.delete(str(visitor.account_id), key)
    services.firm.audit.note(visitor.name, "work-deleted", key, now())
    return RedirectResponse("/workspace/checklists", 303)


def _made(services: Services, visitor: Visitor, key: str) -> tuple[Work, Checklist]:
    """Raises `NotFound`."""
    work = services.firm.works.one(str(visitor.account_id), key, "checklist")
    return work, build(work.content, work.title, services.assistant.library, now().date())


def _page(
    request: Request, visitor: Visitor, work: Work, made: Checklist, *, taken: int = 0, error: str | None = None
) -> Response:
    lang = language_of(request)
    return workspace_page(
        request,
        visitor,
        "checklist.html",
        status=422 if error else 200,
        work=work,
        made=made,
        stages=[(stage, STAGE_NAMES[made.language][stage], points) for stage, points in made.stages()],
        progress=made.progress(),
        statuses=[(status, STATUS_NAMES[lang][status]) for status in STATUSES],
        priorities=[(priority, PRIORITY_NAMES[lang][priority]) for priority in PRIORITIES],
        stage_names=[(stage, STAGE_NAMES[lang][stage]) for stage in STAGES],
        formats=[one for one in FORMATS if one != "json"],
        taken=taken,
        error=error,
    )
