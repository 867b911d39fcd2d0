"""Availability in percent against downtime in time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from knowledge.errors import InvalidInput

MeasuredOver = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[MeasuredOver, int]] = {"month": 1, "quarter": 3, "year": 12}
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def period(measured: MeasuredOver, first: dt.date, zone: str = "Europe/Paris") -> dt.timedelta:
    """How long the month, quarter or year that holds `first` lasts by the clock of `zone`.

    It is the time that passes, so that March is an hour short and October an hour long where summer time is kept.
    """
    start, end = bounds(measured, first, zone)
    return end - start


def bounds(measured: MeasuredOver, first: dt.date, zone: str = "Europe/Paris") -> tuple[dt.datetime, dt.datetime]:
    """The instants in UTC at which the month, quarter or year that holds `first` begins and ends in `zone`."""
    length = _MONTHS[measured]
    start = dt.date(first.year, (first.month - 1) // length * length + 1, 1)
    after = start.month + length
    end = dt.date(start.year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return _midnight(start, zone), _midnight(end, zone)


def allowed_downtime(percent: Decimal, over: dt.timedelta, planned: dt.timedelta = dt.timedelta(0)) -> dt.timedelta:
    """How long a service may be down over a period: (100 - percent) / 100 x (period - planned maintenance).

    Raises `InvalidInput` for a percentage outside 0 to 100, and for maintenance that outlasts the period.
    """
    if not 0 <= percent <= 100:
        raise InvalidInput(f"an availability of {percent} % is impossible: give 0 to 100")
    return _seconds((100 - percent) / 100 * _decimal(_measured(over, planned)))


def availability(downtime: dt.timedelta, over: dt.timedelta, planned: dt.timedelta = dt.timedelta(0)) -> Decimal:
    """The availability in percent that a downtime leaves, exact. Planned maintenance is in neither of the two.

    Raises `InvalidInput` for a downtime that is negative or longer than what is measured.
    """
    measured = _measured(over, planned)
    if not dt.timedelta(0) <= downtime <= measured:
        raise InvalidInput(f"a downtime of {downtime} does not fit into {measured}: check the log")
    return 100 - _decimal(downtime) / _decimal(measured) * 100


def _measured(over: dt.timedelta, planned: dt.timedelta) -> dt.timedelta:
    if not dt.timedelta(0) <= planned < over:
        raise InvalidInput(f"planned maintenance of {planned} does not fit into {over}: check both")
    return over - planned


def _midnight(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), ZoneInfo(zone)).astimezone(dt.UTC)


def _decimal(length: dt.timedelta) -> Decimal:
    """Seconds, exact."""
    return Decimal(length // _MICROSECOND) / 1_000_000


def _seconds(seconds: Decimal) -> dt.timedelta:
    return dt.timedelta(microseconds=int((seconds * 1_000_000).to_integral_value()))
