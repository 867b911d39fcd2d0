"""Clause types: three positions of one clause in both languages, with their variables, reasons and ladder.

`fill` prints a text with its variables; what nobody has given is printed as a gap in square brackets, never as a name.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import LANGUAGES, Language, Position
from knowledge.typography import day, number

Texts = Mapping[Language, str]
VariableType = Literal["integer", "number", "text", "choice", "list", "boolean", "date"]
Value = int | float | str | bool | dt.date | tuple[str | Texts, ...] | Texts | None
"""What a variable holds: a number, the name of a choice, a text in one wording or one for each language, names of items."""

POSITIONS: Final[tuple[Position, ...]] = get_args(Position)
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_SEPARATOR: Final[Texts] = {"en": "; ", "fr": " ; "}
_GAP: Final[Texts] = {"en": "[to be completed: {}]", "fr": "[à compléter : {}]"}
_TRUE: Final = frozenset({"true", "yes", "oui", "vrai", "1"})
_FALSE: Final = frozenset({"false", "no", "non", "faux", "0"})


@dataclass(frozen=True, slots=True)
class Limit:
    """What the law lets a variable be, and which provision says so."""

    least: float
    most: float
    authority: str


LAWFUL: Final[Mapping[str, Limit]] = {
    "payment_term_days": Limit(0, 60, "ccom-L441-10"),
    "claim_period_months": Limit(12, 120, "cciv-2254"),
    "recovery_indemnity_eur": Limit(40, float("inf"), "ccom-D441-5"),
}
"""Limits that no agreement may pass, by the name of the variable."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a variable may have, with the words that it prints. A locked item cannot be taken out."""

    value: str | bool
    label: Texts
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """What differs from contract to contract. Numbers lie between `minimum` and `maximum`, within which the wording holds."""

    name: str
    label: Texts
    type: VariableType
    unit: Texts | None
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    hint: Texts | None = None
    required: bool = False

    def read(self, given: object) -> Value:
        """`given`, a value or the words of one, as a value of this variable. Raises `InvalidInput` if it is none."""
        try:
            return _READERS[self.type](self, given)
        except (ValueError, TypeError):
            raise InvalidInput(f"{self.name}: {given!r} is not {self._expected()}") from None

    def say(self, value: Value, lang: Language) -> str:
        """The words that the text prints for `value`; a gap with the label for none."""
        if value is None or value in ("", ()):
            return _GAP[lang].format(self.label[lang])
        if isinstance(value, tuple):
            return _SEPARATOR[lang].join(self._item(item, lang) for item in value)
        if isinstance(value, Mapping):
            return value[lang]
        if isinstance(value, dt.date):
            return day(value, lang)
        if self.choices and isinstance(value, str | bool):
            return self._item(value, lang)
        return number(value, lang) if isinstance(value, int | float) else value

    def is_in_range(self, value: Value) -> bool:
        """Whether a number lies where the wording holds; anything else does."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def _item(self, item: str | bool | Texts, lang: Language) -> str:
        if isinstance(item, Mapping):
            return item[lang]
        return next((choice.label[lang] for choice in self.choices if choice.value == item), str(item))

    def _expected(self) -> str:
        if self.type == "boolean":
            return "true or false"
        if self.choices:
            return f"one of {', '.join(str(choice.value) for choice in self.choices)}"
        return {"integer": "a whole number", "number": "a number", "date": "a date such as 2026-03-31"}.get(
            self.type, "a text, or one for each language"
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """The clause as one position words it. `why` is for lawyers. `defaults` differ from those of the variables."""

    position: Position
    text: Texts
    why: Texts
    authorities: tuple[str, ...]
    defaults: Mapping[str, Value]

    def names(self) -> tuple[str, ...]:
        """The variables that the text prints, in order."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.text["fr"])))


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder, from the customer's best to worst: other words, what they give up and what they keep."""

    id: str
    text: Texts
    give: Texts
    get: Texts


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause type. `raw` is what its file says."""

    type: str
    title: Texts
    purpose: Texts
    topics: tuple[str, ...]
    authorities: tuple[str, ...]
    review_due: dt.date
    variables: Mapping[str, Variable]
    positions: Mapping[Position, Variant]
    red_flags: Mapping[Language, tuple[str, ...]]
    ladder: tuple[Step, ...]
    walk_away: Texts
    escalation: Texts
    raw: Mapping[str, Any]

    def id_of(self, position: Position) -> str:
        """Names one wording: "liability.balanced"."""
        return f"{self.type}.{position}"

    def variant(self, position: Position) -> Variant:
        """Raises `NotFound`."""
        if position not in self.positions:
            raise NotFound(f"{self.type} has no position {position!r}: choose of {', '.join(self.positions)}")
        return self.positions[position]

    def default(self, name: str, position: Position) -> Value:
        """What a variable holds in a position unless somebody says otherwise."""
        return self.variant(position).defaults.get(name, self.variables[name].default)

    def values(self, position: Position, given: Mapping[str, Value]) -> dict[str, Value]:
        """Every variable with what was given for it, else its default; locked items stay in."""
        return {
            name: _with_locked(variable, given[name]) if name in given else self.default(name, position)
            for name, variable in self.variables.items()
        }

    def read(self, given: Mapping[str, object]) -> dict[str, Value]:
        """Values by name, read. Raises `InvalidInput` for a value that is none, and for an unknown name."""
        unknown = [name for name in given if name not in self.variables]
        if unknown:
            raise InvalidInput(f"{self.type} has no variable {unknown[0]!r}: choose of {', '.join(self.variables)}")
        return {name: self.variables[name].read(value) for name, value in given.items()}

    def fill(self, text: str, values: Mapping[str, Value], lang: Language) -> str:
        """`text` with its variables printed."""
        return PLACEHOLDER.sub(lambda found: self.variables[found[1]].say(values.get(found[1]), lang), text)


def clause(raw: Mapping[str, Any]) -> Clause:
    """A clause type from what its file says. Raises `InvalidInput`, naming what is missing or wrong."""
    kind = str(raw.get("type", "a clause without type"))
    try:
        variables = {entry["name"]: _variable(entry) for entry in raw["variables"]}
        keys = tuple(raw["authorities"])
        return Clause(
            kind,
            raw["title"],
            raw["purpose"],
            tuple(raw["topics"]),
            keys,
            _date(raw["review_due"]),
            variables,
            {
                name: _variant(name, raw["positions"][name], variables, keys)
                for name in POSITIONS
                if name in raw["positions"]
            },
            {lang: tuple(raw["red_flags"][lang]) for lang in LANGUAGES},
            tuple(Step(entry["id"], entry["text"], entry["give"], entry["get"]) for entry in raw["ladder"]),
            raw["walk_away"],
            raw["escalation"],
            raw,
        )
    except KeyError as error:
        raise InvalidInput(f"clauses/{kind}.yaml lacks {error}: run `clausier library check`") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"clauses/{kind}.yaml is not in form ({error}): run `clausier library check`") from None


def _variable(raw: Mapping[str, Any]) -> Variable:
    choices = tuple(
        Choice(entry["value"], {lang: entry[lang] for lang in LANGUAGES}, bool(entry.get("locked")))
        for entry in raw.get("choices") or ()
    )
    default = raw["default"]
    return Variable(
        raw["name"],
        raw["label"],
        raw["type"],
        raw["unit"],
        tuple(default) if isinstance(default, list) else default,
        raw.get("minimum"),
        raw.get("maximum"),
        choices,
        raw.get("hint"),
        bool(raw.get("required")),
    )


def _variant(
    position: Position, raw: Mapping[str, Any], variables: Mapping[str, Variable], keys: tuple[str, ...]
) -> Variant:
    defaults = {name: variables[name].read(value) for name, value in (raw.get("defaults") or {}).items()}
    texts = {lang: raw["text"][lang].strip() for lang in LANGUAGES}
    whys = {lang: raw["why"][lang].strip() for lang in LANGUAGES}
    return Variant(position, texts, whys, tuple(raw.get("authorities", keys)), defaults)


def _with_locked(variable: Variable, value: Value) -> Value:
    if not isinstance(value, tuple):
        return value
    locked = [str(choice.value) for choice in variable.choices if choice.locked and choice.value not in value]
    return (*locked, *value)


def _read_number(variable: Variable, given: object) -> Value:
    if isinstance(given, str):
        given = float(re.sub(r"[\s\u00a0\u202f]|(?<=\d),(?=\d{3}(?:\D|$))", "", given.strip()).replace(",", "."))
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError
    if not math.isfinite(given) or (variable.type == "integer" and given % 1):
        raise ValueError
    return int(given) if given % 1 == 0 else given


def _read_choice(variable: Variable, given: object) -> Value:
    values = {str(choice.value): choice.value for choice in variable.choices}
    if str(given) not in values:
        raise ValueError
    return values[str(given)]


def _read_boolean(_variable: Variable, given: object) -> Value:
    said = str(given).strip().lower()
    if said not in _TRUE | _FALSE:
        raise ValueError
    return said in _TRUE


def _read_list(variable: Variable, given: object) -> Value:
    items = [part.strip() for part in given.split(",")] if isinstance(given, str) else given
    if not isinstance(items, Sequence):
        raise TypeError
    allowed = {choice.value for choice in variable.choices}
    if allowed and not all(isinstance(item, Mapping) or item in allowed for item in items):
        raise ValueError
    return tuple(dict.fromkeys(items)) if all(isinstance(item, str) for item in items) else tuple(items)


def _read_text(_variable: Variable, given: object) -> Value:
    if isinstance(given, Mapping):
        return {lang: _line(given[lang]) for lang in LANGUAGES}
    return _line(given)


def _line(given: object) -> str:
    """Words on one line, without what would read as a variable."""
    if not isinstance(given, str):
        raise TypeError
    return " ".join(given.replace("{", "(").replace("}", ")").split())


def _read_date(_variable: Variable, given: object) -> Value:
    return _date(given)


def _date(given: object) -> dt.date:
    if isinstance(given, dt.datetime):
        return given.date()
    return given if isinstance(given, dt.date) else dt.date.fromisoformat(str(given).strip())


_READERS: Final[Mapping[VariableType, Callable[[Variable, object], Value]]] = {
    "integer": _read_number,
    "number": _read_number,
    "choice": _read_choice,
    "boolean": _read_boolean,
    "list": _read_list,
    "text": _read_text,
    "date": _read_date,
}
