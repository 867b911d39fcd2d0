"""The clause library, drafts from it, and whole agreements."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from assistant.agreement.assemble import agree
from assistant.agreement.intake import accept
from assistant.agreement.memo import memo
from assistant.agreement.show import as_json as agreement_json
from assistant.draft.show import as_document, as_json, clause_json, summary_json
from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.models import Audience, Language, Position
from prompts.document import Document
from prompts.docx import docx
from prompts.markdown import markdown
from web.access import ANYONE, LAWYERS, VisitorDep, allow
from web.deps import AddressDep, ServicesDep, now
from web.schemas import Id, Said, Strict

router = APIRouter(prefix="/api/v1", tags=["drafting"])

Form = Literal["json", "md", "docx"]
MEDIA: dict[Form, str] = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON as below, or the file asked for.",
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string"}} for form, media in MEDIA.items() if form != "json"
        },
    }
}
Texts = dict[Language, str]


class ClauseSummaryOut(BaseModel):
    """A clause type in the list."""

    type: str
    title: Texts
    purpose: Texts
    topics: list[str]
    positions: list[Position]
    clause_ids: list[str]


class ClausesOut(BaseModel):
    """Clause types, by name."""

    clauses: list[ClauseSummaryOut]


class ClauseOut(BaseModel):
    """A clause type with its positions. Notes, ladder and warning signs are for lawyers, and null for others."""

    type: str
    title: Texts
    purpose: Texts
    topics: list[str]
    authorities: list[str]
    review_due: str
    overdue: bool
    variables: list[dict[str, Any]]
    positions: list[dict[str, Any]]
    red_flags: dict[Language, list[str]] | None
    ladder: list[dict[str, Any]] | None
    walk_away: Texts | None
    escalation: Texts | None


class DraftIn(Strict):
    """What to draft: in plain words, or by types. `values` go before what the words say."""

    request: Said = ""
    types: list[Id] = Field([], max_length=20)
    position: Position | None = None
    lang: Language | None = None
    values: dict[str, Any] = Field({}, max_length=100)
    audience: Audience = "client"
    format: Form = "json"


class DraftVariableOut(BaseModel):
    """A variable in a draft, with what it may hold."""

    name: str
    label: str
    type: str
    unit: str | None
    value: Any
    default: Any
    missing: bool
    given: bool
    in_range: bool
    minimum: float | None
    maximum: float | None
    choices: list[dict[str, Any]]
    hint: str | None
    required: bool


class DraftedOut(BaseModel):
    """A drafted clause."""

    clause_id: str
    type: str
    title: str
    position: Position
    origin: Literal["library", "adapted", "generated"]
    text: str
    variables: list[DraftVariableOut]
    unused_variables: list[str]
    notes: str | None
    alternatives: list[dict[str, Any]]
    fallbacks: list[str]
    authorities: list[str]
    topics: list[str]
    review_due: str
    changes: list[dict[str, str]]
    red_flags: list[str] | None
    ladder: list[dict[str, str]] | None
    walk_away: str | None
    escalation: str | None


class DraftOut(BaseModel):
    """A draft, what was understood of the request, and what to beware of."""

    request: str
    language: Language
    clauses: list[DraftedOut]
    understood: dict[str, Any] | None
    warnings: list[str]
    ai_generated: bool = Field(description="Whether a language model wrote any of the clauses.")
    elapsed_ms: float


class AgreementIn(Strict):
    """The needs, as `clausier agreement intake` shows them."""

    intake: dict[str, Any]
    lang: Literal["fr", "en", "both"] = "fr"
    format: Form = "json"
    memo: bool = Field(False, description="The strategy instead of the contract, in `md` or `docx`.")


class AgreementOut(BaseModel):
    """A whole agreement: its articles with their numbers, its annexes, tensions between figures, and what is missing."""

    title: str
    languages: list[Language]
    side: Literal["customer", "provider"]
    bargaining: Literal["strong", "even", "weak"]
    articles: list[dict[str, Any]]
    definitions: list[dict[str, Any]]
    definitions_article: str
    annexes: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    missing: list[str]
    ai_generated: bool


@router.get("/clauses", response_model=ClausesOut, dependencies=[allow(ANYONE)])
def clauses(
    services: ServicesDep,
    topic: Annotated[str | None, Query(max_length=100, description="Only clauses on this topic.")] = None,
    lang: Annotated[Language | None, Query(description="Titles and purposes in this language alone.")] = None,
) -> Any:
    """What can be drafted."""
    library = services.assistant.library
    chosen = [one for one in library.clauses.values() if topic is None or topic in one.topics]
    found = [summary_json(one) for one in sorted(chosen, key=lambda one: one.type)]
    if lang:
        found = [{**one, "title": {lang: one["title"][lang]}, "purpose": {lang: one["purpose"][lang]}} for one in found]
    return {"clauses": found}


@router.get("/clauses/{clause_id}", response_model=ClauseOut, dependencies=[allow(ANYONE)])
def clause(
    services: ServicesDep,
    visitor: VisitorDep,
    clause_id: Annotated[str, Path(max_length=100, description="A type, or one wording of it: liability.balanced.")],
    audience: Audience = "client",
) -> Any:
    """A clause type with all its wordings, or one of them."""
    kind, _, position = clause_id.partition(".")
    found = services.assistant.library.clause(kind)
    shown = clause_json(found, visitor.entitled(audience), now().date())
    if position:
        shown["positions"] = [one for one in shown["positions"] if one["position"] == position]
        if not shown["positions"]:
            raise NotFound(f"{kind} has no position {position!r}: choose of {', '.join(found.positions)}")
    return shown


@router.post("/drafts", response_model=DraftOut, responses=FILES, dependencies=[allow(ANYONE)])
def draft(asked: DraftIn, services: ServicesDep, address: AddressDep, visitor: VisitorDep) -> Any:
    """Draft clauses from the library."""
    services.limiter.check(address)
    limit = services.settings.max_question_characters
    if len(asked.request) > limit:
        raise TooLarge(f"the request is longer than {limit:,} characters: shorten it")
    made = services.assistant.drafter.draft(
        asked.request, types=asked.types, position=asked.position, lang=asked.lang, given=asked.values
    )
    audience = visitor.entitled(asked.audience)
    if asked.format == "json":
        return as_json(made, audience)
    return _file(as_document(made, services.assistant.library, audience), asked.format)


@router.post("/agreements", response_model=AgreementOut, responses=FILES, dependencies=[allow(LAWYERS)])
def agreement(asked: AgreementIn, services: ServicesDep, address: AddressDep) -> Any:
    """Assemble a whole agreement; 422 if the needs contradict themselves."""
    services.limiter.check(address)
    library = services.assistant.library
    languages: tuple[Language, ...] = ("fr", "en") if asked.lang == "both" else (asked.lang,)
    made = agree(accept(asked.intake), library, languages)
    if asked.memo and asked.format == "json":
        raise InvalidInput("the memo comes as md or docx: choose one of them in `format`")
    if asked.format == "json":
        return agreement_json(made, library)
    return _file(memo(made, library, languages[0]) if asked.memo else made.document, asked.format)


def _file(document: Document, form: Form) -> Response:
    made = docx(document) if form == "docx" else markdown(document).encode()
    headers = {"Content-Disposition": f'attachment; filename="clausier.{form}"'} if form == "docx" else {}
    return Response(made, media_type=MEDIA[form], headers=headers)
