"""How numbers and days are written in each language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from knowledge.models import Language

_MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre"),
}  # fmt: skip


_ONES: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ),
    "fr": (
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
        "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
    ),
}  # fmt: skip
_TENS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    "fr": ("vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"),
}
SPELLED_UP_TO: Final = 999_999


def spelled(value: int, lang: Language, *, is_feminine: bool = False) -> str:
    """A number from 0 to 999,999 in words: "vingt et un", "quatre-vingts", "deux cent trente", "one hundred and twenty".

    In French `is_feminine` is for what it counts: "une heure", "vingt et une heures".
    """
    said = _english(value) if lang == "en" else _french(value)
    is_one = is_feminine and lang == "fr" and value % 10 == 1 and value % 100 not in (11, 71, 91)
    return said + "e" if is_one else said


def _english(value: int) -> str:
    ones, tens = _ONES["en"], _TENS["en"]
    if value < 20:
        return ones[value]
    if value < 100:
        return tens[value // 10 - 2] + (f"-{ones[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{ones[value // 100]} hundred" + (f" and {_english(value % 100)}" if value % 100 else "")
    rest = value % 1000
    joint = " and " if rest < 100 else " "
    return f"{_english(value // 1000)} thousand" + (joint + _english(rest) if rest else "")


def _french(value: int) -> str:
    ones, tens = _ONES["fr"], _TENS["fr"]
    if value < 20:
        return ones[value]
    if value < 100:
        ten, one = tens[value // 10 - 2], value % (20 if value >= 60 else 10)
        if one == 0:
            return ten + ("s" if value == 80 else "")
        return ten + (" et " if one in (1, 11) and value < 80 else "-") + ones[one]
    if value < 1000:
        rest = value % 100
        head = "cent" if value < 200 else f"{ones[value // 100]} cent" + ("" if rest else "s")
        return f"{head} {_french(rest)}" if rest else head
    head = _french(value // 1000)
    many = head.removesuffix("s") if head.endswith(("vingts", "cents")) else head
    thousands = "mille" if value < 2000 else f"{many} mille"
    return f"{thousands} {_french(value % 1000)}" if value % 1000 else thousands


def day(value: dt.date, lang: Language) -> str:
    """A day as a sentence has it: "1er mars 2026", "1 March 2026"."""
    number = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{number} {_MONTHS[lang][value.month - 1]} {value.year}"


def number(value: float, lang: Language) -> str:
    """A number without needless digits: "50 000" and "99,5", "50,000" and "99.5"."""
    written = f"{value:,.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return written if lang == "en" else written.replace(",", " ").replace(".", ",")
