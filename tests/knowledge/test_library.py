"""The shipped library: what it holds, and that nothing is wrong with it."""

from __future__ import annotations

import pytest

from knowledge.check import problems
from knowledge.library import Library, documents, examples, load
from knowledge.models import LANGUAGES


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_nothing_is_wrong_with_it(library: Library) -> None:
    assert problems(library) == []


def test_every_topic_has_a_text_in_both_languages(library: Library) -> None:
    texts = {(document.topics[0], document.lang) for document in library.guidance}
    assert texts == {(topic, lang) for topic in library.topics for lang in LANGUAGES}
    assert len(library.guidance) == len(library.topics) * len(LANGUAGES) == 120


def test_it_holds_what_answers_need(library: Library) -> None:
    questions = [p for document in library.guidance for p in document.passages if p.role == "question"]
    assert len(questions) >= 6 * len(library.guidance)
    assert len(library.authorities) >= 150
    assert len(library.scope.categories) >= 15
    assert library.clauses.keys() >= {"liability", "dpa", "sla-response-resolution"}


def test_passages_have_names_of_their_own(library: Library) -> None:
    names = [passage.id for document in documents(library) for passage in document.passages]
    assert len(names) == len(set(names))


def test_passages_stand_where_they_say(library: Library) -> None:
    for document in documents(library):
        assert all(document.text[p.start : p.end] == p.text for p in document.passages)


def test_what_only_the_lawyer_sees(library: Library) -> None:
    for document in library.guidance:
        assert {p.visibility for p in document.passages if p.role == "lawyer"} == {"internal"}
        assert {p.visibility for p in document.passages if p.role != "lawyer"} == {document.visibility}


def test_examples_carry_both_languages(library: Library) -> None:
    found = list(examples(library))
    for label in ("question", "handoff", "documentary", *(category.key for category in library.scope.categories)):
        assert {example.lang for example in found if example.label == label} == set(LANGUAGES)
