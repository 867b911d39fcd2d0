"""Holidays, deadlines and what ran of them, each case counted on a calendar."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sla.hours import (
    AROUND_THE_CLOCK,
    BUSINESS_HOURS,
    Holidays,
    Interval,
    Schedule,
    business_day,
    deadline,
    easter,
    elapsed,
    holidays,
)
from knowledge.errors import InvalidInput

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> dt.datetime:
    """An instant by the clock of Paris."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28),
     (2028, 4, 16), (2038, 4, 25), (2285, 3, 22)],
)  # fmt: skip
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == dt.date(year, month, day)


@pytest.mark.parametrize(
    ("kept", "more"),
    [("france", []), ("alsace-moselle", ["2026-04-03", "2026-12-26"])],
)
def test_holidays_of_2026(kept: Holidays, more: list[str]) -> None:
    days = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
    expected = {dt.date.fromisoformat(f"2026-{day}") for day in days} | {dt.date.fromisoformat(day) for day in more}
    assert holidays(2026, kept) == expected
    assert holidays(2026, "none") == frozenset()


def test_two_holidays_may_meet() -> None:
    """In 2008 Ascension was on 1 May."""
    assert len(holidays(2008)) == 10


@pytest.mark.parametrize(
    ("start", "hours", "schedule", "expected"),
    [
        # within a day, over a night, over a weekend
        ("2026-03-03 10:00", 4, BUSINESS_HOURS, "2026-03-03 14:00"),
        ("2026-03-03 16:00", 4, BUSINESS_HOURS, "2026-03-04 11:00"),
        ("2026-03-06 17:30", 1, BUSINESS_HOURS, "2026-03-09 09:30"),
        # outside the hours: as if it came when they begin
        ("2026-03-07 11:00", 2, BUSINESS_HOURS, "2026-03-09 11:00"),
        ("2026-03-03 07:00", 9, BUSINESS_HOURS, "2026-03-03 18:00"),
        ("2026-03-03 18:00", 1, BUSINESS_HOURS, "2026-03-04 10:00"),
        # Thursday 30 April; 1 May is a holiday, then a weekend; 8 May and 14 May, Ascension
        ("2026-04-30 17:00", 2, BUSINESS_HOURS, "2026-05-04 10:00"),
        ("2026-05-07 17:00", 10, BUSINESS_HOURS, "2026-05-11 18:00"),
        ("2026-05-13 16:00", 3, BUSINESS_HOURS, "2026-05-15 10:00"),
        # Easter Monday, in Alsace-Moselle Good Friday as well
        ("2026-04-02 17:00", 2, BUSINESS_HOURS, "2026-04-03 10:00"),
        ("2026-04-02 17:00", 2, Schedule(holidays="alsace-moselle"), "2026-04-07 10:00"),
        # around the clock, and through the nights in which the clocks change
        ("2026-03-28 22:00", 4, AROUND_THE_CLOCK, "2026-03-29 03:00"),
        ("2026-10-24 22:00", 6, AROUND_THE_CLOCK, "2026-10-25 03:00"),
        ("2026-12-31 23:00", 2, AROUND_THE_CLOCK, "2027-01-01 01:00"),
        # a quarter of an hour; no time at all
        ("2026-03-03 10:00", 0.25, AROUND_THE_CLOCK, "2026-03-03 10:15"),
        ("2026-03-07 11:00", 0, BUSINESS_HOURS, "2026-03-09 09:00"),
        # Saturdays too, until midnight
        ("2026-03-06 23:00", 3, Schedule(dt.time(8), dt.time(0), frozenset(range(6))), "2026-03-07 10:00"),
    ],
)
def test_deadlines(start: str, hours: float, schedule: Schedule, expected: str) -> None:
    assert deadline(at(start), dt.timedelta(hours=hours), schedule) == at(expected)


def test_a_deadline_in_another_time_zone() -> None:
    """16:00 in Montreal is 22:00 in Paris: one hour of Paris ends at 10:00 the next day, there 4:00."""
    start = dt.datetime(2026, 2, 3, 16, tzinfo=ZoneInfo("America/Montreal"))
    reached = deadline(start, dt.timedelta(hours=1), BUSINESS_HOURS)
    assert reached == at("2026-02-04 10:00")
    assert reached.utcoffset() == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-03-03 11:00", "2026-03-03 12:30")], "2026-03-03 15:30"),
        ([("2026-03-03 09:00", "2026-03-03 11:00")], "2026-03-03 15:00"),
        # overlapping ones count once; one in the night counts for nothing
        ([("2026-03-03 11:00", "2026-03-03 13:00"), ("2026-03-03 12:00", "2026-03-03 14:00")], "2026-03-03 17:00"),
        ([("2026-03-02 20:00", "2026-03-03 08:00")], "2026-03-03 14:00"),
        ([("2026-03-03 13:00", "2026-03-05 10:00")], "2026-03-05 11:00"),
    ],
)
def test_the_clock_stands_still_while_the_customer_is_awaited(pauses: list[tuple[str, str]], expected: str) -> None:
    stopped: list[Interval] = [(at(begin), at(end)) for begin, end in pauses]
    assert deadline(at("2026-03-03 10:00"), dt.timedelta(hours=4), BUSINESS_HOURS, stopped) == at(expected)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-03 10:00", "2026-03-03 14:00", 4),
        ("2026-03-06 17:00", "2026-03-09 10:00", 2),
        ("2026-03-07 10:00", "2026-03-08 10:00", 0),
        ("2026-04-30 09:00", "2026-05-11 18:00", 9 * 6),  # 30 April, 4 to 7 May, 11 May
    ],
)
def test_business_hours_that_passed(start: str, end: str, hours: float) -> None:
    assert elapsed(at(start), at(end), BUSINESS_HOURS) == dt.timedelta(hours=hours)


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 1)), st.integers(1, 60 * 60))
def test_a_deadline_is_reached_when_its_time_has_passed(start: dt.datetime, minutes: int) -> None:
    begun, allowed = start.replace(tzinfo=dt.UTC), dt.timedelta(minutes=minutes)
    for schedule in (BUSINESS_HOURS, AROUND_THE_CLOCK):
        assert elapsed(begun, deadline(begun, allowed, schedule), schedule) == allowed


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-12-24", 2, "2026-12-29"),
        ("2026-03-07", 0, "2026-03-07"),
    ],
)
def test_business_days(day: str, count: int, expected: str) -> None:
    assert business_day(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("problem", "call"),
    [
        ("no time zone", lambda: deadline(dt.datetime(2026, 1, 1), dt.timedelta(hours=1), BUSINESS_HOURS)),
        ("positive", lambda: deadline(at("2026-01-01"), dt.timedelta(hours=-1), BUSINESS_HOURS)),
        ("ten years", lambda: deadline(at("2026-01-01"), dt.timedelta(days=4000), BUSINESS_HOURS)),
        ("is before", lambda: elapsed(at("2026-01-02"), at("2026-01-01"), BUSINESS_HOURS)),
        ("before it begins", lambda: elapsed(at("2026-01-01"), at("2026-01-02"), BUSINESS_HOURS, [(at("2026-01-02"), at("2026-01-01"))])),
        ("cannot close", lambda: Schedule(dt.time(18), dt.time(9))),
        ("no day", lambda: Schedule(weekdays=frozenset())),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(problem: str, call) -> None:
    with pytest.raises(InvalidInput, match=problem):
        call()
