"""Playbooks: those that are shipped, and what is refused of one that a firm writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from knowledge.check.playbooks import playbooks, problems
from knowledge.errors import InvalidInput
from knowledge.library import ROOT, Library, load
from knowledge.models import Side
from knowledge.playbook import Bounds, load_interactions, load_playbook, read_own, read_playbook, schema
from knowledge.subject import load as load_subjects

SIDES: tuple[Side, ...] = get_args(Side)


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def written(folder: Path, **changes: Any) -> Path:
    """A small playbook in a file."""
    rule = {
        "id": "notice", "topic": "duration-renewal", "subject": "notice-period", "severity": "high",
        **{name: {"en": "A text.", "fr": "Un texte."} for name in ("standard", "why", "ask", "fallback", "escalation")},
        **changes,
    }  # fmt: skip
    book = {
        "id": "ours", "version": "1.0.0", "side": "customer", "title": {"en": "Ours", "fr": "Le nôtre"},
        "reviewed_on": "2026-01-01", "review_due": "2027-01-01", "rules": [rule],
    }  # fmt: skip
    path = folder / "ours.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True), "utf-8")
    return path


def test_nothing_is_wrong_with_the_shipped_ones(library: Library) -> None:
    assert list(playbooks(library, ROOT)) == []


@pytest.mark.parametrize("side", SIDES)
def test_each_side_has_rules_on_most_topics(side: Side) -> None:
    playbook = load_playbook(ROOT, side)
    assert playbook.side == side
    assert len(playbook.rules) >= 45
    assert len({rule.topic for rule in playbook.rules}) >= 40


def test_each_interaction_takes_two_subjects_at_least() -> None:
    assert len(load_interactions(ROOT)) >= 12
    assert all(len({c.subject for c in one.when}) >= 2 for one in load_interactions(ROOT).values())


def test_a_firm_writes_its_own(tmp_path: Path, library: Library) -> None:
    playbook = read_playbook(written(tmp_path, within={"standard": {"most": 2}}))
    assert playbook.rules[0].within
    assert list(problems("ours.yaml", playbook, library, load_subjects(ROOT))) == []


def test_its_digest_is_of_what_it_says(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = read_playbook(path).sha256
    path.write_text("# a comment\n" + path.read_text("utf-8"), "utf-8")
    assert read_playbook(path).sha256 == before
    assert read_playbook(written(tmp_path, severity="low")).sha256 != before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"severity": "huge"}, "severity"),
        ({"colour": "red"}, "colour"),
        ({"subject": None}, "needs a subject"),
        ({"within": {"standard": {}}}, "least, most or both"),
        ({"within": {"standard": {"least": 3, "most": 1}}}, "least is more than most"),
        ({"bad": {"en": ["(open"]}}, "bracket"),
        ({"why": {"en": "Only this."}}, "needs words in fr"),
        ({"proposed": True, "accepted_by": "A. Martin"}, "go together"),
        ({"proposed": True, "accepted_by": " ", "accepted_on": "2026-01-01"}, "needs the name"),
    ],
)
def test_what_is_out_of_form_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_playbook(written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"severity": "huge"}, "severity: huge"),
        ({"colour": "red"}, "colour: red"),
        ({"within": {"standard": {"least": "x"}}}, "least: x"),
    ],
)
def test_the_line_of_a_fault_is_said(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = written(tmp_path, **changes)
    line = next(at for at, text in enumerate(path.read_text("utf-8").splitlines(), 1) if said in text)
    with pytest.raises(InvalidInput, match=rf"^ours\.yaml, line {line}: rules, 0, "):
        read_playbook(path)


def test_the_line_of_what_is_no_yaml_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text("id: ours\nrules: [\n", "utf-8")
    with pytest.raises(InvalidInput, match=r"^ours\.yaml, line 3: "):
        read_playbook(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subject": "notice-periods"}, "there is no subject 'notice-periods': is 'notice-period' meant?"),
        ({"propose": {"clause": "zzz", "position": "customer"}}, "there is no clause 'zzz': choose one of"),
    ],
)
def test_a_name_that_leads_nowhere_is_said_with_its_line(
    tmp_path: Path, library: Library, changes: dict[str, Any], said: str
) -> None:
    known = {
        "subject": load_subjects(ROOT),
        "topic": library.topics,
        "clause": library.clauses,
        "authority": library.authorities,
    }
    assert read_own(written(tmp_path), known).rules
    with pytest.raises(InvalidInput, match=rf"^ours\.yaml, line \d+: {re.escape(said)}"):
        read_own(written(tmp_path, **changes), known)


@pytest.mark.parametrize(
    ("changes", "is_on"),
    [
        ({}, True),
        ({"proposed": True}, False),
        ({"proposed": True, "accepted_by": "A. Martin", "accepted_on": "2026-01-01"}, True),
    ],
)
def test_a_proposed_rule_waits_for_a_person(tmp_path: Path, changes: dict[str, Any], is_on: bool) -> None:
    playbook = read_playbook(written(tmp_path, **changes))
    assert [rule.is_on for rule in playbook.rules] == [is_on]
    if is_on:
        assert playbook.in_force().rules == playbook.rules
    else:
        with pytest.raises(InvalidInput, match="switched on"):
            playbook.in_force()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subject": "weather"}, "no subject 'weather'"),
        ({"topic": "weather"}, "no topic 'weather'"),
        ({"authorities": ["cciv-9999"]}, "no authority"),
        ({"propose": {"clause": "weather", "position": "customer"}}, "no clause type"),
        ({"subject": "hardship", "within": {"standard": {"most": 2}}}, "no measure"),
        ({"escalation": None}, "pass to a lawyer"),
    ],
)
def test_what_leads_nowhere_is_said(tmp_path: Path, library: Library, changes: dict[str, Any], said: str) -> None:
    found = problems("ours.yaml", read_playbook(written(tmp_path, **changes)), library, load_subjects(ROOT))
    assert any(said in line for line in found)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no playbook"):
        read_playbook(tmp_path / "none.yaml")


@pytest.mark.parametrize(("value", "holds"), [(2.9, False), (3, True), (6, True), (6.1, False)])
def test_bounds_hold_their_ends(value: float, holds: bool) -> None:
    assert Bounds(least=3, most=6).hold(value) is holds


def test_the_schema_names_what_a_rule_needs() -> None:
    rule = schema()["$defs"]["Rule"]
    assert {"id", "topic", "severity", "standard", "why", "ask", "fallback"} <= set(rule["required"])
