"""The formulas of calculation items, over the arithmetic of service levels: exact, in euros, minutes, hours or percent."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from assistant.sla.availability import allowed_downtime, availability
from knowledge.errors import InvalidInput

RECOVERY: Final = Decimal(40)
"""Euros for each late invoice, article D441-5 of the Commercial Code."""
YEAR: Final = Decimal(365)
MONTHS: Final = Decimal(12)
_MINUTE: Final = dt.timedelta(minutes=1)


def downtime_minutes(availability_pct: Decimal, days: Decimal) -> Decimal:
    """The minutes that a service may be down in so many days."""
    allowed = allowed_downtime(availability_pct, dt.timedelta(days=int(days)))
    return Decimal(allowed // dt.timedelta(microseconds=1)) / 60_000_000


def availability_pct(downtime_minutes: Decimal, days: Decimal) -> Decimal:
    """The availability in percent that a downtime leaves."""
    return availability(int(downtime_minutes) * _MINUTE, dt.timedelta(days=int(days)))


def service_credit(monthly_fee: Decimal, credit_pct: Decimal, points: Decimal, cap_pct: Decimal) -> Decimal:
    """The credit of a month: a percentage for each step, up to the cap."""
    return monthly_fee * min(credit_pct * points, cap_pct) / 100


def late_interest(amount: Decimal, rate_pct: Decimal, days: Decimal) -> Decimal:
    """Simple interest on a late payment, a year being counted as 365 days."""
    return amount * rate_pct / 100 * days / YEAR


def late_payment_due(amount: Decimal, rate_pct: Decimal, days: Decimal, invoices: Decimal) -> Decimal:
    """That interest and the fixed indemnity for each late invoice."""
    return late_interest(amount, rate_pct, days) + RECOVERY * invoices


def revised_price(price: Decimal, index_base: Decimal, index_new: Decimal) -> Decimal:
    """A price that follows an index."""
    return price * index_new / index_base


def delay_penalty(amount: Decimal, daily_pct: Decimal, days: Decimal, cap_pct: Decimal) -> Decimal:
    """A penalty for each day of delay, up to the cap."""
    return amount * min(daily_pct * days, cap_pct) / 100


def liability_cap(annual_fees: Decimal, cap_pct: Decimal, floor: Decimal) -> Decimal:
    """A cap as a percentage of the fees of a year, never below the floor."""
    return max(annual_fees * cap_pct / 100, floor)


def hour_bank_left(hours_month: Decimal, months: Decimal, used: Decimal) -> Decimal:
    """The hours that are left of a bank that is carried forward."""
    return hours_month * months - used


def prorata_refund(annual_fee: Decimal, months_left: Decimal) -> Decimal:
    """What comes back of a fee paid for a year in advance."""
    return annual_fee * months_left / MONTHS


FORMULAS: Final[Mapping[str, Callable[..., Decimal]]] = {
    formula.__name__: formula
    for formula in (
        downtime_minutes,
        availability_pct,
        service_credit,
        late_interest,
        late_payment_due,
        revised_price,
        delay_penalty,
        liability_cap,
        hour_bank_left,
        prorata_refund,
    )
}


def arguments(name: str) -> tuple[str, ...]:
    """The numbers that a formula takes. Raises `InvalidInput` for an unknown one."""
    if name not in FORMULAS:
        raise InvalidInput(f"there is no formula {name!r}: choose of {', '.join(FORMULAS)}")
    return tuple(inspect.signature(FORMULAS[name]).parameters)


def compute(name: str, numbers: Mapping[str, Decimal]) -> Decimal:
    """What the formula gives. Raises `InvalidInput` for an unknown formula, or other numbers than it takes."""
    if set(arguments(name)) != set(numbers):
        raise InvalidInput(f"{name} takes {', '.join(arguments(name))}, not {', '.join(numbers) or 'nothing'}")
    return FORMULAS[name](**numbers)
