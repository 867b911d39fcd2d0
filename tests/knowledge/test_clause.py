"""Clause types as nouns: what a variable takes, what it prints, what a position holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from knowledge.clause import Clause, Value, Variable, clause
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import load


def texts(en: str, fr: str | None = None) -> dict[str, str]:
    return {"en": en, "fr": fr or en}


def variable(kind: str, default: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "name": kind,
        "label": texts(f"A {kind}", f"Un {kind}"),
        "type": kind,
        "unit": None,
        "default": default,
        **more,
    }


CHOICES = [
    {"value": "a", "en": "the first", "fr": "la première", "locked": True},
    {"value": "b", "en": "the second", "fr": "la deuxième"},
]
YES_NO = [
    {"value": True, "en": "it may", "fr": "il peut"},
    {"value": False, "en": "it may not", "fr": "il ne peut pas"},
]
ALL = "{integer} {number} {text} {choice} {list} {boolean} {date}"
RAW: dict[str, Any] = {
    "type": "sample",
    "title": texts("Sample", "Exemple"),
    "purpose": texts("Show", "Montrer"),
    "topics": ["penalties"],
    "authorities": ["k1"],
    "review_due": dt.date(2027, 1, 1),
    "variables": [
        variable("integer", 5, minimum=1, maximum=10),
        variable("number", 0.5, minimum=0.25, maximum=2000),
        variable("text"),
        variable("choice", "b", choices=CHOICES),
        variable("list", ["a"], choices=CHOICES),
        variable("boolean", True, choices=YES_NO),
        variable("date"),
    ],
    "positions": {
        "balanced": {"text": texts(ALL), "why": texts("w")},
        "customer": {"text": texts("{integer}"), "why": texts("w"), "defaults": {"integer": 9}, "authorities": ["k2"]},
    },
    "red_flags": {"en": ["x"], "fr": ["x"]},
    "ladder": [{"id": "one", "text": texts("t"), "give": texts("g"), "get": texts("g")}],
    "walk_away": texts("w"),
    "escalation": texts("e"),
}


@pytest.fixture(scope="module")
def sample() -> Clause:
    return clause(RAW)


@pytest.mark.parametrize(
    ("name", "given", "value", "en", "fr"),
    [
        ("integer", 4, 4, "4", "4"),
        ("integer", "4", 4, "4", "4"),
        ("integer", 4.0, 4, "4", "4"),
        ("number", "0,25", 0.25, "0.25", "0,25"),
        ("number", "1 500", 1500, "1,500", "1 500"),
        ("number", "1,500", 1500, "1,500", "1 500"),
        ("number", "1\u202f500,5", 1500.5, "1,500.5", "1 500,5"),
        ("text", "  Mme  Roux ", "Mme Roux", "Mme Roux", "Mme Roux"),
        ("text", "a {number} b", "a (number) b", "a (number) b", "a (number) b"),
        ("text", {"en": "her", "fr": "elle"}, {"en": "her", "fr": "elle"}, "her", "elle"),
        ("choice", "a", "a", "the first", "la première"),
        ("list", "b, a, b", ("b", "a"), "the second; the first", "la deuxième ; la première"),
        ("list", ["b"], ("b",), "the second", "la deuxième"),
        ("boolean", "non", False, "it may not", "il ne peut pas"),
        ("boolean", True, True, "it may", "il peut"),
        ("date", "2026-03-01", dt.date(2026, 3, 1), "1 March 2026", "1er mars 2026"),
        ("date", dt.datetime(2026, 3, 1, 12), dt.date(2026, 3, 1), "1 March 2026", "1er mars 2026"),
    ],
)
def test_what_a_variable_reads_and_says(
    sample: Clause, name: str, given: object, value: Value, en: str, fr: str
) -> None:
    read = sample.variables[name].read(given)
    assert read == value
    assert type(read) is type(value)
    assert (sample.variables[name].say(read, "en"), sample.variables[name].say(read, "fr")) == (en, fr)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("integer", "many", "a whole number"), ("integer", 4.5, "a whole number"), ("integer", True, "a whole number"),
        ("integer", "inf", "a whole number"), ("number", "nan", "a number"), ("number", None, "a number"), ("number", [], "a number"),
        ("choice", "c", "one of a, b"), ("list", "a, c", "one of a, b"), ("list", 4, "one of a, b"), ("boolean", "maybe", "true or false"),
        ("date", "tomorrow", "a date such as"), ("text", 4, "a text"), ("text", {"en": "x", "fr": 4}, "a text"),
    ],
)  # fmt: skip
def test_what_a_variable_refuses(sample: Clause, name: str, given: object, expected: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{name}: .* is not {expected}"):
        sample.variables[name].read(given)


def test_a_gap_is_seen(sample: Clause) -> None:
    assert sample.variables["text"].say(None, "en") == "[to be completed: A text]"
    assert sample.variables["text"].say("", "fr") == "[à compléter : Un text]"
    assert sample.variables["list"].say((), "fr") == "[à compléter : Un list]"


@pytest.mark.parametrize(
    ("value", "expected"), [(1, True), (10, True), (0, False), (11, False), ("a", True), (True, True), (None, True)]
)
def test_ranges(sample: Clause, value: Value, expected: bool) -> None:
    assert sample.variables["integer"].is_in_range(value) is expected


def test_defaults_of_a_position_come_before_those_of_the_variable(sample: Clause) -> None:
    assert sample.default("integer", "customer") == 9
    assert sample.default("integer", "balanced") == 5
    values = sample.values("customer", {"number": 2, "list": ("b",)})
    assert (values["integer"], values["number"], values["list"]) == (9, 2, ("a", "b")), "a locked item stays in"
    assert sample.variant("customer").authorities == ("k2",)
    assert sample.variant("balanced").authorities == ("k1",)
    assert sample.variant("balanced").names() == tuple(ALL.strip("{}").split("} {"))


def test_filling(sample: Clause) -> None:
    values = sample.values("balanced", {"text": "x", "date": dt.date(2026, 1, 2)})
    assert sample.fill(ALL, values, "fr") == "5 0,5 x la deuxième la première il peut 2 janvier 2026"
    assert sample.fill("{integer}", {}, "en") == "[to be completed: A integer]"


def test_unknown_names(sample: Clause) -> None:
    assert sample.id_of("balanced") == "sample.balanced"
    with pytest.raises(NotFound, match="choose of customer, balanced"):
        sample.variant("provider")
    with pytest.raises(InvalidInput, match="has no variable 'x': choose of integer, number"):
        sample.read({"x": 1})
    assert sample.read({"integer": "3"}) == {"integer": 3}


@pytest.mark.parametrize(
    ("change", "message"),
    [({"title": None}, "lacks 'title'"), ({"variables": [{"name": "x"}]}, "lacks 'default'"), ({"topics": 5}, "not in form"),
     ({"review_due": "soon"}, "not in form")],
)  # fmt: skip
def test_a_file_that_is_not_in_form(change: dict[str, Any], message: str) -> None:
    broken = {key: value for key, value in {**RAW, **change}.items() if value is not None}
    with pytest.raises(InvalidInput, match=f"clauses/sample.yaml .*{message}|{message}"):
        clause(broken)


def test_every_shipped_default_is_a_value_of_its_variable() -> None:
    for found in load().clauses.values():
        for position in found.positions:
            for name, one in found.variables.items():
                value = found.default(name, position)
                assert value is None or one.read(value) == value, (found.type, name)
                assert one.is_in_range(value)
                assert isinstance(one, Variable)
