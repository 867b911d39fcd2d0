"""One process owns a data directory: the one that may write to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import Busy, Unwritable

NAME = "owner.lock"


def is_read_only(folder: Path) -> bool:
    """Whether `folder` is there, on a file system that takes no writes."""
    return folder.exists() and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


@contextlib.contextmanager
def own(folder: Path) -> Iterator[None]:
    """Own `folder` while the context lasts; the kernel gives it up if the process dies.

    Where nothing can be written nobody has to be kept out. Raises `Busy` at once, naming the file and the process that owns
    it, and `Unwritable` for a folder that this process may not write to.
    """
    from filelock import FileLock, Timeout

    if is_read_only(folder):
        yield
        return
    path = folder / NAME
    note = path.with_suffix(".pid")
    lock = FileLock(path, timeout=0)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        owner = note.read_text("utf-8").strip() if note.exists() else "unknown"
        raise Busy(
            f"another Clausier (process {owner}) owns {folder} through {path}: stop it, or use another CLAUSIER_DATA_DIR"
        ) from None
    except OSError as error:
        raise Unwritable(
            f"{path} cannot be written ({error.strerror}): give {folder} to whoever runs Clausier, or use another "
            "CLAUSIER_DATA_DIR"
        ) from None
    try:
        note.write_text(f"{os.getpid()}\n", "utf-8")
        yield
    finally:
        lock.release()
