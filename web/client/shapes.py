"""What the API gives, as types of dictionaries; a test compares them with `/openapi.json`."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Language = Literal["en", "fr"]
Audience = Literal["client", "lawyer", "trainee"]
Kind = Literal["guidance", "clause", "authority", "quiz", "document"]
Position = Literal["customer", "balanced", "provider"]
Side = Literal["customer", "provider"]
Texts = dict[Language, str]


class Turn(TypedDict):
    """Something said before."""

    role: Literal["user", "assistant"]
    content: str


class Authority(TypedDict):
    """A provision or decision, with Clausier's own sentence about it."""

    key: str
    ref: str
    text: str
    status: Literal["V", "P", "S", "U"]
    url: str | None
    topics: list[str]
    note: str | None
    checked_on: str


class Citation(TypedDict):
    """Words that an answer relies on: `passage["text"][start:end] == quote`."""

    n: int
    passage_id: str
    document_id: str
    kind: Kind
    title: str
    heading: list[str]
    lang: Language
    topics: list[str]
    quote: str
    start: int
    end: int
    verified: bool
    authorities: list[str]
    uri: str
    review_due: str | None
    overdue: bool


class Source(TypedDict):
    """Where a passage stands in its document."""

    uri: str
    page: int | None
    start: int
    end: int


class Hit(TypedDict):
    """A passage that was found."""

    rank: int
    score: float
    passage_id: str
    document_id: str
    kind: Kind
    title: str
    heading: list[str]
    lang: Language
    topics: list[str]
    visibility: Literal["public", "internal"]
    text: str
    authorities: list[str]
    source: Source
    review_due: str | None
    overdue: bool


class Found(TypedDict):
    """Ranked passages."""

    query: str
    language: Language
    elapsed_ms: float
    hits: list[Hit]


class Passage(TypedDict):
    """A passage with what it rests on."""

    passage_id: str
    document_id: str
    kind: Kind
    title: str
    heading: list[str]
    lang: Language
    topics: list[str]
    visibility: Literal["public", "internal"]
    text: str
    uri: str
    page: int | None
    start: int
    end: int
    authorities: list[Authority]
    review_due: str | None
    overdue: bool


class Topic(TypedDict):
    """One of the things that a contract should settle."""

    slug: str
    group: str
    name: Texts
    definition: Texts
    related: list[str]
    guidance: bool


class Topics(TypedDict):
    """All topics."""

    topics: list[Topic]


class ClauseSummary(TypedDict):
    """A clause type in the list."""

    type: str
    title: Texts
    purpose: Texts
    topics: list[str]
    positions: list[Position]
    clause_ids: list[str]


class Clauses(TypedDict):
    """Clause types, by name."""

    clauses: list[ClauseSummary]


class Clause(TypedDict):
    """A clause type with its positions. Red flags, ladder and the rest are for lawyers, and `None` for others."""

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


class Variable(TypedDict):
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


class Drafted(TypedDict):
    """A drafted clause."""

    clause_id: str
    type: str
    title: str
    position: Position
    origin: Literal["library", "adapted", "generated"]
    text: str
    variables: list[Variable]
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


class Draft(TypedDict):
    """A draft, what was understood of the request, and what to beware of."""

    request: str
    language: Language
    clauses: list[Drafted]
    understood: dict[str, Any] | None
    warnings: list[str]
    ai_generated: bool
    elapsed_ms: float


class Agreement(TypedDict):
    """A whole agreement: its articles with their numbers, its annexes, tensions between figures, and what is missing."""

    title: str
    languages: list[Language]
    side: Side
    bargaining: Literal["strong", "even", "weak"]
    articles: list[dict[str, Any]]
    definitions: list[dict[str, Any]]
    definitions_article: str
    annexes: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    missing: list[str]
    ai_generated: bool


class Checklist(TypedDict):
    """What to settle, stage by stage."""

    title: str
    side: Side
    language: Language
    made_on: str
    ai_generated: bool
    progress: dict[str, int]
    stages: list[dict[str, Any]]


class Review(TypedDict):
    """The review of a contract. More keys may come."""

    id: str
    expires_at: str
    document: dict[str, Any]
    side: Side
    playbook: dict[str, str]
    engine: str
    ai_generated: bool
    clauses: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    key_terms: list[dict[str, Any]]
    hidden_content: list[dict[str, Any]]
    summary: dict[str, float]


class Answer(TypedDict):
    """An answer with its sources, or the reason why there is none. `answer` is Markdown with marks such as [1]."""

    id: str | None
    question: str
    language: Language
    audience: Audience
    answer: str
    answer_html: str
    support: Literal["full", "partial", "none"]
    answerable: bool
    reason: Literal["out_of_scope", "not_in_library", "needs_lawyer", "unclear"] | None
    topics: list[str]
    citations: list[Citation]
    authorities: list[str]
    authority_details: list[Authority]
    follow_ups: list[str]
    handoff: bool
    engine: str
    ai_generated: bool
    provenance: dict[str, Any] | None
    notices: list[str]
    elapsed_ms: float
    conversation_id: str | None


class Asked(TypedDict):
    """A question with its answer."""

    question: str
    answer: Answer


class Conversation(TypedDict):
    """A conversation, in order."""

    conversation_id: str
    turns: list[Asked]


class ConversationSummary(TypedDict):
    """A conversation in a list."""

    id: str
    last_at: str
    turns: int
    question: str
    language: str
    handoff: bool
    unanswered: bool
    unhelpful: bool
    by_lawyer: bool
    site: str | None


class Conversations(TypedDict):
    """Conversations, the last first."""

    conversations: list[ConversationSummary]


class ReceiptOfConversation(TypedDict):
    """What was deleted, and when."""

    conversation_id: str
    turns: int
    feedback: int
    deleted_at: str
    sha256: str


class DeletedConversation(TypedDict):
    """The receipt of a deletion."""

    receipt: ReceiptOfConversation


class ReceiptOfReview(TypedDict):
    """Which review was deleted, and when."""

    review_id: str
    deleted_at: str
    sha256: str


class DeletedReview(TypedDict):
    """The receipt of a deletion."""

    receipt: ReceiptOfReview


class Done(TypedDict):
    """It was done."""

    ok: bool


class Health(TypedDict):
    """Whether the server runs, and how it searches."""

    status: Literal["ok", "starting"]
    search: str | None
    notice: str | None
