"""Find the passages that answer a question: vectors, stems and cognates, fused.

Each leg is scaled over its best candidates and weighted. How much the words count depends on how much of the question they
cover: much for a title or a term of art, little for a paraphrase (measured in docs/retrieval.md).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from knowledge.calibration import RetrievalWeights
from knowledge.embed import Encoder
from knowledge.index import Index
from knowledge.models import LANGUAGES, Audience, Kind, Language, Passage, Visibility
from knowledge.store import LEGS, Collection, Leg, Matches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

System = Literal["hybrid", "dense", "lexical"]

VISIBLE: Final[Mapping[Audience, tuple[Visibility, ...]]] = {
    "client": ("public",),
    "trainee": ("public",),
    "lawyer": ("public", "internal"),
}
"""What each audience may see. A collection that is not named here is never asked."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage with its rank's score (0 to 1, relative to this question) and its vector's cosine with the question."""

    passage: Passage
    score: float
    cosine: float


class Retriever:
    """Hybrid search. Without an encoder, by words alone."""

    def __init__(self, index: Index, encoder: Encoder | None, weights: RetrievalWeights) -> None:
        self.index = index
        self.encoder = encoder
        self._weights = weights
        self._pool = ThreadPoolExecutor(len(LEGS), thread_name_prefix="words")

    def has_documents(self, audience: Audience, langs: Iterable[Language]) -> bool:
        """Whether a firm has put in documents of its own in these languages that `audience` may see."""
        return any(self.index.has_documents(Collection(v, lang)) for v in VISIBLE[audience] for lang in langs)

    def vector(self, question: str) -> NDArray[np.float32] | None:
        """The question as a vector; `None` without an encoder."""
        return self.encoder.question(question) if self.encoder else None

    def retrieve(
        self,
        question: str,
        *,
        audience: Audience,
        langs: Iterable[Language] = LANGUAGES,
        kinds: Sequence[Kind] = (),
        topics: Sequence[str] = (),
        limit: int = 10,
        vector: NDArray[np.float32] | None = None,
        system: System = "hybrid",
        within: frozenset[str] | None = None,
    ) -> list[Retrieved]:
        """The passages that answer `question` best, the best first.

        `vector` saves embedding a question twice. Only collections that `audience` may see are searched. `system` names
        the legs to use; `within` ranks the passages of these documents alone.
        """
        collections = [Collection(visibility, lang) for visibility in VISIBLE[audience] for lang in langs]
        if system == "lexical":
            vector = None
        elif vector is None:
            vector = self.vector(question)
        count = max(self._weights.candidates, limit)
        cosines: dict[int, float] = {}
        words = [] if system == "dense" else [(collection, leg) for collection in collections for leg in LEGS]
        # SQLite and numpy let each other run: the words are looked up while the vectors are compared
        matching = [
            self._pool.submit(self.index.match, question, collection, leg, count, kinds) for collection, leg in words
        ]
        if vector is not None:
            for collection in collections:
                near = self.index.near(vector, collection, count, kinds, topics)
                cosines.update((found.row, found.cosine) for found in near)
        matches: dict[Leg, list[Matches]] = {leg: [] for leg in LEGS}
        for (_, leg), future in zip(words, matching, strict=True):
            matches[leg].append(future.result())
        stems, cognates = matches["stems"], matches["cognates"]
        if within is not None:
            return self._rank_within(within, cosines, stems, cognates)
        scores = self._fuse(cosines, stems, cognates)
        best = sorted(scores, key=lambda row: (-scores[row], row))
        passages = self.index.passages(best[: limit * 2 if topics else limit])
        found = (
            Retrieved(passages[row], scores[row], cosines.get(row, 0.0))
            for row in best
            if row in passages and (not topics or not set(topics).isdisjoint(passages[row].topics))
        )
        return list(found)[:limit]

    def _rank_within(
        self, documents: frozenset[str], cosines: dict[int, float], stems: list[Matches], cognates: list[Matches]
    ) -> list[Retrieved]:
        rows = set(cosines).union(*(matches.rows for matches in (*stems, *cognates)))
        passages = {row: p for row, p in self.index.passages(sorted(rows)).items() if p.document_id in documents}
        kept = {row: cosine for row, cosine in cosines.items() if row in passages}
        scores = self._fuse(kept, [_only(m, passages) for m in stems], [_only(m, passages) for m in cognates])
        best = sorted(scores, key=lambda row: (-scores[row], row))
        return [Retrieved(passages[row], scores[row], cosines.get(row, 0.0)) for row in best]

    def _fuse(
        self, cosines: Mapping[int, float], stems: Sequence[Matches], cognates: Sequence[Matches]
    ) -> dict[int, float]:
        by_stem, by_cognate = _collect(stems), _collect(cognates)
        stem_weight = self._weights.stems * max((matches.coverage for matches in stems), default=0.0)
        cognate_weight = self._weights.cognates * max((matches.coverage for matches in cognates), default=0.0)
        if not cosines:
            stem_weight, cognate_weight = 0.5, 0.5
        legs = (
            (1 - stem_weight - cognate_weight, _scale(cosines, self._weights.candidates)),
            (stem_weight, _scale(by_stem, self._weights.candidates)),
            (cognate_weight, _scale(by_cognate, self._weights.candidates)),
        )
        scores: dict[int, float] = {}
        for weight, leg in legs:
            for row, score in leg.items():
                scores[row] = scores.get(row, 0.0) + weight * score
        return scores


def _only(matches: Matches, rows: Container[int]) -> Matches:
    kept = [(row, score) for row, score in zip(matches.rows, matches.scores, strict=True) if row in rows]
    return Matches(tuple(row for row, _ in kept), tuple(score for _, score in kept), matches.coverage)


def _collect(matches: Sequence[Matches]) -> dict[int, float]:
    return {row: score for found in matches for row, score in zip(found.rows, found.scores, strict=True)}


def _scale(scores: Mapping[int, float], count: int) -> dict[int, float]:
    """The best `count` scores, the best at 1 and the last at 0."""
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]
    if not best:
        return {}
    low, span = best[-1][1], best[0][1] - best[-1][1]
    return {row: (score - low) / span if span else 1.0 for row, score in best}
