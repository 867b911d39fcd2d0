"""Documents that say nearly the same, by the vectors of their passages: a text that was taken in twice under two names, an older
version beside the newer one, a memorandum that repeats the guidance."""

from __future__ import annotations

from collections.abc import Collection as Ids
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from knowledge.models import LANGUAGES, VISIBILITIES, Language
from knowledge.store import Collection, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR: Final = 0.93
"""The cosine from which two passages say nearly the same: a passage with some words changed stays above it, two passages on
one matter stay below."""
LEAST: Final = 0.5
"""The share of a document's passages that stand in another from which the pair is shown."""
MOST_PASSAGES: Final = 4000
"""Passages that are compared with all others: as many as take some seconds."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents by id, and the share (0 to 1) of the first one's passages that stand in the second, nearly so."""

    first: str
    second: str
    share: float


def alike(store: Store, documents: Ids[str]) -> list[Alike]:
    """Pairs of one of `documents` with any other in the same language, the most alike first; each pair once."""
    found: dict[frozenset[str], Alike] = {}
    for lang in LANGUAGES:
        for pair in _pairs(store, lang, frozenset(documents)):
            key = frozenset((pair.first, pair.second))
            if key not in found or found[key].share < pair.share:
                found[key] = pair
    return sorted(found.values(), key=lambda pair: (-pair.share, pair.first, pair.second))


def _pairs(store: Store, lang: Language, wanted: frozenset[str]) -> list[Alike]:
    import numpy as np

    owners, vectors = _passages(store, lang)
    order = np.argsort(owners, kind="stable")
    owners, vectors = owners[order], vectors[order]
    names, starts = np.unique(owners, return_index=True)
    ends = [*starts[1:], len(owners)]
    pairs, left = [], MOST_PASSAGES
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if names[at] not in wanted or end - start > left:
            continue
        left -= end - start
        nearest = np.maximum.reduceat(vectors[start:end] @ vectors.T, starts, axis=1)
        shares = (nearest >= NEAR).mean(axis=0)
        shares[at] = 0.0
        pairs += [Alike(str(names[at]), str(names[i]), float(shares[i])) for i in np.flatnonzero(shares >= LEAST)]
    return pairs


def _passages(store: Store, lang: Language) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    """The document of every passage in a language, and its vector."""
    import numpy as np

    matrices = [store.matrix(Collection(visibility, lang)) for visibility in VISIBILITIES]
    held = [matrix for matrix in matrices if len(matrix.rows)]
    with store.reading(internal=True) as connection:
        found = connection.execute(sa.text("SELECT row, document_id FROM passage WHERE lang = :lang"), {"lang": lang})
        owner = {int(row): str(document) for row, document in found}
    known = [(matrix, [owner.get(int(row), "") for row in matrix.rows]) for matrix in held]
    if not known:
        return np.empty(0, dtype=np.str_), np.empty((0, 0), dtype=np.float32)
    return np.array([one for _, owners in known for one in owners]), np.concatenate([m.vectors for m, _ in known])
