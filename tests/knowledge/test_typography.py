"""Numbers and days as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.typography import day, number


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [(4, "4", "4"), (0.25, "0.25", "0,25"), (99.5, "99.5", "99,5"), (50000, "50,000", "50 000"), (1234567.5, "1,234,567.5", "1 234 567,5"),
     (24.0, "24", "24"), (0, "0", "0")],
)  # fmt: skip
def test_numbers(value: float, en: str, fr: str) -> None:
    assert (number(value, "en"), number(value, "fr")) == (en, fr)


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [
        (dt.date(2026, 3, 1), "1 March 2026", "1er mars 2026"),
        (dt.date(2027, 12, 31), "31 December 2027", "31 décembre 2027"),
    ],
)
def test_days(value: dt.date, en: str, fr: str) -> None:
    assert (day(value, "en"), day(value, "fr")) == (en, fr)
