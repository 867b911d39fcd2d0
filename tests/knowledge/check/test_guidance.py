"""Faults of a guidance text, and of the two texts on a topic, are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import problems as check
from knowledge.library import load

EN, FR = "guidance/en/t1.md", "guidance/fr/t1.md"

FAULTS = [
    (EN, "## Warning signs\n\n- A term of thirty days.\n", "", "the heading 'Warning signs' is missing"),
    (FR, "## Signaux d'alerte", "## En bref", "the heading 'En bref' stands there twice"),
    (EN, "## In short", "## Usual figures", "headings out of order"),
    (FR, "### Question F ?", "#### F", "5 questions, at least 6 are needed"),
    (EN, "Also asked: like this A?", "", "'Question A?': no other wordings of the question"),
    (EN, "so that nobody can say that it is too short to stand alone", "so", "an answer of 13 words, expected 20 to 120"),
    (EN, "title: \"Small\"", "title: \"\"", "guidance/en/t1.md: no title"),
    (EN, "language: en\nvisibility: public", "language: en\nvisibility: secret", "visibility is neither"),
    (EN, "authorities: [case-1, law-1]", "authorities: [law-1]", "authorities of the front matter lack case-1"),
    (EN, "authorities: [case-1, law-1]", "authorities: [case-1, law-1, rumour-1]", "front matter name rumour-1"),
    (EN, "review_due: 2027-05-23", "review_due: 2026-05-23", "is not after reviewed_on"),
    (EN, "reviewed_on: 2026-11-23\n", "", "reviewed_on and review_due must both be dates"),
    (EN, "Plead it. {law-1}", "Plead it. {law-9}", "'For the lawyer': there is no authority 'law-9'"),
    (EN, "Plead it. {law-1}", "Plead it. {rumour-1}", "rumour-1 is unverified (status U)"),
    (EN, "It is reported that a court", "A court", "rests on secondary sources only (case-1) without words of care"),
    (FR, "Il est rapporté qu'un juge", "Un juge", "rests on secondary sources only (case-1) without words of care"),
    (EN, "figure:rate", "figure:rank", "there is no figure 'rank'"),
    (EN, "The rate is given below", "The rate is 12.40 %", "12.4 % is a dated figure; write {figure:rate}"),
    (FR, "Le taux figure plus bas", "Le taux était de 12,15 %", "12.15 % is a dated figure; write {figure:rate}"),
    (FR, "À plaider.", "À plaider pour 40 €.", "40 € is a dated figure; write {figure:sum}"),
    (EN, "Ask for nothing", "Ask for **nothing**", "braces or markdown left in"),
    (EN, "Ask for nothing", "Ask for }nothing", "braces or markdown left in"),
    (FR, "« rien »", "«rien »", "a space is missing after «"),
    (FR, "« rien »", "« rien»", "a space is missing before »"),
    (FR, "### Question F ?", "### Question F?", "a space is missing before ?"),
    (FR, "99,5 %", "99,5%", "a space is missing before %"),
    (FR, "- À plaider. {law-1}", "- À plaider. {law-1}\n- Encore. {law-1}", "2 passages of lawyer, 1 in English"),
    (FR, "- À plaider. {law-1}", "- À plaider, selon eux. {case-1}", "cites case-1; in English law-1"),
    (FR, "{law-1, figure:rate}", "{law-1}", "shows the figures none; in English rate"),
    (FR, "4 heures", "5 heures", "'En bref': number only in English: four hours; in French: 5 heures"),
    (FR, "4 heures", "4 jours", "in French: 4 jours"),
    (FR, "17 h", "18 h", "number only in English: 17:00; in French: 18 h"),
    (FR, "99,5 %", "99 %", "in French: 99 %"),
    (FR, "1 000 euros", "10 000 euros", "number only in English: 1,000 euros"),
    (FR, "1er janvier", "2 janvier", "date only in English: 1 January; in French: 2 janvier"),
    (FR, "Quarante-huit", "Quarante", "number only in English: Forty-eight business hours"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sound", "faulty", "expected"), FAULTS)
def test_each_fault_is_named(
    spoiled: Callable[[str, str, str], list[str]], name: str, sound: str, faulty: str, expected: str
) -> None:
    found = spoiled(name, sound, faulty)
    assert any(expected in problem for problem in found), found


def test_a_missing_twin_is_named(root: Path) -> None:
    (root / FR).unlink()
    assert "guidance/fr/t1.md: missing; the other language has a text" in check(load(root), root)


def test_guidance_of_an_unknown_topic_is_named(root: Path) -> None:
    for lang in ("en", "fr"):
        path = root / f"guidance/{lang}/t1.md"
        path.with_name("t77.md").write_text(path.read_text("utf-8").replace("topic: t1", "topic: t77"), "utf-8")
    assert "guidance/en/t77.md: there is no topic 't77'" in check(load(root), root)


def test_a_file_named_after_another_topic_is_named(root: Path) -> None:
    (root / EN).rename(root / "guidance/en/t2.md")
    assert any("are not those of the file's name" in problem for problem in check(load(root), root))


def test_problems_stand_on_one_line(root: Path) -> None:
    text = (root / EN).read_text("utf-8")
    (root / EN).write_text(re.sub("reported|public", "x", text), "utf-8")
    found = check(load(root), root)
    assert found
    assert not [problem for problem in found if "\n" in problem]
