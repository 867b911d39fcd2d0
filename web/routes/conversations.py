"""A person's own conversation: read it again, rate it, delete it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from web.access import ANYONE, READERS, Visitor, VisitorDep, allow
from web.deps import AddressDep, ServicesDep, now
from web.present import dress
from web.routes.ask import said
from web.schemas import ConversationOut, ConversationsOut, DeletedOut, Done, FeedbackIn

router = APIRouter(prefix="/api/v1", tags=["conversations"], dependencies=[allow(ANYONE)])
ConversationId = Annotated[str, Path(max_length=200)]


@router.get("/conversations", response_model=ConversationsOut, dependencies=[allow(READERS)])
def listing(services: ServicesDep, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Any:
    """What was asked, the last first, with what calls for a lawyer: for lawyers, and keys with the scope `conversations`."""
    sites = services.widget.visits.sites()
    return {"conversations": [{**asdict(one), "site": sites.get(one.id)} for one in services.journal.recent(limit)]}


@router.get("/conversations/{conversation_id}", response_model=ConversationOut)
def read(services: ServicesDep, visitor: VisitorDep, conversation_id: ConversationId) -> Any:
    """Everything that was said, in order. Whoever knows the id may read it; a lawyer's, a lawyer only."""
    return conversation(services, visitor, conversation_id)


@router.delete("/conversations/{conversation_id}", response_model=DeletedOut)
def delete(services: ServicesDep, visitor: VisitorDep, conversation_id: ConversationId) -> Any:
    """Delete a conversation with all that was said, for good. The receipt is kept nowhere else."""
    said(services, visitor, conversation_id)
    return {"receipt": asdict(services.journal.delete(conversation_id, now()))}


@router.post("/feedback", response_model=Done)
def feedback(services: ServicesDep, address: AddressDep, given: FeedbackIn) -> Any:
    """Say whether an answer helped. The last word on an answer counts."""
    services.limiter.check(address)
    services.journal.rate(given.conversation_id, given.answer_id, given.verdict, given.reason, now())
    return {"ok": True}


def conversation(services: ServicesDep, visitor: Visitor, conversation_id: str) -> dict[str, Any]:
    """A conversation as pages and programs see it. Raises `NotFound`."""
    turns = said(services, visitor, conversation_id)
    library = services.assistant.library
    return {
        "conversation_id": conversation_id,
        "turns": [
            {"question": question, "answer": dress(answer, library, conversation_id)} for question, answer in turns
        ],
    }
