"""A document as Markdown, which a Markdown reader reads as it was meant."""

from __future__ import annotations

from markdown_it import MarkdownIt

from prompts.document import (
    Bullet,
    Document,
    Heading,
    Numbered,
    PageBreak,
    Pair,
    Paragraph,
    Reference,
    Run,
    Table,
    inline,
)
from prompts.markdown import markdown

BLOCKS = (
    Paragraph(inline("Contrat"), "title"),
    Paragraph(inline("A et B"), "subtitle"),
    Heading(inline("Objet"), listing="article", anchor="o"),
    Numbered((*inline("Voir ("), Reference("p"), Run(") et *dol*."))),
    Numbered(inline("Deux"), 2),
    Heading(inline("Prix"), listing="article", anchor="p"),
    Table(((inline("Niveau"), inline("Délai")), (inline("P1"), inline("a | b")))),
    Bullet(inline("un")),
    Bullet(inline("deux")),
    Paragraph(inline("Note"), "note"),
    Paragraph(inline("Citation"), "quote"),
    Paragraph((Run("old", change="deleted"), Run("new", change="inserted"))),
    PageBreak(),
)


def test_every_block() -> None:
    assert markdown(Document("T", "fr", BLOCKS)).splitlines() == [
        "# Contrat", "", "**A et B**", "", "## Article 1 – Objet", "", "1.1 Voir (article 2) et *dol*.", "", "   (a) Deux", "",
        "## Article 2 – Prix", "", "| Niveau | Délai |", "|---|---|", "| P1 | a \\| b |", "", "- un", "- deux", "", "_Note_", "",
        "> Citation", "", "<del>old</del><ins>new</ins>", "", "---",
    ]  # fmt: skip


def test_two_columns_are_one_table() -> None:
    pairs = (
        Pair(
            Heading(inline("Objet"), listing="article", lang="fr"),
            Heading(inline("Purpose"), listing="article", lang="en"),
        ),
        Pair(Numbered(inline("Un")), Numbered(inline("One"))),
    )
    text = markdown(Document("T", "fr", pairs))
    assert text.splitlines() == [
        "| | |",
        "|---|---|",
        "| **Article 1 – Objet** | **Article 1 – Purpose** |",
        "| 1.1 Un | 1.1 One |",
    ]
    assert MarkdownIt().enable("table").render(text).count("<tr>") == 3


def test_numbers_are_read_as_they_stand() -> None:
    articles = (Heading(inline("One"), listing="article"), Numbered(inline("A")))
    assert "<p>1.1 A</p>" in MarkdownIt().render(markdown(Document("T", "en", articles)))
    free = (Heading(inline("Free")), Numbered(inline("One")), Numbered(inline("Two")))
    assert MarkdownIt().render(markdown(Document("T", "en", free))).count("<li>") == 2
