"""A client's needs in the workspace: a guided form that leads to the strategy and to the agreement."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from assistant.agreement.assemble import agree
from assistant.agreement.conflicts import conflicts
from assistant.agreement.memo import memo, reason
from assistant.agreement.plan import plan
from assistant.checklist.origin import from_plan
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language
from prompts.docx import docx
from prompts.markdown import markdown
from web.access import OWN_WORK, Visitor, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.forms import FormDep
from web.pages import language_of
from web.words.lexicon import WORDS
from web.work import Work
from web.workspace.collected import MEDIA
from web.workspace.meeting import content
from web.workspace.needs import QUESTIONS, STEPS, answers, intake
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False, dependencies=[allow(OWN_WORK)])

Key = Annotated[str, Path(max_length=100)]


@router.post("/workspace/intakes")
def begin(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """A new intake."""
    title = form.get("title") or WORDS[language_of(request)]["kind_intake"]
    key = services.firm.works.make(str(visitor.account_id), "intake", title, {"answers": {}}, now())
    services.firm.audit.note(visitor.name, "work-made", key, now())
    return RedirectResponse(f"/workspace/intakes/{key}", 303)


@router.get("/workspace/intakes/{key}")
def read(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """The questions with what was answered, and what follows."""
    return _page(request, services, visitor, services.firm.works.one(str(visitor.account_id), key, "intake"))


@router.post("/workspace/intakes/{key}")
def answer(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """Keep the answers, right or wrong, and show what follows."""
    works, owner = services.firm.works, str(visitor.account_id)
    works.one(owner, key, "intake")
    given = answers({path: form.all(path) for path in form.fields})
    works.change(owner, key, lambda kept: {**kept, "answers": given}, now(), form.get("title") or None)
    return _page(request, services, visitor, works.one(owner, key, "intake"))


@router.post("/workspace/intakes/{key}/export")
def export(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key, form: FormDep) -> Response:
    """The strategy memo, or the agreement in one language or both."""
    work = services.firm.works.one(str(visitor.account_id), key, "intake")
    library, text = services.assistant.library, form.get("text")
    languages: tuple[Language, ...] = tuple(one for one in LANGUAGES if one == text) or ("fr", "en")
    try:
        made = agree(intake(work.content["answers"]), library, languages)
    except InvalidInput:
        return _page(request, services, visitor, work, status=422)
    document = memo(made, library, languages[0]) if form.get("what") == "memo" else made.document
    kind = "md" if form.get("format") == "md" else "docx"
    data = docx(document) if kind == "docx" else markdown(document).encode()
    services.firm.audit.note(visitor.name, "work-exported", key, now())
    name = "memo" if form.get("what") == "memo" else "agreement"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(data, media_type=MEDIA[kind], headers=headers)


@router.post("/workspace/intakes/{key}/checklist")
def make_checklist(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """A checklist of what the needs call for."""
    work = services.firm.works.one(str(visitor.account_id), key, "intake")
    try:
        strategy = plan(intake(work.content["answers"]), services.assistant.library)
    except InvalidInput:
        return _page(request, services, visitor, work, status=422)
    kept = content(from_plan(strategy), strategy.intake.side, language_of(request))
    made = services.firm.works.make(str(visitor.account_id), "checklist", work.title, kept, now())
    services.firm.audit.note(visitor.name, "work-made", made, now())
    return RedirectResponse(f"/workspace/checklists/{made}", 303)


@router.post("/workspace/intakes/{key}/delete")
def delete(services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """For good."""
    services.firm.works.one(str(visitor.account_id), key, "intake")
    services.firm.works.delete(str(visitor.account_id), key)
    services.firm.audit.note(visitor.name, "work-deleted", key, now())
    return RedirectResponse("/workspace/agreements", 303)


def _page(request: Request, services: Services, visitor: Visitor, work: Work, status: int = 200) -> Response:
    lang, library = language_of(request), services.assistant.library
    result: dict[str, Any] = {"chosen": [], "conflicts": [], "error": None}
    try:
        made = plan(intake(work.content["answers"]), library)
        result["chosen"] = [(one, one.clause.title[lang], reason(one, library, lang)) for one in made.chosen]
        result["conflicts"] = [(one.blocking, one.message[lang]) for one in conflicts(made, library)]
    except InvalidInput as error:
        wrong = next((path for path in QUESTIONS if f", {path}:" in str(error)), None)
        words = WORDS[lang]
        label = words[f"f_{wrong}"] if wrong else words["kind_intake"]
        result["error"] = words["answer_wrong"].fill(label=label)
    return workspace_page(
        request, visitor, "intake.html", status=status, work=work, steps=STEPS, given=work.content["answers"], **result
    )
