"""Figures of a request find their variables: by unit, by the words beside them, by severity, by range."""

from __future__ import annotations

import pytest

from assistant.draft.choices import choices_said
from assistant.draft.numbers import numbers_said
from knowledge.clause import Value
from knowledge.library import load
from knowledge.models import Language

LIBRARY = load()


@pytest.mark.parametrize(
    ("kind", "text", "lang", "expected", "left"),
    [
        ("sla-response-resolution", "respond in 2 hours, restored within 8 hours", "en",
         {"response_time_p1_hours": 2, "restoration_time_p1_hours": 8}, 0),
        ("sla-response-resolution", "GTR de 6 heures et GTI de 2 heures", "fr",
         {"restoration_time_p1_hours": 6, "response_time_p1_hours": 2}, 0),
        ("sla-response-resolution", "minor anomalies resolved in 15 days", "en", {"resolution_time_p3_days": 15}, 0),
        ("termination-convenience", "leave with three months' notice", "en", {"convenience_notice_days": 90}, 0),
        ("term-renewal", "an initial term of two years", "en", {"initial_term_months": 24}, 0),
        ("penalties-credits", "avoirs de 5 % plafonnés à 15 % par mois et 10 % par an", "fr",
         {"credit_pct_per_step": 5, "penalty_cap_pct": 15, "annual_cap_pct": 10}, 0),
        ("support-hours", "acknowledged within 0.5 hour", "en", {"acknowledgement_minutes": 30}, 0),
        ("sla-response-resolution", "P1: respond in 30 minutes, fix in 4h; P2: respond in 2h, fix in 1 day", "en",
         {"response_time_p1_hours": 0.5, "restoration_time_p1_hours": 4, "response_time_p2_hours": 2,
          "restoration_time_p2_hours": 24}, 0),
        ("sla-response-resolution", "response within 1 hour for P1 and 4 hours for P2", "en",
         {"response_time_p1_hours": 1, "response_time_p2_hours": 4}, 0),
        ("sla-response-resolution", "P1 : 15 min et 2 h ; P2 : 1h et 8h", "fr",
         {"response_time_p1_hours": 0.25, "restoration_time_p1_hours": 2, "response_time_p2_hours": 1,
          "restoration_time_p2_hours": 8}, 0),
        # business days and hours are not days and hours of the calendar
        ("customer-cooperation", "validation sous 48h ouvrées", "fr", {"validation_time_days": 2}, 0),
        ("site-legal-compliance", "corrections sous trois semaines", "fr", {"fix_deadline_days": 15}, 0),
        ("onsite-intervention", "a technician within half a day", "en", {"onsite_time_hours": 4}, 0),
        ("data-breach", "tell us within half a day", "en", {"processor_notice_hours": 12}, 0),
        # none is nought where nought may be
        ("term-renewal", "one year, no automatic renewal", "en", {"initial_term_months": 12, "renewal_term_months": 0}, 0),
        ("insurance", "RC pro de 300k€ sans cyber", "fr", {"rc_pro_amount": 300000, "cyber_amount": 0}, 0),
        ("migration", "no more than two rehearsals", "en", {"rehearsal_runs": 2}, 0),
        # what is far outside every range still goes where its words say, and a warning says so
        ("liability", "a cap of 900 % of the fees", "en", {"cap_pct": 900}, 0),
        # a unit that the clause does not know fits nothing
        ("confidentiality", "confidentiality with 12 % extra", "en", {}, 1),
    ],
)  # fmt: skip
def test_figures_find_their_variables(
    kind: str, text: str, lang: Language, expected: dict[str, Value], left: int
) -> None:
    said, unused = numbers_said(text, lang, LIBRARY.clauses[kind], LIBRARY.cues)
    assert {one.name: one.value for one in said} == expected
    assert len(unused) == left
    assert all(text[one.start : one.end] == one.quote for one in said)


def test_a_figure_within_a_choice_says_nothing_else() -> None:
    text, clause = "twelve months' fees", LIBRARY.clauses["liability"]
    chosen = list(choices_said(text, "en", clause, LIBRARY.cues))
    assert numbers_said(text, "en", clause, LIBRARY.cues, chosen) == ([], [])
