"""The database: documents, passages, their vectors and terms. What it acknowledged is never lost.

SQLite in WAL mode, written through SQLAlchemy. Passages live in collections, one for each visibility and language, so that
what a reader may not see is not even in what is searched. `Store` is the seam that another database can take: nothing above
it knows SQL.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import sqlalchemy as sa

from knowledge.errors import Damaged, Misconfigured, NotFound
from knowledge.lexical import distinct, terms
from knowledge.models import LANGUAGES, VISIBILITIES, Document, Example, Kind, Language, Passage, Visibility

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA: Final = "0004"
"""The newest migration in `knowledge/migrations`."""

MODEL_STATE: Final = "embedding_model"
"""The state that names the model whose vectors the database holds."""
LIBRARY_STATE: Final = "library_revision"
"""The state that names the library that the database holds."""

MARKER: Final = "installation.json"
"""Stands beside the database from its creation on: where it is and the database is not, data are missing."""

RESTORE: Final = "restore the data directory from a backup, or move it away to start anew"
BUSY_MS: Final = 5000
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


class Store:
    """The open database of one installation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._counted: tuple[int, dict[tuple[str, str, str], int]] = (-1, {})
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
        sa.event.listen(self._engine, "connect", _prepare)

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database."""
        with self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, *, content: bool = True) -> Iterator[sa.Connection]:
        """A transaction that is all there or not at all.

        `revision` rises with it, unless it leaves what is searched as it is (`content`).
        """
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            bump = "INSERT INTO state VALUES ('revision', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
            if content:
                connection.exec_driver_sql(bump)
            connection.commit()

    # State

    @property
    def revision(self) -> int:
        """Rises with every write to what is searched."""
        return int(self.state("revision") or 0)

    def state(self, key: str) -> str | None:
        """A fact about the installation, such as the revision of its embedding model."""
        with self.reading() as connection:
            value = connection.exec_driver_sql("SELECT value FROM state WHERE key = ?", (key,)).scalar()
            return None if value is None else str(value)

    def set_state(self, key: str, value: str) -> None:
        """Remember a fact about the installation."""
        with self.writing() as connection:
            put = "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            connection.exec_driver_sql(put, (key, value))

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
                row = connection.exec_driver_sql(_INSERT_PASSAGE, (*_values(passage), vector.tobytes())).lastrowid
                found = terms(_worded(passage), passage.lang)
                table = Collection(passage.visibility, passage.lang).table
                connection.exec_driver_sql(
                    f"INSERT INTO terms_{table} (rowid, stems, cognates) VALUES (?, ?, ?)",
                    (row, " ".join(found.stems), " ".join(found.cognates)),
                )

    def set_vectors(self, document_id: str, vectors: NDArray[np.float32]) -> None:
        """Give the passages of a document other vectors, one row each in their order."""
        with self.writing() as connection:
            rows = connection.exec_driver_sql(
                "SELECT row FROM passage WHERE document_id = ? ORDER BY ordinal", (document_id,)
            ).scalars()
            for row, vector in zip(rows.all(), vectors, strict=True):
                connection.exec_driver_sql("UPDATE passage SET vector = ? WHERE row = ?", (vector.tobytes(), row))

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

    @staticmethod
    def _remove(connection: sa.Connection, document_id: str) -> int:
        found = "SELECT row, visibility, lang FROM passage WHERE document_id = ?"
        rows = connection.exec_driver_sql(found, (document_id,)).all()
        for row, visibility, lang in rows:
            connection.exec_driver_sql(f"DELETE FROM terms_{visibility}_{lang} WHERE rowid = ?", (row,))
        connection.exec_driver_sql("DELETE FROM document WHERE id = ?", (document_id,))
        return len(rows)

    def compact(self) -> None:
        """Leave no byte of what was removed in the file, its journal or the lexical index."""
        with self.writing() as connection:
            for collection in COLLECTIONS:
                name = f"terms_{collection.table}"
                connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
                connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def checkpoint(self) -> None:
        """Write the journal into the file and empty it. Deleted pages are already overwritten (`secure_delete`)."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    # Reading

    def digests(self) -> dict[str, str]:
        """The digest of every document, by id."""
        with self.reading() as connection:
            return {key: sha for key, sha in connection.exec_driver_sql("SELECT id, sha256 FROM document")}

    def documents(self) -> list[Mapping[str, Any]]:
        """Every document without its text: id, uri, kind, title, lang, visibility, topics, passages, review_due, added_at."""
        query = """SELECT d.id, d.uri, d.kind, d.title, d.lang, d.visibility, d.topics, d.review_due, d.added_at,
                          count(p.row) AS passages
                   FROM document d LEFT JOIN passage p ON p.document_id = d.id GROUP BY d.id ORDER BY d.uri, d.id"""
        with self.reading() as connection:
            rows = connection.exec_driver_sql(query).mappings()
            return [{**row, "topics": json.loads(row["topics"])} for row in rows]

    def review_due(self, document_id: str) -> str | None:
        """The day by which the document should be reviewed, if it has one."""
        with self.reading() as connection:
            due = connection.exec_driver_sql("SELECT review_due FROM document WHERE id = ?", (document_id,)).scalar()
            return None if due is None else str(due)

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of these rows; a row that is gone is left out."""
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, {_COLUMNS} FROM passage WHERE row IN ({marks})"
        with self.reading() as connection:
            return {row[0]: _passage(row[1:]) for row in connection.exec_driver_sql(query, tuple(map(int, rows)))}

    def passage(self, passage_id: str) -> Passage:
        """Raises `NotFound`."""
        with self.reading() as connection:
            row = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} FROM passage WHERE id = ?", (passage_id,)
            ).one_or_none()
        if row is None:
            raise NotFound(f"there is no passage {passage_id!r}; it may have been replaced since")
        return _passage(row)

    def passages_of(self, document_id: str) -> list[Passage]:
        """All passages of a document, in order."""
        query = f"SELECT {_COLUMNS} FROM passage WHERE document_id = ? ORDER BY ordinal"
        with self.reading() as connection:
            return [_passage(row) for row in connection.exec_driver_sql(query, (document_id,))]

    def collections_with(self, kind: Kind) -> frozenset[Collection]:
        """The collections that hold passages of a kind."""
        query = "SELECT DISTINCT visibility, lang FROM document WHERE kind = ?"
        with self.reading() as connection:
            return frozenset(Collection(*row) for row in connection.exec_driver_sql(query, (kind,)))

    def count(self, collection: Collection, up_to: int | None = None) -> int:
        """How many passages a collection has, up to a row if one is given."""
        query = "SELECT count(*) FROM passage WHERE visibility = ? AND lang = ? AND row <= ?"
        last = (1 << 62) if up_to is None else up_to
        with self.reading() as connection:
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, last)).scalar()
            return int(found or 0)

    def rows(self, collection: Collection, up_to: int) -> frozenset[int]:
        """The rows of a collection up to one."""
        query = "SELECT row FROM passage WHERE visibility = ? AND lang = ? AND row <= ?"
        with self.reading() as connection:
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, up_to))
            return frozenset(found.scalars())

    def last_row(self) -> int:
        """The row of the newest passage; 0 if there is none."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql("SELECT max(row) FROM passage").scalar() or 0)

    def vector_bytes(self) -> int:
        """How many bytes all vectors take."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql("SELECT sum(length(vector)) FROM passage").scalar() or 0)

    def matrix(self, collection: Collection, after: int = 0) -> Matrix:
        """The vectors of a collection, of rows beyond `after`."""
        import numpy as np

        query = """SELECT row, vector, kind, topics FROM passage
                   WHERE visibility = ? AND lang = ? AND row > ? ORDER BY row"""
        with self.reading() as connection:
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, after)).all()
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
        with self.reading() as connection:
            return self._match(connection, collection, leg, words, limit, tuple(kinds))

    def _match(
        self,
        connection: sa.Connection,
        collection: Collection,
        column: Leg,
        words: tuple[str, ...],
        limit: int,
        kinds: tuple[Kind, ...],
    ) -> Matches:
        if not words:
            return Matches((), (), 0.0)
        table = f"terms_{collection.table}"
        total, counts = self._frequencies(connection, collection, column, words)
        looked_up = words if limit >= total else _telling(words, counts)
        query = f"{column} : (" + " OR ".join(f'"{word}"' for word in looked_up) + ")"
        if kinds:
            marks = ",".join("?" * len(kinds))
            sql = f"""SELECT t.rowid, t.rank FROM {table} t JOIN passage p ON p.row = t.rowid
                      WHERE {table} MATCH ? AND p.kind IN ({marks}) ORDER BY t.rank LIMIT ?"""
        else:
            sql = f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT ?"
        found = connection.exec_driver_sql(sql, (query, *kinds, limit)).all()
        if not found:
            return Matches((), (), 0.0)
        best = -float(found[0][1])
        scores = tuple(-float(row[1]) for row in found)
        ideal = _ideal(total, [counts[word] for word in words])
        return Matches(tuple(row[0] for row in found), scores, min(1.0, best / ideal) if ideal else 0.0)

    def _frequencies(
        self, connection: sa.Connection, collection: Collection, column: str, words: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """How many passages a collection has, and how many of them each word; counted once in each state of the database."""
        revision = int(connection.exec_driver_sql("SELECT value FROM state WHERE key = 'revision'").scalar() or 0)
        if self._counted[0] != revision or len(self._counted[1]) > COUNTED:
            self._counted = (revision, {})
        known = self._counted[1]
        table = collection.table
        whole = (table, "", "")
        if whole not in known:
            known[whole] = int(connection.exec_driver_sql(f"SELECT count(*) FROM terms_{table}_docsize").scalar() or 0)
        missing = [word for word in words if (table, column, word) not in known]
        if missing:
            marks = ",".join("?" * len(missing))
            query = f"SELECT term, doc FROM vocabulary_{table} WHERE col = ? AND term IN ({marks})"
            found: dict[str, int] = {word: n for word, n in connection.exec_driver_sql(query, (column, *missing))}
            known.update({(table, column, word): found.get(word, 0) for word in missing})
        return known[whole], {word: known[table, column, word] for word in words}


_COLUMN_NAMES: Final = (
    "id", "document_id", "ordinal", "kind", "role", "title", "heading", "lang", "topics", "visibility", "text", "embedded",
    "uri", "start", "end", "page", "authorities", "figures",
)  # fmt: skip
_COLUMNS: Final = ", ".join(f'"{name}"' for name in _COLUMN_NAMES)
_INSERT_PASSAGE: Final = (
    f"INSERT INTO passage ({_COLUMNS}, vector) VALUES ({', '.join('?' * (len(_COLUMN_NAMES) + 1))})"
)
_TUPLES: Final = frozenset({"heading", "topics", "authorities", "figures"})
_SATURATION: Final = 1.2
_TYPICAL: Final = 0.6
"""A term that occurs once in a passage of average length scores idf x (k1 + 1) x about this."""


def _values(passage: Passage) -> tuple[Any, ...]:
    values = ((name, getattr(passage, name)) for name in _COLUMN_NAMES)
    return tuple(json.dumps(value, ensure_ascii=False) if name in _TUPLES else value for name, value in values)


def _worded(passage: Passage) -> str:
    """What the lexical index reads: all that the vector reads, and the rest of the text."""
    return passage.embedded if passage.text in passage.embedded else f"{passage.embedded}\n{passage.text}"


def _passage(row: Sequence[Any]) -> Passage:
    pairs = zip(_COLUMN_NAMES, row, strict=True)
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


def open_store(path: Path) -> Store:
    """Open the database at `path`, made new in a folder that holds none.

    One that an older Clausier made is brought to the schema of this one, all at once or not at all. Raises `Damaged` for a
    database that is missing from an installation or does not pass SQLite's check, and `Misconfigured` for one that a newer
    Clausier made. A damaged file is not touched.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = path.parent / MARKER
    if path.exists():
        if _check(path) != SCHEMA:
            _upgrade(path)
    elif marker.exists():
        raise Damaged(f"{path} is missing, but {marker.name} says that there was one: {RESTORE}")
    else:
        _create(path)
    if not marker.exists():
        marker.write_text(json.dumps({"schema": SCHEMA}) + "\n", "utf-8")
    return Store(path)


def _create(path: Path) -> None:
    """Make an empty database under another name and then give it its own, so that no half-made one is ever met."""
    staging = path.with_name(path.name + ".new")
    for leftover in path.parent.glob(staging.name + "*"):
        leftover.unlink()
    os.close(os.open(staging, os.O_CREAT | os.O_RDWR, 0o600))
    store = Store(staging)
    _migrate(store)
    store.close()
    staging.rename(path)


def _upgrade(path: Path) -> None:
    store = Store(path)
    try:
        _migrate(store)
    finally:
        store.close()


def _check(path: Path) -> str:
    """The schema of the database at `path`, which is ours or an older one."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
        ) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path} is damaged ({error}): {RESTORE}") from error
    if verdict != "ok":
        raise Damaged(f"{path} is damaged ({str(verdict).splitlines()[-1]}): {RESTORE}")
    if schema is None or schema[0] > SCHEMA:
        raise Misconfigured(
            f"{path} was made by another version of Clausier (schema {schema and schema[0]}, expected {SCHEMA}): "
            "install the version that made it, or a newer one"
        )
    return str(schema[0])


def _migrate(store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")
