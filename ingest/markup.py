"""XML from strangers: parsed within limits, without entities or documents of others, and read by local names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.reading import Limits
from knowledge.errors import TooLarge, Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DEEPEST = 200
"""Levels of nesting; the walkers recurse."""


def parse(data: bytes, limits: Limits) -> Element:
    """The root of an XML file without a document type; damaged or too large raises."""
    from lxml import etree

    if len(data) > limits.xml_bytes:
        raise TooLarge(f"The file holds more than {limits.xml_bytes // 1_000_000} MB of text markup: split it.")
    if data.count(b"<") - data.count(b"</") > limits.elements:
        raise TooLarge(f"The file holds more than {limits.elements:,} pieces of markup: split it.")
    if any(doctype in data for doctype in _DOCTYPES):
        raise Unreadable("The file declares a document type, which no word processor does: save it again and retry.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("The file is damaged: open it in a word processor and save it again.") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("The file declares a document type, which no word processor does: save it again and retry.")
    if _deep(root):
        raise Unreadable(f"The file nests its contents more than {DEEPEST} levels deep: save it again and retry.")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute in the namespace of its element, as `w:val` is."""
    if element is None:
        return None
    return element.get(str(element.tag).rpartition("}")[0] + "}" + name)


def attribute(element: Element | None, name: str) -> str | None:
    """The first attribute of that local name, in whichever namespace."""
    if element is None:
        return None
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of that name, and its child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def children(element: Element, name: str) -> Iterator[Element]:
    """All children of that local name."""
    return element.iterchildren("{*}" + name)


def flag(element: Element | None) -> bool | None:
    """An on-off property: on where it stands without a value, None where it is absent."""
    return None if element is None else value(element) not in ("0", "false", "off")


def _deep(root: Element) -> bool:
    """Whether any element stands deeper than the walkers can follow."""
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            return True
    return False


_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
