"""Two files are told apart by their language and compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.concordance import as_json, compare
from knowledge.errors import InvalidInput

EN = "The Provider delivers the report within 30 days of the order."
FR = "Le Prestataire remet le rapport dans les 30 jours de la commande."


def _files(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return paths


@pytest.mark.parametrize("texts", [(EN, FR), (FR, EN)])
def test_the_order_of_the_files_does_not_matter(tmp_path: Path, texts: tuple[str, str]) -> None:
    comparison = compare(*_files(tmp_path, *texts))
    assert comparison.en.read_text("utf-8") == EN
    assert comparison.found == ()


def test_what_differs_is_given_with_its_words(tmp_path: Path) -> None:
    found = as_json(compare(*_files(tmp_path, EN, FR.replace("30", "20"))))["discordances"]
    assert [(one["kind"], one["en"][0]["text"], one["fr"][0]["text"]) for one in found] == [
        ("number", "30 days", "20 jours")
    ]


def test_two_files_in_one_language_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="both in English: give one file in each language"):
        compare(*_files(tmp_path, EN, EN))
