"""One process owns a data directory: the one that may write to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import Busy

NAME = "owner.lock"


@contextlib.contextmanager
def own(folder: Path) -> Iterator[None]:
    """Own `folder` while the context lasts; the kernel gives it up if the process dies.

    Raises `Busy` at once, naming the file and the process that owns it.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    note = path.with_suffix(".pid")
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        owner = note.read_text("utf-8").strip() if note.exists() else "unknown"
        raise Busy(
            f"another Clausier (process {owner}) owns {folder} through {path}: stop it, or use another CLAUSIER_DATA_DIR"
        ) from None
    try:
        note.write_text(f"{os.getpid()}\n", "utf-8")
        yield
    finally:
        lock.release()
