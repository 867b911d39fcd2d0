"""Text and Markdown files: decoded, cleaned, and their headings found in one pass over the lines."""

from __future__ import annotations

import codecs
import contextlib
import re

from ingest.compose import LONGEST_HEADING, clean, finish
from ingest.headings import LONGEST, fill, guess
from ingest.reading import Heading, Reading
from knowledge.errors import Unreadable

FOREIGN = "The file is not in UTF-8: read as Western European (Windows-1252)."
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_FEW_CONTROLS = 8
"""Control characters that a text may hold in any case; beyond, one in a hundred."""
_ACCENTED_SHARE = 0.3
"""Share of bytes above 127 beyond which a text in an unknown encoding is not French or English in Windows-1252."""

_FRONT = re.compile(r"[\w-]{1,40}:")
_TAG = re.compile(r"<[^<>]{1,300}>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")


def read_text(data: bytes) -> Reading:
    """A plain text; headings are guessed, and a short first line with a blank one after it is the title."""
    text, warnings = decode(data)
    text = clean(text).strip("\n")
    first, _, rest = text.partition("\n")
    title = first if rest.startswith("\n") and len(first) <= LONGEST and first[-1] not in ".,;" else None
    return finish(text, "txt", title, guess(text), (), warnings)


def read_markdown(data: bytes) -> Reading:
    """A Markdown text as it was written, without its front matter; the title is that of the front matter or of "#"."""
    source, warnings = decode(data)
    front, text = _split(clean(source).strip("\n"))
    marked = _headings(text)
    title = front or next((heading.title for heading in marked if heading.level == 1), None)
    return finish(text, "md", title, fill(text, marked, _plain), (), warnings)


def decode(data: bytes, declared: str | None = None) -> tuple[str, list[str]]:
    """Text from bytes, and what to warn of: by byte order mark, as UTF-8, as declared, or as Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode("utf-8-sig" if encoding == "utf-8" else encoding), []
            except UnicodeDecodeError as error:
                raise Unreadable(f"The text is not in {encoding.upper()} as it says: save it as UTF-8.") from error
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\x00" in data or controls > _FEW_CONTROLS + len(data) // 100:
        raise Unreadable("The file holds binary data, not text: check its type, or save the text as UTF-8.")
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        pass
    for name, warnings in ((declared, []), ("cp1252", [FOREIGN])):
        if name and _western(data):
            with contextlib.suppress(UnicodeDecodeError, LookupError):
                return data.decode(name), warnings
    raise Unreadable("The encoding of the text is unknown: save it as UTF-8.")


def _western(data: bytes) -> bool:
    """Whether so few bytes are above 127 as in French."""
    return len(data.translate(None, bytes(range(128)))) <= len(data) * _ACCENTED_SHARE


def _split(text: str) -> tuple[str | None, str]:
    """The title in the front matter, if any, and the text after it."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None or not any(_FRONT.match(line) for line in lines[1:end]):
        return None, text
    title = None
    for line in lines[1:end]:
        if line.startswith("title:"):
            title = line.removeprefix("title:").strip().strip("\"'").strip() or None
    return title, "\n".join(lines[end + 1 :]).strip("\n")


def _headings(text: str) -> list[Heading]:
    """ATX and setext headings outside fenced code."""
    headings: list[Heading] = []
    fence = ""
    start = previous_start = 0
    previous = ""
    for line in text.split("\n"):
        bare = line.strip()
        indented = line.startswith(("    ", "\t"))
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
            bare = ""
        elif bare.startswith(("```", "~~~")) and not indented:
            fence = bare[: len(bare) - len(bare.lstrip(bare[0]))]
            bare = ""
        elif not indented:
            level, title = _atx(bare)
            if level:
                headings.append(Heading(level, title, start))
                bare = ""
            elif previous and bare and not bare.strip("=-") and len(set(bare)) == 1 and _is_title(previous):
                headings.append(Heading(1 if bare[0] == "=" else 2, _plain(previous), previous_start))
                bare = ""
        previous, previous_start = ("" if indented and not previous else bare), start
        start += len(line) + 1
    return [heading for heading in headings if 0 < len(heading.title) <= LONGEST_HEADING]


def _atx(line: str) -> tuple[int, str]:
    """Level and title of a line that begins with "#"; level 0 for others."""
    level = len(line) - len(line.lstrip("#"))
    if not 0 < level <= 6 or (len(line) > level and line[level] not in " \t"):
        return 0, ""
    title = line[level:].strip()
    bare = title.rstrip("#")
    return level, _plain(bare if bare.endswith((" ", "\t")) or not bare else title)


def _is_title(line: str) -> bool:
    """Whether a line can be the title above an underline: not a list item, a quotation or a row of a table."""
    return not line.startswith((">", "- ", "* ", "+ ", "|")) and "|" not in line


def _plain(title: str) -> str:
    """A line without marks of emphasis, code, links and tags."""
    return _LINK.sub(r"\1", _TAG.sub("", title)).replace("*", "").replace("__", "").replace("`", "").strip(" \t_")
