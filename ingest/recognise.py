"""What a file is: its content decides, and must agree with its ending."""

from __future__ import annotations

from ingest.reading import Media
from knowledge.errors import Unreadable

HEAD = 4096
"""Bytes at the beginning of a file that tell what it is."""

READABLE = "md, txt, html, docx, pdf or odt"
ENDINGS: dict[str, Media] = {
    ".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html",
    ".docx": "docx", ".pdf": "pdf", ".odt": "odt",
}  # fmt: skip

_OTHER_ENDINGS = {
    ".doc": "is an old Word file: save it as docx",
    ".docm": "is a Word file with macros: save it as docx",
    ".rtf": "is an RTF file: save it as docx",
    ".pages": "is a Pages file: export it as docx or PDF",
    ".xlsx": "is a spreadsheet: print it to PDF",
    ".pptx": "is a presentation: print it to PDF",
    ".eml": "is an e-mail: save its text as txt or its attachment by itself",
    ".msg": "is an e-mail: save its text as txt or its attachment by itself",
    ".zip": "is an archive: unpack it first",
}
OLD_OFFICE = "an old Office file"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"), (b"II*\x00", "a TIFF picture"), (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a media file"), (b"OggS", "a media file"), (b"ID3", "a media file"), (b"\x1aE\xdf\xa3", "a media file"),
    (b"MZ", "a Windows program"), (b"\x7fELF", "a program"), (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"), (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!", "a RAR archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"), (b"{\\rtf", "an RTF file"), (b"%!PS", "a PostScript file"),
    (b"SQLite format 3", "a database"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "an empty ZIP archive"), (b"%PDF-", "a PDF file"),
)  # fmt: skip
_BINARY_WORDS = frozenset((b"BM", b"MZ", b"BZh", b"ID3", b"RIFF", b"OggS", b"GIF8"))
"""Signatures that a text may begin with; they count only where a NUL byte follows."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name under which an old Office file keeps a docx that has a password."""

_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")
_EXPECTED = {"docx": b"PK\x03\x04", "odt": b"PK\x03\x04", "pdf": b"%PDF-"}
_JUNK = 1024
"""Bytes that may stand before the first line of a PDF."""


def recognise(ending: str, head: bytes) -> Media:
    """The kind of a file from its ending (with the dot) and its first bytes; raises Unreadable where they disagree."""
    media = ENDINGS.get(ending.lower())
    if media is None:
        what = _OTHER_ENDINGS.get(ending.lower(), f"has the ending {ending or '(none)'}, which is not read: save it as")
        raise Unreadable(f"The file {what}" + (f" {READABLE}." if what.endswith("as") else "."))
    found = identify(head)
    if media in _EXPECTED:
        if head.startswith(_EXPECTED[media]) or (media == "pdf" and found is None and _EXPECTED[media] in head[:_JUNK]):
            return media
        raise Unreadable(f"The file is not {_name(media)} but {found or 'something else'}: give it its true ending.")
    if found is not None and not (found == "a web page" and media in ("html", "md")):
        raise Unreadable(f"The file is not {_name(media)} but {found}: give it its true ending.")
    return media


def identify(head: bytes) -> str | None:
    """What a file is by its first bytes; None for text and for what is not known."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature) and (signature not in _BINARY_WORDS or b"\x00" in head):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    return "a web page" if start.startswith(_PAGE) else None


def explain_old_office(data: bytes) -> Unreadable:
    """Why a file in the container of old Office versions is not read: it is locked, or old."""
    if _ENCRYPTED in data:
        return Unreadable("The file is protected by a password: save a copy without it and try again.")
    return Unreadable("The file is an old Office file, such as .doc: save it as docx and try again.")


def _name(media: Media) -> str:
    """A kind of file as a sentence names it."""
    names = {"docx": "a Word file", "odt": "an OpenDocument text", "pdf": "a PDF file", "html": "a web page"}
    return names.get(media, "a text")
