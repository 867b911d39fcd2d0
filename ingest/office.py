"""Word documents and OpenDocument texts: which of the two an archive holds."""

from __future__ import annotations

from ingest import docx, odt
from ingest.archive import Archive, unpack
from ingest.markup import attribute, parse
from ingest.reading import Limits, Reading
from knowledge.errors import Unreadable

_OTHERS = {
    "spreadsheet": "a spreadsheet: print it to PDF and try again",
    "presentation": "a presentation: print it to PDF and try again",
    "text-template": "a template: save it as a document and try again",
    "epub": "an e-book: save it as PDF and try again",
    "macroenabled": "a Word file with macros: save it as docx and try again",
    "wordprocessingml": "a Word file: give it the ending .docx",
    "opendocument.text": "an OpenDocument text: give it the ending .odt",
}
"""What an archive is whose type holds these words, and what to do with it."""


def read_docx(data: bytes, limits: Limits) -> Reading:
    """The text of a Word document; an archive of another type raises Unreadable."""
    archive = unpack(data, limits)
    kind = _kind(archive, limits)
    if "wordprocessingml" not in kind or "macroenabled" in kind:
        raise _mislabelled(kind)
    return docx.read_docx(archive, limits)


def read_odt(data: bytes, limits: Limits) -> Reading:
    """The text of an OpenDocument text; an archive of another type, or with a password, raises Unreadable."""
    archive = unpack(data, limits)
    kind = _kind(archive, limits)
    if kind != "application/vnd.oasis.opendocument.text":
        raise _mislabelled(kind)
    if "encrypted-package" in archive or b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unreadable("The file is protected by a password: save a copy without it and try again.")
    return odt.read_odt(archive, limits)


def _kind(archive: Archive, limits: Limits) -> str:
    """The media type that an archive says it has, in small letters; empty for one that says nothing."""
    if "mimetype" in archive:
        return archive.read("mimetype").decode("ascii", "replace").strip().lower()
    if "[Content_Types].xml" not in archive:
        return ""
    types = [attribute(entry, "ContentType") or "" for entry in parse(archive.read("[Content_Types].xml"), limits)]
    main = [kind for kind in types if kind.endswith(".main+xml")]
    return main[0].lower() if main else ""


def _mislabelled(kind: str) -> Unreadable:
    """What to say of an archive of another type than its ending says."""
    what = next((what for word, what in _OTHERS.items() if word in kind), "an archive of other files: unpack it first")
    return Unreadable(f"The file is {what}.")
