"""What is known: documents, passages, their vectors and terms. What was acknowledged is never lost.

Passages live in collections, one for each visibility and language, so that what a reader may not see is not even in what is
searched. What SQLite and PostgreSQL do each in their own way (vectors, terms, erasure) is in `knowledge.sqlite` and
`knowledge.postgres`; `knowledge.installation` opens the one that the settings name.
"""

from __future__ import annotations

import abc
import contextlib
import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.lexical import distinct, terms
from knowledge.models import LANGUAGES, VISIBILITIES, Document, Example, Kind, Language, Passage, Role, Visibility

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA: Final = "0009"
"""The newest migration in `knowledge/migrations`."""

MODEL_STATE: Final = "embedding_model"
"""The state that names the model whose vectors the database holds."""
LIBRARY_STATE: Final = "library_revision"
"""The state that names the library that the database holds."""

LAST: Final = (1 << 31) - 1
"""Beyond every row."""
RANKED: Final = 4000
"""Occurrences of a question's words that BM25 looks at; see `_telling`."""
COUNTED: Final = 50_000
"""Words whose frequencies are kept in memory."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The passages of one visibility in one language."""

    visibility: Visibility
    lang: Language

    @property
    def name(self) -> str:
        """As the vector index names it: `public-en`."""
        return f"{self.visibility}-{self.lang}"

    @property
    def table(self) -> str:
        """The suffix of its tables: `public_en`."""
        return f"{self.visibility}_{self.lang}"

    @property
    def is_internal(self) -> bool:
        """Whether only lawyers may see it."""
        return self.visibility == "internal"


COLLECTIONS: Final = tuple(Collection(visibility, lang) for visibility in VISIBILITIES for lang in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Vectors with what is needed to filter them: `vectors[i]` belongs to passage row `rows[i]`."""

    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]
    kinds: tuple[Kind, ...]
    topics: tuple[tuple[str, ...], ...]


Leg = Literal["stems", "cognates"]
"""A column of terms: stems within a language, or what words of both languages begin with."""

LEGS: Final[tuple[Leg, ...]] = get_args(Leg)


@dataclass(frozen=True, slots=True)
class Matches:
    """What the lexical index found for one kind of term, best first.

    `coverage`, 0 to 1, is the share of the question's weight that the best match carries: near 1 for a title, near 0 for a
    question in other words. It is the best BM25 score over the score of a passage that has every term once.
    """

    rows: tuple[int, ...]
    scores: tuple[float, ...]
    coverage: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased."""

    document_id: str
    title: str
    passages: int
    erased_at: str


class Store(Database):
    """The open database of one installation."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._counted: tuple[int, dict[tuple[str, str, str], float]] = (-1, {})
        self._knowing: WeakKeyDictionary[sa.Connection, dict[tuple[str, str, str], float]] = WeakKeyDictionary()

    # What databases do each in their own way

    @abc.abstractmethod
    def insert(self, connection: sa.Connection, passage: Passage, vector: NDArray[np.float32]) -> None:
        """Write a passage with its vector and terms."""

    @abc.abstractmethod
    def _set_vector(self, connection: sa.Connection, row: int, vector: NDArray[np.float32]) -> None:
        """Give a passage another vector."""

    @abc.abstractmethod
    def _forget_terms(self, connection: sa.Connection, row: int, collection: Collection) -> None:
        """Take a passage out of the lexical index."""

    @abc.abstractmethod
    def compact(self) -> None:
        """Leave no byte of what was removed where the database keeps its data."""

    @abc.abstractmethod
    def _vectors(
        self, connection: sa.Connection, collection: Collection, after: int, role: Role | None
    ) -> list[tuple[int, bytes, Kind, str]]:
        """Row, vector (float32, as this machine has it), kind and topics of a collection's passages beyond a row, in order; of
        those in one role alone where one is named."""

    @abc.abstractmethod
    def _best(
        self,
        connection: sa.Connection,
        collection: Collection,
        leg: Leg,
        words: Sequence[str],
        limit: int,
        kinds: Sequence[Kind],
    ) -> list[tuple[int, float]]:
        """Rows of passages that have any of the words, with their BM25 scores, the best first."""

    @abc.abstractmethod
    def _total(self, connection: sa.Connection, collection: Collection) -> int:
        """How many passages the lexical index of a collection holds."""

    @abc.abstractmethod
    def _having(
        self, connection: sa.Connection, collection: Collection, leg: Leg, words: Sequence[str]
    ) -> dict[str, int]:
        """In how many passages of a collection each word stands; words that stand in none may be left out."""

    @contextlib.contextmanager
    def alone(self, *, patient: bool = False) -> Iterator[None]:
        """Be the only process that takes in content. On one machine whoever has the database open to write is that already."""
        yield

    def unbound(self) -> str | None:
        """The role that sees internal rows whether it asks for them or not, where the database should hide them."""
        return None

    # Writing

    def put(self, document: Document, vectors: NDArray[np.float32], *, now: dt.datetime) -> None:
        """Add `document`, or replace the one of the same id, with one row of `vectors` for each passage."""
        with self.writing() as connection:
            self._remove(connection, document.id)
            connection.exec_driver_sql(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id, document.uri, document.sha256, document.kind, document.title, document.lang,
                    document.visibility, json.dumps(document.topics), document.text, document.review_due, now.isoformat(),
                ),
            )  # fmt: skip
            for passage, vector in zip(document.passages, vectors, strict=True):
                self.insert(connection, passage, vector)

    def set_vectors(self, document_id: str, vectors: NDArray[np.float32]) -> None:
        """Give the passages of a document other vectors, one row each in their order."""
        with self.writing() as connection:
            rows = connection.exec_driver_sql(
                "SELECT row FROM passage WHERE document_id = ? ORDER BY ordinal", (document_id,)
            ).scalars()
            for row, vector in zip(rows.all(), vectors, strict=True):
                self._set_vector(connection, row, vector)

    def put_examples(self, examples: Sequence[Example], vectors: NDArray[np.float32]) -> None:
        """Replace all examples by these, with one row of `vectors` for each."""
        with self.writing() as connection:
            connection.exec_driver_sql("DELETE FROM example")
            insert = "INSERT INTO example (label, lang, text, vector) VALUES (?, ?, ?, ?)"
            for example, vector in zip(examples, vectors, strict=True):
                connection.exec_driver_sql(insert, (example.label, example.lang, example.text, vector.tobytes()))

    def examples(self) -> tuple[list[Example], NDArray[np.float32]]:
        """All examples, and one row for each."""
        import numpy as np

        with self.reading() as connection:
            rows = connection.exec_driver_sql("SELECT label, lang, text, vector FROM example ORDER BY id").all()
        vectors = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.float32)
        return [Example(*row[:3]) for row in rows], vectors.reshape(len(rows), -1) if rows else vectors.reshape(0, 0)

    def remove(self, document_id: str, *, now: dt.datetime) -> Receipt:
        """Take `document_id` out with all its passages. Raises `NotFound`. See also `compact`."""
        with self.writing() as connection:
            title = connection.exec_driver_sql("SELECT title FROM document WHERE id = ?", (document_id,)).scalar()
            if title is None:
                raise NotFound(f"there is no document {document_id!r}; `clausier documents` lists them")
            return Receipt(document_id, str(title), self._remove(connection, document_id), now.isoformat())

    def _remove(self, connection: sa.Connection, document_id: str) -> int:
        found = "SELECT row, visibility, lang FROM passage WHERE document_id = ?"
        rows = connection.exec_driver_sql(found, (document_id,)).all()
        for row, visibility, lang in rows:
            self._forget_terms(connection, row, Collection(visibility, lang))
        connection.exec_driver_sql("DELETE FROM document WHERE id = ?", (document_id,))
        return len(rows)

    # Reading

    def digests(self) -> dict[str, str]:
        """The digest of every document, by id."""
        with self.reading(internal=True) as connection:
            return {key: sha for key, sha in connection.exec_driver_sql("SELECT id, sha256 FROM document")}

    def documents(self) -> list[Mapping[str, Any]]:
        """Every document, internal ones too, without its text: id, uri, kind, title, lang, visibility, topics, passages,
        review_due, added_at."""
        query = """SELECT d.id, d.uri, d.kind, d.title, d.lang, d.visibility, d.topics, d.review_due, d.added_at,
                          count(p.row) AS passages
                   FROM document d LEFT JOIN passage p ON p.document_id = d.id GROUP BY d.id ORDER BY d.uri, d.id"""
        with self.reading(internal=True) as connection:
            rows = connection.exec_driver_sql(query).mappings()
            return [{**row, "topics": json.loads(row["topics"])} for row in rows]

    def review_due(self, document_id: str) -> str | None:
        """The day by which the document should be reviewed, if it has one."""
        with self.reading(internal=True) as connection:
            due = connection.exec_driver_sql("SELECT review_due FROM document WHERE id = ?", (document_id,)).scalar()
            return None if due is None else str(due)

    def passages(self, rows: Sequence[int], *, internal: bool = False) -> dict[int, Passage]:
        """The passages of these rows; one that is gone is left out, and an internal one unless these are asked for too."""
        if not rows:
            return {}
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, {NAMED} FROM passage WHERE row IN ({marks}){_shown(internal)}"
        with self.reading(internal=internal) as connection:
            return {row[0]: _passage(row[1:]) for row in connection.exec_driver_sql(query, tuple(map(int, rows)))}

    def passage(self, passage_id: str, *, internal: bool = False) -> Passage:
        """Raises `NotFound`, for an internal one too unless these are asked for."""
        query = f"SELECT {NAMED} FROM passage WHERE id = ?{_shown(internal)}"
        with self.reading(internal=internal) as connection:
            row = connection.exec_driver_sql(query, (passage_id,)).one_or_none()
        if row is None:
            raise NotFound(f"there is no passage {passage_id!r}; it may have been replaced since")
        return _passage(row)

    def passages_of(self, document_id: str, *, internal: bool = False) -> list[Passage]:
        """The passages of a document in order, of an internal one only if these are asked for."""
        query = f"SELECT {NAMED} FROM passage WHERE document_id = ?{_shown(internal)} ORDER BY ordinal"
        with self.reading(internal=internal) as connection:
            return [_passage(row) for row in connection.exec_driver_sql(query, (document_id,))]

    def collections_with(self, kind: Kind) -> frozenset[Collection]:
        """The collections that hold passages of a kind."""
        query = "SELECT DISTINCT visibility, lang FROM document WHERE kind = ?"
        with self.reading(internal=True) as connection:
            return frozenset(Collection(*row) for row in connection.exec_driver_sql(query, (kind,)))

    def count(self, collection: Collection, up_to: int | None = None) -> int:
        """How many passages a collection has, up to a row if one is given."""
        query = "SELECT count(*) FROM passage WHERE visibility = ? AND lang = ? AND row <= ?"
        last = LAST if up_to is None else up_to
        with self.reading(internal=collection.is_internal) as connection:
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, last)).scalar()
            return int(found or 0)

    def rows(self, collection: Collection, up_to: int) -> frozenset[int]:
        """The rows of a collection up to one."""
        query = "SELECT row FROM passage WHERE visibility = ? AND lang = ? AND row <= ?"
        with self.reading(internal=collection.is_internal) as connection:
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, up_to))
            return frozenset(found.scalars())

    def last_row(self) -> int:
        """The row of the newest passage; 0 if there is none."""
        with self.reading(internal=True) as connection:
            return int(connection.exec_driver_sql("SELECT max(row) FROM passage").scalar() or 0)

    def matrix(self, collection: Collection, after: int = 0, role: Role | None = None) -> Matrix:
        """The vectors of a collection, of rows beyond `after`, and of passages in one role if it is named."""
        import numpy as np

        with self.reading(internal=collection.is_internal) as connection:
            found = self._vectors(connection, collection, after, role)
        vectors = np.frombuffer(b"".join(row[1] for row in found), dtype=np.float32)
        return Matrix(
            rows=np.array([row[0] for row in found], dtype=np.int64),
            vectors=vectors.reshape(len(found), -1) if found else vectors.reshape(0, 0),
            kinds=tuple(row[2] for row in found),
            topics=tuple(tuple(json.loads(row[3])) for row in found),
        )

    def match(self, collection: Collection, question: str, leg: Leg, limit: int, kinds: Iterable[Kind] = ()) -> Matches:
        """What shares stems, or cognates, with `question`: at most `limit` rows, by BM25.

        Who asks for as many rows as there are has every word looked up, however frequent.
        """
        found = terms(question, collection.lang)
        words = distinct(found.stems if leg == "stems" else found.cognates)
        with self.reading(internal=collection.is_internal) as connection:
            return self._match(connection, collection, leg, words, limit, tuple(kinds))

    def _match(
        self,
        connection: sa.Connection,
        collection: Collection,
        leg: Leg,
        words: tuple[str, ...],
        limit: int,
        kinds: tuple[Kind, ...],
    ) -> Matches:
        if not words:
            return Matches((), (), 0.0)
        total, counts = self._frequencies(connection, collection, leg, words)
        looked_up = words if limit >= total else _telling(words, counts)
        found = self._best(connection, collection, leg, looked_up, limit, kinds)
        if not found:
            return Matches((), (), 0.0)
        ideal = _ideal(total, [counts[word] for word in words])
        coverage = min(1.0, found[0][1] / ideal) if ideal else 0.0
        return Matches(tuple(row for row, _ in found), tuple(score for _, score in found), coverage)

    def _frequencies(
        self, connection: sa.Connection, collection: Collection, leg: Leg, words: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """How many passages a collection has, and how many of them each word."""
        known, table = self._known(connection), collection.table
        whole = (table, "", "")
        if whole not in known:
            known[whole] = self._total(connection, collection)
        missing = [word for word in words if (table, leg, word) not in known]
        if missing:
            found = self._having(connection, collection, leg, missing)
            known.update({(table, leg, word): found.get(word, 0) for word in missing})
        return int(known[whole]), {word: int(known[table, leg, word]) for word in words}

    def _known(self, connection: sa.Connection) -> dict[tuple[str, str, str], float]:
        """Figures about collections, each counted once in each state of the database. A connection that reads sees one state:
        which, it is asked once."""
        known = self._knowing.get(connection)
        if known is None:
            revision = int(connection.exec_driver_sql("SELECT value FROM state WHERE key = 'revision'").scalar() or 0)
            if self._counted[0] != revision or len(self._counted[1]) > COUNTED:
                self._counted = (revision, {})
            known = self._knowing[connection] = self._counted[1]
        return known


COLUMNS: Final = (
    "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded",
    "uri", "start", "end", "page", "authorities", "figures",
)  # fmt: skip
NAMED: Final = ", ".join(f'"{name}"' for name in COLUMNS)
_TUPLES: Final = frozenset({"heading", "topics", "authorities", "figures"})
_SATURATION: Final = 1.2
_TYPICAL: Final = 0.6
"""A term that occurs once in a passage of average length scores idf x (k1 + 1) x about this."""


def values(passage: Passage) -> tuple[Any, ...]:
    """A passage as its `COLUMNS` hold it."""
    held = ((name, getattr(passage, name)) for name in COLUMNS)
    return tuple(json.dumps(value, ensure_ascii=False) if name in _TUPLES else value for name, value in held)


def worded(passage: Passage) -> str:
    """What the lexical index reads: all that the vector reads, and the rest of the text."""
    return passage.embedded if passage.text in passage.embedded else f"{passage.embedded}\n{passage.text}"


def _shown(internal: bool) -> str:
    """The condition that leaves out what only lawyers may see."""
    return "" if internal else " AND visibility = 'public'"


def _passage(row: Sequence[Any]) -> Passage:
    pairs = zip(COLUMNS, row, strict=True)
    values: dict[str, Any] = {name: tuple(json.loads(value)) if name in _TUPLES else value for name, value in pairs}
    return Passage(**values)


def _telling(words: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """The words of a question that are looked up: all of them in a library of some thousand passages, in a larger one the
    rarest, because BM25 has to look at every passage that has any of them, and the frequent ones tell least."""
    rarest: set[str] = set()
    together = 0
    for word in sorted(words, key=lambda word: counts[word]):
        together += counts[word]
        if rarest and together > RANKED:
            break
        rarest.add(word)
    return [word for word in words if word in rarest]


def _ideal(total: int, counts: Iterable[int]) -> float:
    """The BM25 score of a passage of average length that has every word once (Robertson's idf)."""
    idf = (math.log(1 + (total - count + 0.5) / (count + 0.5)) for count in counts)
    return sum(idf) * (_SATURATION + 1) * _TYPICAL
