"""Contracts written without sight of the rules, twelve to learn from and six held out: what a review finds in them.

A defect counts as found where a departure on one of its topics quotes it; unfair terms count for every topic, since each is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.review.review import Desk, Review, as_json, open_desk, recognised, review
from assistant.review.run import Judgement, run
from assistant.review.verify import verify
from ingest.contract import read_contract
from knowledge.library import ROOT, load
from knowledge.playbook import load_playbook
from knowledge.wording import fold

GOLDEN = Path(__file__).parents[2] / "golden"
LEAST = {"contracts_blind": 0.95, "contracts_held_out": 0.85}
"""The share of defects of high severity that must be found: of those that were learnt from, and of the others."""
LEAST_ABSENCES = 0.85
MOST_FALSE = 0.06
RUN = 5
"""Words in a row that two quotations share when they are of the same passage."""


@dataclass(frozen=True)
class Case:
    """A contract with what was planted in it, and its review."""

    name: str
    key: dict[str, Any]
    found: Review

    def departures(self) -> list[Judgement]:
        return [one for one in self.found.run.judgements if one.verdict == "deviates"]

    def quotes(self, judgement: Judgement) -> list[str]:
        sentences = [s for s in (judgement.sentence, *judgement.also) if s]
        return [self.found.recognition.quote(sentence) for sentence in sentences]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(load(), ROOT)


@pytest.fixture(scope="module", params=LEAST)
def cases(request: pytest.FixtureRequest, desk: Desk) -> list[Case]:
    folder = GOLDEN / str(request.param)
    keys = json.loads((folder / "key.json").read_text("utf-8"))
    return [
        Case(
            f"{request.param}/{name}", key, review(read_contract(folder / name), load_playbook(ROOT, key["side"]), desk)
        )
        for name, key in keys.items()
    ]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def same(planted: str, quote: str) -> bool:
    """Whether two quotations are of the same passage: one holds the other, or some words in a row."""
    one, other = words(planted), " ".join(words(quote))
    runs = [" ".join(one[at : at + RUN]) for at in range(max(1, len(one) - RUN + 1))]
    return other in " ".join(one) or any(piece in other for piece in runs)


def lost(case: Case) -> Iterator[str]:
    for defect in case.key["planted"]:
        topics = {*defect["topics"], "unfair-terms"}
        near = [j for j in case.departures() if j.rule.topic in topics]
        if defect["severity"] == "high" and not any(same(defect["quote"], q) for j in near for q in case.quotes(j)):
            yield f"{case.name}: {defect['defect']}"


def false_alarms(case: Case) -> Iterator[str]:
    planted = [defect["quote"] for defect in case.key["planted"]]
    quotes = [quote for judgement in case.departures() for quote in case.quotes(judgement)]
    alarms = [quote for quote in quotes if not any(same(other, quote) for other in planted)]
    for clause in case.key["sound"]:
        if any(same(clause["quote"], quote) for quote in alarms):
            yield f"{case.name}: {clause['says']}"


def test_defects_of_high_severity_are_found(cases: list[Case]) -> None:
    high = sum(defect["severity"] == "high" for case in cases for defect in case.key["planted"])
    missed = [one for case in cases for one in lost(case)]
    assert high > 50
    assert len(missed) <= (1 - LEAST[cases[0].name.partition("/")[0]]) * high, missed


def test_absences_are_found(cases: list[Case]) -> None:
    absent = [(case, one) for case in cases for one in case.key["absent"]]
    missing = {case.name: {j.rule.topic for j in case.found.run.judgements if j.verdict == "missing"} for case in cases}
    missed = [f"{case.name}: {one['defect']}" for case, one in absent if not missing[case.name] & {*one["topics"]}]
    assert len(missed) <= (1 - LEAST_ABSENCES) * len(absent), missed


def test_sound_clauses_are_left_alone(cases: list[Case]) -> None:
    sound = sum(len(case.key["sound"]) for case in cases)
    alarms = [one for case in cases for one in false_alarms(case)]
    assert len(alarms) <= MOST_FALSE * sound, alarms


def test_every_quotation_is_verified(cases: list[Case]) -> None:
    assert any(judgement.also for case in cases for judgement in case.departures())
    for case in cases:
        check = verify(as_json(case.found), case.found.contract, case.found.playbook, case.found)
        assert not check.faults
        assert check.quotes > len(case.departures())


SENTENCES = [line.split("\t") for line in (GOLDEN / "review_sentences.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("side", ["customer", "provider"])
def test_sentences_in_many_wordings(desk: Desk, tmp_path: Path, side: str) -> None:
    """Each sentence departs from its rule, or, where it names none, from no rule for what it says."""
    playbook = load_playbook(ROOT, "customer" if side == "customer" else "provider")
    tried, wrong = 0, []
    for _, rule, sentence in (row for row in SENTENCES if row[0] == side):
        path = tmp_path / "one.md"
        path.write_text(f"# Contract\n\n1. {sentence}\n", "utf-8")
        judged = run(playbook, recognised(read_contract(path), desk, {}), desk.subjects).judgements
        departs = {j.rule.id for j in judged if j.verdict == "deviates" and j.reason != "lacks"}
        departs |= {j.rule.id for j in judged if j.verdict == "deviates" and j.rule.id == rule}
        tried += 1
        if (rule not in departs) if rule != "-" else bool(departs):
            wrong.append((rule, sentence))
    assert tried > 100
    assert len(wrong) <= 0.05 * tried, wrong
