"""The file with tracked changes: edits by their offsets in the text, put into the Word file they came from."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from ingest.archive import Archive, unpack
from ingest.markup import children, local, parse
from ingest.reading import LIMITS, Limits
from ingest.redline.comments import RELATION, TYPE, Margin
from ingest.redline.look import Look, look, plain
from ingest.redline.place import Place, covering, places
from ingest.redline.revise import Pen, replace
from ingest.styles import read_styles
from knowledge.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAIN: Final = "word/document.xml"
COMMENTS: Final = "word/comments.xml"
_STYLES: Final = "word/styles.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_XMLNS = re.compile(r'\sxmlns(?::([\w.-]+))?="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to stand at `text[start:end]`; the same words leave them and only add the comment.

    With `start == end`, `paragraphs` are put in as new paragraphs before what stands there (at the end of the text: after
    everything). They are numbered and set as the article is that reaches from where to where in the text `like` says.
    """

    start: int
    end: int
    words: str = ""
    paragraphs: tuple[str, ...] = ()
    comment: str = ""
    commenter: str = ""
    like: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Redline:
    """The file, and the edits for which there was no place in it."""

    data: bytes
    unplaced: tuple[Edit, ...]


def redline(
    data: bytes, text: str, edits: Iterable[Edit], *, author: str, now: dt.datetime, limits: Limits = LIMITS
) -> Redline:
    """The Word file `data`, whose text was read as `text`, with `edits` as tracked changes of `author`.

    Accepting all gives the edited text, rejecting all the original. Paragraphs and parts that nothing changes keep their
    bytes. Raises `Unreadable` or `TooLarge` for a file that cannot be read.
    """
    archive = unpack(data, limits)
    source = archive.read(MAIN)
    root = parse(source, limits)
    pen = Pen(author, now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _namespace(root), _last_id(root))
    margin = Margin(_comments(archive, pen, limits), pen)
    found = places(root, text)
    styles = read_styles(parse(archive.read(_STYLES), limits) if _STYLES in archive else None)
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    looks = {edit.like: look(found, *edit.like, styles) for edit in ordered if edit.like}
    changed: dict[int, Element] = {}
    before: dict[int, list[list[Element]]] = {}
    unplaced = []
    for edit in ordered:
        if edit.paragraphs:
            model = looks[edit.like] if edit.like else None
            done = _put_in(edit, model, found, pen, margin, before)
        else:
            done = _change(edit, text, found, pen, margin)
        if done is None:
            unplaced.append(edit)
        else:
            changed |= done
    new = {block: [one for made in several for one in made] for block, several in before.items()}
    parts = {MAIN: _spliced(source, root, changed, new)}
    if margin.added:
        parts |= _with_comments(archive, margin, limits)
    return Redline(_packed(archive, parts), tuple(unplaced))


def _change(edit: Edit, text: str, found: Sequence[Place], pen: Pen, margin: Margin) -> dict[int, Element] | None:
    touched = covering(found, edit.start, edit.end)
    spans = [place.span(text, max(edit.start, place.start), min(edit.end, place.end)) for place in touched]
    if not touched or None in spans:
        return None
    ends: list[Element] = []
    is_remark = edit.words == text[edit.start : edit.end]
    for number, (place, span) in enumerate(zip(touched, spans, strict=True)):
        assert span
        new = edit.words if number == 0 else ""
        result = None if is_remark else replace(place, *span, new, pen)
        ends += result or [place.atoms[at].run for at in (span[0], span[1] - 1) if place.atoms]
    if edit.comment:
        first = _within(ends[0], touched[0].element)
        last = _within(ends[1], touched[0].element)
        margin.note(first, last, edit.commenter or pen.author, edit.comment)
    return {place.ordinal: place.element for place in touched}


def _put_in(
    edit: Edit,
    model: Look | None,
    found: Sequence[Place],
    pen: Pen,
    margin: Margin,
    before: dict[int, list[list[Element]]],
) -> dict[int, Element] | None:
    """New paragraphs before the paragraph or table of the body in which what follows stands, else at the end of the body."""
    following = next((place for place in found if place.start >= edit.start), None)
    block = _block(following.element if following else None, found)
    if block is None:
        return None
    others = before.setdefault(block, [])
    made = model.paragraphs(edit.paragraphs, len(others) + 1, pen) if model else plain(edit.paragraphs, pen)
    if edit.comment:
        margin.note(made[0][-1], made[0][-1], edit.commenter or pen.author, edit.comment)
    others.append(made)
    return {}


def _block(element: Element | None, found: Sequence[Place]) -> int | None:
    """Which child of the body holds `element`; without one, the first that no words follow."""
    last = found[-1].element if found else None
    held = element if element is not None else last
    while held is not None and (parent := held.getparent()) is not None:
        if local(parent) == "body":
            before = sum(isinstance(sibling.tag, str) for sibling in held.itersiblings(preceding=True))
            return before + (element is None)
        held = parent
    return None


def _within(element: Element, paragraph: Element) -> Element:
    """The child of `paragraph` that holds `element`."""
    while (parent := element.getparent()) is not None and parent is not paragraph:
        element = parent
    return element


def _namespace(root: Element) -> str:
    return str(root.tag)[1:].partition("}")[0]


def _last_id(root: Element) -> int:
    """The highest number of a change or bookmark: ours go on from there."""
    numbers = (value for element in root.iter() for key, value in element.attrib.items() if str(key).endswith("}id"))
    return max((int(number) for number in numbers if str(number).isdigit()), default=0)


def _spliced(
    source: bytes, root: Element, changed: Mapping[int, Element], before: Mapping[int, Sequence[Element]]
) -> bytes:
    """The main part, with the bytes of every paragraph that did not change.

    `changed` goes by the ordinal of the paragraph, `before` by the index of the child of the body.
    """
    if not changed and not before:
        return source
    paragraphs, blocks = _spans(source)
    known = {(prefix or "", uri) for prefix, uri in root.nsmap.items()}
    news = [
        (blocks[index], blocks[index], b"".join(_bytes(one, known) for one in made)) for index, made in before.items()
    ]
    news += [(*paragraphs[ordinal], _bytes(element, known)) for ordinal, element in changed.items()]
    pieces, at = [], 0
    for start, end, new in sorted(news, key=lambda piece: piece[:2]):
        if start < at:
            continue  # within a paragraph that was written anew
        pieces += [source[at:start], new]
        at = end
    return b"".join([*pieces, source[at:]])


def _spans(source: bytes) -> tuple[list[tuple[int, int]], list[int]]:
    """Where each paragraph begins and ends in the bytes, in the order in which they begin; where each child of the body
    begins, and where the body ends."""
    parser = expat.ParserCreate(namespace_separator=" ")
    spans: list[list[int]] = []
    blocks: list[int] = []
    opened: list[int] = []
    path: list[str] = []

    def begin(name: str, _attributes: object) -> None:
        if path[-1:] == ["body"]:
            blocks.append(parser.CurrentByteIndex)
        path.append(name.rpartition(" ")[2] if "wordprocessingml" in name else "")
        if path[-1] == "p":
            opened.append(len(spans))
            spans.append([parser.CurrentByteIndex, 0])

    def end(_name: str) -> None:
        closed = path.pop()
        if closed == "p":
            spans[opened.pop()][1] = source.index(b">", parser.CurrentByteIndex) + 1
        elif closed == "body":
            blocks.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise Unreadable("The file is damaged: open it in a word processor and save it again.") from error
    return [(first, last) for first, last in spans], blocks


def _bytes(element: Element, known: set[tuple[str, str]]) -> bytes:
    """An element as it stands within the document, which declares its namespaces."""
    from lxml import etree

    written = etree.tostring(element, encoding="unicode", with_tail=False)
    head, close, rest = written.partition(">")
    head = _XMLNS.sub(lambda found: "" if ((found[1] or ""), found[2]) in known else found[0], head)
    return f"{head}{close}{rest}".encode()


def _comments(archive: Archive, pen: Pen, limits: Limits) -> Element:
    return parse(archive.read(COMMENTS), limits) if COMMENTS in archive else pen.element("comments")


def _with_comments(archive: Archive, margin: Margin, limits: Limits) -> dict[str, bytes]:
    """The part of the comments, and what says that there is one."""
    from lxml import etree

    def written(root: Element) -> bytes:
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    parts = {COMMENTS: written(margin.root)}
    if COMMENTS in archive:
        return parts
    types = parse(archive.read(_TYPES), limits)
    override = etree.SubElement(types, f"{{{_namespace(types)}}}Override")
    override.set("PartName", f"/{COMMENTS}")
    override.set("ContentType", TYPE)
    relations = parse(archive.read(_RELATIONS), limits)
    used = {relation.get("Id") for relation in children(relations, "Relationship")}
    name = next(name for n in range(len(used) + 1) if (name := f"rIdComments{n}") not in used)
    relation = etree.SubElement(relations, f"{{{_namespace(relations)}}}Relationship")
    for key, value in (("Id", name), ("Type", RELATION), ("Target", "comments.xml")):
        relation.set(key, value)
    return parts | {_TYPES: written(types), _RELATIONS: written(relations)}


def _packed(archive: Archive, parts: Mapping[str, bytes]) -> bytes:
    saved = io.BytesIO()
    waiting = dict(parts)
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as file:
        for info in archive.file.infolist():
            file.writestr(info, waiting.pop(info.filename) if info.filename in waiting else archive.read(info.filename))
        for name, data in waiting.items():
            file.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)
    return saved.getvalue()
