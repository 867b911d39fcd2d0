"""The wording that is proposed: the library's, with the contract's figures and those that the rule asks for."""

from __future__ import annotations

import pytest

from assistant.review.propose import propose
from assistant.review.review import Desk, open_desk, recognised
from ingest.contract import contract_of
from ingest.plain import read_markdown
from knowledge.library import ROOT, load
from knowledge.playbook import Bounds, Rule, Within, load_playbook

TEXT = "# Contract\n\n1. Term\n\nThe contract lasts 24 months from 1 March 2026.\n"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


def wording(desk: Desk, rule: Rule) -> str:
    reading = recognised(contract_of(read_markdown(TEXT.encode()), "a.md", "0" * 64, "en"), desk, {})
    made = propose(rule, desk.library.clauses, reading, desk.subjects, {}, "en")
    assert made
    return made.text


@pytest.mark.parametrize(
    ("standard", "days"),
    [(Bounds(most=60), 30), (Bounds(least=45), 45), (Bounds(least=45, most=60), 45), (Bounds(least=90), 30)],
)
def test_the_figure_of_the_rule_goes_before_a_default_that_it_refuses(desk: Desk, standard: Bounds, days: int) -> None:
    """A bound outside what the clause may hold is left to a person."""
    shipped = next(rule for rule in load_playbook(ROOT, "provider").rules if rule.id == "payment-term")
    rule = Rule.model_validate({**dict(shipped), "within": Within(standard=standard)})
    assert shipped.propose
    clause = desk.library.clauses[shipped.propose.clause]
    variant = clause.variant(shipped.propose.position)
    values = clause.values(shipped.propose.position, {"payment_term_days": days})
    assert wording(desk, rule) == clause.fill(variant.text["en"], values, "en")
