"""Markdown and plain text: headings, titles and front matter."""

from __future__ import annotations

import pytest

from ingest.plain import read_markdown, read_text
from ingest.reading import Reading


def outline(reading: Reading) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in reading.headings]


def test_markdown_keeps_its_source() -> None:
    source = "# Fees #\n\nThe **customer** pays [here](http://a.b).\n\n## `Late` *payment* ##\n\nTen days.\n"
    reading = read_markdown(source.encode())
    assert reading.text == source.strip()
    assert outline(reading) == [(1, "Fees"), (2, "Late payment")]
    assert reading.title == "Fees"
    assert [reading.text[heading.start] for heading in reading.headings] == ["#", "#"]


def test_setext_fences_and_what_is_no_heading() -> None:
    source = (
        "Fees\n====\n\nLate payment\n---\n\n```\n# code\n```\n\n~~~~ python\n# code\n~~~\n# code\n~~~~\n\n"
        "    # indented\n\n#hashtag\n\n####### seven\n\n- item\n---\n\n"
        "| a |\n---\n\n***\n\n# \n\nwords\n\n---\n\nafter\n"
    )
    assert outline(read_markdown(source.encode())) == [(1, "Fees"), (2, "Late payment")]


@pytest.mark.parametrize(
    ("front", "title", "text"),
    [
        ("---\ntitle: 'Support: terms'\ntags: [a]\n---\n", "Support: terms", "# Fees\n\nWords."),
        ("---\nlang: fr\n...\n", "Fees", "# Fees\n\nWords."),
        ("\ufeff---\r\ntitle: Support\r\n---\r\n\r\n", "Support", "# Fees\n\nWords."),
        ("---\nnot closed\n\n", "Fees", "---\nnot closed\n\n# Fees\n\nWords."),
        ("---\n\nA rule, not front matter\n\n---\n\n", "Fees", None),
        ("", "Fees", "# Fees\n\nWords."),
    ],
)
def test_front_matter(front: str, title: str, text: str | None) -> None:
    source = front + "# Fees\n\nWords."
    reading = read_markdown(source.encode())
    assert reading.title == title
    assert reading.text == (source if text is None else text)


def test_a_contract_in_markdown_that_marks_no_clause() -> None:
    source = (
        "# Agreement\n\n**1. Fees**. The customer pays.\n\n**1.1.** Late payment. Interest is due. "
        + "Words. " * 500
        + "\n\n"
        '2. <span class="h">Duration</span>\n    1. <b>Renewal.</b> It is renewed.\n'
    )
    assert outline(read_markdown(source.encode())) == [
        (1, "Agreement"), (2, "1. Fees"), (3, "1.1. Late payment"), (2, "2. Duration"), (3, "1. Renewal"),
    ]  # fmt: skip


def test_text() -> None:
    source = (
        "SUPPORT AGREEMENT\n\nBetween the parties:\n\nArticle 1 - Services\nThe provider answers.\n\n"
        "1.1 Hours\nNine to five.\n\n2) Fees and taxes\n\nThirty days.\n\nGENERAL TERMS\nThe law applies.\n"
    )
    reading = read_text(source.encode())
    assert reading.title == "SUPPORT AGREEMENT"
    assert outline(reading) == [
        (1, "SUPPORT AGREEMENT"), (1, "Article 1 - Services"), (2, "1.1 Hours"), (1, "2) Fees and taxes"),
        (1, "GENERAL TERMS"),
    ]  # fmt: skip
    assert all(reading.text.startswith(heading.title, heading.start) for heading in reading.headings)
