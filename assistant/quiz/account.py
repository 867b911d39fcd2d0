"""An account of the bank: what is open, what is held back and why, and which topics and objectives are covered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from assistant.quiz.bank import Bank
from assistant.quiz.gate import longest_keys
from knowledge import blueprint
from knowledge.library import Library
from knowledge.models import LANGUAGES


def account(bank: Bank, library: Library, today: dt.date) -> dict[str, Any]:
    """The account as JSON."""
    entries = list(bank.entries.values())
    ready = [entry for entry in entries if not entry.faults and not entry.suspended]
    items = [entry.item for entry in ready]
    objectives = Counter(item.objective for item in items)
    return {
        "items": len(entries),
        "open": len(ready),
        "expired": sum(bool(item.expires and item.expires < today) for item in items),
        "origins": dict(Counter(entry.origin for entry in ready)),
        "types": dict(Counter(item.type for item in items)),
        "topics": len({item.topic for item in items}),
        "topics_without": sorted(
            set(library.topics) - {topic for item in items for topic in (item.topic, *item.topics)}
        ),
        "objectives": len(objectives),
        "by_objective": {key: objectives[key] for key in blueprint.load().objectives},
        "longest_is_key": {lang: round(longest_keys(items, lang), 3) for lang in LANGUAGES},
        "unsealed": sum(entry.seal is None for entry in ready),
        "faults": [
            {"id": entry.id, "origin": entry.origin, "why": "; ".join(entry.faults)}
            for entry in entries
            if entry.faults
        ],
        "suspended": [
            {"id": entry.id, "origin": entry.origin, "why": "its sources changed since it was looked at"}
            for entry in entries
            if entry.suspended
        ],
    }
