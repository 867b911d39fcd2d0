"""The wordings of a clause for the eye: which words are variables, and which the balanced wording does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from knowledge.clause import PLACEHOLDER, Clause, Value, Variable
from knowledge.errors import InvalidInput
from knowledge.models import Language, Position
from knowledge.typography import number

_TOKEN: Final = re.compile(r"\{\w+\}|\s+|\w+(?:['’]\w+)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words. `variable` is the name of the one that it prints, `differs` whether the balanced wording lacks it."""

    text: str
    variable: str | None = None
    differs: bool = False
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a field."""

    value: str
    label: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A variable as a form shows it. `value` is what stands in the form: words, or the names of a list."""

    name: str
    label: str
    type: str
    unit: str
    value: str | tuple[str, ...]
    choices: tuple[Option, ...]
    help: str
    printed: bool


def pieces(
    clause: Clause, position: Position, lang: Language, values: Mapping[str, Value], *, compared: bool = True
) -> list[Piece]:
    """The wording of a position with its variables printed and, where it is `compared`, the words marked that the balanced one
    does not have."""
    tokens = _TOKEN.findall(clause.variant(position).text[lang])
    differing: set[int] = set()
    if compared and position != "balanced" and "balanced" in clause.positions:
        base = [t for t in _TOKEN.findall(clause.variant("balanced").text[lang]) if not t.isspace()]
        places = [at for at, token in enumerate(tokens) if not token.isspace()]
        matcher = SequenceMatcher(None, base, [tokens[at] for at in places], autojunk=False)
        for tag, _, _, first, last in matcher.get_opcodes():
            if tag in ("insert", "replace"):
                differing.update(places[first:last])
    return list(_joined(_piece(token, at, tokens, differing, clause, values, lang) for at, token in enumerate(tokens)))


def _piece(
    token: str,
    at: int,
    tokens: list[str],
    differing: set[int],
    clause: Clause,
    values: Mapping[str, Value],
    lang: Language,
) -> Piece:
    found = PLACEHOLDER.fullmatch(token)
    if found:
        value = values.get(found[1])
        said = clause.variables[found[1]].say(value, lang)
        return Piece(said, found[1], at in differing, value is None or value in ("", ()))
    within = (
        token.isspace() and "\n" not in token and at - 1 in differing and at + 1 in differing and at + 1 < len(tokens)
    )
    return Piece(token, None, at in differing or within)


def _joined(found: Any) -> Any:
    """Neighbours of the same kind as one."""
    held: Piece | None = None
    for piece in found:
        if held and held.variable is None and piece.variable is None and held.differs == piece.differs:
            held = Piece(held.text + piece.text, None, held.differs)
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held


def read(clause: Clause, position: Position, given: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """What a form says of the variables: the values that differ from the defaults of `position`, and the words that are none.

    An empty field takes the default.
    """
    values: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for name, words in given.items():
        variable = clause.variables.get(name)
        if variable is None or (not words.strip(", ") and variable.type != "list"):
            continue
        try:
            value = variable.read([part for part in words.split(",") if part] if variable.type == "list" else words)
        except InvalidInput:
            wrong[name] = words
            continue
        default = clause.default(name, position)
        if not _is_same(value, default) and words not in shown(variable, default):
            values[name] = value
    return values, wrong


def _is_same(value: Value, default: Value) -> bool:
    """Whether a form says what the default says; boxes are sent in their own order, which is not an answer."""
    if isinstance(value, tuple) and isinstance(default, tuple):
        return set(map(str, value)) == set(map(str, default))
    return value == default


def fields(
    clause: Clause, position: Position, lang: Language, values: Mapping[str, Value], words: tuple[str, str, str]
) -> list[Field]:
    """The variables of a clause for a form, those that `position` prints first. `words` say yes, no, and from to."""
    printed = clause.variant(position).names()
    ordered = sorted(clause.variables.values(), key=lambda one: (one.name not in printed, one.name))
    names = [*printed, *(one.name for one in ordered if one.name not in printed)]
    return [_field(clause.variables[name], lang, values.get(name), name in printed, words) for name in names]


def shown(variable: Variable, value: Value) -> tuple[str, ...]:
    """The spellings in which a form may show `value`."""
    return tuple(str(_plain(variable, value, lang)) for lang in ("en", "fr"))


def _field(variable: Variable, lang: Language, value: Value, printed: bool, words: tuple[str, str, str]) -> Field:
    yes, no, between = words
    options = tuple(Option(str(one.value), one.label[lang], one.locked) for one in variable.choices)
    if variable.type == "boolean":
        options = (Option("True", yes), Option("False", no))
    helps = [variable.hint[lang]] if variable.hint else []
    if variable.minimum is not None and variable.maximum is not None:
        low, high = number(variable.minimum, lang), number(variable.maximum, lang)
        helps.insert(0, between.replace("{low}", low).replace("{high}", high))
    unit = variable.unit[lang] if variable.unit else ""
    plain = _plain(variable, value, lang)
    return Field(variable.name, variable.label[lang], variable.type, unit, plain, options, " · ".join(helps), printed)


def _plain(variable: Variable, value: Value, lang: Language) -> str | tuple[str, ...]:
    if variable.type == "list":
        return tuple(str(item) for item in value) if isinstance(value, tuple) else ()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping):
        return value[lang]
    return number(value, lang) if isinstance(value, int | float) else str(value)
