"""Without a sound embedding model search goes on by words and says so; where there is nothing to search, it is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import MODELS, Installation, write_document

pytestmark = [pytest.mark.slow, pytest.mark.check("R12")]

NAME = "multilingual-e5-small"
MAKE = "run `make model`"
RECORD = """
import os, socket
def noted(name):
    original = getattr(socket.socket, name)
    def connect(self, address):
        if self.family != socket.AF_UNIX:
            with open(os.environ["CONNECTIONS"], "a") as file:
                file.write(f"{address}\\n")
        return original(self, address)
    setattr(socket.socket, name, connect)
noted("connect")
noted("connect_ex")
looked_up = socket.getaddrinfo
def getaddrinfo(*args, **kwargs):
    with open(os.environ["CONNECTIONS"], "a") as file:
        file.write(f"{args}\\n")
    return looked_up(*args, **kwargs)
socket.getaddrinfo = getaddrinfo
"""
"""Imported by every Python that starts with it on its path: writes down whom it wants to talk to."""


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def truncated(folder: Path) -> None:
    with (folder / "model.onnx").open("r+b") as file:
        file.truncate(20_000_000)


def wrong_digest(folder: Path) -> None:
    change_manifest(folder, sha256="0" * 64)


def damaged_throughout(folder: Path) -> None:
    """A model that is what its manifest says, and is no model."""
    from knowledge.embed import digest

    truncated(folder)
    manifest = json.loads((folder / "clausier.json").read_text("utf-8"))
    change_manifest(folder, sha256=digest(folder, manifest["files"]))


def no_manifest(folder: Path) -> None:
    (folder / "clausier.json").write_text("{", "utf-8")


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / "clausier.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


DAMAGES = [missing, truncated, wrong_digest, damaged_throughout, no_manifest]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the model that may be broken."""
    shutil.copytree(MODELS / NAME, tmp_path / "models" / NAME)
    return tmp_path / "models"


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment in which every connection is written down."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(RECORD, "utf-8")
    (tmp_path / "connections").touch()
    return {"PYTHONPATH": str(tmp_path / "watch"), "CONNECTIONS": str(tmp_path / "connections")}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_search_goes_on_by_words(
    damage: Callable[[Path], None],
    installation: Installation,
    models: Path,
    watched: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    damage(models / NAME)
    without = installation.with_(CLAUSIER_MODEL_DIR=str(models), **watched)
    with without.serving() as server:
        ready = server.get("/readyz")
        assert ready["search"] == "words only"
        assert MAKE in ready["notice"]
        found = server.get("/api/v1/search?q=penalty+for+late+answers")
        assert "penalty" in found["hits"][0]["text"].lower()
        assert server.ask("What is a penalty?")["language"] == "en"
        assert server.process.poll() is None
    asked = without.run("search", "penalty", "--json")
    assert asked.code == 0, asked.err
    assert json.loads(asked.out)["hits"]
    assert "search is by words only" in asked.err
    assert "Traceback" not in asked.err
    assert connections(tmp_path) == []
    record_property("figure", f"{damage.__name__}: search by words, {len(connections(tmp_path))} connections")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_nothing_to_search_is_refused(
    damage: Callable[[Path], None],
    untouched: Installation,
    models: Path,
    watched: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    damage(models / NAME)
    fresh = Installation(tmp_path / "fresh", untouched.library, {"CLAUSIER_MODEL_DIR": str(models), **watched})
    slowest = 0.0
    for command in (("serve", "--port", "0"), ("ask", "What is a penalty?")):
        ended = fresh.run(*command, timeout=30)
        slowest = max(slowest, ended.seconds)
        assert ended.code == 1
        assert ended.seconds <= 10
        assert ended.err.count("\n") == 1, ended.err
        assert MAKE in ended.err
    assert connections(tmp_path) == []
    record_property("figure", f"{damage.__name__}: refused after {slowest:.1f} s")


def test_ingest_needs_the_model(installation: Installation, models: Path, tmp_path: Path) -> None:
    """Taking a document in without vectors would lose it for search by meaning."""
    missing(models / NAME)
    text = write_document(tmp_path / "a.md", "A", ["A clause on penalties."])
    ended = installation.with_(CLAUSIER_MODEL_DIR=str(models)).run("ingest", text)
    assert ended.code == 1, ended
    assert ended.err.count("\n") == 1, ended.err
    assert MAKE in ended.err
    assert installation.faults() == []


def test_a_model_of_another_dimension_or_revision(installation: Installation, models: Path) -> None:
    """Its vectors are not comparable: the owner embeds everything anew, and nobody searches with both."""
    change_manifest(models / NAME, revision="other:1")
    other = installation.with_(CLAUSIER_MODEL_DIR=str(models))
    with installation.serving():
        ended = other.run("ask", "What is a penalty?")
        assert ended.code == 1
        assert "clausier reindex" in ended.err
        assert ended.err.count("\n") == 1, ended.err
    assert other.run("reindex").code == 0
    assert other.run("ask", "What is a penalty?").code == 0
    assert other.faults() == []
    change_manifest(models / NAME, dimension=512, revision="other:2")
    ended = other.run("ask", "What is a penalty?")
    assert "Traceback" not in ended.err
    assert "search is by words only" in ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert ended.code == 0
    assert other.faults() == []


@pytest.mark.parametrize("content", ["missing", "truncated"])
def test_a_broken_model_of_another_kind(
    content: str, installation: Installation, watched: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "own-model"
    if content != "missing":
        folder.mkdir()
    if content == "truncated":
        (folder / "config.json").write_text('{"model_type": "bert", "hidden_size": 384', "utf-8")
        (folder / "model.safetensors").write_bytes(b"\x40\0\0\0\0\0\0\0{")
    own = installation.with_(CLAUSIER_EMBEDDING_MODEL=str(folder), **watched)
    ended = own.run("search", "penalty")
    assert ended.code == 0, ended.err
    assert "search is by words only" in ended.err
    assert "CLAUSIER_EMBEDDING_MODEL" in ended.err
    assert "Traceback" not in ended.err
    fresh = Installation(tmp_path / "fresh", installation.library, own.more)
    ended = fresh.run("ask", "What is a penalty?", timeout=60)
    assert ended.code == 1
    assert "CLAUSIER_EMBEDDING_MODEL" in ended.err
    assert "Traceback" not in ended.err
    assert connections(tmp_path) == []


def test_the_watch_sees_a_connection(watched: dict[str, str], tmp_path: Path) -> None:
    code = "import socket; s = socket.socket(); s.connect_ex(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **watched}, check=True)
    assert connections(tmp_path) == ["('127.0.0.1', 9)"]


def connections(folder: Path) -> list[str]:
    return (folder / "connections").read_text("utf-8").splitlines()
