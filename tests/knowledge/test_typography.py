"""Numbers and days as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.typography import day, number, spelled


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


@pytest.mark.parametrize(
    ("value", "en", "fr", "feminine"),
    [
        (1, "one", "un", "une"),
        (16, "sixteen", "seize", "seize"),
        (21, "twenty-one", "vingt et un", "vingt et une"),
        (36, "thirty-six", "trente-six", "trente-six"),
        (71, "seventy-one", "soixante et onze", "soixante et onze"),
        (80, "eighty", "quatre-vingts", "quatre-vingts"),
        (81, "eighty-one", "quatre-vingt-un", "quatre-vingt-une"),
        (99, "ninety-nine", "quatre-vingt-dix-neuf", "quatre-vingt-dix-neuf"),
        (120, "one hundred and twenty", "cent vingt", "cent vingt"),
        (200, "two hundred", "deux cents", "deux cents"),
        (230, "two hundred and thirty", "deux cent trente", "deux cent trente"),
        (3000, "three thousand", "trois mille", "trois mille"),
        (80_000, "eighty thousand", "quatre-vingt mille", "quatre-vingt mille"),
        (200_050, "two hundred thousand and fifty", "deux cent mille cinquante", "deux cent mille cinquante"),
    ],
)
def test_numbers_in_words(value: int, en: str, fr: str, feminine: str) -> None:
    assert (spelled(value, "en"), spelled(value, "fr"), spelled(value, "fr", is_feminine=True)) == (en, fr, feminine)
