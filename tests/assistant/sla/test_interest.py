"""Interest by period, worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assistant.sla.interest import Rate, Slice, late_payment
from knowledge.errors import InvalidInput

FIRST_HALF = Rate(dt.date(2026, 1, 1), dt.date(2026, 6, 30), Decimal("12.15"))
SECOND_HALF = Rate(dt.date(2026, 7, 1), dt.date(2026, 12, 31), Decimal("12.40"))
RATES = (SECOND_HALF, FIRST_HALF)
FORTY = Decimal(40)


@pytest.mark.parametrize(
    ("amount", "due", "paid", "slices", "total"),
    [
        # 10,000 x 12.15 % x 30 / 365 = 99.863
        ("10000", "2026-03-31", "2026-04-30", [(30, "12.15", "99.86")], "139.86"),
        # 15 June to 31 July: 15 days at 12.15 % (49.932), 31 at 12.40 % (105.315)
        ("10000", "2026-06-15", "2026-07-31", [(15, "12.15", "49.93"), (31, "12.40", "105.32")], "195.25"),
        ("500", "2026-02-01", "2026-02-02", [(1, "12.15", "0.17")], "40.17"),
        ("500", "2026-02-01", "2026-02-01", [], "0"),
        ("500", "2026-02-01", "2026-01-15", [], "0"),
    ],
)
def test_interest_by_period(amount: str, due: str, paid: str, slices: list[tuple[int, str, str]], total: str) -> None:
    late = late_payment(Decimal(amount), dt.date.fromisoformat(due), dt.date.fromisoformat(paid), RATES, FORTY)
    assert [(part.days, str(part.percent), str(part.amount)) for part in late.slices] == slices
    assert late.total == Decimal(total)
    assert sum(part.days for part in late.slices) == max(
        0, (dt.date.fromisoformat(paid) - dt.date.fromisoformat(due)).days
    )


def test_a_rate_until_further_notice_ends_with_the_next() -> None:
    rates = [Rate(dt.date(2026, 1, 1), None, Decimal(10)), Rate(dt.date(2026, 2, 1), None, Decimal(20))]
    late = late_payment(Decimal(36500), dt.date(2026, 1, 30), dt.date(2026, 2, 2), rates, Decimal(0))
    assert late.slices == (
        Slice(dt.date(2026, 1, 31), dt.date(2026, 1, 31), 1, Decimal(10), Decimal("10.00")),
        Slice(dt.date(2026, 2, 1), dt.date(2026, 2, 2), 2, Decimal(20), Decimal("40.00")),
    )
    assert late.interest == late.total == Decimal(50)


@pytest.mark.parametrize(
    ("due", "paid", "day"), [("2026-12-15", "2027-01-15", "2027-01-01"), ("2025-12-15", "2026-01-15", "2025-12-16")]
)
def test_an_unknown_rate_is_not_guessed(due: str, paid: str, day: str) -> None:
    with pytest.raises(InvalidInput, match=f"no rate is known for {day}"):
        late_payment(Decimal(100), dt.date.fromisoformat(due), dt.date.fromisoformat(paid), RATES, FORTY)
