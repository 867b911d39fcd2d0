"""The database of many machines: everything in PostgreSQL, with pgvector for vectors and postings of our own for words.

PostgreSQL ranks texts without regard to how rare a word is, so words are ranked by BM25 over a table of postings, with the
stems and the constants that FTS5 uses on one machine: both databases find the same. Several processes may serve and write;
one writer at a time, and content by whoever holds the advisory lock.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import math
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from knowledge.errors import Busy, Misconfigured, Unwritable
from knowledge.index import Index, Near
from knowledge.lexical import terms
from knowledge.migrate import migrate
from knowledge.models import Kind, Passage, Role
from knowledge.store import COLLECTIONS, COLUMNS, LEGS, NAMED, SCHEMA, Collection, Leg, Store, values, worded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WRITING: Final = 0x636C6175
"""The advisory lock of whoever writes, for one transaction."""
OWNING: Final = WRITING + 1
"""The advisory lock of whoever takes in content, as long as it takes."""
POOL: Final[dict[str, Any]] = {"pool_size": 10, "max_overflow": 30, "pool_recycle": 1800}
"""Connections that one process keeps, opens beyond these at most, and seconds after which one is opened anew."""
WIDEST: Final = 1000
"""Neighbours that an HNSW search looks at, at most; who asks for more has everything compared."""
LOOK_AT: Final = 150
"""Neighbours that it looks at, at least."""
SHOW_INTERNAL: Final = "; SET LOCAL clausier.internal = 'on'"
"""Opens, until the transaction ends, the rows that the policies of the tables hide (see migration 0009)."""
LARGE: Final = 10_000
"""Passages of a collection up to which looking at all of them, in memory, is the quickest."""
BUILD_LEAST: Final = 64
BUILD_MOST: Final = 2048
"""Megabytes in which the server makes an HNSW index. It takes many times as long where the graph does not fit."""
BUILD_BYTES: Final = 6
"""What a number of a vector takes in the graph, links included."""
UNWRITABLE: Final = frozenset({"53100", "25006"})
"""PostgreSQL's codes for a full disk, and for a server that may only be read."""
INSTALL: Final = "pip install 'clausier[postgres]'"

_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_LEAST: Final = 1e-6
"""BM25's constants, and the weight of a word that stands in more than half of all passages, as in FTS5."""

_CONTENT: Final = ", ".join(("document", "passage", *(f"terms_{one.table}" for one in COLLECTIONS)))
"""The tables of texts."""

_INSERT: Final = f"""INSERT INTO passage ({NAMED}, vector, length)
                     VALUES ({", ".join("?" * len(COLUMNS))}, CAST(? AS vector), ?) RETURNING row"""


class PostgresStore(Store):
    """An open database. `url` is `postgresql://user:password@host:port/name`, with `sslmode` or a socket's folder as `host`
    in its query."""

    def __init__(self, url: str) -> None:
        address, options = _parted(url)
        self._snapshot = ""
        self._address = sa.make_url(url).set(query={}).render_as_string(hide_password=True)
        try:
            super().__init__(sa.create_engine(address, connect_args=options, **POOL))
            # VACUUM and some indexes want no transaction around them
            self._upkeep = sa.create_engine(
                address, connect_args=options, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
            )
        except ImportError as error:
            raise Misconfigured(f"PostgreSQL needs a driver: {INSTALL}") from error
        sa.event.listen(self._engine, "before_cursor_execute", _translate, retval=True)

    @property
    def name(self) -> str:
        """The address without the password."""
        return self._address

    @contextlib.contextmanager
    def reading(self, *, internal: bool = False) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database, of internal rows only if asked. Raises `Busy` if it cannot be
        reached."""
        with self._reached(), super().reading(internal=internal) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, *, content: bool = True) -> Iterator[sa.Connection]:
        """A transaction that is all there or not at all. Raises `Busy` if the database cannot be reached."""
        with self._reached(), super().writing(content=content) as connection:
            yield connection

    @contextlib.contextmanager
    def alone(self, *, patient: bool = False) -> Iterator[None]:
        """Be the only process that takes in content. Raises `Busy` at once if another one does, unless `patient`."""
        with self._reached(), self._engine.connect() as connection:
            if patient:
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({OWNING})")
            elif not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({OWNING})").scalar():
                raise Busy(f"another Clausier is taking in content at {self.name}: wait until it is done")
            connection.commit()
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({OWNING})")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Whoever reads meanwhile sees one state of the database, in as many transactions as it takes; others go on."""
        with super().reading() as connection:
            self._snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar())
            try:
                yield
            finally:
                self._snapshot = ""

    def unbound(self) -> str | None:
        """The role that we connect as, if the policies that hide internal rows do not bind it: a superuser, say."""
        query = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        with self.reading() as connection:
            role = connection.exec_driver_sql(query).scalar()
            return None if role is None else str(role)

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            if _state(error) in UNWRITABLE:
                raise Unwritable(f"{self.name} takes nothing more: free space on its server") from error
            if not (error.connection_invalidated or isinstance(error, sa.exc.InterfaceError)):
                raise
            raise Busy(f"the database {self.name} cannot be reached just now: check that it runs") from error

    def _begin(self, connection: sa.Connection, *, write: bool, internal: bool) -> None:
        shown = SHOW_INTERNAL if internal else ""  # in the same message: it costs no way to the server and back
        if write:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING}){shown}")
            return
        connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY{shown}")
        if self._snapshot:
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{self._snapshot}'")

    def insert(self, connection: sa.Connection, passage: Passage, vector: NDArray[np.float32]) -> None:
        found = terms(worded(passage), passage.lang)
        length = len(found.stems) + len(found.cognates)
        row = connection.exec_driver_sql(_INSERT, (*values(passage), _written(vector), length)).scalar_one()
        counted = [
            {"leg": leg, "term": term, "count": count}
            for leg, all_terms in zip(LEGS, (found.stems, found.cognates), strict=True)
            for term, count in Counter(all_terms).items()
        ]
        connection.exec_driver_sql(
            f"""INSERT INTO terms_{Collection(passage.visibility, passage.lang).table} (leg, term, row, count, length)
                SELECT leg, term, ?, count, ? FROM json_to_recordset(CAST(? AS json))
                       AS found (leg text, term text, count integer)""",
            (row, length, json.dumps(counted)),
        )

    def _set_vector(self, connection: sa.Connection, row: int, vector: NDArray[np.float32]) -> None:
        connection.exec_driver_sql(
            "UPDATE passage SET vector = CAST(? AS vector) WHERE row = ?", (_written(vector), row)
        )

    def _forget_terms(self, connection: sa.Connection, row: int, collection: Collection) -> None:
        connection.exec_driver_sql(f"DELETE FROM terms_{collection.table} WHERE row = ?", (row,))

    def compact(self) -> None:
        """Write the tables of content anew, without what was removed. The server's own log keeps it until it is recycled."""
        self._vacuum("FULL", _CONTENT)

    def checkpoint(self) -> None:
        """Give back the space of what was deleted; the server overwrites it as it needs it."""
        self._vacuum("SKIP_LOCKED")

    def _vacuum(self, how: str, tables: str = "") -> None:
        with self._reached(), self._upkeep.connect() as connection:
            connection.exec_driver_sql(f"VACUUM ({how}) {tables}")

    def _vectors(
        self, connection: sa.Connection, collection: Collection, after: int, role: Role | None
    ) -> list[tuple[int, bytes, Kind, str]]:
        query = """SELECT row, vector_send(vector), kind, topics FROM passage
                   WHERE visibility = ? AND lang = ? AND row > ? AND role = coalesce(?, role) ORDER BY row"""
        found = connection.exec_driver_sql(query, (collection.visibility, collection.lang, after, role))
        return [(row[0], _native(row[1]), row[2], row[3]) for row in found]

    def _best(
        self,
        connection: sa.Connection,
        collection: Collection,
        leg: Leg,
        words: Sequence[str],
        limit: int,
        kinds: Sequence[Kind],
    ) -> list[tuple[int, float]]:
        total, counts = self._frequencies(connection, collection, leg, words)
        rarity = {word: math.log((total - counts[word] + 0.5) / (counts[word] + 0.5)) for word in words}
        terms, weights = _array(rarity), [max(_LEAST, idf) for idf in rarity.values()]
        marks = ",".join("?" * len(kinds))
        of_kind = f"JOIN passage p ON p.row = t.row AND p.kind IN ({marks})" if kinds else ""
        query = f"""SELECT t.row, sum(w.weight * t.count * {_SATURATION + 1}
                           / (t.count + {_SATURATION} * ({1 - _LENGTH} + {_LENGTH} * t.length / CAST(? AS float8)))) AS score
                    FROM terms_{collection.table} t
                    JOIN unnest(CAST(? AS text[]), CAST(? AS float8[])) AS w (term, weight) ON w.term = t.term {of_kind}
                    WHERE t.leg = ? AND t.term = ANY(CAST(? AS text[])) GROUP BY t.row ORDER BY score DESC, t.row LIMIT ?"""
        mean = self._mean_length(connection, collection)
        found = connection.exec_driver_sql(query, (mean, terms, weights, *kinds, leg, terms, limit))
        return [(row, float(score)) for row, score in found]

    def _total(self, connection: sa.Connection, collection: Collection) -> int:
        query = "SELECT count(*) FROM passage WHERE visibility = ? AND lang = ?"
        return int(connection.exec_driver_sql(query, (collection.visibility, collection.lang)).scalar() or 0)

    def _having(
        self, connection: sa.Connection, collection: Collection, leg: Leg, words: Sequence[str]
    ) -> dict[str, int]:
        query = f"""SELECT term, count(*) FROM terms_{collection.table}
                    WHERE leg = ? AND term = ANY(CAST(? AS text[])) GROUP BY term"""
        return {word: int(count) for word, count in connection.exec_driver_sql(query, (leg, _array(words)))}

    def _mean_length(self, connection: sa.Connection, collection: Collection) -> float:
        """Terms that a passage of a collection has on average."""
        known, key = self._known(connection), (collection.table, "", "length")
        if key not in known:
            query = "SELECT avg(length) FROM passage WHERE visibility = ? AND lang = ?"
            found = connection.exec_driver_sql(query, (collection.visibility, collection.lang)).scalar()
            known[key] = float(found or 1.0)
        return known[key]

    # The vector index

    def dimension(self) -> int:
        """How many numbers a vector has; 0 while there is none."""
        with self.reading(internal=True) as connection:
            return int(connection.exec_driver_sql("SELECT vector_dims(vector) FROM passage LIMIT 1").scalar() or 0)

    def is_indexed(self, dimension: int) -> bool:
        """Whether every collection has its HNSW index, whole: one whose making was cut short stands there and serves nobody."""
        with self.reading() as connection:
            return list(_near(connection, dimension).values()) == [True] * len(COLLECTIONS)

    def index_vectors(self, dimension: int) -> None:
        """Make an HNSW index for each collection, unless it is there. Questions and writers go on meanwhile.

        Then the server counts what its tables hold: until it has, it looks words up by reading whole tables, and its own
        upkeep may take minutes to come by."""
        with self._reached(), self._upkeep.connect() as connection:
            # by one process, because several need shared memory, of which containers have little
            connection.exec_driver_sql("SET max_parallel_maintenance_workers = 0")
            for name, is_whole in _near(connection, dimension).items():
                if not is_whole:
                    connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            for collection in COLLECTIONS:
                needed = self.count(collection) * dimension * BUILD_BYTES // 1_000_000
                connection.exec_driver_sql(
                    f"SET maintenance_work_mem = '{min(BUILD_MOST, max(BUILD_LEAST, needed))}MB'"
                )
                connection.exec_driver_sql(
                    f"""CREATE INDEX CONCURRENTLY IF NOT EXISTS {_name(collection, dimension)} ON passage
                        USING hnsw ((vector::vector({dimension})) vector_ip_ops) WITH (m = 24, ef_construction = 200)
                        WHERE visibility = '{collection.visibility}' AND lang = '{collection.lang}'"""
                )
            connection.exec_driver_sql(f"ANALYZE {_CONTENT}")

    def nearest(self, vector: NDArray[np.float32], collection: Collection, limit: int) -> list[Near]:
        """The passages of a collection nearest to a vector, by the HNSW index."""
        kind = f"vector({len(vector)})"
        distance = f"vector::{kind} <#> CAST(? AS {kind})"
        query = f"""SELECT row, {distance} FROM passage
                    WHERE visibility = '{collection.visibility}' AND lang = '{collection.lang}' ORDER BY {distance} LIMIT ?"""
        asked = _written(vector)
        with self.reading(internal=collection.is_internal) as connection:
            connection.exec_driver_sql(f"SET LOCAL hnsw.ef_search = {min(WIDEST, max(LOOK_AT, limit))}")
            found = connection.exec_driver_sql(query, (asked, asked, limit))
            return [Near(row, -float(negative)) for row, negative in found]


def _name(collection: Collection, dimension: int) -> str:
    """The name of a collection's HNSW index."""
    return f"near_{collection.table}_{dimension}"


def _near(connection: sa.Connection, dimension: int) -> dict[str, bool]:
    """The HNSW indexes that are there, and whether each is whole."""
    names = ", ".join(f"'{_name(collection, dimension)}'" for collection in COLLECTIONS)
    query = f"""SELECT c.relname, i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
                WHERE c.relname IN ({names})"""
    return {str(row[0]): bool(row[1]) for row in connection.exec_driver_sql(query)}


class PostgresIndex(Index):
    """Search over PostgreSQL. What is filtered by kind or topic, and not enough of it near, is compared with everything, in
    memory."""

    store: PostgresStore

    def __init__(self, store: PostgresStore) -> None:
        super().__init__(store)
        self._dimension = 0
        self._sizes: tuple[int, dict[Collection, int]] = (-1, {})

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
        if limit > WIDEST or self._dimension != len(vector):
            return super().near(vector, collection, limit, kinds, wanted)
        if kinds or wanted:
            found = None
            if self._is_large(collection):
                found = self._among(vector, collection, limit, frozenset(kinds), wanted)
            return super().near(vector, collection, limit, kinds, wanted) if found is None else found
        return self.store.nearest(vector, collection, limit)

    def _is_large(self, collection: Collection) -> bool:
        """Whether looking at all of a collection takes long; counted again only when the database has changed."""
        revision = self.store.revision
        if self._sizes[0] != revision:
            self._sizes = (revision, {one: self.store.count(one) for one in COLLECTIONS})
        return self._sizes[1][collection] > LARGE

    def maintain(self) -> None:
        """Make the HNSW indexes that are missing, then search by them."""
        dimension = self.store.dimension()
        if dimension and not self.store.is_indexed(dimension):
            try:
                with self.store.alone(patient=True):  # another process may be at it, or take in content
                    self.store.index_vectors(dimension)
            except Busy:  # the server went away: what is searched is compared with everything
                return
        self._dimension = dimension

    @property
    def generation(self) -> str | None:
        """What vectors are searched by; `None` while searches are exact."""
        return f"hnsw-{self._dimension}" if self._dimension else None


def open_postgres(url: str) -> PostgresStore:
    """Open the database at an address, with the newest schema.

    Raises `Busy` if it cannot be reached, and `Misconfigured` if the driver or pgvector is missing, or a newer Clausier made
    the schema.
    """
    store = PostgresStore(url)
    with contextlib.ExitStack() as failed:
        failed.callback(store.close)
        schema = _schema(store)
        if schema is not None and schema > SCHEMA:
            raise Misconfigured(
                f"{store.name} was made by a newer version of Clausier (schema {schema}, expected {SCHEMA}): install that one"
            )
        if schema != SCHEMA:
            migrate(store)
        failed.pop_all()
    return store


def _schema(store: PostgresStore) -> str | None:
    with store.reading() as connection:
        if not connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar():
            available = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
            if not connection.exec_driver_sql(available).scalar():
                raise Misconfigured(f"{store.name} lacks pgvector: install it on the database server")
            return None
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def _parted(url: str) -> tuple[sa.URL, dict[str, Any]]:
    """The address as the driver takes it, and what it wants beside it. Raises `Misconfigured`."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise Misconfigured("CLAUSIER_DATABASE_URL: write postgresql://user:password@host/database") from error
    query = dict(address.query)
    folder, mode = str(query.pop("host", "")), str(query.pop("sslmode", "prefer"))
    options: dict[str, Any] = {"ssl_context": _tls(mode)}
    if folder.startswith("/"):
        options = {"unix_sock": f"{folder}/.s.PGSQL.{address.port or 5432}"}
    user = address.username or getpass.getuser()
    return address.set(drivername="postgresql+pg8000", username=user, query=query), options


def _state(error: sa.exc.DBAPIError) -> str:
    """PostgreSQL's own code for what happened."""
    told = error.orig.args[0] if error.orig and error.orig.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _tls(mode: str) -> ssl.SSLContext | bool | None:
    """As libpq understands `sslmode`: `verify-full` checks certificate and name, `require` encrypts, else neither."""
    if mode == "verify-full":
        return ssl.create_default_context()
    if mode != "require":
        return None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _translate(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """Our SQL as this driver takes it: its marks for values, PostgreSQL's name for the order in which rows came, and no NUL,
    which its texts cannot hold."""
    if "?" in statement:
        statement = statement.replace("%", "%%").replace("?", "%s")
        parameters = tuple(one.replace("\0", "\ufffd") if isinstance(one, str) else one for one in parameters)
    return statement.replace("rowid", "ctid"), parameters


def _array(words: Iterable[str]) -> str:
    """Words as PostgreSQL writes an array of text. The driver does not quote the word "null"."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


def _written(vector: NDArray[np.float32]) -> str:
    """As pgvector reads a vector; nine digits hold a float32 exactly."""
    return "[" + ",".join(f"{number:.9g}" for number in vector.tolist()) + "]"


def _native(sent: bytes) -> bytes:
    """A vector as pgvector sends it (four bytes of head, then floats in network order) in this machine's order."""
    import numpy as np

    return np.frombuffer(sent, dtype=">f4", offset=4).astype(np.float32).tobytes()
