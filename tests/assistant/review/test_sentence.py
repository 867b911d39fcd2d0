"""Sentences of a contract: where they begin and end, what belongs to them, and how patterns see them."""

from __future__ import annotations

import pytest

from assistant.review.sentence import Sentence, sentences
from ingest.contract import contract_of
from ingest.plain import read_markdown
from knowledge.contract import Contract


def contract(text: str) -> Contract:
    return contract_of(read_markdown(text.encode()), "a.md", "0" * 64)


def read(text: str, **own: str) -> tuple[Sentence, ...]:
    return sentences(contract(text), (), own)


CASES = {
    "full stops": ("One fee is due. Another is not.", ["One fee is due.", "Another is not."]),
    "abbreviations": ("See art. 4 of the law. It applies.", ["See art. 4 of the law.", "It applies."]),
    "hard wraps": ("The fee is\ndue each month.\n\nIt is low.", ["The fee is\ndue each month.", "It is low."]),
    "a list": (
        "The provider is not liable for:\n- loss of data;\n- loss of profit.\n\nIt pays.",
        ["The provider is not liable for:\n- loss of data;\n- loss of profit.", "It pays."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bounds(name: str) -> None:
    text, expected = CASES[name]
    assert [text[one.start : one.end] for one in read(text)] == expected


def test_a_row_is_read_with_the_heads_of_its_columns() -> None:
    rows = read("Severity | Response | Restoration\nBlocking | 1 hour | 4 hours\nMinor | 1 day | 5 days")
    assert [one.is_heading for one in rows] == [True, False, False]
    assert rows[1].folded == "severity blocking; response 1 hour; restoration 4 hours"


def test_two_columns_of_two_languages_are_no_heads() -> None:
    text = (
        "Article 1. Le Prestataire assure la maintenance du site du Client. | Article 1. The Provider maintains the site.\n"
        "Article 2. La redevance est payable à trente jours. | Article 2. The fee is payable within thirty days."
    )
    assert all(not one.is_heading for one in read(text))
    assert "la redevance est payable" in read(text)[-1].folded


@pytest.mark.parametrize(
    ("text", "own", "folded"),
    [
        ("The Agency pays the Client.", {}, "the provider pays the customer."),
        ("The Clinic pays Nordlys.", {"customer": "Clinic", "provider": "Nordlys"}, "the customer pays provider."),
        ("L'Agence est tenue et le Client paie.", {}, "le prestataire est tenue et le client paie."),
        ("Le prix de l'Agence est dû.", {}, "le prix du prestataire est du."),
    ],
)
def test_parties_are_called_by_their_usual_names(text: str, own: dict[str, str], folded: str) -> None:
    assert read(text, **own)[0].folded == folded


def test_what_is_not_to_be_read_is_not() -> None:
    found = contract("One fee is due. Another is not.")
    assert len(sentences(found, [(0, 10)])) == 1
