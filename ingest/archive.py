"""ZIP containers of docx and odt files, measured before anything in them is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise

from ingest.reading import Limits
from knowledge.errors import TooLarge, Unreadable

DAMAGED = "The file is damaged: open it in a word processor and save it again."
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_DIRECTORY_ENTRY = b"PK\x01\x02"


@dataclass(frozen=True, slots=True)
class Archive:
    """A container whose directory keeps the limits. What is read of it counts by its real bytes."""

    file: zipfile.ZipFile
    names: dict[str, zipfile.ZipInfo]
    """What it holds, by names as containers compare them: without regard to case, "/" between folders."""

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.names

    def read(self, name: str) -> bytes:
        """One file inside, at most as long as the directory says; damaged or missing raises Unreadable."""
        info = self.names.get(_plain(name))
        if info is None:
            raise Unreadable(DAMAGED)
        chunks: list[bytes] = []
        try:
            with self.file.open(info) as entry:
                while chunk := entry.read(_CHUNK):
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise Unreadable(DAMAGED) from error
        return b"".join(chunks)


def unpack(data: bytes, limits: Limits) -> Archive:
    """The archive in `data`, refused by what its directory declares; nothing is inflated."""
    if data.count(_DIRECTORY_ENTRY) > 2 * limits.entries:
        raise TooLarge(f"The file holds more than {limits.entries:,} files: save it again without attachments.")
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
    entries = file.infolist()
    _weigh(entries, limits)
    _untangle(entries, file.start_dir)
    return Archive(file, {_plain(entry.filename): entry for entry in entries})


def _weigh(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse too many entries, too much of them, and what unpacks to many times its size."""
    if len(entries) > limits.entries:
        raise TooLarge(f"The file holds more than {limits.entries:,} files: save it again without attachments.")
    if sum(entry.file_size for entry in entries) > limits.inflated_bytes:
        raise TooLarge(f"The file unpacks to more than {limits.inflated_bytes // 1_000_000} MB: remove its pictures.")
    for entry in entries:
        large = entry.file_size > limits.ratio_from_bytes
        if large and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise TooLarge(f"The file unpacks to over {limits.ratio} times its size: save it again and retry.")


def _untangle(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Refuse encrypted, oddly packed, overlapping and duplicate entries: readers disagree about what they hold."""
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("The file is protected by a password: save a copy without it and try again.")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Unreadable(DAMAGED)
    if len({_plain(entry.filename) for entry in entries}) < len(entries):
        raise Unreadable("The file holds two parts of the same name: open it in a word processor and save it again.")
    spans = sorted(
        (entry.header_offset, entry.header_offset + _LOCAL_HEADER + len(entry.filename) + entry.compress_size)
        for entry in entries
    )
    if any(first[1] > second[0] for first, second in pairwise([*spans, (end, end)])):
        raise Unreadable("The file holds parts that overlap: open it in a word processor and save it again.")


def _plain(name: str) -> str:
    """A name as containers compare them."""
    return name.replace("\\", "/").lstrip("/").casefold()
