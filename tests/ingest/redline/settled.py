"""A Word file whose tracked changes of one author were all accepted, or all rejected, as Word would do it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(data: bytes, name: str = "word/document.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


def settle(data: bytes, author: str, *, accept: bool) -> Any:
    """The root of the main part."""
    root = etree.fromstring(part(data))
    for paragraph in list(root.iter(f"{W}p")):
        mark = paragraph.find(f"{W}pPr/{W}rPr/{W}ins")
        if mark is not None and mark.get(f"{W}author") == author and not accept:
            holder = paragraph.getparent()
            assert holder is not None
            holder.remove(paragraph)
    for tag, kept in (("ins", accept), ("del", not accept)):
        for change in list(root.iter(f"{W}{tag}")):
            parent = change.getparent()
            if change.get(f"{W}author") != author or parent is None or parent.tag == f"{W}rPr":
                continue
            at = parent.index(change)
            for run in list(change) if kept else ():
                for words in run.iter(f"{W}delText"):
                    words.tag = f"{W}t"
                parent.insert(at, run)
                at += 1
            parent.remove(change)
    return root


def shown(root: Any) -> list[list[tuple[str, bytes]]]:
    """Every character with its formatting, by paragraph."""
    return [[sign for run in p.iter(f"{W}r") for sign in _signs(run)] for p in root.iter(f"{W}p")]


def words(root: Any) -> list[str]:
    return ["".join(sign for sign, _ in row) for row in shown(root)]


def _signs(run: Any) -> list[tuple[str, bytes]]:
    properties = run.find(f"{W}rPr")
    looks = etree.tostring(properties, method="c14n") if properties is not None else b""
    found: list[tuple[str, bytes]] = []
    for piece in run:
        if piece.tag == f"{W}t":
            found += [(sign, looks) for sign in piece.text or ""]
        elif piece.tag in (f"{W}tab", f"{W}br"):
            found.append((piece.tag, looks))
    return found
