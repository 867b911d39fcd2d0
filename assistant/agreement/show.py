"""An agreement as JSON, for programs and for the checklist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.agreement.assemble import DEFINITIONS, Agreement
from assistant.agreement.conflicts import Conflict
from assistant.agreement.memo import ladder, reason
from assistant.agreement.plan import Chosen
from assistant.draft.show import plain_value
from knowledge.library import Library
from knowledge.models import Language
from prompts.document import anchors


def as_json(agreement: Agreement, library: Library) -> dict[str, Any]:
    """Everything: articles with their numbers, reasons and figures, annexes, tensions, gaps. For lawyers."""
    first = agreement.languages[0]
    numbers = anchors(agreement.document)
    prefix = f"{first}-" if len(agreement.languages) > 1 else ""
    pattern = library.agreement
    return {
        "title": agreement.document.title,
        "languages": list(agreement.languages),
        "side": agreement.plan.intake.side,
        "bargaining": agreement.plan.intake.bargaining,
        "articles": [
            _article(one, agreement, library, numbers[f"{prefix}{one.type}"].rpartition(" ")[2], first)
            for one in agreement.plan.chosen
        ],
        "definitions": [
            {"key": key, "term": dict(library.definitions[key].term), "text": dict(library.definitions[key].text)}
            for key in agreement.definitions
        ],
        "definitions_article": numbers[f"{prefix}{DEFINITIONS}"].rpartition(" ")[2],
        "annexes": [
            {
                "key": key,
                "number": numbers[f"{prefix}annex-{key}"].rpartition(" ")[2],
                "name": dict(pattern.annexes[key].name),
            }
            for key in agreement.annexes
        ],
        "conflicts": [conflict_json(conflict) for conflict in agreement.conflicts],
        "missing": list(agreement.gaps),
        "ai_generated": False,  # every word is the library's
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """A contradiction or tension."""
    return {
        "key": conflict.key,
        "blocking": conflict.blocking,
        "variables": list(conflict.variables),
        "message": dict(conflict.message),
    }


def _article(one: Chosen, agreement: Agreement, library: Library, number: str, lang: Language) -> Mapping[str, Any]:
    return {
        "number": number,
        "type": one.type,
        "clause_id": one.clause.id_of(one.position),
        "title": {language: one.clause.title[language] for language in agreement.languages},
        "position": one.position,
        "weight": one.weight,
        "reason": reason(one, library, lang),
        "origin": "library",
        "text": {language: agreement.texts[language][one.type] for language in agreement.languages},
        "variables": {name: plain_value(one.values[name]) for name in one.clause.variant(one.position).names()},
        "given": sorted(one.given),
        "fallbacks": [f"{one.type}.ladder.{step.id}" for step in ladder(one, agreement.plan.intake.side)],
        "authorities": list(one.clause.variant(one.position).authorities),
    }
