"""Requests find their clause type by their words alone, where there is no index."""

from __future__ import annotations

import pytest

from assistant.draft.match import Matcher
from knowledge.library import load
from knowledge.models import LANGUAGES, Language

LIBRARY = load()


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(LIBRARY)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(LIBRARY.clauses))
def test_a_title_finds_its_clause(matcher: Matcher, kind: str, lang: Language) -> None:
    assert matcher.rank(LIBRARY.clauses[kind].title[lang], lang)[0].type == kind


@pytest.mark.parametrize("text", ["hello there", "bonjour", "xyzzy", ""])
def test_a_request_about_nothing_finds_nothing(matcher: Matcher, text: str) -> None:
    assert matcher.rank(text, "en") == []


def test_scores_are_in_order(matcher: Matcher) -> None:
    ranked = matcher.rank("a cap on liability", "en")
    assert len(ranked) == len(LIBRARY.clauses)
    assert [candidate.score for candidate in ranked] == sorted((c.score for c in ranked), reverse=True)
    assert 0 <= ranked[-1].score <= ranked[0].score <= 1
