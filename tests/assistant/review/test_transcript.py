"""A contract that is no Word file, as a document."""

from __future__ import annotations

from pathlib import Path

from assistant.review.transcript import transcript
from ingest.contract import read_contract
from prompts.document import Heading, contents, plain

CONTRACT = Path(__file__).parents[2] / "golden" / "contracts" / "fr-maintenance-boutique.md"


def test_every_line_is_a_paragraph_in_its_own_words_without_the_marks_of_headings() -> None:
    contract = read_contract(CONTRACT)
    document = transcript(contract)
    said = [plain(content, {}) for block in document.blocks for content in contents(block)]  # type: ignore[arg-type]
    assert said == [line.strip().lstrip("# ") for line in contract.text.split("\n") if line.strip()]
    assert any(isinstance(block, Heading) for block in document.blocks)
    assert contract.name in document.header
