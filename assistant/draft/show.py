"""A draft as JSON, and as a document with the notes that its reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from assistant.draft.layout import numbered
from assistant.draft.side import other_sides
from assistant.draft.write import Draft, Drafted, write
from knowledge.clause import Choice, Clause, Texts, Value, Variable
from knowledge.library import Library
from knowledge.models import LANGUAGES, Audience, Language, Position
from knowledge.typography import number
from prompts.document import Block, Bullet, Document, Heading, Paragraph, Run, Table, inline

INTERNAL: Final[frozenset[Audience]] = frozenset({"lawyer"})
"""Who sees reasons, warning signs, the ladder and where to stop."""


def as_json(draft: Draft, audience: Audience) -> dict[str, Any]:
    """The draft as the outside contract has it, with what is for lawyers only where `audience` is one."""
    return {
        "request": draft.request,
        "language": draft.language,
        "clauses": [_drafted_json(drafted, audience) for drafted in draft.clauses],
        "understood": _understood(draft),
        "warnings": list(draft.warnings),
        "ai_generated": any(drafted.origin != "library" for drafted in draft.clauses),
        "elapsed_ms": round(draft.elapsed_ms, 1),
    }


def clause_json(clause: Clause, audience: Audience, today: dt.date) -> dict[str, Any]:
    """A clause type in both languages, with all positions."""
    shown: dict[str, Any] = {
        "type": clause.type,
        "title": dict(clause.title),
        "purpose": dict(clause.purpose),
        "topics": list(clause.topics),
        "authorities": list(clause.authorities),
        "review_due": clause.review_due.isoformat(),
        "overdue": clause.review_due < today,
        "variables": [_variable_facts(variable) for variable in clause.variables.values()],
        "positions": [
            {
                "position": position,
                "clause_id": clause.id_of(position),
                "text": dict(variant.text),
                "authorities": list(variant.authorities),
                "defaults": {name: plain_value(value) for name, value in variant.defaults.items()},
                "notes": dict(variant.why) if audience in INTERNAL else None,
            }
            for position, variant in clause.positions.items()
        ],
    }
    return shown | (_internal(clause, None) if audience in INTERNAL else _NOTHING)


def summary_json(clause: Clause) -> dict[str, Any]:
    """A clause type in a list."""
    return {
        "type": clause.type,
        "title": dict(clause.title),
        "purpose": dict(clause.purpose),
        "topics": list(clause.topics),
        "positions": list(clause.positions),
        "clause_ids": [clause.id_of(position) for position in clause.positions],
    }


def listing(library: Library) -> list[dict[str, Any]]:
    """All clause types, by name."""
    return [summary_json(clause) for _, clause in sorted(library.clauses.items())]


_NOTHING: Final[dict[str, Any]] = {"red_flags": None, "ladder": None, "walk_away": None, "escalation": None}


def _internal(clause: Clause, drafted: Drafted | None) -> dict[str, Any]:
    """What is for lawyers: of a draft in its language with its figures, of a clause type in both languages."""
    if drafted is None:
        return {
            "red_flags": {lang: list(clause.red_flags[lang]) for lang in LANGUAGES},
            "ladder": [
                {"id": s.id, "text": dict(s.text), "give": dict(s.give), "get": dict(s.get)} for s in clause.ladder
            ],
            "walk_away": dict(clause.walk_away),
            "escalation": dict(clause.escalation),
        }
    lang = drafted.language
    return {
        "red_flags": list(clause.red_flags[lang]),
        "ladder": [
            {
                "id": _step_id(clause, s.id),
                "text": clause.fill(s.text[lang], drafted.values, lang),
                "give": s.give[lang],
                "get": s.get[lang],
            }
            for s in clause.ladder
        ],
        "walk_away": clause.walk_away[lang],
        "escalation": clause.escalation[lang],
    }


def _drafted_json(drafted: Drafted, audience: Audience) -> dict[str, Any]:
    clause, lang, position = drafted.clause, drafted.language, drafted.position
    printed = clause.variant(position).names()
    others = [
        write(clause, other, lang, _kept(drafted)) for other in other_sides(position) if other in clause.positions
    ]
    inside = audience in INTERNAL
    return {
        "clause_id": clause.id_of(position),
        "type": clause.type,
        "title": clause.title[lang],
        "position": position,
        "origin": drafted.origin,
        "text": drafted.text,
        "variables": [_variable_json(drafted, name) for name in printed],
        "unused_variables": [name for name in clause.variables if name not in printed],
        "notes": clause.variant(position).why[lang] if inside else None,
        "alternatives": [
            {"position": other.position, "clause_id": clause.id_of(other.position), "text": other.text}
            for other in others
        ],
        "fallbacks": [_step_id(clause, step.id) for step in clause.ladder] if inside else [],
        "authorities": list(clause.variant(position).authorities),
        "topics": list(clause.topics),
        "review_due": clause.review_due.isoformat(),
        "changes": [{"kind": change.kind, "text": change.text} for change in drafted.changes],
        **(_internal(clause, drafted) if inside else _NOTHING),
    }


def _kept(drafted: Drafted) -> dict[str, Value]:
    """What was settled holds in the other positions too; the rest has their defaults."""
    return {name: drafted.values[name] for name in drafted.given}


def _step_id(clause: Clause, step: str) -> str:
    return f"{clause.type}.ladder.{step}"


def _variable_json(drafted: Drafted, name: str) -> dict[str, Any]:
    variable, lang = drafted.clause.variables[name], drafted.language
    facts = _variable_facts(variable)
    value = drafted.values[name]
    return facts | {
        "label": variable.label[lang],
        "unit": variable.unit[lang] if variable.unit else None,
        "hint": variable.hint[lang] if variable.hint else None,
        "value": plain_value(value),
        "default": plain_value(drafted.clause.default(name, drafted.position)),
        "missing": variable in drafted.missing,
        "given": name in drafted.given,
        "in_range": variable.is_in_range(value),
        "choices": [
            {"value": choice.value, "label": choice.label[lang], "locked": choice.locked} for choice in variable.choices
        ],
    }


def _variable_facts(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "label": dict(variable.label),
        "type": variable.type,
        "unit": dict(variable.unit) if variable.unit else None,
        "default": plain_value(variable.default),
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "choices": [_choice(choice) for choice in variable.choices],
        "hint": dict(variable.hint) if variable.hint else None,
        "required": variable.required,
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {"value": choice.value, "label": dict(choice.label), "locked": choice.locked}


def plain_value(value: Value) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [dict(item) if isinstance(item, Mapping) else item for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def _understood(draft: Draft) -> dict[str, Any] | None:
    brief = draft.brief
    if brief is None or not brief.request:
        return None
    return {
        "type": brief.type,
        "position": brief.position,
        "position_said": brief.position_said,
        "values": [{"name": one.name, "value": plain_value(one.value), "said": one.quote} for one in brief.said],
        "unused": list(brief.unused),
        "candidates": [{"type": one.type, "score": one.score} for one in brief.candidates],
    }


def as_document(draft: Draft, library: Library, audience: Audience) -> Document:
    """The draft as a document: the wording, and for a lawyer what stands behind it."""
    blocks: list[Block] = []
    for drafted in draft.clauses:
        blocks += _wording(drafted)
        blocks += _variables(drafted)
        if audience in INTERNAL:
            blocks += _notes(drafted, library)
        blocks += _sources(drafted, library)
    for at, warning in enumerate(draft.warnings):
        if not at:
            blocks.append(Heading(inline(_HEADINGS["warnings"][draft.language]), level=2))
        blocks.append(Bullet(inline(warning)))
    title = " · ".join(drafted.clause.title[draft.language] for drafted in draft.clauses)
    return Document(title, draft.language, tuple(blocks), header=f"Clausier – {title}", subject=draft.request[:200])


def _wording(drafted: Drafted) -> Iterator[Block]:
    lang = drafted.language
    yield Paragraph(inline(drafted.clause.title[lang]), "title")
    yield Paragraph(inline(f"{_SIDES[drafted.position][lang]} · {_ORIGINS[drafted.origin][lang]}"), "note")
    yield from numbered(drafted.text)
    if drafted.changes:
        yield Heading(inline(_HEADINGS["changes"][lang]), level=2)
        marks: Mapping[str, Any] = {"inserted": "inserted", "deleted": "deleted"}
        yield Paragraph(tuple(Run(change.text, change=marks.get(change.kind)) for change in drafted.changes))


def _variables(drafted: Drafted) -> Iterator[Block]:
    lang, clause = drafted.language, drafted.clause
    names = clause.variant(drafted.position).names()
    if not names:
        return
    head = tuple(inline(title) for title in _COLUMNS[lang])
    rows = []
    for name in names:
        variable = clause.variables[name]
        allowed = _SEMICOLON[lang].join(choice.label[lang] for choice in variable.choices) or _range(variable, lang)
        said = variable.say(drafted.values[name], lang)
        rows.append((inline(f"{variable.label[lang]} ({name})"), inline(said), inline(allowed)))
    yield Heading(inline(_HEADINGS["variables"][lang]), level=2)
    yield Table((head, *rows), (3, 3, 4))


def _range(variable: Variable, lang: Language) -> str:
    if variable.minimum is None or variable.maximum is None:
        return variable.hint[lang] if variable.hint else ""
    unit = f" {variable.unit[lang]}" if variable.unit else ""
    return f"{number(variable.minimum, lang)} – {number(variable.maximum, lang)}{unit}"


def _notes(drafted: Drafted, library: Library) -> Iterator[Block]:
    lang, clause = drafted.language, drafted.clause
    yield Heading(inline(_HEADINGS["why"][lang]), level=2)
    yield Paragraph(inline(clause.variant(drafted.position).why[lang]))
    yield Heading(inline(_HEADINGS["ladder"][lang]), level=2)
    for at, step in enumerate(clause.ladder, 1):
        yield Paragraph(inline(f"**{at}.** {clause.fill(step.text[lang], drafted.values, lang)}"))
        yield Bullet(inline(f"{_HEADINGS['give'][lang]} {step.give[lang]}"))
        yield Bullet(inline(f"{_HEADINGS['get'][lang]} {step.get[lang]}"))
    yield Heading(inline(_HEADINGS["red_flags"][lang]), level=2)
    yield from (Bullet(inline(flag)) for flag in clause.red_flags[lang])
    yield Heading(inline(_HEADINGS["walk_away"][lang]), level=2)
    yield Paragraph(inline(clause.walk_away[lang]))
    yield Paragraph(inline(clause.escalation[lang]))
    for other in other_sides(drafted.position):
        if other in clause.positions:
            yield Heading(inline(_SIDES[other][lang]), level=2)
            yield from numbered(write(clause, other, lang, _kept(drafted)).text)


def _sources(drafted: Drafted, library: Library) -> Iterator[Block]:
    lang = drafted.language
    yield Heading(inline(_HEADINGS["authorities"][lang]), level=2)
    for key in drafted.clause.variant(drafted.position).authorities:
        authority = library.authorities.get(key)
        if authority:
            colon = {"en": ":", "fr": " :"}[lang]
            ref = authority.ref[lang]
            yield Bullet(inline(f"**{ref[:1].upper()}{ref[1:]}**{colon} {authority.text[lang]}"))


_SEMICOLON: Final[Texts] = {"en": "; ", "fr": " ; "}
_COLUMNS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Variable", "In this text", "What is possible"),
    "fr": ("Variable", "Dans ce texte", "Ce qui est possible"),
}
_SIDES: Final[Mapping[Position, Texts]] = {
    "customer": {"en": "Wording for the customer", "fr": "Rédaction pour le client"},
    "balanced": {"en": "Balanced wording", "fr": "Rédaction équilibrée"},
    "provider": {"en": "Wording for the provider", "fr": "Rédaction pour le prestataire"},
}
_ORIGINS: Final[Mapping[str, Texts]] = {
    "library": {
        "en": "wording of the library, verbatim but for the variables",
        "fr": "texte de la bibliothèque, mot pour mot hormis les variables",
    },
    "adapted": {
        "en": "adapted by a model from the wording of the library: see what changed",
        "fr": "adapté par un modèle à partir du texte de la bibliothèque : voyez ce qui change",
    },
    "generated": {"en": "written by a model", "fr": "rédigé par un modèle"},
}
_HEADINGS: Final[Mapping[str, Texts]] = {
    "variables": {"en": "Variables", "fr": "Variables"},
    "why": {"en": "Why it is worded so", "fr": "Pourquoi cette rédaction"},
    "ladder": {
        "en": "What to fall back on, from the customer's best to worst",
        "fr": "Positions de repli, de la meilleure à la moins bonne pour le client",
    },
    "give": {"en": "You give:", "fr": "Vous donnez :"},
    "get": {"en": "You get:", "fr": "Vous obtenez :"},
    "red_flags": {"en": "Warning signs in the other side's draft", "fr": "Signaux d'alerte dans le projet adverse"},
    "walk_away": {"en": "Where to stop", "fr": "Où s'arrêter"},
    "authorities": {"en": "What it rests on", "fr": "Ce sur quoi elle repose"},
    "warnings": {"en": "Beware", "fr": "Attention"},
    "changes": {"en": "What differs from the library", "fr": "Ce qui diffère de la bibliothèque"},
}
