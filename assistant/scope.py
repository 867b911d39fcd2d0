"""Is a question within what Clausier covers, and should the person see a lawyer as well?

A question is compared with examples of known nature (`knowledge/scope.yaml` and the questions of the guidance): it is
declined when the nearest examples outside are nearer than the nearest inside, once the mean of all examples is taken out
of every vector. Telling words, the cues of the scope file, weigh in. Thresholds are in `knowledge/calibration.yaml`, chosen
on questions kept apart (docs/retrieval.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.calibration import ScopeThresholds
from knowledge.embed import unit_rows
from knowledge.library import Category, Scope
from knowledge.models import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPENING_ONLY = frozenset({"chit-chat", "unclear"})
"""Categories that make sense for a message that opens a conversation, not for a follow-up."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate thinks. `margin` is how much more the question looks outside than inside, in cosine."""

    category: Category | None
    handoff: bool
    margin: float
    handoff_margin: float
    cue: str | None = None


class Gate:
    """Judges questions by examples and cues. Without vectors, by cues alone."""

    def __init__(
        self, scope: Scope, examples: Sequence[Example], vectors: NDArray[np.float32], thresholds: ScopeThresholds
    ) -> None:
        self._scope = scope
        self._thresholds = thresholds
        self._centre, self._vectors = _centred(vectors)
        self._at = _by_label(examples)
        self._cues = {c.key: _pattern(c.cues) for c in scope.categories}
        self._handoff_cue = _pattern(scope.handoff_cues)
        self._inside = _join(self._at, "question", "documentary", "handoff")

    def judge(self, question: str, vector: NDArray[np.float32] | None, *, follow_up: bool = False) -> Judgement:
        """What to do with `question`; `vector` is its embedding, `follow_up` whether something was said before."""
        if vector is None or not len(self._vectors):
            category = next((c for c in self._scope.categories if self._cue(c, question)), None)
            return Judgement(category, bool(self._handoff_cue and self._handoff_cue.search(question)), 0.0, 0.0)
        cosines = self._vectors @ unit_rows(vector - self._centre)
        inside = self._nearness(cosines, self._inside)
        best: tuple[float, Category | None, str | None] = (-1.0, None, None)
        for category in self._scope.categories:
            if follow_up and category.key in OPENING_ONLY:
                continue
            cue = self._cue(category, question)
            outside = self._nearness(cosines, _join(self._at, category.key)) + (self._thresholds.cue if cue else 0.0)
            best = max(best, (outside - inside, category, cue), key=lambda found: found[0])
        margin, nearest, cue = best
        handoff = self._handoff(question, cosines)
        declined = nearest if margin >= self._thresholds.decline else None
        return Judgement(declined, handoff >= self._thresholds.handoff, margin, handoff, cue)

    def _handoff(self, question: str, cosines: NDArray[np.float32]) -> float:
        cue = self._thresholds.handoff_cue if self._handoff_cue and self._handoff_cue.search(question) else 0.0
        general = self._nearness(cosines, _join(self._at, "documentary"))
        return self._nearness(cosines, _join(self._at, "handoff")) - general + cue

    def _nearness(self, cosines: NDArray[np.float32], rows: NDArray[np.int64]) -> float:
        """The mean cosine of the nearest examples; -1 if there are none."""
        import numpy as np

        count = min(self._thresholds.neighbours, len(rows))
        return float(np.partition(cosines[rows], -count)[-count:].mean()) if count else -1.0

    def _cue(self, category: Category, question: str) -> str | None:
        pattern = self._cues[category.key]
        found = pattern.search(question) if pattern else None
        return found[0] if found else None


def _centred(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean of the vectors, and the vectors without it: what all questions share tells none of them apart."""
    centre = vectors.mean(axis=0) if len(vectors) else vectors
    return centre, unit_rows(vectors - centre) if len(vectors) else vectors


def _by_label(examples: Sequence[Example]) -> dict[str, NDArray[np.int64]]:
    import numpy as np

    found: dict[str, list[int]] = {}
    for at, example in enumerate(examples):
        found.setdefault(example.label, []).append(at)
    return {label: np.array(rows, dtype=np.int64) for label, rows in found.items()}


def _join(rows: dict[str, NDArray[np.int64]], *labels: str) -> NDArray[np.int64]:
    import numpy as np

    held = [rows[label] for label in labels if label in rows]
    return held[0] if len(held) == 1 else np.concatenate([*held, np.empty(0, dtype=np.int64)])


def _pattern(cues: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{cue})" for cue in cues), re.IGNORECASE) if cues else None
