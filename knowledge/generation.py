"""Generations of the vector index: Chroma folders that are built aside, checked and published whole.

Chroma's files do not survive a kill, a full disk or a second process, and a damaged one can take the process that opens it
with it. So an index is disposable: a child process builds it from the vectors in the database, another opens it and looks
whether vectors find themselves, an atomic rename publishes it, and it is never written again. Chroma holds row numbers and
vectors, no text.

    python -m knowledge.generation build DATABASE FOLDER
    python -m knowledge.generation probe DATABASE FOLDER
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import ClausierError
from knowledge.sqlite import SqliteStore
from knowledge.store import COLLECTIONS, Collection

if TYPE_CHECKING:
    import numpy as np
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

FOLDER: Final = "index"
CARD: Final = "generation.json"
ASIDE: Final = ".tmp"
"""Ends the name of what is not published. No name is used twice: Chroma keeps what it opened by the path it opened."""
BATCH: Final = 2000
"""Rows handed to Chroma at once; it takes 5,461 at most."""

SMALLEST: Final = 2
"""Vectors that Chroma writes at once at least."""

SAMPLE: Final = 200
"""Vectors of each collection that must find themselves."""

FOUND: Final = 0.995
"""Share of them that must."""

NEIGHBOURS: Final[dict[str, Any]] = {"space": "cosine", "ef_construction": 200, "ef_search": 150, "max_neighbors": 24}
BUILD_SECONDS: Final = 3600
PROBE_SECONDS: Final = 60
GROWTH: Final = 6
"""The largest file of a sound index in multiples of its vectors, with a floor: a runaway file ends the builder instead of
filling the disk."""
FILE_FLOOR: Final = 256_000_000


@dataclass(frozen=True, slots=True)
class Card:
    """What a generation holds: every passage up to `last_row`, `counts` of them by collection."""

    last_row: int
    counts: dict[str, int]
    dimension: int


class Generation:
    """A published index, open for questions. Probe it first: opening a damaged one can end the process.

    Raises `ClausierError` for one that Chroma refuses.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        self.folder = folder
        self.card = read_card(folder)
        try:
            held = {c: self.card.counts.get(c.name, 0) for c in COLLECTIONS}
            self._stores = {c: _chroma(folder, c, count) for c, count in held.items() if count}
        except Exception as error:  # Chroma raises bare exceptions of its own
            raise _refused(folder, error) from error
        for collection in self._stores:  # Chroma loads a collection at its first search, which takes seconds
            self.search(np.full(self.card.dimension, self.card.dimension**-0.5, np.float32), collection, 1)

    def search(self, vector: NDArray[np.float32], collection: Collection, limit: int) -> list[tuple[int, float]]:
        """Rows and cosines of the nearest vectors, best first. Raises `ClausierError` if Chroma fails."""
        store = self._stores.get(collection)
        if store is None:
            return []
        limit = min(limit, self.card.counts[collection.name])
        try:
            found = store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=limit)
        except Exception as error:  # Chroma raises bare exceptions of its own
            raise _refused(self.folder, error) from error
        return [(int(document.page_content), 1.0 - distance) for document, distance in found]

    def close(self) -> None:
        """Let Chroma go of the folder."""
        for store in self._stores.values():
            store._client.close()  # langchain-chroma has no public way to close
        self._stores.clear()


def _refused(folder: Path, error: Exception) -> ClausierError:
    return ClausierError(f"the vector index in {folder} fails ({type(error).__name__}): `clausier reindex` removes it")


def read_card(folder: Path) -> Card:
    """What the generation in `folder` holds."""
    return Card(**json.loads((folder / CARD).read_text("utf-8")))


def prepare(store: SqliteStore, data_dir: Path) -> Path:
    """Build and probe a generation of all that the database holds, in a folder aside that `publish` makes valid.

    Raises `ClausierError` if either child fails; what was published before stays.
    """
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    staging = folder / f"{store.last_row()}-{store.revision}-{uuid.uuid4().hex[:12]}{ASIDE}"
    try:
        _child("build", store.path, staging, BUILD_SECONDS)
        _child("probe", store.path, staging, PROBE_SECONDS)
    except ClausierError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return staging


def publish(staging: Path) -> Path:
    """Give what `prepare` built its name, in one step; the folder of the new generation."""
    final = staging.with_suffix("")
    staging.rename(final)
    _fsync(final.parent)
    return final


def newest(data_dir: Path) -> Path | None:
    """The published generation that reaches furthest, sound or not."""
    cards = (data_dir / FOLDER).glob(f"*/{CARD}")
    found = [card.parent for card in cards if card.parent.suffix != ASIDE]
    return max(found, key=lambda folder: (folder / CARD).stat().st_mtime_ns, default=None)


def is_sound(store: SqliteStore, folder: Path) -> bool:
    """Whether the generation in `folder` finds its own vectors, asked in a child process."""
    try:
        _child("probe", store.path, folder, PROBE_SECONDS)
    except ClausierError:
        return False
    return True


def clear(data_dir: Path, keep: Path | None = None) -> None:
    """Remove every generation, published or left half made, but `keep`."""
    for folder in (data_dir / FOLDER).glob("*"):
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def build(store: SqliteStore, folder: Path) -> None:
    """Write the index of everything in `store` into `folder`, which must not exist."""
    folder.mkdir(mode=0o700, parents=True)
    last_row = store.last_row()
    counts, dimension = {}, 0
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        keep = matrix.rows <= last_row
        rows, vectors = matrix.rows[keep], matrix.vectors[keep]
        counts[collection.name] = len(rows)
        if not len(rows):
            continue
        dimension = vectors.shape[1]
        by_row = {str(row): vector for row, vector in zip(rows, vectors, strict=True)}
        chroma = _chroma(folder, collection, len(rows), _Known(by_row))
        names = list(by_row)
        for at in range(0, len(names), BATCH):
            chroma.add_texts(names[at : at + BATCH], ids=names[at : at + BATCH])
    (folder / CARD).write_text(json.dumps(asdict(Card(last_row, counts, dimension))), "utf-8")


def probe(store: SqliteStore, folder: Path) -> None:
    """Ask the index for vectors of its own. Raises `ClausierError` unless they find themselves."""
    generation = Generation(folder)
    for collection in COLLECTIONS:
        matrix = store.matrix(collection)
        expected = generation.card.counts.get(collection.name, 0)
        known = int((matrix.rows <= generation.card.last_row).sum())
        if known > expected:
            raise ClausierError(f"{collection.name}: {known} passages, but the index has {expected}")
        step = max(1, known // SAMPLE)
        tried = list(range(0, known, step))
        hits = 0
        for at in tried:
            found = generation.search(matrix.vectors[at], collection, 3)
            same = [row for row, cosine in found if cosine > 1 - 1e-4]
            hits += int(matrix.rows[at]) in {row for row, _ in found} or bool(same)
        if tried and hits < FOUND * len(tried):
            raise ClausierError(f"{collection.name}: only {hits} of {len(tried)} vectors find themselves")


class _Known:
    """The vectors that are already there, in the shape in which LangChain asks for them."""

    def __init__(self, by_row: dict[str, NDArray[np.float32]]) -> None:
        self._by_row = by_row

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._by_row[text].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _chroma(folder: Path, collection: Collection, count: int, embeddings: Any = None) -> Chroma:
    """The collection of `count` vectors. Its graph is written once, with the last of them: what is not written by then Chroma
    would work out anew whenever somebody opens the folder."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    written = {"sync_threshold": max(count, SMALLEST), "batch_size": max(min(count, BATCH // 2), SMALLEST)}
    configuration: Any = {"hnsw": {**NEIGHBOURS, **written}}
    return Chroma(
        collection_name=collection.name,
        embedding_function=embeddings,
        persist_directory=str(folder),
        client_settings=Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False),
        collection_configuration=configuration,
    )


def _child(task: str, database: Path, folder: Path, seconds: int) -> None:
    command = [sys.executable, "-m", "knowledge.generation", task, str(database), str(folder)]
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=seconds, check=False, text=True)
    except subprocess.TimeoutExpired:
        raise ClausierError(f"the index could not be checked within {seconds} seconds") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise ClausierError(f"the vector index failed to {task}: {reason}")


def _limit_files(store: SqliteStore) -> None:
    limit = max(FILE_FLOOR, GROWTH * store.vector_bytes())
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main() -> int:
    """Run as a child: build or probe, exit 0 if all is well."""
    task, database, folder = sys.argv[1:4]
    store = SqliteStore(Path(database))
    _limit_files(store)
    try:
        (build if task == "build" else probe)(store, Path(folder))
    finally:
        store.close()
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
