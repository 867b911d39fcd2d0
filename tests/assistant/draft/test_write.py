"""Drafts are the library's words with the variables printed, and say what to beware of."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.draft.drafter import Drafter
from assistant.draft.write import assignments, write
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import load
from knowledge.models import LANGUAGES
from tests.assistant.draft.legal import values_for

LIBRARY = load()
TODAY = dt.date(2026, 12, 1)


@pytest.fixture(scope="module")
def drafter() -> Drafter:
    return Drafter(LIBRARY, None, lambda: TODAY)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_lawful_value_leaves_a_name_in_the_text(data: st.DataObject) -> None:
    clause = LIBRARY.clauses[data.draw(st.sampled_from(sorted(LIBRARY.clauses)))]
    position = data.draw(st.sampled_from(sorted(clause.positions)))
    values = data.draw(values_for(clause))
    for lang in LANGUAGES:
        drafted = write(clause, position, lang, values)
        assert not re.search(r"[{}]|\bNone\b|\b(?:True|False)\b|\[object", drafted.text)
        gaps = drafted.text.count("[to be completed: " if lang == "en" else "[à compléter : ")
        assert bool(gaps) is bool(drafted.missing)
        template = clause.variant(position).text[lang]
        pieces = [piece for piece in re.split(r"\{\w+\}", template) if piece]
        at = 0
        for piece in pieces:
            at = drafted.text.index(piece, at) + len(piece)


def test_a_request_in_words(drafter: Drafter) -> None:
    draft = drafter.draft(
        "a liability cap at twelve months' fees with a super-cap of three times for data, we act for the customer"
    )
    (drafted,) = draft.clauses
    assert (drafted.clause.type, drafted.position, draft.language) == ("liability", "customer", "en")
    assert drafted.given == {"cap_basis", "supercap_data_eur"}
    assert "3 times the base" in drafted.text
    assert draft.brief
    assert draft.brief.position_said == "we act for the customer"
    assert draft.warnings == ()


def test_what_is_given_goes_before_what_is_said(drafter: Drafter) -> None:
    draft = drafter.draft(
        "availability of 99.9%, for the customer",
        types=["sla-availability"],
        position="provider",
        lang="fr",
        given={"availability_pct": "99"},
    )
    assert draft.clauses[0].values["availability_pct"] == 99
    assert (draft.clauses[0].position, draft.clauses[0].language) == ("provider", "fr")


@pytest.mark.parametrize(
    ("request_text", "keywords", "expected"),
    [
        ("a confidentiality clause", {}, ["does not say whom you act for"]),
        ("une clause de confidentialité", {}, ["ne dit pas pour qui"]),
        ("", {"types": ["confidentiality"]}, []),
        ("confidentiality clause with 12 % extra, balanced", {}, ['says "12 %", which fits no variable']),
        ("", {"types": ["liability"], "given": {"cap_pct": 500}}, ["500 lies outside 50 to 300 % of the base, the range .* paragraph 3 "]),
        ("", {"types": ["invoicing-payment"], "lang": "fr", "given": {"payment_term_days": 90}}, ["90 sort de ce que permet l?'?article L441-10"]),
        ("", {"types": ["sla-response-resolution"], "position": "provider", "given": {"restoration_time_p1_hours": 4}},
         ["the provider's wording does not use it"]),
        ("", {"types": ["customer-cooperation"], "lang": "fr"}, ["À compléter avant signature"]),
    ],
)  # fmt: skip
def test_what_to_beware_of(drafter: Drafter, request_text: str, keywords: dict, expected: list[str]) -> None:
    warnings = drafter.draft(request_text, **keywords).warnings
    assert len(warnings) == len(expected), warnings
    for warning, pattern in zip(warnings, expected, strict=True):
        assert re.search(pattern, warning), warning


def test_an_overdue_clause_says_so() -> None:
    late = Drafter(LIBRARY, None, lambda: dt.date(2027, 6, 1)).draft(types=["liability"])
    assert late.warnings == ("This clause was due for review on 23 May 2027.",)


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({}, InvalidInput, "say in a few words"),
        ({"request": "bonjour"}, InvalidInput, "no clause fits 'bonjour'"),
        ({"types": ["liabilty"]}, NotFound, "did you mean 'liability'"),
        ({"types": ["liability"], "given": {"cap": 1}}, InvalidInput, "has no variable 'cap'"),
        ({"types": ["liability"], "given": {"cap_pct": "lots"}}, InvalidInput, "is not a number"),
    ],
)
def test_what_cannot_be_drafted(drafter: Drafter, keywords: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        drafter.draft(**keywords)


def test_several_types_share_what_is_given(drafter: Drafter) -> None:
    draft = drafter.draft(types=["dpa", "audit"], given={"audit_notice_days": 20})
    assert [drafted.values["audit_notice_days"] for drafted in draft.clauses] == [20, 20]


def test_assignments() -> None:
    assert assignments(["a=1", "b = x=y"]) == {"a": "1", "b": "x=y"}
    for wrong in ("a", "=1"):
        with pytest.raises(InvalidInput, match="write name=value"):
            assignments([wrong])
