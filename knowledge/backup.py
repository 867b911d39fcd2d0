"""Take away everything that an installation holds as one file, and set it up again from that file.

A backup is an archive (tar, gzip) of the database as a file of SQLite, whichever database it came from, and of the firm's own
files beside it, with a manifest that names the digest of each. It is made while Clausier works, and can be restored to either
database. The vector index is not in it: it is made again from the vectors.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from knowledge.errors import InvalidInput, Misconfigured
from knowledge.generation import FOLDER
from knowledge.lock import NAME as LOCK
from knowledge.postgres import PostgresStore, open_postgres
from knowledge.settings import Settings
from knowledge.sqlite import MARKER, SqliteStore, address, open_sqlite
from knowledge.store import SCHEMA, Store
from knowledge.transfer import Progress, transfer

MANIFEST: Final = "manifest.json"
DATABASE: Final = "clausier.db"
FORMAT: Final = 1
CHUNK: Final = 1 << 20
_BESIDES: Final = frozenset({FOLDER, MARKER, LOCK, Path(LOCK).with_suffix(".pid").name})
"""What lies in a data directory and is made again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: `files` by name with their SHA-256, and who made it when. Times are ISO 8601, UTC."""

    format: int
    schema: str
    clausier: str
    made_at: str
    files: dict[str, str]


def backup(settings: Settings, store: Store, file: Path, now: dt.datetime, progress: Progress) -> Manifest:
    """Write a backup to `file`, which is there only once it is whole. Raises `InvalidInput` if it exists already."""
    if file.exists():
        raise InvalidInput(f"{file} exists already: name another file")
    staging = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(prefix="clausier-", dir=file.absolute().parent) as folder:
        database = Path(folder) / DATABASE
        _copy_database(store, database, progress)
        paths = {DATABASE: database, **_own_files(settings.data_dir)}
        manifest = Manifest(
            FORMAT, SCHEMA, version("clausier"), now.isoformat(), {name: _digest(path) for name, path in paths.items()}
        )
        card = Path(folder) / MANIFEST
        card.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", "utf-8")
        descriptor = os.open(staging, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            for name, path in {MANIFEST: card, **paths}.items():
                archive.add(path, name, recursive=False, filter=_private)
    verify(staging)
    staging.rename(file)
    return manifest


def verify(file: Path) -> Manifest:
    """Read a backup through and compare every digest. Raises `InvalidInput` for one that is damaged or not ours."""
    with tempfile.TemporaryDirectory(prefix="clausier-") as folder:
        return _unpack(file, Path(folder))


def restore(settings: Settings, file: Path, progress: Progress) -> Manifest:
    """Set up what a backup holds where the settings say, all of it or nothing.

    Raises `InvalidInput` if the backup is damaged or something is there already, and `Misconfigured` if a newer Clausier
    made it.
    """
    data_dir = settings.data_dir
    if data_dir.exists() and any(path.name not in _BESIDES for path in data_dir.iterdir()):
        raise InvalidInput(f"{data_dir} is not empty: move it away, or name another CLAUSIER_DATA_DIR")
    data_dir.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clausier-", dir=data_dir.absolute().parent) as folder:
        staging = Path(folder) / "data"
        staging.mkdir(mode=0o700)
        manifest = _unpack(file, staging)
        if manifest.schema > SCHEMA:
            raise Misconfigured(
                f"{file} was made by a newer version of Clausier ({manifest.clausier}): install that one, or a newer one"
            )
        (staging / MANIFEST).unlink()
        open_sqlite(staging / DATABASE).close()
        _settle(settings, staging, progress)
    return manifest


def _settle(settings: Settings, staging: Path, progress: Progress) -> None:
    """Put what was unpacked and brought up to date where it belongs."""
    place = settings.place
    if isinstance(place, str):
        with contextlib.ExitStack() as opened:
            source = opened.enter_context(contextlib.closing(open_sqlite(staging / DATABASE)))
            target = opened.enter_context(contextlib.closing(open_postgres(place)))
            transfer(source, target, progress)
        for path in staging.glob(f"{DATABASE}*"):
            path.unlink()
        (staging / MARKER).unlink()
    elif place.absolute() != (settings.data_dir / DATABASE).absolute():
        if place.exists():
            raise InvalidInput(f"{place} exists already: move it away")
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(staging / DATABASE, place)
        shutil.move(staging / MARKER, place.parent / MARKER)
    settings.data_dir.mkdir(mode=0o700, exist_ok=True)
    with contextlib.ExitStack() as undo:
        for path in sorted(
            staging.iterdir(), key=lambda path: path.name == MARKER
        ):  # the marker last: it vouches for the rest
            settled = settings.data_dir / path.name
            os.replace(path, settled)
            undo.callback(_remove, settled)
        undo.pop_all()


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _copy_database(store: Store, target: Path, progress: Progress) -> None:
    """One state of the database as a file of SQLite; whoever writes meanwhile goes on."""
    if isinstance(store, SqliteStore):
        with (
            contextlib.closing(sqlite3.connect(address(store.path), uri=True)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            progress(0, 1, DATABASE)
            source.backup(copy)  # in one step: one in many begins anew whenever somebody writes
        return
    assert isinstance(store, PostgresStore)
    with contextlib.closing(open_sqlite(target)) as copy_store, store.frozen():
        transfer(store, copy_store, progress)
        copy_store.checkpoint()
    for beside in (target.with_name(MARKER), *target.parent.glob(f"{DATABASE}-*")):
        beside.unlink(missing_ok=True)


def _own_files(data_dir: Path) -> dict[str, Path]:
    """The firm's files in a data directory, by their names in the archive."""
    paths = (path for path in sorted(data_dir.rglob("*")) if path.is_file() and not path.is_symlink())
    names = ((path.relative_to(data_dir), path) for path in paths)
    return {
        name.as_posix(): path
        for name, path in names
        if name.parts[0] not in _BESIDES and not name.name.startswith(DATABASE)
    }


def _unpack(file: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(file, "r:gz") as archive:
            members = archive.getmembers()
            if not all(member.isfile() for member in members):
                raise InvalidInput(f"{file} holds more than files: it is not a backup of Clausier")
            archive.extractall(folder, members, filter="data")
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**told)
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError) as error:
        raise InvalidInput(
            f"{file} is not a whole backup of Clausier ({type(error).__name__}): use another one"
        ) from error
    found = {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder) if path.name != MANIFEST}
    if manifest.format != FORMAT or found != manifest.files:
        raise InvalidInput(f"{file} does not hold what its manifest says: it is damaged, use another one")
    return manifest


def _private(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """For its owner alone, whoever that is where it is restored."""
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
