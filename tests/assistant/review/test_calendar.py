"""Dates of a contract, and a calendar of those that a person confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.review.calendar import as_ics, confirm, deadlines
from knowledge.errors import InvalidInput

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def told(**terms: Any) -> dict[str, Any]:
    return {
        "key_terms": [{"name": n, "value": v, "found": v is not None, "quote": f"{n}: {v}"} for n, v in terms.items()]
    }


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"effective_date": "2026-03-01", "initial_term": 12.0, "notice_period": 3.0}, [("notice", "2026-11-28"), ("end", "2027-02-28")]),
        ({"expiration_date": "2027-08-31", "notice_period": 2.0}, [("notice", "2027-06-30"), ("end", "2027-08-31")]),
        ({"expiration_date": "2027-08-31", "notice_period": 1.5}, [("notice", "2027-07-16"), ("end", "2027-08-31")]),
        ({"expiration_date": "2027-08-31", "notice_period": None}, [("end", "2027-08-31")]),
        ({"effective_date": "2026-03-01", "initial_term": None}, []),
        ({"initial_term": 12.0}, []),
    ],
)  # fmt: skip
def test_deadlines(terms: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(d.name, d.day.isoformat()) for d in deadlines(told(**terms))] == expected


def test_a_person_confirms_or_corrects() -> None:
    found = deadlines(told(expiration_date="2027-08-31", notice_period=2.0))
    chosen = confirm(found, ["notice", "end=2027-09-30"])
    assert [(d.name, d.day.isoformat()) for d in chosen] == [("notice", "2027-06-30"), ("end", "2027-09-30")]


@pytest.mark.parametrize("said", ["birthday", "notice", "end=soon"])
def test_what_cannot_be_confirmed_is_said(said: str) -> None:
    with pytest.raises(InvalidInput):
        confirm((), [said])


def test_the_calendar_holds_what_was_confirmed_and_nothing_else() -> None:
    found = deadlines(told(expiration_date="2027-08-31", notice_period=2.0))
    ics = as_ics(confirm(found, ["notice"]), "Contrat, n° 1; hébergement", "fr", NOW).decode()
    assert ics.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20270630\r\n" in ics
    assert "DTSTAMP:20260301T120000Z\r\n" in ics
    assert "SUMMARY:Dernier jour de préavis : Contrat\\, n° 1\\; hébergement\r\n" in ics
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n"))
    assert as_ics(confirm(found, ["notice"]), "Contrat, n° 1; hébergement", "fr", NOW).decode() == ics
