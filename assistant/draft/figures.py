"""The figures of a request, each put into the variable that it is about.

A figure fits a variable by its unit, by the words next to it, which are those of the variable's label and of `cues.yaml`, and
by its range. The nearer a word stands, and the fewer variables share it, the more it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.draft.phrase import Word, occurrences, words
from knowledge.clause import Clause, Value, Variable
from knowledge.cues import Cues
from knowledge.lexical import terms
from knowledge.models import Language
from knowledge.quantity import quantities

ENOUGH: Final = 0.9
"""Score from which a figure is put into a variable."""
_UNITS: Final = (
    ("hours", r"heures?|hours?"),
    ("days", r"jours?|days?"),
    ("weeks", r"semaines?|weeks?"),
    ("months", r"mois|months?"),
    ("years", r"ans?\b|années?|years?"),
    ("minutes", r"minutes?|min\b"),
    ("€", r"€|eur\b|euros?"),
    ("%", r"%"),
    ("times", r"times|fois"),
)
_CONVERTED: Final[Mapping[tuple[str, str], float]] = {
    ("months", "days"): 30, ("weeks", "days"): 7, ("years", "months"): 12, ("days", "hours"): 24, ("hours", "minutes"): 60,
    ("years", "days"): 365, ("weeks", "hours"): 168, ("days", "months"): 1 / 30, ("months", "years"): 1 / 12,
    ("minutes", "hours"): 1 / 60, ("hours", "days"): 1 / 24, ("weeks", "months"): 0.25,
}  # fmt: skip
"""How many of the second unit one of the first makes; a month of notice is thirty days."""
_BREAK: Final = re.compile(r"[,;:.()]|\b(?:and|et|with|avec|then|puis|but|mais|of which|dont)\b", re.IGNORECASE)
_NOT_FIGURES: Final = re.compile(
    r"\b24 ?(?:h(?:eures)?|hours)?(?: ?[/x] ?| sur )(?:24|7)\b|\b7 ?(?:j|d)?/7\b|\b7 jours sur 7\b|\bP[1-4]\b",
    re.IGNORECASE,
)
_WORDS_FOR: Final[Mapping[tuple[float, str], str]] = {
    (1, "times"): "once",
    (2, "times"): "twice",
    (1, "days"): "daily quotidien quotidiens quotidienne quotidiennes",
    (1, "weeks"): "weekly hebdomadaire hebdomadaires",
    (1, "months"): "monthly mensuel mensuels mensuelle mensuelles",
    (3, "months"): "quarterly trimestriel trimestriels trimestrielle trimestrielles",
    (6, "months"): "half-yearly semestriel semestriels semestrielle semestrielles",
    (1, "years"): "yearly annual annually annuel annuels annuelle annuelles",
}
_FREQUENCIES: Final = {word: measure for measure, words in _WORDS_FOR.items() for word in words.split()}
_EVERY: Final = re.compile(
    r"\b(?:every|each|for an?|chaque|toutes les|tous les|pendant une?) "
    r"(minutes?|heures?|hour|jours?|day|semaines?|week|mois|month|ans?|années?|year)\b",
    re.IGNORECASE,
)
"""A unit that stands for one of it."""
_PER: Final = re.compile(r"\b(?:par|per|a|chaque|each) (?:contract )?(?:ans?|année|year|mois|month)\b")
"""What a count is counted by is not its unit."""
_LATIN: Final = re.compile(r"[^\W\d_]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `request[start:end]`, with its unit in English; `is_frequency` for a word such as "daily"."""

    value: float
    unit: str
    start: int
    end: int
    is_frequency: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a request says of a variable: `quote` are the words relied on, which stand at `start` of what was read."""

    name: str
    value: Value
    quote: str
    start: int
    score: float

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.quote)


def figures(request: str, lang: Language) -> list[Figure]:
    """The figures of the request, in order."""
    text = _NOT_FIGURES.sub(lambda found: "·" * len(found[0]), request)
    found = [
        Figure(quantity.value, quantity.unit, quantity.start, quantity.end)
        for quantity in quantities(text, lang)
        if not _is_word(text[quantity.start : quantity.end], quantity.value, quantity.unit, quantity.firm)
    ]
    taken = [(figure.start, figure.end) for figure in found]
    named = [
        (word.start(), word.end(), _FREQUENCIES[word[0].lower()])
        for word in _LATIN.finditer(text)
        if word[0].lower() in _FREQUENCIES
    ]
    every = [(one.start(), one.end(), (1.0, _unit_of(one[1]))) for one in _EVERY.finditer(text)]
    for start, end, (value, unit) in (*named, *every):
        if not any(first < end and start < last for first, last in taken):
            found.append(Figure(value, unit, start, end, is_frequency=True))
    return sorted(found, key=lambda figure: figure.start)


def _is_word(said: str, value: float, unit: str, firm: bool) -> bool:
    """Whether "a", "one" or "un" is just the article, which it is without a unit, or "quarterly" a frequency."""
    return (not firm and value == 1 and not unit) or said.strip().lower() in _FREQUENCIES


def numbers_said(
    request: str, lang: Language, clause: Clause, cues: Cues, taken: Sequence[Said] = ()
) -> tuple[list[Said], list[Figure]]:
    """The numeric variables that the request gives, and the figures that fit none.

    Figures within what is `taken` already say something else: "twelve months' fees" is no time.
    """
    found = [figure for figure in figures(request, lang) if not _overlaps(figure, taken)]
    numeric = [variable for variable in clause.variables.values() if variable.type in ("integer", "number")]
    vocabulary = _vocabulary(numeric, cues, lang)
    around = words(request, lang)
    scored = []
    for figure in found:
        for order, variable in enumerate(numeric):
            value, fit = _fit(figure, variable, lang)
            if fit <= 0:
                continue
            near = _nearness(figure, vocabulary[variable.name], around, request, lang)
            score = fit + near - 0.001 * order
            if score >= ENOUGH and (not figure.is_frequency or near >= 0.5):
                scored.append((score, figure, variable.name, value))
    said: dict[str, Said] = {}
    used: set[Figure] = set()
    for score, figure, name, value in sorted(scored, key=lambda entry: -entry[0]):
        if name not in said and figure not in used:
            said[name] = Said(name, value, request[figure.start : figure.end], figure.start, score)
            used.add(figure)
    left = [figure for figure in found if figure not in used and not figure.is_frequency]
    return sorted(said.values(), key=lambda one: one.start), left


def _overlaps(figure: Figure, taken: Sequence[Said]) -> bool:
    return any(one.start < figure.end and figure.start < one.end for one in taken)


def _fit(figure: Figure, variable: Variable, lang: Language) -> tuple[Value, float]:
    """The figure in the variable's unit, and how well units and range agree; nothing above zero where they cannot."""
    unit = _unit(variable)
    value, fit = figure.value, 0.0
    if figure.unit == unit:
        fit = 1.0
    elif (figure.unit, unit) in _CONVERTED:
        value, fit = figure.value * _CONVERTED[figure.unit, unit], 0.55
    elif unit == "other" and figure.unit in ("", "times"):
        fit = 0.5
    if not fit:
        return None, 0.0
    if abs(value - round(value)) < 1e-9:
        value = round(value)
    elif variable.type == "integer":
        return None, 0.0
    return value, fit + (0.1 if variable.is_in_range(value) else -0.25)


def _unit(variable: Variable) -> str:
    words = _PER.sub("", " ".join((variable.unit or {}).values()).lower())
    return _unit_of(words)


def _unit_of(words: str) -> str:
    """The first unit of measure in `words`; `other` for anything that is counted by itself."""
    places = [(found.start(), unit) for unit, pattern in _UNITS if (found := re.search(pattern, words, re.IGNORECASE))]
    return min(places)[1] if places else "other"


def _vocabulary(variables: Sequence[Variable], cues: Cues, lang: Language) -> dict[str, dict[str, float]]:
    """For each variable the phrases that point to it, with their weights: the fewer variables share one, the more."""
    phrases: dict[str, dict[str, float]] = {}
    for variable in variables:
        label = {word: 0.5 for word in _LATIN.findall(variable.label[lang].lower()) if terms(word, lang).stems}
        unit = {
            word: 0.5 for word in _LATIN.findall((variable.unit or {"en": "", "fr": ""})[lang].lower()) if len(word) > 3
        }
        told = dict.fromkeys(cues.variables.get(variable.name, {}).get(lang, ()), 1.0)
        phrases[variable.name] = {**unit, **label, **told}
    shared: dict[str, int] = {}
    for known in phrases.values():
        for phrase in known:
            shared[phrase] = shared.get(phrase, 0) + 1
    return {
        name: {phrase: weight / shared[phrase] ** 0.5 for phrase, weight in known.items()}
        for name, known in phrases.items()
    }


def _nearness(figure: Figure, phrases: Mapping[str, float], around: list[Word], request: str, lang: Language) -> float:
    """How much of the vocabulary stands around the figure: weight by distance, halved beyond each break between."""
    total = 0.0
    for phrase, weight in phrases.items():
        places = ((around[a].start, around[b - 1].end) for a, b in occurrences(phrase, around, lang))
        best = max((_closeness(figure, start, end, request) for start, end in places), default=0.0)
        total += weight * best
    return min(total, 2.0)


def _closeness(figure: Figure, start: int, end: int, request: str) -> float:
    if start < figure.end and end > figure.start:
        between = ""
    else:
        between = request[figure.end : start] if start >= figure.end else request[end : figure.start]
    breaks = len(_BREAK.findall(between))
    return 1 / (1 + len(between.split()) / 4) * 0.35**breaks


def choices_said(request: str, lang: Language, clause: Clause, cues: Cues) -> Iterator[Said]:
    """The choices and yes-or-no variables that the request settles: by a cue, or by words that only one label has."""
    around = words(request, lang)
    used: set[tuple[int, int]] = set()
    for variable in clause.variables.values():
        if variable.type not in ("choice", "boolean"):
            continue
        found = [
            (end - start, value, start, end)
            for value, phrases in _told(variable, cues, lang)
            for phrase in phrases
            for first, after in occurrences(phrase, around, lang)
            for start, end in ((around[first].start, around[after - 1].end),)
            if (start, end) not in used
        ]
        if found:
            length, value, start, end = max(found, key=lambda entry: (entry[0], -entry[2]))
            used.add((start, end))
            yield Said(variable.name, value, request[start:end], start, float(length))


def _told(variable: Variable, cues: Cues, lang: Language) -> Iterator[tuple[str | bool, Iterable[str]]]:
    told = cues.values.get(variable.name, {})
    known = {str(choice.value).lower(): choice.value for choice in variable.choices}
    for value, phrases in told.items():
        if str(value).lower() in known:
            yield known[str(value).lower()], phrases.get(lang, ())
    for choice in variable.choices:
        if isinstance(choice.value, str) and not told and len(choice.value) > 3:
            yield choice.value, [choice.value.replace("-", " ")]
