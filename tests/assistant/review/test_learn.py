"""A playbook from contracts that a firm likes: what most say, what several accept, and nothing without a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pytest

from assistant.review.define import own_terms
from assistant.review.learn import Learnt, learn
from assistant.review.recognise import Recognition
from assistant.review.review import Desk, as_json, open_desk, recognised, review
from ingest.contract import contract_of
from ingest.plain import read_markdown
from knowledge.errors import InvalidInput
from knowledge.library import ROOT, load
from knowledge.models import Side
from knowledge.playbook import Bounds, Rule, load_playbook

TODAY = dt.date(2026, 3, 4)
NOTICE = "The contract renews for 12 months unless a party gives {months} months' notice before the end of the term."
PAYMENT = "Invoices are payable within {days} days of their date."
LAW = "This contract is governed by French law. The courts of Lyon have jurisdiction."
SECRET = "Each party keeps the other's information confidential for {years} years after the end."
NAMES = ("Arden", "Brume", "Cygne", "Dorval", "Ellis")


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


def reading(desk: Desk, name: str, *sentences: str) -> Recognition:
    """A contract called `name`, an article for each sentence."""
    text = f"# Contract {name}\n\n" + "\n\n".join(f"{at}. Article\n\n{one}" for at, one in enumerate(sentences, 1))
    contract = contract_of(read_markdown(text.encode()), f"{name}.md", f"{len(name):064x}")
    return recognised(contract, desk, own_terms(contract))


def readings(desk: Desk, months: Sequence[int]) -> list[Recognition]:
    return [
        reading(
            desk,
            name,
            f"For {name}.",
            NOTICE.format(months=count),
            PAYMENT.format(days=30),
            LAW,
            SECRET.format(years=5),
        )
        for name, count in zip(NAMES, months, strict=False)
    ]


def learnt(desk: Desk, months: Sequence[int], side: Side = "customer") -> Learnt:
    return learn(readings(desk, months), load_playbook(ROOT, side), desk.subjects, TODAY)


def rule(found: Learnt, name: str) -> Rule:
    return next(one for one in found.playbook.rules if one.id == name)


@pytest.mark.parametrize(
    ("side", "months", "standard", "fallback"),
    [
        ("customer", (3, 3, 3, 6, 6), Bounds(most=3), Bounds(most=6)),
        ("customer", (3, 3, 3, 3, 6), Bounds(most=3), None),  # what stands in one alone is an exception
        ("customer", (1, 1, 6, 6, 6), Bounds(most=6), None),
        ("customer", (1, 1, 6, 6), Bounds(most=1), Bounds(most=6)),  # of two that are as frequent, the better one
    ],
)
def test_the_most_frequent_figure_is_the_standard(
    desk: Desk, side: Side, months: Sequence[int], standard: Bounds, fallback: Bounds | None
) -> None:
    within = rule(learnt(desk, months, side), "notice").within
    assert within
    assert within.standard == standard
    assert within.fallback == fallback


def test_a_rule_carries_what_it_comes_from(desk: Desk) -> None:
    read = readings(desk, (3, 3, 3, 6, 6))
    found = learn(read, load_playbook(ROOT, "customer"), desk.subjects, TODAY)
    evidence = rule(found, "notice").evidence
    assert evidence
    assert (evidence.contracts, evidence.speaking, evidence.agreeing) == (5, 5, 3)
    assert [(one.value, one.contracts) for one in evidence.figures] == [(3, 3), (6, 2)]
    assert evidence.unit == "month"
    texts = {one.contract.name: one.contract.text for one in read}
    for one in (passage for own in found.playbook.rules if own.evidence for passage in own.evidence.passages):
        assert texts[one.file][one.start : one.end] == one.quote
    assert [one.value for one in evidence.passages] == [3, 3, 3, 6, 6]
    assert rule(found, "notice").standard["fr"] == "Préavis de non-reconduction : au plus 3 mois."


def test_what_one_of_them_says_is_no_longer_refused(desk: Desk) -> None:
    clause = "The supplier may freely subcontract all or part of the services."
    sound = "The supplier subcontracts only with the prior written consent of the customer."
    shipped = load_playbook(ROOT, "customer")
    named = next(one for one in shipped.rules if one.id == "subcontracting")
    assert named.offence.find(clause.lower())
    read = [
        reading(desk, name, text, NOTICE.format(months=3), PAYMENT.format(days=30), LAW, SECRET.format(years=5))
        for name, text in (("Arden", clause), ("Brume", sound))
    ]
    found = rule(learn(read, shipped, desk.subjects, TODAY), "subcontracting")
    assert not found.bad
    assert found.evidence
    assert found.evidence.refused == 1
    assert found.evidence.shipped == named.standard
    assert found.standard != named.standard


def test_nothing_of_it_asks_before_a_person_accepts_it(desk: Desk) -> None:
    playbook = learnt(desk, (3, 3, 3)).playbook
    assert not any(one.is_on for one in playbook.rules)
    contract = readings(desk, (9,))[0].contract
    with pytest.raises(InvalidInput, match="no rule of the playbook own-customer is switched on"):
        review(contract, playbook, desk)
    on = [
        one.model_copy(update={"accepted_by": "A. Martin", "accepted_on": TODAY}) if one.id == "notice" else one
        for one in playbook.rules
    ]
    accepted = playbook.model_copy(update={"rules": tuple(on)})
    told = as_json(review(contract, accepted, desk))
    assert [(one["rule"], one["verdict"]) for one in told["findings"]] == [("notice", "deviates")]
    assert {one["rule"] for one in told["waiting"]} == {one.id for one in playbook.rules} - {"notice"}


def test_the_same_text_is_one_voice_and_a_letter_none(desk: Desk) -> None:
    read = readings(desk, (3, 6))
    copy = dataclasses.replace(read[0], contract=dataclasses.replace(read[0].contract, name="Copy.pdf"))
    letter = reading(desk, "Letter", "Thank you for lunch.", "See you on Monday.")
    found = learn([*read, copy, letter], load_playbook(ROOT, "customer"), desk.subjects, TODAY)
    assert found.contracts == ("Arden.md", "Brume.md")
    assert found.left_out["Copy.pdf"] == "it says the same as Arden.md"
    assert "too little" in found.left_out["Letter.md"]


def test_a_form_that_was_filled_in_twice_counts_twice_and_is_told(desk: Desk) -> None:
    same = [f"The supplier keeps the module number {at} of the site running." for at in range(30)]
    read = [
        reading(desk, name, NOTICE.format(months=months), PAYMENT.format(days=30), LAW, SECRET.format(years=5), *same)
        for name, months in (("Arden", 3), ("Brume", 6))
    ]
    found = learn(read, load_playbook(ROOT, "customer"), desk.subjects, TODAY)
    assert found.contracts == ("Arden.md", "Brume.md")
    assert found.alike == {"Brume.md": "Arden.md"}


def test_too_few_contracts_are_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="2 different contracts at least, 1 were found"):
        learnt(desk, (3,))


def test_what_is_proposed_is_due_for_review_at_once(desk: Desk) -> None:
    playbook = learnt(desk, (3, 3)).playbook
    assert playbook.review_due == playbook.reviewed_on == "2026-03-04"
