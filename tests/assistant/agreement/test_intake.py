"""What an intake takes, and what it refuses."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.agreement.intake import LARGEST, Intake, accept, example, read
from knowledge.errors import InvalidInput, TooLarge


def test_nothing_is_an_intake() -> None:
    assert read("") == Intake() == accept({})


def test_the_example_is_complete() -> None:
    """Every answer that it could give, it gives: nobody has to look for a key elsewhere."""
    given = read(example())
    assert given.model_fields_set == set(Intake.model_fields) - {"title"}
    for name in (
        "customer",
        "provider",
        "site",
        "stakes",
        "hosting",
        "personal_data",
        "budget",
        "term",
        "signature",
        "clauses",
    ):
        part = getattr(given, name)
        unsaid = set(type(part).model_fields) - part.model_fields_set
        assert unsaid <= {"insurer", "terms_dated", "liability_sum"}, name


def test_json_is_read_too() -> None:
    assert read('{"side": "provider", "term": {"start": "2027-01-01"}}').term.start == dt.date(2027, 1, 1)


def test_answers_by_path() -> None:
    given = accept({"site": {"url": "https://x.example"}})
    assert given.answer("site.url") == "https://x.example"
    assert given.answer("site.nothing") is None
    assert given.answer("nothing.at.all") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("side: nobody", "side: input should be 'customer' or 'provider'"),
        ("sides: customer", "sides: extra inputs are not permitted"),
        ("site: {urls: x}", "site.urls: extra"),
        ("budget: {monthly_fee: -1}", "budget.monthly_fee"),
        ("term: {months: 0}", "term.months"),
        ("[1, 2]", "the intake"),
        ("a: [", "is no YAML"),
        ("!!python/object:os.system x", "is no YAML"),
        ("maintenance: [everything]", "maintenance.0"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(text)


def test_an_endless_intake_is_refused() -> None:
    with pytest.raises(TooLarge):
        read("x" * (LARGEST + 1))
