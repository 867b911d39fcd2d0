"""What reads like a heading, and what only looks like one."""

from __future__ import annotations

import pytest

from ingest.headings import fill, guess, rank, run_in
from ingest.reading import Heading


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Article 3 - Pénalités", 1), ("ARTICLE IV : RESPONSABILITÉ", 1), ("Article 12", 1), ("Annexe A", 1),
        ("Schedule 2: Technical measures", 1), ("1. Définitions", 1), ("4.2 Limitation of liability", 2),
        ("7.2.1. Force majeure", 3), ("II. Obligations", 1), ("CONFIDENTIALITY", 1), ("Préambule", 1),
        ("Article 3 of the agreement applies here", 0), ("The provider answers within four hours", 0),
        ("1. The provider shall answer within four hours and repair within the day, whatever the hour of it", 0),
        ("Section 5 applies to late payment.", 0), ("2 000 euros", 0), ("12 rue de la Paix", 0), ("A | B", 0),
        ("NAME: ACME", 0), ("OK", 0), ("", 0),
    ],
)  # fmt: skip
def test_rank(line: str, level: int) -> None:
    assert rank(line)[1] == level


@pytest.mark.parametrize(
    ("line", "title", "level"),
    [
        ("3.1 Fees. The customer pays.", "3.1 Fees", 2),
        ("Article 2. Objet : le présent contrat", "Article 2. Objet", 1),
        (
            "10.3. Confidentiality Obligations of the Parties. Each",
            "10.3. Confidentiality Obligations of the Parties",
            2,
        ),
        ("5. Data.", "5. Data", 1),
        ("5.3 The parties will adhere to the addendum. If", "", 0),
        ("1. Le prestataire répond. Le client paie.", "", 0),
        ("The fees. They are due.", "", 0),
        ("1. The U.S. entity", "", 0),
    ],
)
def test_run_in(line: str, title: str, level: int) -> None:
    assert run_in(line) == (title, level)


def test_a_list_of_short_lines_is_no_row_of_headings() -> None:
    assert guess("You need:\n1. Apples\n2. Pears\n3. Plums\n") == []
    assert guess("ACME\nPARIS\nFRANCE\n\nWords.") == []


def test_long_stretches_are_filled() -> None:
    text = "Terms\n\n" + "1. Fees\n\n" + "Words of the clause, again and again. " * 90 + "\n\nLaw\n\nShort."
    law = text.index("Law")
    assert fill(text, [Heading(1, "Terms", 0), Heading(1, "Law", law)]) == [
        Heading(1, "Terms", 0),
        Heading(2, "1. Fees", 7),
        Heading(1, "Law", law),
    ]
