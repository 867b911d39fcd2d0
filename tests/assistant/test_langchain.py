"""LangChain's own interfaces over Clausier: documents with all that is known of a hit, and tools with their artifacts."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.messages import ToolCall

from assistant.draft.drafter import Drafter
from assistant.langchain import ClausierRetriever, clausier_tools
from assistant.local import Local
from assistant.wiring import Assistant
from knowledge.settings import Settings
from tests.assistant.quiz import shelf
from tests.fakes import TODAY, Parts, document, installed, put

SECRET = "zorglubine"
QUESTION = "When is late payment interest due?"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    made = installed(tmp_path_factory.mktemp("langchain"))
    put(made.store, made.encoder, document("memo", f"{SECRET} late payment", visibility="internal"))
    return made


def local(parts: Parts, audience: Any = "client") -> Local:
    fields = dict.fromkeys(Assistant.__dataclass_fields__, cast(Any, None))
    known = Settings(_env_file=None, data_dir=Path("nowhere"))
    fields |= {
        "settings": known, "store": parts.store, "index": parts.index, "library": shelf.library(), "retriever": parts.retriever,
        "writer": parts.writer(), "drafter": Drafter(shelf.library(), parts.retriever, lambda: TODAY),
    }  # fmt: skip
    return Local(Assistant(**fields), audience, lambda: dt.date(2026, 3, 1))


def test_documents_are_the_hits(parts: Parts) -> None:
    source = local(parts)
    found = ClausierRetriever(source=source, k=3, kind="guidance", lang="en").invoke("late payment")
    hits = source.search("late payment", k=3, kind="guidance", lang="en")["hits"]
    assert [one.page_content for one in found] == [hit["text"] for hit in hits]
    assert [one.id for one in found] == [hit["passage_id"] for hit in hits]
    for one, hit in zip(found, hits, strict=True):
        assert {**one.metadata, "text": one.page_content} == hit


@pytest.mark.parametrize("audience", ["client", "trainee", "lawyer"])
def test_internal_passages_are_for_lawyers(parts: Parts, audience: str) -> None:
    found = ClausierRetriever(source=local(parts, audience), k=50).invoke(f"{SECRET} late payment")
    assert any(SECRET in one.page_content for one in found) is (audience == "lawyer")


def call(name: str, parts: Parts, **arguments: Any) -> Any:
    tool = next(one for one in clausier_tools(local(parts)) if one.name == name)
    return tool.invoke(ToolCall(name=name, args=arguments, id="1", type="tool_call"))


def test_an_answer_is_told_with_its_quotes_and_kept_whole(parts: Parts) -> None:
    message = call("clausier_ask", parts, question=QUESTION)
    told = message.artifact
    assert told["support"] in ("full", "partial")
    assert told["ai_generated"] is False
    assert message.content.startswith(told["answer"])
    for citation in told["citations"]:
        assert f"[{citation['n']}] {citation['title']}, {citation['passage_id']}: " in message.content
        assert json.dumps(citation["quote"], ensure_ascii=False) in message.content


def test_a_clause_is_told_in_the_library_s_words(parts: Parts) -> None:
    message = call(
        "clausier_draft", parts, request="limitation of liability to 12 months of fees", position="customer", lang="en"
    )
    drafted = message.artifact["clauses"][0]
    assert drafted["type"] == "liability"
    assert drafted["text"] in message.content


def test_a_checklist_is_told_for_a_side(parts: Parts) -> None:
    message = call("clausier_checklist", parts, topics=["late-payment"], side="provider", lang="fr")
    assert (message.artifact["side"], message.artifact["language"]) == ("provider", "fr")
    assert json.loads(message.content) == message.artifact


def test_every_tool_says_what_it_is_for(parts: Parts) -> None:
    for tool in clausier_tools(local(parts)):
        assert tool.description
        assert all(field.get("description") or name == "lang" for name, field in tool.args.items())
