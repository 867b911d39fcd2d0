"""Retrieval: the legs are fused as computed by hand, and nobody is shown what is not theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.retrieve import VISIBLE, Legs, Retriever, Scored, System, _scale
from assistant.search import search
from knowledge.index import Index
from knowledge.models import AUDIENCES, Audience
from knowledge.review import Reviews
from knowledge.store import Store
from tests.fakes import WEIGHTS, FakeEncoder, document, new_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture
def retriever(store: Store, tmp_path: Path) -> Retriever:
    return Retriever(Index(store), FakeEncoder(), WEIGHTS)


def fill(store: Store) -> None:
    fillers = [document(f"filler{n}", f"unrelated matter number {n} of no interest") for n in range(8)]
    put(
        store,
        FakeEncoder(),
        document("public", "The penalty is two percent of the monthly fee.", topics=("penalties",)),
        document("internal", "Our penalty fallback is five percent of the fee.", visibility="internal"),
        document("french", "La pénalité est de deux pour cent.", lang="fr", topics=("penalties",)),
        document(
            "guidance", "A penalty clause sets a lump sum.", kind="guidance", topics=("penalties", "breach-remedies")
        ),
        *fillers,
    )


def test_the_legs_are_fused_as_computed_by_hand(retriever: Retriever) -> None:
    """Three legs, each from 1 to 0 over its candidates; stems weigh 0.3 x coverage 0.5, cognates 0.3 x 1."""
    cosines = {1: 0.9, 2: 0.8, 3: 0.7}
    stems = [Scored({2: 6.0, 4: 2.0}, 0.5), Scored({5: 3.0}, 0.2)]
    cognates = [Scored({3: 4.0}, 1.0)]
    scores = retriever._fuse(Legs(cosines, stems, cognates), 100)
    dense, stem, cognate = 1 - 0.15 - 0.3, 0.15, 0.3
    assert scores == pytest.approx(
        {1: dense, 2: dense * 0.5 + stem, 3: cognate, 4: 0.0, 5: stem * 0.25},
    )


def test_without_vectors_words_decide(retriever: Retriever) -> None:
    scores = retriever._fuse(Legs({}, [Scored({1: 2.0, 2: 1.0}, 0.1)], [Scored({2: 1.0}, 0.1)]), 100)
    assert scores == pytest.approx({1: 0.5, 2: 0.5})


@pytest.mark.parametrize(
    ("scores", "count", "expected"),
    [
        ({}, 3, {}),
        ({1: 0.5}, 3, {1: 1.0}),
        ({1: 0.5, 2: 0.5}, 3, {1: 1.0, 2: 1.0}),
        ({1: 3.0, 2: 1.0, 3: 2.0}, 3, {1: 1.0, 3: 0.5, 2: 0.0}),
        ({1: 3.0, 2: 1.0, 3: 2.0}, 2, {1: 1.0, 3: 0.0}),
    ],
)
def test_scaling(scores: dict[int, float], count: int, expected: dict[int, float]) -> None:
    assert _scale(scores, count) == expected


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("system", ["hybrid", "dense", "lexical"])
def test_nobody_is_shown_what_is_not_theirs(store: Store, retriever: Retriever, audience: Audience, system) -> None:
    fill(store)
    for question in ("Our penalty fallback is five percent of the fee.", "penalty", "internal"):
        found = retriever.retrieve(question, audience=audience, limit=100, system=system)
        assert found or question == "internal"
        assert {hit.passage.visibility for hit in found} <= set(VISIBLE[audience])
    found = retriever.retrieve("penalty fallback five percent", audience=audience, system=system)
    assert any(hit.passage.document_id == "internal" for hit in found) == (audience == "lawyer")


def test_only_lawyers_see_what_is_internal() -> None:
    assert {audience for audience in AUDIENCES if "internal" in VISIBLE[audience]} == {"lawyer"}


def test_languages_kinds_and_topics_restrict(store: Store, retriever: Retriever) -> None:
    fill(store)

    def found(**wanted: object) -> set[str]:
        hits = retriever.retrieve("penalty pénalité", audience="client", limit=50, **wanted)  # type: ignore[arg-type]
        return {hit.passage.document_id for hit in hits}

    assert "french" not in found(langs=("en",))
    assert found(langs=("fr",)) == {"french"}
    assert found(kinds=("guidance",)) == {"guidance"}
    assert found(topics=("penalties",)) == {"public", "french", "guidance"}
    assert found(topics=("breach-remedies",), kinds=("document",)) == set()


@pytest.mark.parametrize("system", ["hybrid", "dense", "lexical"])
def test_given_documents_are_ranked_as_wholes(store: Store, retriever: Retriever, system: System) -> None:
    fill(store)
    given = frozenset({"public", "filler1", "internal"})
    ranking = retriever.rank("penalty", given, audience="client", system=system)
    assert ranking[0] == "public"
    assert set(ranking) <= {"public", "filler1"}


def test_a_document_is_judged_by_all_its_passages(store: Store, retriever: Retriever) -> None:
    put(
        store,
        FakeEncoder(),
        document("steady", "penalty for delay", "penalty for downtime", "penalty and credit"),
        document("once", "penalty for delay", "the weather in Brest", "a recipe for soup"),
    )
    assert retriever.rank("penalty", frozenset({"steady", "once"}), audience="client") == ["steady", "once"]


def test_hits_are_best_first_and_as_many_as_asked_for(store: Store, retriever: Retriever) -> None:
    fill(store)
    hits = retriever.retrieve("penalty of the monthly fee", audience="client", limit=3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 3
    assert hits[0].passage.document_id == "public"
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_a_vector_that_is_given_is_not_made_again(store: Store, tmp_path: Path) -> None:
    fill(store)
    encoder = FakeEncoder()
    retriever = Retriever(Index(store), encoder, WEIGHTS)
    given = retriever.retrieve("penalty", audience="client", vector=encoder.question("penalty"))
    assert encoder.asked == ["penalty"]
    assert given == retriever.retrieve("penalty", audience="client")


def test_without_an_encoder_words_find(store: Store, tmp_path: Path) -> None:
    fill(store)
    retriever = Retriever(Index(store), None, WEIGHTS)
    hits = retriever.retrieve("penalty lump sum", audience="client")
    assert hits[0].passage.document_id == "guidance"
    assert {hit.cosine for hit in hits} == {0.0}
    assert retriever.retrieve("penalty", audience="client", system="dense") == []


def test_a_firms_own_documents_are_known(store: Store, retriever: Retriever) -> None:
    assert not retriever.has_documents("lawyer", ("en", "fr"))
    put(store, FakeEncoder(), document("internal", "fallback", visibility="internal"))
    assert retriever.has_documents("lawyer", ("en",))
    assert not retriever.has_documents("client", ("en",))
    assert not retriever.has_documents("lawyer", ("fr",))


def test_a_search_is_told_as_the_contract_has_it(store: Store, retriever: Retriever) -> None:
    fill(store)
    result = search(retriever, "What is the penalty?", audience="client", langs=("en", "fr"), limit=2)
    assert result["language"] == "en"
    assert [hit["rank"] for hit in result["hits"]] == [1, 2]
    assert set(result["hits"][0]) == {
        "rank", "score", "passage_id", "document_id", "kind", "title", "heading", "lang", "topics", "visibility", "text",
        "authorities", "source", "review_due", "overdue",
    }  # fmt: skip
    assert set(result["hits"][0]["source"]) == {"uri", "page", "start", "end"}


def test_a_hit_says_when_its_text_is_due_for_review(store: Store, retriever: Retriever) -> None:
    fill(store)
    reviews = Reviews({"guidance": dt.date(2026, 1, 1), "public": dt.date(2027, 1, 1)}, dt.date(2026, 6, 1))
    result = search(retriever, "penalty", audience="client", langs=("en",), reviews=reviews)
    told = {hit["document_id"]: (hit["review_due"], hit["overdue"]) for hit in result["hits"]}
    assert told["guidance"] == ("2026-01-01", True)
    assert told["public"] == ("2027-01-01", False)
    assert not any(overdue for document, (_, overdue) in told.items() if document != "guidance")
