"""Whole documents are compared article by article, wherever their numbers agree."""

from __future__ import annotations

import pytest

from knowledge.concordance.parallel import parallel

EN = """Agreement between the parties

1. Purpose

The Provider maintains the shop (the "Shop") within 30 days.

2. Price

The fee of the Shop is EUR 1,500 a month, and the Customer may ask for an invoice.
"""
FR = """Contrat entre les parties

1. Objet

Le Prestataire assure la maintenance de la boutique (la « Boutique ») sous 30 jours.

2. Prix

La redevance de la Boutique est de 1 500 euros par mois, et le Client peut demander une facture.
"""


def test_versions_that_agree() -> None:
    assert [*parallel(EN, FR)] == []


@pytest.mark.parametrize(
    ("sound", "faulty", "article", "kind"),
    [
        ("30 jours", "60 jours", "1", "number"),
        ("1 500", "1 600", "2", "number"),
        ("peut", "doit", "2", "modality"),
        ("de la Boutique est", "du commerce est", "2", "term"),
        ("le Client peut", "le Prestataire peut", "2", "party"),
    ],
)
def test_a_difference_is_named_with_its_article(sound: str, faulty: str, article: str, kind: str) -> None:
    found = [*parallel(EN, FR.replace(sound, faulty))]
    assert [(place, one.kind) for place, one in found] == [(article, kind)]


def test_words_stand_where_they_say() -> None:
    french = FR.replace("1 500", "1 600")
    _, found = next(parallel(EN, french))
    assert french[found.fr[0].start : found.fr[0].end] == found.fr[0].text
    assert french[found.sentences[1].start : found.sentences[1].end] == found.sentences[1].text
    assert EN[found.en[0].start : found.en[0].end] == found.en[0].text


def test_versions_that_do_not_number_alike_are_compared_as_wholes() -> None:
    found = [*parallel(EN, FR.replace("2. Prix", "Prix").replace("1 500", "1 600"))]
    assert {(place, one.kind) for place, one in found} == {("0", "number")}
