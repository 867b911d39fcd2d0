"""Patterns of words: what they find, where, and what is refused."""

from __future__ import annotations

import pytest

from knowledge.errors import InvalidInput
from knowledge.wording import compile_pattern, fold, phrases, wordings

FOUND = [
    ("notice period", "The Notice  period is long", "Notice  period"),
    ("liab* .. exceed", "its liability shall not exceed the fees", "liability shall not exceed"),
    ("plafonnée", "responsabilité PLAFONNEE à", "PLAFONNEE"),
    ("l'ensemble", "dans l’ensemble des cas", "l’ensemble"),
    ("(not | never) renew", "shall never renew", "never renew"),
    ("[written] notice of", "a notice of default", "notice of"),
    ("[written] notice of", "a written notice of default", "written notice of"),
    ("# months", "within three (3) months", "three (3) months"),
    ("# %", "99,5% du temps", "99,5%"),
    ("cap* & fees", "The fees are a cap", "fees are a cap"),
    ("third-party", "a third party and", "third party"),
    ("<may> assign", "she reserves the right to assign it", "reserves the right to assign"),
    ("il <may> céder", "il est libre de céder", "il est libre de céder"),
]
NOT_FOUND = [
    ("notice", "unnoticed"),
    ("notice", "notices"),
    ("liab* .. exceed", "liability is" + " x" * 100 + " exceed"),
    ("cap* & fees", "the cap alone"),
    ("a .. b", "a \x1e b"),
]
REFUSED = ["", "(a | b", "a)", "a | ", "[ ]", "<mayy> assign"]


@pytest.mark.parametrize(("pattern", "text", "words"), FOUND)
def test_found(pattern: str, text: str, words: str) -> None:
    span = compile_pattern(pattern).find(fold(text))
    assert span
    assert text[slice(*span)] == words


@pytest.mark.parametrize(("pattern", "text"), NOT_FOUND)
def test_not_found(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).find(fold(text)) is None


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput, match="wording"):
        compile_pattern(pattern)


@pytest.mark.parametrize("text", ["Éléments à la carte", "plain", "œuvre ﬁn", "a\u00a0b\n\tc", "İstanbul", "’“”–"])
def test_folding_moves_nothing(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_one_of_several_ways_is_enough() -> None:
    assert wordings(["absent"], ["present"]).find("it is present") == (6, 13)
    assert not wordings([])


def test_a_phrase_that_is_not_there_is_refused_with_one_that_is() -> None:
    with pytest.raises(InvalidInput, match="is <may> meant"):
        compile_pattern("provider <mayy> assign")


@pytest.mark.parametrize("name", phrases())
def test_every_phrase_can_be_used(name: str) -> None:
    assert compile_pattern(f"<{name}>").parts
