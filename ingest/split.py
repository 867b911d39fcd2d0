"""A reading cut into passages: whole sections where they are short, paragraphs and sentences where they are long."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.reading import Heading, Reading
from knowledge.models import Kind, Language, Passage, Visibility

SPLITTER_VERSION: int = 1
"""Part of what an index is made with: raise it whenever the passages of an unchanged file would differ."""

AIM = 1_400
"""Characters of a passage cut from a long section."""

MOST = 2_000
"""Characters of the longest passage; a section up to this length is not cut."""

TINY = 80
"""Characters of a passage too short to stand alone where its heading has another."""

_BOUNDS = (r"\n\n", r"\n", r"(?<=[.!?;:…])\s+", r"\s+", rf"\S{{{AIM}}}")
"""Where to cut, best first: between paragraphs, lines, sentences, words; a word of a whole passage into pieces of that length,
and not a character at a time, which takes seconds where megabytes have no space."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of the text under one heading path."""

    path: tuple[str, ...]
    start: int
    end: int
    alone: bool = False
    """Whether this is a heading that nothing stands under."""


def split(
    reading: Reading,
    *,
    document_id: str,
    uri: str,
    title: str,
    lang: Language,
    visibility: Visibility,
    topics: tuple[str, ...],
    kind: Kind = "document",
) -> tuple[Passage, ...]:
    """The passages of a reading, in order and without overlap; each stands verbatim at its offsets in the text.

    A heading goes into the path of what follows it, not into its text; one that nothing stands under is text itself.
    """
    passages = []
    for ordinal, span in enumerate(_cut(reading)):
        text = reading.text[span.start : span.end]
        passages.append(
            Passage(
                id=_identify(document_id, ordinal, text, span.path),
                document_id=document_id,
                ordinal=ordinal,
                kind=kind,
                role="text",
                title=title,
                heading=span.path,
                lang=lang,
                topics=topics,
                visibility=visibility,
                text=text,
                embedded="\n".join(dict.fromkeys(part for part in (title, *span.path, text) if part)),
                uri=uri,
                start=span.start,
                end=span.end,
                page=bisect_right(reading.pages, span.start) or None,
            )
        )
    return tuple(passages)


def _identify(document_id: str, ordinal: int, text: str, heading: tuple[str, ...]) -> str:
    """The same for the same passage at the same place of the same document."""
    named = json.dumps([document_id, ordinal, text, heading], ensure_ascii=False)
    return hashlib.sha256(named.encode()).hexdigest()[:20]


def _cut(reading: Reading) -> list[_Span]:
    """The spans of all passages."""
    cut: list[_Span] = []
    for section in _sections(reading):
        for span in _pieces(reading.text, section):
            joined = _join(cut[-1], span) if cut else None
            if joined is None:
                cut.append(span)
            else:
                cut[-1] = joined
    return cut


def _join(first: _Span, second: _Span) -> _Span | None:
    """Two neighbours as one, where one of them is tiny and both are not too long together.

    They must stand under the same heading, unless the first is a lone heading, which introduces the second.
    """
    if second.end - first.start > MOST or min(first.end - first.start, second.end - second.start) >= TINY:
        return None
    if first.path == second.path:
        return replace(first, end=second.end, alone=first.alone and second.alone)
    introduces = first.alone and first.end - first.start < TINY
    return replace(second, start=first.start) if introduces else None


def _sections(reading: Reading) -> Iterator[_Span]:
    """What stands under each heading, blanks around it left out."""
    path: list[Heading] = []
    headings = [Heading(0, "", 0), *reading.headings]
    for number, heading in enumerate(headings):
        following = headings[number + 1] if number + 1 < len(headings) else Heading(0, "", len(reading.text))
        path = [above for above in path if above.level < heading.level] + ([heading] if heading.title else [])
        titles = tuple(above.title for above in path)
        body = _trim(reading.text, _Span(titles, _body(reading.text, heading), following.start))
        if body is not None:
            yield body
        elif heading.title and following.level <= heading.level:
            alone = _trim(reading.text, _Span(titles[:-1], heading.start, following.start, alone=True))
            if alone is not None:
                yield alone


def _body(text: str, heading: Heading) -> int:
    """Where the text under a heading starts: after its line, or with the heading if the text runs on in that line."""
    end = text.find("\n", heading.start)
    end = len(text) if end == -1 else end
    if _letters(text[heading.start : end]) != _letters(heading.title):
        return heading.start
    underline_end = text.find("\n", end + 1)
    underline = text[end + 1 : len(text) if underline_end == -1 else underline_end].strip()
    return end + 1 + len(underline) if underline and not underline.strip("=-") else end


def _letters(text: str) -> str:
    """A text without its marks and blanks."""
    return "".join(filter(str.isalnum, text))


def _trim(text: str, span: _Span) -> _Span | None:
    """A span without blanks at its ends; None where nothing but blanks and marks is left."""
    words = text[span.start : span.end]
    bare = words.strip()
    if not any(map(str.isalnum, bare)):
        return None
    start = span.start + words.index(bare)
    return replace(span, start=start, end=start + len(bare))


def _pieces(text: str, section: _Span) -> Iterator[_Span]:
    """A section whole, or cut where it is too long."""
    if section.end - section.start <= MOST:
        yield section
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=list(_BOUNDS),
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=AIM,
        chunk_overlap=0,
        add_start_index=True,
    )
    for chunk in splitter.create_documents([text[section.start : section.end]]):
        start = section.start + chunk.metadata["start_index"]
        piece = _trim(text, replace(section, start=start, end=start + len(chunk.page_content)))
        if piece is not None:
            yield piece
