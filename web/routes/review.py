"""Contracts under review in the workspace: dropped, read, decided finding by finding, exported, deleted for good."""

from __future__ import annotations

import datetime as dt
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.llm import Model
from assistant.review.amend import Comments
from assistant.review.elucidate import elucidate
from assistant.review.keep import Kept, Reviews
from assistant.review.memo import compose_memo
from assistant.verify.ground import Grounds
from knowledge.errors import ClausierError, NotFound
from knowledge.models import Side
from knowledge.playbook import SEVERITIES
from prompts.docx import docx
from web.access import OWN_WORK, Visitor, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.errors import Refused
from web.forms import FormDep
from web.markup import answer_html
from web.pages import language_of
from web.reviewing import WORD, again, redlined, take_in
from web.routes.reviews import attachment
from web.words.lexicon import WORDS
from web.work import Work
from web.workspace.examine import CHOICES, beside, decisions, findings, lines, with_decision
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False, dependencies=[allow(OWN_WORK)])

Key = Annotated[str, Path(max_length=100)]


@router.get("/workspace/review")
def reviews(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Where a contract is dropped, and one's reviews."""
    return _begin(request, services, visitor)


@router.post("/workspace/review")
def make(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """A contract is read and kept."""
    sent = form.files.get("file")
    name, data = (sent.filename or "", sent.file.read()) if sent else ("", b"")
    side: Side = "provider" if form.get("side") == "provider" else "customer"
    owner, works = str(visitor.account_id), services.firm.works
    try:
        works.admit(owner)
        kept = take_in(request, services, name, data, side)
        key = works.make(owner, "review", kept.name, {"review": kept.id, "decisions": {}}, now())
    except (ClausierError, Refused) as refused:
        return _begin(request, services, visitor, str(refused))
    services.firm.audit.note(visitor.name, "work-made", key, now())
    return RedirectResponse(f"/workspace/review/{key}", 303)


@router.get("/workspace/review/{key}")
def review(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """Findings, contract and proposals, side by side."""
    work, kept = _kept(services, visitor, key)
    found, lang, library = again(request, services, kept), language_of(request), services.assistant.library
    decided = decisions(work.content)
    shown = findings(found, library, lang, decided)
    return workspace_page(
        request,
        visitor,
        "review.html",
        work=work,
        contract=found.contract,
        side=found.playbook.side,
        findings=shown,
        lines=lines(found, shown, library.clauses),
        beside=beside(found, lang),
        decided=sum(one["decision"].choice != "open" for one in shown),
        severities=[(severity, WORDS[lang][f"severity_{severity}"]) for severity in SEVERITIES],
        choices=[(choice, WORDS[lang][f"choice_{choice}"]) for choice in CHOICES],
        converted=FilePath(kept.name).suffix.lower() != ".docx",
        until=_until(services, kept),
        waiting=len(found.playbook.waiting),
        explains=_explainer(services) is not None,
    )


@router.post("/workspace/review/{key}/findings/{finding}")
def decide(
    request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, finding: Key, form: FormDep
) -> Response:
    """A decision, own words, a note: kept at once."""
    work, kept = _kept(services, visitor, key)
    if not any(one["id"] == finding for one in kept.content["findings"]):
        raise NotFound("this review has no such finding: reload the page")
    given = {name: form.get(name) for name in ("choice", "words", "note") if name in form.fields}
    changed = services.firm.works.change(
        str(visitor.account_id), work.id, lambda content: with_decision(content, finding, given), now()
    )
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(changed["decisions"][finding])
    return RedirectResponse(f"/workspace/review/{key}#f-{finding.partition(':')[2]}", 303)


@router.post("/workspace/review/{key}/findings/{finding}/explanation")
def explanation(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, finding: Key) -> Response:
    """A finding in a language model's words, each verified, or in the rule's own."""
    work, kept = _kept(services, visitor, key)
    found, library = again(request, services, kept), services.assistant.library
    rule = finding.partition(":")[2]
    one = elucidate(found, rule, library, _explainer(services), Grounds(library))
    shown = answer_html(one.prose)
    return workspace_page(request, visitor, "explanation.html", work=work, rule=rule, one=one, prose_html=shown)


def _explainer(services: Services) -> Model | None:
    """The model, if it is switched on for this and may be used for lawyers."""
    model = services.assistant.model
    return model if model and services.settings.llm_explain and model.admits("lawyer") else None


@router.get("/workspace/review/{key}/export")
def export(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    key: Key,
    format: Literal["docx", "memo"] = "docx",
    comments: Comments = "theirs",
) -> Response:
    """The contract with tracked changes in the lawyer's name, or the memo."""
    work, kept = _kept(services, visitor, key)
    services.firm.audit.note(visitor.name, "work-exported", key, now())
    stem = FilePath(kept.name).stem
    if format == "memo":
        return attachment(docx(compose_memo(kept.memo, kept.lang, kept.name)), f"{stem}-memo.docx", WORD)
    told = decisions(work.content)
    made = redlined(request, services, kept, author=visitor.name, comments=comments, decisions=told)
    return attachment(made.data, f"{stem}-redline.docx", WORD)


@router.post("/workspace/review/{key}/delete")
def delete(services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """The contract, its review and what was noted, for good."""
    work, kept = _kept(services, visitor, key)
    Reviews(services.assistant.store).delete(kept.id, now())
    services.firm.works.delete(str(visitor.account_id), work.id)
    services.firm.audit.note(visitor.name, "work-deleted", key, now())
    return RedirectResponse("/workspace/review", 303)


def _begin(request: Request, services: Services, visitor: Visitor, error: str = "") -> Response:
    shown = []
    for work in services.firm.works.all(str(visitor.account_id), "review"):
        try:
            shown.append((work, _until(services, Reviews(services.assistant.store).get(work.content["review"]))))
        except NotFound:  # its time is over: the notes go too
            services.firm.works.delete(str(visitor.account_id), work.id)
    status = 422 if error else 200
    return workspace_page(request, visitor, "reviews.html", status=status, works=shown, error=error)


def _kept(services: Services, visitor: Visitor, key: str) -> tuple[Work, Kept]:
    """Raises `NotFound`, also for what belongs to somebody else or whose time is over."""
    work = services.firm.works.one(str(visitor.account_id), key, "review")
    return work, Reviews(services.assistant.store).get(work.content["review"])


def _until(services: Services, kept: Kept) -> str:
    return (kept.created_at + dt.timedelta(days=services.settings.review_days)).isoformat()
