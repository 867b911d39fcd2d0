"""The examples of docs/connect.md, run as they stand against a server of our own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import yaml
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from assistant.draft.drafter import Drafter
from assistant.wiring import Assistant
from tests.assistant.quiz import shelf
from tests.web.firm import CLAUSIER, MODELS
from tests.web.lesson import serving
from web.access import LOOPBACK
from web.app import create_app
from web.deps import now
from web.keys import Keys

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "connect.md"
ADDRESS = "http://127.0.0.1:8000"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.slow


def blocks(kind: str) -> list[str]:
    return [text for language, text in BLOCKS if language == kind]


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[str]:
    """A server over the passages of the small library and the clauses of the shipped one."""
    library = shelf.library()
    settings = assistant.settings.model_copy(update={"allowed_hosts": tuple(sorted(LOOPBACK))})
    drafter = Drafter(library, None, dt.date.today)
    whole = dataclasses.replace(assistant, settings=settings, library=library, drafter=drafter)
    with serving(create_app(whole)) as address:
        yield address


@pytest.fixture(scope="module")
def key(assistant: Assistant) -> str:
    return Keys(assistant.store).make("connect", ["lawyer"], "test", now())[1]


def run(words: list[str], key: str) -> str:
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "KEY": key, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    return done.stdout


@pytest.mark.parametrize("code", blocks("python"), ids=lambda code: code.splitlines()[0])
def test_python(site: str, key: str, code: str) -> None:
    assert ADDRESS in code
    told = run([sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", code.replace(ADDRESS, site)], key)
    assert "late" in told.lower() or "retard" in told.lower() or "liability" in told


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", blocks("sh"), ids=range(len(blocks("sh"))))
def test_curl(site: str, key: str, command: str) -> None:
    assert ADDRESS in command
    told = run(["bash", "-ec", command.replace(ADDRESS, site)], key)
    if "event-stream" in command:
        assert told.startswith("event: token\n")
        assert told.endswith("event: done\ndata: {}\n\n")
    else:
        assert "error" not in json.loads(told)


def configured() -> list[dict[str, Any]]:
    return [json.loads(text)["mcpServers"]["clausier"] for text in blocks("json")]


def test_a_host_that_starts_its_servers(firm: Path, tmp_path: Path) -> None:
    host = next(one for one in configured() if "command" in one)
    shutil.copytree(firm / "data", tmp_path / "data")
    assert host["env"].keys() == {"CLAUSIER_DATA_DIR"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUSIER_")}
    own = {
        "CLAUSIER_DATA_DIR": tmp_path / "data",
        "CLAUSIER_LIBRARY_DIR": firm / "library",
        "CLAUSIER_MODEL_DIR": MODELS,
    }
    assert host["command"] == CLAUSIER.name
    parameters = StdioServerParameters(
        command=str(CLAUSIER),
        args=[str(tmp_path) if one == "/home/me/contracts" else one for one in host["args"]],
        env={**kept, **{name: str(value) for name, value in own.items()}},
    )

    async def test() -> None:
        async with Client(stdio_client(parameters, errlog=sys.__stderr__ or sys.stderr)) as client:
            assert "review_file" in {tool.name for tool in (await client.list_tools()).tools}

    anyio.run(test)


def test_a_host_that_calls_a_server(site: str, key: str) -> None:
    host = next(one for one in configured() if "url" in one)
    headers = {name: value.replace("$KEY", key) for name, value in host["headers"].items()}

    async def test() -> None:
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(host["url"].replace(ADDRESS, site), http_client=http)) as client,
        ):
            assert "ask" in {tool.name for tool in (await client.list_tools()).tools}

    anyio.run(test)


def test_the_configuration_of_prometheus_is_yaml() -> None:
    (job,) = yaml.safe_load(blocks("yaml")[0])["scrape_configs"]
    assert job["job_name"] == "clausier"


def test_every_block_is_run() -> None:
    assert {language for language, _ in BLOCKS} == {"python", "sh", "json", "yaml"}
