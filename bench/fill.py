"""As many passages of a firm as one likes: sentences of the library put together anew, with vectors between those of the
passages that they come from.

Embedding 100,000 passages takes an hour; what is measured on them is how long it takes to find some, not which are found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.cite import sentences
from bench.search import unit
from knowledge.models import LANGUAGES, Document, Language, Passage
from knowledge.store import Collection, Store

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PER_DOCUMENT = 50
"""Passages of a document."""
OWN, STRANGE = 2, 2
"""Sentences of the passage that a new one is near to, and of others, one each."""
SPREAD = 0.3
"""How far a vector lies from the mean of those of its sentences."""


@dataclass(frozen=True)
class Source:
    """What the library says in one language: the sentences of each passage, and its vector."""

    lang: Language
    said: list[list[str]]
    vectors: NDArray[np.float32]


def fill(store: Store, count: int, progress: Callable[[int], None]) -> None:
    """Add `count` public passages, half of them in each language, to a database that holds the library."""
    chosen = np.random.default_rng(count)
    sources = [source(store, lang) for lang in LANGUAGES]
    for number, first in enumerate(range(0, count, PER_DOCUMENT)):
        progress(first)
        among, many = sources[number % len(sources)], min(PER_DOCUMENT, count - first)
        picked = chosen.integers(len(among.said), size=(many, 1 + STRANGE))
        mean = unit(OWN * among.vectors[picked[:, 0]] + among.vectors[picked[:, 1:]].sum(axis=1))
        noise = unit(chosen.standard_normal(mean.shape, dtype=np.float32))
        texts = [worded(among, row, chosen) for row in picked.tolist()]
        store.put(document(f"firm-{number}", among.lang, texts), unit(mean + SPREAD * noise), now=NOW)


def source(store: Store, lang: Language) -> Source:
    """The guidance of the library."""
    matrix = store.matrix(Collection("public", lang))
    kept = [at for at, kind in enumerate(matrix.kinds) if kind == "guidance"]
    passages = store.passages([int(matrix.rows[at]) for at in kept])
    said = [passages[int(matrix.rows[at])].text for at in kept]
    return Source(
        lang, [[text[start:end] for start, end in sentences(text)] or [text] for text in said], matrix.vectors[kept]
    )


def worded(among: Source, picked: list[int], chosen: np.random.Generator) -> str:
    """Some sentences of the first of these passages, and one of each other."""
    first, *others = (among.said[at] for at in picked)
    return " ".join([*chosen.permutation(first)[:OWN], *(said[chosen.integers(len(said))] for said in others)])


def document(key: str, lang: Language, texts: list[str]) -> Document:
    passages, at = [], 0
    for n, text in enumerate(texts):
        passages.append(
            Passage(
                f"{key}.{n}",
                key,
                n,
                "document",
                "text",
                key,
                (),
                lang,
                (),
                "public",
                text,
                text,
                key,
                at,
                at + len(text),
            )
        )
        at += len(text) + 2
    return Document(key, key, "0", "document", key, lang, "public", (), "\n\n".join(texts), None, tuple(passages))
