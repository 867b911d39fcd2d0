"""The pages: the conversation, and the passages behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qs

import anyio.to_thread
from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.models import Language
from web.access import ANYONE, Visitor, VisitorDep, allow
from web.deps import AddressDep, Services, ServicesDep
from web.errors import Refused
from web.messages import MESSAGES, explain
from web.pages import language_of, page
from web.routes.ask import prepare, record
from web.routes.conversations import conversation
from web.routes.library import visible_passage
from web.schemas import AskIn

router = APIRouter(include_in_schema=False, dependencies=[allow(ANYONE)])


@router.get("/")
def chat(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """The conversation, empty."""
    return _chat(request, services, visitor)


@router.post("/")
async def ask_without_script(
    request: Request, services: ServicesDep, address: AddressDep, visitor: VisitorDep
) -> Response:
    """The same for a browser without scripts: the page again, with the answer."""
    content = (await request.body()).decode("utf-8", "replace")
    return await anyio.to_thread.run_sync(_answer_form, request, services, visitor, address, _fields(content))


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


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it whatever the page says."""
    return RedirectResponse("/static/favicon.svg", 308)


def _fields(content: str) -> dict[str, list[str]]:
    """The fields of a form; none of one that is not ours."""
    try:
        return parse_qs(content, max_num_fields=10)
    except ValueError:
        return {}


def _answer_form(
    request: Request, services: Services, visitor: Visitor, address: str, fields: dict[str, list[str]]
) -> Response:
    def field(name: str) -> str:
        return fields.get(name, [""])[0]

    lang: Language = "fr" if field("lang") == "fr" else "en" if field("lang") == "en" else language_of(request)
    conversation_id = field("conversation_id") or None
    try:
        services.limiter.check(address)
        asked = AskIn(question=field("question"), conversation_id=conversation_id)
        question = prepare(asked, services, visitor)
    except (Refused, NotFound, InvalidInput, ValidationError) as error:
        status, message, headers = _refusal(error, field("question"), lang)
        return _chat(request, services, visitor, lang, field("question"), message, conversation_id, status, headers)
    view = record(services.assistant.writer.answer(question), asked, services)
    return _chat(request, services, visitor, lang, conversation_id=str(view["conversation_id"]))


def _refusal(
    error: Refused | NotFound | InvalidInput | ValidationError, question: str, lang: Language
) -> tuple[int, str, dict[str, str]]:
    """The status, words and headers for a form that is not answered."""
    if isinstance(error, Refused):
        return (
            error.status,
            explain(error.status, lang, error.retry_after),
            {"Retry-After": str(error.retry_after or 5)},
        )
    if isinstance(error, NotFound):
        return 404, MESSAGES[lang]["error_gone"], {}
    if not question.strip():
        return 422, MESSAGES[lang]["error_empty"], {}
    status = 413 if isinstance(error, TooLarge) else 422
    return status, explain(status, lang), {}


def _chat(
    request: Request,
    services: Services,
    visitor: Visitor,
    lang: Language | None = None,
    question: str = "",
    error: str | None = None,
    conversation_id: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    turns: list[dict[str, Any]] = []
    if conversation_id:
        try:
            turns = conversation(services, visitor, conversation_id)["turns"]
        except NotFound:  # deleted or expired: the next question begins another
            conversation_id = None
    return page(
        request,
        "chat.html",
        lang=lang,
        status=status,
        headers=headers,
        turns=[{**turn, "answer_html": turn["answer"]["answer_html"]} for turn in turns],
        question=question,
        error=error,
        conversation_id=conversation_id,
        audience="client",
        token=visitor.form_token,
    )
