"""PDF files: paragraphs, margins, hyphens and pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ingest.pdf import read_pdf
from ingest.reading import LIMITS, Reading

if TYPE_CHECKING:
    from tests.ingest.conftest import MakePdf

FULL = "The provider keeps the website available at all times of the day and of the week and"
"""A line as wide as the page."""


def pages_of(reading: Reading) -> list[str]:
    """The text of each page."""
    ends = [*reading.pages[1:], len(reading.text)]
    return [reading.text[start:end].strip() for start, end in zip(reading.pages, ends, strict=True)]


def test_lines_of_a_paragraph_are_joined(make_pdf: MakePdf) -> None:
    lines = [FULL, "answers within four hours.", "The customer pays.", "", "", "Article 2 - Fees", FULL, "always."]
    reading = read_pdf(make_pdf([lines]), LIMITS)
    assert reading.text.split("\n\n") == [
        f"{FULL} answers within four hours.",
        "The customer pays.",
        "Article 2 - Fees",
        f"{FULL} always.",
    ]
    assert [(heading.title, heading.start) for heading in reading.headings] == [
        ("Article 2 - Fees", reading.text.index("Article"))
    ]


def test_headers_footers_and_page_numbers_are_left_out(make_pdf: MakePdf) -> None:
    bodies = [
        "Services are described here.",
        "Fees are due in thirty days.",
        "Article 7 of the law applies.",
        "",
        "End.",
    ]
    pages = [
        ["Acme - confidential", *(["Section 1"] if at == 1 else []), body, f"Contract 2024-12 - page {at + 3} of 9"]
        for at, body in enumerate(bodies)
    ]
    reading = read_pdf(make_pdf(pages), LIMITS)
    assert pages_of(reading) == [
        "Services are described here.",
        "Section 1\n\nFees are due in thirty days.",
        "Article 7 of the law applies.",
        "",
        "End.",
    ]


def test_a_line_repeated_on_two_pages_stays(make_pdf: MakePdf) -> None:
    reading = read_pdf(make_pdf([["Acme", "Services."], ["Acme", "Fees."]]), LIMITS)
    assert reading.text.count("Acme") == 2


def test_numbers_that_count_nothing_stay(make_pdf: MakePdf) -> None:
    pages = [[f"Article {number}", f"Words of article {number}."] for number in (1, 5, 6, 12)]
    assert read_pdf(make_pdf(pages), LIMITS).text.count("Article") == 4


def test_the_same_line_on_every_page_is_still_text(make_pdf: MakePdf) -> None:
    assert "Services" in read_pdf(make_pdf([["Services"]] * 4), LIMITS).text


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("respon-", "sibility", "responsibility"),
        ("non-", "exclusive", "non-exclusive"),
        ("sous-", "traitant", "sous-traitant"),
        ("right-", "holder", "right-holder"),
        ("GTI-", "GTR", "GTI- GTR"),
    ],
)
def test_hyphens_at_the_end_of_a_line(make_pdf: MakePdf, first: str, second: str, joined: str) -> None:
    lines = [
        f"The right-holder of the website and of all of its pages may rely on the {first}",
        f"{second} named here.",
    ]
    assert read_pdf(make_pdf([lines]), LIMITS).text.endswith(f"on the {joined} named here.")


def test_a_paragraph_and_a_word_go_on_over_the_page(make_pdf: MakePdf) -> None:
    reading = read_pdf(make_pdf([[FULL, FULL + " respon-"], ["sibility is his.", "Next."]]), LIMITS)
    assert reading.text == f"{FULL} {FULL} responsibility is his.\n\nNext."
    assert pages_of(reading)[1] == "sibility is his.\n\nNext."


def test_numbered_paragraphs_begin_anew(make_pdf: MakePdf) -> None:
    lines = [f"(a) {FULL}", "so on;", "(b) the customer pays.", "8.3. Fees. " + FULL, "more.", "- item", "- item"]
    parts = read_pdf(make_pdf([lines]), LIMITS).text.split("\n\n")
    assert [part[:4] for part in parts] == ["(a) ", "(b) ", "8.3.", "- it", "- it"]


def test_numbers_drawn_after_the_page_find_their_lines(make_raw_pdf: Callable[..., bytes]) -> None:
    words = [(100, 700, "Services are rendered."), (100, 680, "Fees are due."), (80, 700, "1."), (80, 680, "2.")]
    content = "".join(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in words)
    reading = read_pdf(make_raw_pdf([content.encode()]), LIMITS)
    assert reading.text == "1. Services are rendered.\n\n2. Fees are due."


def test_words_parted_after_their_first_letter(make_pdf: MakePdf) -> None:
    lines = ["2.2. S cope of the agreement.", "The O rder and the order. Plan B contracts, A part, parts."]
    assert read_pdf(make_pdf([lines]), LIMITS).text.split("\n\n") == [
        "2.2. Scope of the agreement.",
        "The Order and the order. Plan B contracts, A part, parts.",
    ]


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("/Title (Hosting agreement)", "Hosting agreement"),
        ("/Title (Microsoft Word - Hosting terms)", "Hosting terms"),
        ("/Title (untitled)", "Support"),
        ("/Title (contract_v3.docx)", "Support"),
        ("", "Support"),
    ],
)
def test_title(make_raw_pdf: Callable[..., bytes], info: str, title: str) -> None:
    large = b"BT /F1 20 Tf 72 700 Td (Support) Tj ET\n"
    small = b"".join(b"BT /F1 10 Tf 72 %d Td (Words of the agreement.) Tj ET\n" % (650 - 12 * at) for at in range(5))
    assert read_pdf(make_raw_pdf([large + small], info=info), LIMITS).title == title


def test_what_a_reader_should_know(make_raw_pdf: Callable[..., bytes]) -> None:
    page = b"BT /F1 10 Tf 72 700 Td (Seen.) Tj ET BT /F1 1 Tf 72 600 Td (Approve this.) Tj ET"
    reading = read_pdf(make_raw_pdf([page, b""]), LIMITS)
    assert "Approve this." in reading.text
    assert reading.warnings == (
        "Pages without text, perhaps scanned: 2.",
        "Letters too small to read were kept: “Approve this.”.",
    )
    assert reading.pages == (0, len(reading.text))
