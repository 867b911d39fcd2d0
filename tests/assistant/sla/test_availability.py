"""Percent to downtime and back, over months as they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sla.availability import MeasuredOver, allowed_downtime, availability, period
from knowledge.errors import InvalidInput

HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("percent", "over", "planned", "expected"),
    [
        # 30 days are 43,200 minutes; a thousandth of them is 43.2
        ("99.9", 30 * DAY, 0 * HOUR, dt.timedelta(minutes=43, seconds=12)),
        ("99.5", 30 * DAY, 0 * HOUR, dt.timedelta(hours=3, minutes=36)),
        ("99", 31 * DAY, 0 * HOUR, dt.timedelta(hours=7, minutes=26, seconds=24)),
        ("99.9", 365 * DAY, 0 * HOUR, dt.timedelta(hours=8, minutes=45, seconds=36)),
        ("99.95", 365 * DAY, 0 * HOUR, dt.timedelta(hours=4, minutes=22, seconds=48)),
        # four hours of planned maintenance leave 716 h; a half percent of them is 3.58 h
        ("99.5", 30 * DAY, 4 * HOUR, dt.timedelta(hours=3, minutes=34, seconds=48)),
        ("100", 30 * DAY, 0 * HOUR, dt.timedelta(0)),
        ("0", 30 * DAY, 0 * HOUR, 30 * DAY),
    ],
)
def test_downtime_that_is_allowed(
    percent: str, over: dt.timedelta, planned: dt.timedelta, expected: dt.timedelta
) -> None:
    assert allowed_downtime(Decimal(percent), over, planned) == expected


@pytest.mark.parametrize(
    ("downtime", "over", "planned", "expected"),
    [
        (72 * MINUTE, 30 * DAY, 0 * HOUR, "99.83333"),  # 72 of 43,200
        (432 * MINUTE, 30 * DAY, 0 * HOUR, "99"),
        (0 * MINUTE, 30 * DAY, 4 * HOUR, "100"),
        (716 * MINUTE, 30 * DAY, 4 * HOUR, "98.33333"),  # 716 of 42,960
    ],
)
def test_availability_that_is_left(
    downtime: dt.timedelta, over: dt.timedelta, planned: dt.timedelta, expected: str
) -> None:
    assert round(availability(downtime, over, planned), 5) == Decimal(expected)


@given(st.decimals(min_value=90, max_value=100, places=3), st.integers(28, 366), st.integers(0, 24))
def test_there_and_back(percent: Decimal, days: int, planned: int) -> None:
    over, maintenance = days * DAY, planned * HOUR
    there = allowed_downtime(percent, over, maintenance)
    assert abs(availability(there, over, maintenance) - percent) < Decimal("0.000001")


@pytest.mark.parametrize(
    ("measured", "day", "zone", "hours"),
    [
        ("month", dt.date(2026, 2, 14), "Europe/Paris", 28 * 24),
        ("month", dt.date(2028, 2, 1), "Europe/Paris", 29 * 24),
        ("month", dt.date(2026, 3, 1), "Europe/Paris", 31 * 24 - 1),  # summer time begins
        ("month", dt.date(2026, 10, 31), "Europe/Paris", 31 * 24 + 1),
        ("month", dt.date(2026, 10, 31), "UTC", 31 * 24),
        ("month", dt.date(2026, 12, 5), "Europe/Paris", 31 * 24),
        ("quarter", dt.date(2026, 5, 5), "Europe/Paris", 91 * 24),
        ("quarter", dt.date(2026, 11, 5), "UTC", 92 * 24),
        ("year", dt.date(2026, 7, 1), "Europe/Paris", 365 * 24),
    ],
)
def test_how_long_a_period_lasts(measured: MeasuredOver, day: dt.date, zone: str, hours: int) -> None:
    assert period(measured, day, zone) == hours * HOUR


@pytest.mark.parametrize("percent", ["-1", "100.1"])
def test_impossible_percentages(percent: str) -> None:
    with pytest.raises(InvalidInput, match="give 0 to 100"):
        allowed_downtime(Decimal(percent), 30 * DAY)


@pytest.mark.parametrize(
    ("downtime", "planned"), [(31 * DAY, 0 * DAY), (-HOUR, 0 * DAY), (HOUR, 30 * DAY), (HOUR, -HOUR)]
)
def test_impossible_downtimes(downtime: dt.timedelta, planned: dt.timedelta) -> None:
    with pytest.raises(InvalidInput, match="does not fit"):
        availability(downtime, 30 * DAY, planned)
