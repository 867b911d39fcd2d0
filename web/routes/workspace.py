"""The workspace: its first page, clauses, guidance, help."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from knowledge.clause import POSITIONS, Clause
from knowledge.errors import NotFound
from knowledge.models import Document, Language
from web.access import MEMBERS, Visitor, VisitorDep, allow
from web.deps import ServicesDep, now
from web.forms import FormDep
from web.pages import language_of
from web.present import authorities
from web.words.lexicon import WORDS
from web.workspace.page import workspace_page
from web.workspace.wording import fields, pieces, read

router = APIRouter(include_in_schema=False)

Slug = Annotated[str, Path(max_length=100)]
Words = Annotated[str, Query(max_length=200)]


@router.get("/workspace", dependencies=[allow(MEMBERS)])
def home(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Where to begin, one's latest work, what calls for attention."""
    library, works = services.assistant.library, services.firm.works
    latest = [
        work
        for kind in ("agreement", "checklist")
        for work in (works.all(visitor.account_id, kind) if visitor.account_id else [])
    ]
    today = now().date()
    late = sum(clause.review_due < today for clause in library.clauses.values())
    late += sum(bool(text.review_due and text.review_due < today.isoformat()) for text in library.guidance)
    recent = services.journal.recent(500) if visitor.is_lawyer else []
    return workspace_page(
        request,
        visitor,
        "home.html",
        count=len(library.clauses),
        latest=sorted(latest, key=lambda work: work.changed_at, reverse=True)[:6],
        late=late,
        messages=services.widget.handoffs.waiting() if visitor.is_lawyer else 0,
        handoffs=sum(one.handoff for one in recent),
        unanswered=sum(one.unanswered for one in recent),
    )


@router.get("/workspace/library", dependencies=[allow(MEMBERS)])
def clauses(
    request: Request, services: ServicesDep, visitor: VisitorDep, q: Words = "", topic: Words = "", late: bool = False
) -> Response:
    """Every clause type, by group of its first topic; filtered by words, topic, or overdue."""
    library, lang, today = services.assistant.library, language_of(request), now().date()
    wanted = _folded(q).split()
    found = [
        clause
        for clause in library.clauses.values()
        if (not topic or topic in clause.topics)
        and (not late or clause.review_due < today)
        and all(word in _haystack(clause, lang) for word in wanted)
    ]
    groups: dict[str, list[Clause]] = {}
    for clause in sorted(found, key=lambda one: _folded(one.title[lang])):
        groups.setdefault(library.topics[clause.topics[0]].group if clause.topics else "", []).append(clause)
    return workspace_page(
        request,
        visitor,
        "library.html",
        groups=sorted(groups.items()),
        count=len(found),
        topics=_topics(services.assistant.library.topics.values(), lang),
        names={slug: one.name[lang] for slug, one in library.topics.items()},
        q=q,
        topic=topic,
        late=late,
        today=today,
    )


@router.get("/workspace/library/{kind}", dependencies=[allow(MEMBERS)])
def clause_page(
    request: Request, services: ServicesDep, visitor: VisitorDep, kind: Slug, text: Language | None = None
) -> Response:
    """One clause type in its three positions."""
    return _clause(request, services, visitor, kind, text, {})


@router.post("/workspace/library/{kind}", dependencies=[allow(MEMBERS)])
def clause_with_values(
    request: Request, services: ServicesDep, visitor: VisitorDep, kind: Slug, form: FormDep
) -> Response:
    """The same with other values of the variables."""
    text: Language = "fr" if form.get("text") == "fr" else "en"
    return _clause(request, services, visitor, kind, text, form.under("v."))


@router.get("/workspace/guidance", dependencies=[allow(MEMBERS)])
def guidance(request: Request, services: ServicesDep, visitor: VisitorDep, q: Words = "") -> Response:
    """Every guidance text in the language of the page."""
    lang, wanted = language_of(request), _folded(q).split()
    texts = [text for text in services.assistant.library.guidance if text.lang == lang]
    found = [text for text in texts if all(word in _folded(f"{text.title} {_seen(text, visitor)}") for word in wanted)]
    today = now().date().isoformat()
    found.sort(key=lambda text: _folded(text.title))
    return workspace_page(request, visitor, "guidance.html", texts=found, q=q, today=today)


@router.get("/workspace/guidance/{document_id}", dependencies=[allow(MEMBERS)])
def guidance_text(request: Request, services: ServicesDep, visitor: VisitorDep, document_id: Slug) -> Response:
    """One guidance text, with what is for lawyers where one reads it."""
    library, lang = services.assistant.library, language_of(request)
    twin = document_id.replace("guidance-en-", f"guidance-{lang}-").replace("guidance-fr-", f"guidance-{lang}-")
    document = next((one for one in library.guidance if one.id == twin), None)
    if document is None:
        raise NotFound(f"there is no guidance {document_id!r}: /workspace/guidance lists what there is")
    sections: dict[str, list[Any]] = {}
    for passage in document.passages:
        if passage.visibility == "public" or visitor.is_lawyer:
            sections.setdefault(passage.heading[0] if passage.heading else "", []).append(passage)
    keys = dict.fromkeys(key for passages in sections.values() for one in passages for key in one.authorities)
    return workspace_page(
        request,
        visitor,
        "guidance_text.html",
        document=document,
        sections=sections,
        law=authorities(keys, library, document.lang),
        related=[one for one in library.clauses.values() if set(one.topics) & set(document.topics)],
        overdue=bool(document.review_due and document.review_due < now().date().isoformat()),
    )


@router.get("/workspace/help", dependencies=[allow(MEMBERS)])
def help_page(request: Request, visitor: VisitorDep) -> Response:
    """What each page is for."""
    return workspace_page(request, visitor, "help.html")


@router.get("/workspace/components", dependencies=[allow(MEMBERS)])
def components(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Everything that pages are made of."""
    library, lang = services.assistant.library, language_of(request)
    clause = next(iter(library.clauses.values()), None)
    if clause is None:
        raise NotFound("the library has no clause to show: add one to knowledge/clauses")
    values = clause.values("customer", {})
    return workspace_page(
        request,
        visitor,
        "components.html",
        sample=pieces(clause, "customer", lang, values),
        fields=fields(clause, "customer", lang, values, _field_words(lang)),
        law=authorities(clause.authorities[:2], library, lang),
        today=now().date(),
    )


def _clause(
    request: Request,
    services: ServicesDep,
    visitor: Visitor,
    kind: str,
    text: Language | None,
    given: dict[str, str],
) -> Response:
    library, lang = services.assistant.library, language_of(request)
    clause, text = library.clause(kind), text or lang
    wrong: dict[str, str] = {}
    columns = []
    for position in (one for one in POSITIONS if one in clause.positions):
        changed, wrong = read(clause, "balanced" if "balanced" in clause.positions else position, given)
        values = clause.values(position, changed)
        columns.append((position, pieces(clause, position, text, values), clause.variant(position)))
    base = "balanced" if "balanced" in clause.positions else columns[0][0]
    changed, _ = read(clause, base, given)
    return workspace_page(
        request,
        visitor,
        "clause.html",
        clause=clause,
        columns=columns,
        text=text,
        fields=fields(clause, base, lang, clause.values(base, changed), _field_words(lang)),
        wrong=wrong,
        given={name: words for name, words in given.items() if name in changed},
        law=authorities(clause.authorities, library, lang),
        topics=[(slug, library.topics[slug].name[lang]) for slug in clause.topics if slug in library.topics],
        texts=[one for one in library.guidance if one.lang == lang and set(one.topics) & set(clause.topics)],
        overdue=clause.review_due < now().date(),
        ladder=[(clause.fill(step.text[text], clause.values(base, changed), text), step) for step in clause.ladder],
    )


def _field_words(lang: Language) -> tuple[str, str, str]:
    words = WORDS[lang]
    return words["yes"], words["no"], words["from_to"]


def _topics(topics: Iterable[Any], lang: Language) -> list[tuple[str, str]]:
    return sorted(((one.slug, one.name[lang]) for one in topics), key=lambda pair: _folded(pair[1]))


def _haystack(clause: Clause, lang: Language) -> str:
    texts = [
        clause.title[lang],
        clause.purpose[lang],
        clause.type,
        *(one.text[lang] for one in clause.positions.values()),
    ]
    return _folded(" ".join(texts))


def _seen(text: Document, visitor: Visitor) -> str:
    return " ".join(one.text for one in text.passages if one.visibility == "public" or visitor.is_lawyer)


def _folded(text: str) -> str:
    """Without accents and case, so that what is typed in haste is found."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()
