"""An account of the bank: what is open, what is held back and why, and which topics and objectives are covered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.quiz.bank import Bank, Entry
from assistant.quiz.exchange.sheet import named
from assistant.quiz.gate import key_of, longest_keys, texts_of
from assistant.quiz.source import Sources
from knowledge import blueprint
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language


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


def laid_open(entry: Entry, sources: Sources, lang: Language) -> Iterator[str]:
    """An item as whoever looks at it again should read it: the question, every answer with its reason, and the text behind it."""
    item = entry.item
    yield f"{entry.id} ({item.type}, {item.topic}, {item.objective})"
    yield f"\n{item.stem[lang]}\n"
    keys, _ = key_of(item, lang)
    for text, why in zip(*texts_of(item, lang), strict=True):
        yield f"  {'*' if text in keys else '-'} {text}\n      {why}"
    yield f"\n{item.explanation[lang]}"
    place = sources.place(item.source, lang)
    quote = " ".join(item.source.quote[lang].split())
    paragraph = next((part for part in place.text.split("\n\n") if quote in " ".join(part.split())), place.text)
    yield f"\n{place.title}: {named(item.source)}\n  {quote}\n\n{paragraph}"
    if item.authorities:
        yield f"\n{', '.join(item.authorities)}"


def to_do(suspended: Iterable[Entry]) -> str:
    """What a person does about items whose sources changed, with the items; nothing where there are none."""
    entries = list(suspended)
    if not entries:
        return ""
    lines = [f"  {entry.id}  ({named(entry.item.source)})" for entry in entries]
    return "\n".join(
        [
            f"{len(entries)} questions are not asked, because what they rest on was changed after somebody looked at them:",
            *lines,
            "Read each beside its source with `clausier quiz show ID`; correct it in knowledge/quizzes where it no longer holds;",
            "then note that it was looked at with `clausier quiz seal ID ...` (or --all, when all were) and commit seals.json.",
        ]
    )
