"""The report card: what was counted of models stands there, and nothing that was only said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.card import Card, as_markdown, proven
from knowledge.errors import InvalidInput


def record(figures: list[str], outcome: str = "passed", checks: tuple[str, ...] = ("L08",)) -> dict[str, Any]:
    return {"checks": list(checks), "outcome": outcome, "figures": figures, "seconds": 1.0, "reason": ""}


def written(folder: Path, records: dict[str, Any]) -> Path:
    path = folder / "records.json"
    path.write_text(json.dumps(records), "utf-8")
    return path


def test_figures_of_proofs_that_passed_are_taken_the_larger_of_two_alike(tmp_path: Path) -> None:
    path = written(tmp_path, {
        "tests/assistant/proof/test_proof.py::a[all]": record(["lying model, 119 prompts: asked 228 times"]),
        "tests/assistant/proof/test_proof.py::a[some]": record(["lying model, 15 prompts: asked 30 times"]),
        "tests/assistant/proof/test_proof.py::b": record(["10 of 10 answered"], checks=("L09",)),
        "tests/assistant/proof/test_proof.py::c": record(["99 of 100"], "failed"),
        "tests/assistant/proof/test_proof.py::d": record(["1 of 1"], checks=("L01",)),
        "tests/web/test_model.py::e": record(["5 of 5"]),
    })  # fmt: skip
    proof = proven(path)
    assert proof == (("lying model, 119 prompts", "asked 228 times"), ("", "10 of 10 answered"))
    page = as_markdown(Card("2026-03-01", 1, 1.0, 2.0, (), proof))
    assert "\n- lying model, 119 prompts: asked 228 times\n- 10 of 10 answered\n" in page


def test_without_a_run_nothing_is_said_of_models() -> None:
    assert "language models" not in as_markdown(Card("2026-03-01", 1, 1.0, 2.0, ()))


@pytest.mark.parametrize(
    "text", [None, "", "[]", '{"tests/assistant/proof/x": 1}', '{"/proof/x": {"outcome": "passed"}}']
)
def test_what_is_no_record_is_said(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "records.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match="holds no records"):
        proven(path)
