"""Figures of sentences in both languages, and which of several is meant."""

from __future__ import annotations

import pytest

from assistant.review.measure import durations, measure, monthly_fee, number
from knowledge.library import ROOT
from knowledge.subject import load
from knowledge.wording import fold

SUBJECTS = load(ROOT)

FIGURES = [
    ("liability-cap", "Its liability shall not exceed the fees paid in the twelve (12) months before the claim.", 12),
    ("liability-cap", "Liability is limited to 50 % of the annual fees.", 6),
    ("liability-cap", "La responsabilité est plafonnée à deux fois les redevances annuelles.", 24),
    ("liability-cap", "La responsabilité n'excède pas les trois dernières mensualités.", 3),
    ("liability-cap", "Liability is limited to the fees of the preceding month.", 1),
    ("liability-cap", "Capped at the fees of twelve months and at three times that sum for data.", 12),
    (
        "liability-cap",
        "Liability shall not exceed one-sixth of the fees paid in the twelve months before the claim.",
        2,
    ),
    ("liability-cap", "Liability is limited to EUR 1,000.", 2),
    ("liability-cap", "Liability is limited to the lesser of EUR 100 and the annual fees.", 0.2),
    ("liability-cap", "Les indemnités sont limitées au quart de la redevance mensuelle.", 0.25),
    ("late-interest", "Late sums bear interest at four per centum for every month.", 48),
    ("late-interest", "Les retards portent un intérêt de dix-huit pour cent l'an.", 18),
    ("late-interest", "En cas de retard, 2 % du montant dû par mois.", 24),
    ("liability-cap", "Liability is limited and an action must be brought within two years.", None),
    ("notice-period", "sauf dénonciation trois mois avant l'échéance d'une période de douze mois", 3),
    ("notice-period", "unless either party gives notice of 60 days before the end of the term", 2),
    ("renewal", "It renews for successive periods of 24 months unless notice is given 3 months before.", 24),
    ("renewal", "Il est reconduit pour la même durée, sauf préavis de trois mois.", None),
    ("availability", "Une disponibilité de 99,95 % donne lieu, à défaut, à un avoir de 5 %.", 99.95),
    ("payment-term", "Les factures sont payables à quarante-cinq jours.", 45),
    ("response-time", "Blocking incidents get a response within 30 minutes and are restored within 4 hours.", 0.5),
    ("restoration-time", "Blocking incidents get a response within 30 minutes and are restored within 4 hours.", 4),
    ("restoration-time", "prise en charge en 2 heures, rétablissement en 12 heures", 12),
    ("breach-notice", "toute violation de données est notifiée sous deux jours", 48),
    ("backup", "Une sauvegarde quotidienne est réalisée.", 24),
    ("backup", "Backups are made every 4 hours.", 4),
    ("backup", "The site is backed up weekly.", 168),
    ("insurance", "une assurance de 1,5 million d'euros par sinistre", 1_500_000),
    ("insurance", "insurance of EUR 2,000,000 per claim", 2_000_000),
    ("indexation", "La redevance est révisée sans augmenter de plus de 3 %.", 3),
    ("confidentiality", "confidential for the term and five years afterwards", 5),
    ("term", "pour une durée ferme de quarante-huit (48) mois", 48),
    ("warranty-duration", "warranted for a period of 90 days", 3),
]


@pytest.mark.parametrize(("slug", "sentence", "value"), FIGURES)
def test_figures(slug: str, sentence: str, value: float | None) -> None:
    wanted = SUBJECTS[slug].measure
    assert wanted
    found = measure(fold(sentence), wanted)
    assert (found.value if found else None) == pytest.approx(value) if value else found is None


def test_a_sum_is_worth_months_of_fees() -> None:
    fee = monthly_fee(fold("The fee is EUR 1,200 per year excluding tax."))
    assert fee
    assert fee.value == 100
    wanted = SUBJECTS["liability-cap"].measure
    assert wanted
    found = measure(fold("Liability is limited to EUR 400."), wanted, fee)
    assert found
    assert found.value == 4
    assert measure(fold("Liability is limited to USD 400."), wanted, fee) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [("1,000", 1000), ("1.000", 1000), ("1 000,50", 1000.5), ("99,5", 99.5), ("0.125", 0.125), ("1,000,000", 1e6)],
)
def test_numbers_as_either_language_writes_them(written: str, value: float) -> None:
    assert number(written) == value


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("two hundred and ten days", 210), ("deux cents jours", 200), ("cent quatre-vingts jours", 180), ("neuf mois", 270),
        ("douze mille jours", 12_000), ("half an hour", 1 / 48), ("dans l'heure", 1 / 24), ("40.7 an action", None),
    ],
)  # fmt: skip
def test_durations_in_words(words: str, days: float | None) -> None:
    assert [one.value for one in durations(fold(words), "day")] == pytest.approx([days] if days else [], abs=1e-4)
