"""What somebody needs who does not know what it is called: the nearest of the plain words that are known for each clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from knowledge.embed import unit_rows
from knowledge.library import CLAUSE_LABEL
from knowledge.models import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAREST: Final = 3
"""Wordings of a clause type that are looked at; their mean cosine counts."""


class Nearness:
    """How near a question is to what people say of each clause type."""

    def __init__(self, examples: Sequence[Example], vectors: NDArray[np.float32]) -> None:
        rows: dict[str, list[int]] = {}
        for at, example in enumerate(examples):
            if example.label.startswith(CLAUSE_LABEL):
                rows.setdefault(example.label.removeprefix(CLAUSE_LABEL), []).append(at)
        held = [row for found in rows.values() for row in found]
        centre = vectors[held].mean(axis=0) if held else None
        self._centre = centre
        self._said: Mapping[str, NDArray[np.float32]] = (
            {} if centre is None else {kind: unit_rows(vectors[found] - centre) for kind, found in rows.items()}
        )

    def of(self, vector: NDArray[np.float32] | None) -> dict[str, float]:
        """The mean cosine of the nearest wordings of each type, what all have in common taken out; nothing without vectors."""
        import numpy as np

        if vector is None or self._centre is None:
            return {}
        asked = unit_rows(vector - self._centre)
        return {kind: float(np.sort(said @ asked)[-NEAREST:].mean()) for kind, said in self._said.items()}
