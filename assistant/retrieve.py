"""Find the passages that answer a question: vectors, stems and cognates, fused.

Each leg is scaled over its best candidates and weighted. How much the words count depends on how much of the question they
cover: much for a title or a term of art, little for a paraphrase (measured in docs/retrieval.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

from assistant.stage import stage
from knowledge.calibration import RetrievalWeights
from knowledge.embed import Encoder
from knowledge.glossary import Synonyms
from knowledge.index import Index
from knowledge.models import LANGUAGES, Audience, Kind, Language, Passage, Visibility
from knowledge.store import LEGS, Collection, Leg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

System = Literal["hybrid", "dense", "lexical"]
Key = TypeVar("Key", int, str)

FADING: Final = 0.3
"""What each further passage of a document adds to its words, relative to the one before (docs/retrieval.md)."""

NO_SYNONYMS: Final = Synonyms(())
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


@dataclass(frozen=True, slots=True)
class Scored(Generic[Key]):
    """Scores of one lexical leg in one collection, and how much of the question its best covers."""

    scores: Mapping[Key, float]
    coverage: float


@dataclass(frozen=True, slots=True)
class Legs(Generic[Key]):
    """What the three legs found, by row or by document."""

    cosines: Mapping[Key, float]
    stems: Sequence[Scored[Key]]
    cognates: Sequence[Scored[Key]]


class Retriever:
    """Hybrid search. Without an encoder, by words alone."""

    def __init__(
        self, index: Index, encoder: Encoder | None, weights: RetrievalWeights, synonyms: Synonyms = NO_SYNONYMS
    ) -> None:
        self.index = index
        self._synonyms = synonyms
        self.encoder = encoder
        self._weights = weights
        self._pool = ThreadPoolExecutor(len(LEGS), thread_name_prefix="words")

    def has_documents(self, audience: Audience, langs: Iterable[Language]) -> bool:
        """Whether a firm has put in documents of its own in these languages that `audience` may see."""
        return any(self.index.has_documents(Collection(v, lang)) for v in VISIBLE[audience] for lang in langs)

    def vector(self, question: str) -> NDArray[np.float32] | None:
        """The question as a vector; `None` without an encoder."""
        if self.encoder is None:
            return None
        with stage("embed"):
            return self.encoder.question(question)

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
    ) -> list[Retrieved]:
        """The passages that answer `question` best, the best first.

        `vector` saves embedding a question twice. Only collections that `audience` may see are searched. `system` names
        the legs to use.
        """
        collections = [Collection(visibility, lang) for visibility in VISIBLE[audience] for lang in langs]
        legs = self._search(question, collections, max(self._weights.candidates, limit), kinds, topics, vector, system)
        scores = self._fuse(legs, self._weights.candidates)
        best = sorted(scores, key=lambda row: (-scores[row], row))
        chosen = best[: limit * 2 if topics else limit]
        passages = self.index.passages(chosen, internal=_sees_internal(audience))
        found = (
            Retrieved(passages[row], scores[row], legs.cosines.get(row, 0.0))
            for row in best
            if row in passages and (not topics or not set(topics).isdisjoint(passages[row].topics))
        )
        return list(found)[:limit]

    def rank(
        self, question: str, documents: frozenset[str], *, audience: Audience, system: System = "hybrid"
    ) -> list[str]:
        """Those of `documents` that have anything to do with `question`, the best first, each judged as a whole: by the mean
        of its vectors' cosines, and by its words wherever they stand, the best passage counting most."""
        collections = [Collection(visibility, lang) for visibility in VISIBLE[audience] for lang in LANGUAGES]
        legs = self._search(question, collections, self.index.store.last_row(), (), (), None, system)
        rows = set(legs.cosines).union(*(matches.scores for matches in (*legs.stems, *legs.cognates)))
        owner = {
            row: passage.document_id
            for row, passage in self.index.passages(sorted(rows), internal=_sees_internal(audience)).items()
            if passage.document_id in documents
        }
        whole = Legs(
            _of_documents(legs.cosines, owner, _mean),
            [_whole(matches, owner) for matches in legs.stems],
            [_whole(matches, owner) for matches in legs.cognates],
        )
        scores = self._fuse(whole, len(documents))
        return sorted(scores, key=lambda document: (-scores[document], document))

    def _search(
        self,
        question: str,
        collections: Sequence[Collection],
        count: int,
        kinds: Sequence[Kind],
        topics: Sequence[str],
        vector: NDArray[np.float32] | None,
        system: System,
    ) -> Legs[int]:
        """What each leg finds, by row: at most `count` of a collection."""
        if system == "lexical":
            vector = None
        elif vector is None:
            vector = self.vector(question)
        with stage("search"):
            return self._look_up(question, collections, count, kinds, topics, vector, system != "dense")

    def _look_up(
        self,
        question: str,
        collections: Sequence[Collection],
        count: int,
        kinds: Sequence[Kind],
        topics: Sequence[str],
        vector: NDArray[np.float32] | None,
        by_words: bool,
    ) -> Legs[int]:
        said = {lang: " ".join((question, *self._synonyms.of(question, lang))) for lang in LANGUAGES}
        words = [(collection, leg) for collection in collections for leg in LEGS] if by_words else []
        # SQLite and numpy let each other run: the words are looked up while the vectors are compared
        matching = [
            self._pool.submit(self.index.match, said[collection.lang], collection, leg, count, kinds)
            for collection, leg in words
        ]
        cosines: dict[int, float] = {}
        if vector is not None:
            for collection in collections:
                near = self.index.near(vector, collection, count, kinds, topics)
                cosines.update((found.row, found.cosine) for found in near)
        found: dict[Leg, list[Scored[int]]] = {leg: [] for leg in LEGS}
        for (_, leg), future in zip(words, matching, strict=True):
            matches = future.result()
            found[leg].append(Scored(dict(zip(matches.rows, matches.scores, strict=True)), matches.coverage))
        return Legs(cosines, found["stems"], found["cognates"])

    def _fuse(self, legs: Legs[Key], count: int) -> dict[Key, float]:
        """One score for each key, of the best `count` of each leg."""
        stem_weight = self._weights.stems * max((matches.coverage for matches in legs.stems), default=0.0)
        cognate_weight = self._weights.cognates * max((matches.coverage for matches in legs.cognates), default=0.0)
        if not legs.cosines:
            stem_weight, cognate_weight = 0.5, 0.5
        weighted = (
            (1 - stem_weight - cognate_weight, legs.cosines),
            (stem_weight, _collect(legs.stems)),
            (cognate_weight, _collect(legs.cognates)),
        )
        scores: dict[Key, float] = {}
        for weight, leg in weighted:
            for key, score in _scale(leg, count).items():
                scores[key] = scores.get(key, 0.0) + weight * score
        return scores


def _sees_internal(audience: Audience) -> bool:
    return "internal" in VISIBLE[audience]


def _collect(matches: Sequence[Scored[Key]]) -> dict[Key, float]:
    collected: dict[Key, float] = {}
    for found in matches:
        for key, score in found.scores.items():
            collected[key] = max(score, collected.get(key, 0.0))
    return collected


def _scale(scores: Mapping[Key, float], count: int) -> dict[Key, float]:
    """The best `count` scores, the best at 1 and the last at 0."""
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]
    if not best:
        return {}
    low, span = best[-1][1], best[0][1] - best[-1][1]
    return {key: (score - low) / span if span else 1.0 for key, score in best}


def _whole(matches: Scored[int], owner: Mapping[int, str]) -> Scored[str]:
    return Scored(_of_documents(matches.scores, owner, _fading), matches.coverage)


def _of_documents(
    scores: Mapping[int, float], owner: Mapping[int, str], join: Callable[[Sequence[float]], float]
) -> dict[str, float]:
    by_document: dict[str, list[float]] = {}
    for row, score in scores.items():
        if row in owner:
            by_document.setdefault(owner[row], []).append(score)
    return {document: join(found) for document, found in by_document.items()}


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores)


def _fading(scores: Sequence[float]) -> float:
    """The best counts whole, every further one `FADING` times the one before."""
    return sum(score * FADING**place for place, score in enumerate(sorted(scores, reverse=True)))
