"""What decides a verdict: what may be said nowhere, for which contracts a rule is, when silence counts, what a term stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.review.define import own_terms
from assistant.review.review import Desk, open_desk, recognised
from assistant.review.run import Run, run
from ingest.contract import read_contract
from knowledge.library import ROOT, load
from knowledge.playbook import Playbook, Rule, load_playbook

SAID = {"en": "said", "fr": "dit"}
RULE: dict[str, Any] = {
    "id": "rule", "topic": "liability-cap", "severity": "high",
    "standard": SAID, "why": SAID, "ask": SAID, "fallback": SAID,
}  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


def asked(desk: Desk, path: Path, text: str, **rule: Any) -> Run:
    """What one rule finds in a contract of some words."""
    path.write_text(f"# Contract\n\n{text}\n", "utf-8")
    contract = read_contract(path)
    playbook = Playbook(
        id="one", version="1.0.0", side="customer", title=SAID, reviewed_on="2026-01-01", review_due="2027-01-01",
        rules=(Rule.model_validate(RULE | rule),),
    )  # fmt: skip
    return run(playbook, recognised(contract, desk, own_terms(contract)), desk.subjects)


NEVER = {"subject": "liability-cap", "never": {"en": ["provider <may> .. vanish"]}}


def test_what_may_be_said_nowhere_is_found_wherever_it_stands(desk: Desk, tmp_path: Path) -> None:
    judged = asked(desk, tmp_path / "c.md", "1. The Supplier is at liberty to vanish.", **NEVER).judgements
    assert [(one.verdict, one.reason) for one in judged] == [("deviates", "says")]


def test_every_passage_that_departs_is_named(desk: Desk, tmp_path: Path) -> None:
    text = "1. The Supplier may vanish.\n\n2. Lunch is at noon.\n\n3. The Provider could one day vanish."
    judged = asked(desk, tmp_path / "c.md", text, **NEVER).judgements[0]
    assert judged.sentence
    assert "may vanish" in judged.sentence.folded
    assert [sentence.folded for sentence in judged.also] == ["3. the provider could one day vanish."]


@pytest.mark.parametrize(("text", "count"), [("1. The Customer is a SAS.", 1), ("1. The Customer is a Ltd.", 0)])
def test_a_rule_is_for_the_contracts_that_say_so(desk: Desk, tmp_path: Path, text: str, count: int) -> None:
    judged = asked(desk, tmp_path / "c.md", text, subject="governing-law", where={"fr": ["sas"]})
    assert len(judged.judgements) == count
    assert len(judged.silent) == 1 - count


@pytest.mark.parametrize(
    ("text", "count"), [("1. The source code follows the specifications in sprints.", 1), ("1. Lunch is at noon.", 0)]
)
def test_silence_counts_where_something_calls_for_words(desk: Desk, tmp_path: Path, text: str, count: int) -> None:
    judged = asked(desk, tmp_path / "c.md", text, subject="acceptance", required_with=["custom-development"]).judgements
    assert [one.verdict for one in judged] == ["missing"] * count


CAPS = [
    ('1. "Ceiling" means the Charges paid in two months.\n\n2. The Supplier\'s liability shall not exceed the Ceiling.', 2.0),
    ("| Liability Limit | 10% of the Charges paid in the contract year |\n|---|---|\n| Notice | 3 months |\n\n"
     "2. The Supplier's liability shall not exceed the Liability Limit.", 1.2),
    ("1. « Plafond » : un quart de la redevance mensuelle.\n\n2. La responsabilité est limitée au Plafond.", 0.25),
    ("1. Liability is limited to the lesser of EUR 100 and the fees paid in the last twelve months.", 0.2),
    ("1. Liability is capped at five times the annual fees.", 60.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "months"), CAPS)
def test_a_figure_is_looked_for_where_a_term_is_defined(desk: Desk, tmp_path: Path, text: str, months: float) -> None:
    within = {"standard": {"least": 12}}
    judged = asked(desk, tmp_path / "c.md", text, subject="liability-cap", within=within).judgements[0]
    assert judged.figure
    assert judged.figure.value == pytest.approx(months)


NAMED = [
    ('Between A Ltd (the "Employer") and B Ltd (the "Contractor").', {"provider": "Contractor", "customer": "Employer"}),
    ('Between A Ltd ("Heron") and B Ltd ("Otter"). Heron hosts the site. Otter pays EUR 5.', {"provider": "Heron", "customer": "Otter"}),
    ("Entre A, ci-après « la Mutuelle », et B, ci-après « le Titulaire ». La Mutuelle peut résilier.", {"provider": "Titulaire", "customer": "Mutuelle"}),
    ("The parties agree.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), NAMED)
def test_what_the_parties_are_called(tmp_path: Path, text: str, names: dict[str, str]) -> None:
    path = tmp_path / "c.md"
    path.write_text(f"# Contract\n\n{text}\n", "utf-8")
    assert dict(own_terms(read_contract(path))) == names


SPOKEN = "We host your site and you pay us. We tell you what we change. Your data are yours; our tools are ours. You may ask us. "


def test_a_contract_may_say_we_and_you(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "c.md"
    path.write_text(f"# Terms\n\n{SPOKEN}We can assign this agreement to anyone.\n", "utf-8")
    contract = read_contract(path)
    judged = run(
        load_playbook(ROOT, "customer"), recognised(contract, desk, own_terms(contract)), desk.subjects
    ).judgements
    assert "assignment" in {one.rule.id for one in judged if one.verdict == "deviates"}
