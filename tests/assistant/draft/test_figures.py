"""Figures of a request find their variables: by unit, by the words beside them, by range."""

from __future__ import annotations

import pytest

from assistant.draft.figures import choices_said, figures, numbers_said
from knowledge.clause import Value
from knowledge.library import load
from knowledge.models import Language

LIBRARY = load()


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("within 4 hours and 30 days", "en", [(4, "hours"), (30, "days")]),
        ("a cap of EUR 50,000 a year", "en", [(50000, "€")]),
        ("un plafond de 1,5 million d'euros", "fr", [(1500000, "€")]),
        ("three months' notice", "en", [(3, "months")]),
        ("préavis de quinze jours", "fr", [(15, "days")]),
        ("24/7 cover for P1, 7j/7", "en", []),
        ("astreinte 24h/24", "fr", []),
        ("article 28 of the GDPR", "en", []),
        ("a clause on one site", "en", []),
        ("one year", "en", [(1, "years")]),
        ("sauvegardes quotidiennes", "fr", [(1, "days")]),
        ("quarterly reports", "en", [(3, "months")]),
        ("every minute, chaque semaine", "en", [(1, "minutes"), (1, "weeks")]),
    ],
)
def test_what_counts_as_a_figure(text: str, lang: Language, expected: list[tuple[float, str]]) -> None:
    found = figures(text, lang)
    assert [(figure.value, figure.unit) for figure in found] == expected
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)


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


@pytest.mark.parametrize(
    ("kind", "text", "lang", "expected"),
    [
        ("liability", "twelve months' fees, per claim", "en", {"cap_basis": "fees-12-months", "cap_per": "claim"}),
        ("dpa", "autorisation spécifique", "fr", {"subprocessor_regime": "specific"}),
        ("preventive-maintenance", "mises à jour hebdomadaires", "fr", {"update_frequency": "weekly"}),
        ("support-hours", "24/7 on-call", "en", {"oncall_24x7": True}),
        ("acceptance", "no tacit acceptance", "en", {"tacit_acceptance": False}),
        ("acceptance", "tacit acceptance", "en", {"tacit_acceptance": True}),
        ("liability", "a liability cap", "en", {}),
    ],
)
def test_choices_that_a_request_settles(kind: str, text: str, lang: Language, expected: dict[str, Value]) -> None:
    assert {one.name: one.value for one in choices_said(text, lang, LIBRARY.clauses[kind], LIBRARY.cues)} == expected


def test_a_figure_within_a_choice_says_nothing_else() -> None:
    text, clause = "twelve months' fees", LIBRARY.clauses["liability"]
    chosen = list(choices_said(text, "en", clause, LIBRARY.cues))
    assert numbers_said(text, "en", clause, LIBRARY.cues, chosen) == ([], [])


def test_every_cue_is_about_something_in_the_library() -> None:
    names = {name: variable for clause in LIBRARY.clauses.values() for name, variable in clause.variables.items()}
    assert LIBRARY.cues.types.keys() <= LIBRARY.clauses.keys()
    assert LIBRARY.cues.variables.keys() <= names.keys()
    for name, values in LIBRARY.cues.values.items():
        assert values.keys() <= {choice.value for choice in names[name].choices}, name
