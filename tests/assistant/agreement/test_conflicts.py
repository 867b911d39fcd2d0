"""Figures that cannot all be kept are found before anything is written; those that can are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.agreement.conflicts import conflicts
from assistant.agreement.intake import accept
from assistant.agreement.plan import plan
from knowledge.library import load
from knowledge.models import LANGUAGES

LIBRARY = load()
WHOLE = {"support": {"hours": "always"}}


def found(**said: Any) -> list[tuple[str, bool]]:
    return [(one.key, one.blocking) for one in conflicts(plan(accept({**WHOLE, **said}), LIBRARY), LIBRARY)]


def values(**given: Any) -> dict[str, Any]:
    return {"values": given}


@pytest.mark.parametrize(
    ("key", "blocking", "said"),
    [
        # 99.9 % of 718 hours leaves 43 minutes; 48 hours are 67 times as much, four hours five and a half times
        ("restoration-availability", True, values(availability_pct=99.9, restoration_time_p1_hours=48)),
        ("restoration-availability", False, values(availability_pct=99.9, restoration_time_p1_hours=4)),
        ("response-restoration", True, values(response_time_p1_hours=8, restoration_time_p1_hours=4)),
        ("response-restoration", True, values(response_time_p2_hours=16, restoration_time_p2_hours=8)),
        ("severity-order", False, values(response_time_p1_hours=4, response_time_p2_hours=2)),
        ("acknowledgement", True, values(acknowledgement_minutes=60, response_time_p1_hours=0.5)),
        ("first-step", True, values(credit_pct_per_step=20, penalty_cap_pct=10)),
        ("monthly-annual-cap", True, values(penalty_cap_pct=100, annual_cap_pct=5)),
        ("penalties-cap", True, values(annual_cap_pct=30, cap_pct=50, cap_basis="fees-6-months")),
        ("supercap-cap", False, values(cap_pct=300, supercap_data_eur=2)),
        ("cap-insurance", False, {"budget": {"monthly_fee": 5000}, **values(cap_pct=300, rc_pro_amount=150000)}),
        ("notice-term", True, values(non_renewal_notice_days=90, initial_term_months=3)),
        ("notice-term", True, values(convenience_notice_days=180, initial_term_months=6)),
        ("notice-renewal", True, values(non_renewal_notice_days=90, renewal_term_months=2)),
        ("exit-plan-term", True, values(exit_plan_due_months=3, initial_term_months=3, non_renewal_notice_days=30, convenience_notice_days=30)),
        ("backup-rpo", True, values(backup_frequency_hours=24, rpo_hours=4)),
        ("rto-restoration", False, values(rto_hours=24, restoration_time_p1_hours=4)),
        ("return-deletion", True, values(data_return_days=30, deletion_days=15)),
        ("retention-deletion", False, values(retention_days=365, deletion_days=30)),
        ("acknowledge-patch", True, values(vulnerability_ack_hours=72, critical_patch_hours=24)),
        ("calendar-hours-without-oncall", False, {"support": {"hours": "business"}}),
        ("forbidden-subcontractors", True, {"subcontractors": [{"name": "X"}], **values(subcontracting_allowed="forbidden")}),
        ("forbidden-subprocessors", True, values(subcontracting_allowed="forbidden", subprocessor_regime="general")),
        ("rights-title", False, {"maintenance": ["evolutive"], **values(assignment_moment="as-created", title_transfer="on-payment-each")}),
        ("rivals", True, {"budget": {"monthly_fee": 4}, **values(monthly_fee=3)}),
        ("unlawful", True, values(payment_term_days=90)),
        ("dangling", True, {"clauses": {"leave_out": ["liability"]}}),
    ],
)  # fmt: skip
def test_what_does_not_go_together(key: str, blocking: bool, said: dict[str, Any]) -> None:
    assert (key, blocking) in found(**said)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("restoration-availability", values(availability_pct=99, restoration_time_p1_hours=4)),
        ("response-restoration", values(response_time_p1_hours=4, restoration_time_p1_hours=4)),
        ("notice-term", values(non_renewal_notice_days=60, initial_term_months=3, convenience_notice_days=60)),
        ("notice-renewal", values(non_renewal_notice_days=90, renewal_term_months=0)),
        ("backup-rpo", values(backup_frequency_hours=4, rpo_hours=4)),
        ("unlawful", values(payment_term_days=60)),
        ("penalties-cap", values(annual_cap_pct=20, cap_pct=100)),
        ("rivals", {"budget": {"monthly_fee": 4}, **values(monthly_fee=4)}),
        ("forbidden-subcontractors", {"subcontractors": [{"name": "X"}]}),
        # a position that does not print a figure does not promise it
        ("restoration-availability", {"clauses": {"positions": {"sla-response-resolution": "provider"}}, **values(availability_pct=99.9, restoration_time_p1_hours=48)}),
    ],
)  # fmt: skip
def test_what_goes_together(key: str, said: dict[str, Any]) -> None:
    assert key not in [name for name, _ in found(**said)]


@pytest.mark.parametrize("side", ["customer", "provider"])
@pytest.mark.parametrize("bargaining", ["strong", "even", "weak"])
def test_the_library_does_not_contradict_itself(side: str, bargaining: str) -> None:
    assert not [key for key, blocking in found(side=side, bargaining=bargaining) if blocking]


def test_every_conflict_is_said_in_both_languages() -> None:
    said = values(restoration_time_p1_hours=48, availability_pct=99.9, payment_term_days=90, rpo_hours=1)
    for conflict in conflicts(plan(accept(said), LIBRARY), LIBRARY):
        assert {lang for lang in LANGUAGES if conflict.message[lang]} == set(LANGUAGES)
        assert all("{" not in conflict.message[lang] for lang in LANGUAGES)
    used = {order.key for order in LIBRARY.agreement.orders}
    assert used <= LIBRARY.agreement.conflicts.keys()
