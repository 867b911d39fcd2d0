"""R13: told to stop while it answers and takes in texts, the server ends in time, ends every stream with an event, and loses
no text."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.assistant.scripted import Scripted, endless, hang, says, serve
from tests.faults.installation import Installation, Server, write_document
from tests.faults.lawyer import Lawyer, add_lawyer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.check("R13")]

STREAMS: Final = 20
SECONDS: Final = 10.0
LEFT: Final = 8
"""Streams whose model says nothing at all; that of the others goes on for ever."""
QUESTION: Final = "How fast must the provider answer under the maintenance contract?"


@pytest.fixture
def model() -> Iterator[Scripted]:
    """A language model that goes on for ever."""
    with serve(endless("The provider answers", 0.05)) as script:
        yield script


def opened(address: str, open_ones: contextlib.ExitStack) -> http.client.HTTPResponse:
    """A stream whose head has arrived."""
    connection = open_ones.enter_context(
        contextlib.closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=60))
    )
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    connection.request("POST", "/api/v1/ask", json.dumps({"question": QUESTION}), headers)
    response = open_ones.enter_context(connection.getresponse())
    assert response.status == 200
    return response


def last_event(response: http.client.HTTPResponse) -> str:
    """The last event of a stream that is read to its end."""
    told = response.read().decode()
    assert told.endswith("\n\n"), told[-200:]
    event, _, data = told.rstrip("\n").rpartition("\n\n")[2].partition("\n")
    name = event.removeprefix("event: ")
    code = json.loads(data.removeprefix("data: ")).get("error", {}).get("code")
    return f"{name} {code}" if code else name


def stopped(server: Server) -> float:
    """Tell it to stop; the seconds until it has, with exit code 0."""
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    try:
        assert server.process.wait(timeout=30) == 0
    except subprocess.TimeoutExpired:
        pytest.fail("it does not end")
    return time.monotonic() - began


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.tier(2))])
def test_every_stream_ends_in_an_event_and_the_server_in_time(
    rounds: int, installation: Installation, model: Scripted, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    talking = installation.with_(
        CLAUSIER_LLM="openai:m", CLAUSIER_LLM_BASE_URL=model.url, CLAUSIER_LLM_FIRST_TOKEN_SECONDS="60",
        CLAUSIER_LLM_TOTAL_SECONDS="120", CLAUSIER_QUESTIONS_PER_MINUTE="10000",
    )  # fmt: skip
    password = add_lawyer(installation)
    slowest, ends, acknowledged = 0.0, dict[str, int](), list[str]()
    for number in range(rounds):
        model.queue.extend([says("It says nothing that could be shown."), *[hang] * LEFT])
        model.asked.clear()
        with talking.serving() as server, contextlib.ExitStack() as open_ones:
            lawyer = Lawyer(server.address, password)
            server.ask(QUESTION)  # from now on the model's client is loaded
            streams = [opened(server.address, open_ones) for _ in range(STREAMS)]
            while len(model.asked) <= STREAMS:
                time.sleep(0.05)
            bringing = threading.Thread(target=bring, args=(lawyer, tmp_path, number, acknowledged))
            bringing.start()
            time.sleep(0.5)
            slowest = max(slowest, stopped(server))
            for stream in streams:
                ended = last_event(stream)
                ends[ended] = ends.get(ended, 0) + 1
            bringing.join()
        model.queue.clear()
    assert set(ends) == {"done"}, ends
    assert slowest <= SECONDS
    assert installation.faults() == []
    titles = {document["title"] for document in documents(installation)}
    assert set(acknowledged) <= titles
    record_property(
        "figure",
        f"{rounds} times stopped with {STREAMS} streams: {sum(ends.values())} of {rounds * STREAMS} ended in an event, "
        f"the slowest stop took {slowest:.1f} s, {len(acknowledged)} texts acknowledged and there",
    )


def documents(installation: Installation) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(installation.run("documents", "--json").out)["documents"]
    return found


def bring(lawyer: Lawyer, folder: Path, number: int, acknowledged: list[str]) -> None:
    """Texts one after the other, until nobody takes them."""
    for count in range(100):
        title = f"Rule {number} {count}"
        path = write_document(
            folder / f"rule-{number}-{count}.md", title, [f"The provider keeps rule {number} {count}."]
        )
        try:
            if lawyer.brings(path) in ("added", "updated", "unchanged"):
                acknowledged.append(title)
        except (OSError, http.client.HTTPException):
            return
