"""What a file holds besides what its reader sees: comments, fields, links, properties, characters without a shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ingest.markup import attribute, children, local, parse
from ingest.reading import Limits, Media
from knowledge.contract import Hidden

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from ingest.archive import Archive

MOST: Final = 50
"""Findings of one kind that are listed."""
QUOTE: Final = 400
"""Characters of a quotation."""
AROUND: Final = 30
"""Characters shown on each side of what has no shape."""

_SHAPELESS = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]+")
_TAGS: Final = 0xE0000
"""Where the invisible copies of the ASCII characters begin."""
_MARKUP_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_META = re.compile(r"<meta\b[^>]*\bcontent\s*=\s*[\"']([^\"']{3,})[\"'][^>]*>", re.IGNORECASE)
_LAYOUT_META = re.compile(r"width=|charset|text/html|^(?:utf-8|index|ie=)", re.IGNORECASE)
_PLAIN_FIELDS: Final = frozenset(
    {"PAGE", "NUMPAGES", "TOC", "REF", "PAGEREF", "SEQ", "STYLEREF", "LISTNUM", "NOTEREF", "HYPERLINK", "SECTIONPAGES"}
)
"""Fields that only number and point within the document, or stand for a link that is listed as one."""
_PROPERTIES: Final = (
    "subject",
    "description",
    "keywords",
    "category",
    "comments",
    "contentStatus",
    "Manager",
    "Company",
)


def in_text(text: str, media: Media) -> Iterator[Hidden]:
    """What a text file or its Markdown hides."""
    if media == "md":
        yield from _limited(
            Hidden("comment", shorten(found[1]), "comment in the markup") for found in _MARKUP_COMMENT.finditer(text)
        )
    yield from shapeless(text, "text")


def in_page(source: str) -> Iterator[Hidden]:
    """What the source of a web page holds that a browser does not show."""
    comments = (found[1] for found in _MARKUP_COMMENT.finditer(source))
    yield from _limited(Hidden("comment", shorten(words), "comment in the markup") for words in comments)
    metas = (found[1] for found in _META.finditer(source) if not _LAYOUT_META.search(found[1]))
    yield from _limited(Hidden("metadata", shorten(words), "head of the page") for words in metas)
    yield from shapeless(source, "page")


def in_word(archive: Archive, limits: Limits) -> Iterator[Hidden]:
    """What a Word file holds besides its text: comments, fields, links to outside, properties, embedded files."""
    for name in sorted(archive.names):
        if name.endswith(".rels"):
            yield from _limited(_links(parse(archive.read(name), limits)))
        elif name.startswith(("docprops/core", "docprops/app", "docprops/custom")):
            yield from _properties(parse(archive.read(name), limits))
        elif name.startswith("word/embeddings/"):
            yield Hidden("embedded_file", name.rpartition("/")[2], "embedded in the file")
        elif re.fullmatch(r"word/(?:document|comments|header\d*|footer\d*|footnotes|endnotes)\.xml", name):
            yield from _part(parse(archive.read(name), limits), name.rpartition("/")[2].removesuffix(".xml"))


def in_open_document(archive: Archive, limits: Limits) -> Iterator[Hidden]:
    """What an OpenDocument text holds besides its text."""
    if "meta.xml" in archive:
        yield from _properties(parse(archive.read("meta.xml"), limits))
    content = parse(archive.read("content.xml"), limits)
    links = (attribute(link, "href") or "" for link in content.iter("{*}a"))
    yield from _limited(Hidden("external_link", shorten(link), "link") for link in links if "://" in link)
    yield from shapeless("".join(content.itertext()), "text")


def shapeless(text: str, where: str) -> Iterator[Hidden]:
    """Runs of characters that show nothing, with the words around them; a message in them is spelled out."""
    found = []
    for run in _SHAPELESS.finditer(text):
        if run[0] == "\ufeff" and run.start() == 0:
            continue
        message = "".join(chr(ord(char) - _TAGS) for char in run[0] if _TAGS + 32 <= ord(char) < _TAGS + 127)
        around = text[max(0, run.start() - AROUND) : run.end() + AROUND]
        quote = message or _SHAPELESS.sub("", around)
        names = ", ".join(dict.fromkeys(unicodedata.name(char, "unnamed").lower() for char in run[0][:3]))
        found.append(Hidden("invisible_characters", shorten(quote), f"{where}: {names}"))
    yield from _limited(found)


def shorten(words: str) -> str:
    """`words` on one line, cut where they are long."""
    line = " ".join(words.split())
    return line if len(line) <= QUOTE else line[: QUOTE - 1] + "…"


def _links(relations: Element) -> Iterator[Hidden]:
    for relation in children(relations, "Relationship"):
        if relation.get("TargetMode") == "External":
            kind = (relation.get("Type") or "").rpartition("/")[2]
            yield Hidden("external_link", shorten(relation.get("Target") or ""), kind or "link")


def _properties(root: Element) -> Iterator[Hidden]:
    for element in root.iter():
        name, words = local(element), (element.text or "").strip()
        if words and (name in _PROPERTIES or name in ("lpwstr", "user-defined", "keyword")):
            yield Hidden("metadata", shorten(words), f"properties: {attribute(element, 'name') or name}")


def _part(root: Element, where: str) -> Iterator[Hidden]:
    if where == "comments":
        comments = ("".join(comment.itertext()) for comment in children(root, "comment"))
        yield from _limited(Hidden("comment", shorten(words), "comment") for words in comments if words.strip())
    codes = ["".join(element.itertext()) for element in root.iter("{*}instrText")]
    codes += [attribute(element, "instr") or "" for element in root.iter("{*}fldSimple")]
    special = (code for code in codes if code.split() and code.split()[0].upper() not in _PLAIN_FIELDS)
    yield from _limited(Hidden("field", shorten(code), f"field in the {where}") for code in special)
    yield from shapeless("".join(element.text or "" for element in root.iter("{*}t")), where)


def _limited(found: Iterable[Hidden]) -> Iterator[Hidden]:
    """The first of them, and how many more there are."""
    listed = list(found)
    yield from listed[:MOST]
    if len(listed) > MOST:
        yield Hidden(listed[0].kind, "", f"{len(listed) - MOST} more")
