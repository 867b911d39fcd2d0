"""OpenAI's wire format over our answers: what is asked, what is told, in the shapes that their clients read.

Of a request the words of people count: the last thing that a user said is the question, what was said before it the history.
System and developer messages are somebody's instructions to a model; Clausier takes none, so they change nothing. What would
change the form of the answer (several answers, JSON, audio, calls of tools that must be made) is refused, because a client that
asks for it could not read what it gets; what only tunes a model is ignored.

The format: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.answer import Answer, as_json, citation_json
from assistant.cite import Citation
from knowledge.models import Audience
from knowledge.text import clean
from web.errors import Refused
from web.schemas import ProvenanceOut, Strict

MODEL: Final = "clausier"
EXTRACTIVE_MODEL: Final = "clausier-extractive"
MODELS: Final = (MODEL, EXTRACTIVE_MODEL)
LONGEST_TURN: Final = 20_000
"""Characters of something said before that are read."""
TURNS: Final = 50
"""Things said before that are read; the last ones."""
CREATED: Final = 1_767_225_600
"""When the models were made, for clients that want a date: 1 January 2026."""

Cleaned = Annotated[str, AfterValidator(clean)]


class PartIn(BaseModel):
    """A part of a message. Only text is read; nothing that a part refers to is ever fetched."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[str, Field(max_length=50)]
    text: Cleaned | None = None
    refusal: Cleaned | None = None


class MessageIn(BaseModel):
    """A message. Those of the roles `system`, `developer`, `tool` and `function` change nothing."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Cleaned | list[PartIn] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text or part.refusal or "" for part in self.content or ()).strip()

    @property
    def foreign(self) -> str | None:
        """The type of a part that is not text."""
        parts = self.content if isinstance(self.content, list) else []
        return next((part.type for part in parts if part.type not in ("text", "refusal")), None)


class OwnIn(Strict):
    """What only Clausier understands."""

    audience: Audience | None = Field(None, description="Unset: `lawyer` with a lawyer's key, else `client`.")
    lang: Literal["auto", "en", "fr"] | None = None


class StreamOptionsIn(BaseModel):
    """What a stream holds besides the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = False


class FormatIn(BaseModel):
    """The form of the answer; only `text` can be given."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[str, Field(max_length=50)] = "text"


class CompletionIn(BaseModel):
    """A conversation to go on with. Parameters that tune a model are accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, Field(max_length=100)]
    messages: list[MessageIn] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptionsIn | None = None
    n: int | None = Field(None, description="Only 1: there is one answer.")
    response_format: FormatIn | None = None
    tool_choice: str | dict[str, Any] | None = Field(None, description="Only `none` or `auto`: no tool is ever called.")
    modalities: list[str] | None = Field(None, description="Only `text`.")
    logprobs: bool | None = Field(None, description="Only false: there are no probabilities.")
    clausier: OwnIn | None = None


class QuoteOut(BaseModel):
    """The exact words that a mark stands for: `passage.text[start:end] == quote`."""

    n: int
    passage_id: str
    document_id: str
    quote: str
    start: int
    end: int
    verified: bool
    authorities: list[str]


class UrlCitationOut(BaseModel):
    """Where a mark stands in the content, and the address of the passage."""

    start_index: int
    end_index: int
    title: str
    url: str


class AnnotationOut(BaseModel):
    """A mark in the answer with its source."""

    type: Literal["url_citation"]
    url_citation: UrlCitationOut
    clausier: QuoteOut


class MessageOut(BaseModel):
    """The answer: Markdown with marks such as [1], and the sources below."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[AnnotationOut]


class ChoiceOut(BaseModel):
    """The one answer."""

    index: Literal[0]
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class UsageOut(BaseModel):
    """Always 0: what an answer costs is not counted in tokens, because answers are composed without a model, or by one whose
    tokens the firm pays itself."""

    prompt_tokens: Literal[0]
    completion_tokens: Literal[0]
    total_tokens: Literal[0]


class TellOut(BaseModel):
    """What OpenAI's format has no place for."""

    support: Literal["full", "partial", "none"]
    reason: Literal["out_of_scope", "not_in_library", "needs_lawyer", "unclear"] | None
    language: Literal["en", "fr"]
    audience: Audience
    topics: list[str]
    follow_ups: list[str]
    handoff: bool
    engine: str
    ai_generated: bool
    notices: list[str]
    citations: list[dict[str, Any]] = Field(description="As `POST /api/v1/ask` gives them.")
    provenance: ProvenanceOut | None = Field(
        description="Where a language model was asked: what it wrote, what is quoted, what was withheld. Spans count from the "
        "beginning of the content."
    )


class CompletionOut(BaseModel):
    """An answer as OpenAI's clients read it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut
    clausier: TellOut


class ModelOut(BaseModel):
    """What `model` may name."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsOut(BaseModel):
    """All of them."""

    object: Literal["list"]
    data: list[ModelOut]


class WireError(BaseModel):
    """What happened, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str | None


class WireErrorOut(BaseModel):
    """The one shape of errors below /v1."""

    error: WireError


def model_json(name: str) -> dict[str, Any]:
    """A model in the list."""
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "clausier"}


def check(asked: CompletionIn) -> None:
    """Raises `Refused` for what the client could not read if it were ignored."""
    if asked.model not in MODELS:
        raise Refused(404, "model_not_found", f"There is no model {asked.model!r}: choose {' or '.join(MODELS)}.")
    wanted = asked.response_format.type if asked.response_format else "text"
    forced = asked.tool_choice not in (None, "none", "auto")
    for refused, name, instead in (
        (asked.n not in (None, 1), "n", "there is one answer to a question: leave it out"),
        (wanted != "text", "response_format", "answers are text: leave it out"),
        (forced, "tool_choice", "no tool is ever called: choose `none` or `auto`"),
        (any(kind != "text" for kind in asked.modalities or ()), "modalities", "answers are text: leave it out"),
        (bool(asked.logprobs), "logprobs", "there are no probabilities: leave it out"),
    ):
        if refused:
            raise Refused(400, "unsupported_value", f"{name} cannot be honoured: {instead}.")


def conversation(asked: CompletionIn) -> tuple[str, list[tuple[Literal["user", "assistant"], str]]]:
    """The question, and what was said before it by whom. Raises `Refused` where nobody asks, or asks with more than words."""
    spoken = [message for message in asked.messages if message.role in ("user", "assistant")]
    last = max((at for at, message in enumerate(spoken) if message.role == "user"), default=None)
    if last is None or not (spoken[last].text or spoken[last].foreign):
        raise Refused(400, "invalid_messages", "No message of the role `user` asks anything: send the question as one.")
    if foreign := spoken[last].foreign:
        raise Refused(400, "unsupported_content", f"Only text is read, not {foreign}: send the question in words.")
    said: list[tuple[Literal["user", "assistant"], str]] = []
    for message in spoken[max(0, last - TURNS) : last]:
        if message.text:
            said.append(("user" if message.role == "user" else "assistant", message.text[:LONGEST_TURN]))
    return spoken[last].text, said


class Wire:
    """One answer on its way: its id, when it was made and for which model. `site` is the address of this server."""

    def __init__(self, key: str, created: int, model: str, site: str) -> None:
        self._head = {"id": f"chatcmpl-{key}", "created": created, "model": model}
        self._site = site.rstrip("/")

    def address(self, citation: Citation) -> str:
        """The page that shows the passage with the quoted words marked."""
        passage = quote(citation.passage.id, safe="")
        return f"{self._site}/passages/{passage}?start={citation.start}&end={citation.end}"

    def whole(self, answer: Answer, content: str) -> dict[str, Any]:
        """The answer in one piece."""
        message = {
            "role": "assistant", "content": content, "refusal": None, "annotations": self.annotations(answer),
        }  # fmt: skip
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": NO_USAGE,
            "clausier": tell(answer),
        }

    def begin(self) -> str:
        """The first event."""
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> str:
        """An event with the next words."""
        return self._chunk({"content": text})

    def end(self, answer: Answer, *, usage: bool) -> Iterator[str]:
        """The last events: the sources, the usage if it was asked for, and the mark of the end."""
        yield self._chunk({"annotations": self.annotations(answer)}, "stop", clausier=tell(answer))
        if usage:
            yield event({**self._head, "object": "chat.completion.chunk", "choices": [], "usage": NO_USAGE})
        yield "data: [DONE]\n\n"

    def annotations(self, answer: Answer) -> list[dict[str, Any]]:
        """The sources of `answer`, one for each mark in its prose, in the order of the marks."""
        known = {citation.n: citation for citation in answer.citations}
        found = ((mark, known.get(int(mark[1]))) for mark in _MARK.finditer(answer.prose))
        return [self._annotation(mark, citation, answer) for mark, citation in found if citation]

    def _annotation(self, mark: re.Match[str], citation: Citation, answer: Answer) -> dict[str, Any]:
        told = citation_json(citation, answer.reviews)
        return {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start(),
                "end_index": mark.end(),
                "title": " > ".join((citation.passage.title, *citation.passage.heading)),
                "url": self.address(citation),
            },
            "clausier": {name: told[name] for name in QuoteOut.model_fields},
        }

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**self._head, "object": "chat.completion.chunk", "choices": [choice], **more})


NO_USAGE: Final = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_MARK: Final = re.compile(r"(?<!\\)\[(\d{1,3})\]")


def tell(answer: Answer) -> dict[str, Any]:
    """What OpenAI's format has no place for."""
    told = as_json(answer)
    return {name: told[name] for name in TellOut.model_fields}


def event(data: dict[str, Any]) -> str:
    """An event of a stream; JSON keeps line ends out of the framing."""
    return f"data: {json.dumps(data)}\n\n"
