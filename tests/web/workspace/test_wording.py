"""Wordings for the eye: every word is there once, variables are told from text, and marks stand where the texts differ."""

from __future__ import annotations

import re
from functools import cache

import pytest

from knowledge.clause import POSITIONS
from knowledge.library import Library, load
from knowledge.models import LANGUAGES, Language, Position
from web.workspace.wording import fields, pieces, read

WORDS = ("Yes", "No", "{low} to {high}")


@cache
def library() -> Library:
    return load()


@pytest.mark.parametrize("kind", library().clauses)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pieces_are_the_text_and_marks_what_the_balanced_one_lacks(kind: str, lang: Language) -> None:
    clause = library().clauses[kind]
    balanced = (
        set(re.findall(r"\w+", clause.positions["balanced"].text[lang])) if "balanced" in clause.positions else set()
    )
    for position in clause.positions:
        values = clause.values(position, {})
        found = pieces(clause, position, lang, values)
        assert "".join(one.text for one in found) == clause.fill(clause.variant(position).text[lang], values, lang)
        assert [one.variable for one in found if one.variable] == re.findall(
            r"\{(\w+)\}", clause.variant(position).text[lang]
        )
        if balanced:
            strange = set(re.findall(r"\w+", re.sub(r"\{\w+\}", "", clause.variant(position).text[lang]))) - balanced
            marked = set(re.findall(r"\w+", " ".join(one.text for one in found if one.differs)))
            assert strange <= marked
        if position == "balanced":
            assert not any(one.differs for one in found)
        assert not any(one.differs for one in pieces(clause, position, lang, values, compared=False))


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_form_that_nobody_touched_settles_nothing(position: Position, lang: Language) -> None:
    """What the fields show is read back as what it was, for every variable of the library."""
    for clause in library().clauses.values():
        if position not in clause.positions:
            continue
        values = clause.values(position, {})
        sent = {
            one.name: ",".join(one.value) if isinstance(one.value, tuple) else one.value
            for one in fields(clause, position, lang, values, WORDS)
        }
        assert read(clause, position, sent) == ({}, {}), clause.type


@pytest.mark.parametrize(
    ("given", "values", "wrong"),
    [
        ({"cap_pct": "240"}, {"cap_pct": 240}, {}),
        ({"cap_pct": " 240,5 "}, {"cap_pct": 240.5}, {}),
        ({"cap_floor_eur": "1 234"}, {"cap_floor_eur": 1234}, {}),
        ({"cap_pct": ""}, {}, {}),
        ({"cap_pct": "many"}, {}, {"cap_pct": "many"}),
        ({"cap_pct": "many", "cap_floor_eur": "7"}, {"cap_floor_eur": 7}, {"cap_pct": "many"}),
        ({"cap_basis": "nothing"}, {}, {"cap_basis": "nothing"}),
        ({"uncapped_list": ",fraud"}, {"uncapped_list": ("fraud",)}, {}),
        ({"uncapped_list": ""}, {"uncapped_list": ()}, {}),
        ({"unknown": "1"}, {}, {}),
    ],
)
def test_what_a_form_says(given: dict[str, str], values: dict[str, object], wrong: dict[str, str]) -> None:
    assert read(library().clause("liability"), "balanced", given) == (values, wrong)


def test_fields_begin_with_what_the_wording_prints() -> None:
    clause = library().clause("liability")
    for position in clause.positions:
        found = fields(clause, position, "en", clause.values(position, {}), WORDS)
        printed = [one.printed for one in found]
        assert printed == sorted(printed, reverse=True)
        assert {one.name for one in found} == set(clause.variables)
    (cap,) = [one for one in found if one.name == "cap_pct"]
    assert cap.help.startswith("50 to 300")


def test_a_gap_is_told_from_words() -> None:
    clause = library().clause("evidence-notices")
    found = pieces(clause, "balanced", "en", clause.values("balanced", {}))
    assert {one.variable for one in found if one.is_gap} == {"notice_address"}
