"""Answers and passages as pages and programs see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.answer import Answer, as_json
from assistant.search import passage_json
from assistant.wiring import Assistant
from knowledge.library import Authority, Library
from knowledge.models import Language, Passage
from web.markup import answer_html


def answer_view(answer: Answer, library: Library, conversation_id: str | None = None) -> dict[str, Any]:
    """An answer with its prose as HTML and its authorities in words."""
    return dress(as_json(answer), library, conversation_id)


def dress(answer: Mapping[str, Any], library: Library, conversation_id: str | None) -> dict[str, Any]:
    """The same for an answer that was written down."""
    return {
        **answer,
        "answer_html": answer_html(answer["answer"]),
        "authority_details": authorities(answer["authorities"], library, answer["language"]),
        "conversation_id": conversation_id,
    }


def authorities(keys: Iterable[str], library: Library, lang: Language) -> list[dict[str, Any]]:
    """The authorities of these keys in a language; a key that the library no longer has is left out."""
    return [authority_view(library.authorities[key], lang) for key in keys if key in library.authorities]


def authority_view(authority: Authority, lang: Language) -> dict[str, Any]:
    """One authority in a language."""
    return {
        "key": authority.key,
        "ref": authority.ref[lang],
        "text": authority.text[lang],
        "status": authority.status,
        "url": authority.url,
        "topics": list(authority.topics),
        "note": authority.note[lang] if authority.note else None,
        "checked_on": str(authority.checked_on),
    }


def passage_view(passage: Passage, assistant: Assistant, today: dt.date) -> dict[str, Any]:
    """A passage with its authorities in words and whether its review is overdue."""
    due = assistant.store.review_due(passage.document_id)
    plain = passage_json(passage)
    source = plain.pop("source")
    return {
        **plain,
        **source,
        "authorities": authorities(passage.authorities, assistant.library, passage.lang),
        "review_due": due,
        "overdue": bool(due and due < today.isoformat()),
    }
