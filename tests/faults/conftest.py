"""One small installation for all of these tests; each breaks a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.installation import MODELS, Installation, small_library, write_document


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The library and one document of a firm's, indexed. Copy it before you break it."""
    if not (MODELS / "multilingual-e5-small" / "model.onnx").exists():
        pytest.skip("there is no embedding model: run `make model`")
    folder = tmp_path_factory.mktemp("untouched")
    library = small_library(folder / "library")
    installation = Installation(folder / "data", library)
    text = write_document(
        folder / "firm" / "house-rules.md",
        "House rules",
        ["The provider answers within four hours.", "The penalty for late answers is two percent of the monthly fee."],
    )
    ended = installation.run("ingest", text)
    assert ended.code == 0, ended.err
    return installation


@pytest.fixture
def installation(untouched: Installation, tmp_path: Path) -> Installation:
    """A copy that a test may break."""
    return untouched.copy(tmp_path / "data")
