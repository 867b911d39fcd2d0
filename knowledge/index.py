"""What is near a question: by meaning (vectors) and by words, over one state of the database.

Here vectors are searched exactly, with numpy; `knowledge.chroma` and `knowledge.postgres` know quicker ways for many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.models import Kind, Passage
from knowledge.store import Collection, Leg, Matches, Matrix, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HELD = 20_000
"""Passages kept in memory between questions."""

GENEROUS = 3
"""Times as many neighbours as are wanted of some kinds or topics that are looked at, before everything is."""

TEXTS = 500
"""Documents whose passages are kept in memory."""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage's row and the cosine of its vector with the question's."""

    row: int
    cosine: float


class Index:
    """Search over an open store. Safe to call from several threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._held: tuple[int, dict[int, Passage]] = (-1, {})
        self._texts: tuple[int, dict[str, list[Passage]]] = (-1, {})
        self._documents: tuple[int, frozenset[Collection]] = (-1, frozenset())
        self._cached: dict[tuple[Collection, int], tuple[int, Matrix]] = {}

    def near(
        self,
        vector: NDArray[np.float32],
        collection: Collection,
        limit: int,
        kinds: Sequence[Kind] = (),
        topics: Iterable[str] = (),
    ) -> list[Near]:
        """The passages of a collection nearest to `vector`, best first, at most `limit`."""
        return self._exact(vector, self._matrix(collection, 0), limit, frozenset(kinds), frozenset(topics))

    def has_documents(self, collection: Collection) -> bool:
        """Whether the collection holds anything but the shipped library."""
        revision = self.store.revision
        if self._documents[0] != revision:
            self._documents = (revision, self.store.collections_with("document"))
        return collection in self._documents[1]

    def match(self, question: str, collection: Collection, leg: Leg, limit: int, kinds: Sequence[Kind] = ()) -> Matches:
        """What shares stems, or cognates, with the question; see `Store.match`."""
        return self.store.match(collection, question, leg, limit, kinds)

    def passages(self, rows: Sequence[int], *, internal: bool = False) -> dict[int, Passage]:
        """The passages of these rows; one that is gone since is left out, and an internal one unless these are asked for too."""
        revision = self.store.revision
        if self._held[0] != revision or len(self._held[1]) > HELD:
            self._held = (revision, {})
        held = self._held[1]
        missing = [row for row in rows if row not in held]
        if missing:
            held.update(self.store.passages(missing, internal=internal))
        return {row: held[row] for row in rows if row in held and (internal or held[row].visibility == "public")}

    def document(self, document_id: str) -> list[Passage]:
        """All passages of a document that anybody may see, in order."""
        revision = self.store.revision
        if self._texts[0] != revision or len(self._texts[1]) > TEXTS:
            self._texts = (revision, {})
        texts = self._texts[1]
        if document_id not in texts:
            texts[document_id] = self.store.passages_of(document_id)
        return texts[document_id]

    def maintain(self) -> None:
        """Make an index over the vectors, if there is to be one; called beside the answering."""

    def drop(self) -> None:
        """Forget what is kept beside the database, because something in it must not stay."""
        self._cached.clear()

    @property
    def generation(self) -> str | None:
        """The name of the vector index in use; `None` while searches are exact."""
        return None

    def _matrix(self, collection: Collection, after: int) -> Matrix:
        """The vectors beyond a row, read again only when the database has changed."""
        revision = self.store.revision
        key = (collection, after)
        cached = self._cached.get(key)
        if cached is None or cached[0] != revision:
            cached = (revision, self.store.matrix(collection, after))
            self._cached[key] = cached
        return cached[1]

    def _among(
        self,
        vector: NDArray[np.float32],
        collection: Collection,
        limit: int,
        kinds: frozenset[Kind],
        topics: frozenset[str],
    ) -> list[Near] | None:
        """The nearest of some kinds and topics, if there are enough of them among the nearest of all: then no other is nearer.
        `None` if there are not, and everything has to be looked at."""
        near = self.near(vector, collection, GENEROUS * limit)
        passages = self.passages([one.row for one in near], internal=collection.is_internal)
        found = [
            one
            for one in near
            if one.row in passages
            and (not kinds or passages[one.row].kind in kinds)
            and (not topics or not topics.isdisjoint(passages[one.row].topics))
        ]
        return found[:limit] if len(found) >= limit else None

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
