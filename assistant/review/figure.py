"""Another figure in the place of one that stands in a sentence, written as the sentence writes it: in digits, words or both."""

from __future__ import annotations

import re
from typing import Final

from assistant.review.measure import Figure, numbers
from knowledge.models import Language
from knowledge.typography import SPELLED_UP_TO, number, spelled
from knowledge.wording import fold

_ADJECTIVE = re.compile(r"\s(?:ouvrée?|ouvrable|franc|calendaire|civile?)s?(?!\w)")
_ELIDED = re.compile(r"\bd['’]$", re.IGNORECASE)
_FULL = re.compile(r"\bde\s$", re.IGNORECASE)
_ONE = re.compile(r"une?\b", re.IGNORECASE)
_BOTH = re.compile(r"(?P<first>[^()]+?)(?P<open>\s*\(\s*)(?P<second>[^()]+?)(?P<close>\s*\))")
_FEMININE = re.compile(r"\s+(?:heure|minute|seconde|semaine|année|journée|fois)", re.IGNORECASE)
_INVARIABLE: Final = frozenset({"mois", "h", "j", "min", "mn", "fois"})
_PLURAL: Final = {"en": 1.0001, "fr": 2.0}
"""From which number on a language writes the plural."""
LEAST: Final = 1e-6
ROUND: Final = 5e-4
"""The share by which a number may be off that was turned from one unit into another: a month is a twelfth of a year."""


def refigure(quote: str, folded: str, figure: Figure, bound: float, lang: Language) -> tuple[int, int, str] | None:
    """From where to where in `quote` the number of `figure` stands, and what is to stand there for its value to be `bound`.

    `folded` is the sentence in which the figure was read, its offsets not those of `quote`. `None` where the figure is not
    written as a number, or would become no whole one; shares alone may have decimals.
    """
    place = _place(quote, folded, figure)
    written = next(numbers(fold(quote), *place), None) if place else None
    if place is None or written is None or abs(written.value) < LEAST or abs(figure.value) < LEAST:
        return None
    exact = bound * written.value / figure.value
    value = round(exact, 2 if figure.unit == "%" else 0)
    if abs(value - exact) > ROUND * exact or not value:
        return None
    start, end = written.start, written.end
    start, said = _joined(quote, start, _said(quote, start, end, value, lang))
    plural = value >= _PLURAL[lang]
    if plural != (written.value >= _PLURAL[lang]):
        adjective = _ADJECTIVE.match(quote, place[1])
        last = max(place[1], adjective.end() if adjective else 0)
        said, end = said + _agreed(quote[end:last], plural=plural), last
    return start, end, said


def _place(quote: str, folded: str, figure: Figure) -> tuple[int, int] | None:
    """Where the figure stands in the quotation."""
    plain, snippet = fold(quote), folded[figure.start : figure.end]
    before, count = folded.count(snippet, 0, figure.start), folded.count(snippet)
    if not snippet.strip() or plain.count(snippet) != count:
        return None
    at = -1
    for _ in range(before + 1):
        at = plain.find(snippet, at + 1)
    return (at, at + len(snippet)) if at >= 0 else None


def _said(quote: str, start: int, end: int, value: float, lang: Language) -> str:
    """The number as the one from `start` to `end` is written: "3", "three", "three (3)", "3 (three)"."""
    written = quote[start:end]
    is_feminine = bool(_FEMININE.match(quote, end))

    def like(model: str) -> str:
        if value % 1 or value > SPELLED_UP_TO or any(map(str.isdigit, model)):
            return number(value, lang).replace(" ", _blank(model))
        words = spelled(int(value), lang, is_feminine=is_feminine)
        return words.upper() if model.isupper() else words.capitalize() if model[0].isupper() else words

    both = _BOTH.fullmatch(written)
    if both is None or value % 1:
        return like(both["first"] if both else written)
    return f"{like(both['first'])}{both['open']}{like(both['second'])}{both['close']}"


def _joined(quote: str, start: int, said: str) -> tuple[int, str]:
    """From where the number is to be written, and how: "de trois mois" for "d'un mois", and the other way round."""
    before, is_one = _ELIDED.search(quote, 0, start), _ONE.match(said)
    if before and not is_one:
        return before.start(), ("De " if before[0][0] == "D" else "de ") + said
    full = _FULL.search(quote, 0, start)
    if full and is_one:
        return full.start(), f"{full[0][0]}'{said}"
    return start, said


def _blank(written: str) -> str:
    """The blank that stands between thousands: the one that is there, else one that does not break."""
    return next((sign for sign in written if sign in "\u202f\u00a0 "), "\u202f")


def _agreed(words: str, *, plural: bool) -> str:
    """Words after a number in the plural or the singular: "business day", "heures ouvrées"."""

    def agree(found: re.Match[str]) -> str:
        word = found[0]
        if word.lower() in _INVARIABLE or word.lower() in ("business", "working", "calendar", "full"):
            return word
        return (
            word + "s"
            if plural and not word.endswith("s")
            else word[:-1]
            if not plural and word.endswith("s")
            else word
        )

    return re.sub(r"[^\W\d_]{2,}", agree, words)
