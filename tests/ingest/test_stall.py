"""Texts that would stall a careless pattern, through the splitter and what else reads what strangers write: the time grows with
their length and no faster. The processor's time is measured, which a busy machine does not change."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest

from ingest.reading import Limits, Reading
from ingest.split import split
from knowledge.language import detect
from knowledge.lexical import terms
from knowledge.models import LANGUAGES
from knowledge.text import clean

Figure = Callable[[str, object], None]
SECONDS = 2.0
LONG = Limits().characters
"""No longer text is taken from any file."""
WORST = {"stops to the limit": 4.0}
"""Seconds for what takes longest: 1.7 million sentences."""
ZALGO = "".join(
    f"{char}{''.join(chr(0x300 + (at + n) % 112) for n in range(40))}" for at, char in enumerate("penalty" * 300)
)
TEXTS = {
    "words to the limit": "clause " * (LONG // 7),
    "a word to the limit": "a" * LONG,
    "stops to the limit": "a. " * (LONG // 3),
    "stacked accents": ZALGO,
    "nested marks": "*" * 100_000 + "[" * 100_000 + "(" * 100_000,
    "nearly an address": "a@" * 200_000,
    "nearly a number": "1." * 300_000 + "x",
    "nearly a quotation": "« " * 300_000,
    "spaces before an end": " " * 900_000 + "x",
}


def cut(text: str) -> object:
    reading = Reading(text, None, (), (), "txt", ())
    return split(reading, document_id="d", uri="d.txt", title="D", lang="en", visibility="public", topics=())


@pytest.mark.check("D05")
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("reads", [cut, clean, detect], ids=lambda one: one.__name__)
def test_what_reads_a_document_takes_no_longer_than_its_length(
    reads: Callable[[str], object], text: str, record_property: Figure
) -> None:
    given = unicodedata.normalize("NFC", TEXTS[text])
    began = time.process_time()
    reads(given)
    took = time.process_time() - began
    assert took < WORST.get(text, SECONDS)
    record_property("figure", f"{reads.__name__}, {text}: {took:.1f} s")


@pytest.mark.check("D05")
@pytest.mark.parametrize("text", TEXTS)
def test_terms_of_a_long_passage(text: str) -> None:
    """No passage and no question is longer."""
    began = time.process_time()
    for lang in LANGUAGES:
        terms(TEXTS[text][:20_000], lang)
    assert time.process_time() - began < SECONDS
