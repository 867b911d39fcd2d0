"""Ranked passages, as the outside contract has them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.retrieve import Retrieved, Retriever
from knowledge.language import detect
from knowledge.models import Audience, Kind, Language, Passage
from knowledge.review import UNKNOWN, Reviews

OWN_LANGUAGE = 0.15
"""What a passage in the language of the query is given over its twin in the other."""


def search(
    retriever: Retriever,
    query: str,
    *,
    audience: Audience,
    langs: Iterable[Language],
    kinds: Sequence[Kind] = (),
    topics: Sequence[str] = (),
    limit: int = 10,
    reviews: Reviews = UNKNOWN,
) -> dict[str, Any]:
    """The passages that answer `query` and that `audience` may see; `reviews` says which of their texts are overdue."""
    began = time.perf_counter()
    lang = detect(query)
    hits = retriever.retrieve(query, audience=audience, langs=langs, kinds=kinds, topics=topics, limit=2 * limit)
    hits = sorted(hits, key=lambda hit: -hit.score - (OWN_LANGUAGE if hit.passage.lang == lang else 0.0))[:limit]
    return {
        "query": query,
        "language": lang,
        "elapsed_ms": round((time.perf_counter() - began) * 1000, 1),
        "hits": [_hit(rank, hit, reviews) for rank, hit in enumerate(hits, 1)],
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage with all that a reader may know of it."""
    return {
        "passage_id": passage.id,
        "document_id": passage.document_id,
        "kind": passage.kind,
        "title": passage.title,
        "heading": list(passage.heading),
        "lang": passage.lang,
        "topics": list(passage.topics),
        "visibility": passage.visibility,
        "text": passage.text,
        "authorities": list(passage.authorities),
        "source": {"uri": passage.uri, "page": passage.page, "start": passage.start, "end": passage.end},
    }


def _hit(rank: int, hit: Retrieved, reviews: Reviews) -> dict[str, Any]:
    due = reviews.as_json(hit.passage.document_id)
    return {"rank": rank, "score": round(hit.score, 4), **passage_json(hit.passage), **due}
