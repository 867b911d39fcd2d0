"""What a review says in the margin besides its findings: clauses that are harmful together, contradictions, references.

A remark stands at the first of the passages that it is about. It is for the other side (what to ask, what is unclear) or for us
(why, and what to weigh before asking), never both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.review.explain import quantity
from assistant.review.interact import Combination, Contradiction
from assistant.review.review import Review
from knowledge.contract import Contract
from knowledge.models import Language
from knowledge.wording import fold

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "ours": "[Internal] ", "and": " and ", "clause": "clause {}", "colon": ": ", "ask": "Ask for: ",
        "figure": "Two passages give different figures: {}. Please say which of them applies.",
        "doubt": "See first which of them suits us: in doubt a form contract is read against whoever proposed it, a negotiated "
        "one in favour of the debtor (article 1190 of the Civil Code).",
        "definition": "“{}” is defined twice ({}): only one definition can stand.",
        "reference": "This refers to “{}”, which the contract does not have.",
        "annex": "This refers to “{}”, which is not part of the contract: please attach it.",
        "struck": "{} refers to what is struck out here: to be adapted.",
        "rewritten": "{} refers to this clause: check that it still fits.",
        "named": "The proposed wording refers to the annex “{}”, which the contract does not have: to be attached.",
        "clause_named": "The proposed wording refers to the clause “{}”, which the contract does not have: to be adapted.",
        "paragraph": "The proposed wording refers to “{}” of the clause that it is taken from: to be adapted.",
    },
    "fr": {
        "ours": "[Interne] ", "and": " et ", "clause": "article {}", "colon": " : ", "ask": "Demander : ",
        "figure": "Deux passages donnent des chiffres différents : {}. Merci de préciser lequel s'applique.",
        "doubt": "Voir d'abord lequel nous convient : dans le doute, le contrat d'adhésion s'interprète contre celui qui l'a "
        "proposé, le contrat de gré à gré en faveur du débiteur (article 1190 du Code civil).",
        "definition": "« {} » est défini deux fois ({}) : une seule définition peut subsister.",
        "reference": "Renvoi à « {} », que le contrat ne comporte pas.",
        "annex": "Renvoi à « {} », qui ne fait pas partie du contrat : merci de joindre le document.",
        "struck": "{} renvoie à ce qui est supprimé ici : à adapter.",
        "rewritten": "{} renvoie à cet article : vérifier que le renvoi convient encore.",
        "named": "La rédaction proposée renvoie à l'annexe « {} », que le contrat ne comporte pas : à joindre.",
        "clause_named": "La rédaction proposée renvoie à la clause « {} », que le contrat ne comporte pas : à adapter.",
        "paragraph": "La rédaction proposée renvoie au « {} » de la clause dont elle est tirée : à adapter.",
    },
}  # fmt: skip
_NAME: Final = r"\s*[«“\"]\s*([^»”\"]{2,80}?)\s*[»”\"]"
_ANNEX = re.compile(rf"\b(?:annexe?|schedule|appendix){_NAME}", re.IGNORECASE)
_CLAUSE = re.compile(rf"\b(?:clause|article|section){_NAME}", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"(?<!\d, )\b(?:paragraphe?|point|alinéa) \d{1,2}\b(?! (?:of article|de l['’]article))", re.IGNORECASE
)
MOST_PLACES: Final = 4
"""Clauses that are named in one remark."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on `contract.text[start:end]`; where nothing can be quoted both are `None`."""

    id: str
    start: int | None
    end: int | None
    words: str


def remarks(found: Review, *, ours: bool) -> Iterator[Remark]:
    """What is said of clauses together and of contradictions, in the language of the review."""
    for combination in found.combinations:
        first = next(iter(combination.passages), None)
        start, end = (first.start, first.end) if first else (None, None)
        words = _of_combination(combination, found.lang, ours=ours)
        yield Remark(f"interaction:{combination.name}", start, end, words)
    for one in found.contradictions:
        start, end = one.places[0]
        words = _of_contradiction(one, found.contract, found.lang, ours=ours)
        yield Remark(f"contradiction:{one.kind}:{one.about}", start, end, words)


def broken(found: Review, start: int, end: int, words: str, titles: Collection[str] = ()) -> Iterator[str]:
    """References that no longer fit, a line each, where `words` take the place of `contract.text[start:end]`: from elsewhere to
    what stood there, and from the words to what the contract does not have. `titles` are those of the clauses that are put in."""
    contract, labels = found.contract, _WORDS[found.lang]
    clause = contract.clause_at(start)
    if clause is not None and start < end:
        from_ = [
            one.start
            for one in found.references
            if one.target == clause.index and not clause.start <= one.start < clause.end
        ]
        if from_:
            said = _places(contract, from_, found.lang)
            yield labels["struck" if not words else "rewritten"].format(said[:1].upper() + said[1:])
    yield from dangling(found, words, titles, is_whole=False)


def dangling(found: Review, words: str, titles: Collection[str] = (), *, is_whole: bool) -> Iterator[str]:
    """What proposed words refer to and the contract does not have, a line each. `titles` are those of the clauses that are put
    in; `is_whole` is for a clause with all its paragraphs, to which it may refer."""
    labels, clauses = _WORDS[found.lang], found.contract.clauses
    for pattern, label, held in (
        (_ANNEX, "named", [clause.heading for clause in clauses if clause.part == "annex"]),
        (_CLAUSE, "clause_named", [*titles, *(clause.heading for clause in clauses)]),
    ):
        known = " ".join(map(fold, held))
        for name in dict.fromkeys(pattern.findall(words)):
            if fold(name) not in known:
                yield labels[label].format(name)
    if not is_whole:
        for place in dict.fromkeys(_PARAGRAPH.findall(words)):
            yield labels["paragraph"].format(place)


def _of_combination(one: Combination, lang: Language, *, ours: bool) -> str:
    labels, interaction = _WORDS[lang], one.interaction
    if not ours:
        return interaction.ask[lang]
    return (
        f"{labels['ours']}{interaction.title[lang]}{labels['colon']}{interaction.why[lang]}\n"
        f"{labels['ask']}{interaction.ask[lang]}"
    )


def _of_contradiction(one: Contradiction, contract: Contract, lang: Language, *, ours: bool) -> str:
    labels = _WORDS[lang]
    if one.kind == "figure":
        told = (
            quantity(figure.value, figure.unit, lang) + _where(contract, start, lang)
            for figure, (start, _) in zip(one.figures, one.places, strict=True)
        )
        said = labels["figure"].format(labels["and"].join(told))
        return f"{labels['ours']}{said}\n{labels['doubt']}" if ours else said
    if one.kind == "definition":
        said = labels["definition"].format(one.about, _places(contract, (start for start, _ in one.places), lang))
    else:
        kind = "annex" if one.about.startswith("annex ") else "reference"
        said = labels[kind].format(" ".join(contract.text[slice(*one.places[0])].split()))
    return (labels["ours"] if ours else "") + said


def _where(contract: Contract, offset: int, lang: Language) -> str:
    place = contract.place(offset)
    return f" ({_WORDS[lang]['clause'].format(place)})" if place else ""


def _places(contract: Contract, offsets: Iterable[int], lang: Language) -> str:
    """The clauses in which offsets stand: "article 4 et article 9"."""
    named = [_WORDS[lang]["clause"].format(place) for offset in offsets if (place := contract.place(offset))]
    several = list(dict.fromkeys(named))[:MOST_PLACES]
    return _WORDS[lang]["and"].join(several) or "…"
