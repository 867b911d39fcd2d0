"""Bring the database up to date with the library and with a firm's files: the one place that writes passages and vectors.

Every document is one transaction. What is killed half-way is simply not there yet, and the next run takes it in.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ingest.read import PATIENT, Reading, read
from ingest.reading import MEDIA
from ingest.split import SPLITTER_VERSION, split
from knowledge.embed import BUILD, Encoder, open_encoder
from knowledge.errors import Busy, InvalidInput, ModelUnavailable, NotFound
from knowledge.index import Index
from knowledge.installation import drop_index, open_store, owning
from knowledge.language import detect
from knowledge.library import Library, documents, examples, revision
from knowledge.library import load as load_library
from knowledge.models import Document, Language, Passage, Visibility
from knowledge.settings import Settings
from knowledge.store import COLLECTIONS, LIBRARY_STATE, MODEL_STATE, Receipt, Store

if TYPE_CHECKING:
    from knowledge.embed import Vectors

log = logging.getLogger(__name__)

Outcome = Literal["added", "updated", "unchanged", "failed"]
Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and the name of the last."""

EXAMPLES: Final = "examples_model"
ERASING: Final = "erasing"
"""The state that stands while something removed may still have to be overwritten."""
TOPIC_COSINE: Final = 0.79
"""How near a topic's definition must be to a document for the document to be about it."""
MOST_TOPICS: Final = 3
ENDINGS: Final = frozenset({f".{media}" for media in MEDIA} | {".htm", ".markdown", ".text"})


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; `reason` says why it failed, `warnings` what its reader should know."""

    path: str
    outcome: Outcome
    document_id: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run of ingestion did."""

    results: tuple[FileResult, ...] = field(default=())

    def count(self, outcome: Outcome) -> int:
        """How many files ended so."""
        return sum(result.outcome == outcome for result in self.results)


def _quiet(_done: int, _total: int, _name: str) -> None:
    """No progress shown."""


def now() -> dt.datetime:
    """The time that is written beside what is taken in."""
    return dt.datetime.now(dt.UTC)


def refresh(store: Store, encoder: Encoder, library: Library, progress: Progress = _quiet) -> int:
    """Make the database hold this library, embedded by this model; how many documents changed.

    A database made with another model is embedded anew, the firm's own documents included.
    """
    other_model = store.state(MODEL_STATE) != encoder.revision
    if other_model:
        _reembed(store, encoder, progress)
    known = store.digests()
    wanted = {document.id: document for document in documents(library)}
    changed = [d for d in wanted.values() if known.get(d.id) != d.sha256]
    for done, document in enumerate(changed):
        progress(done, len(changed), document.title)
        store.put(document, _vectors(encoder, document.passages), now=now())
    gone = [
        document["id"]
        for document in store.documents()
        if _is_shipped(document["uri"]) and document["id"] not in wanted
    ]
    for document_id in gone:
        store.remove(document_id, now=now())
    if other_model or store.state(LIBRARY_STATE) != library.revision:
        _learn_examples(store, encoder, library, progress)
        store.set_state(LIBRARY_STATE, library.revision)
    return len(changed) + len(gone)


def open_current(settings: Settings, progress: Progress = _quiet) -> tuple[Store, Encoder | None]:
    """Open the database, brought up to date with the library. The caller owns the data directory.

    Without an embedding model a database that already holds the library is opened as it is, and there is no encoder.
    Raises `ModelUnavailable` if there is nothing to search yet, and what `open_store` raises.
    """
    store = open_store(settings.place)
    if store.state(ERASING):
        _finish_erasure(store)
    try:
        encoder = open_encoder(settings)
    except ModelUnavailable:
        if store.state(LIBRARY_STATE) is None:
            raise
        return store, None
    if not is_current(store, encoder, settings.library_dir):
        refresh(store, encoder, load_library(settings.library_dir), progress)
    return store, encoder


def reindex(settings: Settings, progress: Progress = _quiet) -> None:
    """Embed everything anew, whatever it was made with. Raises `ModelUnavailable`."""
    encoder = open_encoder(settings)
    store = open_store(settings.place)
    try:
        for state in (MODEL_STATE, EXAMPLES, LIBRARY_STATE):
            store.set_state(state, "")
        refresh(store, encoder, load_library(settings.library_dir), progress)
        drop_index(store)
    finally:
        store.close()


def bring_up_to_date(settings: Settings, progress: Progress = _quiet) -> tuple[Store, Encoder | None]:
    """The same for a reader: where another process owns the data directory, the database is taken as it is."""
    try:
        with owning(settings):
            return open_current(settings, progress)
    except Busy:
        store = open_store(settings.place)
        try:
            return store, open_encoder(settings)
        except ModelUnavailable:
            return store, None


@contextlib.contextmanager
def temporary_index(
    corpus: Sequence[Mapping[str, str]], encoder: Encoder, progress: Progress = _quiet
) -> Iterator[tuple[Index, float]]:
    """An index over `corpus` (`_id`, `title`, `text`) in a temporary place, and the seconds that it took to build."""
    with tempfile.TemporaryDirectory(prefix="clausier-") as folder:
        store = open_store(Path(folder) / "clausier.db")
        began = time.perf_counter()
        for done, row in enumerate(corpus):
            progress(done, len(corpus), str(row.get("title") or row["_id"]))
            document = plain_document(str(row["_id"]), str(row.get("title") or ""), str(row["text"]))
            store.put(document, _vectors(encoder, document.passages), now=now())
        try:
            yield Index(store), time.perf_counter() - began
        finally:
            store.close()


def plain_document(key: str, title: str, text: str) -> Document:
    """A text that did not come from a file, split as one would be."""
    reading = Reading(text, title or None, (), (), "txt", ())
    return _document(key, key, key, reading, title, "public", detect(f"{title} {text}"))


def is_current(store: Store, encoder: Encoder, library_dir: Path | None) -> bool:
    """Whether `refresh` would find nothing to do."""
    return store.state(MODEL_STATE) == encoder.revision and store.state(LIBRARY_STATE) == revision(library_dir)


def ingest(
    store: Store,
    encoder: Encoder | None,
    paths: Sequence[Path],
    *,
    visibility: Visibility = "public",
    lang: Language | None = None,
    progress: Progress = _quiet,
) -> Summary:
    """Take in files, and the readable files of folders. A file that fails never stops the others.

    Raises `InvalidInput` if a path does not exist, and `ModelUnavailable` without an encoder, before anything is read.
    """
    if encoder is None:
        raise ModelUnavailable(f"documents cannot be taken in without an embedding model: {BUILD}")
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"there is no file or folder {path}: check the path")
    files = list(_files(paths))
    known = store.digests()
    topics = _topic_vectors(store)
    results = []
    for done, (path, name) in enumerate(files):
        progress(done, len(files), name)
        key = document_id(path)
        results.append(_ingest_file(store, encoder, path, name, visibility, lang, known.get(key), key, topics))
    return Summary(tuple(results))


def take_in(
    store: Store,
    encoder: Encoder | None,
    path: Path,
    name: str,
    *,
    visibility: Visibility = "public",
    lang: Language | None = None,
) -> FileResult:
    """Take in a file that somebody sent under `name` and that lies at `path` for the moment; what came under the same name
    before is replaced. Raises `ModelUnavailable` without an encoder."""
    if encoder is None:
        raise ModelUnavailable(f"documents cannot be taken in without an embedding model: {BUILD}")
    key = "sent-" + hashlib.sha256(name.encode()).hexdigest()[:16]
    known = store.digests().get(key)
    return _ingest_file(store, encoder, path, name, visibility, lang, known, key, _topic_vectors(store))


def forget(store: Store, document_id: str) -> Receipt:
    """Erase a document, its passages, vectors and terms, down to the bytes. Raises `NotFound`; the library is not erased."""
    if any(_is_shipped(d["uri"]) for d in store.documents() if d["id"] == document_id):
        raise NotFound(f"{document_id!r} belongs to the shipped library: remove its file from knowledge/ instead")
    if store.state(ERASING):
        _finish_erasure(store)
    if document_id in store.digests():
        store.set_state(ERASING, "begun")
    receipt = store.remove(document_id, now=now())
    _finish_erasure(store)
    return receipt


def _finish_erasure(store: Store) -> None:
    """Overwrite what was removed. Whoever opens the database next does it if this is cut short."""
    drop_index(store)
    store.compact()
    store.set_state(ERASING, "")


def document_id(path: Path) -> str:
    """Names a firm's file by where it lies, so that a changed file replaces itself."""
    return "file-" + hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]


def _ingest_file(
    store: Store,
    encoder: Encoder,
    path: Path,
    name: str,
    visibility: Visibility,
    lang: Language | None,
    known: str | None,
    key: str,
    topics: Sequence[tuple[str, Vectors]],
) -> FileResult:
    try:
        digest = _digest(path, visibility, lang)
        if known == digest:
            return FileResult(name, "unchanged", key)
        reading = read(path, PATIENT)
        title = reading.title or Path(name).stem
        document = _document(key, name, digest, reading, title, visibility, lang or detect(reading.text))
        vectors = _vectors(encoder, document.passages)
        document = _about(document, _topics_of(vectors, topics))
        store.put(document, vectors, now=now())
    except InvalidInput as error:
        return FileResult(name, "failed", reason=str(error))
    except OSError as error:
        return FileResult(name, "failed", reason=f"it cannot be read ({error.strerror}): check who may read it")
    return FileResult(name, "updated" if known else "added", key, warnings=reading.warnings)


def _document(
    key: str, name: str, digest: str, reading: Reading, title: str, visibility: Visibility, lang: Language
) -> Document:
    passages = split(reading, document_id=key, uri=name, title=title, lang=lang, visibility=visibility, topics=())
    return Document(key, name, digest, "document", title, lang, visibility, (), reading.text, None, passages)


def _about(document: Document, topics: tuple[str, ...]) -> Document:
    passages = tuple(replace(passage, topics=topics) for passage in document.passages)
    return replace(document, topics=topics, passages=passages)


def _topic_vectors(store: Store) -> list[tuple[str, Vectors]]:
    """The topics with the vectors of their definitions, in every language."""
    found: list[tuple[str, Vectors]] = []
    for collection in COLLECTIONS:
        held = store.matrix(collection, role="definition")
        rows = zip(held.kinds, held.topics, held.vectors, strict=True)
        found += [(topics[0], vector) for kind, topics, vector in rows if kind == "guidance"]
    return found


def _topics_of(vectors: Vectors, topics: Sequence[tuple[str, Vectors]]) -> tuple[str, ...]:
    """The topics whose definitions are near to some passages, the most frequent first."""
    import numpy as np

    if not topics or not len(vectors):
        return ()
    cosines = vectors @ np.stack([vector for _, vector in topics]).T
    votes: Counter[str] = Counter()
    for row in cosines:
        best = int(row.argmax())
        if row[best] >= TOPIC_COSINE:
            votes[topics[best][0]] += 1
    return tuple(topic for topic, _ in votes.most_common(MOST_TOPICS))


def _vectors(encoder: Encoder, passages: Iterable[Passage]) -> Vectors:
    return encoder.passages([passage.embedded for passage in passages])


def _learn_examples(store: Store, encoder: Encoder, library: Library, progress: Progress) -> None:
    """Embed the examples, those whose text and model are unchanged excepted."""
    import numpy as np

    wanted = list(examples(library))
    held, vectors = store.examples()
    model = "" if store.state(EXAMPLES) != encoder.revision else encoder.revision
    known = {example: vector for example, vector in zip(held, vectors, strict=True)} if model else {}
    rows = []
    for done, example in enumerate(wanted):
        progress(done, len(wanted), example.text)
        rows.append(known[example] if example in known else encoder.question(example.text))
    store.put_examples(wanted, np.stack(rows))
    store.set_state(EXAMPLES, encoder.revision)


def _reembed(store: Store, encoder: Encoder, progress: Progress) -> None:
    held = store.documents()
    for done, document in enumerate(held):
        progress(done, len(held), document["title"])
        store.set_vectors(document["id"], _vectors(encoder, store.passages_of(document["id"], internal=True)))
    store.set_state(MODEL_STATE, encoder.revision)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Files with the names by which they are shown: relative to the folder that was given."""
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in ENDINGS)
            yield from ((file, str(file.relative_to(path.parent))) for file in found)
        else:
            yield path, path.name


def _digest(path: Path, visibility: Visibility, lang: Language | None) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{SPLITTER_VERSION}:{visibility}:{lang}:{content}".encode()).hexdigest()


def _is_shipped(uri: str) -> bool:
    return uri.startswith("library:")
