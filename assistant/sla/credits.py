"""What missed service levels cost: credits for an incident log, and penalties for delay, with their caps.

Amounts are euros excluding tax, rounded half up to the cent where they are stated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Literal

from assistant.sla.availability import availability, bounds, period
from assistant.sla.hours import Interval, Schedule, elapsed
from knowledge.errors import InvalidInput

Measure = Literal["response", "restoration", "availability"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is promised for one severity: times that run over `schedule`; no time, no promise."""

    response: dt.timedelta | None
    restoration: dt.timedelta | None
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Incident:
    """One line of the log. The clock stands still during `pauses`; `counts_down` says whether the site was down."""

    reference: str
    severity: str
    opened: dt.datetime
    responded: dt.datetime
    restored: dt.datetime
    pauses: tuple[Interval, ...] = ()
    counts_down: bool = True


@dataclass(frozen=True, slots=True)
class Overrun:
    """A time that was not kept: by how much, counted over the hours of the commitment."""

    reference: str
    measure: Measure
    allowed: dt.timedelta
    taken: dt.timedelta

    @property
    def late(self) -> dt.timedelta:
        """The time beyond what was allowed."""
        return self.taken - self.allowed


@dataclass(frozen=True, slots=True)
class CreditScheme:
    """How misses turn into credits: `step_pct` of the monthly fee for each step that has begun.

    A step is `availability_step` points below the commitment, or `time_step` beyond a time. Credits of a month stop at
    `month_cap_pct` of its fee, those of a year at `year_cap_pct` of the annual fee.
    """

    step_pct: Decimal
    availability_step: Decimal
    time_step: dt.timedelta
    month_cap_pct: Decimal
    year_cap_pct: Decimal


@dataclass(frozen=True, slots=True)
class MonthlyCredit:
    """What one month gives: the steps, the credit they make, and what is due after both caps."""

    month: dt.date
    steps: int
    uncapped: Decimal
    due: Decimal


def overruns(incidents: Iterable[Incident], commitments: Mapping[str, Commitment]) -> list[Overrun]:
    """The response and restoration times that the log shows as missed.

    Raises `InvalidInput` for a severity that nothing is promised for.
    """
    found = []
    for incident in incidents:
        if incident.severity not in commitments:
            raise InvalidInput(
                f"{incident.reference}: there is no severity {incident.severity!r}; expected {', '.join(commitments)}"
            )
        promised = commitments[incident.severity]
        measured: tuple[tuple[Measure, dt.timedelta | None, dt.datetime], ...] = (
            ("response", promised.response, incident.responded),
            ("restoration", promised.restoration, incident.restored),
        )
        for measure, allowed, reached in measured:
            taken = elapsed(incident.opened, reached, promised.schedule, incident.pauses)
            if allowed is not None and taken > allowed:
                found.append(Overrun(incident.reference, measure, allowed, taken))
    return found


def downtime(incidents: Iterable[Incident], month: dt.date, zone: str = "Europe/Paris") -> dt.timedelta:
    """How long the site was down in the month that holds `month`; what overlaps counts once, pauses do not stop it."""
    start, end = bounds("month", month, zone)
    down = dt.timedelta(0)
    reached = start
    for incident in sorted(incidents, key=lambda one: one.opened):
        if incident.counts_down:
            begin, finish = max(incident.opened, reached), min(incident.restored, end)
            down += max(finish - begin, dt.timedelta(0))
            reached = max(reached, finish)
    return down


def availability_of(
    incidents: Iterable[Incident],
    month: dt.date,
    planned: dt.timedelta = dt.timedelta(0),
    zone: str = "Europe/Paris",
) -> Decimal:
    """The availability in percent of the month that holds `month`, from the log."""
    return availability(downtime(incidents, month, zone), period("month", month, zone), planned)


def steps(missed: Sequence[Overrun], promised: Decimal, measured: Decimal, scheme: CreditScheme) -> int:
    """The steps that a month's overruns and its availability make; a step that has begun counts whole."""
    late = sum(_begun(overrun.late, scheme.time_step) for overrun in missed)
    short = max(promised - measured, Decimal(0)) / scheme.availability_step
    return late + int(short.to_integral_value(ROUND_CEILING))


def credits_due(months: Sequence[tuple[dt.date, Decimal, int]], scheme: CreditScheme) -> list[MonthlyCredit]:
    """The credits of one contract year: for each month its first day, its fee and its steps, in order.

    The annual cap is a share of the fees of all the months given, which should be the twelve of the year.
    """
    left = _percent(sum((fee for _, fee, _ in months), Decimal(0)), scheme.year_cap_pct)
    found = []
    for month, fee, count in months:
        uncapped = cents(_percent(fee, scheme.step_pct * count))
        due = min(uncapped, cents(_percent(fee, scheme.month_cap_pct)), cents(left))
        left -= due
        found.append(MonthlyCredit(month, count, uncapped, due))
    return found


def delay_penalty(price: Decimal, late: dt.timedelta, pct_per_week: Decimal, cap_pct: Decimal) -> Decimal:
    """The penalty for delivering late: a percentage of the price for each week that has begun, up to a cap in percent."""
    weeks = _begun(late, dt.timedelta(weeks=1))
    return cents(_percent(price, min(pct_per_week * weeks, cap_pct)))


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent, half a cent up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _percent(amount: Decimal, percent: Decimal) -> Decimal:
    return amount * percent / 100


def _begun(length: dt.timedelta, step: dt.timedelta) -> int:
    return -(-length // step)
