"""The figures of a request, as people write them: "48h", "12k€", "half a day", "J+2", "quinze jours", "monthly", "3 x"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from knowledge.models import Language
from knowledge.quantity import quantities

UNITS: Final = (
    ("hours", r"heures?|hours?|hrs?\b|\bh\b"),
    ("days", r"jours?|days?|jrs?\b|\b[jd]\b"),
    ("weeks", r"semaines?|weeks?|wks?\b"),
    ("quarters", r"trimestres?|quarters?"),
    ("halves", r"semestres?|half-years?"),
    ("months", r"mois|months?"),
    ("years", r"ans?\b|années?|years?|yrs?\b"),
    ("minutes", r"minutes?|mins?\b|\bmn\b"),
    ("€", r"€|eur\b|euros?"),
    ("%", r"%"),
    ("times", r"times|fois|\bx\b"),
)
_LONGER: Final[Mapping[str, tuple[float, str]]] = {"quarters": (3, "months"), "halves": (6, "months")}
_NOT_FIGURES: Final = re.compile(
    r"\b24 ?(?:h(?:eures)?|hours)?(?: ?[/x] ?| sur )(?:24|7)\b|\b7 ?(?:j|d)?/7\b|\b7 jours sur 7\b|\bP ?[1-4]\b"
    r"|\b(?:ISO|IEC|WCAG|RGAA|NIS|level|niveau)(?:[ /-](?:IEC|CEI))?[ -]?\d[\d.:/-]*|\b(?:BCE|ECB) ?(?:\+|plus) ?\w+(?: points?)?"
    r"|\b\d+(?:st|nd|rd|th|ème|e)? (?:party|parties)\b|\btiers\b|\b(?:third|tierces?)[ -]part(?:y|ies)\b",
    re.IGNORECASE,
)
_WORDS_FOR: Final[Mapping[tuple[float, str], str]] = {
    (1, "times"): "once",
    (2, "times"): "twice double doublé",
    (3, "times"): "triple thrice triplé",
    (1, "hours"): "hourly",
    (1, "days"): "daily nightly quotidien quotidiens quotidienne quotidiennes journalière journalières",
    (1, "weeks"): "weekly hebdomadaire hebdomadaires hebdo",
    (2, "weeks"): "fortnightly",
    (1, "months"): "monthly mensuel mensuels mensuelle mensuelles",
    (2, "months"): "bimonthly bimestriel bimestrielle",
    (3, "months"): "quarterly trimestriel trimestriels trimestrielle trimestrielles",
    (6, "months"): "half-yearly semestriel semestriels semestrielle semestrielles",
    (1, "years"): "yearly annual annually annuel annuels annuelle annuelles",
    (2, "years"): "biennial bisannuel bisannuelle",
}
_FREQUENCIES: Final = {word: measure for measure, words in _WORDS_FOR.items() for word in words.split()}
_UNIT: Final = (
    r"minutes?|min|mn|heures?|hours?|hrs?|jours?|days?|semaines?|weeks?"
    r"|trimestres?|quarters?|semestres?|mois|months?|ans?|années?|years?"
)
_EVERY: Final = re.compile(
    rf"\b(?:every|each|for an?|per|chaque|toutes les|tous les|pendant une?) ({_UNIT})\b", re.IGNORECASE
)
"""A unit that stands for one of it."""
_WITHIN: Final = re.compile(
    r"\b(?:within|after|lasting|over|in|under|to|is|of|at (?:least|most)|up to|about|plus|and|another|next"
    rf"|sous|dans(?: les)?|après|de|d'|à) (?:an?|one|une?|la|le)"
    rf" (?:business |calendar |full |working |whole )?({_UNIT})\b(?! and a half)",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(
    r"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?) ?(?P<unit>hrs?|h|min|mins|mn|d|jrs?|j|wks?|yrs?|x)"
    r"(?: ?/ ?(?:mois|month|an|year|mo))?(?![\w/])",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(
    r"(?P<before>€|EUR|euros?)? ?(?<![\w.,])(?P<number>\d+(?:[.,  ]\d+)*) ?"
    r"(?P<size>k|K|M|m(?=€|illions?)|Mio|mn)(?:illions?)?(?: ?(?:d'|of )?(?P<after>€|EUR|euros?))?(?![\w])"
)
_DAY_PLUS: Final = re.compile(r"\b[JDT] ?\+ ?(\d+)\b")
_ONE_A: Final = re.compile(
    r"\b(?:an?|one|une?) (?:[^\W\d]+ ){1,2}?(?=(?:an?|per|each|every|par|chaque) (?:year|an|année|contract)\b)",
    re.IGNORECASE,
)
"""One of something a year."""
_NET: Final = re.compile(r"\bnet (\d+)\b(?! ?(?:days|jours))|\b(\d+) (?:net|fin de mois)\b", re.IGNORECASE)
_FRACTIONS: Final[tuple[tuple[str, float, str], ...]] = (
    (r"half (?:a |an )?(?:business |working )?day|une? demi-journée|demi-journée|half-day", 0.5, "days"),
    (r"half (?:an )?hour|half-hour|(?:une )?demi-heure", 0.5, "hours"),
    (r"(?:a )?quarter of an hour|quarter[- ]hour|(?:un )?quart d'heure", 0.25, "hours"),
    (r"three quarters of an hour|trois quarts d'heure", 0.75, "hours"),
    (r"an hour and a half|une heure et demie", 1.5, "hours"),
    (r"(?:a|one) day and a half|un jour et demi", 1.5, "days"),
    (r"(?:a|one) month and a half|un mois et demi", 1.5, "months"),
    (r"(?:a|one) year and a half|un an et demi|eighteen months|dix-huit mois", 18, "months"),
    (r"(?:a )?fortnight|(?:une )?quinzaine(?: de jours)?", 15, "days"),
    (r"a couple of weeks", 2, "weeks"),
    (r"a couple of days", 2, "days"),
    (r"(?:sous|dans la) huitaine", 8, "days"),
    (r"six months?|half a year|(?:un )?semestre", 6, "months"),
    (r"half the|la moitié|half of", 50, "%"),
)
_PHRASES: Final = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), value, unit) for words, value, unit in _FRACTIONS
)
_GLOSS: Final = re.compile(r"[ ,]*(?:\(|soit\b|i\.?e\.?|that is|c'est-à-dire|\(soit|ie\b)[ ,:]*$", re.IGNORECASE)
_LATIN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `request[start:end]`, with its unit in English; `is_frequency` for a word such as "daily"."""

    value: float
    unit: str
    start: int
    end: int
    is_frequency: bool = False


def figures(request: str, lang: Language) -> list[Figure]:
    """The figures of the request, in order. Of one that is said twice ("a day and a half, i.e. 12 hours") the last."""
    text = _NOT_FIGURES.sub(lambda found: "·" * len(found[0]), request.replace("’", "'"))
    found: list[Figure] = []
    for reading in (_compact(text), _written(text, lang), _frequencies(text)):
        for one in reading:
            if not any(one.start < each.end and each.start < one.end for each in found):
                found.append(one)
    found.sort(key=lambda figure: figure.start)
    return [
        one
        for one, after in zip_longest(found, found[1:])
        if after is None or one.is_frequency or not _GLOSS.fullmatch(_between(text, one, after))
    ]


def unit_of(words: str) -> str:
    """The first unit of measure in `words`; `other` for anything that is counted by itself."""
    places = [(found.start(), unit) for unit, pattern in UNITS if (found := re.search(pattern, words, re.IGNORECASE))]
    return min(places)[1] if places else "other"


def _between(text: str, one: Figure, after: Figure) -> str:
    """What stands between two figures, without the unit's own attribute ("un mois ouvré soit 20 jours")."""
    return re.sub(r"^ ?(?:ouvrée?s?|calendaires?|francs?)\b", "", text[one.end : after.start])


def _compact(text: str) -> Iterator[Figure]:
    """Figures with a unit of a letter, amounts in thousands, fractions, and days after a date."""
    for found in _THOUSANDS.finditer(text):
        size = 1_000 if found["size"].lower() == "k" else 1_000_000
        yield Figure(_decimal(found["number"]) * size, "€", *found.span())
    for found in _COMPACT.finditer(text):
        yield _measured(_decimal(found["number"]), unit_of(found["unit"]), *found.span())
    for found in _DAY_PLUS.finditer(text):
        yield Figure(float(found[1]), "days", *found.span())
    for found in _ONE_A.finditer(text):
        yield Figure(1.0, "times", found.start(), found.end() - 1)
    for found in _NET.finditer(text):
        yield Figure(float(found[1] or found[2]), "days", *found.span())
    for pattern, value, unit in _PHRASES:
        for found in pattern.finditer(text):
            yield Figure(value, unit, *found.span())


def _written(text: str, lang: Language) -> Iterator[Figure]:
    """Figures and numerals with the words for their units."""
    for one in quantities(text, lang):
        said = text[one.start : one.end]
        if one.unit or not (following := re.match(rf" ?({_UNIT}|x)\b", text[one.end :], re.IGNORECASE)):
            end, unit = one.end, one.unit
        else:
            end, unit = one.end + following.end(), unit_of(following[1])
        if not _is_word(said, one.value, unit, one.firm):
            yield _measured(one.value, unit, one.start, end)
    for found in _WITHIN.finditer(text):
        yield _measured(1.0, unit_of(found[1]), *found.span(1))


def _frequencies(text: str) -> Iterator[Figure]:
    for found in _LATIN.finditer(text):
        if found[0].lower() in _FREQUENCIES:
            yield Figure(*_FREQUENCIES[found[0].lower()], *found.span(), is_frequency=True)
    for found in _EVERY.finditer(text):
        one = _measured(1.0, unit_of(found[1]), *found.span())
        yield Figure(one.value, one.unit, one.start, one.end, is_frequency=True)


def _measured(value: float, unit: str, start: int, end: int) -> Figure:
    """Quarters and half-years as months."""
    many, unit = _LONGER.get(unit, (1, unit))
    return Figure(value * many, unit, start, end)


def _decimal(digits: str) -> float:
    digits = re.sub(r"[  ](?=\d{3})", "", digits)
    return float(re.sub(r"[,.](?=\d{3}\b)", "", digits).replace(",", "."))


def _is_word(said: str, value: float, unit: str, firm: bool) -> bool:
    """Whether "a", "one" or "un" is just the article, which it is without a unit, or "quarterly" a frequency."""
    return (not firm and value == 1 and not unit) or said.strip().lower() in _FREQUENCIES
