"""Faults of a clause type are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import problems as check
from knowledge.library import load

SMALL = "clauses/small.yaml"

FAULTS = [
    (SMALL, "purpose:", "porpoise:", "clauses/small.yaml: lacks purpose"),
    (SMALL, "purpose:", "porpoise: 1\npurpose:", "clauses/small.yaml: unknown key porpoise"),
    (SMALL, "topics: [t1]", "topics: [t0]", "clauses/small.yaml, topics: there is no topic 't0'"),
    (SMALL, "authorities: [law-1]", "authorities: [rumour-1]", "rumour-1 is unverified"),
    (SMALL, "    authorities: [law-1]", "    authorities: [law-2]", "small.yaml, customer: there is no authority 'law-2'"),
    (SMALL, "review_due: 2027-05-23", "review_due: 2026-11-23", "clauses/small.yaml: review_due 2026-11-23 is not after"),
    (SMALL, "default: 4", "default: 9", "variable hours, default: 9 lies outside 1 to 8"),
    (SMALL, "defaults: {hours: 8}", "defaults: {hours: 9}", "provider, defaults, hours: 9 lies outside 1 to 8"),
    (SMALL, "defaults: {hours: 8}", "defaults: {ours: 8}", "there is no variable 'ours'"),
    (SMALL, "default: fast", "default: idle", "variable mode, default: there is no choice 'idle'"),
    (SMALL, "minimum: 1,", "", "variable hours: needs a minimum and a maximum"),
    (SMALL, "type: number", "type: hour", "type 'hour' is none of"),
    (SMALL, "fr: lent", "fr: ''", "variable mode, choice slow: no text in fr"),
    (SMALL, "{hours} heures", "{heures} heures", "customer, text, fr: there is no variable 'heures'"),
    (SMALL, "{hours} heures, {mode}", "{hours} heures", "not the same variables in both languages (mode)"),
    (SMALL, ", {mode}, 5 days", ", 5 days", "not the same variables in both languages (mode)"),
    (SMALL, "{mode}, 5 days", "{mode, 5 days", "a brace without its fellow"),
    (SMALL, "5 jours", "6 jours", "customer, text: number only in English: 5 days; in French: 6 jours"),
    (SMALL, "name: mode", "name: mood", "variable mood: used in no position"),
    (SMALL, "  provider:", "  seller:", "the positions are customer, balanced, seller"),
    (SMALL, "fr: \"Moyens.\"", "de: x", "provider, text: no text in fr"),
    (SMALL, "    why: {en: Because., fr: Parce que.}\nred", "red", "provider: lacks why"),
    (SMALL, "[Aucun.]", "[Aucun., Un autre.]", "red_flags: not as many in French as in English"),
    (SMALL, "  - {id: one, text: {en: One., fr: Un.}, give: {en: A, fr: A}, get: {en: B, fr: B}}\n", "", "2 steps"),
    (SMALL, "fr: Plus.}, give: {en: A, fr: A}", "fr: Plus.}, give: {en: A}", "ladder, three, give: no text in fr"),
    (SMALL, "fr: Plus.}", "fr: 'Délai: aucun.'}", "a space is missing before :"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sound", "faulty", "expected"), FAULTS)
def test_each_fault_is_named(
    spoiled: Callable[[str, str, str], list[str]], name: str, sound: str, faulty: str, expected: str
) -> None:
    found = spoiled(name, sound, faulty)
    assert any(expected in problem for problem in found), found


def test_a_range_beyond_the_law_is_named(root: Path) -> None:
    path = root / SMALL
    path.write_text(
        path.read_text("utf-8").replace("hours", "payment_term_days").replace("maximum: 8", "maximum: 90"), "utf-8"
    )
    assert any("goes beyond what the law allows (0 to 60)" in problem for problem in check(load(root), root))
