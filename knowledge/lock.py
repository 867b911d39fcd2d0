"""One process owns a data directory: the one that may write to it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import Busy, Misconfigured, Unwritable

if TYPE_CHECKING:
    from filelock import BaseFileLock

NAME = "owner.lock"


def is_read_only(folder: Path) -> bool:
    """Whether `folder` is there, on a file system that takes no writes."""
    return folder.exists() and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


@contextlib.contextmanager
def own(folder: Path) -> Iterator[None]:
    """Own `folder` while the context lasts; the kernel gives it up if the process dies.

    What is written meanwhile, by child processes too, is for the user who owns it alone. Where nothing can be written nobody
    has to be kept out. Raises `Busy` at once, naming the file and the process that owns it, and `Unwritable` for a folder that
    this process may not write to.
    """
    from filelock import FileLock

    if is_read_only(folder):
        yield
        return
    path = folder / NAME
    note = path.with_suffix(".pid")
    lock = FileLock(path, timeout=0, mode=0o600)
    before = os.umask(0o077)
    try:
        _take(lock, folder, note)
        try:
            note.write_text(f"{os.getpid()}\n", "utf-8")
            yield
        finally:
            lock.release()
    finally:
        os.umask(before)


def _take(lock: BaseFileLock, folder: Path, note: Path) -> None:
    """Raises `Busy`, `Unwritable`, and `Misconfigured` for a folder that everybody may write to."""
    from filelock import Timeout

    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & stat.S_IWOTH:
            raise Misconfigured(f"CLAUSIER_DATA_DIR: everybody may write to {folder}: run chmod 700 {folder}")
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
