"""Numbers, days, times and lists as each language writes them, from the tables of Unicode (CLDR), read by Babel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from knowledge.models import Language
from knowledge.typography import day


def written(value: object, lang: Language) -> str:
    """A value as a sentence has it: a number, a day, a list of such, or a text as it is."""
    if isinstance(value, bool):
        raise TypeError("a sentence has no place for true and false")
    if isinstance(value, int | float):
        return number(value, lang)
    if isinstance(value, dt.date):
        return moment(value, lang) if isinstance(value, dt.datetime) else day(value, lang)
    if isinstance(value, list | tuple):
        return listed(value, lang)
    return str(value)


def number(value: float, lang: Language) -> str:
    """A number with its groups: "1,234.5", and in French with a narrow no-break space, "1 234,5"."""
    from babel.numbers import format_decimal

    return format_decimal(value, locale=lang)


def percent(share: float, lang: Language) -> str:
    """A share of 1 in whole per cent: "82%", "82 %"."""
    from babel.numbers import format_percent

    return format_percent(share, locale=lang)


def listed(values: Sequence[object], lang: Language) -> str:
    """Several things in one sentence: "a, b, and c", "a, b et c"."""
    from babel.lists import format_list

    return format_list([written(value, lang) for value in values], locale=lang)


def moment(value: dt.datetime, lang: Language) -> str:
    """A day with its time: "1 March 2026, 14:05", "1er mars 2026, 14:05".

    The day is our own, because the tables write the first of a month as a plain 1, which French does not.
    """
    from babel.dates import format_time

    return f"{day(value.date(), lang)}, {format_time(value, 'HH:mm', locale=lang)}"
