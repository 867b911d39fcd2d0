"""The firm's assistant for visitors of a site without scripts: one page, made anew with each form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import PlainTextResponse, Response

from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.models import LANGUAGES, Language
from web.access import ANYONE, allow
from web.deps import Services, ServicesDep, address, now
from web.errors import Refused
from web.forms import Form, FormDep
from web.messages import MESSAGES, explain
from web.pages import language_of, page
from web.routes.ask import prepare, record
from web.routes.conversations import conversation
from web.routes.widget import NOBODY, site_view, write_to_firm
from web.schemas import AskIn, HandoffIn
from web.widget.export import markdown
from web.widget.site import Site
from web.widget.ticket import new_session
from web.widget.unfit import Unfit
from web.widget.visit import Visit
from web.words.catalogue import Words
from web.words.widget import WORDS as WIDGET_WORDS

router = APIRouter(include_in_schema=False, dependencies=[allow(ANYONE)])

WORDS: Final = Words("visit")
SiteId = Annotated[str, Path(max_length=40)]
LETTER: Final = ("name", "email", "phone", "message", "consent", "include")
_WRONG: Final = {
    "name": "wrong_name",
    "phone": "wrong_phone",
    "message": "wrong_message",
    "letters_used_up": "wrong_letters",
    "session_used_up": "wrong_used_up",
    "day_used_up": "wrong_used_up",
}
"""The words for what went wrong, by the field or the code."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the conversation: what was done, or why it was not, and what was written so far."""

    question: str = ""
    error: str = ""
    letter: Mapping[str, str] = field(default_factory=dict)
    letter_error: str = ""
    number: str = ""
    receipt: Mapping[str, Any] | None = None
    is_noted: bool = False
    status: int = 200
    wait: int | None = None


@router.get("/widget/{site_id}")
def open_page(request: Request, services: ServicesDep, site_id: SiteId) -> Response:
    """The site's greeting, its questions to begin with, and a place to ask."""
    return _page(request, services, services.widget.sites.one(site_id), None, language_of(request), Shown())


@router.post("/widget/{site_id}")
def send_page(request: Request, services: ServicesDep, site_id: SiteId, form: FormDep) -> Response:
    """Ask, judge an answer, write to the firm, take the conversation along or delete it; then the page again."""
    site = services.widget.sites.one(site_id)
    lang: Language = next((one for one in LANGUAGES if one == form.get("lang")), language_of(request))
    key, do = form.get("conversation_id"), form.get("do", "ask")
    visit = services.widget.visits.held_in(key) if key else None
    visit = visit if visit and visit.site == site.id else None
    if do == "keep" and visit:
        said = conversation(services, NOBODY, visit.conversation_id)
        name = f"attachment; filename={WIDGET_WORDS[lang]['download_name']}.md"
        return PlainTextResponse(
            markdown(said, lang), media_type="text/markdown; charset=utf-8", headers={"Content-Disposition": name}
        )
    if key and visit is None:  # deleted or expired: what was written is not lost
        shown = Shown(form.get("question"), MESSAGES[lang]["error_gone"], _letter(form), status=404)
    elif do == "ask":
        visit, shown = _ask(services, site, visit, form, lang, address(request))
    elif do == "write":
        shown = _write(services, site, visit, form, lang, address(request))
    elif do in ("up", "down") and visit:
        shown = _judge(services, visit, form.get("answer_id"), do, lang)
    elif do == "delete" and visit:
        receipt = services.journal.delete(visit.conversation_id, now())
        visit, shown = None, Shown(receipt=asdict(receipt))
    else:
        shown = Shown(error=WORDS[lang]["nothing_to_keep"], status=422)
    return _page(request, services, site, visit, lang, shown)


def _ask(
    services: Services, site: Site, visit: Visit | None, form: Form, lang: Language, who: str
) -> tuple[Visit | None, Shown]:
    said = form.get("question")
    try:
        services.limiter.check(who)
        asked = AskIn(question=said, conversation_id=visit.conversation_id if visit else None)
        question = prepare(asked, services, NOBODY)
        session = visit.session if visit else new_session()
        services.widget.ask(site, session, now())
        visit = services.widget.visits.begin(site.id, session, now())
    except Refused as refused:
        return visit, Shown(said, _refused(refused, lang), status=refused.status, wait=refused.retry_after)
    except (InvalidInput, ValidationError) as error:
        status = 413 if isinstance(error, TooLarge) else 422
        return visit, Shown(said, explain(status, lang) if said else MESSAGES[lang]["error_empty"], status=status)
    asked = asked.model_copy(update={"conversation_id": visit.conversation_id})
    record(services.assistant.writer.answer(question), asked, services)
    return visit, Shown()


def _write(services: Services, site: Site, visit: Visit | None, form: Form, lang: Language, who: str) -> Shown:
    written = _letter(form)
    fields = {name: written[name] for name in ("name", "email", "phone", "message")}
    try:
        services.limiter.check(who)
        if written["consent"] != "on":
            return Shown(letter=written, letter_error=WIDGET_WORDS[lang]["wrong_consent"], status=422)
        given = HandoffIn(**fields, consent=True, include_conversation=written["include"] == "on", lang=lang)
        number = write_to_firm(services, site, visit.session if visit else new_session(), given)
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        return Shown(letter=written, letter_error=_wrong(wrong, lang), status=422)
    except Unfit as unfit:
        return Shown(letter=written, letter_error=_wrong(unfit.name, lang), status=422)
    except Refused as refused:
        return Shown(
            letter=written, letter_error=_refused(refused, lang), status=refused.status, wait=refused.retry_after
        )
    return Shown(number=number)


def _judge(services: Services, visit: Visit, answer_id: str, verdict: str, lang: Language) -> Shown:
    try:
        services.journal.rate(visit.conversation_id, answer_id, "up" if verdict == "up" else "down", None, now())
    except NotFound:
        return Shown(error=MESSAGES[lang]["error_feedback"], status=404)
    return Shown(is_noted=True)


def _letter(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in LETTER}


def _refused(refused: Refused, lang: Language) -> str:
    name = _WRONG.get(refused.code)
    return WORDS[lang][name] if name else explain(refused.status, lang, refused.retry_after)


def _wrong(name: str, lang: Language) -> str:
    return WIDGET_WORDS[lang]["wrong_email"] if name == "email" else WORDS[lang][_WRONG[name]]


def _page(
    request: Request, services: Services, site: Site, visit: Visit | None, lang: Language, shown: Shown
) -> Response:
    turns = conversation(services, NOBODY, visit.conversation_id)["turns"] if visit else []
    return page(
        request,
        "visit.html",
        lang=lang,
        status=shown.status,
        headers={"Retry-After": str(shown.wait)} if shown.wait else None,
        w=WORDS[lang],
        v=WIDGET_WORDS[lang],
        place=site_view(site),
        turns=[{**turn, "answer_html": turn["answer"]["answer_html"]} for turn in turns],
        conversation_id=visit.conversation_id if visit else None,
        shown=shown,
        letter={**dict.fromkeys(LETTER, ""), **shown.letter},
    )
