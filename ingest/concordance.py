"""Two files that should say the same in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.read import PATIENT, read
from knowledge.concordance import Discordance, Words
from knowledge.concordance.parallel import parallel
from knowledge.errors import InvalidInput
from knowledge.language import detect


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which file is in which language, and where they differ: the article and what differs in it."""

    en: Path
    fr: Path
    found: tuple[tuple[str, Discordance], ...]


def compare(one: Path, other: Path) -> Comparison:
    """Read two files and compare them. Raises `InvalidInput` unless one is English and the other French."""
    texts = {path: read(path, PATIENT).text for path in (one, other)}
    by_language = {detect(text): path for path, text in texts.items()}
    if len(by_language) != 2:
        raise InvalidInput(
            f"{one.name} and {other.name} are both in {'French' if 'fr' in by_language else 'English'}: "
            "give one file in each language"
        )
    en, fr = by_language["en"], by_language["fr"]
    return Comparison(en, fr, tuple(parallel(texts[en], texts[fr])))


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison for programs; offsets count characters of the text that was read from each file."""
    return {
        "en": str(comparison.en),
        "fr": str(comparison.fr),
        "discordances": [
            {
                "article": article,
                "kind": found.kind,
                "en": [_words(words) for words in found.en],
                "fr": [_words(words) for words in found.fr],
                "sentence_en": found.sentences[0].text,
                "sentence_fr": found.sentences[1].text,
            }
            for article, found in comparison.found
        ],
    }


def _words(words: Words) -> dict[str, Any]:
    return {"text": words.text, "start": words.start, "end": words.end}
