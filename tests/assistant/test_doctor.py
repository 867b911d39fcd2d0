"""The doctor: what is looked at, and the remedy that stands beside what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import doctor
from ingest.sync import refresh
from knowledge.errors import ModelUnavailable
from knowledge.library import load
from knowledge.settings import Settings
from tests import postgres
from tests.fakes import TODAY, FakeEncoder, new_store, small_library


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(doctor, "open_encoder", lambda _settings: FakeEncoder())
    root = small_library(tmp_path / "library", ("penalties",), 1)
    store = new_store(tmp_path / "data" / "clausier.db")
    refresh(store, FakeEncoder(), load(root))
    store.close()
    return Settings(data_dir=tmp_path / "data", library_dir=root, _env_file=None)


def findings(settings: Settings) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine(settings, TODAY)}


def test_all_is_well(settings: Settings) -> None:
    found = findings(settings)
    assert set(found) >= {"data directory", "embedding model", "database", "index", "language model"}
    assert all(finding.ok for finding in found.values()), found
    assert "fake:1" in found["embedding model"].detail
    assert "documents" in found["database"].detail


def test_a_changed_library_is_noticed(settings: Settings) -> None:
    assert settings.library_dir
    path = settings.library_dir / "guidance" / "en" / "penalties.md"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    found = findings(settings)["database"]
    assert not found.ok
    assert "clausier serve" in found.detail


def test_an_empty_database_is_noticed(settings: Settings, tmp_path: Path) -> None:
    found = findings(settings.model_copy(update={"data_dir": tmp_path / "other"}))["database"]
    assert not found.ok
    assert "empty" in found.detail


def test_a_missing_model_is_noticed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_settings: Settings) -> FakeEncoder:
        raise ModelUnavailable("run `make model`")

    monkeypatch.setattr(doctor, "open_encoder", missing)
    found = findings(settings)
    assert not found["embedding model"].ok
    assert found["embedding model"].detail == "run `make model`"
    assert found["database"].ok


def test_a_damaged_database_is_noticed(settings: Settings) -> None:
    settings.place.write_bytes(b"nothing of use" * 100)
    found = findings(settings)
    assert not found["database"].ok
    assert "restore" in found["database"].detail


@pytest.mark.slow
def test_a_role_that_sees_internal_rows_unasked_is_named(settings: Settings) -> None:
    ordinary = postgres.new_database()
    privileged = ordinary.replace(f"//{postgres.ROLE}@", f"//{postgres.SUPERUSER}@")
    for url, ok in ((ordinary, True), (privileged, False)):
        found = findings(settings.model_copy(update={"database_url": url}))["internal rows"]
        assert found.ok is ok, found
    assert "'postgres'" in found.detail
    assert "internal rows" not in findings(settings)
