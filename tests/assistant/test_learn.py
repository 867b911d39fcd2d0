"""What use teaches: like questions together, the most frequent first; a stub that the library can read and a question that fails."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from assistant.answer import Question, as_json
from assistant.evaluate import answers
from assistant.journal import Journal
from assistant.learn import candidates, find, wishes, write_stub
from assistant.retrieve import Retriever
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import guidance_document
from tests import fakes
from tests.fakes import Parts

TODAY = dt.date(2026, 3, 1)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return fakes.installed(tmp_path / "made")


def say(parts: Parts, question: str, *, verdict: str | None = None, withheld: int = 0, said: str | None = None) -> None:
    journal = Journal(parts.store)
    key = journal.open(fakes.NOW)
    told = as_json(
        parts.answerer(not_in_library=1.0 if "zebra" in question.lower() or "cheese" in question else 0.0).answer(
            Question(question)
        )
    )
    told["provenance"] = {"withheld": withheld} if withheld else None
    answer = journal.add(key, question, told, fakes.NOW)
    if verdict == "down" or verdict == "up":
        journal.rate(key, answer, verdict, said, fakes.NOW)


def test_like_questions_stand_together_and_the_most_frequent_comes_first(parts: Parts) -> None:
    say(parts, "When is the late payment penalty due?", verdict="down", said="too long")
    for question in ("Which zebras graze on volcanic islands?", "Which zebras graze on islands that are volcanic?"):
        say(parts, question)
        say(parts, question)
    say(parts, "When is a penalty due?", verdict="up")
    say(parts, "Who may terminate the contract, and when?", withheld=2)
    found = candidates(wishes(parts.store), parts.retriever)
    first = found[0]
    assert (first.count, first.declined, first.withheld, first.down) == (4, 4, 0, 0)
    assert sorted((one.withheld, one.down) for one in found[1:]) == [(0, 1), (1, 0)]
    assert len(found[0].wordings) == 2
    assert next(one for one in found if one.down).said == ("too long",)
    assert found[0].reasons[0][1] == 4


def test_without_a_model_words_tell_what_is_alike(parts: Parts) -> None:
    say(parts, "Which zebras graze on volcanic islands?")
    say(parts, "Zebras graze on which volcanic islands?")
    say(parts, "Which cheese ripens under the moon?")
    bare = Retriever(parts.index, None, fakes.WEIGHTS)
    assert sorted(one.count for one in candidates(wishes(parts.store), bare)) == [1, 2]


def test_a_stub_is_a_text_of_the_library_and_its_question_fails(parts: Parts, tmp_path: Path) -> None:
    say(parts, "Which zebras {figure:x} graze on <b>volcanic</b> islands?")
    (one,) = candidates(wishes(parts.store), parts.retriever)
    written = write_stub(one, parts.library, tmp_path, TODAY)
    assert [path.name for path in written] == ["en.md", "fr.md", "question.jsonl"]
    for path in written[:2]:
        text = guidance_document(path)
        (passage,) = text.passages
        assert "draft: true" in path.read_text("utf-8")
        assert passage.visibility == "internal"
        assert passage.role == "question"
        assert "volcanic" in passage.heading[-1]
        assert text.lang == path.stem
    report = answers([json.loads(written[2].read_text("utf-8"))], parts.answerer(not_in_library=1.0))
    assert report["misses"], "until the text is written"
    with pytest.raises(InvalidInput, match="stub already"):
        write_stub(one, parts.library, tmp_path, TODAY)


@pytest.mark.parametrize("key", ["", "nothing"])
def test_an_unknown_candidate_is_not_found(parts: Parts, key: str) -> None:
    say(parts, "Which zebras graze on volcanic islands?")
    found = candidates(wishes(parts.store), parts.retriever)
    assert find(found[0].key[:6], found) == found[0]
    with pytest.raises(NotFound, match="clausier learn list"):
        find(key, found)


def test_what_was_deleted_teaches_nothing(parts: Parts) -> None:
    say(parts, "Which zebras graze on volcanic islands?")
    Journal(parts.store).purge(fakes.NOW + dt.timedelta(days=1))
    assert wishes(parts.store) == []
