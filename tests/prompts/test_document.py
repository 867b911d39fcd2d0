"""How a document counts, and what it makes of emphasis."""

from __future__ import annotations

import pytest

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
    anchors,
    contents,
    inline,
    labels,
    plain,
)


def article(anchor: str | None = None, lang: str | None = None) -> Heading:
    return Heading(inline("Title"), listing="article", anchor=anchor, lang=lang)


def item(level: int = 1, anchor: str | None = None) -> Numbered:
    return Numbered(inline("Text"), level, anchor)


def test_numbers_run_through_headings_and_levels() -> None:
    blocks = (
        article(), item(), item(2), item(2), item(3), item(), item(2),
        Heading(inline("Unlisted"), level=2), article(), item(),
        Heading(inline("Free")), item(), item(),
        Heading(inline("Annex"), listing="annex"), item(), PageBreak(), Paragraph(inline("x")), Bullet(inline("x")), article(),
    )  # fmt: skip
    assert [label for _, label, _ in labels(Document("T", "en", blocks))] == [
        "article 1", "1.1", "(a)", "(b)", "(i)", "1.2", "(a)", "", "article 2", "2.1", "", "1.", "2.", "annex 1", "1.1", "", "", "",
        "article 3",
    ]  # fmt: skip


def test_numbers_below_a_heading_that_is_not_counted_begin_anew() -> None:
    blocks = (
        item(),
        item(),
        Heading(inline("A"), level=2),
        item(),
        article(),
        item(),
        Heading(inline("B"), level=2),
        item(),
    )
    assert [label for _, label, _ in labels(Document("T", "en", blocks))] == [
        "1.",
        "2.",
        "",
        "1.",
        "article 1",
        "1.1",
        "",
        "1.2",
    ]


def test_deep_numbers() -> None:
    blocks = (article(), item(), *[item(2)] * 28, *[item(3)] * 14)
    counted = [label for _, label, _ in labels(Document("T", "en", blocks))]
    assert (counted[27], counted[28], counted[29]) == ("(z)", "(aa)", "(ab)")
    assert [counted[at] for at in (30, 33, 38, 43)] == ["(i)", "(iv)", "(ix)", "(xiv)"]


def test_each_column_counts_on_its_own() -> None:
    pair = Pair(article("fr", "fr"), article("en", "en"))
    annex = Pair(
        Heading(inline("A"), listing="annex", anchor="a", lang="fr"),
        Heading(inline("A"), listing="annex", anchor="b", lang="en"),
    )
    document = Document("T", "fr", (pair, Pair(item(), item(anchor="there")), annex))
    assert [(left, right) for _, left, right in labels(document)] == [
        ("article 1", "article 1"),
        ("1.1", "1.1"),
        ("annexe 1", "annex 1"),
    ]
    assert anchors(document) == {"fr": "article 1", "en": "article 1", "there": "1.1", "a": "annexe 1", "b": "annex 1"}


def test_an_anchor_stands_once() -> None:
    with pytest.raises(ValueError, match="'a' stands twice"):
        anchors(Document("T", "en", (article("a"), item(anchor="a"))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", (Run("plain"),)),
        ("fraud (*dol*) too", (Run("fraud ("), Run("dol", italic=True), Run(") too"))),
        ("**Note** that", (Run("Note", bold=True), Run(" that"))),
        ("2 * 3 * 4", (Run("2 * 3 * 4"),)),
        ("", ()),
    ],
)
def test_emphasis(text: str, expected: tuple[Run, ...]) -> None:
    assert inline(text) == expected


def test_references_are_read_as_numbers() -> None:
    assert plain((*inline("see "), Reference("a")), {"a": "article 4"}) == "see article 4"


def test_tables_hold_text_too() -> None:
    assert list(contents(Table(((inline("a"), inline("b")), (inline("c"), inline("d")))))) == [
        inline(t) for t in "abcd"
    ]
    assert list(contents(PageBreak())) == []
