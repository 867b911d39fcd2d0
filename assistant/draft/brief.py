"""What a request asks for: which clause, for whom, with which figures, and in which words it said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assistant.converse import language
from assistant.draft.choices import choices_said
from assistant.draft.match import Candidate, Matcher
from assistant.draft.numbers import numbers_said
from assistant.draft.said import Said
from assistant.draft.side import side, without
from knowledge.clause import Value
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Position

WEIGHED: Final = 6
"""Clause types whose variables are compared with the figures of a request."""
FIT: Final = 0.07
"""What variables that take all of a request's figures add to the score of their type."""
CLEAR: Final = 2.0
"""Score of a figure from which it surely belongs to its variable."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A clause to draft. `said` holds what the request settled and where; `unused` words of it that fitted nothing."""

    request: str
    type: str
    position: Position
    language: Language
    values: Mapping[str, Value] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    position_said: str | None = None
    candidates: tuple[Candidate, ...] = ()
    unused: tuple[str, ...] = ()


def understand(
    request: str, library: Library, matcher: Matcher, lang: Language | None = None, kind: str | None = None
) -> Brief:
    """Read `request`. `kind` and `lang` are taken as given; the position is `balanced` where nobody says.

    Raises `NotFound` for a clause type that there is not, and `InvalidInput` for a request about nothing that there is.
    """
    asked_in, cues = language(request), library.cues
    found = side(request, cues)
    subject = without(request, found)
    candidates = [Candidate(library.clause(kind).type, 1.0)] if kind else _ranked(subject, asked_in, library, matcher)
    if not candidates:
        raise InvalidInput(
            f"no clause fits {request[:80]!r}: name one with --type (`clausier draft --list` shows them)"
        )
    clause = library.clause(candidates[0].type)
    position: Position = found.position if found else "balanced"
    chosen = [*choices_said(subject, asked_in, clause, cues, position)]
    numbers, left = numbers_said(subject, asked_in, clause, cues, chosen)
    said = [*numbers, *chosen]
    by_name = {one.name: one for one in said}
    unused = [subject[figure.start : figure.end].strip() for figure in left]
    return Brief(
        request,
        clause.type,
        position,
        lang or asked_in,
        {name: one.value for name, one in by_name.items()},
        tuple(said),
        request[found.start : found.end].strip(" ,;:") if found else None,
        tuple(candidates[:5]),
        tuple(unused),
    )


def _ranked(subject: str, lang: Language, library: Library, matcher: Matcher) -> list[Candidate]:
    """The clause types, those whose variables take the request's figures a little ahead."""
    ranked = matcher.rank(subject, lang)
    weighed = []
    for candidate in ranked[:WEIGHED]:
        taken, left = numbers_said(subject, lang, library.clauses[candidate.type], library.cues)
        fit = sum(min(one.score, CLEAR) for one in taken) / CLEAR / max(1, len(taken) + len(left))
        weighed.append(Candidate(candidate.type, round(candidate.score + FIT * fit, 4)))
    return sorted(weighed, key=lambda candidate: -candidate.score) + ranked[WEIGHED:]
