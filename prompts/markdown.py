"""A document as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prompts.document import (
    Block,
    Bullet,
    Content,
    Document,
    Heading,
    Numbered,
    PageBreak,
    Pair,
    Paragraph,
    Reference,
    Run,
    Simple,
    Table,
    anchors,
    labels,
)

_INDENT: Final = ("", "", "   ", "      ")
_CHANGED: Final = {"inserted": "<ins>{}</ins>", "deleted": "<del>{}</del>", None: "{}"}


def markdown(document: Document) -> str:
    """The text of `document`; two columns become a table with one row for each pair."""
    numbers = anchors(document)
    lines: list[str] = []
    former: Block | None = None
    for block, left, right in labels(document):
        if isinstance(block, Pair):
            if not isinstance(former, Pair):
                lines += ["", "| | |", "|---|---|"]
            lines.append(f"| {_cell(block.left, left, numbers)} | {_cell(block.right, right, numbers)} |")
        else:
            together = isinstance(block, Bullet) and isinstance(former, Bullet)
            lines += [*([] if together else [""]), *_block(block, left, numbers)]
        former = block
    return "\n".join(lines).strip() + "\n"


def _block(block: Simple, label: str, numbers: Mapping[str, str]) -> list[str]:
    if isinstance(block, PageBreak):
        return ["---"]
    if isinstance(block, Table):
        return list(_table(block, numbers))
    text = _inline(block.content, numbers)
    if isinstance(block, Heading):
        return [f"{'#' * (block.level + 1)} {_labelled(label, text)}"]
    if isinstance(block, Numbered):
        return [f"{_INDENT[block.level]}{label} {text}"]
    if isinstance(block, Bullet):
        return [f"- {text}"]
    return [_paragraph(block, text)]


def _paragraph(block: Paragraph, text: str) -> str:
    if block.style == "title":
        return f"# {text}"
    if block.style == "subtitle":
        return f"**{text}**"
    if block.style == "note":
        return f"_{text}_" if "_" not in text and "*" not in text else text
    return f"> {text}" if block.style == "quote" else text


def _table(table: Table, numbers: Mapping[str, str]) -> list[str]:
    rows = [[_inline(cell, numbers).replace("\n", "<br>").replace("|", "\\|") for cell in row] for row in table.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def _cell(block: Simple, label: str, numbers: Mapping[str, str]) -> str:
    """A block within a table: a line."""
    if isinstance(block, PageBreak):
        return ""
    if isinstance(block, Table):
        return "<br>".join(" · ".join(_inline(cell, numbers) for cell in row) for row in block.rows)
    text = _labelled(label, _inline(block.content, numbers)) if isinstance(block, Heading) else ""
    if isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style in ("title", "subtitle")):
        return f"**{text or _inline(block.content, numbers)}**"
    return " ".join(part for part in (label, _inline(block.content, numbers)) if part).replace("|", "\\|")


def _labelled(label: str, text: str) -> str:
    return f"{label[:1].upper()}{label[1:]} – {text}" if label else text


def _inline(content: Content, numbers: Mapping[str, str]) -> str:
    return "".join(_run(piece) if isinstance(piece, Run) else _number(piece, numbers) for piece in content)


def _run(run: Run) -> str:
    sign = "**" if run.bold else "*" if run.italic else ""
    return _CHANGED[run.change].format(f"{sign}{run.text}{sign}")


def _number(reference: Reference, numbers: Mapping[str, str]) -> str:
    return numbers[reference.anchor]
