"""A page of the workspace: its words, who reads it, what they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from starlette.responses import HTMLResponse

from web.access import ADMINISTRATORS, LAWYERS, MEMBERS, OWN_WORK, READERS, TRAINERS, Rule, Visitor
from web.pages import LANGUAGE_COOKIE, language_of, page
from web.words.lexicon import WORDS

YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation. `name` is the word for it, `rule` who sees it."""

    name: str
    href: str
    rule: Rule


NAVIGATION: Final[tuple[tuple[str, tuple[Entry, ...]], ...]] = (
    (
        "group_law",
        (
            Entry("library", "/workspace/library", MEMBERS),
            Entry("guidance", "/workspace/guidance", MEMBERS),
            Entry("ask", "/workspace/ask", LAWYERS),
            Entry("training", "/train", MEMBERS),
            Entry("trainers", "/train/trainer", TRAINERS),
        ),
    ),
    (
        "group_work",
        (
            Entry("draft", "/workspace/draft", OWN_WORK),
            Entry("agreements", "/workspace/agreements", OWN_WORK),
            Entry("checklists", "/workspace/checklists", OWN_WORK),
            Entry("review", "/workspace/review", OWN_WORK),
        ),
    ),
    (
        "group_clients",
        (
            Entry("handoffs", "/workspace/handoffs", READERS),
            Entry("conversations", "/workspace/conversations", READERS),
        ),
    ),
    (
        "group_firm",
        (
            Entry("knowledge", "/workspace/knowledge", MEMBERS),
            Entry("learn", "/workspace/learn", LAWYERS),
            Entry("sites", "/workspace/sites", ADMINISTRATORS),
            Entry("accounts", "/workspace/accounts", ADMINISTRATORS),
            Entry("keys", "/workspace/keys", ADMINISTRATORS),
            Entry("model", "/workspace/model", ADMINISTRATORS),
            Entry("audit", "/workspace/audit", ADMINISTRATORS),
        ),
    ),
)


def workspace_page(
    request: Request, visitor: Visitor, template: str, /, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """`workspace/{template}` for `visitor`. A language that the address names is remembered."""
    lang = language_of(request)
    seen = [(group, [entry for entry in entries if entry.rule.admits(visitor)]) for group, entries in NAVIGATION]
    response = page(
        request,
        f"workspace/{template}",
        lang=lang,
        status=status,
        w=WORDS[lang],
        visitor=visitor,
        navigation=[(group, entries) for group, entries in seen if entries],
        **context,
    )
    if request.query_params.get("lang") == lang:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR, samesite="lax", httponly=True)
    return response
