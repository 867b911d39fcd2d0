"""Faults of quiz items and of the glossary are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import problems
from knowledge.library import load

QUIZ, GLOSSARY = "quizzes/a.yaml", "glossary.yaml"
ITEM = """
$name:
  type: single
  block: A
  topic: t1
  objective: LO1
  level: apply
  difficulty: 1
  stem: {en: $stem_en, fr: $stem_fr}
  options:
    - {id: a, text: {en: The first answer, fr: La première réponse}, correct: true, why: {en: So it is, fr: C'est cela}}
    - {id: b, text: {en: The other answer, fr: La seconde réponse}, why: {en: It is not, fr: Ce n'est pas cela}}
    - {id: c, text: {en: The third answer, fr: La troisième réponse}, why: {en: It is not, fr: Ce n'est pas cela}}
  explanation: {en: So it is, fr: C'est ainsi}
  source: {authority: law-1, quote: {en: Contracts bind, fr: Les contrats obligent}}
  authorities: [law-1]
  clause: small
  checked_on: 2026-11-23
  expires: 2027-01-01
"""
FIRST = ("first", "What binds those who signed yesterday", "Qu'est-ce qui oblige les signataires depuis hier")
SECOND = ("second", "Which court hears this quarrel", "Quel tribunal connaît du présent litige")
TERM = """
contract:
  term: {en: contract, fr: contrat}
  meaning: {en: A bargain, fr: Un accord}
  topics: [t1]
  authorities: [law-1]
"""

FAULTS = [
    (QUIZ, "topic: t1", "topic: t0", "quizzes, first: there is no topic 't0'"),
    (QUIZ, "authorities: [law-1]", "authorities: [law-9]", "there is no authority 'law-9'"),
    (QUIZ, "authorities: [law-1]", "authorities: [rumour-1]", "rumour-1 is unverified"),
    (QUIZ, "clause: small", "clause: large", "there is no clause type 'large'"),
    (QUIZ, "expires: 2027-01-01", "expires: 2026-11-01", "expires 2026-11-01, not after it was checked"),
    (QUIZ, "authority: law-1", "authority: law-2", "source: there is no 'law-2' to quote in en"),
    (QUIZ, "en: Contracts bind,", "en: Contracts may bind,", "source: the quotation in en does not stand in law-1"),
    (QUIZ, "fr: Les contrats obligent", "fr: Les contrats lient", "source: the quotation in fr does not stand in law-1"),
    (QUIZ, "The other answer", "The third answer.", "first, en: two options say the same"),
    (QUIZ, "The first answer", "The first answer is by far the longest one that there is in all of this", "times as long as the others"),
    (QUIZ, "Qu'est-ce qui oblige", "Qui oblige: qui", "a space is missing before :"),
    (QUIZ, SECOND[1], FIRST[1], "quizzes, second, en: asks what first asks"),
    (GLOSSARY, "topics: [t1]", "topics: [t0]", "glossary.yaml, contract, topics: there is no topic 't0'"),
    (GLOSSARY, "authorities: [law-1]", "authorities: [law-9]", "glossary.yaml, contract: there is no authority 'law-9'"),
    (GLOSSARY, "fr: Un accord", "fr: 'Un accord: oui'", "glossary.yaml, contract, meaning: a space is missing before :"),
]  # fmt: skip


def _item(name: str, stem_en: str, stem_fr: str) -> str:
    return ITEM.replace("$name", name).replace("$stem_en", stem_en).replace("$stem_fr", f'"{stem_fr}"')


@pytest.fixture
def with_training(root: Path) -> Path:
    (root / "quizzes").mkdir()
    (root / QUIZ).write_text(_item(*FIRST) + _item(*SECOND), "utf-8")
    (root / GLOSSARY).write_text(TERM, "utf-8")
    return root


def test_sound_items_have_no_problem(with_training: Path) -> None:
    assert problems(load(with_training), with_training) == []


@pytest.mark.usefixtures("with_training")
@pytest.mark.parametrize(("name", "sound", "faulty", "expected"), FAULTS)
def test_each_fault_is_named(
    spoiled: Callable[[str, str, str], list[str]], name: str, sound: str, faulty: str, expected: str
) -> None:
    found = spoiled(name, sound, faulty)
    assert any(expected in problem for problem in found), found


def test_a_file_that_is_not_in_form_is_named(with_training: Path) -> None:
    (with_training / QUIZ).write_text("first: {type: single}", "utf-8")
    assert any(problem.startswith("a.yaml: first") for problem in problems(load(with_training), with_training))


def test_a_right_option_that_is_always_the_longest_is_named(with_training: Path) -> None:
    words = [f"{chr(97 + n)}{chr(98 + n)}{chr(99 + n)}{chr(100 + n)}" for n in range(20)]
    items = "".join(_item(f"item-{word}", f"{word}x {word}y", f"{word}z {word}w") for word in words)
    (with_training / QUIZ).write_text(items.replace("The first answer", "The very first answer"), "utf-8")
    found = problems(load(with_training), with_training)
    assert "quizzes, en: the longest option is the right one in 20 of 20 items" in found
