"""Clausier for projects that use LangChain: a retriever and tools, over this process or over HTTP.

    from assistant.langchain import ClausierRetriever, clausier_tools
    from web.client import Client

    retriever = ClausierRetriever(source=Client("http://127.0.0.1:8000"))
    tools = clausier_tools(Client("http://127.0.0.1:8000"))

In one process `assistant.local.Local` takes the client's place. Nothing of ours imports this module, so that LangChain loads only
where a project asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from knowledge.models import Kind, Language, Position, Side

Answered = Mapping[str, Any]
"""JSON as the outside contract has it."""


class Source(Protocol):
    """What answers: `assistant.local.Local` or `web.client.Client`."""

    def search(
        self,
        q: str,
        *,
        k: int = 10,
        kind: Kind | None = None,
        topic: str | None = None,
        lang: Literal["en", "fr", "any"] = "any",
    ) -> Answered: ...

    def ask(self, question: str, *, lang: Language | None = None) -> Answered: ...

    def draft(
        self, request: str = "", *, position: Position | None = None, lang: Language | None = None
    ) -> Answered: ...

    def checklist(self, *, topics: Sequence[str] = (), side: Side = "customer", lang: Language = "en") -> Answered: ...


class ClausierRetriever(BaseRetriever):
    """Passages of the library as documents: the text verbatim, and in the metadata all else that is known of the hit."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: SkipValidation[Source]
    k: int = Field(10, ge=1, le=50, description="How many passages.")
    kind: Kind | None = None
    topic: str | None = None
    lang: Literal["en", "fr", "any"] = "any"

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.source.search(query, k=self.k, kind=self.kind, topic=self.topic, lang=self.lang)
        return [
            Document(
                id=hit["passage_id"],
                page_content=hit["text"],
                metadata={name: value for name, value in hit.items() if name != "text"},
            )
            for hit in found["hits"]
        ]


class AskArgs(BaseModel):
    """A question."""

    question: str = Field(description="The question, in French or English, with all that it refers to.")
    lang: Language | None = Field(None, description="The language to answer in; unset: that of the question.")


class DraftArgs(BaseModel):
    """What to draft."""

    request: str = Field(description="What the clause should say, for whom, with which figures, in plain words.")
    position: Position | None = Field(None, description="Whose position; unset: what the request says, else balanced.")
    lang: Language | None = Field(None, description="The language of the clause; unset: that of the request.")


class ChecklistArgs(BaseModel):
    """What to check."""

    topics: list[str] = Field([], description="Slugs of topics; none: all of them.")
    side: Side = Field("customer", description="Whom we act for.")
    lang: Language = "en"


ABOUT: Final[Mapping[str, str]] = {
    "clausier_ask": "Answer a question on website-maintenance and IT-services contracts under French and EU law. The answer "
    "has marks such as [1]; its citations hold the exact words relied on. Where there is no support, it says why.",
    "clausier_draft": "Draft a contract clause from the firm's library, in its own words, with the figures of the request.",
    "clausier_checklist": "A negotiation checklist: what to ask for, why, in which words.",
}


def clausier_tools(source: Source) -> list[BaseTool]:
    """Tools that ask, draft and make checklists. What a model reads is the text; the artifact of the message is the whole
    JSON, with sources and whether a machine wrote any of it."""

    def ask(question: str, lang: Language | None = None) -> tuple[str, Answered]:
        told = source.ask(question, lang=lang)
        return f"{told['answer']}\n\n{_quotes(told)}".strip(), told

    def draft(request: str, position: Position | None = None, lang: Language | None = None) -> tuple[str, Answered]:
        made = source.draft(request, position=position, lang=lang)
        texts = [f"{one['title']} ({one['clause_id']})\n\n{one['text']}" for one in made["clauses"]]
        return "\n\n".join((*texts, *made["warnings"])), made

    def checklist(
        topics: list[str] | None = None, side: Side = "customer", lang: Language = "en"
    ) -> tuple[str, Answered]:
        made = source.checklist(topics=topics or [], side=side, lang=lang)
        return json.dumps(made, ensure_ascii=False), made

    return [
        _tool("clausier_ask", ask, AskArgs),
        _tool("clausier_draft", draft, DraftArgs),
        _tool("clausier_checklist", checklist, ChecklistArgs),
    ]


def _tool(name: str, call: Callable[..., tuple[str, Answered]], args: type[BaseModel]) -> BaseTool:
    return StructuredTool.from_function(
        call, name=name, description=ABOUT[name], args_schema=args, response_format="content_and_artifact"
    )


def _quotes(told: Answered) -> str:
    """The exact words behind each mark, with their passage."""
    return "\n".join(
        f"[{one['n']}] {one['title']}, {one['passage_id']}: {json.dumps(one['quote'], ensure_ascii=False)}"
        for one in told["citations"]
    )
