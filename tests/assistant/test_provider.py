"""Each provider's wire format, replayed to the real clients; and what becomes of a question when it is not kept to.

The cassettes are written after the providers' documentation of their streams.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Question
from assistant.llm import Model
from assistant.speech import ModelFailed
from assistant.write import FAILED, UNVERIFIED
from knowledge.settings import Settings
from tests.assistant import scripted
from tests.assistant.scripted import Behaviour, Handler, Scripted, says, status
from tests.assistant.test_write import extractive, writer

CASSETTES = Path(__file__).parent / "cassettes"
PROVIDERS = ("openai", "anthropic", "mistralai", "ollama", "llamacpp")
KINDS = dict.fromkeys(PROVIDERS, "text/event-stream") | {"ollama": "application/x-ndjson"}
PATHS = dict.fromkeys(PROVIDERS, "/v1/chat/completions") | {"anthropic": "/v1/messages", "ollama": "/api/chat"}
COUNTED = {"openai": (812, 17), "anthropic": (812, 17), "mistralai": (812, 17), "ollama": (812, 17)}
"""Tokens that the provider counts; llama.cpp sends none in its streams."""
SAID = "Reports are delivered monthly [2]. The penalty needs formal notice [1]."
ASK = [("system", "be brief"), ("human", "What is due?")]
FIRST, TOTAL, BOUND = 0.5, 0.7, 2.0
"""Deadlines as they are set here, and the time within which there is an answer: in seconds."""

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*:UserWarning")]


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with scripted.serve(says("unused")) as running:
        yield running


def cassette(provider: str) -> str:
    return (CASSETTES / f"{provider}.txt").read_text("utf-8")


def plays(body: str | bytes, kind: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.start(kind)
        handler.send(body)

    return behave


def model(provider: str, url: str, **other: Any) -> Model:
    root = url.removesuffix("/v1")
    settings = Settings(
        _env_file=None, llm=f"{provider}:m", llm_base_url=root if provider in ("anthropic", "ollama") else url,
        llm_first_token_seconds=FIRST, llm_total_seconds=TOTAL, llm_max_characters=2000, llm_retries=0, **other,
    )  # fmt: skip
    return Model(settings)


@pytest.fixture(scope="module")
def opened(server: Scripted) -> dict[str, Model]:
    """A model of each provider, its client loaded and used once, with time enough for that."""
    models = {}
    for provider in PROVIDERS:
        made = model(provider, server.url)
        made._settings = made._settings.model_copy(update={"llm_first_token_seconds": 30.0, "llm_total_seconds": 60.0})
        server.queue.append(plays(cassette(provider), KINDS[provider]))
        "".join(made.stream(ASK))
        made._settings = made._settings.model_copy(
            update={"llm_first_token_seconds": FIRST, "llm_total_seconds": TOTAL}
        )
        models[provider] = made
    return models


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_run_as_the_documentation_has_it_is_read(server: Scripted, provider: str) -> None:
    seen: list[str] = []

    def note(handler: Handler) -> None:
        seen.extend([handler.path, handler.headers["Accept-Encoding"]])
        plays(cassette(provider), KINDS[provider])(handler)

    server.queue.append(note)
    made = model(provider, server.url, llm_api_key="sk-test")
    made._settings = made._settings.model_copy(update={"llm_first_token_seconds": 30.0, "llm_total_seconds": 60.0})
    used: list[Any] = []
    settle = made.budget.settle
    made.budget.settle = lambda held, use, *, failed: (used.append(use), settle(held, use, failed=failed))[-1]  # type: ignore[method-assign]
    assert "".join(made.stream(ASK)) == SAID
    assert seen == [PATHS[provider], "identity"]
    if provider in COUNTED:
        assert (used[0].received, used[0].counted) == (COUNTED[provider][1], True)
        assert used[0].sent == COUNTED[provider][0] or provider == "anthropic", (
            "its client passes only one of the two on"
        )
    else:
        assert not used[0].counted
    asked = server.asked[-1]
    assert "What is due?" in str(asked)
    assert asked.get("temperature", asked.get("options", {}).get("temperature")) == 0
    assert asked["stream"] is True


def _truncated(body: str) -> bytes:
    return body[: body.index("delivered")].encode()


def _wrong_types(body: str) -> bytes:
    return re.sub(r'"(content|text)": ?"[^"]*"', r'"\1":{"a":[1,2]}', body).encode()


def _not_utf8(body: str) -> bytes:
    return body.encode().replace(b"Reports", b"\xff\xfe\xfd")


def _other_shape(_: str) -> bytes:
    return b'data: {"answer": 42}\n\n{"answer": 42}\n'


def _plain_error(_: str) -> bytes:
    return b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'


BODIES: dict[str, Callable[[str], bytes]] = {
    "truncated": _truncated,
    "empty": lambda _: b"",
    "wrong types": _wrong_types,
    "not UTF-8": _not_utf8,
    "another shape": _other_shape,
    "an error with status 200": _plain_error,
    "HTML with status 200": lambda _: b"<!doctype html><html><body>Sign in to continue</body></html>",
    "a line of a megabyte": lambda _: b"x" * 1_000_000,
}
STATUSES: dict[str, Behaviour] = {
    "HTML 502": status(502, "<html><body>Bad gateway</body></html>", "text/html"),
    "401": status(401, '{"error": {"message": "wrong key"}}'),
    "429": status(429, '{"error": {"message": "slow down"}}', Retry_After="86400"),
    "529": status(529, '{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'),
    "redirect": status(307, "", Location="/elsewhere"),
    "hang": scripted.hang,
    "hangs up": scripted.breaks_off,
    "gzip bomb": status(200, gzip.compress(b"x" * 5_000_000, 1), "text/event-stream", Content_Encoding="gzip"),
}


def _endless(provider: str) -> Behaviour:
    """The cassette's text over and over, without an end."""
    records = re.split(r"(?<=\n)\n" if provider != "ollama" else r"(?<=\n)", cassette(provider))
    begin = [r for r in records[: 4 if provider == "anthropic" else 1] if "delivered" not in r]
    word = next(r for r in records if "delivered" in r)
    end = "" if provider == "ollama" else "\n"

    def behave(handler: Handler) -> None:
        handler.start(KINDS[provider])
        for record in begin:
            handler.send(record + end)
        while not handler.server.script.stopped.wait(0.001):
            handler.send(word + end)

    return behave


def _dripping(provider: str) -> Behaviour:
    """The cassette, a byte now and then."""

    def behave(handler: Handler) -> None:
        handler.start(KINDS[provider])
        for byte in cassette(provider).encode():
            if handler.server.script.stopped.wait(0.02):
                return
            handler.send(bytes([byte]))

    return behave


def _faults(provider: str) -> dict[str, Behaviour]:
    bodies = {name: plays(change(cassette(provider)), KINDS[provider]) for name, change in BODIES.items()}
    return {**bodies, **STATUSES, "endless": _endless(provider), "slow drip": _dripping(provider)}


@pytest.mark.parametrize("fault", [*BODIES, *STATUSES, "endless", "slow drip"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_whatever_a_server_sends_there_is_an_answer(
    server: Scripted, opened: dict[str, Model], provider: str, fault: str
) -> None:
    made = opened[provider]
    made._breaker.succeeded()
    server.queue.clear()
    server.queue.append(_faults(provider)[fault])
    asked, began = len(server.asked), time.monotonic()
    answer = writer(made).answer(Question("What is due?"))
    assert time.monotonic() - began < BOUND
    assert len(server.asked) == asked + 1, "asked again, or redirected"
    if answer.engine == "extractive":
        assert answer.prose == extractive().prose
        assert answer.notices[0] in (FAILED["en"], UNVERIFIED["en"])
    else:
        assert fault == "not UTF-8", "some clients read what they can: the broken sentence is withheld"
        assert "\ufffd" not in answer.prose
        assert answer.notices


def test_the_server_must_be_somebody() -> None:
    nobody = Settings(
        _env_file=None, llm="llamacpp:m", llm_total_seconds=1, llm_retries=0, llm_base_url="http://127.0.0.1:9/v1"
    )
    with pytest.raises(ModelFailed, match="refused"):
        "".join(Model(nobody).stream(ASK))
