"""What the API takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from knowledge.models import Audience, Kind, Language, Visibility
from knowledge.text import clean

# the most is measured as it was sent, which is what the schema says of it; the least as it is kept
Id = Annotated[str, Field(max_length=200), AfterValidator(clean), Field(min_length=1)]
Said = Annotated[str, Field(max_length=20_000), AfterValidator(clean)]
Asked = Annotated[str, AfterValidator(clean), Field(min_length=1)]


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelled one is noticed, and values of other types than the document says."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TurnIn(Strict):
    """Something said before."""

    role: Literal["user", "assistant"]
    content: Said


class AskIn(Strict):
    """A question. With `history` nothing is stored; else it joins `conversation_id`, or begins a conversation."""

    question: Asked = Field(description="What is asked, in French or English.")
    audience: Audience = "client"
    lang: Literal["auto", "en", "fr"] | None = None
    history: list[TurnIn] | None = Field(None, max_length=50)
    conversation_id: Id | None = None


class AuthorityOut(BaseModel):
    """A provision or decision, with our own sentence about it."""

    key: str
    ref: str
    text: str
    status: Literal["V", "P", "S", "U"] = Field(description="Verified, partly verified, secondary sources, unverified.")
    url: str | None
    topics: list[str]
    note: str | None
    checked_on: str


class CitationOut(BaseModel):
    """Words that an answer relies on: `passage.text[start:end] == quote`."""

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
    review_due: str | None = Field(None, description="When the text is due for review; the library's own texts only.")
    overdue: bool = Field(False, description="Whether that day had passed when the answer was given.")


class SpanOut(BaseModel):
    """Who wrote a piece of an answer: the model (found supported), a source to the letter, or the library as it is."""

    start: int
    end: int
    by: Literal["model", "quotation", "library"]


class ProvenanceOut(BaseModel):
    """What became of a language model's words in an answer."""

    model: str
    prompt: str = Field(description="The prompt's template and its version.")
    written: int = Field(description="Sentences that are shown.")
    quoted: int = Field(description="Those of them that quote a source.")
    repaired: int = Field(description="Those of them that were corrected from the sources.")
    withheld: int = Field(description="Sentences that could not be verified and are not shown.")
    withheld_because: dict[str, int]
    masked: dict[str, int] = Field(description="What the model was not told, by kind.")
    spans: list[SpanOut] = Field(description="Who wrote what of `answer`, from its beginning to its end.")


class AnswerOut(BaseModel):
    """An answer with its sources, or the reason why there is none."""

    id: str | None
    question: str
    language: Language
    audience: Audience
    answer: str = Field(description="Markdown with marks such as [1].")
    answer_html: str = Field(description="The same as sanitised HTML.")
    support: Literal["full", "partial", "none"]
    answerable: bool
    reason: Literal["out_of_scope", "not_in_library", "needs_lawyer", "unclear"] | None
    topics: list[str]
    citations: list[CitationOut]
    authorities: list[str]
    authority_details: list[AuthorityOut]
    follow_ups: list[str]
    handoff: bool
    engine: str
    ai_generated: bool
    provenance: ProvenanceOut | None = Field(description="Where a language model was asked.")
    notices: list[str]
    elapsed_ms: float
    conversation_id: str | None


class SourceOut(BaseModel):
    """Where a passage stands in its document, in characters."""

    uri: str
    page: int | None
    start: int
    end: int


class HitOut(BaseModel):
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
    visibility: Visibility
    text: str
    authorities: list[str]
    source: SourceOut
    review_due: str | None = Field(None, description="When the text is due for review; the library's own texts only.")
    overdue: bool = Field(False, description="Whether that day has passed.")


class SearchOut(BaseModel):
    """Ranked passages."""

    query: str
    language: Language
    elapsed_ms: float
    hits: list[HitOut]


class PassageOut(BaseModel):
    """A passage with what it rests on."""

    passage_id: str
    document_id: str
    kind: Kind
    title: str
    heading: list[str]
    lang: Language
    topics: list[str]
    visibility: Visibility
    text: str
    uri: str
    page: int | None
    start: int
    end: int
    authorities: list[AuthorityOut]
    review_due: str | None
    overdue: bool


class TopicOut(BaseModel):
    """One of the things that a contract should settle. Texts by language."""

    slug: str
    group: str
    name: dict[Language, str]
    definition: dict[Language, str]
    related: list[str]
    guidance: bool = Field(description="Whether the library has guidance on it.")


class TopicsOut(BaseModel):
    """All topics."""

    topics: list[TopicOut]


class ConversationSummary(BaseModel):
    """A conversation in a list."""

    id: str
    last_at: str
    turns: int
    question: str = Field(description="The first that was asked.")
    language: str
    handoff: bool = Field(description="Whether a lawyer should be seen.")
    unanswered: bool = Field(description="Whether the library could not answer.")
    unhelpful: bool = Field(description="Whether an answer was judged so.")
    by_lawyer: bool = Field(description="Whether a lawyer was answered.")
    site: str | None = Field(None, description="The site of the firm on which it was held.")


class ConversationsOut(BaseModel):
    """Conversations, the last first."""

    conversations: list[ConversationSummary]


class FeedbackIn(Strict):
    """What a reader thought of an answer. The last word on an answer counts."""

    conversation_id: Id
    answer_id: Id
    verdict: Literal["up", "down"]
    reason: Annotated[str, Field(max_length=2000), AfterValidator(clean)] | None = None


class Done(BaseModel):
    """It was done."""

    ok: Literal[True] = True


class ConversationTurn(BaseModel):
    """A question with its answer."""

    question: str
    answer: AnswerOut


class ConversationOut(BaseModel):
    """A conversation, in order."""

    conversation_id: str
    turns: list[ConversationTurn]


class ReceiptOut(BaseModel):
    """What was deleted, and when."""

    conversation_id: str
    turns: int
    feedback: int
    deleted_at: str
    sha256: str


class DeletedOut(BaseModel):
    """The receipt of a deletion."""

    receipt: ReceiptOut


class WidgetSessionIn(Strict):
    """A page of a site opens the widget; with `conversation_id` it goes on with a conversation of that site."""

    site: Id
    lang: Language | None = None
    conversation_id: Id | None = None


class WidgetSite(BaseModel):
    """What a site shows. Texts by language; `theme` holds custom properties of CSS."""

    id: str
    name: str
    greeting: dict[Language, str] | None
    starters: dict[Language, list[str]]
    position: Literal["right", "left"]
    theme: dict[str, str]
    privacy_url: str | None
    handoff: bool = Field(description="Whether one may write to the firm.")


class WidgetSessionOut(BaseModel):
    """A session: its token, for `Authorization: Bearer`, and all that the widget shows and says."""

    token: str
    expires_at: str
    conversation_id: str | None
    site: WidgetSite
    words: dict[Language, dict[str, str]]


class WidgetFeedbackIn(Strict):
    """What a visitor thought of an answer of the session's conversation."""

    answer_id: Id
    verdict: Literal["up", "down"]
    reason: Annotated[str, Field(max_length=2000), AfterValidator(clean)] | None = None
    conversation_id: Id | None = None


class HandoffIn(Strict):
    """What a visitor writes to the firm. Without their consent nothing is kept."""

    name: Annotated[str, Field(max_length=120), AfterValidator(clean), Field(min_length=1)]
    email: Annotated[str, Field(max_length=254), AfterValidator(clean), Field(min_length=3)]
    phone: Annotated[str, Field(max_length=40), AfterValidator(clean)] | None = None
    message: Annotated[str, Field(max_length=4000), AfterValidator(clean), Field(min_length=1)]
    consent: Literal[True]
    include_conversation: bool = False
    lang: Language = "en"


class HandoffOut(BaseModel):
    """The number under which a message is kept for the firm."""

    number: str
    sent: Literal["stored"]


class ReviewOut(BaseModel):
    """The review of a contract: see the contract of the command line for its parts. More keys may come."""

    model_config = ConfigDict(extra="allow")

    id: str
    expires_at: str
    document: dict[str, Any]
    side: Literal["customer", "provider"]
    playbook: dict[str, str]
    engine: str
    ai_generated: bool = False
    clauses: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    key_terms: list[dict[str, Any]]
    hidden_content: list[dict[str, Any]]
    summary: dict[str, float]


class ReviewReceiptOut(BaseModel):
    """Which review was deleted, and when."""

    review_id: str
    deleted_at: str
    sha256: str


class ReviewDeletedOut(BaseModel):
    """The receipt of a deletion."""

    receipt: ReviewReceiptOut


class Health(BaseModel):
    """Whether the server runs, and how it searches."""

    status: Literal["ok", "starting"]
    search: str | None = None
    notice: str | None = None


class Error(BaseModel):
    """What happened and what to do."""

    code: str
    message: str
    details: dict[str, Any] | None = None


class ErrorOut(BaseModel):
    """The one shape of every error."""

    error: Error
