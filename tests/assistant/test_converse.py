"""What a question means in its conversation."""

from __future__ import annotations

import pytest

from assistant.converse import MAX_PARTS, RECALLED, Turn, language, parts, standalone
from knowledge.models import Language


@pytest.mark.parametrize(
    ("lang", "question", "expected"),
    [
        ("en", "What is a penalty clause?", ["What is a penalty clause?"]),
        ("en", "", [""]),
        (
            "en",
            "How long is the notice period? Who pays for the migration of data?",
            ["How long is the notice period?", "Who pays for the migration of data?"],
        ),
        (
            "en",
            "can they raise the monthly price and how much notice must they give",
            ["can they raise the monthly price", "how much notice must they give"],
        ),
        (
            "fr",
            "Quel est le préavis de résiliation et combien coûte la réversibilité ?",
            ["Quel est le préavis de résiliation", "combien coûte la réversibilité ?"],
        ),
        ("en", "Our host went down for two days. Do they owe us service credits?", None),
        ("en", "Hello? Who owns the source code of our website?", ["Hello? Who owns the source code of our website?"]),
        (
            "fr",
            "Qui possède le code source ?\nQuel délai de paiement s'applique ?",
            ["Qui possède le code source ?", "Quel délai de paiement s'applique ?"],
        ),
        ("en", "terms and conditions and privacy policy", None),
    ],
)
def test_parts(lang: Language, question: str, expected: list[str] | None) -> None:
    assert parts(question, lang) == (expected or [question])


def test_parts_are_few() -> None:
    many = (
        "Who pays the hosting fees? Who owns the source code? Who keeps the backup copies? Who answers support calls?"
    )
    assert len(parts(many, "en")) == MAX_PARTS


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        ("Quel est le délai de préavis ?", None, "fr"),
        ("What is the notice period?", None, "en"),
        ("48h ?", "Quel est le délai de préavis ?", "fr"),
        ("48h?", "What is the notice period?", "en"),
        ("ok", "Quel est le délai de préavis ?", "fr"),
        ("What does that mean for us?", "Quel est le délai de préavis ?", "en"),
        ("Et pour les pénalités de retard ?", "What is the notice period?", "fr"),
    ],
)
def test_a_follow_up_keeps_the_language_unless_it_shows_another(
    question: str, asked: str | None, expected: Language
) -> None:
    history = (Turn("user", asked), Turn("assistant", "…")) if asked else ()
    assert language(question, history) == expected


def test_what_the_assistant_said_does_not_decide_the_language() -> None:
    assert language("SLA?", (Turn("assistant", "Voici la réponse que vous attendiez pour le contrat."),)) == "en"


HISTORY = (
    Turn("user", "first question"),
    Turn("assistant", "first answer"),
    Turn("user", "How long is the notice period?"),
    Turn("assistant", "Three months. " * 100),
)


@pytest.mark.parametrize(
    ("question", "refers"),
    [
        ("And if we leave earlier?", True),
        ("why", True),
        ("Is it legal?", True),
        ("Which French courts would hear a dispute over unpaid hosting invoices between two companies established abroad?", False),
    ],
)  # fmt: skip
def test_a_short_follow_up_is_read_after_the_last_exchange(question: str, refers: bool) -> None:
    whole = standalone(question, HISTORY, "en")
    if not refers:
        assert whole == question
        return
    asked, told, last = whole.split("\n")
    assert (asked, last) == ("How long is the notice period?", question)
    assert told == HISTORY[3].content[:RECALLED]


def test_without_history_a_question_stands_alone() -> None:
    assert standalone("why", (), "en") == "why"
    assert standalone("why", (Turn("assistant", "Because."),), "en") == "Because.\nwhy"
