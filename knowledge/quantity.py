"""Numbers in a text, as either language writes them: "12.40 %" and "12,40 %", "1,000" and "1 000", "three" and "trois"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from knowledge.models import LANGUAGES, Language

_SPACES: Final = " \u00a0\u202f"


class Quantity(NamedTuple):
    """A number at `text[start:end]`. `firm` ones must stand in the other language too; "one", "a second", "neuf" need not."""

    value: float
    unit: str
    firm: bool
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()


ITEM: Final = rf"(?:[LRD]\.?[{_SPACES}]?)?\d[\d.\-/]*(?:er\b|re\b)?(?: (?:bis|ter)\b)?(?:\([\da-z]+\))*"
_MEASURE: Final = (
    r"%|€|euros?|millions?|heures?|hours?|jours?|days?|semaines?|weeks?|mois|months?|ans|années?|years?"
    r"|\w+ (?:19|20)\d\d"
)
REFERENCE: Final = re.compile(
    r"\b(?:articles?|arts?\.|paragraphe?s?|chap(?:ter|itre)s?|titles?|titres?|recitals?|considérants?|alinéas?|no\.|nos\.|n°)"
    rf"[{_SPACES}]*{ITEM}(?:(?:,? (?:point|paragraphe) |, |,? (?:to|and|or|et|ou|à) ){ITEM}(?!\d|[{_SPACES}]*(?:{_MEASURE})))*",
    re.IGNORECASE,
)
"""What numbers an article or a law, to the end of the list; not a measure that happens to follow."""
_CODE = re.compile(rf"\bNIS[{_SPACES}]2\b|[^\W\d_]\d[\w.\-/]*|\d+(?:[-/]\d+)+(?:[-.]\d+)*|\d*\(\d+\)")
_CLOCK = re.compile(r"\b(\d{1,2})(?::|[ \u00a0\u202f]?h[ \u00a0\u202f]?)([0-5]\d)\b")
_AFTERNOON = re.compile(r"\b(\d{1,2}) ?p\.?m\b")
_DIGITS: Final = rf"(?<![\w.,])\d{{1,3}}(?:[{_SPACES},]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"

_WORDS: Final[dict[Language, str]] = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 "
    "thousand=1000",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt vingts=20 une=1 trente=30 quarante=40 cinquante=50 soixante=60 cent=100 cents=100 mille=1000",
}
_ORDINALS: Final[dict[Language, str]] = {
    "en": "third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 dozen=12 "
    "half-year=6 half-yearly=6 quarterly=3",
    "fr": "tiers=3 troisième=3 quatrième=4 cinquième=5 sixième=6 septième=7 huitième=8 neuvième=9 dixième=10 "
    "douzaine=12 quinzaine=15 semestre=6 semestriel=6 semestrielle=6 trimestriel=3 trimestrielle=3",
}
"""Words that may answer a number of the other language, and need no answer themselves."""


def _values(words: str) -> dict[str, int]:
    """What each word is worth: its place in the list, or what it says itself."""
    pairs = (word.partition("=") for word in words.split())
    return {word: int(value) if value else place for place, (word, _, value) in enumerate(pairs, 1)}


_SPELLED: Final = {lang: _values(_WORDS[lang]) for lang in LANGUAGES}
_LOOSE: Final = {lang: _values(_ORDINALS[lang]) for lang in LANGUAGES}
_AMBIGUOUS = re.compile(r"(?:un|une|one|two|deux|neuf)$|(?:cents?|mille|hundred|thousand)\b", re.IGNORECASE)
_UNITS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "%": "%|per ?cent", "€": "euros?|€|EUR", "hours": "hours?|h", "days": "days?", "weeks": "weeks?",
        "months": "months?", "years": "years?", "minutes": "minutes?", "times": "times",
    },
    "fr": {
        "%": "%|pour cent", "€": "euros?|€", "hours": "heures?|h", "days": "jours?|j", "weeks": "semaines?",
        "months": "mois", "years": "ans?|années?", "minutes": "minutes?|min", "times": "fois",
    },
}  # fmt: skip


def _number(lang: Language) -> re.Pattern[str]:
    """A number, written or spelled, with the unit that follows it directly or after one word ("48 business hours")."""
    word = "|".join(sorted(_SPELLED[lang], key=len, reverse=True))
    spelled = rf"\b(?:{word})(?:(?:-et-|-| et (?=une?\b|onze\b)| (?=hundred|thousand|cents?\b|mille))(?:{word}))*\b"
    unit = "|".join(f"(?P<unit{n}>{pattern})" for n, pattern in enumerate(_UNITS[lang].values()))
    loose = "|".join(_LOOSE[lang])
    return re.compile(
        rf"(?P<euro>EUR[{_SPACES}]|€)?(?:(?P<digits>{_DIGITS})(?:er|re|st|nd|rd|th|e)?\b|(?P<spelled>{spelled})|\b(?P<loose>{loose})s?\b)"
        rf"(?P<million>[{_SPACES}]?(?:millions?|M(?=€|\b)))?(?:d'|[\-{_SPACES}])*"
        rf"(?:(?:(?!(?:or|ou|to|à|and|et|if|si|million|euros?|EUR)\b)[a-zéè]+[ -])??(?:{unit})(?!\w))?",
        re.IGNORECASE,
    )


_NUMBERS: Final = {lang: _number(lang) for lang in LANGUAGES}


def quantities(text: str, lang: Language) -> Iterator[Quantity]:
    """The numbers of `text` in their order, but for those that name an article, a law or a standard.

    "12.40 %" and "12,40 %" are the same, so are "1,000" and "1 000", "17:00" and "17 h", "three" and "trois".
    """
    text = _CODE.sub(_blank, REFERENCE.sub(_blank, text))
    clocks = [*_clocks(text)]
    text = _AFTERNOON.sub(_blank, _CLOCK.sub(_blank, text))
    yield from sorted([*clocks, *_numbers(text, lang)], key=lambda quantity: quantity.start)


def _blank(found: re.Match[str]) -> str:
    """As many signs that are no words, so that what follows stays where it is."""
    return "¤" * len(found[0])


def _clocks(text: str) -> Iterator[Quantity]:
    for found in _CLOCK.finditer(text):
        yield Quantity(round(int(found[1]) + int(found[2]) / 60, 2), "hours", True, *found.span())
    for found in _AFTERNOON.finditer(text):
        yield Quantity(int(found[1]) + 12, "hours", True, *found.span())


def _numbers(text: str, lang: Language) -> Iterator[Quantity]:
    for found in _NUMBERS[lang].finditer(text):
        named = next((unit for n, unit in enumerate(_UNITS[lang]) if found[f"unit{n}"]), "")
        unit = named if not found["euro"] else "€"
        if found["loose"]:
            yield Quantity(_LOOSE[lang][found["loose"].lower()], "", False, *found.span())
            continue
        value = _written(found["digits"]) if found["digits"] else _spelled(found["spelled"], lang)
        firm = bool(found["digits"]) or not _AMBIGUOUS.match(found["spelled"])
        yield Quantity(value * (1_000_000 if found["million"] else 1), unit, firm, *found.span())


def _written(digits: str) -> float:
    digits = re.sub(rf"[{_SPACES}]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    return float(digits.replace(",", "."))


def _spelled(words: str, lang: Language) -> int:
    """The value of "vingt-quatre", "quatre-vingt-dix" or "two hundred"."""
    total = current = 0
    for word in re.split(r"[ -]+", words.lower()):
        value = _SPELLED[lang].get(word, 0)
        if value == 1000:
            total, current = total + max(current, 1) * value, 0
        elif value == 100 or (word.startswith("vingt") and current == 4):
            current = max(current, 1) * value
        else:
            current += value
    return total + current
