"""Phrases are found by stems, in order, whatever their endings."""

from __future__ import annotations

import pytest

from assistant.draft.phrase import spans
from knowledge.models import Language


@pytest.mark.parametrize(
    ("phrase", "text", "lang", "expected"),
    [
        ("late payment", "interest on late payments", "en", ["late payments"]),
        ("retard de paiement", "en cas de retard de paiement", "fr", ["retard de paiement"]),
        ("mensuelle", "facturation mensuelle, avoir mensuel", "fr", ["mensuelle", "mensuel"]),
        ("24/7", "cover 24/7 please", "en", ["24/7"]),
        ("sub-processor", "each sub-processors list", "en", ["sub-processors"]),
        ("late payment", "payment that is late", "en", []),
        ("cap", "capacity", "en", []),
    ],
)
def test_where_a_phrase_stands(phrase: str, text: str, lang: Language, expected: list[str]) -> None:
    assert [text[start:end] for start, end in spans([phrase], text, lang)] == expected
