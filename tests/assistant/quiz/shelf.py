"""A bank for tests: the shipped library, read once, and items of every type."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from assistant.quiz.bank import Bank, Entry, assemble
from knowledge.library import Library, load
from knowledge.models import LANGUAGES
from knowledge.quiz import Item

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
QUOTE = "Automatic acknowledgements do not count."
ITEM: TypeAdapter[Item] = TypeAdapter(Item)


@cache
def library() -> Library:
    return load()


@cache
def bank() -> Bank:
    return assemble(library())


def both(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def item(kind: str = "single", **changes: Any) -> Item:
    """A sound item of a type on response times, whose first answer is right."""
    base: dict[str, Any] = {
        "type": kind, "block": "C", "topic": "sla-response-times", "objective": "LO3", "level": "understand", "difficulty": 1,
        "stem": {"en": "Does an automatic reply count? Select two.", "fr": "Une réponse automatique compte-t-elle ? Choisissez deux réponses."},
        "explanation": {"en": "Automatic acknowledgements are no response.", "fr": "Les accusés de réception automatiques n'en sont pas une."},
        "source": {"guidance": "sla-response-times", "quote": {"en": QUOTE, "fr": "Les accusés de réception automatiques ne comptent pas."}},
        "authorities": ["cciv-1103"], "checked_on": "2026-11-23",
    }  # fmt: skip
    return ITEM.validate_python(base | _parts(kind) | changes)


def _parts(kind: str) -> dict[str, Any]:
    texts = ["alpha comes first", "bravo comes second", "charlie comes third", "delta comes fourth", "echo comes fifth"]
    why = [both(f"Because {text} among all of them.") for text in texts]
    if kind in ("single", "truth", "fallback"):
        return {
            "options": [
                {"id": t.split()[0], "text": both(t), "why": w, "correct": t == texts[0]}
                for t, w in zip(texts[:4], why, strict=False)
            ]
        }
    if kind == "multiple":
        return {
            "options": [
                {"id": t.split()[0], "text": both(t), "why": w, "correct": t in texts[:2]}
                for t, w in zip(texts, why, strict=True)
            ]
        }
    if kind in ("matching", "terms"):
        return {
            "pairs": [
                {"left": both(t), "right": both(t.split()[0]), "why": w} for t, w in zip(texts[:4], why, strict=False)
            ]
        }
    if kind == "ordering":
        return {"steps": [{"text": both(t), "why": w} for t, w in zip(texts, why, strict=True)]}
    if kind == "defect":
        return {
            "segments": [
                {"text": both(t), "why": w, "defect": "vague" if t in texts[1:3] else None}
                for t, w in zip(texts, why, strict=True)
            ]
        }
    if kind == "open":
        said = [{"en": [t], "fr": [t]} for t in texts]
        return {"elements": [{"text": both(t), "why": w, "said": s} for t, w, s in zip(texts, why, said, strict=True)]}
    return {
        "formula": "downtime_minutes", "unit": both("minutes"), "tolerance": 1,
        "stem": both("How many minutes at {availability_pct} % over {days} days of automatic acknowledgements?"),
        "numbers": {"availability_pct": {"minimum": 99, "maximum": 99.9, "step": 0.1}, "days": {"minimum": 28, "maximum": 31, "step": 1}},
    }  # fmt: skip


def entry(key: str, made: Item, **changes: Any) -> Entry:
    """An entry that passed the gate."""
    return Entry(
        **({"id": key, "item": made, "origin": "authored", "faults": (), "digest": "d", "seal": None} | changes)
    )
