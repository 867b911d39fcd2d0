"""Markdown becomes a document, and the document a PDF that can be read again."""

from __future__ import annotations

import io

import pypdf
import pytest

from prompts.compose import compose
from prompts.document import Bullet, Document, Heading, Numbered, PageBreak, Pair, Paragraph, Run, Table, plain
from prompts.pdf import pdf

MARKDOWN = """# Grille de négociation

*Pour le client*

## Négociation

### Responsabilité

**Ce que nous voulons.** Un plafond de 200 %.

> 1\\. Chaque Partie répond.

- un
- deux

| Point | État |
|---|---|
| Prix | ouvert |

---

<script>alert(1)</script>
"""


def words(document: Document) -> str:
    return " ".join(
        run.text for block in document.blocks for run in getattr(block, "content", ()) if isinstance(run, Run)
    )


def test_markdown_is_read_into_blocks() -> None:
    document = compose(MARKDOWN, lang="fr")
    kinds = [type(block).__name__ for block in document.blocks]
    assert kinds == [
        "Paragraph", "Paragraph", "Heading", "Heading", "Paragraph", "Paragraph", "Bullet", "Bullet", "Table", "PageBreak",
        "Paragraph",
    ]  # fmt: skip
    assert document.title == "Grille de négociation"
    assert document.blocks[1] == Paragraph((Run("Pour le client", italic=True),))
    assert document.blocks[2] == Heading((Run("Négociation"),), 1)
    assert document.blocks[4] == Paragraph((Run("Ce que nous voulons.", bold=True), Run(" Un plafond de 200 %.")))
    quoted = document.blocks[5]
    assert isinstance(quoted, Paragraph)
    assert (quoted.style, plain(quoted.content, {})) == ("quote", "1. Chaque Partie répond.")
    assert document.blocks[6] == Bullet((Run("un"),))
    assert document.blocks[8] == Table((((Run("Point"),), (Run("État"),)), ((Run("Prix"),), (Run("ouvert"),))))


def test_raw_html_stays_words() -> None:
    assert "<script>alert(1)</script>" in words(compose(MARKDOWN, lang="fr"))


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def test_a_pdf_says_what_the_document_says() -> None:
    reader = read(pdf(compose(MARKDOWN, lang="fr", header="En-tête", footer="En attente de validation")))
    text = " ".join(page.extract_text() for page in reader.pages)
    for said in (
        "Grille de négociation",
        "Un plafond de 200 %",
        "ouvert",
        "En-tête",
        "En attente de validation",
        "alert(1)",
    ):
        assert said in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Grille de négociation"
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"


def test_equal_documents_are_equal_files() -> None:
    assert pdf(compose(MARKDOWN, lang="fr")) == pdf(compose(MARKDOWN, lang="fr"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [("œuvre « fine » – 5 €", "œuvre « fine » – 5 €"), ("ő ≥ 3", "o >= 3"), ("日", "?"), ("a<b&c", "a<b&c")],
)
def test_signs_that_the_font_lacks_are_written_otherwise(written: str, shown: str) -> None:
    document = Document("t", "fr", (Paragraph((Run(written),)),))
    assert shown in read(pdf(document)).pages[0].extract_text()


def test_numbers_columns_and_pages() -> None:
    document = Document(
        "t",
        "en",
        (
            Heading((Run("Term"),), 1, "article"),
            Numbered((Run("First."),)),
            Pair(Numbered((Run("Left."),)), Numbered((Run("Droite."),))),
            PageBreak(),
            Paragraph((Run("gone", change="deleted"), Run("come", change="inserted"))),
        ),
        landscape=True,
    )
    reader = read(pdf(document))
    assert len(reader.pages) == 2
    first = reader.pages[0].extract_text()
    for said in ("Article 1 – Term", "1.1", "First.", "Left.", "Droite."):
        assert said in first
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height


def test_a_table_longer_than_a_page_goes_on() -> None:
    rows = tuple(((Run(f"row {n}"),), (Run("x" * 40),)) for n in range(150))
    reader = read(pdf(Document("t", "en", (Heading((Run("All"),)), Table(rows)))))
    assert len(reader.pages) > 2
    assert "All" in reader.pages[0].extract_text()
    assert "row 5" in reader.pages[0].extract_text()
