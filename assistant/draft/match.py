"""Which clause type a request is about: its words against those of every type, and what the index finds near it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.draft.need import Nearness
from assistant.draft.phrase import occurrences, words
from assistant.retrieve import Retriever
from knowledge.clause import Clause
from knowledge.lexical import Terms, terms
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

WORDS, CUES, NEEDS, CLAUSES, GUIDANCE = 0.35, 0.30, 0.80, 0.20, 0.15
"""How much each kind of evidence counts: words of the clause, cues, what people say who need it, passages near by."""
TELLING: Final = 1.0
"""Score of words below which a request says nothing that a clause is about."""
NEAR: Final = 0.3
"""Cosine, what all have in common taken out, from which a request is near to what people say of a clause."""
LOOKED_AT: Final = 80
"""Passages near the request that are looked at."""
_FIELDS: Final = (("title", 1.0), ("topics", 0.6), ("labels", 0.5), ("purpose", 0.4), ("flags", 0.2), ("text", 0.1))
"""What a word counts by where a clause type has it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause type with its score, from 0 to 1."""

    type: str
    score: float


class Matcher:
    """Ranks the clause types of one library. Without a retriever, by words alone."""

    def __init__(self, library: Library, retriever: Retriever | None = None) -> None:
        self._library = library
        self._cues = library.cues
        self._retriever = retriever
        self._nearness = Nearness(*retriever.index.store.examples()) if retriever else None
        self._weights = {
            (kind, lang): _weights(_fields(clause, library, lang), lang)
            for kind, clause in library.clauses.items()
            for lang in LANGUAGES
        }
        self._rarity = {lang: _rarity([self._weights[kind, lang] for kind in library.clauses]) for lang in LANGUAGES}

    def rank(self, request: str, lang: Language) -> list[Candidate]:
        """All clause types, the likeliest first; none for a request that has no word of any and is near to none."""
        by_words, by_cues = self._by_words(request, lang), self._by_cues(request, lang)
        vector = self._retriever.vector(request) if self._retriever else None
        by_need = self._by_need(vector)
        telling = max(by_words.values(), default=0.0) >= TELLING or max(by_need.values(), default=0.0) >= NEAR
        if not telling and not any(by_cues.values()):
            return []
        legs = ((WORDS, by_words), (CUES, by_cues), (NEEDS, by_need), *self._by_index(request, lang, vector))
        scores = dict.fromkeys(self._library.clauses, 0.0)
        for weight, leg in legs:
            top = max(leg.values(), default=0.0)
            for kind, score in leg.items():
                scores[kind] += weight * score / top if top else 0.0
        whole = sum(weight for weight, _ in legs)
        ranked = [Candidate(kind, round(score / whole, 4)) for kind, score in scores.items()]
        return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.type))

    def _by_words(self, request: str, lang: Language) -> dict[str, float]:
        asked = set(_all(terms(request, lang)))
        rarity = self._rarity[lang]
        return {
            kind: sum(rarity.get(term, 0.0) * self._weights[kind, lang].get(term, 0.0) for term in asked)
            for kind in self._library.clauses
        }

    def _by_need(self, vector: Vector | None) -> dict[str, float]:
        if self._nearness is None:
            return {}
        near = self._nearness.of(vector)
        return {kind: max(0.0, cosine) for kind, cosine in near.items() if kind in self._library.clauses}

    def _by_cues(self, request: str, lang: Language) -> dict[str, float]:
        """Cues that stand in the request; a longer one counts more, one at the beginning a little more."""
        around = words(request, lang)
        found = {}
        for kind, by_language in self._cues.types.items():
            if kind in self._library.clauses:
                hits = [
                    (after - first) * (1 + 0.5 / (1 + first))
                    for phrase in by_language[lang]
                    for first, after in occurrences(phrase, around, lang)
                ]
                found[kind] = max(hits, default=0.0) + 0.2 * sum(hits)
        return found

    def _by_index(
        self, request: str, lang: Language, vector: Vector | None
    ) -> Iterable[tuple[float, dict[str, float]]]:
        if self._retriever is None:
            return ()
        clauses: dict[str, float] = {}
        topics: dict[str, float] = {}
        for hit in self._retriever.retrieve(request, audience="client", langs=(lang,), limit=LOOKED_AT, vector=vector):
            if hit.passage.kind == "clause":
                kind = hit.passage.document_id.removeprefix(f"clause-{lang}-")
                clauses[kind] = max(clauses.get(kind, 0.0), hit.score)
            elif hit.passage.kind == "guidance":
                for topic in hit.passage.topics[:1]:
                    topics[topic] = topics.get(topic, 0.0) + hit.score**2
        known = {kind: score for kind, score in clauses.items() if kind in self._library.clauses}
        return (CLAUSES, known), (
            GUIDANCE,
            {kind: _on(clause, topics) for kind, clause in self._library.clauses.items()},
        )


def _on(clause: Clause, topics: Mapping[str, float]) -> float:
    """What the guidance near the request says for a clause: its first topic counts most."""
    return sum(topics.get(topic, 0.0) / (at + 1) for at, topic in enumerate(clause.topics))


def _fields(clause: Clause, library: Library, lang: Language) -> dict[str, str]:
    topics = [library.topics[slug].name[lang] for slug in clause.topics if slug in library.topics]
    return {
        "title": clause.title[lang],
        "topics": " ".join(topics),
        "labels": " ".join(variable.label[lang] for variable in clause.variables.values()),
        "purpose": clause.purpose[lang],
        "flags": " ".join(clause.red_flags[lang]),
        "text": " ".join(variant.text[lang] for variant in clause.positions.values()),
    }


def _weights(fields: Mapping[str, str], lang: Language) -> dict[str, float]:
    """For each term of a clause type what it counts: by the best field that has it."""
    found: dict[str, float] = {}
    for name, weight in _FIELDS:
        for term in _all(terms(fields[name], lang)):
            found[term] = max(found.get(term, 0.0), weight)
    return found


def _rarity(bags: list[dict[str, float]]) -> dict[str, float]:
    """The rarer a term is among the types, weighted by where it stands, the more it tells."""
    spread: dict[str, float] = {}
    for bag in bags:
        for term, weight in bag.items():
            spread[term] = spread.get(term, 0.0) + weight
    return {term: math.log(1 + len(bags) / (0.5 + total)) for term, total in spread.items()}


def _all(found: Terms) -> Iterable[str]:
    """Stems, and cognates apart from them."""
    return (*found.stems, *(f"~{cognate}" for cognate in found.cognates))
