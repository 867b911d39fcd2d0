"""Ranked passages, as the outside contract has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.draft.match import Candidate
from assistant.retrieve import Retrieved, Retriever
from knowledge.language import detect
from knowledge.models import Audience, Kind, Language, Passage
from knowledge.review import UNKNOWN, Reviews

Types = Callable[[str, Language], Sequence[Candidate]]
"""Ranks the clause types that a text in a language is about."""
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
    types: Types | None = None,
) -> dict[str, Any]:
    """The passages that answer `query` and that `audience` may see; `reviews` says which of their texts are overdue.

    Who searches clauses alone describes one: then `types` says which are meant, and each gives its best passage.
    """
    began = time.perf_counter()
    lang, langs = detect(query), tuple(langs)
    hits = retriever.retrieve(query, audience=audience, langs=langs, kinds=kinds, topics=topics, limit=2 * limit)
    hits = sorted(hits, key=lambda hit: -hit.score - (OWN_LANGUAGE if hit.passage.lang == lang else 0.0))
    if types and tuple(kinds) == ("clause",) and not topics:
        shown = lang if lang in langs else langs[0]
        hits = list(_by_type(retriever, types(query, lang), hits, shown)) or hits
    hits = hits[:limit]
    return {
        "query": query,
        "language": lang,
        "elapsed_ms": round((time.perf_counter() - began) * 1000, 1),
        "hits": [_hit(rank, hit, reviews) for rank, hit in enumerate(hits, 1)],
    }


def _by_type(
    retriever: Retriever, ranked: Iterable[Candidate], hits: Sequence[Retrieved], lang: Language
) -> Iterator[Retrieved]:
    """For each clause type its passage that is nearest to the query, else the first, in one language."""
    best: dict[str, Retrieved] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit)
    for candidate in ranked:
        document = f"clause-{lang}-{candidate.type}"
        passages = retriever.index.document(document)
        if document in best:
            yield Retrieved(best[document].passage, candidate.score, best[document].cosine)
        elif passages:
            yield Retrieved(passages[0], candidate.score, 0.0)


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
