"""What differs between two languages is named, with its words; what is only said otherwise is not."""

from __future__ import annotations

import pytest

from knowledge.concordance import Terms, discordances
from knowledge.concordance.align import align, sentences

TERMS: Terms = {
    "en": {"site": ("Site",), "personal-data": ("Personal Data",)},
    "fr": {"site": ("Site",), "personal-data": ("Données Personnelles",)},
}

ALIKE = [
    ("The Provider shall pay within thirty days.", "Le Prestataire paie sous 30 jours."),
    ("The Customer may not assign the Contract.", "Le Client ne peut céder le Contrat."),
    ("It applies only to the Site.", "Elle ne s'applique qu'au Site."),
    ("No work begins without an order.", "Aucun travail ne commence sans commande."),
    ("A penalty of EUR 1,500 on 1 March 2026, at 17:00.", "Une pénalité de 1 500 euros au 1er mars 2026, à 17 h."),
    ("Article 28(3)(h) GDPR and law no. 78-17 apply.", "L'article 28, paragraphe 3, h, du RGPD et la loi n° 78-17 s'appliquent."),
    ("The clause is deemed unwritten.", "La clause est réputée non écrite."),
    ("Either Party may terminate unless the fees are paid.", "Chaque Partie peut résilier, sauf si les redevances sont payées."),
    ("It is proved by any means.", "Elle se prouve par tout moyen."),
    ("Cover is 24/7.", "La couverture est assurée 24 h/24 et 7 j/7."),
]  # fmt: skip

DIFFERENT = [
    ("number", "within 30 days", "sous 20 jours", "30 days", "20 jours"),
    ("number", "within 30 days", "sous 30 heures", "30 days", "30 heures"),
    ("number", "a cap of 100 %", "un plafond de 150 %", "100 %", "150 %"),
    ("number", "EUR 20,000", "25 000 euros", "EUR 20,000", "25 000 euros"),
    ("number", "until 18:00", "jusqu'à 19 h", "18:00", "19 h"),
    ("date", "on 9 December 2026", "le 9 novembre 2026", "9 December 2026", "9 novembre 2026"),
    ("reference", "article 1170", "l'article 1171", "1170", "1171"),
    ("reference", "article 28(3)", "l'article 28, paragraphe 2,", "(3)", "2"),
    ("variable", "within {a} days", "sous {b} jours", "{a}", "{b}"),
    ("negation", "The cap does not apply.", "Le plafond s'applique.", "not", ""),
    ("negation", "The cap applies.", "Le plafond ne s'applique pas.", "", "ne s'applique pas"),
    ("modality", "The Customer may pay.", "Le Client doit payer.", "may", "doit"),
    ("modality", "The Customer must pay.", "Le Client peut payer.", "must", "peut"),
    ("party", "The Customer pays the fee.", "Le Prestataire paie la redevance.", "Customer", "Prestataire"),
    ("bound", "at least one copy", "au plus une copie", "at least", "au plus"),
    ("bound", "before the end", "après la fin", "before", "après"),
    ("term", "Access to the Site is kept.", "L'accès aux Données Personnelles est conservé.", "Site", "Données Personnelles"),
    ("definition", 'The fee (the "Fee") is due.', "La redevance est due.", '(the "Fee")', ""),
]  # fmt: skip


@pytest.mark.parametrize(("en", "fr"), ALIKE)
def test_what_says_the_same_agrees(en: str, fr: str) -> None:
    assert discordances(en, fr, TERMS, wording=True) == []


@pytest.mark.parametrize(("kind", "en", "fr", "alone_en", "alone_fr"), DIFFERENT)
def test_what_differs_is_named(kind: str, en: str, fr: str, alone_en: str, alone_fr: str) -> None:
    found = [one for one in discordances(en, fr, TERMS, wording=True) if one.kind == kind]
    assert len(found) == 1
    assert ", ".join(word.text.strip() for word in found[0].en) == alone_en
    assert ", ".join(word.text.strip() for word in found[0].fr) == alone_fr


@pytest.mark.parametrize(("_kind", "en", "fr", "_alone_en", "_alone_fr"), DIFFERENT)
def test_words_stand_where_they_say(_kind: str, en: str, fr: str, _alone_en: str, _alone_fr: str) -> None:
    for one in discordances(f"First this.\n{en}", f"D'abord ceci.\n{fr}", TERMS, wording=True):
        assert all(f"First this.\n{en}"[word.start : word.end] == word.text for word in one.en)
        assert all(f"D'abord ceci.\n{fr}"[word.start : word.end] == word.text for word in one.fr)


def test_a_sentence_without_fellow_is_named() -> None:
    en = "The Provider delivers a monthly report. The Customer reads it within the week and answers in writing."
    found = discordances(en, "Le Prestataire remet un rapport mensuel.")
    assert [one.kind for one in found] == ["sentence"]
    assert found[0].en[0].text.startswith("The Customer reads")
    assert found[0].fr == ()


def test_prose_may_leave_out_a_verb_of_duty() -> None:
    en, fr = "Both must secure the data.", "Tous deux sécurisent les données."
    assert discordances(en, fr) == []
    assert [one.kind for one in discordances(en, fr, wording=True)] == ["modality"]


def test_nothing_differs_from_nothing() -> None:
    assert discordances("", "") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two.", 2),
        ("See art. 3 and no. 5.", 1),
        ("A line\nanother", 2),
        ("He said: it is 3.5 days. Yes?", 2),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_two_sentences_may_be_one_in_the_other_language() -> None:
    en = "The provider is bound to restore the service in time. It also informs the customer of the cause."
    fr = "Le prestataire est tenu de rétablir le service à temps, et il informe aussi le client de la cause."
    assert len(align(sentences(en), sentences(fr))) == 1
