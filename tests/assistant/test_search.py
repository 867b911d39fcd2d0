"""Searching for a clause by describing it: the types are ranked, each with its best passage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.draft.match import Candidate
from assistant.retrieve import Retriever
from assistant.search import search
from assistant.wiring import Assistant
from knowledge.index import Index
from knowledge.models import Language
from tests.fakes import WEIGHTS, FakeEncoder, document, new_store, put

DESCRIPTIONS = Path(__file__).parents[1] / "golden" / "clause_descriptions.jsonl"


def ranked(_text: str, _lang: Language) -> list[Candidate]:
    return [Candidate("fees", 0.9), Candidate("audit", 0.4), Candidate("gone", 0.1)]


def found(tmp_path: Path, kind: Any, **asked: Any) -> list[tuple[str, float]]:
    tmp_path.mkdir(exist_ok=True)
    store = new_store(tmp_path / "clausier.db")
    put(
        store,
        FakeEncoder(),
        document("clause-en-audit", "Audit once a year.", "Nobody audits alone.", kind="clause"),
        document("clause-en-fees", "Fees are due monthly.", kind="clause"),
        document("guidance-en-audit", "An audit is a look at the books.", kind="guidance"),
    )
    retriever = Retriever(Index(store), FakeEncoder(), WEIGHTS)
    result = search(
        retriever, "who audits alone", audience="client", langs=("en",), kinds=(kind,), types=ranked, **asked
    )
    store.close()
    return [(hit["text"], hit["score"]) for hit in result["hits"]]


def test_clauses_come_by_type_each_with_its_best_passage(tmp_path: Path) -> None:
    assert found(tmp_path, "clause") == [("Fees are due monthly.", 0.9), ("Nobody audits alone.", 0.4)]
    assert len(found(tmp_path / "again", "clause", limit=1)) == 1


def test_other_kinds_are_searched_by_passage(tmp_path: Path) -> None:
    assert [text for text, _ in found(tmp_path, "guidance")] == ["An audit is a look at the books."]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_clause_described_in_plain_words_is_among_the_first_five(whole: Assistant) -> None:
    rows = [json.loads(line) for line in DESCRIPTIONS.read_text("utf-8").splitlines()]
    assert len(rows) == 150
    missed = []
    for row in rows:
        result = search(
            whole.retriever,
            row["description"],
            audience="lawyer",
            langs=("en", "fr"),
            kinds=("clause",),
            limit=5,
            types=whole.drafter.types,
        )
        types = [hit["document_id"].split("-", 2)[2] for hit in result["hits"]]
        if row["type"] not in types:
            missed.append((row["id"], row["type"], types))
    assert len(missed) <= 0.05 * len(rows), missed
