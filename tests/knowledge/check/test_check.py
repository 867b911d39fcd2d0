"""A library without a fault has no problem."""

from __future__ import annotations

from pathlib import Path

from knowledge.check import problems
from knowledge.library import load


def test_no_problem_in_a_sound_library(root: Path) -> None:
    assert problems(load(root), root) == []
