"""The firm's assistant on pages of others: the script, and what it calls. A token reaches the conversation of its own session."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, cast

from fastapi import APIRouter, Path, Request
from starlette.responses import PlainTextResponse, Response

from knowledge.errors import NotFound
from knowledge.models import LANGUAGES, Language
from web.access import ANYONE, WIDGETS, Visitor, VisitorDep, allow, own_origins
from web.deps import AddressDep, Services, ServicesDep, now
from web.embed import script
from web.errors import Refused
from web.messages import MESSAGES
from web.routes.ask import prepare, reply
from web.routes.conversations import conversation
from web.routes.library import visible_passage
from web.schemas import (
    AnswerOut,
    AskIn,
    ConversationOut,
    DeletedOut,
    Done,
    HandoffIn,
    HandoffOut,
    PassageOut,
    WidgetFeedbackIn,
    WidgetSessionIn,
    WidgetSessionOut,
)
from web.streams import STREAM
from web.widget.export import markdown
from web.widget.handoff import Letter
from web.widget.share import SCRIPT, answer_to
from web.widget.site import Site
from web.widget.ticket import Ticket
from web.words.widget import words_of

router = APIRouter(tags=["widget"])
API: Final = "/api/v1/widget"
STARTERS: Final = ("starter_1", "starter_2", "starter_3", "starter_4")
"""What the public page offers, for a site that offers nothing of its own."""
NOBODY: Final = Visitor()
"""As whom visitors of a site are answered: as clients."""
_MARKDOWN: Final = "text/markdown; charset=utf-8"


@router.get(SCRIPT, dependencies=[allow(ANYONE)], include_in_schema=False)
def widget_script(request: Request) -> Response:
    """The script that a site puts on its pages."""
    content = script()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(content, media_type="text/javascript", headers={"ETag": tag})


@router.post(f"{API}/sessions", response_model=WidgetSessionOut, dependencies=[allow(ANYONE)])
def open_session(request: Request, services: ServicesDep, address: AddressDep, asked: WidgetSessionIn) -> Any:
    """Begin or renew a session, from a page of the site: a token for a quarter of an hour, and what the widget shows."""
    services.widget.sessions.check(address)
    site = services.widget.sites.find(asked.site)
    answer_to(request, site.origins if site else ())
    origin = request.headers.get("origin", "")
    if site is None or origin not in own_origins(request) | set(site.origins):
        raise Refused(
            403, "forbidden",
            f"There is no site {asked.site!r} with pages at {origin or 'an unnamed origin'}: an administrator of the firm adds "
            "the origin at /workspace/sites or with `clausier site add`.",
        )  # fmt: skip
    ticket, conversation_id = services.widget.open(site, origin, asked.conversation_id, now())
    return {
        "token": services.widget.token(ticket),
        "expires_at": ticket.expires.isoformat(),
        "conversation_id": conversation_id,
        "site": site_view(site),
        "words": {lang: words_of(lang) for lang in LANGUAGES},
    }


@router.post(
    f"{API}/ask",
    response_model=AnswerOut,
    dependencies=[allow(WIDGETS)],
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "The answer, or events."}},
)
def ask(request: Request, asked: AskIn, services: ServicesDep, address: AddressDep, visitor: VisitorDep) -> Any:
    """Answer a visitor of a site, as a client, in the conversation of the session. Otherwise as POST /api/v1/ask."""
    site, ticket = _held(visitor)
    services.limiter.check(address)
    known = _own(services, ticket, asked.conversation_id)
    asked = asked.model_copy(update={"audience": "client", "conversation_id": known})
    question = prepare(asked, services, NOBODY)
    services.widget.ask(site, ticket.session, now())
    if asked.history is None:
        visit = services.widget.visits.begin(site.id, ticket.session, now())
        asked = asked.model_copy(update={"conversation_id": visit.conversation_id})
    return reply(request, question, asked, services)


@router.post(f"{API}/feedback", response_model=Done, dependencies=[allow(WIDGETS)])
def feedback(services: ServicesDep, address: AddressDep, visitor: VisitorDep, given: WidgetFeedbackIn) -> Any:
    """Say whether an answer helped. The last word on an answer counts."""
    services.limiter.check(address)
    key = _conversation_of(services, visitor, given.conversation_id)
    services.journal.rate(key, given.answer_id, given.verdict, given.reason, now())
    return {"ok": True}


@router.get(
    f"{API}/conversation",
    response_model=ConversationOut,
    dependencies=[allow(WIDGETS)],
    responses={
        200: {"content": {"text/markdown": {"schema": {"type": "string"}}}, "description": "All that was said."}
    },
)
def export(
    services: ServicesDep, visitor: VisitorDep, format: Literal["json", "md"] = "json", lang: Language = "en"
) -> Any:
    """All that was said in this session, to keep: as JSON, or as Markdown in `lang`."""
    said = conversation(services, NOBODY, _conversation_of(services, visitor))
    return PlainTextResponse(markdown(said, lang), media_type=_MARKDOWN) if format == "md" else said


@router.delete(f"{API}/conversation", response_model=DeletedOut, dependencies=[allow(WIDGETS)])
def delete(services: ServicesDep, visitor: VisitorDep) -> Any:
    """Delete all that was said in this session, for good. The receipt is kept nowhere else."""
    key = _conversation_of(services, visitor)
    return {"receipt": asdict(services.journal.delete(key, now()))}


@router.post(f"{API}/handoffs", response_model=HandoffOut, dependencies=[allow(WIDGETS)])
def hand_over(services: ServicesDep, address: AddressDep, visitor: VisitorDep, given: HandoffIn) -> Any:
    """Write to the firm, with the conversation if one likes. Kept for its lawyers under a number."""
    site, ticket = _held(visitor)
    services.limiter.check(address)
    return {"number": write_to_firm(services, site, ticket.session, given), "sent": "stored"}


@router.get(f"{API}/passages/{{passage_id}}", response_model=PassageOut, dependencies=[allow(WIDGETS)])
def passage(services: ServicesDep, passage_id: Annotated[str, Path(max_length=200)]) -> Any:
    """A source, whole."""
    return visible_passage(services, NOBODY, passage_id)


def write_to_firm(services: Services, site: Site, session: str, given: HandoffIn) -> str:
    """Keep a letter; its number. Raises `Refused` or `Unfit`."""
    if not site.handoff:
        raise Refused(403, "forbidden", "This site takes no messages for the firm: call it, or write to it.")
    visit = services.widget.visits.of(session) if given.include_conversation else None
    key = visit.conversation_id if visit else None
    letter = Letter(given.name, given.email, given.phone or "", given.message, given.lang, key)
    services.widget.write(site, session, now())
    return services.widget.handoffs.add(site.id, letter, now()).number


def site_view(site: Site) -> dict[str, Any]:
    """What the widget may know of a site."""
    given = site.starters or {}
    return {
        "id": site.id,
        "name": site.name,
        "greeting": site.greeting,
        "starters": {lang: given.get(lang) or [MESSAGES[lang][name] for name in STARTERS] for lang in LANGUAGES},
        "position": site.position,
        "theme": site.theme or {},
        "privacy_url": site.privacy_url,
        "handoff": site.handoff,
    }


def _held(visitor: Visitor) -> tuple[Site, Ticket]:
    """The site and the ticket of a request that the gate has let in."""
    return cast(Site, visitor.held_on), cast(Ticket, visitor.ticket)


def _own(services: Services, ticket: Ticket, given: str | None) -> str | None:
    """The conversation of the session, if it has begun. Raises `NotFound` where another one is named."""
    visit = services.widget.visits.of(ticket.session)
    if given is not None and (visit is None or given != visit.conversation_id):
        raise NotFound("there is no such conversation in this session: it was deleted or has expired; ask without it")
    return visit.conversation_id if visit else None


def _conversation_of(services: Services, visitor: Visitor, given: str | None = None) -> str:
    key = _own(services, _held(visitor)[1], given)
    if key is None:
        raise NotFound("nothing was asked in this session yet, or it was deleted: ask first")
    return key
