"""Figures, bounds and verdicts in the words of either language."""

from __future__ import annotations

import pytest

from assistant.review.explain import bounds_in_words, explain, quantity
from assistant.review.measure import Figure
from assistant.review.run import Judgement
from knowledge.models import Language
from knowledge.playbook import Bounds, Rule, Within

TEXT = {"en": "Because.", "fr": "Parce que."}


@pytest.mark.parametrize(
    ("value", "unit", "en", "fr"),
    [
        (1, "month", "1 month", "1 mois"),
        (1.5, "month", "1.5 months", "1,5 mois"),
        (60 / 365, "year", "60 days", "60 jours"),
        (0.1644, "year", "60 days", "60 jours"),
        (0.5, "year", "0.5 year", "0,5 an"),
        (3, "year", "3 years", "3 ans"),
        (99.5, "%", "99.5 %", "99,5 %"),
    ],
)
def test_quantities(value: float, unit: str, en: str, fr: str) -> None:
    assert (quantity(value, unit, "en"), quantity(value, unit, "fr")) == (en, fr)


@pytest.mark.parametrize(
    ("bounds", "lang", "said"),
    [
        (Bounds(most=3), "en", "at most 3 months"),
        (Bounds(least=3), "fr", "au moins 3 mois"),
        (Bounds(least=3, most=6), "fr", "de 3 à 6 mois"),
        (Bounds(least=3, most=3), "en", "3 months"),
    ],
)
def test_bounds(bounds: Bounds, lang: Language, said: str) -> None:
    assert bounds_in_words(bounds, "month", lang) == said


@pytest.mark.parametrize(
    ("fallback", "is_told"), [(Bounds(most=6), True), (Bounds(most=3.1), False), (None, False), (Bounds(least=1, most=3), True)]
)  # fmt: skip
def test_a_fallback_that_only_allows_for_long_months_is_not_told(fallback: Bounds | None, is_told: bool) -> None:
    within = Within(standard=Bounds(most=3), fallback=fallback)
    rule = Rule(
        id="notice", topic="t", subject="s", severity="high", standard=TEXT, why=TEXT, ask=TEXT, fallback=TEXT, within=within
    )  # fmt: skip
    said = explain(Judgement(rule, "deviates", "figure", None, Figure(9, "month", 0, 0)), 10, "en")
    assert said.startswith("The passage gives 9 months; the standard is at most 3 months")
    assert ("at the limit" in said) == is_told
