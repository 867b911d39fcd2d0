"""A language model, held on a short lead: deadlines, a limit of length, a circuit breaker, one kind of error.

Nothing here trusts the other side. The conversation runs in a thread that may be left behind, so that a socket that hangs or
drips holds up nobody. LangChain and the provider's package load when the model is first used.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import ClausierError
from knowledge.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

FAILURES: Final = 5
"""Failures in a row after which the model is no longer asked."""
PAUSE_SECONDS: Final = 60.0
"""How long it is then left alone; after that, one question tries it again."""
MAX_BYTES: Final = 8_000_000
"""Bytes that are read from a server for one answer: streamed JSON is wordy, but not without end."""

_EXTRAS: Final = {"openai": "openai", "anthropic": "anthropic", "mistralai": "mistral", "ollama": "ollama"}
"""Providers that Clausier has an optional dependency for, and its name."""

Message = tuple[str, str]
"""A role (`system`, `human`, `ai`) and what is said."""


class ModelFailed(ClausierError):
    """The language model gave no usable answer; the message is a short reason without secrets."""


class Breaker:
    """Refuses after `FAILURES` failures in a row, for `PAUSE_SECONDS`; then one question at a time may try again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def enter(self) -> None:
        """Raises `ModelFailed` while the model is left alone."""
        with self._lock:
            if self._failures < FAILURES:
                return
            now = self._clock()
            if now < self._closed_until:
                raise ModelFailed("it has failed repeatedly and is left alone for a minute")
            self._closed_until = now + PAUSE_SECONDS

    def succeeded(self) -> None:
        """Forget the failures."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Count a failure."""
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + PAUSE_SECONDS


class Model:
    """A chat model by its name, `provider:model`."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.name: Final = settings.llm or ""
        self._settings = settings
        self._breaker = Breaker(clock)
        self._chat: BaseChatModel | None = None
        self._opening = threading.Lock()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The model's answer in pieces, as they come.

        Raises `ModelFailed` before, between or after the pieces for whatever goes wrong. A reader may stop at any time.
        """
        self._breaker.enter()
        chat = self._open()
        call = _Call(chat, messages, self._settings)
        try:
            yield from call.pieces()
        except ModelFailed as failure:
            self._breaker.failed()
            log.warning("language model %s: %s", self.name, failure)
            raise
        finally:
            call.leave()
        self._breaker.succeeded()

    def _open(self) -> BaseChatModel:
        """The client, made when first needed. A missing package is the operator's to mend and does not count as a failure."""
        with self._opening:
            if self._chat is None:
                self._chat = _client(self._settings)
            return self._chat


def open_model(settings: Settings, clock: Callable[[], float] = time.monotonic) -> Model | None:
    """The language model that the settings name, or `None` if they name none. Loads nothing yet."""
    return Model(settings, clock) if settings.llm else None


class _Call(threading.Thread):
    """One question to the model, in a thread of its own. `leave` abandons it; it then closes its connection by itself, at
    the next byte or the end of the read timeout (closing another thread's socket is not safe)."""

    def __init__(self, chat: BaseChatModel, messages: Sequence[Message], settings: Settings) -> None:
        super().__init__(name="language-model", daemon=True)
        self._chat = chat
        self._messages = messages
        self._most = settings.llm_max_characters
        now = time.monotonic()
        self._first_by = now + min(settings.llm_first_token_seconds, settings.llm_total_seconds)
        self._last_by = now + settings.llm_total_seconds
        self._said: queue.SimpleQueue[str | ModelFailed | None] = queue.SimpleQueue()
        self._left = threading.Event()

    @property
    def over(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._left.is_set() or time.monotonic() > self._last_by

    def leave(self) -> None:
        """Let the thread end by itself."""
        self._left.set()

    def pieces(self) -> Iterator[str]:
        """What is said, until it ends. Raises `ModelFailed`."""
        try:
            self.start()
        except RuntimeError:
            raise ModelFailed("this machine has no thread left for it") from None
        deadline, length = self._first_by, 0
        while (piece := self._next(deadline)) is not None:
            length += len(piece)
            if length > self._most:
                raise ModelFailed(f"it said more than {self._most} characters")
            deadline = self._last_by
            yield piece
        if not length:
            raise ModelFailed("it said nothing")

    def _next(self, deadline: float) -> str | None:
        """The next piece, or `None` at the end. What has arrived is taken even after the deadline."""
        try:
            said = self._said.get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty:
            raise ModelFailed("it did not answer in time") from None
        if isinstance(said, ModelFailed):
            raise said
        return said

    def run(self) -> None:
        """Ask, and pass on what is said."""
        try:
            self._ask()
        except Exception as error:  # whatever a provider's client raises is the same to us: no answer
            log.debug("language model", exc_info=error)
            self._said.put(_failure(error))
        else:
            self._said.put(None)

    def _ask(self) -> None:
        from langsmith import tracing_context

        length = 0
        with tracing_context(enabled=False), contextlib.closing(_chunks(self._chat, self._messages)) as chunks:
            for text in chunks:
                if text:
                    self._said.put(text)
                    length += len(text)
                if self.over:
                    raise TimeoutError
                if length > self._most:
                    return


def _chunks(chat: BaseChatModel, messages: Sequence[Message]) -> Generator[str]:
    """The text of each chunk. A generator, so that closing it closes the connection."""
    stream = chat.stream(list(messages))
    try:
        for chunk in stream:
            yield str(chunk.text)
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()


def _client(settings: Settings) -> BaseChatModel:
    """The provider's client, by LangChain. Raises `ModelFailed` if its package is missing or refuses the settings."""
    provider, _, _ = (settings.llm or "").partition(":")
    try:
        from langchain.chat_models import init_chat_model

        chat: BaseChatModel = init_chat_model(settings.llm or "", **_options(settings, provider))
    except ImportError:
        extra = _EXTRAS.get(provider)
        package = f'--editable ".[{extra}]"' if extra else f"the LangChain package of {provider}"
        raise ModelFailed(f"its package is missing: pip install {package}") from None
    except Exception as error:  # each provider's client objects to its settings in its own way
        log.debug("language model", exc_info=error)
        raise ModelFailed("CLAUSIER_LLM, CLAUSIER_LLM_BASE_URL or CLAUSIER_LLM_API_KEY is missing or wrong") from None
    return chat


def _options(settings: Settings, provider: str) -> dict[str, Any]:
    wait = min(settings.llm_first_token_seconds, settings.llm_total_seconds)
    options: dict[str, Any] = {"max_retries": 0, "timeout": wait, "streaming": True}
    if not settings.llm or not settings.llm.startswith(("openai:o1", "openai:o3", "openai:o4")):  # these refuse it
        options["temperature"] = 0
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    elif settings.llm_base_url and provider == "openai":
        options["api_key"] = "none"  # a key from the environment is not for a server of the operator's own
    if provider == "openai":
        options |= {"http_client": _openai_http(wait), "http_socket_options": ()}
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": wait, "follow_redirects": False, "trust_env": False}
    return options


def _openai_http(wait: float) -> Any:
    """An HTTP client that follows no redirect, uses no proxy, and reads neither for ever nor without end."""
    from openai import DefaultHttpxClient

    return DefaultHttpxClient(
        timeout=wait,
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_limit]},
    )


def _limit(response: Any) -> None:
    """Have the body of `response` end with an error when it is too large, compressed, or no longer wanted."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ValueError("compressed although not asked for")
    read = response.iter_raw

    def limited(chunk_size: int | None = None) -> Iterator[bytes]:
        size = 0
        for chunk in read(chunk_size):
            size += len(chunk)
            call = threading.current_thread()
            if size > MAX_BYTES or (isinstance(call, _Call) and call.over):
                raise ValueError("too much, or too late")
            yield chunk

    response.iter_raw = limited


def _failure(error: BaseException) -> ModelFailed:
    """What went wrong in a few words of ours: a provider's own words may hold keys and addresses."""
    chain = list(_causes(error))
    status = next((code for e in chain if isinstance(code := getattr(e, "status_code", None), int)), None)
    if status is not None:
        return ModelFailed(f"its server answered {status}")
    reasons = (
        (TimeoutError, "it did not answer in time"),
        (socket.gaierror, "the name of its server is unknown"),
        (ssl.SSLError, "its server could not be trusted (TLS)"),
        (ConnectionRefusedError, "its server refused the connection"),
        (UnicodeError, "it sent what is no text"),
        (ImportError, "its package is damaged"),
    )
    for kind, reason in reasons:
        if any(isinstance(e, kind) for e in chain):
            return ModelFailed(reason)
    if any("Timeout" in type(e).__name__ for e in chain):
        return ModelFailed("it did not answer in time")
    if any("Connect" in type(e).__name__ or "Protocol" in type(e).__name__ for e in chain):
        return ModelFailed("the connection to its server broke")
    return ModelFailed("it sent what is no answer")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
