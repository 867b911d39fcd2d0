"""Search at 100,000 passages against a bare Chroma query of the same index."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import knowledge
from assistant.retrieve import Retriever
from bench.ask import questions
from bench.table import Row, alternating, compared, median
from knowledge.calibration import load
from knowledge.chroma import ChromaIndex
from knowledge.generation import NEIGHBOURS, newest
from knowledge.models import Document, Passage
from knowledge.sqlite import open_sqlite
from knowledge.store import Collection, Store

PASSAGES = int(os.environ.get("BENCH_PASSAGES", "100000"))
DIMENSION = 896
CLUSTERS = 500
SPREAD = 0.6
WORDS = 60
PER_DOCUMENT = 1000
QUERIES = 60
ROUNDS = 4
LIMIT = 10
AIM = 3.0
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COLLECTION = Collection("public", "en")


class Given:
    """An encoder whose vectors are given: the model is not what is measured here."""

    revision = "given"
    dimension = DIMENSION

    def __init__(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        self._vectors = vectors

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vectors[text] for text in texts])

    def question(self, text: str) -> NDArray[np.float32]:
        return self._vectors[text]


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="clausier-bench-") as place:
        store = open_sqlite(Path(place) / "clausier.db")
        centres = unit(np.random.default_rng(1).standard_normal((CLUSTERS, DIMENSION)))
        began = time.perf_counter()
        fill(store, centres)
        filled = time.perf_counter()
        print(f"  {PASSAGES} passages written in {filled - began:.0f} s", file=sys.stderr)
        index = ChromaIndex(store, Path(place))
        index.maintain()
        print(f"  vector index built and checked in {time.perf_counter() - filled:.0f} s", file=sys.stderr)
        folder = newest(Path(place))
        if index.generation is None or folder is None:
            raise SystemExit("the vector index was not built")
        texts = (questions() * QUERIES)[:QUERIES]
        texts = [f"{text} {n}" for n, text in enumerate(texts)]
        near = near_to(centres, QUERIES, seed=2)
        rows = compare(Retriever(index, Given(dict(zip(texts, near, strict=True))), load().retrieval), folder, texts)
        index.drop()
        store.close()
    return rows


def compare(retriever: Retriever, folder: Path, texts: list[str]) -> list[Row]:
    bare = bare_chroma(folder)
    encoder = retriever.encoder
    assert encoder

    def peer(text: str) -> object:
        return bare.similarity_search_by_vector_with_relevance_scores(encoder.question(text).tolist(), k=LIMIT)

    rows = []
    for system, name in (("dense", "dense only"), ("hybrid", "hybrid")):
        ours, theirs = [], []
        for text in texts:
            mine, other = alternating(
                lambda text=text, system=system: retriever.retrieve(
                    text, audience="client", langs=("en",), limit=LIMIT, system=system
                ),
                lambda text=text: peer(text),
                ROUNDS,
            )
            ours.append(median(mine))
            theirs.append(median(other))
        label = f"search, {PASSAGES:,} passages, {name}, p50"
        rows.append(compared(label, median(ours), median(theirs), "ms", AIM, f"bare Chroma, k={LIMIT}"))
    return rows


def bare_chroma(folder: Path):
    """The collection of the index as langchain-chroma opens it by itself."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    settings = Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False)
    return Chroma(collection_name=COLLECTION.name, persist_directory=str(folder), client_settings=settings,
                  collection_configuration={"hnsw": dict(NEIGHBOURS)})  # fmt: skip


def fill(store: Store, centres: NDArray[np.float32]) -> None:
    """Passages of words as frequent as in the library, with vectors around the centres."""
    words, frequencies = vocabulary()
    chosen = np.random.default_rng(3)
    for first in range(0, PASSAGES, PER_DOCUMENT):
        count = min(PER_DOCUMENT, PASSAGES - first)
        picked = chosen.choice(len(words), size=(count, WORDS), p=frequencies)
        texts = [" ".join(words[at] for at in row) for row in picked]
        key = f"d{first}"
        passages = tuple(
            Passage(
                f"{key}.{n}", key, n, "document", "text", key, (), "en", (), "public", text, text, key, 0, len(text)
            )
            for n, text in enumerate(texts)
        )
        document = Document(key, key, "0", "document", key, "en", "public", (), "", None, passages)
        store.put(document, near_to(centres, count, seed=first + 10), now=NOW)


def vocabulary() -> tuple[list[str], NDArray[np.float64]]:
    """The words of the English guidance and their shares."""
    counts: dict[str, int] = {}
    for path in sorted(Path(knowledge.__file__).parent.glob("guidance/en/*.md")):
        for word in path.read_text("utf-8").split():
            counts[word] = counts.get(word, 0) + 1
    total = np.array(list(counts.values()), dtype=np.float64)
    return list(counts), total / total.sum()


def near_to(centres: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    chosen = np.random.default_rng(seed)
    own = centres[chosen.integers(len(centres), size=count)]
    return unit(own + SPREAD * unit(chosen.standard_normal((count, DIMENSION), dtype=np.float32)))


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit
