"""The pages: the conversation, and the passages behind it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from knowledge.models import Language
from web.access import ANYONE, Visitor, VisitorDep, allow
from web.deps import AddressDep, ServicesDep
from web.exchange import Exchange, exchange
from web.forms import FormDep
from web.pages import language_of, page
from web.routes.library import visible_passage

router = APIRouter(include_in_schema=False, dependencies=[allow(ANYONE)])

PRIVATE: Final = ("/api/", "/login", "/widget/", "/workspace")
"""Beginnings of addresses that say nothing to somebody who searches."""


@router.get("/")
def chat(request: Request, visitor: VisitorDep) -> Response:
    """The conversation, empty."""
    return _chat(request, visitor, Exchange(), language_of(request))


@router.post("/")
def ask_without_script(
    request: Request, services: ServicesDep, address: AddressDep, visitor: VisitorDep, form: FormDep
) -> Response:
    """The same for a browser without scripts: the page again, with the answer."""
    chosen = form.get("lang")
    lang: Language = "fr" if chosen == "fr" else "en" if chosen == "en" else language_of(request)
    return _chat(request, visitor, exchange(services, visitor, address, form, lang, "client"), lang)


@router.get("/help")
def help_page(request: Request, services: ServicesDep) -> Response:
    """What a client may expect of the assistant."""
    return page(request, "help.html", days=services.settings.conversation_days)


@router.get("/passages/{passage_id}")
def passage(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    passage_id: Annotated[str, Path(max_length=200)],
    start: int | None = None,
    end: int | None = None,
) -> Response:
    """A passage with the quoted words marked."""
    view = visible_passage(services, visitor, passage_id)
    names = [
        services.assistant.library.topics[t].name[view["lang"]]
        for t in view["topics"]
        if t in services.assistant.library.topics
    ]
    return page(request, "passage.html", passage={**view, "topics": names}, start=start, end=end)


@router.get("/robots.txt")
def robots() -> Response:
    """What search engines leave alone."""
    return PlainTextResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in PRIVATE))


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it whatever the page says."""
    return RedirectResponse("/static/favicon.svg", 308)


def _chat(request: Request, visitor: Visitor, said: Exchange, lang: Language) -> Response:
    return page(
        request, "chat.html", lang=lang, **said.context(), audience="client", action="/", token=visitor.form_token
    )
