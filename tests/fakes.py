"""What stands in for the real thing in unit tests: an encoder without a model, small documents, a small library."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

import knowledge
from assistant.answer import Answerer
from assistant.retrieve import Retriever
from assistant.scope import Gate
from assistant.write import Writer
from ingest.sync import refresh
from knowledge.calibration import AnswerThresholds, RetrievalWeights, ScopeThresholds
from knowledge.index import Index
from knowledge.installation import open_index
from knowledge.library import Library, load
from knowledge.models import Document, Kind, Language, Passage, Role, Visibility
from knowledge.sqlite import SqliteStore, open_sqlite
from knowledge.store import Store
from tests import postgres

SHIPPED = Path(knowledge.__file__).parent
NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 1)
TOPICS = ("sla-response-times", "late-payment", "liability-cap", "termination", "penalties")
EXAMPLES = 4
"""Examples of each kind that a small library keeps."""

WEIGHTS = RetrievalWeights(candidates=50, stems=0.3, cognates=0.3)
SCOPE = ScopeThresholds(neighbours=1, cue=0.5, decline=0.45, handoff=0.3, handoff_cue=0.5)
ANSWERS = AnswerThresholds(
    not_in_library=0.2,
    full=0.5,
    related=0.3,
    prefer_question=0.25,
    foreign=0.02,
    lead_characters=700,
    part_characters=480,
    related_characters=260,
)


class FakeEncoder:
    """A bag of words' first five letters, hashed into a unit vector. The same everywhere; other vectors for another name."""

    def __init__(self, revision: str = "fake:1", dimension: int = 64) -> None:
        self.revision = revision
        self.dimension = dimension
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def question(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension)
        vector[0] = 0.01
        for word in re.findall(r"\w{4,}", text.lower()):
            place, sign = _hash(f"{self.revision}:{word[:5]}")
            vector[place % self.dimension] += sign
        return (vector / np.linalg.norm(vector)).astype(np.float32)


@cache
def _hash(text: str) -> tuple[int, int]:
    digest = hashlib.blake2b(text.encode(), digest_size=5).digest()
    return int.from_bytes(digest[:4], "little"), 1 if digest[4] % 2 else -1


def passage(
    text: str,
    document_id: str = "doc",
    ordinal: int = 0,
    *,
    lang: Language = "en",
    visibility: Visibility = "public",
    kind: Kind = "document",
    role: Role = "text",
    topics: tuple[str, ...] = (),
    heading: tuple[str, ...] = (),
    start: int = 0,
) -> Passage:
    return Passage(
        id=f"{document_id}.{ordinal}",
        document_id=document_id,
        ordinal=ordinal,
        kind=kind,
        role=role,
        title=document_id,
        heading=heading,
        lang=lang,
        topics=topics,
        visibility=visibility,
        text=text,
        embedded="\n".join((*heading[-1:], text)),
        uri=f"{document_id}.txt",
        start=start,
        end=start + len(text),
    )


def document(
    document_id: str,
    *texts: str,
    lang: Language = "en",
    visibility: Visibility = "public",
    kind: Kind = "document",
    role: Role = "text",
    topics: tuple[str, ...] = (),
    sha256: str = "0",
) -> Document:
    """A document with one passage for each text."""
    passages, at = [], 0
    for ordinal, text in enumerate(texts):
        made = passage(
            text, document_id, ordinal, lang=lang, visibility=visibility, kind=kind, role=role, topics=topics, start=at
        )
        passages.append(made)
        at += len(text) + 2
    return Document(
        document_id, f"{document_id}.txt", sha256, kind, document_id, lang, visibility, topics, "\n\n".join(texts), None,
        tuple(passages),
    )  # fmt: skip


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        store = open_sqlite(Path(folder) / "clausier.db")
        store.checkpoint()
        store.close()
        return store.path.read_bytes()


def new_store(path: Path) -> Store:
    """An open, empty database: at `path`, or of the database server that the tests were told to use."""
    return postgres.new_store() if postgres.is_chosen else new_file(path)


def new_file(path: Path) -> SqliteStore:
    """An open, empty database of one machine; faster than the migrations."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty_database())
    return open_sqlite(path)


def bytes_of(paths: Iterable[Path]) -> bytes:
    """What stands in files that SQLite may have open here: read by another process, because closing one of them in this one
    would let go of SQLite's locks, and the next process would empty the memory that they share."""
    return subprocess.run(["cat", *map(str, sorted(paths))], capture_output=True, check=True).stdout


def everything(store: Store) -> bytes:
    """All that a database keeps: the bytes of its files, or every row of its tables."""
    if isinstance(store, SqliteStore):
        return bytes_of(store.path.parent.glob(f"{store.path.name}*"))
    with store.reading(internal=True) as connection:
        tables = (
            connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars().all()
        )
        rows = [row for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
    return "\n".join(str(value) for row in rows for value in row).encode()


def put(store: Store, encoder: FakeEncoder, *documents: Document) -> None:
    for given in documents:
        store.put(given, encoder.passages([p.embedded for p in given.passages]), now=NOW)


def small_library(folder: Path, topics: Iterable[str] = TOPICS, examples: int = EXAMPLES) -> Path:
    """The shipped vocabulary with the real guidance on a few topics, one clause type, and a few examples of each kind."""
    for lang in ("en", "fr"):
        (folder / "guidance" / lang).mkdir(parents=True)
        for topic in topics:
            shutil.copy(SHIPPED / "guidance" / lang / f"{topic}.md", folder / "guidance" / lang)
    (folder / "clauses").mkdir()
    shutil.copy(SHIPPED / "clauses" / "liability.yaml", folder / "clauses")
    for name in ("topics", "authorities", "figures"):
        shutil.copy(SHIPPED / f"{name}.yaml", folder)
    (folder / "scope.yaml").write_text(_small_scope(examples), "utf-8")
    return folder


@cache
def _small_scope(examples: int) -> str:
    scope: dict[str, Any] = yaml.load((SHIPPED / "scope.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    kinds = [entry["examples"] for entry in scope["categories"].values()]
    for texts in (*kinds, scope["handoff"], scope["documentary"]):
        for lang in ("en", "fr"):
            texts[lang] = texts[lang][:examples]
    dumped: str = yaml.dump(scope, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return dumped


@dataclass
class Parts:
    """What an assistant is made of, over a fake encoder."""

    library: Library
    store: Store
    encoder: FakeEncoder
    index: Index
    retriever: Retriever
    gate: Gate

    def answerer(self, today: dt.date = TODAY, **thresholds: float) -> Answerer:
        chosen = AnswerThresholds.model_validate({**ANSWERS.model_dump(), **thresholds})
        return Answerer(self.retriever, self.gate, self.library, chosen, lambda: today)

    def writer(self) -> Writer:
        return Writer(self.answerer(), None)


def assemble(store: Store, library: Library, data_dir: Path, encoder: FakeEncoder | None = None) -> Parts:
    """The parts over a store that holds `library`."""
    encoder = encoder or FakeEncoder()
    index = open_index(store, data_dir)
    gate = Gate(library.scope, *store.examples(), SCOPE)
    return Parts(library, store, encoder, index, Retriever(index, encoder, WEIGHTS), gate)


def installed(folder: Path) -> Parts:
    """A small library, indexed in `folder`."""
    encoder, library = FakeEncoder(), load(small_library(folder / "library"))
    store = new_store(folder / "data" / "clausier.db")
    refresh(store, encoder, library)
    return assemble(store, library, folder / "data", encoder)
