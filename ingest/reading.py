"""What reading a file gives, and how much of a file is read at most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from knowledge.contract import Hidden

Media = Literal["md", "txt", "html", "docx", "pdf", "odt"]
MEDIA: tuple[Media, ...] = get_args(Media)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` counts from 1 (the highest); `title` stands at `start` in the text of its reading."""

    level: int
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one file and where its parts begin.

    `text` is NFC with "\\n" newlines and no control characters; blank lines part its paragraphs. `pages` holds the
    offset at which each page starts, and is empty for formats without pages. `warnings` are sentences for a person:
    what was left out (tracked deletions, comments) and what a reader of the file would not have seen (hidden text).
    """

    text: str
    title: str | None
    headings: tuple[Heading, ...]
    pages: tuple[int, ...]
    media: Media
    warnings: tuple[str, ...]
    hidden: tuple[Hidden, ...] = ()
    """What a reader of the file would not have seen, each with its words; known for files read with `REVIEWED`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file. Beyond `pages` pages it is refused, and so on: never read in part."""

    file_bytes: int = 50_000_000
    """Size of a docx or odt file."""
    pdf_bytes: int = 30_000_000
    """Size of a PDF file."""
    text_bytes: int = 20_000_000
    """Size of a md, txt or html file."""
    characters: int = 5_000_000
    """Length of the text that comes out."""
    pages: int = 2_000
    """Pages of a PDF file."""
    entries: int = 2_000
    """Files inside a docx or odt file."""
    inflated_bytes: int = 100_000_000
    """Size of all files inside a docx or odt file together, once unpacked."""
    ratio: int = 200
    """How many times larger than packed a file inside may be, where it unpacks to more than `ratio_from_bytes`."""
    ratio_from_bytes: int = 1_000_000
    xml_bytes: int = 40_000_000
    """Size of one XML file inside a docx or odt file, unpacked."""
    elements: int = 300_000
    """Elements in one XML or HTML file."""
    memory_bytes: int = 1_500_000_000
    """Address space of the process that parses one file."""
    cpu_seconds: int = 20
    """Processor time of that process."""
    wall_seconds: float = 25.0
    """Time after which that process is stopped."""
    hidden_text: bool = True
    """Whether text that nobody sees is kept. Where it is not, it is left out and listed."""


LIMITS = Limits()
"""For what strangers upload."""

REVIEWED = replace(LIMITS, hidden_text=False)
"""For contracts under review: what counts is what a person sees."""

PATIENT = replace(LIMITS, cpu_seconds=120, wall_seconds=180.0)
"""For files that their owner takes in: a PDF of 2,000 dense pages takes about two minutes."""
