"""Interest on a late payment between businesses, day by day at the rates of its periods.

Article L441-10 of the Commercial Code: interest runs from the day after the due date, without a reminder. The dated rates
are passed in; none is assumed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.sla.credits import cents
from knowledge.errors import InvalidInput

DAYS: Final = 365
"""The days that a year is counted with, leap years included, unless a contract says otherwise."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in percent, from the first day to the last (both included; no last day: until further notice)."""

    first: dt.date
    last: dt.date | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Slice:
    """Interest for consecutive days at one rate, to the cent."""

    first: dt.date
    last: dt.date
    days: int
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Late:
    """What a late payment costs: interest by period, and the fixed sum for recovery costs."""

    slices: tuple[Slice, ...]
    indemnity: Decimal

    @property
    def interest(self) -> Decimal:
        """All interest; the sum of what is stated for each period."""
        return sum((part.amount for part in self.slices), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Interest and indemnity."""
        return self.interest + self.indemnity


def late_payment(
    amount: Decimal, due: dt.date, paid: dt.date, rates: Iterable[Rate], indemnity: Decimal, days: int = DAYS
) -> Late:
    """What paying `amount` (euros, with tax) on `paid` costs when it was due on `due`; nothing if it was not late.

    Simple interest: amount x rate x days / 365, from the day after `due` to `paid` included. `indemnity` is the fixed sum
    for recovery costs (article D441-5 of the Commercial Code) for this invoice. Raises `InvalidInput` for a day that no
    rate covers: a rate that is not known is not guessed.
    """
    if paid <= due:
        return Late((), Decimal(0))
    known = sorted(rates, key=lambda rate: rate.first)
    slices = []
    first = due + dt.timedelta(days=1)
    while first <= paid:
        rate = _rate_on(first, known)
        replaced = (later.first - dt.timedelta(days=1) for later in known if later.first > first)
        last = min(paid, rate.last or paid, *replaced)
        count = (last - first).days + 1
        slices.append(Slice(first, last, count, rate.percent, cents(amount * rate.percent * count / 100 / days)))
        first = last + dt.timedelta(days=1)
    return Late(tuple(slices), indemnity)


def _rate_on(day: dt.date, known: Sequence[Rate]) -> Rate:
    """The rate of `day`: of those that have begun, the newest, if it has not ended."""
    begun = [rate for rate in known if rate.first <= day]
    if not begun or (begun[-1].last and begun[-1].last < day):
        raise InvalidInput(f"no rate is known for {day.isoformat()}: add its period and source to figures.yaml")
    return begun[-1]
