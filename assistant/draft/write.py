"""Draft clauses from the library: the wording of a position with its variables printed, and what to beware of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assistant.draft.brief import Brief
from knowledge.clause import LAWFUL, Clause, Texts, Value, Variable
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Position
from knowledge.typography import day, number

Origin = Literal["library", "adapted", "generated"]
"""`library`: verbatim but for the variables; `adapted`: changed by a model; `generated`: nothing of it is the library's."""


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of wording: kept, or inserted into or deleted from what the library says."""

    text: str
    kind: Literal["kept", "inserted", "deleted"]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A clause in one language. `given` are the variables that somebody settled; the others have their defaults."""

    clause: Clause
    position: Position
    language: Language
    text: str
    values: Mapping[str, Value]
    given: frozenset[str]
    origin: Origin = "library"
    changes: tuple[Change, ...] = ()

    @property
    def missing(self) -> tuple[Variable, ...]:
        """The variables that the text prints and nobody has settled."""
        names = self.clause.variant(self.position).names()
        return tuple(self.clause.variables[name] for name in names if _is_empty(self.values[name]))


@dataclass(frozen=True, slots=True)
class Draft:
    """What was drafted for a request, with warnings in its language."""

    request: str
    language: Language
    clauses: tuple[Drafted, ...]
    warnings: tuple[str, ...]
    brief: Brief | None = None
    elapsed_ms: float = 0.0


def write(clause: Clause, position: Position, lang: Language, given: Mapping[str, Value]) -> Drafted:
    """The clause at a position. Raises `NotFound` for a position that it does not have."""
    values = clause.values(position, given)
    text = clause.fill(clause.variant(position).text[lang], values, lang)
    return Drafted(clause, position, lang, text, values, frozenset(given))


def assignments(pairs: Sequence[str]) -> dict[str, str]:
    """Values by name from `name=value`. Raises `InvalidInput` for what is no such pair."""
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise InvalidInput(f"{pair!r} sets nothing: write name=value, such as cap_pct=150")
        found[name.strip()] = value.strip()
    return found


def warnings(drafted: Drafted, library: Library, today: dt.date, brief: Brief | None = None) -> Iterator[str]:
    """What a lawyer should know before using the clause, in its language."""
    lang, clause = drafted.language, drafted.clause
    if brief and brief.request and brief.position_said is None:
        yield _SAYS["no_side"][lang]
    for figure in brief.unused if brief else ():
        yield _SAYS["unused"][lang].format(figure)
    printed = clause.variant(drafted.position).names()
    template = clause.variant(drafted.position).text[lang]
    for name, value in drafted.values.items():
        variable = clause.variables[name]
        if name in printed or name in drafted.given:
            yield from outside(variable, value, template, lang, library)
        if name in drafted.given and name not in printed:
            yield _SAYS["not_printed"][lang].format(variable.label[lang], POSITION_NAMES[drafted.position][lang])
    if drafted.missing:
        yield _SAYS["missing"][lang].format(_SEMICOLON[lang].join(one.label[lang] for one in drafted.missing))
    if clause.review_due < today:
        yield _SAYS["overdue"][lang].format(day(clause.review_due, lang))


def outside(variable: Variable, value: Value, text: str, lang: Language, library: Library) -> Iterator[str]:
    """Why a number should not stand in `text`, which has its variables: the law forbids it, or nobody wrote it for that."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    law = LAWFUL.get(variable.name)
    label, shown = variable.label[lang], number(value, lang)
    if law and not law.least <= value <= law.most:
        authority = library.authorities.get(law.authority)
        said = (authority.ref[lang], authority.text[lang]) if authority else (law.authority, "")
        yield _SAYS["unlawful"][lang].format(label, shown, *said).strip()
    elif not variable.is_in_range(value):
        low, high = (number(limit, lang) for limit in (variable.minimum or 0, variable.maximum or 0))
        unit = f" {variable.unit[lang]}" if variable.unit else ""
        yield _SAYS["outside"][lang].format(label, shown, low, high, unit, _paragraph(variable.name, text))


def _paragraph(name: str, template: str) -> str:
    """The number of the paragraph in which a variable is first printed."""
    before = template.partition(f"{{{name}}}")[0]
    numbers: list[str] = re.findall(r"^(\d+)\.", before, re.MULTILINE)
    return numbers[-1] if numbers else "1"


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", ())


_SEMICOLON: Final[Texts] = {"en": "; ", "fr": " ; "}
POSITION_NAMES: Final[Mapping[Position, Texts]] = {
    "customer": {"en": "customer's", "fr": "client"},
    "balanced": {"en": "balanced", "fr": "équilibrée"},
    "provider": {"en": "provider's", "fr": "prestataire"},
}
_SAYS: Final[Mapping[str, Texts]] = {
    "no_side": {
        "en": "The request does not say whom you act for: this is the balanced wording. Ask for the customer's or the provider's "
        "if you act for one of them.",
        "fr": "La demande ne dit pas pour qui vous agissez : voici la rédaction équilibrée. Demandez celle du client ou du "
        "prestataire si vous agissez pour l'un d'eux.",
    },
    "unused": {
        "en": 'The request says "{}", which fits no variable of this clause: it is not in the text.',
        "fr": "La demande mentionne « {} », qui ne correspond à aucune variable de cette clause : le texte ne le reprend pas.",
    },
    "not_printed": {
        "en": '"{}" was given, but the {} wording does not use it.',
        "fr": "« {} » a été fixé, mais la rédaction {} ne l'emploie pas.",
    },
    "missing": {
        "en": "To be completed before signature: {}.",
        "fr": "À compléter avant signature : {}.",
    },
    "overdue": {
        "en": "This clause was due for review on {}.",
        "fr": "Cette clause devait être revue le {}.",
    },
    "unlawful": {
        "en": "{}: {} is outside what {} allows. {}",
        "fr": "{} : {} sort de ce que permet {}. {}",
    },
    "outside": {
        "en": "{}: {} lies outside {} to {}{}, the range for which this wording was written. Reread paragraph {} with this "
        "figure.",
        "fr": "{} : {} sort de la fourchette de {} à {}{} pour laquelle ce texte a été écrit. Relisez le paragraphe {} avec ce "
        "chiffre.",
    },
}
