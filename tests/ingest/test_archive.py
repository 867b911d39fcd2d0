"""Archives made to exhaust or to mislead a reader are refused by their directory, before anything is unpacked."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingest.archive import unpack
from ingest.reading import LIMITS
from knowledge.errors import TooLarge, Unreadable

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeZip

MANY = {f"part{number}": "x" for number in range(2_001)}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"a": b"\0" * 120_000_000}, "unpacks to more than 100 MB"),
        ({f"a{number}": b"\0" * 30_000_000 for number in range(4)}, "unpacks to more than 100 MB"),
        ({"a": b"\0" * 2_000_000}, "over 200 times its size"),
        (MANY, "more than 2,000 files"),
    ],
)
def test_bombs(make_zip: MakeZip, parts: dict[str, str | bytes], words: str) -> None:
    data = make_zip(parts)
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(TooLarge, match=words):
        unpack(data, LIMITS)
    assert time.monotonic() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_directory_of_many_entries_is_not_even_parsed(make_zip: MakeZip) -> None:
    with pytest.raises(TooLarge, match="more than 10 files"):
        unpack(make_zip(MANY), replace(LIMITS, entries=10))


def test_a_small_part_may_be_packed_well(make_zip: MakeZip) -> None:
    assert len(unpack(make_zip({"a": b"\0" * 900_000}), LIMITS).read("a")) == 900_000


def test_sizes_that_lie_are_not_believed(make_zip: MakeZip) -> None:
    data = make_zip({"a": b"\0" * 50_000_000})
    size = struct.pack("<I", 50_000_000)
    archive = unpack(data.replace(size, struct.pack("<I", 1_000)), LIMITS)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="is damaged"):
        archive.read("a")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_overlapping_entries() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "words" * 100)
        archive.writestr("b", "words" * 100)
    data = bytearray(buffer.getvalue())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 10)  # where the second entry says that it begins
    with pytest.raises(Unreadable, match="overlap"):
        unpack(bytes(data), LIMITS)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "second", ["word/document.xml", "word\\document.xml", "WORD/document.xml", "/word/document.xml"]
)
def test_two_parts_of_one_name(second: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "one")
        archive.writestr(second, "two")
    with pytest.raises(Unreadable, match="two parts of the same name"):
        unpack(buffer.getvalue(), LIMITS)


def test_password_and_odd_compression(make_zip: MakeZip) -> None:
    data = bytearray(make_zip({"a": "words"}))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="protected by a password"):
        unpack(bytes(data), LIMITS)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "words")
    with pytest.raises(Unreadable, match="is damaged"):
        unpack(buffer.getvalue(), LIMITS)


@pytest.mark.parametrize("kept", [30, 90, 150])
def test_truncated(make_zip: MakeZip, kept: int) -> None:
    with pytest.raises(Unreadable, match="is damaged"):
        unpack(make_zip({"a": "words", "b": "words"})[:kept], LIMITS)


def test_missing_part_and_names_without_case(make_zip: MakeZip) -> None:
    archive = unpack(make_zip({"Word/Document.xml": "words"}), LIMITS)
    assert archive.read("/word/document.xml") == b"words"
    assert "other" not in archive
    with pytest.raises(Unreadable, match="is damaged"):
        archive.read("other")
