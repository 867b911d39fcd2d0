"""Clause types: their variables, positions, ladder and wording."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, get_args

from knowledge.check.forbidden import forbidden
from knowledge.check.rule import Texts, both_languages, citable, listed, review, unknown, wrong_keys
from knowledge.clause import LAWFUL
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language, Position

LADDER: Final = 3
POSITIONS: Final[tuple[str, ...]] = get_args(Position)

CLAUSE_KEYS: Final = frozenset(
    {"type", "title", "purpose", "topics", "authorities", "provenance", "licence", "reviewed_on", "review_due",
     "case_law", "variables", "positions", "red_flags", "ladder", "walk_away", "escalation"}
)  # fmt: skip
POSITION_KEYS: Final = (frozenset({"text", "why"}), frozenset({"defaults", "authorities"}))
STEP_KEYS: Final = frozenset({"id", "text", "give", "get"})
VARIABLE_KEYS: Final = (
    frozenset({"name", "label", "type", "unit", "default"}),
    frozenset({"minimum", "maximum", "choices", "hint", "required"}),
)
"""Of a position and of a variable: the keys that must stand there, and those that may."""
NUMERIC: Final = frozenset({"number", "integer"})
VARIABLE_TYPES: Final = NUMERIC | {"text", "choice", "list", "boolean", "date"}

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def clauses(library: Library) -> Iterator[str]:
    """What is wrong with each clause type."""
    for number, clause in enumerate(library.raw_clauses, 1):
        place = f"clauses/{clause.get('type', f'(number {number}, no type)')}.yaml"
        misnamed = list(wrong_keys(place, clause, CLAUSE_KEYS))
        yield from misnamed
        if not misnamed:
            yield from _clause(place, clause, library)


def _clause(place: str, clause: Mapping[str, Any], library: Library) -> Iterator[str]:
    for name in ("title", "purpose", "walk_away", "escalation"):
        yield from both_languages(f"{place}, {name}", clause[name])
    yield from unknown(f"{place}, topics", "topic", clause["topics"], library.topics)
    yield from citable(f"{place}, authorities", clause["authorities"], library)
    yield from review(place, clause)
    yield from _red_flags(f"{place}, red_flags", clause["red_flags"])
    variables = {variable.get("name"): variable for variable in clause["variables"]}
    for name, variable in variables.items():
        yield from _variable(f"{place}, variable {name}", variable)
    yield from _positions(place, clause["positions"], variables, library)
    yield from _ladder(f"{place}, ladder", clause["ladder"], variables)


def _red_flags(place: str, flags: Mapping[Language, list[str]]) -> Iterator[str]:
    if len(flags.get("en") or ()) != len(flags.get("fr") or ()) or not flags.get("fr"):
        yield f"{place}: not as many in French as in English"
        return
    for number, (en, fr) in enumerate(zip(flags["en"], flags["fr"], strict=True), 1):
        yield from both_languages(f"{place}, {number}", {"en": en, "fr": fr})


def _variable(place: str, variable: Mapping[str, Any]) -> Iterator[str]:
    missing = list(wrong_keys(place, variable, *VARIABLE_KEYS))
    yield from missing
    if missing:
        return
    kind = variable["type"]
    if kind not in VARIABLE_TYPES:
        yield f"{place}: type {kind!r} is none of {', '.join(sorted(VARIABLE_TYPES))}"
    yield from both_languages(f"{place}, label", variable["label"])
    if kind in ("choice", "list"):
        for choice in variable.get("choices") or ():
            labels = {lang: choice.get(lang) for lang in LANGUAGES}
            yield from both_languages(f"{place}, choice {choice.get('value')}", labels)
    if kind in NUMERIC:
        yield from _range(place, variable)
    yield from _value(f"{place}, default", variable, variable["default"])


def _range(place: str, variable: Mapping[str, Any]) -> Iterator[str]:
    low, high = variable.get("minimum"), variable.get("maximum")
    if low is None or high is None or low > high:
        yield f"{place}: needs a minimum and a maximum, in this order"
        return
    law = LAWFUL.get(variable["name"])
    if law and (low < law.least or high > law.most):
        yield f"{place}: the range {low} to {high} goes beyond what the law allows ({law.least} to {law.most})"


def _value(place: str, variable: Mapping[str, Any], value: Any) -> Iterator[str]:
    """What is wrong with `value` as a value of `variable`. Nothing given is right: the reader must then fill it in."""
    if value is None:
        return
    kind = variable.get("type")
    if kind in NUMERIC:
        low, high = variable.get("minimum"), variable.get("maximum")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{place}: {value!r} is not a number"
        elif low is not None and high is not None and not low <= value <= high:
            yield f"{place}: {value} lies outside {low} to {high}"
    elif kind in ("choice", "list"):
        allowed = [choice.get("value") for choice in variable.get("choices") or ()]
        given = value if isinstance(value, list) else [value]
        if allowed or kind == "choice":
            yield from unknown(place, "choice", [item for item in given if not isinstance(item, Mapping)], allowed)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{place}: {value!r} is neither true nor false"
    elif kind == "text" and isinstance(value, Mapping):
        yield from both_languages(place, value)


def _positions(
    place: str, positions: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]], library: Library
) -> Iterator[str]:
    if set(positions) != set(POSITIONS):
        yield f"{place}: the positions are {listed(positions)}, expected {listed(POSITIONS)}"
    used: set[str] = set()
    for name, position in positions.items():
        spot = f"{place}, {name}"
        missing = list(wrong_keys(spot, position, *POSITION_KEYS))
        yield from missing
        if missing:
            continue
        yield from _wording(f"{spot}, text", position["text"], variables)
        yield from both_languages(f"{spot}, why", position["why"])
        yield from citable(spot, position.get("authorities", ()), library)
        yield from _defaults(f"{spot}, defaults", position.get("defaults") or {}, variables)
        used |= {found for text in position["text"].values() for found in PLACEHOLDER.findall(text)}
    for name in variables:
        if name not in used:
            yield f"{place}, variable {name}: used in no position"


def _defaults(place: str, defaults: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from unknown(place, "variable", defaults, variables)
    for name, value in defaults.items():
        if name in variables:
            yield from _value(f"{place}, {name}", variables[name], value)


def _ladder(place: str, steps: list[Mapping[str, Any]], variables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if len(steps) < LADDER:
        yield f"{place}: {len(steps)} steps, at least {LADDER} are needed"
    for number, step in enumerate(steps, 1):
        spot = f"{place}, {step.get('id', number)}"
        missing = list(wrong_keys(spot, step, STEP_KEYS))
        yield from missing
        if not missing:
            yield from _wording(f"{spot}, text", step["text"], variables)
            for name in ("give", "get"):
                yield from both_languages(f"{spot}, {name}", step[name])


def _wording(place: str, text: Texts, variables: Collection[str]) -> Iterator[str]:
    """What is wrong with words that go into a contract."""
    yield from both_languages(place, text)
    found = {lang: set(PLACEHOLDER.findall(text.get(lang, ""))) for lang in LANGUAGES}
    for lang in LANGUAGES:
        yield from unknown(f"{place}, {lang}", "variable", sorted(found[lang]), variables)
        if re.search(r"[{}]", PLACEHOLDER.sub("", text.get(lang, ""))):
            yield f"{place}, {lang}: a brace without its fellow"
        yield from forbidden(f"{place}, {lang}", text.get(lang, ""))
    if found["en"] != found["fr"]:
        yield f"{place}: not the same variables in both languages ({listed(sorted(found['en'] ^ found['fr']))})"
