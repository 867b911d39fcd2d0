"""The web application over a small real assistant, built once a run."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant, open_assistant
from knowledge.store import Store
from tests import postgres
from tests.fakes import new_store
from tests.web.firm import build, settings
from web.app import create_app

MakeClient = Callable[..., TestClient]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = new_store(tmp_path / "data" / "clausier.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def assistant(firm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("web") / "data"
    shutil.copytree(firm / "data", data)
    chosen = settings(
        data, firm / "library", allowed_hosts=("testserver", "localhost", "[::1]"), questions_per_minute=10_000,
        database_url=postgres.copied(data / "clausier.db") if postgres.is_chosen else None,
    )  # fmt: skip
    opened = open_assistant(chosen)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def make_client(assistant: Assistant) -> MakeClient:
    """A client of an application with other settings or parts: `make_client(max_streams=1, writer=...)`."""

    def make(**changes: Any) -> TestClient:
        parts = {name: changes.pop(name) for name in ("writer", "retriever", "store", "model") if name in changes}
        changed = assistant.settings.model_copy(update=changes)
        with assistant.store.writing(content=False) as connection:  # who was kept out by another test may come in
            connection.exec_driver_sql("DELETE FROM sign_in")
        app = create_app(dataclasses.replace(assistant, settings=changed, **parts))
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture(scope="session")
def client(make_client: MakeClient) -> TestClient:
    return make_client()
