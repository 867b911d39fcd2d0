"""Ingestion of files against raw embedding of the same passages."""

from __future__ import annotations

import tempfile
from pathlib import Path

import knowledge
from bench.library import copied_to, indexed_library
from bench.table import Row, milliseconds
from ingest.sync import document_id, ingest
from knowledge.installation import open_store

FILES = 36
BATCH = 12
AIM = 0.85


def measure() -> list[Row]:
    settings, encoder = indexed_library()
    with tempfile.TemporaryDirectory(prefix="clausier-bench-") as place:
        settings = copied_to(Path(place) / "data", settings)
        store = open_store(settings.place)
        files = write_files(Path(place) / "files")
        ingest(store, encoder, [files.pop()])  # loads what the first file needs
        ours = raw = 0.0
        passages = 0
        for at in range(0, len(files), BATCH):
            batch = files[at : at + BATCH]
            ours += milliseconds(lambda batch=batch: ingest(store, encoder, batch))
            texts = [p.embedded for file in batch for p in store.passages_of(document_id(file))]
            raw += milliseconds(lambda texts=texts: encoder.passages(texts))
            passages += len(texts)
        store.close()
    share = raw / ours
    return [
        Row(
            f"ingestion, {len(files)} files, {passages} passages",
            f"{passages / ours * 1000:.1f} passages/s",
            f"{passages / raw * 1000:.1f} passages/s (embedding alone)",
            f"{share:.2f}",
            f">= {AIM}",
            share >= AIM,
        )
    ]


def write_files(folder: Path) -> list[Path]:
    """Guidance texts as a firm would have them: Markdown files of some pages."""
    folder.mkdir()
    sources = sorted(Path(knowledge.__file__).parent.glob("guidance/*/*.md"))[:: max(1, 120 // FILES)][:FILES]
    files = []
    for source in sources:
        files.append(folder / f"{source.parent.name}-{source.name}")
        files[-1].write_text(source.read_text("utf-8").split("---\n", 2)[2], "utf-8")
    return files
