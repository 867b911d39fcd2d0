"""Paragraphs of a wording and their levels."""

from __future__ import annotations

import pytest

from assistant.draft.layout import paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. One.\n2. Two.", [(1, "One."), (1, "Two.")]),
        (
            "1. One:\n(a) first;\nb) second;\n- third\n2. Two",
            [(1, "One:"), (2, "first;"), (2, "second;"), (2, "third"), (1, "Two")],
        ),
        ("1. One\n   goes on\n2. Two", [(1, "One goes on"), (1, "Two")]),
        ("Plain words", [(1, "Plain words")]),
        ("", []),
        ("1. The rate of 2. 5", [(1, "The rate of 2. 5")]),
    ],
)
def test_paragraphs(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(paragraphs(text)) == expected
