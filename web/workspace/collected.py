"""An agreement that somebody collects: clauses in an order, each with its position and what was settled of its variables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from assistant.draft.show import as_document, plain_value
from assistant.draft.write import Draft, Drafted, warnings, write
from knowledge.clause import Value
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Audience, Language
from prompts.docx import docx
from prompts.markdown import markdown

MOST: Final = 120
"""Clauses of one agreement."""
Move = Literal["up", "down", "out"]
MOVES: Final[tuple[Move, ...]] = get_args(Move)
MEDIA: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


def entry(drafted: Drafted) -> dict[str, Any]:
    """A drafted clause as it is kept."""
    values = {name: plain_value(drafted.values[name]) for name in sorted(drafted.given)}
    return {"type": drafted.clause.type, "position": drafted.position, "values": values}


def with_entry(content: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """`content` with a clause; one of the same type gives it its place. Raises `InvalidInput` for one too many."""
    clauses = list(content.get("clauses", ()))
    for at, known in enumerate(clauses):
        if known["type"] == added["type"]:
            clauses[at] = added
            return {**content, "clauses": clauses}
    if len(clauses) >= MOST:
        raise InvalidInput(f"an agreement has {MOST} clauses at most: begin another")
    return {**content, "clauses": [*clauses, added]}


def moved(content: Mapping[str, Any], kind: str, move: Move) -> dict[str, Any]:
    """`content` with one clause moved by a place, or taken out."""
    clauses = list(content.get("clauses", ()))
    at = next((n for n, known in enumerate(clauses) if known["type"] == kind), None)
    if at is not None:
        taken = clauses.pop(at)
        if move != "out":
            clauses.insert(max(0, at - 1) if move == "up" else at + 1, taken)
    return {**content, "clauses": clauses}


def drafted(content: Mapping[str, Any], library: Library, lang: Language) -> list[Drafted]:
    """The clauses of `content` in a language; one that the library no longer has is left out."""
    found = []
    for one in content.get("clauses", ()):
        clause = library.clauses.get(one["type"])
        if clause and one["position"] in clause.positions:
            found.append(write(clause, one["position"], lang, _values(clause, one["values"])))
    return found


def _values(clause: Any, kept: Mapping[str, Any]) -> dict[str, Value]:
    """What was kept, without what the clause has no longer or takes no longer."""
    values: dict[str, Value] = {}
    for name, value in kept.items():
        try:
            values |= clause.read({name: value})
        except InvalidInput:
            continue
    return values


def export(
    title: str, found: list[Drafted], library: Library, lang: Language, audience: Audience, form: str, today: dt.date
) -> bytes:
    """The clauses as a file. Raises `InvalidInput` for an unknown format and where there is nothing to write."""
    if form not in MEDIA:
        raise InvalidInput(f"there is no format {form!r}: choose of {', '.join(MEDIA)}")
    if not found:
        raise InvalidInput("there is no clause to write: add one first")
    beware = tuple(
        dict.fromkeys(said for one in found for said in warnings(one, library, today)) if audience == "lawyer" else ()
    )
    document = as_document(Draft(title, lang, tuple(found), beware), library, audience)
    return docx(document) if form == "docx" else markdown(document).encode()
