"""The language model on its lead: every way in which a server can fail is one error, in time."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.llm import FAILURES, Model, open_model
from assistant.speech import ModelFailed
from knowledge.settings import Settings
from tests.assistant import scripted
from tests.assistant.scripted import Behaviour, Scripted, chunk, events, says, status

KEY = "sk-secret-canary"
DEADLINE, TOTAL = 0.4, 0.5
ASK = [("system", "be brief"), ("human", "{{ 7 * 7 }} {x}")]


def settings(url: str, **other: Any) -> Settings:
    chosen: dict[str, Any] = {
        "llm": "openai:m",
        "llm_base_url": url,
        "llm_api_key": KEY,
        "llm_first_token_seconds": DEADLINE,
        "llm_total_seconds": TOTAL,
        "llm_max_characters": 300,
        "llm_retries": 0,
    }
    return Settings(_env_file=None, **(chosen | other))


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with scripted.serve(says("Hello there.")) as running:
        yield running


@pytest.fixture
def model(server: Scripted) -> Model:
    server.queue.clear()
    return Model(settings(server.url))


def test_the_text_comes_in_pieces_and_the_question_goes_as_it_is(server: Scripted, model: Model) -> None:
    pieces = list(model.stream(ASK))
    assert "".join(pieces) == "Hello there."
    assert len(pieces) > 1
    assert [message["content"] for message in server.asked[-1]["messages"]] == ["be brief", "{{ 7 * 7 }} {x}"]
    assert server.asked[-1]["temperature"] == 0


@pytest.mark.parametrize(
    "behaviour",
    [
        says("Hello there.", end="data: [DONE]\n\ndata: [DONE]\n\n"),
        says("Hello there.", crlf=True),
        events(": keep-alive\n\n", chunk({"content": "Hello "}), chunk({"content": None}), chunk({"content": "there."})),
    ],
    ids=["two ends", "CRLF", "null in between"],
)  # fmt: skip
def test_odd_but_honest_streams_are_read(server: Scripted, model: Model, behaviour: Behaviour) -> None:
    server.queue.append(behaviour)
    assert "".join(model.stream(ASK)) == "Hello there."


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "hang": (scripted.hang, "in time"),
    "drip": (scripted.drip, "in time"),
    "stall": (scripted.stalls("Hello"), "in time"),
    "slow for ever": (scripted.endless("x", 0.02), "in time"),
    "endless": (scripted.endless("word " * 20), "300 characters"),
    "huge": (scripted.huge, ""),
    "gzip bomb": (scripted.bomb, ""),
    "one long line": (events(chunk({"content": "x" * 1_000_000})), "300 characters"),
    "truncated JSON": (events('data: {"choices": [{"delta": {"con\n\n'), "no answer"),
    "HTML 502": (status(502, "<html>Bad gateway " + KEY, "text/html"), "502"),
    "HTML 200": (status(200, "<html>Welcome</html>", "text/html"), ""),
    "401": (status(401, '{"error": {"message": "wrong key ' + KEY + '"}}'), "401"),
    "404": (status(404, "{}"), "404"),
    "429": (status(429, "{}", Retry_After="86400"), "429"),
    "500": (status(500, ""), "500"),
    "plain JSON": (status(200, '{"choices": [{"message": {"content": "Hello"}}]}'), ""),
    "empty": (events(), ""),
    "only DONE": (events("data: [DONE]\n\n"), ""),
    "empty choices": (events('data: {"choices": []}\n\n', "data: [DONE]\n\n"), ""),
    "null content": (events(chunk({"content": None}, "stop"), "data: [DONE]\n\n"), "nothing"),
    "tool calls": (scripted.calls_a_tool, "nothing"),
    "wrong schema": (events('data: {"answer": 42}\n\n'), ""),
    "a list": (events("data: [1, 2]\n\n"), ""),
    "a number": (events(chunk({"content": 42})), ""),
    "an error in the stream": (events(f'data: {{"error": {{"message": "{KEY}"}}}}\n\n'), ""),
    "invalid UTF-8": (events(b'data: {"choices": [{"index": 0, "delta": {"content": "\xff\xfe"}}]}\n\n'), ""),
    "broken off": (scripted.breaks_off, ""),
    "redirect": (status(307, "", Location="/elsewhere"), "307"),
}


@pytest.mark.parametrize(("behaviour", "reason"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_error_in_time(server: Scripted, model: Model, behaviour: Behaviour, reason: str) -> None:
    list(model.stream(ASK))
    server.queue.append(behaviour)
    asked, began = len(server.asked), time.monotonic()
    with pytest.raises(ModelFailed) as failure:
        list(model.stream(ASK))
    assert time.monotonic() - began < TOTAL + 1
    assert reason in str(failure.value)
    assert KEY not in str(failure.value)
    assert len(str(failure.value)) < 100
    assert len(server.asked) == asked + 1, "retried or redirected"


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://127.0.0.1:9/v1", "refused"), ("http://nowhere.invalid/v1", "."), ("https", "TLS")],
)
def test_a_server_that_is_not_there(server: Scripted, url: str, reason: str) -> None:
    url = server.url.replace("http", "https") if url == "https" else url
    began = time.monotonic()
    model = Model(settings(url, llm_first_token_seconds=2, llm_total_seconds=2))
    with pytest.raises(ModelFailed, match=reason):
        list(model.stream(ASK))
    assert time.monotonic() - began < 5


def test_no_key_from_the_environment_goes_to_a_server_of_ones_own(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[str] = []

    def note(handler: scripted.Handler) -> None:
        seen.append(handler.headers["Authorization"])
        says("Hello")(handler)

    server.queue.append(note)
    assert "".join(Model(settings(server.url, llm_api_key=None)).stream(ASK)) == "Hello"
    assert seen == ["Bearer none"]


def test_an_abandoned_thread_ends(server: Scripted, model: Model) -> None:
    for behaviour in (scripted.hang, scripted.drip, scripted.endless("word ")):
        server.queue.append(behaviour)
        with pytest.raises(ModelFailed):
            list(model.stream(ASK))
    deadline = time.monotonic() + 3
    while any(thread.name == "language-model" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_reader_may_stop(server: Scripted, model: Model) -> None:
    for _ in range(FAILURES + 1):
        server.queue.append(scripted.endless("word "))
        stream = model.stream(ASK)
        assert next(stream)
        stream.close()
    assert "".join(model.stream(ASK)) == "Hello there."


def test_the_breaker_opens_after_five_failures_and_closes(server: Scripted) -> None:
    now = [0.0]
    model = Model(settings(server.url), clock=lambda: now[0])
    server.queue.clear()
    server.queue.extend([status(500)] * FAILURES)
    for _ in range(FAILURES):
        with pytest.raises(ModelFailed, match="500"):
            list(model.stream(ASK))
    asked, began = len(server.asked), time.monotonic()
    with pytest.raises(ModelFailed, match="left alone"):
        list(model.stream(ASK))
    assert time.monotonic() - began < 0.1
    assert len(server.asked) == asked
    now[0] = 61.0
    server.queue.append(status(500))
    with pytest.raises(ModelFailed, match="500"):
        list(model.stream(ASK))
    with pytest.raises(ModelFailed, match="left alone"):
        list(model.stream(ASK))
    now[0] = 122.0
    assert list(model.stream(ASK))
    server.queue.append(status(500))
    with pytest.raises(ModelFailed, match="500"):
        list(model.stream(ASK))
    assert list(model.stream(ASK)), "one failure after a success opens nothing"


PACKAGES = {
    "openai:m": ("langchain_openai", r'pip install --editable "\.\[openai\]"'),
    "llamacpp:m": ("langchain_openai", r'pip install --editable "\.\[openai\]"'),
    "anthropic:m": ("langchain_anthropic", r'pip install --editable "\.\[anthropic\]"'),
    "mistralai:m": ("langchain_mistralai", r'pip install --editable "\.\[mistral\]"'),
    "ollama:m": ("langchain_ollama", r'pip install --editable "\.\[ollama\]"'),
    "groq:m": ("langchain_groq", "the LangChain package of groq"),
}


@pytest.mark.parametrize(("llm", "package", "reason"), [(llm, *both) for llm, both in PACKAGES.items()], ids=PACKAGES)
def test_a_missing_package_is_named(
    server: Scripted, monkeypatch: pytest.MonkeyPatch, llm: str, package: str, reason: str
) -> None:
    from langchain.chat_models.base import _get_chat_model_creator

    gc.collect()  # what is left of earlier streams looks for httpx, which must not be half imported then
    monkeypatch.setitem(sys.modules, package, None)
    _get_chat_model_creator.cache_clear()
    with pytest.raises(ModelFailed, match=reason):
        list(Model(settings(server.url, llm=llm)).stream(ASK))
    _get_chat_model_creator.cache_clear()


@pytest.mark.check("L11")
def test_a_model_that_never_ends_is_stopped(record_property: Callable[[str, object], None]) -> None:
    """With the limits as they are set without any choice."""
    word = "Reports are delivered monthly [2]. "
    with scripted.serve(scripted.endless(word)) as endless:
        chosen = Settings(_env_file=None, llm="openai:m", llm_base_url=endless.url)
        pieces: list[str] = []
        began = time.monotonic()
        with pytest.raises(ModelFailed, match="characters"):
            pieces.extend(Model(chosen).stream(ASK))
        read = len("".join(pieces))
        took = time.monotonic() - began
        assert endless.left.wait(5), "the connection is closed"
    record_property("figure", f"stopped after {read} of {chosen.llm_max_characters} characters and {took:.1f} s")
    assert read <= chosen.llm_max_characters + len(word)
    assert took <= 60


def test_a_provider_that_nobody_knows_is_a_wrong_setting(server: Scripted) -> None:
    with pytest.raises(ModelFailed, match="CLAUSIER_LLM"):
        list(Model(settings(server.url, llm="nobody:x")).stream(ASK))


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys\nfrom assistant.llm import open_model\nfrom knowledge.settings import Settings\n"
        "assert open_model(Settings(_env_file=None)) is None\n"
        "assert open_model(Settings(_env_file=None, llm='openai:m')).name == 'openai:m'\n"
        "assert not {'langchain', 'langchain_core', 'openai', 'langsmith', 'jinja2'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "."})


def test_no_model_unless_one_is_named() -> None:
    assert open_model(Settings(_env_file=None)) is None
