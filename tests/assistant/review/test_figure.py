"""A figure is replaced by its bound in the writing of the sentence."""

from __future__ import annotations

import pytest

from assistant.review.figure import refigure
from assistant.review.measure import durations, percents, sums
from knowledge.models import Language
from knowledge.wording import fold

CASES = [
    ("La disponibilité est de 97 % par mois.", "fr", "%", 99.5, "La disponibilité est de 99,5 % par mois."),
    ("Availability is 97% a month.", "en", "%", 99.5, "Availability is 99.5% a month."),
    ("un préavis de six mois", "fr", "month", 3, "un préavis de trois mois"),
    ("a period of sixty (60) months", "en", "month", 12, "a period of twelve (12) months"),
    ("six (6) months' notice", "en", "month", 3, "three (3) months' notice"),
    ("Six (6) mois avant le terme", "fr", "month", 3, "Trois (3) mois avant le terme"),
    ("UN PRÉAVIS DE SIX ( 6 ) MOIS", "fr", "month", 3, "UN PRÉAVIS DE TROIS ( 3 ) MOIS"),
    ("a notice of 6 (six) months", "en", "month", 3, "a notice of 3 (three) months"),
    ("dans les 90 (quatre-vingt-dix) jours", "fr", "day", 60, "dans les 60 (soixante) jours"),
    ("sous quarante-huit (48) heures", "fr", "hour", 1, "sous une (1) heure"),
    ("un délai de deux (2) mois", "fr", "month", 1, "un délai d'un (1) mois"),
    ("un délai d'un (1) mois", "fr", "month", 2, "un délai de deux (2) mois"),
    ("a notice of 6 (six) months", "en", "month", 1, "a notice of 1 (one) month"),
    ("dans un délai d'un mois", "fr", "month", 3, "dans un délai de trois mois"),
    ("within one business day", "en", "day", 3, "within three business days"),
    ("sous 48 heures ouvrées", "fr", "hour", 1, "sous 1 heure ouvrée"),
    ("dans un jour ouvré", "fr", "day", 5, "dans cinq jours ouvrés"),
    ("a notice of two years", "en", "month", 12, "a notice of one year"),
    ("within 10 days", "en", "month", 1, "within 30 days"),
]


@pytest.mark.parametrize(("quote", "lang", "unit", "bound", "expected"), CASES)
def test_the_number_alone_is_changed(quote: str, lang: Language, unit: str, bound: float, expected: str) -> None:
    folded = fold(quote)
    figure = next(percents(folded) if unit == "%" else durations(folded, unit))  # type: ignore[arg-type]
    done = refigure(quote, folded, figure, bound, lang)
    assert done
    assert quote[: done[0]] + done[2] + quote[done[1] :] == expected


def test_thousands_keep_their_blank() -> None:
    quote = "limitée à 10\u00a0000 euros"
    done = refigure(quote, fold(quote), next(sums(fold(quote))), 50_000, "fr")
    assert done
    assert quote[: done[0]] + done[2] + quote[done[1] :] == "limitée à 50\u00a0000 euros"


def test_a_figure_is_found_though_the_sentence_was_read_with_other_names() -> None:
    quote, folded = (
        "L'Agence intervient sous 8 heures, puis sous 8 heures.",
        "le prestataire intervient sous 8 heures, puis sous 8 heures.",
    )
    figure = list(durations(folded, "hour"))[1]
    done = refigure(quote, folded, figure, 4, "fr")
    assert done
    assert quote[: done[0]] + done[2] + quote[done[1] :] == "L'Agence intervient sous 8 heures, puis sous 4 heures."


@pytest.mark.parametrize(
    ("quote", "folded", "bound"),
    [
        ("sous 8 heures", "sous 9 heures", 4.0),  # not what stands there
        ("sous 7 jours", "sous 7 jours", 10.0),  # ten hours are no round number of days
    ],
)
def test_what_cannot_be_written_so_is_left(quote: str, folded: str, bound: float) -> None:
    assert refigure(quote, folded, next(durations(folded, "hour")), bound, "fr") is None
