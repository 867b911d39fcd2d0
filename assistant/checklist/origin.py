"""What a checklist is made from: topics, the strategy for a client's needs, or what a draft or a review printed as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from assistant.agreement.plan import Plan
from assistant.checklist.points import Selected
from knowledge.agreement import Weight
from knowledge.clause import POSITIONS
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Side
from knowledge.negotiation import Priority

_PRIORITY: Final[Mapping[str, Priority]] = {"high": "must", "medium": "important", "low": "nice"}
"""What a finding of a severity is worth in the talk."""
_WEIGHTS: Final[Mapping[Weight, Priority]] = {"vital": "must", "important": "important", "minor": "nice"}
_SOUND: Final = frozenset({"matches_standard"})
MAIN: Final = 2
"""The first topics of a clause are what it is about; the others it touches."""


def from_topics(library: Library, topics: Sequence[str], side: Side) -> tuple[Selected, ...]:
    """The clause types on `topics` (none: all types), each at the position of `side`.

    Raises `InvalidInput` for an unknown topic, and where no clause is about any of them.
    """
    unknown = [topic for topic in topics if topic not in library.topics]
    if unknown:
        raise InvalidInput(f"there is no topic {unknown[0]!r}: GET /api/v1/topics lists what there is")
    wanted = set(topics)
    clauses = library.clauses.values()
    chosen = [clause for clause in clauses if not wanted or wanted & set(clause.topics[:MAIN])]
    chosen = chosen or [clause for clause in clauses if wanted & set(clause.topics)]
    if not chosen:
        raise InvalidInput(f"no clause of the library is about {', '.join(topics)}: choose other topics")
    return tuple(Selected(clause.type, side, {}) for clause in chosen)


def from_draft(library: Library, draft: Mapping[str, Any]) -> tuple[Selected, ...]:
    """The clauses of what `clausier draft --json` printed, at their positions and with their figures.

    Raises `InvalidInput` for what is no such JSON, and `NotFound` for a clause type that is not there.
    """
    return tuple(_drafted(library, clause) for clause in _list(draft, "clauses", "draft"))


def from_plan(strategy: Plan) -> tuple[Selected, ...]:
    """The clauses that a client's needs call for, at the positions and with the figures of the strategy."""
    return tuple(Selected(one.type, one.position, one.values, priority=_WEIGHTS[one.weight]) for one in strategy.chosen)


def from_review(review: Mapping[str, Any], side: Side, lang: Language) -> tuple[Selected, ...]:
    """The clauses that answer the findings of what `clausier review` printed: what deviates or is missing, the gravest first.

    Raises `InvalidInput` for what is no such JSON.
    """
    findings = [one for one in _list(review, "findings", "review") if one.get("verdict") not in _SOUND]
    grave = sorted(findings, key=lambda one: list(_PRIORITY).index(str(one.get("severity", "low"))))
    return tuple(_found(findings=grave, side=side, lang=lang))


def _found(findings: Sequence[Mapping[str, Any]], side: Side, lang: Language) -> Iterator[Selected]:
    for finding in findings:
        kind, _, position = str(finding.get("proposed_clause_id") or "").partition(".")
        if kind:
            yield Selected(
                kind,
                position if position in POSITIONS else side,
                {},
                reason=_reason(finding, lang),
                found=str(finding.get("quote") or ""),
                priority=_PRIORITY[str(finding.get("severity", "low"))],
            )


def _reason(finding: Mapping[str, Any], lang: Language) -> str:
    why = str(finding.get("why") or "")
    if finding.get("verdict") == "missing":
        return f"{'Absent du contrat.' if lang == 'fr' else 'Missing from the contract.'} {why}".strip()
    return why


def _drafted(library: Library, drafted: Mapping[str, Any]) -> Selected:
    position = drafted.get("position")
    if position not in POSITIONS:
        raise InvalidInput(
            f"a clause of the draft has the position {position!r}: give what `clausier draft --json` printed"
        )
    clause = library.clause(str(drafted.get("type")))
    given = {
        str(variable["name"]): variable["value"]
        for variable in drafted.get("variables", ())
        if variable.get("value") is not None
    }
    return Selected(clause.type, position, clause.read(given))


def _list(data: Mapping[str, Any], name: str, what: str) -> list[Mapping[str, Any]]:
    found = data.get(name)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise InvalidInput(
            f"this is not a {what}: it lacks the list {name!r}; give what `clausier {what} --json` printed"
        )
    return found
