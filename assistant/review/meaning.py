"""What a clause is about by its meaning, where its wording tells nothing: the topics whose definitions lie nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from knowledge.embed import Encoder, unit_rows
from knowledge.errors import ModelUnavailable
from knowledge.language import detect
from knowledge.library import SELF, Library
from knowledge.models import Language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ: Final = 400
"""Characters of a clause that are read."""
NO_CLAUSES: Final = frozenset(
    {SELF, "contract-pitfalls", "small-business-protection", "unfair-terms", "regulatory-sanctions"}
)
"""Topics of the law that no clause is about."""
NEAR: Final = 0.25
"""Cosine from which a definition is near, once the mean of all definitions is taken out of both."""
BEHIND: Final = 0.06
"""How far behind the nearest a second topic may lie."""
MOST: Final = 40
"""Clauses that are read by meaning in one review; a longer list is left to the reader."""


class Meaning:
    """Guesses topics with an encoder that is opened when it is first needed. Without one it guesses nothing."""

    def __init__(self, library: Library, open_encoder: Callable[[], Encoder]) -> None:
        self._topics = {slug: topic for slug, topic in library.topics.items() if slug not in NO_CLAUSES}
        self._open = open_encoder
        self._encoder: Encoder | None = None
        self._told: dict[Language, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        """By language: the vectors of the definitions without their mean, and that mean."""

    def __call__(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The topics of each text, the nearest first; none for one that is near to none."""
        try:
            encoder = self._encoder = self._encoder or self._open()
        except ModelUnavailable:
            return [()] * len(texts)
        read = [text[:READ] for text in texts[:MOST]]
        told = [self._nearest(encoder, text, vector) for text, vector in zip(read, encoder.passages(read), strict=True)]
        return told + [()] * (len(texts) - MOST)

    def _nearest(self, encoder: Encoder, text: str, vector: NDArray[np.float32]) -> tuple[str, ...]:
        import numpy as np

        lang = detect(text)
        if lang not in self._told:
            self._told[lang] = self._definitions(encoder, lang)
        vectors, centre = self._told[lang]
        cosines = vectors @ unit_rows(vector[None] - centre)[0]
        best = float(cosines.max())
        if best < NEAR:
            return ()
        order = [int(at) for at in np.argsort(-cosines) if cosines[at] >= best - BEHIND]
        return tuple(list(self._topics)[at] for at in order[:2])

    def _definitions(self, encoder: Encoder, lang: Language) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        vectors = encoder.passages([f"{topic.name[lang]}\n{topic.definition[lang]}" for topic in self._topics.values()])
        centre = vectors.mean(axis=0)
        return unit_rows(vectors - centre), centre
