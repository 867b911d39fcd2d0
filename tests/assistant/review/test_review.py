"""The parts of a review on small texts: key terms, combinations, contradictions, proposals, the memo and the table."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from assistant.review.define import definitions, own_terms, references
from assistant.review.memo import memo, memo_docx, summary
from assistant.review.portfolio import as_csv, as_xlsx, rows
from assistant.review.review import Desk, Review, as_json, open_desk, review
from assistant.review.terms import LABELS
from assistant.review.verify import verify
from ingest.contract import contract_of
from ingest.plain import read_markdown
from knowledge.contract import Contract
from knowledge.errors import InvalidInput
from knowledge.library import ROOT, load
from knowledge.playbook import load_playbook

ENGLISH = """# Maintenance agreement

This agreement is made between **Kestrel Code Ltd** (the "Supplier") and **Arden Retail plc** (the "Customer").

1. Term

It takes effect on 1 March 2026. The agreement is concluded for an initial term of 12 months.

2. Fees

The monthly fee is EUR 500. Invoices are payable within 30 days. See clause 9 and Annex 4.

3. Service

Severity | Response time | Restoration time
Blocking | 1 hour | 4 hours
Major | 4 hours | 2 days

The site is available 99.9 % of each month.

4. Liability

The Supplier's liability shall not exceed the fees of the last two months.

5. Law

The agreement is governed by French law. The courts of Lyon have jurisdiction.

6. Availability

Availability is 98 % of each month.
"""
FRENCH = """# Contrat

Entre la société Corvane, SARL (ci-après « le Fournisseur ») et la société Arden (ci-après « le Client »).

Article 1 - Objet

Le Fournisseur assure la maintenance du site décrit à l'annexe 1.

Article 2 - Responsabilité

La responsabilité du Fournisseur est limitée à trois mois de redevances. L'article 1170 du Code civil est réservé.
"""

PARKING = "5. Parking\n\n" + "Visitors leave their bicycles behind the blue shed at noon. " * 3 + "\n\n6. Law"

Told = Callable[..., Review]


def contract(text: str, name: str = "contract.md") -> Contract:
    return contract_of(read_markdown(text.encode()), name, "0" * 64)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


@pytest.fixture(scope="module")
def told(desk: Desk) -> Told:
    def make(text: str, side: Any = "customer", lang: Any = None) -> Review:
        return review(contract(text), load_playbook(ROOT, side), desk, lang)

    return make


def test_key_terms(told: Told) -> None:
    terms = {one["name"]: one for one in as_json(told(ENGLISH))["key_terms"]}
    assert list(terms) == list(LABELS)
    values = {name: one["value"] for name, one in terms.items() if one["found"]}
    assert values == values | {
        "provider": "Kestrel Code Ltd",
        "customer": "Arden Retail plc",
        "effective_date": "2026-03-01",
        "initial_term": 12,
        "price": 500,
        "payment_term": 30,
        "response_time_p1": 1,
        "response_time_p2": 4,
        "restoration_time_p1": 4,
        "restoration_time_p2": 48,
        "liability_cap": 2,
        "governing_law": "France",
        "courts": "Lyon",
    }
    assert terms["insurance"] == terms["insurance"] | {"found": False, "value": None, "quote": None}


def test_contradictions(told: Told) -> None:
    found = {(one.kind, one.about) for one in told(ENGLISH).contradictions}
    assert found >= {("figure", "availability"), ("reference", "9"), ("reference", "annex 4")}
    assert ("reference", "1170") not in {(one.kind, one.about) for one in told(FRENCH).contradictions}


def test_terms_and_references() -> None:
    assert [one.term for one in definitions(contract(ENGLISH))] == ["Supplier", "Customer"]
    assert own_terms(contract(FRENCH)) == {"provider": "Fournisseur", "customer": "Client"}
    assert [(one.to, one.target) for one in references(contract(FRENCH))] == [("annex 1", None)]


def test_missing_says_what_was_looked_for(told: Told) -> None:
    finding = next(one for one in as_json(told(ENGLISH))["findings"] if one["rule"] == "backups")
    assert finding["verdict"] == "missing"
    assert finding["quote"] is None
    assert "passages checked" in finding["why"]
    assert "daily" in finding["why"]


def test_proposed_wording_speaks_of_the_parties_as_the_contract_does(told: Told) -> None:
    assert (
        "Supplier" in told(ENGLISH).proposals["cap-amount"].text
        or "Party" in told(ENGLISH).proposals["cap-amount"].text
    )
    text = told(FRENCH).proposals["backups"].text
    assert "Fournisseur" in text
    assert "Prestataire" not in text


def test_told_in_either_language(told: Told) -> None:
    found = told(ENGLISH, lang="fr")
    assert as_json(found)["findings"][0]["ask"] != as_json(told(ENGLISH))["findings"][0]["ask"]
    assert memo(found, load()).startswith("# Relecture de")
    assert "[haute]" in summary(found, load())


def test_the_memo_makes_nothing_of_a_strangers_markup(told: Told) -> None:
    hostile = ENGLISH.replace(
        "The Supplier's liability", "![x](https://evil.example/a.png) <b>The</b> Supplier's liability"
    )
    written = memo(told(hostile), load())
    assert "![x](" not in written
    assert "<b>" not in written
    assert memo_docx(told(hostile), load())[:2] == b"PK"


def test_what_is_no_review_is_refused(told: Told) -> None:
    found = told(ENGLISH)
    with pytest.raises(InvalidInput, match="no review"):
        verify({"findings": []}, found.contract, found.playbook)


def test_another_file_or_playbook_is_noticed(told: Told) -> None:
    found = told(ENGLISH)
    written = json.loads(json.dumps(as_json(found)))
    other = told(FRENCH, side="provider")
    faults = verify(written, other.contract, other.playbook).faults
    assert any("digest" in fault for fault in faults)
    assert any("playbook" in fault for fault in faults)


def test_a_table_of_contracts_runs_no_formula(told: Told) -> None:
    found = as_json(told(ENGLISH))
    found["document"]["name"] = "=cmd()"
    table = list(rows([found], {"broken.pdf": "The PDF is damaged."}, "en"))
    assert len({len(row) for row in table}) == 1
    assert "'=cmd()" in as_csv(iter(table)).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(as_xlsx(iter(table)))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert sheet["B3"].value == "The PDF is damaged."


def test_clauses_on_other_things_are_listed(told: Told) -> None:
    text = ENGLISH.replace(
        "5. Law", "5. Parking\n\nVisitors leave their bicycles behind the blue shed at noon.\n\n6. Law"
    )
    clauses = {one["heading"]: one for one in as_json(told(text))["clauses"]}
    assert clauses["Parking"]["recognised_by"] == "other"
    assert clauses["Liability"]["topics"][0] == "liability-cap"


def test_meaning_helps_where_wording_tells_nothing(desk: Desk) -> None:
    def guess(texts: Any) -> list[tuple[str, ...]]:
        return [("insurance",) if "bicycles" in text else () for text in texts]

    text = ENGLISH.replace("5. Law", PARKING)
    helped = Desk(desk.library, desk.subjects, desk.interactions, desk.machine, guess)
    found = as_json(review(contract(text), load_playbook(ROOT, "customer"), helped))
    clause = next(one for one in found["clauses"] if one["heading"] == "Parking")
    assert (clause["recognised_by"], clause["topics"]) == ("meaning", ["insurance"])
    plain = as_json(review(contract(text), load_playbook(ROOT, "customer"), desk))
    assert found["findings"] == plain["findings"]


def test_two_columns_in_two_languages(told: Told) -> None:
    rows_of_both = [
        ("Article 1 - Responsabilité", "Article 1 - Liability"),
        (
            "La responsabilité du Prestataire est limitée à deux mois de redevances, tous préjudices confondus.",
            "The Provider's liability is limited to two months of fees, all losses taken together.",
        ),
        ("Article 2 - Durée", "Article 2 - Term"),
        (
            "Le contrat est conclu pour une durée initiale de trente-six mois à compter de sa signature.",
            "The agreement is concluded for an initial term of thirty-six months from its signature.",
        ),
        ("Article 3 - Droit", "Article 3 - Law"),
        (
            "Le contrat est soumis au droit français, et le tribunal du défendeur est compétent pour tout litige.",
            "The agreement is governed by French law, and the court of the defendant is competent for any dispute.",
        ),
        (
            "Chaque partie garde confidentielles les informations de l'autre pendant cinq ans après la fin du contrat.",
            "Each party keeps the other's information confidential for five years after the end of the agreement.",
        ),
    ]
    found = told("\n\n".join(f"{french} | {english}" for french, english in rows_of_both))
    verdicts = {judgement.rule.id: judgement.verdict for judgement in found.run.judgements}
    assert found.contract.bilingual
    assert (verdicts["cap-amount"], verdicts["initial-term"]) == ("deviates", "deviates")
    assert (verdicts["law"], verdicts["confidentiality"]) == ("matches_standard", "matches_standard")
    assert [one.kind for one in found.contradictions if one.kind == "figure"] == []
