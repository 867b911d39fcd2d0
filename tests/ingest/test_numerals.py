"""Numbers as lists print them."""

from __future__ import annotations

import pytest

from ingest.numerals import numeral, whole


@pytest.mark.parametrize(
    ("number", "style", "printed"),
    [
        (4, "decimal", "4"), (4, "decimalZero", "04"), (14, "decimalZero", "14"), (1, "lowerLetter", "a"),
        (28, "upperLetter", "BB"), (4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (3, "none", ""),
        (3, "chicago", "3"), (0, "lowerLetter", "0"), (10_000, "upperRoman", "10000"), (131, "lowerLetter", "131"),
    ],
)  # fmt: skip
def test_numeral(number: int, style: str, printed: str) -> None:
    assert numeral(number, style) == printed


@pytest.mark.parametrize(("text", "number"), [("7", 7), (None, 1), ("x", 1), ("9" * 20, 1), ("-2", -2)])
def test_whole(text: str | None, number: int) -> None:
    assert whole(text, 1) == number
