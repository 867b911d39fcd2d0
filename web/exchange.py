"""Asking by a plain form: the conversation as a page shows it, with the answer or with what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ValidationError

from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.models import Audience, Language
from web.access import Visitor
from web.deps import Services
from web.errors import Refused
from web.forms import Form
from web.messages import MESSAGES, explain
from web.routes.ask import prepare, record
from web.routes.conversations import conversation
from web.schemas import AskIn


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said, what is still in the field, and why it was not answered; the id is empty before the first question."""

    turns: tuple[dict[str, Any], ...] = ()
    question: str = ""
    error: str | None = None
    conversation_id: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        """Everything, by name, for a page."""
        return asdict(self)


def exchange(
    services: Services, visitor: Visitor, address: str, form: Form, lang: Language, audience: Audience
) -> Exchange:
    """Answer the question of a form; a refusal keeps the question."""
    asked_for, conversation_id = form.all("question"), form.get("conversation_id") or None
    question = asked_for[0] if len(asked_for) == 1 else ""  # our form has one
    try:
        services.limiter.check(address)
        asked = AskIn(question=question, conversation_id=conversation_id, audience=audience)
        answer = services.assistant.writer.answer(prepare(asked, services, visitor))
    except (Refused, NotFound, InvalidInput, ValidationError) as error:
        status, message, headers = _refusal(error, question, lang)
        known, turns = _turns(services, visitor, conversation_id)
        return Exchange(turns, question, message, known, status, headers)
    view = record(answer, asked, services)
    key, turns = _turns(services, visitor, view["conversation_id"])
    if key is None:  # nothing could be written down: the answer is shown all the same
        turns = ({"question": question, "answer": view, "answer_html": view["answer_html"]},)
    return Exchange(turns, conversation_id=key or conversation_id)


def _turns(
    services: Services, visitor: Visitor, conversation_id: str | None
) -> tuple[str | None, tuple[dict[str, Any], ...]]:
    """The conversation; none if it was deleted or has expired, and the next question begins another."""
    if not conversation_id:
        return None, ()
    try:
        turns = conversation(services, visitor, conversation_id)["turns"]
    except NotFound:
        return None, ()
    return conversation_id, tuple({**turn, "answer_html": turn["answer"]["answer_html"]} for turn in turns)


def _refusal(
    error: Refused | NotFound | InvalidInput | ValidationError, question: str, lang: Language
) -> tuple[int, str, dict[str, str]]:
    """The status, words and headers for a form that is not answered."""
    if isinstance(error, Refused):
        headers = {"Retry-After": str(error.retry_after or 5)}
        return error.status, explain(error.status, lang, error.retry_after), headers
    if isinstance(error, NotFound):
        return 404, MESSAGES[lang]["error_gone"], {}
    if not question.strip():
        return 422, MESSAGES[lang]["error_empty"], {}
    status = 413 if isinstance(error, TooLarge) else 422
    return status, explain(status, lang), {}
