"""Defined terms and references of a contract: what is defined twice, used and not defined, or leads nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from knowledge.contract import Contract
from knowledge.wording import fold

PREAMBLE: Final = 5_000
"""Characters at the beginning in which parties are named."""

_QUOTED: Final = r"[\"“«]\s*(?P<term>[A-ZÀ-Ý][^\"”»\n]{1,60}?)\s*[\"”»]"
_MEANS = re.compile(
    rf"{_QUOTED}\s*(?:\([^)]{{0,60}}\)\s*)?(?:means?|shall mean|refers? to|désigne(?:nt)?|signifie(?:nt)?"
    rf"|s'entend(?:ent)?|:|–|-)\s*",
)
_CALLED = re.compile(
    r"(?:\(|,\s*)(?:ci-après|hereinafter|hereafter|herein|the|le|la|les|l['’]|collectively|together"
    r"|individually|ensemble|dénommée?s?|désignée?s?|"
    rf"referred to as|called|[\s,:]|or|ou|and|et|as){{0,12}}\s*{_QUOTED}",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^[\-*•\s]*\*{0,2}(?P<term>[A-ZÀ-Ý][\w'’ -]{1,40}?)\*{0,2}\s*(?::|means\b|désigne\b)\s+\S", re.MULTILINE
)
_ROLE: Final = {
    "provider": re.compile(
        r"^(?:the )?(?:(?:it |service |hosting |software )?(?:provider|supplier|agency|contractor|vendor|host|developer"
        r"|operator|consultant|licensor|seller|integrator)|prestataire|fournisseur|agence|intégrateur|hébergeur|éditeur"
        r"|titulaire|infogérant|infogéreur|mainteneur|studio|développeur|opérateur|vendeur|mandataire|concepteur)s?$",
        re.IGNORECASE,
    ),
    "customer": re.compile(
        r"^(?:the )?(?:customer|client|cliente|company|donneur d['’]ordre|acheteur|maître d['’]ouvrage|user|buyer"
        r"|purchaser|employer|subscriber|licensee|principal|bénéficiaire|abonnée?|commanditaire|acquéreur|mandant"
        r"|utilisateur|preneur)s?$",
        re.IGNORECASE,
    ),
}
_ARTICLE = re.compile(r"^(?:le|la|l['’]|the)\s*", re.IGNORECASE)
_MODAL: Final = r"(?: shall| will| must| may| agrees to| undertakes to| s['’]engage à| doit| peut| pourra)? "
_DOES: Final[Mapping[str, str]] = {
    "customer": r"pays?|verse(?:ra)?|r[èe]gle(?:ra)?|paie(?:ra)?|acquitte(?:ra)?|confie",
    "provider": r"maintains?|hosts?|supports?|develops?|delivers?|repairs?|installs?|suppl(?:y|ies)|assure(?:ra)?|maintient"
    r"|héberge(?:ra)?|fournit|fournira|livre(?:ra)?|exécute(?:ra)?|réalise(?:ra)?|corrige(?:ra)?|installe(?:ra)?"
    r"|supervise(?:ra)?|entretient|entretiendra|assiste(?:ra)?|intervient",
}
"""What the name of who pays, and of who works, is followed by."""
_ACTS: Final = (
    r"shall|will|may|must|acknowledges|undertakes|agrees|owes|peut|pourra|doit|devra|s['’]engage|reconnaît|accepte|renonce"
    r"|choisit|résilie|met|désigne|garde|conserve"
)
_REFERENCE = re.compile(
    r"\b(?P<word>articles?|clauses?|sections?|annexes?|annex|appendix|schedule|exhibit)\s+(?:n[o°]\s*)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?![\w'’])|[IVX]{1,4}(?![\w'’]))(?=(?P<after>[^.;\n]{0,60}))",
    re.IGNORECASE,
)
_OF_A_LAW = re.compile(
    r"^\s*(?:,?\s*(?:paragraphe?|alinéa|\(?\d+\)?|[IVX]+|et|and|to|à|ou|or|\d[\d.-]*|du|de|des|of|the|la|l['’]"
    r"|le|susvisé|et suivants)[\s,.)°-]*){0,8}"
    r"(?:code|rgpd|gdpr|règlement|regulation|directive|loi|law|act|cgi|convention de|traité|treaty|décret|u\.?s\.?c)",
    re.IGNORECASE,
)
_CODE = re.compile(r"^(?:\s*[-–]\s*\d|\d{2,})")


@dataclass(frozen=True, slots=True)
class Definition:
    """A term that the contract defines, where it does, and how often it is used besides."""

    term: str
    start: int
    end: int
    uses: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to another part of the contract, and the index of that part; none where it leads nowhere."""

    to: str
    """What is referred to: "8.2", "annex 1"."""
    start: int
    end: int
    target: int | None


def definitions(contract: Contract) -> tuple[Definition, ...]:
    """The terms that the contract defines, in order; one that is defined twice stands twice."""
    text = contract.text
    found: dict[int, Definition] = {}
    spans = [match.span("term") for pattern in (_MEANS, _CALLED) for match in pattern.finditer(text)]
    for clause in contract.clauses:
        if clause.part == "definition":
            spans += [match.span("term") for match in _LISTED.finditer(text, clause.start, clause.end)]
    for start, end in sorted(set(spans)):
        term = text[start:end]
        if not any(start < other.end and other.start < end for other in found.values()):
            uses = len(re.findall(rf"(?<!\w){re.escape(term)}s?(?!\w)", text)) - 1
            found[start] = Definition(term, start, end, uses)
    return tuple(found[start] for start in sorted(found))


def references(contract: Contract) -> tuple[Reference, ...]:
    """The references to parts of the contract itself, in order; those to laws are left out."""
    targets = _targets(contract)
    found = []
    for match in _REFERENCE.finditer(contract.text):
        starts_part = any(
            clause.start <= match.start() < clause.start + 6 for clause in [contract.clause_at(match.start())] if clause
        )
        if starts_part or _CODE.match(match["after"]) or _OF_A_LAW.match(match["after"]) or match["number"].islower():
            continue
        is_annex = fold(match["word"])[:5] in ("annex", "appen", "sched", "exhib")
        key = ("annex " if is_annex else "") + match["number"].lower()
        end = match.start("number") + len(match["number"])
        found.append(Reference(key, match.start(), end, _target(key, targets)))
    return tuple(found)


def _target(key: str, targets: Mapping[str, int]) -> int | None:
    """The part of that number, or the article that holds it where its sub-clauses are not numbered apart."""
    if key in targets or "." not in key:
        return targets.get(key)
    parent = key.rpartition(".")[0]
    has_siblings = any(other.startswith(f"{parent}.") for other in targets)
    return None if has_siblings else _target(parent, targets)


def is_role(name: str) -> bool:
    """Whether a name is a usual one of a party: "Customer", "le Prestataire"."""
    return any(pattern.match(_ARTICLE.sub("", name)) for pattern in _ROLE.values())


def own_terms(contract: Contract) -> Mapping[str, str]:
    """What the contract calls its provider and its customer, where it says so.

    Names that tell no role ("Nordlys", "the Clinic") are told apart by who pays and who works.
    """
    named = list(dict.fromkeys(_ARTICLE.sub("", one.term) for one in definitions(contract) if one.start < PREAMBLE))
    terms: dict[str, str] = {}
    for name in named:
        for role, pattern in _ROLE.items():
            if pattern.match(name):
                terms.setdefault(role, name)
    unknown = [name for name in named if name not in terms.values()]
    return terms if len(terms) == len(_ROLE) or not unknown else _by_what_they_do(contract.text, unknown, terms)


def _by_what_they_do(text: str, named: list[str], known: Mapping[str, str]) -> dict[str, str]:
    """The roles that are known, and those of names of which one alone pays, works, or acts at all."""
    terms = dict(known)

    def doing(verbs: str) -> list[str]:
        return [
            n for n in named if n not in terms.values() and re.search(rf"\b{re.escape(n)}{_MODAL}(?:{verbs})\b", text)
        ]

    for role, verbs in _DOES.items():
        if role not in terms and len(only := doing(verbs)) == 1:
            terms[role] = only[0]
    left = doing("|".join((_ACTS, *_DOES.values())))
    if len(terms) == 1 and len(left) == 1:
        terms[next(role for role in _DOES if role not in terms)] = left[0]
    return terms if len(terms) == len(_DOES) else dict(known)


def twice_defined(found: tuple[Definition, ...]) -> Iterator[Definition]:
    """Each later definition of a term that was defined before."""
    counts: Counter[str] = Counter()
    for definition in found:
        key = fold(definition.term)
        counts[key] += 1
        if counts[key] == 2:
            yield definition


def _targets(contract: Contract) -> dict[str, int]:
    targets: dict[str, int] = {}
    for clause in contract.clauses:
        if clause.part == "annex" and clause.level == 1:
            targets.setdefault(f"annex {clause.number.rpartition(' ')[2].lower()}", clause.index)
        elif clause.number and clause.part != "annex":
            targets.setdefault(clause.number.lower(), clause.index)
    for clause in contract.clauses:
        if clause.number and clause.part == "annex":
            targets.setdefault(clause.number.lower(), clause.index)
    return targets
