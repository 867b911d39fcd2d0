"""Words that somebody sent, made clean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import clean


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(" a\x00b\x1b[0m ", "ab[0m"), ("e\u0301", "é"), ("a\tb\nc", "a\tb\nc"), ("\u200f", "\u200f"), ("\x85\u00a0", "")],
)
def test_control_characters_go_and_forms_are_composed(sent: str, kept: str) -> None:
    assert clean(sent) == kept


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        clean("a\ud800b")


@given(st.text())
def test_clean_words_stay_as_they_are(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
