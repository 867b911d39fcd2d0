"""Contracts into parts: what begins one, what does not, and how they hang together."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.plain import read_markdown, read_text
from ingest.segment import segment
from knowledge.contract import Clause


def parts(text: str, *, markdown: bool = False) -> tuple[Clause, ...]:
    reading = (read_markdown if markdown else read_text)(text.encode())
    return segment(reading, "en")


def outline(clauses: tuple[Clause, ...]) -> list[tuple[int, str, str]]:
    return [(clause.level, clause.number, clause.heading) for clause in clauses]


CASES = {
    "articles": (
        "Contrat de maintenance\n\nArticle 1 - Objet\n\nLe présent contrat.\n\nArticle 2 – Durée\n\n2.1 Le contrat dure douze mois, sauf résiliation.\n\n"
        "2.2 Il est reconduit tacitement, par périodes de douze mois.\n",
        [(1, "", ""), (1, "1", "Objet"), (1, "2", "Durée"), (2, "2.1", ""), (2, "2.2", "")],
    ),
    "numbers": (
        "1. Purpose\n\nThe services.\n\n2. Fees\n\n2.1 Fees. The customer pays.\n\n3. Term\n\nOne year.\n",
        [(1, "1", "Purpose"), (1, "2", "Fees"), (2, "2.1", "Fees"), (1, "3", "Term")],
    ),
    "a list tears nothing apart": (
        "Article 1 Scope\n\nThe provider:\n\n(a) updates the site;\n\n(b) answers tickets.\n\n12 months later.\n\nArticle 2 Fees\n\nText.\n",
        [(1, "1", "Scope"), (1, "2", "Fees")],
    ),
    "Roman numerals": (
        "ARTICLE I OBJET\n\nTexte.\n\nARTICLE IV DURÉE\n\nTexte.\n",
        [(1, "1", "OBJET"), (1, "4", "DURÉE")],
    ),
    "an annex begins anew": (
        "1. Purpose\n\n"
        + "The provider maintains the site of the customer. " * 8
        + "\n\nAnnex 1 - Service levels\n\n1. Hours\n\nFrom nine.\n",
        [(1, "1", "Purpose"), (1, "Annex 1", "Service levels"), (2, "1", "Hours")],
    ),
    "nothing is numbered": ("One paragraph\nof two lines.\n\nAnother one.\n", [(1, "", ""), (1, "", "")]),
}


@pytest.mark.parametrize("name", CASES)
def test_parts(name: str) -> None:
    text, expected = CASES[name]
    assert outline(parts(text)) == expected


@pytest.mark.parametrize("name", CASES)
def test_parts_cover_the_text_in_order(name: str) -> None:
    clauses = parts(CASES[name][0])
    assert [clause.index for clause in clauses] == list(range(len(clauses)))
    assert clauses[0].start == 0
    assert all(one.end == two.start for one, two in pairwise(clauses))


def test_a_part_of_a_part_knows_it() -> None:
    clauses = parts(CASES["articles"][0])
    assert [clause.parent for clause in clauses] == [None, None, None, 2, 2]


def test_markdown_headings_without_numbers() -> None:
    clauses = parts("# Agreement\n\n## Liability\n\nText.\n\n## Term\n\nText.\n", markdown=True)
    assert outline(clauses) == [(1, "", "Agreement"), (1, "", "Liability"), (1, "", "Term")]
    assert clauses[0].part == "preamble"


def test_what_parts_are_for() -> None:
    long = "The words of this contract are defined here and in its annexes, one by one. " * 4
    clauses = parts(f"1. Definitions\n\n{long}\n\n2. Term\n\nText.\n\nSigned by\n\nA. Person\n\nAnnex A\n\nText.\n")
    assert [clause.part for clause in clauses] == ["definition", "clause", "signature", "annex"]


def test_languages_of_parts() -> None:
    clauses = parts(
        "1. Objet du contrat\n\nLe prestataire assure la maintenance du site du client.\n\n"
        "2. Purpose\n\nThe provider maintains the website of the customer and answers tickets.\n"
    )
    assert [clause.lang for clause in clauses] == ["fr", "en"]
