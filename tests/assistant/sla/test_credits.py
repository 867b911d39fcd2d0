"""Credits and penalties, worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from assistant.sla.credits import (
    Commitment,
    CreditScheme,
    Incident,
    MonthlyCredit,
    Overrun,
    availability_of,
    credits_due,
    delay_penalty,
    downtime,
    overruns,
    steps,
)
from assistant.sla.hours import AROUND_THE_CLOCK, BUSINESS_HOURS
from knowledge.errors import InvalidInput

PARIS = ZoneInfo("Europe/Paris")
HOUR = dt.timedelta(hours=1)
COMMITMENTS = {
    "P1": Commitment(HOUR, 4 * HOUR, AROUND_THE_CLOCK),
    "P2": Commitment(4 * HOUR, 16 * HOUR, BUSINESS_HOURS),
    "P3": Commitment(8 * HOUR, None, BUSINESS_HOURS),
}
SCHEME = CreditScheme(Decimal(5), Decimal("0.5"), HOUR, Decimal(15), Decimal(10))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=PARIS)


def incident(severity: str, opened: str, responded: str, restored: str, *pauses: tuple[str, str]) -> Incident:
    stopped = tuple((at(begin), at(end)) for begin, end in pauses)
    return Incident("T1", severity, at(opened), at(responded), at(restored), stopped)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (incident("P1", "03-07 22:00", "03-07 22:50", "03-08 02:00"), []),
        (
            incident("P1", "03-07 22:00", "03-07 23:30", "03-08 03:15"),
            [Overrun("T1", "response", HOUR, 1.5 * HOUR), Overrun("T1", "restoration", 4 * HOUR, 5.25 * HOUR)],
        ),
        # Friday 16:00 to Monday 12:00: 2 + 3 business hours for the response, to Tuesday 12:00: 2 + 9 + 3
        (incident("P2", "03-06 16:00", "03-09 12:00", "03-10 12:00"), [Overrun("T1", "response", 4 * HOUR, 5 * HOUR)]),
        (incident("P2", "03-06 16:00", "03-09 12:00", "03-10 12:00", ("03-09 09:00", "03-09 11:00")), []),
        (incident("P3", "03-02 09:00", "03-02 17:00", "03-20 12:00"), []),
    ],
)
def test_times_that_were_missed(given: Incident, expected: list[Overrun]) -> None:
    found = overruns([given], COMMITMENTS)
    assert found == expected
    assert all(one.late > dt.timedelta(0) for one in found)


def test_a_severity_without_commitment_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected P1, P2, P3"):
        overruns([incident("P4", "03-02 09:00", "03-02 17:00", "03-02 17:00")], COMMITMENTS)


LOG = (
    incident("P1", "02-28 23:00", "02-28 23:10", "03-01 02:00"),  # two hours of it in March
    incident("P1", "03-10 10:00", "03-10 10:10", "03-10 12:00"),
    incident("P2", "03-10 11:00", "03-10 11:10", "03-10 13:00"),  # one hour beyond the former
    incident("P1", "03-31 22:00", "03-31 22:10", "04-01 04:00"),  # two hours of it in March
)


def test_downtime_of_a_month_counts_what_overlaps_once() -> None:
    assert downtime(LOG, dt.date(2026, 3, 15)) == 7 * HOUR
    # March 2026 has 743 hours in Paris, 739 beside four of planned maintenance
    assert round(availability_of(LOG, dt.date(2026, 3, 1), 4 * HOUR), 4) == round(100 - Decimal(700) / 739, 4)
    assert availability_of(LOG, dt.date(2026, 5, 1)) == 100


@pytest.mark.parametrize(
    ("late_minutes", "promised", "measured", "expected"),
    [
        ([], "99.5", "99.7", 0),
        ([], "99.5", "99.49", 1),
        ([], "99.5", "99.0", 1),
        ([], "99.5", "98.99", 2),
        ([30, 61], "99.5", "100", 3),
        ([60], "99.5", "99.2", 2),
    ],
)
def test_steps_that_have_begun(late_minutes: list[int], promised: str, measured: str, expected: int) -> None:
    missed = [Overrun("T", "response", HOUR, HOUR + dt.timedelta(minutes=late)) for late in late_minutes]
    assert steps(missed, Decimal(promised), Decimal(measured), SCHEME) == expected


def test_credits_stop_at_both_caps() -> None:
    """1,000 a month: 5 % a step, at most 150 a month and, of 3,000 in all, at most 300."""
    months = [(dt.date(2026, month, 1), Decimal(1000), count) for month, count in ((1, 2), (2, 5), (3, 3))]
    assert credits_due(months, SCHEME) == [
        MonthlyCredit(dt.date(2026, 1, 1), 2, Decimal("100.00"), Decimal("100.00")),
        MonthlyCredit(dt.date(2026, 2, 1), 5, Decimal("250.00"), Decimal("150.00")),
        MonthlyCredit(dt.date(2026, 3, 1), 3, Decimal("150.00"), Decimal("50.00")),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "0.00"), (1, "400.00"), (7, "400.00"), (8, "800.00"), (35, "2000.00"), (36, "2000.00"), (400, "2000.00")],
)
def test_penalty_for_delay(days: int, expected: str) -> None:
    """2 % of 20,000 a week that has begun, at most 10 %."""
    assert delay_penalty(Decimal(20000), dt.timedelta(days=days), Decimal(2), Decimal(10)) == Decimal(expected)
