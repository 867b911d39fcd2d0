"""The whole shipped library, indexed once and kept beside pytest's cache: indexing it takes a minute or two."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from ingest.sync import open_current
from knowledge.embed import Encoder, open_encoder
from knowledge.library import revision
from knowledge.lock import own
from knowledge.settings import Settings
from knowledge.settings import load as load_settings

CACHE = Path(__file__).parents[1] / ".pytest_cache"


def indexed_library() -> tuple[Settings, Encoder]:
    """Settings whose data directory holds the current library, and the model that it was embedded with."""
    settings = load_settings()
    encoder = open_encoder(settings)
    model = hashlib.sha256(encoder.revision.encode()).hexdigest()
    folder = CACHE / f"clausier-library-{revision(settings.library_dir)[:12]}-{model[:12]}"
    settings = settings.model_copy(update={"data_dir": folder})
    with own(folder):
        store, _ = open_current(settings)
        store.close()
    for older in CACHE.glob("clausier-library-*"):
        if older != folder:
            shutil.rmtree(older, ignore_errors=True)
    return settings, encoder


def copied_to(folder: Path, settings: Settings) -> Settings:
    """The same in another place, to be written to."""
    shutil.copytree(settings.data_dir, folder, ignore=shutil.ignore_patterns("owner.*"))
    return settings.model_copy(update={"data_dir": folder})
