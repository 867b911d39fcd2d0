"""A file with its tracked changes rejected is what it was."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pytest

from ingest.redline.redline import Edit, redline
from ingest.redline.settle import rejected
from knowledge.errors import Unreadable

PARAGRAPHS = ["Article 1", "Le préavis est de six mois.", "Fait à Lyon."]


def test_words_and_paragraphs_come_back() -> None:
    document = docx.Document()
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    saved = io.BytesIO()
    document.save(saved)
    text = "\n\n".join(PARAGRAPHS)
    at, end = text.index("six"), text.index("Fait")
    edits = [Edit(at, at + 3, "3"), Edit(end, end, paragraphs=("Réversibilité", "Tout est remis."), comment="Manque.")]
    marked = redline(saved.getvalue(), text, edits, author="A", now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).data
    shown = [paragraph.text for paragraph in docx.Document(io.BytesIO(rejected(marked))).paragraphs]
    assert shown == PARAGRAPHS
    assert [
        paragraph.text for paragraph in docx.Document(io.BytesIO(rejected(saved.getvalue()))).paragraphs
    ] == PARAGRAPHS


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(Unreadable):
        rejected(b"PK nothing")
