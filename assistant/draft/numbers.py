"""The figures of a request, each put into the variable that it is about.

A figure fits a variable by its unit, by the words next to it, which are those of the variable's label and of `cues.yaml`, and
by its range. The nearer a word stands, and the fewer variables share it, the more it counts. Where variables come by
severity (P1, P2, P3), the one whose severity is in force at the figure is meant. A figure without telling words goes where
nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.draft.figures import Figure, figures, unit_of
from assistant.draft.phrase import Word, is_negated, loosely, occurrences, words
from assistant.draft.said import Said
from knowledge.clause import Clause, Value, Variable
from knowledge.cues import Cues
from knowledge.lexical import terms
from knowledge.models import Language

ENOUGH: Final = 0.9
"""Score from which a figure is put into a variable."""
ALONE: Final = 0.55
"""Score from which a figure is put into the only variable that it can be about."""
CLEARLY: Final = 0.3
"""How much better a variable must fit than the next, by range or unit, to be the one that can be meant."""
IN_ORDER: Final = 0.2
"""What it adds that the figures of one severity stand in the order of its variables."""
_HOURS: Final[Mapping[str, float]] = {
    "minutes": 1 / 60,
    "hours": 1,
    "days": 24,
    "weeks": 168,
    "months": 720,
    "years": 8760,
}
"""Hours of each unit; a month of notice is thirty days."""
_EXACT: Final[Mapping[tuple[str, str], float]] = {
    ("years", "months"): 12,
    ("months", "years"): 1 / 12,
    ("weeks", "months"): 0.25,
}
_WORKING: Final[Mapping[tuple[str, str], float]] = {
    ("days", "hours"): 8, ("weeks", "hours"): 40, ("weeks", "days"): 5, ("months", "days"): 20,
}  # fmt: skip
"""How many business hours or days a period makes: a day of eight hours, a week of five days."""
_A_YEAR: Final[Mapping[str, float]] = {"months": 12, "years": 1}
"""How often a year what comes every month or year does: "an annual audit" is one a year."""
_BREAK: Final = re.compile(r"[,;:.()]|\b(?:and|et|with|avec|then|puis|but|mais|of which|dont|plus)\b", re.IGNORECASE)
_PER: Final = re.compile(r"\b(?:par|per|a|chaque|each) (?:contract )?(?:ans?|année|year|mois|month)\b")
"""What a count is counted by is not its unit."""
_LATIN: Final = re.compile(r"[^\W\d_]+", re.IGNORECASE)
_SEVERITY: Final = re.compile(
    r"\bP ?(?P<mark>[1-3])\b|(?P<first>\b(?:criticals?|blocking|urgent|critiques?|bloquant\w*|urgent\w*)\b)"
    r"|(?P<second>\b(?:majors?|majeure?s?)\b)|(?P<third>\b(?:minors?|mineure?s?)\b)",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"[ ]*(?:business |working |ouvrée?s? )?(?:for|on|to|pour|en|sur|aux?|des?|in|les|the|une?|a|[ ])*"
    r"(?:(?!and |et |then |puis )[^\W\d]+ ){0,2}",
    re.IGNORECASE,
)
_BY_SEVERITY: Final = re.compile(r"_p([1-3])_")


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
    severities = _severities(request, found) if any(map(_severity, numeric)) else {}
    none = {one.name: one for one in _none_said(numeric, cues, around, request, lang)}
    scored = []
    for figure in found:
        for order, variable in enumerate(numeric):
            value, fit = _fit(figure, variable)
            if fit <= 0 or variable.name in none or _severity(variable) not in (0, severities.get(figure, 0)):
                continue
            fit += IN_ORDER if figure in severities and _in_order(figure, variable, severities, numeric) else 0
            near = _nearness(figure, vocabulary[variable.name], around, request, lang)
            scored.append((fit + near - 0.001 * order, near, figure, variable.name, value))
    said = _settled(scored, request) | none
    used = {one.start for one in said.values()}
    left = [figure for figure in found if figure.start not in used and not figure.is_frequency]
    return sorted(said.values(), key=lambda one: one.start), left


def _settled(scored: list[tuple[float, float, Figure, str, Value]], request: str) -> dict[str, Said]:
    """The best pairs first; then what is left goes where one variable alone, or clearly one, can be meant."""
    said: dict[str, Said] = {}
    used: set[Figure] = set()

    def put(score: float, figure: Figure, name: str, value: Value) -> None:
        said[name] = Said(name, value, request[figure.start : figure.end], figure.start, score)
        used.add(figure)

    for score, near, figure, name, value in sorted(scored, key=lambda entry: -entry[0]):
        enough = score >= ENOUGH and (not figure.is_frequency or near >= 0.35)
        if enough and name not in said and figure not in used:
            put(score, figure, name, value)
    for figure in dict.fromkeys(entry[2] for entry in scored):
        rest = [entry for entry in scored if entry[2] == figure and entry[3] not in said]
        rest.sort(key=lambda entry: -entry[0])
        clear = rest and (len(rest) == 1 or rest[0][1] > 1.2 * rest[1][1] + 0.05 or rest[0][0] > rest[1][0] + CLEARLY)
        if clear and figure not in used and not figure.is_frequency and rest[0][0] >= ALONE:
            score, _, _, name, value = rest[0]
            put(score, figure, name, value)
    return said


def _none_said(
    numeric: Sequence[Variable], cues: Cues, around: list[Word], request: str, lang: Language
) -> Iterator[Said]:
    """Variables that may be nought and are said not to be: "no automatic renewal", "sans cyber"."""
    for variable in numeric:
        if variable.minimum != 0:
            continue
        for phrase in cues.values.get(variable.name, {}).get("0", {}).get(lang, ()):
            for first, after in loosely(phrase, around, request, lang):
                start, end = around[first].start, around[after - 1].end
                if is_negated(start, request) and not request[:start].endswith("not to "):
                    yield Said(variable.name, 0, request[start:end], start, 1.0)


def _severity(variable: Variable) -> int:
    found = _BY_SEVERITY.search(variable.name)
    return int(found[1]) if found else 0


def _in_order(
    figure: Figure, variable: Variable, severities: Mapping[Figure, int], numeric: Sequence[Variable]
) -> bool:
    """Whether the figure stands among those of its severity where the variable stands among its own: response, then repair."""
    level = severities[figure]
    said = [one for one in severities if severities[one] == level]
    known = [one.name for one in numeric if _severity(one) == level]
    return len(said) == len(known) and variable.name in known and known.index(variable.name) == said.index(figure)


def _severities(request: str, found: Sequence[Figure]) -> dict[Figure, int]:
    """The severity in force at each figure: named right after it ("2h for P2"), else last before it, else the first."""
    marks = [
        (one.start(), one.end(), int(one["mark"]) if one["mark"] else 1 if one["first"] else 2 if one["second"] else 3)
        for one in _SEVERITY.finditer(request)
    ]
    in_force = {}
    for figure in found:
        after = next(
            (level for start, _, level in marks if start >= figure.end and _OF.fullmatch(request, figure.end, start)), 0
        )
        before = [level for _, end, level in marks if end <= figure.start]
        in_force[figure] = after or (before[-1] if before else 1)
    return in_force


def _overlaps(figure: Figure, taken: Sequence[Said]) -> bool:
    return any(one.start < figure.end and figure.start < one.end for one in taken)


def _fit(figure: Figure, variable: Variable) -> tuple[Value, float]:
    """The figure in the variable's unit, and how well units and range agree; nothing above zero where they cannot."""
    unit = _unit(variable)
    value, fit = figure.value, 0.0
    if figure.unit == unit:
        fit = 1.0
    elif figure.unit in _HOURS and unit in _HOURS:
        value, fit = figure.value * _rate(figure.unit, unit, variable), 0.55
    elif unit == "other" and figure.unit in ("", "times"):
        fit = 0.5
    elif unit == "other" and figure.is_frequency and figure.unit in _A_YEAR and _PER.search(_unit_words(variable)):
        value, fit = _A_YEAR[figure.unit] / figure.value, 0.5
    if not fit:
        return None, 0.0
    if abs(value - round(value)) < 1e-6:
        value = round(value)
    elif variable.type == "integer":
        return None, 0.0
    return value, fit + (0.1 if variable.is_in_range(value) else -0.25)


def _rate(given: str, wanted: str, variable: Variable) -> float:
    """How many of the variable's unit one of the given makes."""
    is_working = "business" in (variable.unit or {}).get("en", "")
    if is_working and (given, wanted) in _WORKING:
        return _WORKING[given, wanted]
    return _EXACT.get((given, wanted), _HOURS[given] / _HOURS[wanted])


def _unit(variable: Variable) -> str:
    return unit_of(_PER.sub("", _unit_words(variable)))


def _unit_words(variable: Variable) -> str:
    return " ".join((variable.unit or {}).values()).lower()


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
