"""The strategy in words, for the lawyer alone: which clauses at which position and why, what to give and to get, what is
missing and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.agreement.assemble import Agreement
from assistant.agreement.plan import Chosen
from assistant.draft.write import outside
from knowledge.clause import Step, Texts
from knowledge.library import Library
from knowledge.models import Language, Position, Side
from prompts.document import Block, Bullet, Document, Heading, Paragraph, Run, Table, inline


def memo(agreement: Agreement, library: Library, lang: Language) -> Document:
    """The memo that goes with an agreement. Every reason is the library's, and names what the clause rests on."""
    intake = agreement.plan.intake
    situation = _SAYS["situation"][lang].format(
        _SIDES[intake.side][lang], _BARGAINING[intake.bargaining][lang], len(agreement.plan.chosen)
    )
    blocks: list[Block] = [
        Paragraph(inline(_SAYS["title"][lang]), "title"),
        Paragraph(inline(situation)),
        *_issues(agreement, library, lang),
        Heading(inline(_SAYS["clauses"][lang])),
        _table(agreement.plan.chosen, library, lang),
        Heading(inline(_SAYS["moves"][lang])),
    ]
    for one in agreement.plan.chosen:
        if one.weight == "vital":
            blocks += _moves(one, intake.side, library, lang)
    title = _SAYS["title"][lang]
    return Document(title, lang, tuple(blocks), header=title, footer=_SAYS["internal"][lang])


def _issues(agreement: Agreement, library: Library, lang: Language) -> Iterator[Block]:
    """What is missing, what does not fit, which figures leave their range."""
    beyond = [
        warning
        for one in agreement.plan.chosen
        for name in one.clause.variant(one.position).names()
        for warning in outside(
            one.clause.variables[name], one.values[name], one.clause.variant(one.position).text[lang], lang, library
        )
    ]
    for key, found in (
        ("tensions", [conflict.message[lang] for conflict in agreement.conflicts]),
        ("beyond", beyond),
        ("missing", list(agreement.gaps)),
    ):
        if found:
            yield Heading(inline(_SAYS[key][lang]))
            yield from (Bullet(inline(line)) for line in found)


def _table(chosen: Sequence[Chosen], library: Library, lang: Language) -> Table:
    head = tuple(map(inline, _COLUMNS[lang]))
    rows = (
        (
            inline(one.clause.title[lang]),
            inline(f"{_POSITIONS[one.position][lang]} ({_WEIGHTS[one.weight][lang]})"),
            inline(reason(one, library, lang)),
        )
        for one in chosen
    )
    return Table((head, *rows), (3, 2, 5))


def reason(one: Chosen, library: Library, lang: Language) -> str:
    """Why a clause is there."""
    said = library.agreement.clauses[one.type].reason[lang]
    if one.named_by:
        said = _SAYS["named"][lang].format(library.clauses[one.named_by].title[lang]) + " " + said
    return f"{said} {_SAYS['decided'][lang]}" if one.decided else said


def _moves(one: Chosen, side: Side, library: Library, lang: Language) -> Iterator[Block]:
    """For a clause that matters most: why it is worded so, where to fall back, where to stop."""
    clause, variant = one.clause, one.clause.variant(one.position)
    yield Heading(inline(clause.title[lang]), level=2)
    yield Paragraph(inline(variant.why[lang]))
    for step in ladder(one, side):
        yield Bullet(inline(f"{clause.fill(step.text[lang], one.values, lang)}"))
        given = (Run(_SAYS["give"][lang], bold=True), *inline(f" {step.give[lang]} "))
        yield Paragraph((*given, Run(_SAYS["get"][lang], bold=True), *inline(f" {step.get[lang]}")))
    yield Paragraph(
        (Run(_SAYS["stop"][lang], bold=True), *inline(f" {clause.walk_away[lang]} {clause.escalation[lang]}"))
    )
    refs = [library.authorities[key].ref[lang] for key in variant.authorities if key in library.authorities]
    if refs:
        yield Paragraph(inline(f"{_SAYS['sources'][lang]} {_SEMICOLON[lang].join(refs)}."), "note")


def ladder(one: Chosen, side: Side) -> tuple[Step, ...]:
    """The rungs in the order in which a side tries them: the customer from the top, the provider from the bottom."""
    return one.clause.ladder if side == "customer" else one.clause.ladder[::-1]


_SEMICOLON: Final[Texts] = {"en": "; ", "fr": " ; "}
_COLUMNS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Clause", "Position", "Why"),
    "fr": ("Clause", "Position", "Pourquoi"),
}
_SIDES: Final[Mapping[Side, Texts]] = {
    "customer": {"en": "the customer", "fr": "le client"},
    "provider": {"en": "the provider", "fr": "le prestataire"},
}
_BARGAINING: Final[Mapping[str, Texts]] = {
    "strong": {"en": "strong", "fr": "forte"},
    "even": {"en": "even", "fr": "équilibrée"},
    "weak": {"en": "weak", "fr": "faible"},
}
_POSITIONS: Final[Mapping[Position, Texts]] = {
    "customer": {"en": "customer's", "fr": "client"},
    "balanced": {"en": "balanced", "fr": "équilibrée"},
    "provider": {"en": "provider's", "fr": "prestataire"},
}
_WEIGHTS: Final[Mapping[str, Texts]] = {
    "vital": {"en": "vital", "fr": "essentielle"},
    "important": {"en": "important", "fr": "importante"},
    "minor": {"en": "can be traded", "fr": "monnaie d'échange"},
}
_SAYS: Final[Mapping[str, Texts]] = {
    "title": {"en": "Contract strategy", "fr": "Stratégie contractuelle"},
    "internal": {
        "en": "Internal note, not for the other side",
        "fr": "Note interne, à ne pas transmettre à l'autre partie",
    },
    "situation": {
        "en": "We act for {}; its bargaining position is {}. The needs call for {} clauses. Vital ones open with our wording "
        "where the position allows it; those that can be traded are there to be given.",
        "fr": "Nous agissons pour {} ; sa position de négociation est {}. Les besoins appellent {} clauses. Les essentielles "
        "s'ouvrent sur notre rédaction quand la position le permet ; les monnaies d'échange sont là pour être cédées.",
    },
    "clauses": {"en": "Clauses, positions and reasons", "fr": "Clauses, positions et raisons"},
    "moves": {"en": "What to give and what to get", "fr": "Ce qu'il faut céder et ce qu'il faut obtenir"},
    "tensions": {"en": "Figures that fit badly", "fr": "Chiffres qui s'accordent mal"},
    "beyond": {"en": "Figures outside their range", "fr": "Chiffres hors de leur fourchette"},
    "missing": {"en": "To be completed before signature", "fr": "À compléter avant signature"},
    "named": {"en": 'Referred to by the clause "{}".', "fr": "Visée par la clause « {} »."},
    "decided": {"en": "Position decided by you.", "fr": "Position décidée par vous."},
    "give": {"en": "Gives:", "fr": "Cède :"},
    "get": {"en": "Gets:", "fr": "Obtient :"},
    "stop": {"en": "Where to stop:", "fr": "Où s'arrêter :"},
    "sources": {"en": "Rests on:", "fr": "Repose sur :"},
}
