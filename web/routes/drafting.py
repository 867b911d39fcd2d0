"""Drafting in the workspace: a clause from plain words or by its type, and agreements that collect clauses."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.draft.write import Draft, Drafted, warnings, write
from knowledge.clause import POSITIONS
from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Language, Position
from web.access import OWN_WORK, Visitor, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.forms import Form, FormDep
from web.pages import language_of
from web.present import authorities
from web.words.lexicon import WORDS
from web.workspace.collected import MEDIA, MOVES, drafted, entry, export, moved, with_entry
from web.workspace.page import workspace_page
from web.workspace.wording import fields, pieces, read

router = APIRouter(include_in_schema=False, dependencies=[allow(OWN_WORK)])

Key = Annotated[str, Path(max_length=100)]


@router.get("/workspace/draft")
def begin(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    type: Annotated[str, Query(max_length=100)] = "",
    position: Position | None = None,
    text: Language | None = None,
    into: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The empty form; or the draft of a type, with what an agreement (`into`) settled of it."""
    lang = text or language_of(request)
    made = None
    if type:
        known = _kept(services, visitor, into, type) if into else None
        given = known["values"] if known else {}
        at = known["position"] if known else position
        made = services.assistant.drafter.draft(types=[type], position=at or "balanced", lang=lang, given=given)
    return _page(request, services, visitor, made, text=lang, into=into)


@router.post("/workspace/draft")
def draft(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """The draft that the form asks for."""
    said, text = form.get("request"), _text(form, request)
    error: str | None = None
    made: Draft | None = None
    wrong: dict[str, str] = {}
    try:
        if form.get("settled"):
            made, wrong = _settled(services, form, text)
        else:
            kinds = [form.get("type")] if form.get("type") else []
            position = _position(form.get("position"))
            limit = services.settings.max_question_characters
            made = services.assistant.drafter.draft(said[:limit], types=kinds, position=position, lang=text)
    except (InvalidInput, NotFound) as refused:
        error = str(refused)
    return _page(request, services, visitor, made, said, error, wrong, text=text, into=form.get("into"))


@router.post("/workspace/draft/export")
def export_draft(request: Request, services: ServicesDep, form: FormDep) -> Response:
    """The draft as a file, with the notes."""
    text = _text(form, request)
    made, _ = _settled(services, form, text)
    kind = form.get("format", "docx")
    data = export(
        form.get("request"), list(made.clauses), services.assistant.library, text, "lawyer", kind, now().date()
    )
    return _file(data, made.clauses[0].clause.type, kind)


@router.post("/workspace/draft/add")
def add(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """The drafted clause into an agreement, which is begun where there is none."""
    text = _text(form, request)
    made, _ = _settled(services, form, text)
    added, owner = entry(made.clauses[0]), str(visitor.account_id)
    key = form.get("into")
    if not key:
        title = form.get("title") or WORDS[language_of(request)]["new_title"]
        key = services.firm.works.make(owner, "agreement", title, {"clauses": []}, now())
        services.firm.audit.note(visitor.name, "work-made", key, now())
    services.firm.works.one(owner, key, "agreement")
    services.firm.works.change(owner, key, lambda content: with_entry(content, added), now())
    return RedirectResponse(f"/workspace/agreements/{key}?added={added['type']}&text={text}", 303)


@router.get("/workspace/agreements")
def agreements(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """What one collects, and the needs that one took down."""
    works, owner = services.firm.works, str(visitor.account_id)
    return workspace_page(
        request,
        visitor,
        "agreements.html",
        collected=works.all(owner, "agreement"),
        intakes=works.all(owner, "intake"),
    )


@router.post("/workspace/agreements")
def make_agreement(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """A new one."""
    title = form.get("title") or WORDS[language_of(request)]["new_title"]
    key = services.firm.works.make(str(visitor.account_id), "agreement", title, {"clauses": []}, now())
    services.firm.audit.note(visitor.name, "work-made", key, now())
    return RedirectResponse(f"/workspace/agreements/{key}", 303)


@router.get("/workspace/agreements/{key}")
def agreement(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    key: Key,
    text: Language | None = None,
    added: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """One collection, with its texts."""
    work = services.firm.works.one(str(visitor.account_id), key, "agreement")
    lang, library, today = text or language_of(request), services.assistant.library, now().date()
    found = drafted(work.content, library, lang)
    return workspace_page(
        request,
        visitor,
        "agreement.html",
        work=work,
        text=lang,
        clauses=[(one, pieces(one.clause, one.position, lang, one.values, compared=False)) for one in found],
        beware={one.clause.type: list(warnings(one, library, today)) for one in found},
        added=library.clauses[added].title[language_of(request)] if added in library.clauses else "",
    )


@router.post("/workspace/agreements/{key}")
def change_agreement(services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """Rename it, or move one of its clauses."""
    works, owner, kind = services.firm.works, str(visitor.account_id), form.get("type")
    works.one(owner, key, "agreement")
    if form.get("title"):
        works.change(owner, key, dict, now(), form.get("title"))
    move = next((one for one in MOVES if one == form.get("move")), None)
    if move:
        works.change(owner, key, partial(moved, kind=kind, move=move), now())
    return RedirectResponse(f"/workspace/agreements/{key}#{kind}", 303)


@router.post("/workspace/agreements/{key}/export")
def export_agreement(services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """The collection as a file, with or without the notes for lawyers."""
    work = services.firm.works.one(str(visitor.account_id), key, "agreement")
    lang: Language = "fr" if form.get("text") == "fr" else "en"
    library, kind = services.assistant.library, form.get("format", "docx")
    found = drafted(work.content, library, lang)
    data = export(work.title, found, library, lang, "lawyer" if form.get("notes") else "client", kind, now().date())
    services.firm.audit.note(visitor.name, "work-exported", key, now())
    return _file(data, "agreement", kind)


@router.post("/workspace/agreements/{key}/delete")
def delete_agreement(services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """For good."""
    services.firm.works.one(str(visitor.account_id), key, "agreement")
    services.firm.works.delete(str(visitor.account_id), key)
    services.firm.audit.note(visitor.name, "work-deleted", key, now())
    return RedirectResponse("/workspace/agreements", 303)


def _settled(services: Services, form: Form, text: Language) -> tuple[Draft, dict[str, str]]:
    """The draft of a form that shows variables, and what was wrong with them. Raises `NotFound`."""
    library = services.assistant.library
    clause = library.clause(form.get("settled"))
    shown = _position(form.get("shown")) or "balanced"
    position = _position(form.get("position")) or shown
    values, wrong = read(clause, shown, form.under("v."))
    made = write(clause, position, text, values)
    return Draft(form.get("request"), text, (made,), tuple(warnings(made, library, now().date()))), wrong


def _kept(services: Services, visitor: Visitor, key: str, kind: str) -> dict[str, Any] | None:
    work = services.firm.works.one(str(visitor.account_id), key, "agreement")
    return next((one for one in work.content.get("clauses", ()) if one["type"] == kind), None)


def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    made: Draft | None,
    said: str = "",
    error: str | None = None,
    wrong: dict[str, str] | None = None,
    *,
    text: Language,
    into: str = "",
) -> Response:
    library, lang = services.assistant.library, language_of(request)
    titles = sorted((clause.title[lang], clause.type) for clause in library.clauses.values())
    return workspace_page(
        request,
        visitor,
        "draft.html",
        status=422 if error else 200,
        types=[(kind, title) for title, kind in titles],
        request_text=said,
        error=error,
        wrong=wrong or {},
        text=text,
        into=into,
        agreements=services.firm.works.all(str(visitor.account_id), "agreement"),
        made=_view(made, made.clauses[0], services, lang) if made else None,
    )


def _view(made: Draft, one: Drafted, services: Services, lang: Language) -> dict[str, Any]:
    library, words, clause = services.assistant.library, WORDS[lang], one.clause
    brief = made.brief
    return {
        "clause": clause,
        "position": one.position,
        "positions": [position for position in POSITIONS if position in clause.positions],
        "pieces": pieces(clause, one.position, one.language, one.values, compared=False),
        "fields": fields(clause, one.position, lang, one.values, (words["yes"], words["no"], words["from_to"])),
        "warnings": made.warnings,
        "said": [(clause.variables[said.name].label[lang], said.quote) for said in brief.said] if brief else [],
        "brief": brief if brief and brief.request else None,
        "candidates": [
            (found.type, library.clauses[found.type].title[lang])
            for found in (brief.candidates if brief else ())
            if found.type != clause.type
        ],
        "why": clause.variant(one.position).why[one.language],
        "ladder": [(clause.fill(step.text[one.language], one.values, one.language), step) for step in clause.ladder],
        "law": authorities(clause.variant(one.position).authorities, library, lang),
    }


def _text(form: Form, request: Request) -> Language:
    asked = form.get("text")
    return "fr" if asked == "fr" else "en" if asked == "en" else language_of(request)


def _position(given: str) -> Position | None:
    return next((position for position in POSITIONS if position == given), None)


def _file(data: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(data, media_type=MEDIA[kind], headers=headers)
