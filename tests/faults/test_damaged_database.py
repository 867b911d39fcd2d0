"""Over a database that is damaged or gone nothing starts, least of all an empty one, and not a byte is changed."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import Damaged
from knowledge.installation import open_store
from tests.faults.installation import MENDING, Installation, free_port

pytestmark = [pytest.mark.slow, pytest.mark.check("R05")]

PAGE = 4096


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def garbage(path: Path) -> None:
    """In a page in the middle, which belongs to the passages."""
    at = path.stat().st_size // PAGE // 2 * PAGE
    with path.open("r+b") as file:
        file.seek(at)
        file.write(random.Random(5).randbytes(PAGE))


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def deleted(path: Path) -> None:
    path.unlink()


def other_schema(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (truncated, MENDING),
    (garbage, MENDING),
    (zeroed, MENDING),
    (emptied, MENDING),
    (deleted, MENDING),
    (other_schema, "install the version that made it"),
]


@pytest.mark.parametrize(("damage", "mending"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_refuses_and_leaves_everything_as_it_is(
    damage: Callable[[Path], None],
    mending: str,
    installation: Installation,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    damage(installation.database)
    before = contents(installation)
    text = tmp_path / "new.md"
    text.write_text("# New\n\nA clause that would be lost.\n", "utf-8")
    commands: list[tuple[str | Path, ...]] = [
        ("serve", "--port", str(free_port())), ("ask", "How fast must the provider answer?"), ("ingest", text),
        ("search", "penalty"), ("documents",), ("forget", "file-0"),
    ]  # fmt: skip
    for command in commands:
        ended = installation.run(*command, timeout=30)
        assert ended.code == 1, (command, ended)
        assert ended.err.count("\n") == 1, ended.err
        assert ended.err.startswith("clausier: "), ended.err
        assert mending in ended.err
        assert str(installation.database) in ended.err
        assert not ended.out
        assert contents(installation) == before, command
    record_property("figure", f"{damage.__name__}: {len(commands)} commands refuse, not a byte changed")


def test_doctor_says_it_as_well(installation: Installation) -> None:
    truncated(installation.database)
    ended = installation.run("doctor")
    assert ended.code == 1
    assert MENDING in ended.out
    assert "Traceback" not in ended.err


def test_garbage_is_noticed_in_every_page_that_is_in_use(
    installation: Installation, record_property: Callable[[str, object], None]
) -> None:
    with contextlib.closing(sqlite3.connect(installation.database)) as connection:
        connection.execute("VACUUM")  # so that no page is free
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = installation.database.read_bytes()
    rng = random.Random(7)
    missed = []
    for page in range(len(sound) // PAGE):
        broken = bytearray(sound)
        broken[page * PAGE : (page + 1) * PAGE] = rng.randbytes(PAGE)
        installation.database.write_bytes(broken)
        try:
            open_store(installation.database).close()
        except Damaged:
            continue
        missed.append(page)
    assert missed == []
    record_property("figure", f"garbage in each of {len(sound) // PAGE} pages: all noticed")


def test_a_new_folder_is_no_damage(untouched: Installation, tmp_path: Path) -> None:
    ended = Installation(tmp_path / "fresh", untouched.library).run("documents")
    assert ended.code == 0, ended.err


def contents(installation: Installation) -> dict[str, bytes]:
    """Every file that holds data, byte for byte: not who owns the folder, nor SQLite's journal while it is empty."""
    return {
        str(path.relative_to(installation.data)): path.read_bytes()
        for path in installation.data.rglob("*")
        if path.is_file() and path.stat().st_size and not path.name.startswith("owner.") and path.suffix != ".db-shm"
    }
