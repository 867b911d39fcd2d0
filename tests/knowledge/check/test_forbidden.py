"""What no clause may say is named, and lawful wording passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check import problems as check
from knowledge.check.forbidden import NEVER
from knowledge.library import load

SMALL = "clauses/small.yaml"

VOID = [
    ("L'auteur renonce à son droit moral sur le site.", "moral rights"),
    ("The author waives all moral rights in the site.", "moral rights"),
    ("Le Contrat est résilié de plein droit en cas de redressement judiciaire.", "insolvency"),
    ("The Contract ends automatically if a party becomes insolvent.", "insolvency"),
    ("Les factures sont payées à 90 jours fin de mois.", "payment term"),
    ("Invoices are payable within 75 days.", "payment term"),
    ("Le délai de paiement est de 90 jours.", "payment term"),
    ("Le plafond s'applique y compris en cas de faute lourde.", "gross negligence"),
    ("The cap applies even to gross negligence.", "gross negligence"),
    ("Le Client dispense le Prestataire de toute information précontractuelle.", "pre-contractual"),
    ("Le juge ne peut réduire la pénalité.", "penalties"),
    ("The court may not reduce the penalty.", "penalties"),
    ("L'action se prescrit par six mois.", "under one year"),
    ("Any action is time-barred after 9 months.", "under one year"),
    ("Le sous-traitant renonce à l'action directe.", "direct action"),
    ("Il est interdit au Client de faire une copie de sauvegarde.", "back-up"),
    ("The Customer shall not make a back-up copy.", "back-up"),
    ("Le Prestataire cède toutes ses œuvres futures.", "future works"),
    ("The present Contract is perpetual.", "perpetual"),
    ("Tout audit est exclu.", "audits"),
]

LAWFUL = [
    "Le présent contrat ne cède aucun droit moral.",
    "The Contract does not end automatically on insolvency.",
    "Invoices are payable within 60 days of their date.",
    "Ces plafonds ne s'appliquent pas au dol, y compris en cas de faute lourde.",
    "L'action se prescrit par {claim_period_months} mois.",
    "Le juge peut réduire la pénalité.",
    "Le Client paie les Prestations rendues pendant le préavis de 90 jours.",
    "En cas de redressement judiciaire, les données sont restituées automatiquement.",
    "The Provider assigns the economic rights, moral rights remaining with the author.",
    "The Customer may make a back-up copy.",
]


@pytest.mark.parametrize(("sentence", "expected"), VOID)
def test_what_no_clause_may_say_is_named(root: Path, sentence: str, expected: str) -> None:
    found = _with_wording(root, sentence)
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize("sentence", LAWFUL)
def test_lawful_wording_passes(root: Path, sentence: str) -> None:
    assert not [problem for problem in _with_wording(root, sentence) if any(item.what in problem for item in NEVER)]


def _with_wording(root: Path, sentence: str) -> list[str]:
    path = root / SMALL
    wording = sentence.replace("'", "''")
    path.write_text(path.read_text("utf-8").replace('fr: "Moyens."', f"fr: '{wording}'"), "utf-8")
    return check(load(root), root)
