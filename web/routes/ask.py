"""Questions and answers."""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from assistant.answer import Answer, Question, as_json
from assistant.converse import Turn
from assistant.presence import Presence, listens
from assistant.write import Token
from knowledge.errors import InvalidInput, NotFound, TooLarge, Unwritable
from web.access import ANYONE, Visitor, VisitorDep, allow
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import body, tell
from web.present import answer_view
from web.schemas import AnswerOut, AskIn
from web.streams import STREAM

log = logging.getLogger(__name__)

router = APIRouter(prefix="/api/v1", tags=["ask"], dependencies=[allow(ANYONE)])

MOST_DRAWN = 50
"""Pieces of an answer that are drawn in one step."""


@router.post(
    "/ask",
    response_model=AnswerOut,
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "The answer, or events."}},
)
def ask(request: Request, asked: AskIn, services: ServicesDep, address: AddressDep, visitor: VisitorDep) -> Any:
    """Answer a question. With `Accept: text/event-stream`: events `token`, one `answer`, `done`."""
    services.limiter.check(address)
    return reply(request, prepare(asked, services, visitor), asked, services)


def reply(request: Request, question: Question, asked: AskIn, services: Services) -> Any:
    """The answer as the request would have it: as it is written, or whole. Raises `Refused`."""
    if STREAM in request.headers.get("accept", ""):
        return Stream(_events(question, asked, services), services)
    return record(services.assistant.writer.answer(question), asked, services)


def prepare(asked: AskIn, services: Services, visitor: Visitor) -> Question:
    """The question with its conversation. Raises `TooLarge`, `InvalidInput` or `NotFound`."""
    limit = services.settings.max_question_characters
    if len(asked.question) > limit:
        raise TooLarge(f"the question is longer than {limit:,} characters: shorten it")
    if not asked.question:
        raise InvalidInput("the question is empty: write what you want to know")
    if asked.history is not None:
        history = tuple(Turn(turn.role, turn.content) for turn in asked.history)
    else:
        history = ()
        if asked.conversation_id:
            said(services, visitor, asked.conversation_id)
            history = services.journal.history(asked.conversation_id)
    lang = asked.lang if asked.lang in ("en", "fr") else None
    return Question(asked.question, visitor.entitled(asked.audience), lang, history)


def said(services: Services, visitor: Visitor, conversation_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The questions and answers of a conversation that `visitor` may read.

    Whoever knows the id may, but one in which a lawyer was answered is for lawyers. Raises `NotFound`.
    """
    turns = services.journal.turns(conversation_id)
    if not visitor.is_lawyer and any(answer.get("audience") == "lawyer" for _, answer in turns):
        raise NotFound("there is no such conversation: it was deleted or has expired; ask again to begin another")
    return turns


def record(answer: Answer, asked: AskIn, services: Services) -> dict[str, Any]:
    """Count the answer, write it down unless the caller keeps the conversation, and give it its view.

    Where nothing can be written the answer is given all the same; it then belongs to no conversation.
    """
    services.metrics.answered(answer)
    view = answer_view(answer, services.assistant.library)
    if asked.history is not None:
        return view
    moment = now()
    try:
        key = asked.conversation_id or services.journal.open(moment)
        return view | {
            "id": services.journal.add(key, answer.question, as_json(answer), moment),
            "conversation_id": key,
        }
    except Unwritable as error:
        log.error("an answer was given and not written down: %s", error)
        return view


class Stream(StreamingResponse):
    """Events as they come; whoever leaves, even before the first, gives back the place and stops the model.

    Raises `Refused` where all places are taken.
    """

    def __init__(self, pieces: Generator[str], services: Services) -> None:
        services.streams.take()
        self._pieces, self._services = pieces, services
        super().__init__(
            _in_threads(pieces, None if services.assistant.model else services.streams.threads),
            media_type=STREAM,
            headers={"X-Accel-Buffering": "no"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        somebody = Presence()
        listens(somebody)

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                somebody.leave()
            return message

        try:
            with self._services.metrics.streaming():
                await super().__call__(scope, heard, send)
        finally:
            self._pieces.close()
            self._services.streams.give()


async def _in_threads(pieces: Iterator[str], shared: anyio.CapacityLimiter | None) -> AsyncIterator[str]:
    """The pieces, drawn in threads that pages do not wait for.

    Without `shared` threads each answer has its own, because a model may take its time. In those that are shared an answer is
    there at once: its first piece is sent alone and the others in one step, because a step into a thread costs more than a
    few words.
    """
    threads = shared or anyio.CapacityLimiter(1)
    drawn = await anyio.to_thread.run_sync(_some, pieces, 1, limiter=threads)
    while drawn:
        for piece in drawn:
            yield piece
        drawn = await anyio.to_thread.run_sync(_some, pieces, MOST_DRAWN if shared else 1, limiter=threads)


def _some(pieces: Iterator[str], most: int) -> list[str]:
    return list(itertools.islice(pieces, most))


def told(question: Question, services: Services) -> Generator[Token | Answer]:
    """The answer in pieces, then whole; how long its first words took is counted."""
    began, is_first = time.perf_counter(), True
    for piece in services.assistant.writer.stream(question):
        if is_first:
            services.metrics.first_token(time.perf_counter() - began)
        is_first = False
        yield piece


def _events(question: Question, asked: AskIn, services: Services) -> Generator[str]:
    try:
        for piece in told(question, services):
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
