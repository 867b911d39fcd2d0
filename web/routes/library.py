"""Look-ups: search, topics, authorities, passages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from assistant.retrieve import VISIBLE
from assistant.search import search
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Audience, Kind, Language
from knowledge.review import Reviews, due_dates
from knowledge.text import clean
from web.access import ANYONE, Visitor, VisitorDep, allow
from web.deps import AddressDep, ServicesDep, now
from web.present import authority_view, passage_view
from web.schemas import AuthorityOut, PassageOut, SearchOut, TopicsOut

router = APIRouter(prefix="/api/v1", tags=["library"], dependencies=[allow(ANYONE)])


@router.get("/search", response_model=SearchOut)
def find(
    services: ServicesDep,
    address: AddressDep,
    visitor: VisitorDep,
    q: Annotated[str, Query(min_length=1, description="What to look for.")],
    k: Annotated[int, Query(ge=1, le=50)] = 10,
    kind: Kind | None = None,
    topic: Annotated[str | None, Query(max_length=100)] = None,
    lang: Annotated[str, Query(pattern="^(en|fr|any)$")] = "any",
    audience: Audience = "client",
) -> Any:
    """The passages that answer `q`, ranked."""
    services.limiter.check(address)
    try:
        query = clean(q)
    except ValueError as error:
        raise InvalidInput(f"q: {error}") from error
    if not query or len(query) > services.settings.max_question_characters:
        raise InvalidInput(f"q must hold 1 to {services.settings.max_question_characters:,} characters")
    langs = LANGUAGES if lang == "any" else tuple(known for known in LANGUAGES if known == lang)
    return search(
        services.assistant.retriever,
        query,
        audience=visitor.entitled(audience),
        langs=langs,
        kinds=(kind,) if kind else (),
        topics=(topic,) if topic else (),
        limit=k,
        reviews=Reviews(due_dates(services.assistant.library), now().date()),
        types=services.assistant.drafter.types,
    )


@router.get("/topics", response_model=TopicsOut)
def topics(services: ServicesDep) -> Any:
    """Everything that a contract should settle, in both languages."""
    library = services.assistant.library
    written = {topic for document in library.guidance for topic in document.topics}
    return {
        "topics": [
            {
                "slug": topic.slug,
                "group": topic.group,
                "name": topic.name,
                "definition": topic.definition,
                "related": list(topic.related),
                "guidance": topic.slug in written,
            }
            for topic in library.topics.values()
        ]
    }


@router.get("/authorities/{key}", response_model=AuthorityOut)
def authority(services: ServicesDep, key: Annotated[str, Path(max_length=100)], lang: Language = "en") -> Any:
    """A provision or decision, with our own sentence about it."""
    return authority_view(services.assistant.library.authority(key), lang)


@router.get("/passages/{passage_id}", response_model=PassageOut)
def passage(services: ServicesDep, visitor: VisitorDep, passage_id: Annotated[str, Path(max_length=200)]) -> Any:
    """A passage that the caller may see, with what it rests on."""
    return visible_passage(services, visitor, passage_id)


def visible_passage(services: ServicesDep, visitor: Visitor, passage_id: str) -> dict[str, Any]:
    """Raises `NotFound` for one that does not exist or is internal: which of the two is nobody's business."""
    found = services.assistant.store.passage(passage_id, internal="internal" in VISIBLE[visitor.audience])
    return passage_view(found, services.assistant, now().date())
