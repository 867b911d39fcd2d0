"""A document from Markdown: what a template wrote, as headings, paragraphs, lists and tables for DOCX and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from prompts.document import Block, Bullet, Content, Document, Heading, PageBreak, Paragraph, Run, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

_ENDS: Final = {"paragraph_open": "paragraph_close", "heading_open": "heading_close"}


def compose(markdown: str, *, lang: str, header: str = "", footer: str = "", landscape: bool = False) -> Document:
    """The document that `markdown` describes. Its first heading of the first level is the title; a rule breaks the page.

    Raw HTML is taken as plain words.
    """
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).parse(markdown)
    blocks = tuple(_blocks(tokens))
    title = next((b.content for b in blocks if isinstance(b, Paragraph) and b.style == "title"), ())
    words = "".join(run.text for run in title if isinstance(run, Run))
    return Document(words, lang, blocks, header=header, footer=footer, landscape=landscape)


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    at, items, quoted = 0, 0, 0
    while at < len(tokens):
        token = tokens[at]
        kind = token.type
        items += (kind == "list_item_open") - (kind == "list_item_close")
        quoted += (kind == "blockquote_open") - (kind == "blockquote_close")
        if kind == "heading_open":
            yield _heading(int(token.tag[1]), _inline(tokens[at + 1]))
        elif kind == "paragraph_open":
            yield _paragraph(_inline(tokens[at + 1]), is_item=items > 0, is_quoted=quoted > 0)
        elif kind in ("code_block", "fence"):
            yield Paragraph((Run(token.content.rstrip("\n")),), "quote")
        elif kind == "hr":
            yield PageBreak()
        elif kind == "table_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
            yield _table(tokens[at:end])
            at = end
        at += 1


def _heading(level: int, content: Content) -> Block:
    return Paragraph(content, "title") if level == 1 else Heading(content, min(level - 1, 3))


def _paragraph(content: Content, *, is_item: bool, is_quoted: bool) -> Block:
    if is_quoted:
        return Paragraph(content, "quote")
    return Bullet(content) if is_item else Paragraph(content)


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[tuple[Content, ...]] = []
    cells: list[Content] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(_inline(token))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
            cells = []
    return Table(tuple(rows))


def _inline(token: Token) -> Content:
    runs: list[Run] = []
    bold = italic = 0
    for child in token.children or ():
        bold += (child.type == "strong_open") - (child.type == "strong_close")
        italic += (child.type == "em_open") - (child.type == "em_close")
        text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
        if text:
            runs.append(Run(text, bold=bold > 0, italic=italic > 0))
    return tuple(runs)
