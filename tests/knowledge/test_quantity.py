"""Numbers are read alike in both languages."""

from __future__ import annotations

import pytest

from knowledge.models import Language
from knowledge.quantity import quantities


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "12.40 %", ["12.4 %"]),
        ("fr", "12,40 %", ["12.4 %"]),
        ("en", "EUR 1,000 and 20 million euros", ["1000 €", "2e+07 €"]),
        ("fr", "1 000 euros et 20 millions d'euros", ["1000 €", "2e+07 €"]),
        ("en", "on Friday at 17:00, or 5 pm, or 9:30", ["17 hours", "17 hours", "9.5 hours"]),
        ("fr", "vendredi à 17 h ou à 9 h 30", ["17 hours", "9.5 hours"]),
        ("en", "forty-eight business hours; a 30-day period", ["48 hours", "30 days"]),
        (
            "fr",
            "quarante-huit heures ouvrées ; quatre-vingt-dix jours ; soixante et onze",
            ["48 hours", "90 days", "71"],
        ),
        ("fr", "le 1er janvier 2026", ["1", "2026"]),
        ("en", "article 28(3)(h), articles 32 to 36 GDPR, law no. 78-17, Regulation (EU) 2016/679, NIS 2 and P1", []),
        ("fr", "l'article 28, paragraphe 3, les articles 32 à 36 du RGPD, la loi n° 78-17, NIS 2 et P1", []),
        ("fr", "articles 25 à 39, 20 millions ou 4 %", ["2e+07", "4 %"]),
    ],
)
def test_quantities(lang: Language, text: str, expected: list[str]) -> None:
    assert [str(quantity) for quantity in quantities(text, lang) if quantity.firm] == expected


@pytest.mark.parametrize("text", ["one of the two", "several hundred thousand", "a third of it"])
def test_quantities_that_need_no_fellow(text: str) -> None:
    assert not any(quantity.firm for quantity in quantities(text, "en"))
