"""Playbooks with proposed rules: written so that a person can read them, accepted in place."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.acceptance import accepted, heard, written
from knowledge.errors import InvalidInput, NotFound
from knowledge.playbook import Evidence, Passage, Playbook, Rule, Spread, playbook_in

DAY = dt.date(2026, 3, 4)
TEXT = {"en": "A text: with a colon.", "fr": "Un texte : « ceci »."}
QUOTE = "Either party may end it\non 3 months' notice: no less."


def rule(name: str, *, proposed: bool = True) -> Rule:
    evidence = Evidence(
        contracts=9, speaking=8, agreeing=7, unit="month",
        figures=(Spread(value=3, contracts=7), Spread(value=0.5, contracts=1)),
        passages=(Passage(file="a.docx", sha256="0" * 64, start=4, end=57, quote=QUOTE, value=3),),
    )  # fmt: skip
    return Rule(
        id=name, topic="duration-renewal", subject="notice-period", severity="medium", standard=TEXT, why=TEXT, ask=TEXT,
        fallback=TEXT, proposed=proposed, evidence=evidence,
    )  # fmt: skip


def playbook(*rules: Rule) -> Playbook:
    return Playbook(
        id="ours", version="0.1.9", side="customer", title=TEXT, reviewed_on="2026-01-01", review_due="2026-01-01", rules=rules
    )  # fmt: skip


def test_what_is_written_reads_as_the_same() -> None:
    one = playbook(rule("notice"), rule("term"))
    read = playbook_in(written(one), "ours.yaml")
    assert read == one
    assert read.sha256 == one.sha256


def test_a_person_finds_where_to_sign() -> None:
    text = written(playbook(rule("notice")))
    assert "  - id: notice\n    proposed: true\n    accepted_by:\n    accepted_on:\n" in text
    assert "on 3 months' notice: no less." in text


@pytest.mark.parametrize("layout", ["as written", "without the empty lines", "on one line"])
def test_a_rule_is_accepted_in_place(layout: str) -> None:
    text = written(playbook(rule("notice"), rule("term"))) + "# a remark of ours\n"
    if layout == "without the empty lines":
        text = text.replace("    accepted_by:\n    accepted_on:\n", "")
    if layout == "on one line":
        short = "{en: A text., fr: Un texte.}"
        parts = ", ".join(f"{name}: {short}" for name in ("standard", "why", "ask", "fallback"))
        flow = f"  - {{id: term, proposed: true, topic: t, subject: s, severity: low, {parts}}}\n"
        text = text[: text.index("\n  - id: term")] + "\n" + flow
    done = accepted(text, "ours.yaml", ["term"], 'Me "É" Dupont', DAY)
    read = playbook_in(done, "ours.yaml")
    assert [(one.id, one.is_on) for one in read.rules] == [("notice", False), ("term", True)]
    assert (read.rules[1].accepted_by, read.rules[1].accepted_on) == ('Me "É" Dupont', DAY)
    assert read.version == "0.1.10"
    kept = [line for line in text.splitlines() if line not in ("    accepted_by:", "    accepted_on:")]
    missing = [line for line in kept if line not in done.splitlines()]
    assert len(missing) <= (2 if layout == "on one line" else 1)  # the version, and the rule on one line


def test_who_accepted_first_stays() -> None:
    once = accepted(written(playbook(rule("notice"), rule("term"))), "ours.yaml", ["notice"], "A. Martin", DAY)
    assert accepted(once, "ours.yaml", ["notice"], "B. Durand", DAY) == once


@pytest.mark.parametrize(
    ("names", "by", "error", "said"),
    [
        (["weather"], "A. Martin", NotFound, "no rule 'weather'"),
        (["written"], "A. Martin", InvalidInput, "switched on already"),
        (["notice"], "  ", InvalidInput, "--by"),
    ],
)
def test_what_cannot_be_accepted_is_said(names: list[str], by: str, error: type[Exception], said: str) -> None:
    text = written(playbook(rule("notice"))).replace("0.1.9", "0.2.0") + "\n"
    by_hand = (
        text[text.index("  - id: notice") :]
        .replace("id: notice", "id: written")
        .replace("proposed: true", "proposed: false")
    )
    with pytest.raises(error, match=said):
        accepted(text + by_hand, "ours.yaml", names, by, DAY)


def test_how_far_contracts_agree_is_told_in_a_line() -> None:
    assert heard(rule("notice")) == "9 contracts, 8 speak, 7 agree; 3 month in 7, 0.5 in 1"
