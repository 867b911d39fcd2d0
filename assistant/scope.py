"""Is a question within what Clausier covers, and should the person see a lawyer as well?

A question is compared with examples of known nature (`knowledge/scope.yaml` and the questions of the guidance): it is
declined when the nearest examples outside are nearer than the nearest inside. Telling words, the cues of the scope file, weigh
in. Thresholds are in `knowledge/calibration.yaml`, chosen on questions kept apart (docs/retrieval.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.calibration import ScopeThresholds
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
        self._vectors = vectors
        self._at: dict[str, list[int]] = {}
        for at, example in enumerate(examples):
            self._at.setdefault(example.label, []).append(at)
        self._cues = {c.key: _pattern(c.cues) for c in scope.categories}
        self._handoff_cue = _pattern(scope.handoff_cues)
        self._inside = self._rows("question", "documentary", "handoff")

    def judge(self, question: str, vector: NDArray[np.float32] | None, *, follow_up: bool = False) -> Judgement:
        """What to do with `question`; `vector` is its embedding, `follow_up` whether something was said before."""
        if vector is None or not len(self._vectors):
            category = next((c for c in self._scope.categories if self._cue(c, question)), None)
            return Judgement(category, bool(self._handoff_cue and self._handoff_cue.search(question)), 0.0, 0.0)
        cosines = self._vectors @ vector
        inside = self._nearness(cosines, self._inside)
        best: tuple[float, Category | None, str | None] = (-1.0, None, None)
        for category in self._scope.categories:
            if follow_up and category.key in OPENING_ONLY:
                continue
            cue = self._cue(category, question)
            outside = self._nearness(cosines, self._rows(category.key)) + (self._thresholds.cue if cue else 0.0)
            best = max(best, (outside - inside, category, cue), key=lambda found: found[0])
        margin, nearest, cue = best
        handoff = self._handoff(question, cosines)
        declined = nearest if margin >= self._thresholds.decline else None
        return Judgement(declined, handoff >= self._thresholds.handoff, margin, handoff, cue)

    def _handoff(self, question: str, cosines: NDArray[np.float32]) -> float:
        cue = self._thresholds.handoff_cue if self._handoff_cue and self._handoff_cue.search(question) else 0.0
        general = self._nearness(cosines, self._rows("documentary"))
        return self._nearness(cosines, self._rows("handoff")) - general + cue

    def _nearness(self, cosines: NDArray[np.float32], rows: NDArray[np.int64]) -> float:
        """The mean cosine of the nearest examples; -1 if there are none."""
        import numpy as np

        count = min(self._thresholds.neighbours, len(rows))
        return float(np.partition(cosines[rows], -count)[-count:].mean()) if count else -1.0

    def _rows(self, *labels: str) -> NDArray[np.int64]:
        import numpy as np

        return np.array([at for label in labels for at in self._at.get(label, ())], dtype=np.int64)

    def _cue(self, category: Category, question: str) -> str | None:
        pattern = self._cues[category.key]
        found = pattern.search(question) if pattern else None
        return found[0] if found else None


def _pattern(cues: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{cue})" for cue in cues), re.IGNORECASE) if cues else None
