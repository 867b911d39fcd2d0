"""The strategy: which clauses the needs call for, at which position, why, and with which figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.agreement.intake import Intake
from assistant.agreement.refer import annexes_named, clauses_named, titles
from knowledge.agreement import Condition, Pattern, Weight
from knowledge.clause import Clause, Value
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Position, Side

_OTHER: Final[Mapping[Side, Side]] = {"customer": "provider", "provider": "customer"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause of the agreement. `named_by` is the clause that refers to it, where nothing else called for it."""

    clause: Clause
    position: Position
    weight: Weight
    values: Mapping[str, Value]
    given: frozenset[str]
    named_by: str | None = None
    decided: bool = False
    """Whether the lawyer decided the position."""

    @property
    def type(self) -> str:
        """The name of the clause type."""
        return self.clause.type


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything decided, before a word is written. `rivals` are variables that were given two values."""

    intake: Intake
    chosen: tuple[Chosen, ...]
    rivals: tuple[tuple[str, Value, Value], ...] = ()

    def get(self, kind: str) -> Chosen | None:
        """The clause of this type, if it was chosen."""
        return next((one for one in self.chosen if one.type == kind), None)

    def value(self, name: str) -> Value:
        """What `type:variable` holds; `None` if the clause is not there."""
        kind, _, variable = name.partition(":")
        one = self.get(kind)
        return one.values.get(variable) if one else None


def plan(intake: Intake, library: Library) -> Plan:
    """Choose clauses and positions for the needs, and settle their variables.

    Raises `InvalidInput` for a clause type, variable or value that there is not, and `NotFound` for a position.
    """
    pattern = library.agreement
    _check_names(intake, library)
    given, rivals = _given(intake, library)
    wanted = [kind for kind in pattern.order if kind in library.clauses and _is_wanted(kind, intake, pattern)]
    chosen = {kind: _choose(kind, intake, library, given) for kind in wanted}
    waiting = list(chosen)
    while waiting:
        one = chosen[waiting.pop(0)]
        for kind in _named(one, chosen, library):
            if kind not in chosen and kind not in intake.clauses.leave_out:
                chosen[kind] = _choose(kind, intake, library, given, named_by=one.type)
                waiting.append(kind)
    ordered = sorted(chosen.values(), key=lambda one: pattern.order.index(one.type))
    return Plan(intake, tuple(ordered), tuple(rivals))


def holds(conditions: Iterable[Condition], intake: Intake) -> bool:
    """Whether one of the conditions is met; so it is where there is none."""
    alternatives = tuple(conditions)
    return not alternatives or any(
        all(_is_one_of(intake.answer(path), allowed) for path, allowed in condition.items())
        for condition in alternatives
    )


def _is_one_of(said: Any, allowed: Iterable[object]) -> bool:
    return bool(set(said).intersection(allowed)) if isinstance(said, tuple) else said in tuple(allowed)


def _is_wanted(kind: str, intake: Intake, pattern: Pattern) -> bool:
    if kind in intake.clauses.leave_out:
        return False
    return kind in intake.clauses.add or kind in intake.clauses.positions or holds(pattern.clauses[kind].when, intake)


def _choose(
    kind: str, intake: Intake, library: Library, given: Mapping[str, Mapping[str, Value]], named_by: str | None = None
) -> Chosen:
    clause, pattern = library.clause(kind), library.agreement
    need = pattern.clauses[kind]
    weight = need.weight.customer if intake.side == "customer" else need.weight.provider
    stance = pattern.positions[intake.bargaining][weight]
    stances: dict[str, Position] = {"own": intake.side, "balanced": "balanced", "other": _OTHER[intake.side]}
    position = intake.clauses.positions.get(kind, stances[stance])
    clause.variant(position)
    own = given.get(kind, {})
    values = clause.values(position, own)
    return Chosen(clause, position, weight, values, frozenset(own), named_by, decided=kind in intake.clauses.positions)


def _named(one: Chosen, chosen: Collection[str], library: Library) -> Iterator[str]:
    """The clause types that the text of `one` refers to, and those that fill an annex that it names."""
    text = one.clause.fill(one.clause.variant(one.position).text["fr"], one.values, "fr")
    yield from clauses_named(text, "fr", titles(library, "fr"))
    for key in annexes_named(text, "fr", library.agreement):
        filled_by = library.agreement.annexes[key].of
        if filled_by and not any(kind in chosen for kind in filled_by):
            yield filled_by[0]


def _check_names(intake: Intake, library: Library) -> None:
    wishes = intake.clauses
    for kind in (*wishes.add, *wishes.leave_out, *wishes.positions):
        library.clause(kind)
    both = set(wishes.leave_out).intersection((*wishes.add, *wishes.positions))
    if both:
        raise InvalidInput(f"clauses: {sorted(both)[0]} is both wanted and left out; decide")
    unwritten = set(library.clauses) - set(library.agreement.order)
    if unwritten:
        raise InvalidInput(
            f"agreement.yaml does not say where {sorted(unwritten)[0]} stands: add it to clauses and order"
        )


def _given(intake: Intake, library: Library) -> tuple[dict[str, dict[str, Value]], list[tuple[str, Value, Value]]]:
    """The variables that the intake settles, by clause type, and those that it settles in two ways."""
    settled: dict[str, dict[str, Value]] = {}
    rivals: list[tuple[str, Value, Value]] = []

    def settle(kind: str, name: str, value: Value) -> None:
        former = settled.setdefault(kind, {}).get(name)
        rival = (f"{kind}:{name}", former, value)
        if former is not None and former != value and rival not in rivals:
            rivals.append(rival)
        settled[kind][name] = value

    for place, fact in library.agreement.facts.items():
        kind, _, name = place.partition(":")
        said = intake.answer(fact.origin) if fact.origin else None
        if said is not None and fact.map is not None:
            said = fact.map.get(str(said))
        if said is not None and kind in library.clauses:
            settle(kind, name, library.clauses[kind].variables[name].read(said))
    for kind, name, value in _values(intake, library):
        settle(kind, name, value)
    for place, fact in library.agreement.facts.items():
        kind, _, name = place.partition(":")
        if fact.value is not None and kind in library.clauses:
            settled.setdefault(kind, {}).setdefault(name, library.clauses[kind].variables[name].read(fact.value))
    for group in library.agreement.shared:
        places = [tuple(place.split(":")) for place in group]
        known = [settled[kind][name] for kind, name in places if name in settled.get(kind, {})]
        for kind, name in places if known else ():
            settle(kind, name, known[0])
    return settled, rivals


def _values(intake: Intake, library: Library) -> Iterator[tuple[str, str, Value]]:
    """The values that the lawyer set: for a type, or for every type that has a variable of that name."""
    for key, said in intake.values.items():
        if key in library.clauses and isinstance(said, Mapping):
            for name, value in library.clauses[key].read(said).items():
                yield key, name, value
            continue
        owners = [clause for clause in library.clauses.values() if key in clause.variables]
        if not owners:
            raise InvalidInput(
                f"values: no clause has a variable {key!r}; `clausier draft --type TYPE` shows what there is"
            )
        for clause in owners:
            yield clause.type, key, clause.variables[key].read(said)
