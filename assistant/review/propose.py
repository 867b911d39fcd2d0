"""The wording to propose for a finding: the library's clause with the contract's own terms and figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assistant.review.recognise import Recognition
from assistant.review.run import chosen, figures
from knowledge.clause import Clause, Value
from knowledge.models import Language
from knowledge.playbook import Rule
from knowledge.subject import Subject

_LIBRARY: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"provider": "Provider", "customer": "Customer"},
    "fr": {"provider": "Prestataire", "customer": "Client"},
}
"""What the library calls the parties."""
_OPEN_VOWEL: Final = frozenset("AEIOUYÉÈÊÀÂÎÔÛH")
_MASCULINE: Final = re.compile(
    r"(?:prestataire|fournisseur|intégrateur|hébergeur|éditeur|titulaire|infogérant|mainteneur|studio|client|acheteur|"
    r"donneur d['’]ordre|maître d['’]ouvrage)s?$",
    re.IGNORECASE,
)
"""Terms that may stand in French for a masculine one without a change of the words around them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Wording to propose, and which clause of the library it is."""

    clause_id: str
    text: str


def propose(
    rule: Rule,
    clauses: Mapping[str, Clause],
    recognition: Recognition,
    subjects: Mapping[str, Subject],
    own: Mapping[str, str],
    lang: Language,
) -> Proposal | None:
    """The clause that a rule proposes in a language, with what the contract calls its parties and its own figures.

    `own` are the contract's names for provider and customer. None where the library has no such clause.
    """
    if rule.propose is None or rule.propose.clause not in clauses:
        return None
    clause, position = clauses[rule.propose.clause], rule.propose.position
    variant = clause.variant(position)
    given = _figures(clause, rule, recognition, subjects) | _standard(clause, rule, subjects)
    text = clause.fill(variant.text[lang], clause.values(position, given), lang)
    return Proposal(clause.id_of(position), _renamed(text, own, lang))


def _figures(clause: Clause, rule: Rule, recognition: Recognition, subjects: Mapping[str, Subject]) -> dict[str, Value]:
    """Figures of the contract for variables of the clause: those that the wording allows and that are not in question."""
    given: dict[str, Value] = {}
    for slug, subject in subjects.items():
        names = [name for name in (subject.measure.variables if subject.measure else ()) if name in clause.variables]
        if not names or slug == rule.subject:
            continue
        pair = chosen(figures(recognition.about.get(slug, ()), subject, recognition.fee), subject)
        for name in names if pair else ():
            value = pair[1].value if pair else 0.0
            whole = int(value) if value % 1 == 0 else value
            if clause.variables[name].is_in_range(whole):
                given[name] = whole
    return given


def _standard(clause: Clause, rule: Rule, subjects: Mapping[str, Subject]) -> dict[str, Value]:
    """The bound of the rule for variables of its own figure whose default it would refuse."""
    subject = subjects.get(rule.subject or "")
    if rule.within is None or rule.propose is None or subject is None or subject.measure is None:
        return {}
    given: dict[str, Value] = {}
    bounds = rule.within.standard
    for name in (name for name in subject.measure.variables if name in clause.variables):
        usual = clause.default(name, rule.propose.position)
        if not isinstance(usual, int | float) or bounds.hold(usual):
            continue
        bound = bounds.least if bounds.least is not None and usual < bounds.least else bounds.most
        whole = int(bound) if bound is not None and bound % 1 == 0 else bound
        if whole is not None and clause.variables[name].is_in_range(whole):
            given[name] = whole
    return given


def _renamed(text: str, own: Mapping[str, str], lang: Language) -> str:
    """The text with the contract's names of the parties, where the words around them need no change."""
    for role, usual in _LIBRARY[lang].items():
        name = own.get(role)
        if name is None or name == usual:
            continue
        if lang == "en":
            text = re.sub(rf"\b{usual}\b", name, text)
        elif _MASCULINE.match(name):
            text = _in_french(text, usual, name)
    return text


def _in_french(text: str, usual: str, name: str) -> str:
    if name[0].upper() in _OPEN_VOWEL:
        text = re.sub(rf"\b([Ll])e {usual}\b", rf"\1'{name}", text)
        text = re.sub(rf"\b([Dd])u {usual}\b", rf"\1e l'{name}", text)
        text = re.sub(rf"\b([Aa])u {usual}\b", lambda found: ("À" if found[1] == "A" else "à") + f" l'{name}", text)
    return re.sub(rf"\b{usual}\b", name, text)
