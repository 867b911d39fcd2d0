"""The assistant for any client of OpenAI's API."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request

from assistant.answer import Answer, Question
from assistant.footnotes import BREAK, footnotes
from assistant.write import Token
from web.access import ANYONE, Visitor, VisitorDep, allow
from web.completions import (
    EXTRACTIVE_MODEL,
    MODELS,
    CompletionIn,
    CompletionOut,
    ModelOut,
    ModelsOut,
    OwnIn,
    Wire,
    WireErrorOut,
    check,
    conversation,
    event,
    model_json,
)
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import Refused, openai_body, tell
from web.routes.ask import Stream, prepare, told
from web.schemas import AskIn, TurnIn
from web.streams import STREAM

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": WireErrorOut, "description": "As OpenAI's clients read it."}  # as all others are
}
EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "The answer, or chunks of it as events."}
}

router = APIRouter(prefix="/v1", tags=["openai"], dependencies=[allow(ANYONE)], responses=ERRORS)


@router.get("/models", response_model=ModelsOut)
def models() -> Any:
    """What `model` may name: `clausier`, and `clausier-extractive`, which never uses a language model."""
    return {"object": "list", "data": [model_json(name) for name in MODELS]}


@router.get("/models/{model}", response_model=ModelOut)
def model(model: Annotated[str, Path(max_length=100)]) -> Any:
    """One of the models."""
    if model not in MODELS:
        raise Refused(404, "model_not_found", f"There is no model {model!r}: choose {' or '.join(MODELS)}.")
    return model_json(model)


@router.post("/chat/completions", response_model=CompletionOut, responses=EVENTS)
def complete(
    request: Request, asked: CompletionIn, services: ServicesDep, address: AddressDep, visitor: VisitorDep
) -> Any:
    """Answer the last thing that a user said. Nothing is kept. With `stream`: chunks as server-sent events."""
    services.limiter.check(address)
    check(asked)
    question = _question(asked, services, visitor)
    wire = Wire(secrets.token_hex(12), int(now().timestamp()), asked.model, str(request.base_url))
    if asked.stream:
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        return Stream(_events(question, asked.model, wire, services, usage=usage), services)
    answer = _answer(question, asked.model, services)
    services.metrics.answered(answer)
    notes = footnotes(answer, services.assistant.library, wire.address)
    return wire.whole(answer, BREAK.join(part for part in (answer.prose, notes) if part))


def _question(asked: CompletionIn, services: Services, visitor: Visitor) -> Question:
    text, said = conversation(asked)
    own = asked.clausier or OwnIn()
    turns = [TurnIn(role=role, content=content) for role, content in said]
    audience = own.audience or visitor.audience
    return prepare(AskIn(question=text, audience=audience, lang=own.lang, history=turns), services, visitor)


def _answer(question: Question, model: str, services: Services) -> Answer:
    assistant = services.assistant
    return (assistant.answerer.answer if model == EXTRACTIVE_MODEL else assistant.writer.answer)(question)


def _events(question: Question, model: str, wire: Wire, services: Services, *, usage: bool) -> Generator[str]:
    yield wire.begin()
    try:
        for piece in _pieces(question, model, services):
            if isinstance(piece, Token):
                yield wire.piece(piece.text)
            else:
                services.metrics.answered(piece)
                if notes := footnotes(piece, services.assistant.library, wire.address):
                    yield wire.piece(BREAK + notes)
                yield from wire.end(piece, usage=usage)
    except Exception as error:  # the status is sent already: whatever it is, the stream must say so
        yield event(openai_body(*tell(error)))


def _pieces(question: Question, model: str, services: Services) -> Generator[Token | Answer]:
    if model != EXTRACTIVE_MODEL:
        yield from told(question, services)
        return
    answer = services.assistant.answerer.answer(question)
    yield Token(answer.prose)
    yield answer
