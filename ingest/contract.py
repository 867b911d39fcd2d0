"""One file into a contract under review: its text with places, its parts, and what its reader would not have seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ingest.read import REVIEWED, read
from ingest.reading import Limits, Reading
from ingest.recognise import ENDINGS
from ingest.scan import recognise_scan
from ingest.segment import segment
from knowledge.contract import Contract
from knowledge.errors import Scanned
from knowledge.language import detect
from knowledge.models import Language

OTHER_SHARE: Final = 0.25
"""Share of the text in the other language from which a contract counts as bilingual."""


def read_contract(
    path: Path, lang: Language | None = None, *, name: str | None = None, limits: Limits = REVIEWED
) -> Contract:
    """The contract in a file. `lang` is its language where it is not to be found out; `name` what it is called.

    Hidden text is left out of the text and listed. Raises `Unreadable` or `TooLarge`; a scan is recognised where Tesseract
    is installed, else the error says so.
    """
    try:
        reading = read(path, limits)
    except Scanned as error:
        reading = recognise_scan(path, error, limits)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return contract_of(reading, name or path.name, digest, lang)


def contracts_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those of a kind that is read in the folders named, each once, in order."""
    seen = set()
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        for one in below:
            wanted = one == path or (one.is_file() and one.suffix.lower() in ENDINGS and not one.name.startswith("."))
            if wanted and one not in seen:
                seen.add(one)
                yield one


def contract_of(reading: Reading, name: str, sha256: str, lang: Language | None = None) -> Contract:
    """The contract that a reading holds."""
    own = lang or detect(reading.text)
    clauses = segment(reading, own)
    other = sum(clause.end - clause.start for clause in clauses if clause.lang != own)
    return Contract(
        name=name,
        sha256=sha256,
        lang=own,
        text=reading.text,
        pages=reading.pages,
        clauses=clauses,
        hidden=reading.hidden,
        warnings=reading.warnings,
        bilingual=other > OTHER_SHARE * len(reading.text) or _has_two_columns(reading.text),
    )


def _has_two_columns(text: str) -> bool:
    """Whether the rows of a table say the same in both languages."""
    rows = [line.split(" | ") for line in text.split("\n") if line.count(" | ") == 1 and len(line) > 80]
    return sum(detect(left) != detect(right) for left, right in rows) > max(3, len(rows) // 2)
