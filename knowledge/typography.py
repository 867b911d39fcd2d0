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


def day(value: dt.date, lang: Language) -> str:
    """A day as a sentence has it: "1er mars 2026", "1 March 2026"."""
    number = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{number} {_MONTHS[lang][value.month - 1]} {value.year}"


def number(value: float, lang: Language) -> str:
    """A number without needless digits: "50 000" and "99,5", "50,000" and "99.5"."""
    written = f"{value:,.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return written if lang == "en" else written.replace(",", " ").replace(".", ",")
