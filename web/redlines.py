"""The contract itself with a review written into it: tracked changes and comments in its Word file.

What is not a Word file is first set as one, paragraph by paragraph in its own words, and says so on every page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.review.amend import Comments, Decision, amend, unquoted
from assistant.review.review import Review
from assistant.review.transcript import transcript
from ingest.recognise import HEAD, recognise
from ingest.redline.redline import Edit, redline
from knowledge.clause import Clause
from prompts.docx import docx


@dataclass(frozen=True, slots=True)
class Marked:
    """The Word file, how many changes and comments it holds, and what of the review found no place in it."""

    data: bytes
    converted: bool
    """Whether it was made from the text of a file of another kind."""
    amendments: int
    unplaced: tuple[str, ...]
    """Ids of findings, of clauses together and of contradictions."""


def mark(
    data: bytes,
    found: Review,
    clauses: Mapping[str, Clause],
    *,
    author: str,
    now: dt.datetime,
    comments: Comments = "theirs",
    decisions: Mapping[str, Decision] | None = None,
) -> Marked:
    """The file `data`, which `found` reviews, with its amendments. Raises `Unreadable` for a file that is damaged."""
    contract = found.contract
    converted = recognise(Path(contract.name).suffix, data[:HEAD]) != "docx"
    source = docx(transcript(contract)) if converted else data
    amendments = amend(found, clauses, decisions, comments)
    edits = {
        Edit(one.start, one.end, one.words, one.paragraphs, one.comment, author, one.like): one.finding
        for one in amendments
    }
    done = redline(source, contract.text, edits, author=author, now=now)
    said = unquoted(found, decisions) if comments != "none" else ()
    return Marked(done.data, converted, len(edits), (*(edits[edit] for edit in done.unplaced), *said))
