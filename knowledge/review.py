"""When texts are due for review, and which of them are overdue on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from knowledge import quiz
from knowledge.library import Library
from knowledge.models import LANGUAGES
from knowledge.playbook import FOLDER, read_playbook

Kind = Literal["guidance", "clause", "figure", "playbook", "quiz"]


@dataclass(frozen=True, slots=True)
class Reviews:
    """When documents are due for review, by id, as seen on a day. A firm's own documents have no such day."""

    due: Mapping[str, dt.date]
    on: dt.date

    def overdue(self, document_id: str) -> bool:
        """Whether the day of review has passed."""
        due = self.due.get(document_id)
        return due is not None and due < self.on

    def as_json(self, document_id: str) -> dict[str, Any]:
        """`review_due` and `overdue`, as every hit and citation carries them."""
        due = self.due.get(document_id)
        return {"review_due": due.isoformat() if due else None, "overdue": self.overdue(document_id)}


UNKNOWN: Final = Reviews({}, dt.date.min)
"""Where nobody knows when anything is due."""


def due_dates(library: Library) -> dict[str, dt.date]:
    """When each document of the library is due, by its id in the index."""
    guidance = {text.id: dt.date.fromisoformat(text.review_due) for text in library.guidance if text.review_due}
    clauses = {
        f"clause-{lang}-{name}": clause.review_due for name, clause in library.clauses.items() for lang in LANGUAGES
    }
    return guidance | clauses


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that should have been looked at again on the day `due`."""

    kind: Kind
    place: str
    title: str
    due: dt.date


def overdue(library: Library, root: Path, on: dt.date) -> list[Overdue]:
    """What was due before the day `on`, the longest overdue first: texts past their review, figures past their period,
    quiz items past their last day. `root` is the folder that the library was read from."""
    return sorted((one for one in _dated(library, root) if one.due < on), key=lambda one: (one.due, one.place))


def _dated(library: Library, root: Path) -> Iterator[Overdue]:
    for text in library.guidance:
        if text.review_due:
            place = text.uri.removeprefix("library:")
            yield Overdue("guidance", place, text.title, dt.date.fromisoformat(text.review_due))
    for name, clause in library.clauses.items():
        yield Overdue("clause", f"clauses/{name}.yaml", clause.title["fr"], clause.review_due)
    for name, figure in library.figures.items():
        last = figure.periods[-1].last
        if last:
            yield Overdue("figure", f"figures.yaml, {name}", figure.name["fr"], last)
    for path in sorted((root / FOLDER).glob("*.yaml")):
        playbook = read_playbook(path)
        due = dt.date.fromisoformat(playbook.review_due)
        yield Overdue("playbook", f"{FOLDER}/{path.name}", playbook.title["fr"], due)
    for name, item in quiz.load(root).items():
        if item.expires:
            yield Overdue("quiz", f"{quiz.FOLDER}, {name}", item.stem["fr"], item.expires)


def as_json(found: list[Overdue]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [{"kind": one.kind, "place": one.place, "title": one.title, "due": one.due.isoformat()} for one in found]
