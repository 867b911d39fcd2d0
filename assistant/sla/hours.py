"""Business hours: public holidays in France, deadlines that run only while a service is open, and what ran of them.

Instants are aware datetimes; opening hours are those of the wall clock in the schedule's time zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from knowledge.errors import InvalidInput

Holidays = Literal["none", "france", "alsace-moselle"]
Interval = tuple[dt.datetime, dt.datetime]
"""From an instant (included) to another (not included)."""

WEEKDAYS: Final = frozenset(range(5))
HORIZON: Final = 3660
"""Days after which a deadline that is still not reached is a mistake."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a clock runs: from `opens` to `closes` (midnight: the end of the day) on `weekdays` (Monday is 0) that are no
    holidays, in `zone`."""

    opens: dt.time = dt.time(9)
    closes: dt.time = dt.time(18)
    weekdays: frozenset[int] = WEEKDAYS
    holidays: Holidays = "france"
    zone: str = "Europe/Paris"

    def __post_init__(self) -> None:
        if self.closes != dt.time(0) and self.closes <= self.opens:
            raise InvalidInput(f"a service cannot close at {self.closes} when it opens at {self.opens}")
        if not self.weekdays:
            raise InvalidInput("a service that opens on no day of the week has no hours: name its days")

    def is_open_on(self, day: dt.date) -> bool:
        """Whether `day` is a business day."""
        return day.weekday() in self.weekdays and day not in holidays(day.year, self.holidays)

    def hours(self, day: dt.date) -> Interval | None:
        """The opening hours of `day` as instants in UTC, if it has any."""
        if not self.is_open_on(day):
            return None
        zone = ZoneInfo(self.zone)
        last = day + dt.timedelta(days=1) if self.closes == dt.time(0) else day
        opening = dt.datetime.combine(day, self.opens, zone).astimezone(dt.UTC)
        return opening, dt.datetime.combine(last, self.closes, zone).astimezone(dt.UTC)


BUSINESS_HOURS: Final = Schedule()
"""Monday to Friday, 9:00 to 18:00, Paris time, except on public holidays in France."""
AROUND_THE_CLOCK: Final = Schedule(dt.time(0), dt.time(0), frozenset(range(7)), "none")


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar, by the computation of Meeus, Jones and Butcher."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - correction + 15) % 30
    quads, units = divmod(of_century, 4)
    sunday = (32 + 2 * rest + 2 * quads - moon - units) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def holidays(year: int, kept: Holidays = "france") -> frozenset[dt.date]:
    """The public holidays of a year: the eleven of article L3133-1 of the Labour Code, and with `alsace-moselle` Good
    Friday and 26 December as well (article L3134-13)."""
    if kept == "none":
        return frozenset()
    sunday = easter(year)
    movable = [1, 39, 50] + ([-2] if kept == "alsace-moselle" else [])
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    fixed += [(12, 26)] if kept == "alsace-moselle" else []
    return frozenset(
        [*(sunday + dt.timedelta(days=days) for days in movable), *(dt.date(year, month, day) for month, day in fixed)]
    )


def deadline(
    start: dt.datetime, allowed: dt.timedelta, schedule: Schedule, pauses: Iterable[Interval] = ()
) -> dt.datetime:
    """The instant at which `allowed` has run since `start`, in the schedule's time zone.

    The clock stands still outside the schedule and during `pauses`. Raises `InvalidInput` for an instant without a time
    zone, a negative time, or one that ten years do not hold.
    """
    start = _utc(start)
    if allowed < dt.timedelta(0):
        raise InvalidInput(f"a time of {allowed} cannot be counted: give a positive one")
    left, stopped = allowed, _merged(pauses)
    for opening, closing in _running(start, schedule, stopped):
        if left <= closing - opening:
            return (opening + left).astimezone(ZoneInfo(schedule.zone))
        left -= closing - opening
    raise InvalidInput(f"{allowed} do not run out within ten years of these hours: check both")


def elapsed(start: dt.datetime, end: dt.datetime, schedule: Schedule, pauses: Iterable[Interval] = ()) -> dt.timedelta:
    """How long the clock ran from `start` to `end`. Raises `InvalidInput` as `deadline` does, and if `end` is earlier."""
    start, end = _utc(start), _utc(end)
    if end < start:
        raise InvalidInput(f"{end.isoformat()} is before {start.isoformat()}: check the log")
    ran = dt.timedelta(0)
    for opening, closing in _running(start, schedule, _merged(pauses)):
        if opening >= end:
            return ran
        ran += min(closing, end) - opening
    return ran


def business_day(day: dt.date, count: int, schedule: Schedule = BUSINESS_HOURS) -> dt.date:
    """The `count`-th business day after `day`, which is itself not counted."""
    for _ in range(count):
        day += dt.timedelta(days=1)
        while not schedule.is_open_on(day):
            day += dt.timedelta(days=1)
    return day


def _running(start: dt.datetime, schedule: Schedule, pauses: Sequence[Interval]) -> Iterator[Interval]:
    """The intervals after `start` in which the clock runs, in order, until the horizon."""
    first = start.astimezone(ZoneInfo(schedule.zone)).date()
    for offset in range(HORIZON):
        open_hours = schedule.hours(first + dt.timedelta(days=offset))
        if open_hours and open_hours[1] > start:
            yield from _without((max(open_hours[0], start), open_hours[1]), pauses)


def _without(interval: Interval, pauses: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of `interval` beside `pauses`, which are in order and apart."""
    begin, end = interval
    for stops, resumes in pauses:
        if resumes <= begin or stops >= end:
            continue
        if stops > begin:
            yield begin, stops
        begin = min(resumes, end)
    if begin < end:
        yield begin, end


def _merged(pauses: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for stops, resumes in sorted((_utc(stops), _utc(resumes)) for stops, resumes in pauses):
        if resumes < stops:
            raise InvalidInput(f"a pause cannot end at {resumes.isoformat()}, before it begins: check the log")
        if merged and stops <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(resumes, merged[-1][1]))
        else:
            merged.append((stops, resumes))
    return merged


def _utc(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise InvalidInput(f"{instant.isoformat()} has no time zone: write it with its offset")
    return instant.astimezone(dt.UTC)
