"""A Word file with its tracked changes rejected: what it said before them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from ingest.archive import unpack
from ingest.markup import child, local, parse
from ingest.reading import LIMITS, Limits
from ingest.redline.redline import MAIN

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PUT_IN: Final = frozenset(("ins", "moveTo", "cellIns"))
_TAKEN_OUT: Final = frozenset(("del", "moveFrom"))


def rejected(data: bytes, limits: Limits = LIMITS) -> bytes:
    """The file as it was before its tracked changes, whoever made them. Comments and formatting stay as they are.

    Raises `Unreadable` or `TooLarge`.
    """
    from lxml import etree

    archive = unpack(data, limits)
    root = parse(archive.read(MAIN), limits)
    for paragraph in [one for one in root.iter() if local(one) == "p"]:
        _reject_paragraph(paragraph)
    for change in [one for one in root.iter() if local(one) in _PUT_IN | _TAKEN_OUT]:
        if local(change) in _PUT_IN:
            _remove(change)
        else:
            _unwrap(change)
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as file:
        for info in archive.file.infolist():
            is_main = info.filename == MAIN
            file.writestr(info, etree.tostring(root, encoding="UTF-8") if is_main else archive.read(info.filename))
    return saved.getvalue()


def _reject_paragraph(paragraph: Element) -> None:
    """Take out a paragraph whose mark was put in and which holds nothing else."""
    properties = child(paragraph, "pPr")
    marks = child(properties, "rPr") if properties is not None else None
    if marks is None or child(marks, "ins") is None:
        return
    if all(local(piece) in _PUT_IN | {"pPr"} or _is_empty(piece) for piece in paragraph):
        _remove(paragraph)


def _is_empty(piece: Element) -> bool:
    return not any(local(inner) in ("t", "delText") and (inner.text or "") for inner in piece.iter())


def _unwrap(change: Element) -> None:
    parent = change.getparent()
    if parent is None or local(parent) == "rPr":
        return
    for words in change.iter():
        if local(words) == "delText":
            words.tag = str(words.tag).replace("delText", "t")
    at = parent.index(change)
    for offset, run in enumerate(list(change)):
        parent.insert(at + offset, run)
    parent.remove(change)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
