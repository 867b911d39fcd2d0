"""Answers in one's own words, written without looking at the wordings: what they say is found, and what they do not say is not.

`golden/own_words.jsonl` holds, for every question of that kind and both languages, answers in plain everyday words and in those
usual among lawyers, with the numbers of the elements that they say; some say little, or something wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.quiz.mark import Response, mark
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Open
from tests.assistant.quiz import shelf

GOLDEN = Path(__file__).parents[2] / "golden" / "own_words.jsonl"
LEAST_FOUND = 0.97
MOST_WRONGLY_FOUND = 0.03


def written(lang: Language) -> Iterator[tuple[Open, list[int], str]]:
    """The questions with what an answer says, and its text."""
    for line in GOLDEN.read_text("utf-8").splitlines():
        row = json.loads(line)
        item = shelf.library().items[row["item"]]
        assert isinstance(item, Open)
        if row["lang"] == lang:
            yield item, row["says"], row["text"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_an_answer_says_is_found_and_what_it_does_not_say_is_not(lang: Language) -> None:
    said = found = unsaid = wrongly = 0
    for item, says, text in written(lang):
        for at, line in enumerate(mark("x", item, "s", Response(text=text), lang).lines, 1):
            said, found = said + (at in says), found + (at in says and line.correct)
            unsaid, wrongly = unsaid + (at not in says), wrongly + (at not in says and line.correct)
    assert min(said, unsaid) > 150
    assert found / said >= LEAST_FOUND
    assert wrongly / unsaid <= MOST_WRONGLY_FOUND


def test_every_question_of_the_kind_has_answers_in_both_languages() -> None:
    asked = {key for key, item in shelf.library().items.items() if isinstance(item, Open)}
    assert len(asked) >= 26
    rows = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
    assert {(row["item"], row["lang"]) for row in rows} == {(key, lang) for key in asked for lang in LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_solution_says_counts(lang: Language) -> None:
    for item in shelf.library().items.values():
        if isinstance(item, Open):
            solution = ". ".join(element.text[lang] for element in item.elements)
            marked = mark("x", item, "s", Response(text=solution), lang)
            assert [line.text for line in marked.lines if not line.correct] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_promise_earns_nothing(lang: Language) -> None:
    """Words that any answer might begin with are no element of any."""
    idle = {
        "en": "I would ask the agency and the provider about the contract and the site, and think about it carefully.",
        "fr": "Je demanderais à l'agence et au prestataire ce qu'il en est du contrat et du site, et j'y réfléchirais bien.",
    }
    for item in shelf.library().items.values():
        if isinstance(item, Open):
            marked = mark("x", item, "s", Response(text=idle[lang]), lang)
            assert [line.text for line in marked.lines if line.correct] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_to_another_question_earns_little(lang: Language) -> None:
    items = [item for item in shelf.library().items.values() if isinstance(item, Open)]
    scores = [
        mark("x", other, "s", Response(text=text), lang).score
        for item, says, text in written(lang)
        if len(says) >= 3
        for other in items
        if other.topic != item.topic
    ]
    assert sum(scores) / len(scores) < 0.08
