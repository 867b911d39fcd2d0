"""The pages: the conversation, and the passages behind it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs

import anyio.to_thread
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from knowledge.errors import ClausierError, NotFound
from knowledge.models import Language
from web.deps import AddressDep, Services, ServicesDep
from web.errors import Refused
from web.messages import MESSAGES
from web.pages import language_of, page
from web.routes.ask import prepare, record
from web.routes.conversations import conversation
from web.routes.library import public_passage
from web.schemas import AskIn

router = APIRouter(include_in_schema=False)


@router.get("/")
def chat(request: Request, services: ServicesDep) -> Response:
    """The conversation, empty."""
    return _chat(request, services)


@router.post("/")
async def ask_without_script(request: Request, services: ServicesDep, address: AddressDep) -> Response:
    """The same for a browser without scripts: the page again, with the answer."""
    content = (await request.body()).decode("utf-8", "replace")
    return await anyio.to_thread.run_sync(_answer_form, request, services, address, _fields(content))


@router.get("/passages/{passage_id}")
def passage(
    request: Request,
    services: ServicesDep,
    passage_id: Annotated[str, Path(max_length=200)],
    start: int | None = None,
    end: int | None = None,
) -> Response:
    """A passage with the quoted words marked."""
    view = public_passage(services, passage_id)
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


def _answer_form(request: Request, services: Services, address: str, fields: dict[str, list[str]]) -> Response:
    def field(name: str) -> str:
        return fields.get(name, [""])[0]

    lang: Language = "fr" if field("lang") == "fr" else "en" if field("lang") == "en" else language_of(request)
    conversation_id = field("conversation_id") or None
    try:
        services.limiter.check(address)
        asked = AskIn(question=field("question"), conversation_id=conversation_id)
        view = record(services.assistant.writer.answer(prepare(asked, services)), asked, services)
    except Refused as error:
        return _chat(request, services, lang, field("question"), error.message, conversation_id, error.status)
    except NotFound as error:
        return _chat(request, services, lang, field("question"), str(error), None, 404)
    except (ClausierError, ValueError) as error:
        wrong = MESSAGES[lang]["error_invalid" if field("question").strip() else "error_empty"]
        message = str(error) if isinstance(error, ClausierError) else wrong
        return _chat(request, services, lang, field("question"), message, conversation_id, 422)
    return _chat(request, services, lang, conversation_id=str(view["conversation_id"]))


def _chat(
    request: Request,
    services: Services,
    lang: Language | None = None,
    question: str = "",
    error: str | None = None,
    conversation_id: str | None = None,
    status: int = 200,
) -> Response:
    turns: list[dict[str, Any]] = []
    if conversation_id:
        turns = [
            {"question": turn["question"], "answer": turn["answer"], "answer_html": turn["answer"]["answer_html"]}
            for turn in conversation(services, conversation_id)["turns"]
        ]
    return page(
        request,
        "chat.html",
        lang=lang,
        status=status,
        turns=turns,
        question=question,
        error=error,
        conversation_id=conversation_id,
    )
