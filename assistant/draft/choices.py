"""What a request settles without a figure: choices, yes or no, lists of items, a court.

The words for each value are data (`cues.yaml`). A cue of several words is found with a few others between; a negation in force
turns yes into no, and takes a choice away. A list is what the request names where it names several or says "only"; a single
item, or one after "also", is added to the usual ones, and what is excepted is taken out of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from assistant.draft.phrase import Word, is_negated, loosely, words
from assistant.draft.said import Said
from knowledge.clause import Clause, Texts, Value, Variable
from knowledge.cues import Cues
from knowledge.models import Language, Position

_ONLY: Final = re.compile(
    r"\b(?:only|just|solely|exclusively|limited to|restricted to"
    r"|seule?s?|seulement|uniquement|exclusivement|limitée?s?|réservée?s?)\b",
    re.IGNORECASE,
)
_ALSO: Final = re.compile(
    r"\b(?:also|as well|too|in addition|plus|add(?:ing)?|including|aussi|également|en plus|en outre|ajouter|y compris)\b",
    re.IGNORECASE,
)
_EXCEPT: Final = re.compile(
    r"\b(?:except|excluding|excluded|other than|but not|hors|sauf|exclue?s?|à l'exception)\b", re.IGNORECASE
)
_UNLESS: Final = re.compile(r" (?:\S+ )?(?:without|unless|except|sans|sauf)\b", re.IGNORECASE)
"""After a value, what follows says it better: "no subcontracting without our consent"."""
_END: Final = re.compile(r"[;.](?=\s|$)")
_PLACE: Final = r"(?P<{}>[A-ZÉ][\w'’-]+(?:[ -](?:[A-ZÉ][\w'’-]+|en|sur|de|la|le)(?=[ ,;.-]|$))*)"
_COURT: Final = re.compile(
    r"\b(?:tribun(?:al|aux)|juridictions?|cours?|courts?)"
    r"(?: (?P<kind>de commerce|des activités économiques|commercial|compétents?))?"
    rf" (?P<of>d[eu']|of|in|à|au) ?{_PLACE.format('after')}"
    rf"|{_PLACE.format('before')} (?P<english>commercial )?courts?\b",
)


class _Hit(NamedTuple):
    score: float
    value: str | bool
    start: int
    end: int


def choices_said(
    request: str, lang: Language, clause: Clause, cues: Cues, position: Position = "balanced"
) -> Iterator[Said]:
    """What the request says of the variables that are no figures. What a list starts from depends on the position."""
    around = words(request, lang)
    used: set[tuple[int, int]] = set()
    for variable in clause.variables.values():
        if variable.type in ("choice", "boolean"):
            hits = [hit for hit in _hits(variable, cues, around, request, lang) if (hit.start, hit.end) not in used]
            if hits:
                best = max(hits, key=lambda hit: (hit.score, -hit.start))
                used.add((best.start, best.end))
                yield Said(variable.name, best.value, request[best.start : best.end], best.start, best.score)
        elif variable.type == "list":
            yield from _listed(variable, clause.default(variable.name, position), cues, around, request, lang)
        elif variable.name == "court" and (court := _court(request)):
            value, start, end = court
            yield Said(variable.name, value, request[start:end], start, 1.0)


def _hits(variable: Variable, cues: Cues, around: list[Word], request: str, lang: Language) -> Iterator[_Hit]:
    """The values that the request speaks for; a longer cue counts more, one with words between a little less."""
    for value, phrases in _told(variable, cues, lang):
        for phrase in phrases:
            for first, after in loosely(phrase, around, request, lang):
                start, end = around[first].start, around[after - 1].end
                negated = is_negated(start, request, (phrase, end))
                length = len(phrase.split())
                score = length - 0.1 * (after - first - length)
                if not negated:
                    yield _Hit(score - (1.5 if _UNLESS.match(request, end) else 0), value, start, end)
                elif value is True:
                    yield _Hit(score + 0.5, False, start, end)


def _listed(
    variable: Variable, usual: Value, cues: Cues, around: list[Word], request: str, lang: Language
) -> Iterator[Said]:
    """The items that the request names, where it speaks of the list at all."""
    anchors = cues.variables.get(variable.name, {}).get(lang, ())
    spoken = [around[first].start for phrase in anchors for first, _ in loosely(phrase, around, request, lang)]
    if (anchors and not spoken) or not cues.values.get(variable.name):
        return
    where = _sentence(request, spoken[0]) if spoken else (0, len(request))
    named: dict[str, _Hit] = {}
    taken_out: set[str] = set()
    for value, phrases in _told(variable, cues, lang):
        for phrase in phrases:
            for first, after in loosely(phrase, around, request, lang):
                hit = _Hit(1.0, value, around[first].start, around[after - 1].end)
                if where[0] <= hit.start < where[1] and isinstance(value, str):
                    before = request[max(where[0], hit.start - 40) : hit.start]
                    if is_negated(hit.start, request) or _EXCEPT.search(before):
                        taken_out.add(value)
                    else:
                        named.setdefault(value, hit)
    items = _items(variable, usual, set(named), taken_out, request[slice(*where)])
    if items is not None and (named or taken_out):
        start = min((hit.start for hit in named.values()), default=where[0])
        end = max((hit.end for hit in named.values()), default=where[1])
        yield Said(variable.name, items, request[start:end], start, 1.0)


def _items(variable: Variable, usual: Value, named: set[str], taken_out: set[str], said: str) -> Value:
    """The list that is meant, in the order of the library; `None` where it is the usual one."""
    default = {item for item in usual if isinstance(item, str)} if isinstance(usual, tuple) else set()
    if not named:
        wanted = default - taken_out
    elif _ALSO.search(said) and not _ONLY.search(said):
        wanted = (default | named) - taken_out
    elif len(named) > 1 or _ONLY.search(said):
        wanted = named
    else:
        wanted = (default | named) - taken_out
        if wanted == default:
            return None
    order = [choice.value for choice in variable.choices]
    return tuple(str(value) for value in order if value in wanted) or None


def _sentence(request: str, at: int) -> tuple[int, int]:
    before = [end.end() for end in _END.finditer(request, 0, at)]
    after = _END.search(request, at)
    return (before[-1] if before else 0, after.start() if after else len(request))


def _court(request: str) -> tuple[Texts, int, int] | None:
    """The commercial court of the town that is named, as either language says it, and where the request names it."""
    found = _COURT.search(request)
    if found is None:
        return None
    town = (found["after"] or found["before"]).strip()
    if found["of"] in ("du", "au"):
        town = f"Le {town}"
    named = town.removeprefix("Le ")
    of = "du " if named != town else "d'" if re.match(r"[AEIOUYÉÈH]", town) else "de "
    if found["kind"] == "des activités économiques":
        french = f"le tribunal des activités économiques {of}{named}"
        english = f"the court of economic activities (*tribunal des activités économiques*) of {town}"
    else:
        french = f"le tribunal de commerce {of}{named}, ou le tribunal des activités économiques qui l'a remplacé"
        english = (
            f"the commercial court of {town}, or the court of economic activities (*tribunal des activités économiques*) "
            "that has taken its place"
        )
    return {"en": english, "fr": french}, found.start(), found.end()


def _told(variable: Variable, cues: Cues, lang: Language) -> Iterator[tuple[str | bool, Iterable[str]]]:
    told = cues.values.get(variable.name, {})
    known = {str(choice.value).lower(): choice.value for choice in variable.choices}
    for value, phrases in told.items():
        if str(value).lower() in known:
            yield known[str(value).lower()], phrases.get(lang, ())
    for choice in variable.choices:
        if isinstance(choice.value, str) and not told and len(choice.value) > 3:
            yield choice.value, [choice.value.replace("-", " ")]
