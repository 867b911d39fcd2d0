"""Questions from files: answered in their order, or refused before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.batch import answer_lines, question_from
from assistant.converse import Turn
from knowledge.errors import InvalidInput
from tests.fakes import Parts, installed


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    made = installed(tmp_path_factory.mktemp("batch"))
    yield made
    made.store.close()


def quiet(_done: int, _total: int, _name: str) -> None:
    pass


def test_answers_come_in_the_order_of_the_questions(parts: Parts, tmp_path: Path) -> None:
    rows = [
        {"id": f"q{n}", "question": question, **more}
        for n, (question, more) in enumerate(
            [
                ("What is a response time?", {}),
                ("Quel est le délai de paiement ?", {"audience": "lawyer"}),
                ("SLA?", {"lang": "fr"}),
                ("And then?", {"history": [{"role": "user", "content": "How does termination work?"}]}),
                ("What is a response time?", {"lang": "auto", "history": None, "audience": None}),
            ]
        )
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    told: list[int] = []
    answer_lines(parts.writer(), source, target, lambda done, _total, _name: told.append(done))
    out = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["id"] for row in out] == [row["id"] for row in rows]
    assert [row["question"] for row in out] == [row["question"] for row in rows]
    assert [row["language"] for row in out] == ["en", "fr", "fr", "en", "en"]
    assert out[1]["audience"] == "lawyer"
    assert told == list(range(5))
    assert "é" in target.read_text("utf-8")


GOOD = {"id": "1", "question": "What is a penalty?"}
TURN = {"role": "user", "content": "x"}
BAD = [
    ("not json", "line 2"),
    ("[]", "line 2"),
    ("{}", "line 2"),
    ({"question": " "}, "question"),
    ({"question": 5}, "question"),
    ({"question": "q", "audience": "judge"}, "audience"),
    ({"question": "q", "audience": ["client"]}, "audience"),
    ({"question": "q", "lang": "de"}, "lang"),
    ({"question": "q", "lang": {}}, "lang"),
    ({"question": "q", "history": "said"}, "history"),
    ({"question": "q", "history": 5}, "history"),
    ({"question": "q", "history": [{"role": "system", "content": "x"}]}, "history"),
    ({"question": "q", "history": [{"role": "user"}]}, "history"),
    ({"question": "q", "history": {"role": "user", "content": "x"}}, "history"),
]


@pytest.mark.parametrize(("line", "named"), BAD)
def test_a_bad_line_is_named_before_anything_is_written(parts: Parts, tmp_path: Path, line: object, named: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(GOOD) + "\n" + (line if isinstance(line, str) else json.dumps(line)) + "\n")
    with pytest.raises(InvalidInput, match=named) as caught:
        answer_lines(parts.writer(), source, target, quiet)
    assert "line 2" in str(caught.value)
    assert not target.exists()


def test_places_that_cannot_be_used_are_named(parts: Parts, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nowhere"):
        answer_lines(parts.writer(), tmp_path / "nowhere.jsonl", tmp_path / "out.jsonl", quiet)
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(GOOD))
    with pytest.raises(InvalidInput, match="no-folder"):
        answer_lines(parts.writer(), source, tmp_path / "no-folder" / "out.jsonl", quiet)


def test_an_empty_batch_gives_an_empty_file(parts: Parts, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n\n")
    answer_lines(parts.writer(), source, target, quiet)
    assert target.read_text() == ""


def test_a_history_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps([TURN, {"role": "assistant", "content": "y"}]))
    assert question_from({"question": "q"}, path).history == (Turn("user", "x"), Turn("assistant", "y"))
    for content in (b"{", b"5", b"{}", b"[5]", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(InvalidInput, match=r"history"):
            question_from({"question": "q"}, path)
    with pytest.raises(InvalidInput, match="nowhere"):
        question_from({"question": "q"}, tmp_path / "nowhere.json")
