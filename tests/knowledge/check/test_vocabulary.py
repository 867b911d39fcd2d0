"""Faults of topics, authorities, figures and scope are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TOPICS_FILE = "topics.yaml"

FAULTS = [
    (TOPICS_FILE, "t60:", "t6:", "topics.yaml: 59 topics, expected 60"),
    (TOPICS_FILE, "related: [t2]", "related: [nowhere]", "topics.yaml, t1, related: there is no topic 'nowhere'"),
    (TOPICS_FILE, "related: [t2]", "related: [t1]", "topics.yaml, t1, related: names itself"),
    (TOPICS_FILE, "fr: Le client}", "fr: ''}", "topics.yaml, t1, present_favours: no text in fr"),
    ("authorities.yaml", "status: V", "status: W", "authorities.yaml, law-1: status 'W' is none of V, P, S, U"),
    ("authorities.yaml", "en: Contracts bind., ", "", "authorities.yaml, law-1, text: no text in en"),
    ("authorities.yaml", "obligent :", "obligent:", "a space is missing before :"),
    ("authorities.yaml", "https://www", "http://www", "does not begin with https"),
    ("authorities.yaml", "legifrance.gouv.fr", "notlegifrance.gouv.fr.example", "not to an official host"),
    ("authorities.yaml", "checked_on: 2026-08-22", "checked_on: August", "checked_on 'August' is not a date"),
    ("authorities.yaml", "topics: [t1]", "topics: [t99]", "authorities.yaml, law-1, topics: there is no topic 't99'"),
    ("figures.yaml", "to: 2026-06-30", "to: 2025-06-30", "ends on 2025-06-30, before it begins"),
    ("figures.yaml", "to: 2026-06-30", "to: 2026-07-01", "the period from 2026-01-01 overlaps that from 2026-07-01"),
    ("figures.yaml", "to: 2026-06-30", "to: null", "the period from 2026-01-01 overlaps that from 2026-07-01"),
    ("figures.yaml", "from: 2026-01-01", "from: 2026-09-01", "put them in order"),
    ("figures.yaml", "authority: law-1", "authority: law-9", "figures.yaml, rate: there is no authority 'law-9'"),
    ("figures.yaml", "en: Look it up., ", "", "figures.yaml, rate, after_expiry: no text in en"),
    ("scope.yaml", "out_of_scope", "whim", "scope.yaml, tax: reason 'whim' is none of"),
    ("scope.yaml", r"\bVAT\b", "VAT(", "is not a regular expression"),
    ("scope.yaml", r"\bsued\b", "[", "scope.yaml, handoff_cues: '[' is not a regular expression"),
    ("scope.yaml", "[We were sued]", "[is  VAT due?]", "the example 'is  VAT due?' also stands under tax"),
    ("scope.yaml", "[On nous assigne]", "[]", "scope.yaml, handoff: no examples in fr"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sound", "faulty", "expected"), FAULTS)
def test_each_fault_is_named(
    spoiled: Callable[[str, str, str], list[str]], name: str, sound: str, faulty: str, expected: str
) -> None:
    found = spoiled(name, sound, faulty)
    assert any(expected in problem for problem in found), found
