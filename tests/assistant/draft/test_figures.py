"""Figures as people write them."""

from __future__ import annotations

import pytest

from assistant.draft.figures import figures
from knowledge.models import Language


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("within 4 hours and 30 days", "en", [(4, "hours"), (30, "days")]),
        ("a cap of EUR 50,000 a year", "en", [(50000, "€")]),
        ("un plafond de 1,5 million d'euros", "fr", [(1500000, "€")]),
        ("three months' notice", "en", [(3, "months")]),
        ("préavis de quinze jours", "fr", [(15, "days")]),
        ("24/7 cover for P1, 7j/7", "en", []),
        ("astreinte 24h/24", "fr", []),
        ("article 28 of the GDPR", "en", []),
        ("a clause on one site", "en", []),
        ("one year", "en", [(1, "years")]),
        ("sauvegardes quotidiennes", "fr", [(1, "days")]),
        ("quarterly reports", "en", [(3, "months")]),
        ("RPO 1h, P1 in 30 min", "en", [(1, "hours"), (30, "minutes")]),
        ("un plancher de 50 k€ et 2 M€ de RC", "fr", [(50000, "€"), (2000000, "€")]),
        ("PI of 1M, minimum 10k€", "en", [(1000000, "€"), (10000, "€")]),
        ("€12k or 12 k€ a year", "en", [(12000, "€"), (12000, "€")]),
        ("20 000 € et 1 200 € HT", "fr", [(20000, "€"), (1200, "€")]),
        ("within half a day, a quarter of an hour", "en", [(0.5, "days"), (0.25, "hours")]),
        ("une demi-heure, sous huitaine, une quinzaine", "fr", [(0.5, "hours"), (8, "days"), (15, "days")]),
        ("correctif à J+2", "fr", [(2, "days")]),
        ("3 x the base, 5x", "en", [(3, "times"), (5, "times")]),
        ("net 30, 45 jours fin de mois", "en", [(30, "days"), (45, "days")]),
        ("within a month of the end", "en", [(1, "months")]),
        ("tous les trimestres", "fr", [(3, "months")]),
        ("un jour et demi (12 h ouvrées)", "fr", [(12, "hours")]),
        ("un mois ouvré soit 20 jours ouvrés", "fr", [(20, "days")]),
        ("ISO 27001, WCAG 2.2, BCE + 10 points", "fr", []),
        ("maintenance par un tiers", "fr", []),
        ("every minute, chaque semaine", "en", [(1, "minutes"), (1, "weeks")]),
    ],
)
def test_what_counts_as_a_figure(text: str, lang: Language, expected: list[tuple[float, str]]) -> None:
    found = figures(text, lang)
    assert [(figure.value, figure.unit) for figure in found] == expected
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)
