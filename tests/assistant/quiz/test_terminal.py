"""The quiz in the terminal: answers as they are typed, what is told, and the end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from assistant.quiz.attempt import Attempt, Mode
from assistant.quiz.bank import Bank
from assistant.quiz.draw import Wanted
from assistant.quiz.mark import Response
from assistant.quiz.question import put
from assistant.quiz.record import Record
from assistant.quiz.terminal import KEPT, Console, Round, erase, learner_at, read, run, standing
from assistant.quiz.training import Training
from knowledge.errors import InvalidInput
from knowledge.models import Language
from tests.assistant.quiz import shelf
from tests.fakes import new_store


@pytest.mark.parametrize(
    ("kind", "typed", "given"),
    [
        ("single", "B", Response(choices=("b",))),
        ("multiple", "a, c", Response(choices=("a", "c"))),
        ("matching", "1b 2a", Response(pairs={"1": "b", "2": "a"})),
        ("ordering", "c a b", Response(order=("c", "a", "b"))),
        ("defect", "b=vague c=one-sided", Response(defects={"b": "vague", "c": "one-sided"})),
        ("calculation", "1 234,5", Response(value="1 234,5")),
        ("open", "In my own words?", Response(text="In my own words?")),
        ("single", "b ?", Response(choices=("b",), sure=1)),
        ("calculation", "43,2!", Response(value="43,2", sure=3)),
    ],
)
def test_answers_are_read_as_they_are_typed(kind: str, typed: str, given: Response) -> None:
    assert read(put("x", shelf.item(kind), "s", "en"), typed) == given


def test_a_pair_without_a_letter_is_said() -> None:
    with pytest.raises(InvalidInput, match="1b 2a"):
        read(put("x", shelf.item("matching"), "s", "en"), "1")


def key(question: str) -> str:
    """The letter of the right answer to a question of the shelf."""
    found = re.search(r"(\w)\) alpha", question)
    assert found
    return found[1]


@dataclass
class Terminal:
    """A terminal with a small bank, at which things are typed."""

    folder: Path
    training: Training

    def talk(
        self, lang: Language, *typed: str, count: int = 3, mode: Mode = "practice", days: int = 0
    ) -> tuple[str, float, int]:
        """What was said, the points, and how many questions were answered."""
        said: list[str] = []
        answers = iter(typed)
        points, answered = run(
            self.training,
            learner_at(self.folder),
            Round(mode, Wanted(), lang, count),
            Random(1),
            lambda: shelf.NOW + dt.timedelta(days=days),
            Console(said.append, lambda _prompt: key(said[-1]) if (one := next(answers, "")) == "right" else one),
        )
        return "\n".join(said), points, answered

    def attempts(self) -> list[Attempt]:
        return self.training.record.attempts(learner_at(self.folder))


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    kind = getattr(request, "param", "single")
    store = new_store(tmp_path / "clausier.db")
    bank = Bank({f"i{n}": shelf.entry(f"i{n}", shelf.item(kind)) for n in range(5)})
    yield Terminal(tmp_path, Training(shelf.library(), Record(store), bank=bank))
    store.close()


@pytest.mark.parametrize(("lang", "source"), [("en", "Source: "), ("fr", "Source : ")])
def test_every_answer_is_told_with_its_source(terminal: Terminal, lang: Language, source: str) -> None:
    said, points, count = terminal.talk(lang, "a", "b", "c")
    assert count == 3
    assert 0 <= points <= 3
    assert said.count(source) == 3
    assert said.count(shelf.item().source.quote[lang]) == 3


def test_a_slip_costs_nothing_and_an_empty_line_ends_it(terminal: Terminal) -> None:
    said, _, count = terminal.talk("en", "z", "a", "")
    assert "there is no answer 'z'" in said
    assert count == 1


def test_answers_are_kept_from_one_day_to_the_next_and_come_again_when_they_are_due(terminal: Terminal) -> None:
    terminal.talk("en", *"aaaaa", mode="review", count=5)
    assert {attempt.item_id for attempt in terminal.attempts()} == {f"i{n}" for n in range(5)}
    said, _, count = terminal.talk("en", *"aaaaa", mode="review", count=5, days=90)
    assert count == 5
    assert len(terminal.attempts()) == 10
    assert "clausier quiz erase" in said
    made = terminal.training.progress(learner_at(terminal.folder), "en", shelf.NOW)
    assert made["answers"] == 10
    assert "Answers: 10;" in "\n".join(standing(made, "en"))


def test_when_the_days_work_is_done_it_says_so(terminal: Terminal) -> None:
    said, points, count = terminal.talk("en", *["right"] * 12, mode="review", count=12)
    assert points == count == 5
    assert "Nothing is left for today" in said


def test_who_learns_is_deleted_with_every_answer(terminal: Terminal) -> None:
    assert erase(terminal.training.record, terminal.folder, shelf.NOW) == 0
    terminal.talk("en", "a", "b", count=2)
    learner = learner_at(terminal.folder)
    assert (terminal.folder / KEPT).stat().st_mode & 0o077 == 0
    assert erase(terminal.training.record, terminal.folder, shelf.NOW) == 2
    assert not (terminal.folder / KEPT).exists()
    assert terminal.training.record.attempts(learner) == []
    assert learner_at(terminal.folder) != learner


def test_how_sure_is_said_at_the_end_of_an_answer(terminal: Terminal) -> None:
    terminal.talk("en", "a ?", "b!", "c")
    assert [attempt.sure for attempt in terminal.attempts()] == [1, 3, None]


@pytest.mark.parametrize("terminal", ["open"], indirect=True)
def test_a_learner_may_say_what_we_missed(terminal: Terminal) -> None:
    said, points, _ = terminal.talk("en", "alpha comes first, I think", "9", "2 3", count=1)
    assert said.count("Missed:") == 4
    assert "there is no element '9'" in said
    assert points == pytest.approx(3 / 5)
    assert terminal.attempts()[0].score == pytest.approx(3 / 5)
