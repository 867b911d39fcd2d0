"""Needs become clauses, positions and figures."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.agreement.intake import accept
from assistant.agreement.plan import Plan, plan
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import load

LIBRARY = load()


def planned(**said: Any) -> Plan:
    return plan(accept(said), LIBRARY)


def types(made: Plan) -> set[str]:
    return {one.type for one in made.chosen}


@pytest.mark.parametrize(
    ("said", "present", "absent"),
    [
        (
            {},
            {"liability", "term-renewal", "dpa"},
            {"migration", "training", "regulatory-flowdown", "onsite-intervention"},
        ),
        ({"services": ["migration", "training"]}, {"migration", "training", "acceptance"}, {"custom-development"}),
        ({"services": ["onsite"]}, {"onsite-intervention", "personnel"}, set()),
        ({"regulated": "nis2"}, {"regulatory-flowdown", "audit"}, set()),
        ({"maintenance": ["evolutive"]}, {"evolutive-maintenance", "ip-assignment", "acceptance"}, set()),
        ({"linked_contracts": True}, {"linked-contracts"}, set()),
        ({"clauses": {"add": ["training"]}}, {"training"}, set()),
        ({"clauses": {"leave_out": ["price-revision"]}}, set(), {"price-revision"}),
    ],
)
def test_needs_call_for_clauses(said: dict[str, Any], present: set[str], absent: set[str]) -> None:
    found = types(planned(**said))
    assert present <= found
    assert absent.isdisjoint(found)


@pytest.mark.parametrize(
    ("side", "bargaining", "vital", "important"),
    [
        ("customer", "strong", "customer", "customer"), ("customer", "even", "customer", "balanced"),
        ("customer", "weak", "balanced", "balanced"), ("provider", "strong", "provider", "provider"),
        ("provider", "weak", "balanced", "balanced"),
    ],
)  # fmt: skip
def test_positions_follow_side_and_strength(side: str, bargaining: str, vital: str, important: str) -> None:
    made = planned(side=side, bargaining=bargaining)
    assert {one.position for one in made.chosen if one.weight == "vital"} == {vital}
    assert {one.position for one in made.chosen if one.weight == "important"} == {important}


def test_a_clause_that_is_referred_to_comes_along() -> None:
    made = planned(maintenance=["preventive"], clauses={"add": ["warranties"]})
    assert made.get("corrective-maintenance")
    named = made.get("corrective-maintenance")
    assert named
    assert named.named_by is not None
    assert named.position in ("customer", "balanced")


def test_the_lawyer_decides() -> None:
    one = planned(clauses={"positions": {"liability": "provider"}}).get("liability")
    assert one
    assert (one.position, one.decided) == ("provider", True)


def test_articles_stand_in_the_order_of_the_pattern() -> None:
    order = LIBRARY.agreement.order
    found = [order.index(one.type) for one in planned().chosen]
    assert found == sorted(found)


def test_what_is_given_once_is_used_everywhere() -> None:
    made = planned(
        budget={"included_hours": 7}, services=["development"], values={"custom-development": {"warranty_months": 9}}
    )
    assert made.value("fees:included_hours_month") == made.value("purpose-scope:included_hours_month") == 7
    assert made.value("warranties:warranty_months") == made.value("custom-development:warranty_months") == 9
    assert made.rivals == ()


def test_answers_settle_variables() -> None:
    made = planned(
        hosting={"by": "provider", "region": "france"},
        support={"hours": "business", "languages": ["english"]},
        term={"months": 30},
    )
    assert made.value("sla-availability:hosting_included") is True
    assert made.value("data-location:hosting_region") == "france"
    assert made.value("support-hours:oncall_24x7") is False
    assert made.value("support-hours:support_languages") == ("english",)
    assert made.value("term-renewal:initial_term_months") == 30


def test_two_answers_to_one_question() -> None:
    made = planned(budget={"monthly_fee": 4}, values={"monthly_fee": 3})
    assert made.rivals == (("fees:monthly_fee", 4, 3),)


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"clauses": {"add": ["liabilty"]}}, NotFound, "did you mean 'liability'"),
        ({"clauses": {"add": ["audit"], "leave_out": ["audit"]}}, InvalidInput, "audit is both wanted and left out"),
        ({"values": {"cap": 1}}, InvalidInput, "no clause has a variable 'cap'"),
        ({"values": {"liability": {"cap": 1}}}, InvalidInput, "has no variable 'cap'"),
        ({"values": {"cap_pct": "much"}}, InvalidInput, "is not a number"),
    ],
)
def test_what_cannot_be_planned(said: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        planned(**said)
