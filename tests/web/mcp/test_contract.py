"""Contracts handed over by programs: bytes of every kind, and files that lie where they may be read, and nowhere else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import ClausierError, InvalidInput, NotFound, TooLarge, Unreadable
from web.mcp.contract import decoded, from_bytes, from_file

TEXT = "# Maintenance contract\n\n1. Liability\n\nThe provider is liable without limit for the site of the customer.\n"
MOST = 10_000


def test_a_contract_is_read_from_its_bytes() -> None:
    made = from_bytes("../../a contract.md", TEXT.encode(), MOST)
    assert made.name == "a contract.md"
    assert "liable without limit" in made.text


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.md", b"", InvalidInput),
        ("a.md", b"x" * (MOST + 1), TooLarge),
        ("a.exe", b"MZ", Unreadable),
        ("noending", TEXT.encode(), Unreadable),
        ("a.docx", TEXT.encode(), Unreadable),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, data: bytes, error: type[ClausierError]) -> None:
    with pytest.raises(error):
        from_bytes(name, data, MOST)


@pytest.mark.parametrize(
    ("text", "encoded", "data"),
    [("é", None, "é".encode()), (None, base64.b64encode(b"\x00\xff").decode(), b"\x00\xff")],
)
def test_text_or_base64(text: str | None, encoded: str | None, data: bytes) -> None:
    assert decoded(text, encoded) == data


@pytest.mark.parametrize(
    ("text", "encoded"), [(None, None), ("x", "eA=="), (None, "not base64!"), (None, "é"), ("\ud800", None)]
)
def test_neither_both_or_something_else_is_refused(text: str | None, encoded: str | None) -> None:
    with pytest.raises(InvalidInput):
        decoded(text, encoded)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder that is open, with a contract, and one that is not."""
    inside, outside = tmp_path / "open", tmp_path / "open-not"
    for folder in (inside, outside):
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "contract.md").write_text(TEXT, "utf-8")
    (inside / "link.md").symlink_to(outside / "deep" / "contract.md")
    (inside / "within.md").symlink_to(inside / "deep" / "contract.md")
    (inside / "large.md").write_text("x" * (MOST + 1), "utf-8")
    return inside, outside


INSIDE: list[Callable[[Path], str]] = [
    lambda folder: str(folder / "deep" / "contract.md"),
    lambda folder: "deep/contract.md",
    lambda folder: str(folder / "deep" / ".." / "deep" / "contract.md"),
    lambda folder: "within.md",
]


@pytest.mark.parametrize("path", INSIDE, ids=["absolute", "relative", "with dots", "a link within"])
def test_files_below_an_open_folder_are_read(folders: tuple[Path, Path], path: Callable[[Path], str]) -> None:
    assert "liable" in from_file(path(folders[0]), [folders[0]], MOST).text


OUTSIDE = [
    "{outside}/deep/contract.md",
    "../open-not/deep/contract.md",
    "link.md",
    "/etc/passwd",
    "{outside}/none.md",
    "~/x.md",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_files_elsewhere_are_not_even_said_to_exist(folders: tuple[Path, Path], path: str) -> None:
    inside, outside = folders
    with pytest.raises(InvalidInput, match="not below a folder that was opened"):
        from_file(path.format(outside=outside), [inside], MOST)


def test_a_file_that_is_not_there_or_too_large(folders: tuple[Path, Path]) -> None:
    inside, _ = folders
    with pytest.raises(NotFound):
        from_file(str(inside / "none.md"), [inside], MOST)
    with pytest.raises(TooLarge):
        from_file("large.md", [inside], MOST)


def test_without_an_open_folder_nothing_is_read(folders: tuple[Path, Path]) -> None:
    with pytest.raises(InvalidInput):
        from_file(str(folders[0] / "deep" / "contract.md"), [], MOST)
