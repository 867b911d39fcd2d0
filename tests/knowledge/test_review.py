"""Texts are overdue from the day after their review is due; figures from the day after their period."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.library import ROOT, Library, load
from knowledge.review import Reviews, as_json, due_dates, overdue

DUE = dt.date(2027, 5, 23)
NEXT = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_every_text_of_the_library_has_its_day(library: Library) -> None:
    due = due_dates(library)
    assert {text.id for text in library.guidance} <= set(due)
    assert {f"clause-{lang}-{name}" for name in library.clauses for lang in ("en", "fr")} <= set(due)


@pytest.mark.parametrize(("on", "late"), [(DUE - NEXT, False), (DUE, False), (DUE + NEXT, True)])
def test_a_text_is_overdue_from_the_day_after(on: dt.date, late: bool) -> None:
    reviews = Reviews({"text": DUE}, on)
    assert reviews.overdue("text") is late
    assert reviews.as_json("text") == {"review_due": "2027-05-23", "overdue": late}


def test_a_document_of_the_firm_is_never_overdue() -> None:
    assert Reviews({}, DUE).as_json("contract") == {"review_due": None, "overdue": False}


def test_what_is_overdue_is_listed_longest_first(library: Library) -> None:
    assert overdue(library, ROOT, dt.date(2026, 7, 1)) == sorted(
        overdue(library, ROOT, dt.date(2026, 7, 1)), key=lambda one: (one.due, one.place)
    )
    late = overdue(library, ROOT, dt.date(2028, 1, 1))
    assert {"guidance", "clause", "figure", "playbook"} <= {one.kind for one in late}
    assert [one.due for one in late] == sorted(one.due for one in late)


def test_a_figure_is_overdue_when_its_last_period_has_ended(library: Library) -> None:
    last = library.figures["late-interest-default"].periods[-1].last
    assert last
    on_the_day = {one.place for one in overdue(library, ROOT, last)}
    after = {one.place for one in overdue(library, ROOT, last + NEXT)}
    assert "figures.yaml, late-interest-default" in after - on_the_day


def test_a_figure_until_further_notice_is_never_overdue(library: Library) -> None:
    late = {one.place for one in overdue(library, ROOT, dt.date(2100, 1, 1))}
    endless = [name for name, figure in library.figures.items() if figure.periods[-1].last is None]
    assert endless
    assert late.isdisjoint(f"figures.yaml, {name}" for name in endless)


def test_the_list_for_programs(library: Library) -> None:
    rows = as_json(overdue(library, ROOT, dt.date(2028, 1, 1)))
    assert all(set(row) == {"kind", "place", "title", "due"} for row in rows)
