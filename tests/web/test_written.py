"""Numbers, days, times and lists in each language."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.models import Language
from web.words.written import written

AT = dt.datetime(2026, 3, 1, 14, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "lang", "expected"),
    [
        (1234.5, "en", "1,234.5"),
        (1234.5, "fr", "1\u202f234,5"),
        (7, "fr", "7"),
        (AT.date(), "en", "1 March 2026"),
        (AT.date(), "fr", "1er mars 2026"),
        (AT, "en", "1 March 2026, 14:05"),
        (AT, "fr", "1er mars 2026, 14:05"),
        (["a"], "fr", "a"),
        (["a", 2000, "c"], "fr", "a, 2\u202f000 et c"),
        (("a", "b", "c"), "en", "a, b, and c"),
        ("as it is {count}", "en", "as it is {count}"),
    ],
)
def test_a_value_is_written_as_the_language_does(value: object, lang: Language, expected: str) -> None:
    assert written(value, lang) == expected


def test_truth_is_no_number() -> None:
    with pytest.raises(TypeError):
        written(True, "en")
