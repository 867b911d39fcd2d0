"""Answers from a small library: composed of its own words, each beside its source, or declined with a reason."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt

from assistant.answer import Question, as_json, describe
from assistant.converse import Turn
from assistant.scope import Judgement
from knowledge.library import Figure, Period
from knowledge.models import LANGUAGES, Language
from tests.fakes import TODAY, Parts, assemble, document, installed, put

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("questions*.jsonl"))
MARK = re.compile(r"(?<!\\)\[(\d+)\]")
FIRM = (
    "The Zanzibar framework agreement obliges the provider to answer within 17 minutes. "
    "See [the terms](https://evil.example) <script>alert(1)</script> *now*."
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder = tmp_path_factory.mktemp("answers")
    made = installed(folder)
    put(
        made.store,
        made.encoder,
        document("firm-en", FIRM),
        document("firm-fr", "Le contrat-cadre Tombouctou prévoit une astreinte dominicale illimitée.", lang="fr"),
        document("firm-internal", "Our Zanzibar fallback concession remains nineteen minutes.", visibility="internal"),
    )
    yield assemble(made.store, made.library, folder, made.encoder)
    made.store.close()


def rows() -> list[dict]:
    return [json.loads(line) for path in GOLDEN for line in path.read_text("utf-8").splitlines() if line.strip()]


def test_whatever_is_asked_every_citation_is_verbatim(parts: Parts) -> None:
    """All golden questions, each with its history and for every audience in turn."""
    answerer = parts.answerer(not_in_library=0.0)
    answered = 0
    audiences = ("client", "lawyer", "trainee")
    for at, row in enumerate(rows()):
        history = tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history") or ())
        answer = answerer.answer(Question(row["question"], audiences[at % 3], None, history))
        told = as_json(answer, row["id"])
        assert json.loads(json.dumps(told)) == told
        assert told["answerable"] == (told["support"] != "none") == (told["reason"] is None)
        assert answer.answerable == bool(answer.citations)
        answered += answer.answerable
        marks = {int(mark) for mark in MARK.findall(answer.prose)}
        assert marks == {citation.n for citation in answer.citations} == set(range(1, len(answer.citations) + 1))
        for citation in answer.citations:
            held = parts.store.passage(citation.passage.id, internal=True)
            assert held.text[citation.start : citation.end] == citation.quote
            assert citation.quote.strip() == citation.quote != ""
            assert held.visibility == "public" or answer.audience == "lawyer"
        assert all(citation["verified"] for citation in told["citations"])
        assert len({citation.passage.id for citation in answer.citations}) == len(answer.citations)
    assert answered > 300


def test_a_good_question_gets_the_librarys_answer(parts: Parts) -> None:
    question = next(p for p in guidance(parts, "guidance-en-sla-response-times") if p.role == "question")
    answer = parts.answerer().answer(Question(question.heading[-1]))
    assert answer.citations[0].passage.id == question.id
    assert answer.prose.startswith(" ".join(answer.citations[0].quote.split())[:60])
    assert answer.topics[0] == "sla-response-times"
    assert answer.language == "en"
    assert answer.support == "full"
    assert answer.engine == "extractive"
    assert answer.follow_ups
    assert question.heading[-1] not in answer.follow_ups
    assert answer.authorities == tuple(dict.fromkeys(k for c in answer.citations for k in c.passage.authorities))


def test_an_answer_is_in_the_language_of_the_question(parts: Parts) -> None:
    for lang in ("en", "fr"):
        question = next(p for p in guidance(parts, f"guidance-{lang}-termination") if p.role == "question")
        answer = parts.answerer().answer(Question(question.heading[-1]))
        assert answer.language == lang
        assert {c.passage.lang for c in answer.citations} == {lang}
    forced = parts.answerer().answer(Question(question.heading[-1], lang="en"))
    assert forced.language == "en"


DECLINED = {
    "id", "question", "language", "audience", "answer", "support", "answerable", "reason", "topics", "citations",
    "authorities", "follow_ups", "handoff", "engine", "ai_generated", "provenance", "notices", "elapsed_ms",
}  # fmt: skip


def assert_declined(told: dict, reason: str) -> None:
    assert set(told) == DECLINED
    assert (told["support"], told["answerable"], told["reason"]) == ("none", False, reason)
    assert told["citations"] == told["topics"] == told["authorities"] == told["follow_ups"] == []
    assert told["answer"]
    assert not MARK.search(told["answer"])


def test_declining_says_why_in_the_language_of_the_question(parts: Parts) -> None:
    for category in parts.library.scope.categories:
        for lang in ("en", "fr"):
            told = as_json(parts.answerer().answer(Question(category.examples[lang][0], lang=lang)), "q")
            if told["answerable"]:
                continue  # the fake encoder may find another example nearer
            assert_declined(told, told["reason"])
            assert told["language"] == lang
            whys = {c.why[lang] for c in parts.library.scope.categories}
            assert any(told["answer"].startswith(why) for why in whys) or told["reason"] == "not_in_library"
    criminal = next(c for c in parts.library.scope.categories if c.key == "criminal")
    told = as_json(parts.answerer().answer(Question(criminal.examples["fr"][0])), "q")
    assert_declined(told, "out_of_scope")
    assert told["answer"] == f"{criminal.why['fr']}\n\n{criminal.instead['fr']}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_the_library_does_not_hold_is_said(parts: Parts, lang) -> None:
    answer = parts.answerer(not_in_library=0.99, full=1.0).answer(Question("Xyzzy plugh frotz?", lang=lang))
    assert_declined(as_json(answer), "not_in_library")


def test_a_category_that_needs_a_lawyer_hands_over(parts: Parts) -> None:
    declined = replace(parts.library.scope.categories[0], reason="needs_lawyer")
    answerer = parts.answerer()
    answer = answerer._decline(Question("x"), "en", Judgement(declined, False, 1.0, 0.0), declined, 0.0)
    assert answer.handoff
    assert answer.reason == "needs_lawyer"


def test_support_follows_the_cosine(parts: Parts) -> None:
    question = Question("How quickly must the provider answer an incident?")
    cosine = parts.answerer().answer_with_evidence(question)[1].cosine
    assert parts.answerer(full=cosine - 0.01, not_in_library=0.0).answer(question).support == "full"
    assert parts.answerer(full=cosine + 0.01, not_in_library=0.0).answer(question).support == "partial"
    assert parts.answerer(full=1.0, not_in_library=cosine + 0.01).answer(question).support == "none"


def test_a_dated_figure_is_shown_as_of_today(parts: Parts) -> None:
    passage = next(p for p in guidance(parts, "guidance-en-late-payment") if p.figures and p.role == "question")
    question = Question(passage.heading[-1])
    figure = parts.library.figures[passage.figures[0]]
    period = figure.on(TODAY)
    assert period, "the figures file has a value for the day of these tests"
    now = parts.answerer(TODAY).answer(question).prose
    assert "**Dated figures**" in now
    assert describe(figure, TODAY, "en") in now
    later = dt.date(2044, 1, 1)
    then = parts.answerer(later).answer(question).prose
    assert describe(figure, later, "en") in then
    assert f"{figure.name['en']}: expired on" in then
    assert period.display["en"] not in then.split("**Dated figures**")[1].split("**")[0]


TWO = Figure(
    "f",
    {"en": "Rate", "fr": "Taux"},
    None,
    (
        Period(dt.date(2025, 7, 1), dt.date(2025, 12, 31), {"en": "12%", "fr": "12 %"}, {"en": "OJ", "fr": "JO"}, "A"),
        Period(
            dt.date(2026, 1, 1), dt.date(2026, 6, 30), {"en": "13%", "fr": "13 %"}, {"en": "OJ 2", "fr": "JO 2"}, "A"
        ),
    ),
    {"en": "See the bank.", "fr": "Voir la banque."},
)
OPEN = replace(TWO, periods=(replace(TWO.periods[0], last=None),))


@pytest.mark.parametrize(
    ("figure", "day", "lang", "expected"),
    [
        (TWO, dt.date(2025, 12, 31), "en", "Rate: 12% (1 July 2025 to 31 December 2025). OJ."),
        (TWO, dt.date(2026, 1, 1), "fr", "Taux : 13 % (1er janvier 2026 au 30 juin 2026). JO 2."),
        (TWO, dt.date(2026, 7, 1), "en", "Rate: expired on 30 June 2026. See the bank."),
        (TWO, dt.date(2026, 7, 1), "fr", "Taux : valeur expirée le 30 juin 2026. Voir la banque."),
        (OPEN, dt.date(2044, 2, 3), "en", "Rate: 12% (1 July 2025 until further notice). OJ."),
        (OPEN, dt.date(2044, 2, 3), "fr", "Taux : 12 % (1er juillet 2025, jusqu'à nouvel ordre). JO."),
    ],
)
def test_a_figure_in_words(figure: Figure, day: dt.date, lang, expected: str) -> None:
    assert describe(figure, day, lang) == expected


def test_a_document_in_the_other_language_comes_with_a_notice(parts: Parts) -> None:
    question = "Tombouctou contrat-cadre astreinte dominicale illimitée"
    answer = parts.answerer(prefer_question=0.0).answer(Question(question, lang="en"))
    cited = [c for c in answer.citations if c.passage.document_id == "firm-fr"]
    assert cited, "the only source that fits is cited although it is in French"
    first = answer.citations[0].passage.lang == "fr"
    assert ("only in French" in answer.prose) == first
    own = parts.answerer(prefer_question=0.0).answer(Question(question, lang="fr"))
    assert "n'existe qu'en" not in own.prose
    assert any(c.passage.document_id == "firm-fr" for c in own.citations)


def test_a_strangers_markup_is_made_plain(parts: Parts) -> None:
    answer = parts.answerer(prefer_question=0.0).answer(
        Question("Zanzibar framework agreement seventeen minutes answer")
    )
    cited = next(c for c in answer.citations if c.passage.document_id == "firm-en")
    assert FIRM.startswith(cited.quote)
    html = MarkdownIt("commonmark").render(answer.prose)
    assert "<script" not in html
    assert "<a " not in html
    assert "[the terms](https://evil.example) &lt;script&gt;alert(1)&lt;/script&gt; *now*." in html


def test_internal_notes_are_for_lawyers(parts: Parts) -> None:
    internal = [
        p.text
        for d in parts.store.documents()
        for p in parts.store.passages_of(d["id"], internal=True)
        if p.visibility == "internal"
    ]
    noted = 0
    for passage in guidance(parts, "guidance-en-liability-cap"):
        if passage.role == "question":
            lawyer = parts.answerer().answer(Question(passage.heading[-1], "lawyer"))
            noted += "For the negotiation (internal)" in lawyer.prose
            for audience in ("client", "trainee"):
                told = json.dumps(
                    as_json(parts.answerer().answer(Question(passage.heading[-1], audience))), ensure_ascii=False
                )
                assert "(internal)" not in told
                assert not any(text[:60] in told for text in internal)
    assert noted


def test_every_part_of_a_question_is_answered(parts: Parts) -> None:
    first, second = "What interest is due on a late payment?", "What is a response time in a service level agreement?"
    answer, evidence = parts.answerer().answer_with_evidence(Question(f"{first} {second}"))
    assert evidence
    assert [text for text, _ in evidence.by_part] == [first, second, f"{first} {second}"]
    leads = [parts.answerer()._lead(hits).id for _, hits in evidence.by_part]
    different = list(dict.fromkeys(leads))
    assert len(different) > 1
    assert [c.passage.id for c in answer.citations[: len(different)]] == different


def test_a_follow_up_is_read_with_what_was_said(parts: Parts) -> None:
    asked = next(p for p in guidance(parts, "guidance-en-termination") if p.role == "question").heading[-1]
    history = (Turn("user", asked), Turn("assistant", "Three months."))
    answer = parts.answerer().answer(Question("And how long is it?", history=history))
    assert "termination" in answer.topics


def test_embedding_is_done_once_for_one_question(parts: Parts) -> None:
    parts.encoder.asked.clear()
    parts.answerer().answer(Question("How quickly must the provider answer an incident?"))
    assert len(parts.encoder.asked) == 1


def test_without_an_encoder_words_answer(parts: Parts, tmp_path: Path) -> None:
    blind = assemble(parts.store, parts.library, tmp_path)
    blind.retriever.encoder = None
    answer = blind.answerer().answer(Question("What is a response time in an SLA?"))
    assert answer.support == "partial"
    assert "sla-response-times" in answer.topics


def test_an_answer_stays_the_same(parts: Parts) -> None:
    for row in rows()[:40]:
        asked = Question(row["question"])
        first, again = parts.answerer().answer(asked), parts.answerer().answer(asked)
        assert replace(first, elapsed_ms=0) == replace(again, elapsed_ms=0)


def test_vectors_are_unit(parts: Parts) -> None:
    np.testing.assert_allclose(
        np.linalg.norm(parts.encoder.passages(["a b c", "", "the quick fox"]), axis=1), 1, atol=1e-6
    )


def guidance(parts: Parts, document_id: str) -> list:
    return parts.store.passages_of(document_id)


OVERDUE = {"en": "this text was due for review on 23 May 2027", "fr": "ce texte devait être relu le 23 mai 2027"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_overdue_for_review_is_flagged_in_prose_and_citations(parts: Parts, lang: Language) -> None:
    question = Question(
        {"en": "What is a liability cap?", "fr": "Qu'est-ce qu'un plafond de responsabilité ?"}[lang], lang=lang
    )
    fresh, stale = (as_json(parts.answerer(today=day).answer(question)) for day in (TODAY, dt.date(2027, 5, 24)))
    assert not any(citation["overdue"] for citation in fresh["citations"])
    assert OVERDUE[lang] not in fresh["answer"]
    assert all(citation["overdue"] for citation in stale["citations"] if citation["kind"] == "guidance")
    assert {citation["review_due"] for citation in stale["citations"] if citation["kind"] == "guidance"} == {
        "2027-05-23"
    }
    assert OVERDUE[lang] in stale["answer"]
