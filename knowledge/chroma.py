"""The vector index of one machine: generations of Chroma, over a database that answers without them.

A sound generation, once opened, takes over what it covers; passages newer than it are still searched exactly. So an answer
never waits for an index and never misses a new text. Searches that filter by kind or topic are exact as well, unless enough of
it is among the nearest of all, because Chroma's filters cost more than the search; and so are those of a small collection,
where looking at all is the quickest.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import ClausierError
from knowledge.generation import ASIDE, Generation, clear, is_sound, newest, prepare, publish, read_card
from knowledge.index import Index, Near
from knowledge.models import Kind
from knowledge.sqlite import SqliteStore
from knowledge.store import COLLECTIONS, Collection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

EXACT_BELOW = 10_000
"""Passages of a collection up to which it is searched exactly even so: 0.8 ms for 2,400 passages where Chroma takes 5.4 ms,
and as long as Chroma's only from some 15,000 on."""
STALE = 1000
"""Passages beyond the generation, or gone from it, after which it is replaced."""


class ChromaIndex(Index):
    """Search over an open store and the generations in a data directory."""

    store: SqliteStore

    def __init__(self, store: SqliteStore, data_dir: Path, exact_below: int = EXACT_BELOW) -> None:
        super().__init__(store)
        self._data_dir = data_dir
        self._exact_below = exact_below
        self._generation: Generation | None = None
        self._lock = threading.Lock()
        self._maintaining = threading.Lock()
        self._drops = 0
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
        generation = self._generation
        if generation and generation.card.counts.get(collection.name, 0) < self._exact_below:
            generation = None
        if generation and (kinds or wanted):
            found = self._among(vector, collection, limit, frozenset(kinds), wanted)
            if found is not None:
                return found
            generation = None
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

    def maintain(self) -> None:
        """Open the newest generation if it is sound and current; else build, check, publish and open another.

        Takes long; questions are answered meanwhile. One thread does it at a time: two would publish each other's halves. A
        failure is logged, and exact search goes on.
        """
        with self._maintaining:
            drops = self._drops
            try:
                self._renew(drops)
            except (ClausierError, OSError) as error:
                if drops == self._drops:
                    log.warning("the vector index is not used, searches are exact: %s", error)

    def drop(self) -> None:
        """Forget every generation, in memory and on disk, because something in them must not stay: one that is being built
        as well."""
        with self._lock:
            self._drops += 1
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

    def _renew(self, drops: int) -> None:
        folder = newest(self._data_dir)
        if folder is None or not is_sound(self.store, folder) or self._is_stale(folder):
            folder = prepare(self.store, self._data_dir)
        with self._lock:
            if drops != self._drops:  # it may hold what had to go
                shutil.rmtree(folder, ignore_errors=True)
                return
            if folder.suffix == ASIDE:
                folder = publish(folder)
            old, self._generation = self._generation, Generation(folder)
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
