"""The chosen numbers: complete, bounded, and nothing that is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from knowledge.calibration import FILE, load


def test_the_shipped_numbers_are_read() -> None:
    chosen = load()
    assert 0 < chosen.retrieval.stems + chosen.retrieval.cognates <= 1
    assert 0 < chosen.answer.not_in_library <= chosen.answer.full <= 1


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("retrieval", "stems", 1.5),
        ("retrieval", "candidates", 0),
        ("scope", "neighbours", 0),
        ("answer", "full", -0.1),
        ("answer", "lead_characters", 5),
        ("answer", "unknown", 1),
        ("scope", "decline", None),
        ("scope", "cue", "much"),
    ],
)
def test_others_are_refused(tmp_path: Path, group: str, name: str, value: object) -> None:
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    raw[group][name] = value
    (tmp_path / "calibration.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(ValidationError, match=name):
        load(tmp_path / "calibration.yaml")


def test_nothing_may_be_missing(tmp_path: Path) -> None:
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    del raw["answer"]["foreign"]
    (tmp_path / "calibration.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(ValidationError, match="foreign"):
        load(tmp_path / "calibration.yaml")
