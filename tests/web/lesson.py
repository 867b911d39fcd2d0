"""A site for training: the shipped library over an empty database, served in this process."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

from assistant.wiring import Assistant
from knowledge.settings import Settings
from tests.assistant.quiz import shelf
from tests.fakes import new_store
from web.app import create_app


def lesson(folder: Path, **more: Any) -> FastAPI:
    """The application with all questions and no index: what is not training cannot be asked."""
    nothing = cast(Any, None)
    hosts = ("testserver", "localhost", "127.0.0.1")
    settings = Settings(_env_file=None, data_dir=folder, allowed_hosts=hosts, questions_per_minute=10_000, **more)  # type: ignore[call-arg]
    parts = dict.fromkeys(Assistant.__dataclass_fields__, nothing)
    parts |= {"settings": settings, "store": new_store(folder / "clausier.db"), "library": shelf.library()}
    return create_app(Assistant(**parts))


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a server over the application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
