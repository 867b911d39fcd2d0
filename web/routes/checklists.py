"""Checklists for a negotiation, from topics, needs, a draft or a review."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from assistant.agreement.intake import accept
from assistant.agreement.plan import plan
from assistant.checklist import origin, points
from assistant.checklist.document import MEDIA, Format, write
from assistant.checklist.names import Status
from assistant.checklist.points import Point
from knowledge.models import Language, Side
from knowledge.negotiation import Priority, Stage
from web.access import ANYONE, VisitorDep, allow
from web.deps import AddressDep, ServicesDep, now
from web.schemas import Id, Said, Strict

router = APIRouter(prefix="/api/v1", tags=["checklists"], dependencies=[allow(ANYONE)])


class StateIn(Strict):
    """Where a point stands. A point that the library does not know is one that a person added, with a title."""

    id: Id
    status: Status = "open"
    note: Said = ""
    title: Said = ""
    stage: Stage = "negotiation"
    priority: Priority = "important"


class ChecklistIn(Strict):
    """What to make a checklist from: the first that is given of `draft`, `review`, `intake`, else `topics` (none: all)."""

    side: Side = "customer"
    lang: Language = "en"
    topics: list[Id] = Field([], max_length=100)
    intake: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None
    review: dict[str, Any] | None = None
    state: list[StateIn] = Field([], max_length=500)
    format: Format = "json"
    short: bool = False


MADE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The checklist, in the format asked for. What is for lawyers only is left out for others.",
        "content": {media.partition(";")[0]: {} for media in MEDIA.values()},
    }
}


@router.post("/checklists", response_class=Response, responses=MADE)
def make(
    asked: Annotated[ChecklistIn, Field()], services: ServicesDep, address: AddressDep, visitor: VisitorDep
) -> Response:
    """A two-sided checklist: what to ask, why, in which words, what to answer, what to give."""
    services.limiter.check(address)
    library, side = services.assistant.library, asked.side
    if asked.draft is not None:
        selected = origin.from_draft(library, asked.draft)
    elif asked.review is not None:
        selected = origin.from_review(asked.review, side, asked.lang)
    elif asked.intake is not None:
        needs = accept(asked.intake)
        side, selected = needs.side, origin.from_plan(plan(needs, library))
    else:
        selected = origin.from_topics(library, asked.topics, side)
    made = points.checklist(library, selected, side=side, lang=asked.lang, today=now().date())
    made = points.merge(made, [Point(**state.model_dump()) for state in asked.state])
    shown = made if visitor.is_lawyer else points.public(made)
    data = write(shown, asked.format, short=asked.short, templates=services.settings.templates_dir)
    name = f"checklist.{asked.format}"
    disposition = "inline" if asked.format in ("json", "html", "md") else f'attachment; filename="{name}"'
    return Response(data, media_type=MEDIA[asked.format], headers={"Content-Disposition": disposition})
