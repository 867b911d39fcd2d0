"""What is near a question: by meaning (vectors) and by words, over one state of the database.

The database always answers: vectors are searched exactly with numpy. A sound generation of the vector index, once opened,
takes over what it covers; passages newer than it are still searched exactly. So an answer never waits for an index and never
misses a new text. Searches that filter by kind or topic are exact as well: Chroma's filters cost more than the search.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import ClausierError
from knowledge.generation import Generation, clear, is_sound, newest, publish, read_card
from knowledge.models import Kind, Passage
from knowledge.store import COLLECTIONS, Collection, Leg, Matches, Matrix, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

HELD = 20_000
"""Passages kept in memory between questions."""

TEXTS = 500
"""Documents whose passages are kept in memory."""

STALE = 1000
"""Passages beyond the generation, or gone from it, after which it is replaced."""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage's row and the cosine of its vector with the question's."""

    row: int
    cosine: float


class Index:
    """Search over an open store. Safe to call from several threads."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self.store = store
        self._data_dir = data_dir
        self._generation: Generation | None = None
        self._lock = threading.Lock()
        self._held: tuple[int, dict[int, Passage]] = (-1, {})
        self._texts: tuple[int, dict[str, list[Passage]]] = (-1, {})
        self._documents: tuple[int, frozenset[Collection]] = (-1, frozenset())
        self._cached: dict[tuple[Collection, int], tuple[int, Matrix]] = {}
        self._rows_cached: dict[tuple[Collection, int], tuple[int, frozenset[int]]] = {}

    def near(
        self,
        vector: NDArray[np.float32],
        collection: Collection,
        limit: int,
        kinds: Sequence[Kind] = (),
        topics: Iterable[str] = (),
    ) -> list[Near]:
        """The passages of a collection nearest to `vector`, best first, at most `limit`."""
        wanted = frozenset(topics)
        generation = None if kinds or wanted else self._generation
        indexed = self._indexed(generation, vector, collection, limit) if generation else None
        after = generation.card.last_row if generation and indexed is not None else 0
        found = self._exact(vector, self._matrix(collection, after), limit, frozenset(kinds), wanted)
        if indexed:
            found = sorted(found + indexed, key=lambda near: -near.cosine)
        return found[:limit]

    def _indexed(
        self, generation: Generation, vector: NDArray[np.float32], collection: Collection, limit: int
    ) -> list[Near] | None:
        """What the generation finds, without the passages that are gone since: these must not take the others' places.
        `None`, and no more of it, if it fails or was closed for a newer one."""
        rows = self._rows(collection, generation.card.last_row)
        gone = generation.card.counts.get(collection.name, 0) - len(rows)
        try:
            found = generation.search(vector, collection, limit + min(gone, STALE))
            return [Near(row, cosine) for row, cosine in found if not gone or row in rows]
        except ClausierError as error:
            log.warning("searches are exact from now on: %s", error)
            with self._lock:
                if self._generation is generation:
                    self._generation = None
            return None

    def has_documents(self, collection: Collection) -> bool:
        """Whether the collection holds anything but the shipped library."""
        revision = self.store.revision
        if self._documents[0] != revision:
            self._documents = (revision, self.store.collections_with("document"))
        return collection in self._documents[1]

    def match(self, question: str, collection: Collection, leg: Leg, limit: int, kinds: Sequence[Kind] = ()) -> Matches:
        """What shares stems, or cognates, with the question; see `Store.match`."""
        return self.store.match(collection, question, leg, limit, kinds)

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of these rows; what is gone since is left out."""
        revision = self.store.revision
        if self._held[0] != revision or len(self._held[1]) > HELD:
            self._held = (revision, {})
        held = self._held[1]
        missing = [row for row in rows if row not in held]
        if missing:
            held.update(self.store.passages(missing))
        return {row: held[row] for row in rows if row in held}

    def document(self, document_id: str) -> list[Passage]:
        """All passages of a document that anybody may see, in order."""
        revision = self.store.revision
        if self._texts[0] != revision or len(self._texts[1]) > TEXTS:
            self._texts = (revision, {})
        texts = self._texts[1]
        if document_id not in texts:
            texts[document_id] = [p for p in self.store.passages_of(document_id) if p.visibility == "public"]
        return texts[document_id]

    def maintain(self) -> None:
        """Open the newest generation if it is sound and current; else build, check, publish and open another.

        Takes long; questions are answered meanwhile. A failure is logged, and exact search goes on.
        """
        folder = newest(self._data_dir)
        try:
            if folder is None or not is_sound(self.store, folder) or self._is_stale(folder):
                folder = publish(self.store, self._data_dir)
            self._open(folder)
        except (ClausierError, OSError) as error:
            log.warning("the vector index is not used, searches are exact: %s", error)

    def drop(self) -> None:
        """Forget every generation, in memory and on disk, because something in them must not stay."""
        with self._lock:
            if self._generation:
                self._generation.close()
            self._generation = None
            self._cached.clear()
            self._rows_cached.clear()
            clear(self._data_dir)

    @property
    def generation(self) -> str | None:
        """The name of the generation in use; `None` while searches are exact."""
        return self._generation.folder.name if self._generation else None

    def _open(self, folder: Path) -> None:
        generation = Generation(folder)
        with self._lock:
            old, self._generation = self._generation, generation
            self._cached.clear()
            self._rows_cached.clear()
        if old:
            old.close()
        clear(self._data_dir, keep=folder)

    def _is_stale(self, folder: Path) -> bool:
        card = read_card(folder)
        held = sum(card.counts.values())
        current = sum(self.store.count(c, card.last_row) for c in COLLECTIONS)
        total = sum(self.store.count(c) for c in COLLECTIONS)
        return held - current > STALE or total - current > STALE

    def _rows(self, collection: Collection, up_to: int) -> frozenset[int]:
        """The rows of a collection up to one, read again only when the database has changed."""
        revision = self.store.revision
        key = (collection, up_to)
        cached = self._rows_cached.get(key)
        if cached is None or cached[0] != revision:
            cached = (revision, self.store.rows(collection, up_to))
            self._rows_cached[key] = cached
        return cached[1]

    def _matrix(self, collection: Collection, after: int) -> Matrix:
        """The vectors beyond a row, read again only when the database has changed."""
        revision = self.store.revision
        key = (collection, after)
        cached = self._cached.get(key)
        if cached is None or cached[0] != revision:
            cached = (revision, self.store.matrix(collection, after))
            self._cached[key] = cached
        return cached[1]

    @staticmethod
    def _exact(
        vector: NDArray[np.float32], matrix: Matrix, limit: int, kinds: frozenset[Kind], topics: frozenset[str]
    ) -> list[Near]:
        import numpy as np

        if not len(matrix.rows):
            return []
        cosines = matrix.vectors @ vector
        rows = matrix.rows
        if kinds or topics:
            keep = np.array(
                [
                    (not kinds or kind in kinds) and (not topics or not topics.isdisjoint(about))
                    for kind, about in zip(matrix.kinds, matrix.topics, strict=True)
                ]
            )
            rows, cosines = rows[keep], cosines[keep]
        limit = min(limit, len(rows))
        if not limit:
            return []
        best = np.argpartition(-cosines, limit - 1)[:limit]
        best = best[np.lexsort((rows[best], -cosines[best]))]
        return [Near(int(rows[at]), float(cosines[at])) for at in best]
