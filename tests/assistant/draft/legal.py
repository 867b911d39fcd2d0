"""Values that the ranges and choices of a variable allow, for tests that try any of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from knowledge.clause import Clause, Value, Variable

WORDS = st.sampled_from(
    ["Mme Roux", "a word", "l'outil « Ticketo »", 'the tool "Ticketo"', "x {y} z", "50 %", "A & B <C>"]
)


def values_of(variable: Variable) -> st.SearchStrategy[Value]:
    """Anything that the variable may lawfully hold, read as a person gives it."""
    choices = [choice.value for choice in variable.choices]
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "integer": st.integers(int(variable.minimum or 0), int(variable.maximum or 0)),
        "number": st.integers(int((variable.minimum or 0) * 4), int((variable.maximum or 0) * 4)).map(lambda n: n / 4),
        "choice": st.sampled_from(choices or [""]),
        "boolean": st.booleans(),
        "list": st.lists(st.sampled_from(choices) if choices else WORDS, min_size=1, unique=True),
        "date": st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)),
        "text": WORDS | st.fixed_dictionaries({"en": WORDS, "fr": WORDS}),
    }
    return strategies[variable.type].map(variable.read)


def values_for(clause: Clause) -> st.SearchStrategy[dict[str, Value]]:
    """Lawful values for some of a clause's variables."""
    return st.fixed_dictionaries({}, optional={name: values_of(one) for name, one in clause.variables.items()})
