"""The guided form: its questions stand in the intake, its answers are read, and a wrong one names its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.agreement.intake import Intake
from knowledge.errors import InvalidInput
from web.workspace.needs import QUESTIONS, answers, intake


def test_an_empty_form_is_the_intake_that_nobody_filled_in() -> None:
    assert intake({}) == Intake()
    assert intake({path: [] for path in QUESTIONS}) == Intake()


@pytest.mark.parametrize("path", QUESTIONS)
def test_the_first_choice_is_what_silence_means(path: str) -> None:
    question = QUESTIONS[path]
    if question.kind in ("choice", "flag"):
        said = Intake().answer(path)
        assert question.options[0] == (str(said).lower() if question.kind == "flag" else said)


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_choice_is_one_of_the_intake(path: str) -> None:
    question = QUESTIONS[path]
    for option in question.options:
        read = intake({path: [option]}).answer(path)
        assert read in (option, (option,), option == "true")


@pytest.mark.parametrize(
    ("path", "said", "read"),
    [
        ("budget.monthly_fee", "1 234,50", 1234.5),
        ("term.months", "24", 24),
        ("term.start", "2027-01-31", dt.date(2027, 1, 31)),
        ("site.name", "Lavergne", "Lavergne"),
        ("personal_data.processed", "false", False),
    ],
)
def test_answers_are_read(path: str, said: str, read: Any) -> None:
    assert intake({path: [said]}).answer(path) == read


@pytest.mark.parametrize(
    ("path", "said"), [("term.months", "abc"), ("term.start", "soon"), ("side", "nobody"), ("term.months", "0")]
)
def test_a_wrong_answer_names_its_place(path: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=f", {path}:"):
        intake({path: [said]})


def test_only_our_questions_are_kept() -> None:
    given = answers(
        {"site.name": ["x" * 5000], "values": ["{}"], "form_token": ["t"], "services": ["remote", "onsite", ""]}
    )
    assert given == {"site.name": ["x" * 2000], "services": ["remote", "onsite"]}
