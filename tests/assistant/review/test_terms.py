"""Key terms: parties, dates, terms and prices in the words in which contracts give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.review.define import own_terms
from assistant.review.review import Desk, open_desk, recognised
from assistant.review.terms import KeyTerm, Value, key_terms
from ingest.contract import read_contract
from knowledge.library import ROOT, load

CASES: list[tuple[str, dict[str, Value]]] = [
    (
        'Between **Pixelwright SAS** (the "Provider") and **Oak & Sons Ltd** (the "Customer").',
        {"provider": "Pixelwright SAS", "customer": "Oak & Sons Ltd"},
    ),
    ("The agreement begins on 1 March 2026.", {"effective_date": "2026-03-01"}),
    ("Le contrat prend effet le 1er mars 2026.", {"effective_date": "2026-03-01"}),
    ("Le contrat entre en vigueur à compter de la signature.", {"effective_date": None}),
    ("The contract enters into force on the 1st of October 2026.", {"effective_date": "2026-10-01"}),
    ("THIS AGREEMENT is made the first day of April, two thousand and twenty-six.", {"effective_date": "2026-04-01"}),
    (
        "Il prend effet le 15/04/2026 et prend fin le 14 avril 2028.",
        {"effective_date": "2026-04-15", "expiration_date": "2028-04-14"},
    ),
    (
        "The contract is renewed for successive periods of twelve months unless either party gives three months' notice.",
        {"renewal_term": 12.0, "notice_period": 3.0},
    ),
    (
        "Il est reconduit tacitement par périodes d'un an, sauf dénonciation trois mois avant l'échéance.",
        {"renewal_term": 12.0, "notice_period": 3.0},
    ),
    ("It renews for another 24 months unless cancelled 90 days ahead.", {"renewal_term": 24.0, "notice_period": 3.0}),
    (
        "Unless terminated on six months' notice, the contract renews for further terms of two years.",
        {"renewal_term": 24.0, "notice_period": 6.0},
    ),
    ("Le prix est de 12 000 € HT par an.", {"price": 12000.0}),
    ("La redevance mensuelle s'élève à 1,5 k€ HT.", {"price": 1500.0}),
    ("The annual fee is EUR 27,500.", {"price": 27500.0}),
    ("Le forfait annuel est fixé à deux mille euros.", {"price": 2000.0}),
    ("Les factures sont payables à trente jours fin de mois.", {"payment_term": 30.0}),
    (
        "The Agreement is governed by Irish law and the courts of Dublin have jurisdiction.",
        {"governing_law": "Ireland", "courts": "Dublin"},
    ),
    ("Le contrat est soumis au droit anglais.", {"governing_law": "England and Wales"}),
    ("This Agreement is governed by California law.", {"governing_law": "California"}),
    ("Le contrat est régi par les lois de l'État de New York.", {"governing_law": "New York"}),
    (
        "Entre Kastor & Fils SARL, RCS Arras 529 447 081, ci-après « le Prestataire », et Valmeris SA, ci-après « le Client ».",
        {"provider": "Kastor & Fils SARL", "customer": "Valmeris SA"},
    ),
    (
        "Entre la société MENHIR WEB, SAS au capital de 10 000 €, (ci-après le « Prestataire »)\n\net la société DOLMEN, SA au capital de 50 000 €, (ci-après le « Client »)",
        {"provider": "MENHIR WEB", "customer": "DOLMEN"},
    ),
    (
        "| Client | Conserveries Bigoudènes, SAS au capital de 310 000 € |\n|---|---|\n| Prestataire | Armor Octets, SARL au capital de 8 000 € |",
        {"provider": "Armor Octets", "customer": "Conserveries Bigoudènes"},
    ),
    ("Buyer: Valmeris SA, Lille. Supplier: Kastor Ltd, Arras.", {"customer": "Valmeris SA"}),
    ("La durée initiale du contrat est de deux ans.", {"initial_term": 24.0}),
    ("This Agreement runs for thirty-six months.", {"initial_term": 36.0}),
]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


def terms(desk: Desk, path: Path, text: str) -> dict[str, KeyTerm]:
    path.write_text(f"# Contract\n\n{text}\n", "utf-8")
    contract = read_contract(path)
    found = key_terms(recognised(contract, desk, own_terms(contract)), desk.subjects)
    return {term.name: term for term in found}


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[text[:40] for text, _ in CASES])
def test_what_a_sentence_gives(desk: Desk, tmp_path: Path, text: str, wanted: dict[str, Value]) -> None:
    found = terms(desk, tmp_path / "contract.md", text)
    assert {name: found[name].value for name in wanted} == wanted
    assert all(found[name].sentence for name in wanted)


@pytest.mark.parametrize("text", ["The parties agree as follows.", "Les parties conviennent de ce qui suit."])
def test_what_is_not_said_is_not_found(desk: Desk, tmp_path: Path, text: str) -> None:
    found = terms(desk, tmp_path / "contract.md", text)
    assert not [name for name, term in found.items() if term.value is not None]
