"""Questions and answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant.answer import Answer, Question, as_json
from assistant.converse import Turn
from assistant.write import Token
from knowledge.errors import InvalidInput, TooLarge
from knowledge.models import Audience
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import Refused, body, tell
from web.present import answer_view
from web.schemas import AnswerOut, AskIn

router = APIRouter(prefix="/api/v1", tags=["ask"])

STREAM = "text/event-stream"


@router.post(
    "/ask",
    response_model=AnswerOut,
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "The answer, or events."}},
)
def ask(request: Request, asked: AskIn, services: ServicesDep, address: AddressDep) -> Any:
    """Answer a question. With `Accept: text/event-stream`: events `token`, one `answer`, `done`."""
    services.limiter.check(address)
    question = prepare(asked, services)
    if STREAM in request.headers.get("accept", ""):
        return _stream(question, asked, services)
    return record(services.assistant.writer.answer(question), asked, services)


def prepare(asked: AskIn, services: Services) -> Question:
    """The question with its conversation. Raises `TooLarge`, `InvalidInput` or `NotFound`."""
    limit = services.settings.max_question_characters
    if len(asked.question) > limit:
        raise TooLarge(f"the question is longer than {limit:,} characters: shorten it")
    if not asked.question:
        raise InvalidInput("the question is empty: write what you want to know")
    if asked.history is not None:
        history = tuple(Turn(turn.role, turn.content) for turn in asked.history)
    else:
        history = services.journal.history(asked.conversation_id) if asked.conversation_id else ()
    lang = asked.lang if asked.lang in ("en", "fr") else None
    return Question(asked.question, entitled(asked.audience), lang, history)


def entitled(audience: Audience) -> Audience:
    """Without an account nobody is a lawyer: internal notes are for those who are known."""
    return "client" if audience == "lawyer" else audience


def record(answer: Answer, asked: AskIn, services: Services) -> dict[str, Any]:
    """Write the answer down, unless the caller keeps the conversation, and give it its view."""
    view = answer_view(answer, services.assistant.library)
    if asked.history is None:
        moment = now()
        key = asked.conversation_id or services.journal.open(moment)
        view |= {"id": services.journal.add(key, answer.question, as_json(answer), moment), "conversation_id": key}
    return view


def _stream(question: Question, asked: AskIn, services: Services) -> StreamingResponse:
    if not services.streams.acquire(blocking=False):
        raise Refused(503, "busy", "Many answers are being written: try again in a moment.", 2)

    return _Stream(_events(question, asked, services), services)


class _Stream(StreamingResponse):
    """Events as they come; whoever leaves, even before the first, gives back the place and stops the model."""

    def __init__(self, pieces: Generator[str], services: Services) -> None:
        self._pieces, self._services = pieces, services
        super().__init__(_in_threads(pieces), media_type=STREAM, headers={"X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._pieces.close()
            self._services.streams.release()


async def _in_threads(pieces: Iterator[str]) -> AsyncIterator[str]:
    while (piece := await anyio.to_thread.run_sync(next, pieces, None)) is not None:
        yield piece


def _events(question: Question, asked: AskIn, services: Services) -> Generator[str]:
    try:
        for piece in services.assistant.writer.stream(question):
            if isinstance(piece, Token):
                yield event("token", {"text": piece.text})
            else:
                yield event("answer", record(piece, asked, services))
        yield event("done", {})
    except Exception as error:  # the status is sent already: whatever it is, the stream must say so
        _, code, message, details = tell(error)
        yield event("error", body(code, message, details))


def event(name: str, data: Any) -> str:
    """One server-sent event; JSON keeps line ends out of the framing."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=True)}\n\n"
