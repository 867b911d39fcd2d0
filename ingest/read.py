"""Files from strangers into text: Markdown, plain text, web pages, Word, OpenDocument and PDF."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from ingest.hidden import in_text
from ingest.plain import decode, read_markdown, read_text
from ingest.reading import LIMITS, PATIENT, REVIEWED, Heading, Limits, Media, Reading
from ingest.recognise import HEAD, OLD_OFFICE, explain_old_office, identify, recognise
from knowledge.contract import Hidden
from knowledge.errors import Scanned, TooLarge, Unreadable

__all__ = ["LIMITS", "PATIENT", "REVIEWED", "Heading", "Limits", "Media", "Reading", "read"]

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the process that parses may know of this one's environment: no settings, no secrets."""


def read(path: Path, limits: Limits = LIMITS) -> Reading:
    """The text of one file, with its headings and pages.

    What the file is, its ending and its content must agree on. Everything but plain text and Markdown is parsed in a
    process of its own, which is stopped when it takes more than `limits` allow. Raises Unreadable or TooLarge with one
    line that says what is wrong and what to do; the line does not repeat the path unless there is no such file.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{path} is not a file: give the path of one.")
        if not status.st_size:
            raise Unreadable("The file is empty: check that it was saved.")
        with path.open("rb", buffering=0) as file:
            return _read(file, path.suffix, status.st_size, limits)
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}: check the path.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise Unreadable("The file cannot be opened: check its name and who may read it.") from error


def _read(file: IO[bytes], ending: str, size: int, limits: Limits) -> Reading:
    """The text of an open file of `size` bytes."""
    head = file.read(HEAD)
    if identify(head) == OLD_OFFICE and size <= limits.file_bytes:
        raise explain_old_office(head + file.read(size))
    media = recognise(ending, head)
    most = {"pdf": limits.pdf_bytes, "docx": limits.file_bytes, "odt": limits.file_bytes}.get(media, limits.text_bytes)
    if size > most:
        raise TooLarge(f"The file is larger than {most / 1_000_000:g} MB, which is the most for {media}: split it.")
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    if media in ("md", "txt"):
        data = file.read(most)
        reading = read_markdown(data) if media == "md" else read_text(data)
        if not limits.hidden_text:
            reading = replace(reading, hidden=tuple(in_text(decode(data)[0], media)))
        if len(reading.text) > limits.characters:
            raise TooLarge(f"The file holds more than {limits.characters:,} characters: split it.")
        return reading
    return _parse(file, media, limits)


def _parse(file: IO[bytes], media: Media, limits: Limits) -> Reading:
    """The text of a file that a process of its own parses."""
    command = [sys.executable, "-P", "-s", "-m", "ingest.parse", media, json.dumps(asdict(limits))]
    try:
        done = subprocess.run(
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONPATH": str(ROOT)},
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"Reading the file took more than {limits.wall_seconds:g} s: split or simplify it.") from error
    if done.returncode < 0:
        raise Unreadable("Reading the file took more time or memory than allowed: split or simplify it.")
    if done.returncode:
        raise Unreadable("The file is damaged: open it in the program that made it and save it again.")
    try:
        fields = json.loads(done.stdout)
    except ValueError as error:  # a library wrote to standard output, or the process was cut short
        raise Unreadable("The file is damaged: open it in the program that made it and save it again.") from error
    return _reading(fields)


def _reading(fields: dict[str, Any]) -> Reading:
    """What the other process found, or the error that it met."""
    if "error" in fields:
        raise {"TooLarge": TooLarge, "Scanned": Scanned}.get(fields["error"], Unreadable)(fields["message"])
    return Reading(
        text=fields["text"],
        title=fields["title"],
        headings=tuple(Heading(**heading) for heading in fields["headings"]),
        pages=tuple(fields["pages"]),
        media=fields["media"],
        warnings=tuple(fields["warnings"]),
        hidden=tuple(Hidden(**found) for found in fields["hidden"]),
    )
