"""Clients of language models, by LangChain: one for each provider, all on the same short lead.

No redirect is followed, no proxy of the environment used, nothing compressed read, and no body without end.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assistant.speech import ModelFailed
from knowledge.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

MAX_BYTES: Final = 8_000_000
"""Bytes that are read from a server for one answer: streamed JSON is wordy, but not without end."""
LLAMA_CPP: Final = "llamacpp"
"""`llamacpp:NAME` is a llama.cpp server, which speaks OpenAI's language."""
_HERE: Final = {LLAMA_CPP: "http://127.0.0.1:8080/v1", "ollama": "http://127.0.0.1:11434"}
"""Where servers of one's own listen if nothing else is said."""
_EXTRAS: Final = {
    "openai": "openai", LLAMA_CPP: "openai", "anthropic": "anthropic", "mistralai": "mistral", "ollama": "ollama",
}  # fmt: skip
"""Providers that Clausier has an optional dependency for, and its name."""


def is_external(settings: Settings) -> bool:
    """Whether what the model is told leaves the firm: every server does so but one on this machine, unless the operator says
    otherwise."""
    if settings.llm_external is not None:
        return settings.llm_external
    provider = (settings.llm or "").partition(":")[0]
    host = urlsplit(settings.llm_base_url or _HERE.get(provider, "")).hostname
    return not is_loopback(host or "")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_client(settings: Settings, over: Callable[[], bool]) -> BaseChatModel:
    """The provider's client. `over` says, in the thread that asks, whether nobody waits for the answer any more.

    Raises `ModelFailed` if its package is missing or refuses the settings.
    """
    provider, _, name = (settings.llm or "").partition(":")
    try:
        import httpx  # noqa: F401 - whole, before OpenAI's client looks into what the vector store's thread may be loading
        from langchain.chat_models import init_chat_model

        wire = "openai" if provider == LLAMA_CPP else provider
        chat: BaseChatModel = init_chat_model(name, model_provider=wire, **_options(settings, provider, over))
        if provider == "anthropic":
            _lead_anthropic(chat, settings, over)
    except ImportError:
        extra = _EXTRAS.get(provider)
        package = f'--editable ".[{extra}]"' if extra else f"the LangChain package of {provider}"
        raise ModelFailed(f"its package is missing: pip install {package}") from None
    except Exception as error:  # each provider's client objects to its settings in its own way
        log.debug("language model", exc_info=error)
        raise ModelFailed("CLAUSIER_LLM, CLAUSIER_LLM_BASE_URL or CLAUSIER_LLM_API_KEY is missing or wrong") from None
    return chat


def _options(settings: Settings, provider: str, over: Callable[[], bool]) -> dict[str, Any]:
    """What every provider is told, and what each is told in its own way."""
    wait = _wait(settings)
    options: dict[str, Any] = {"max_retries": 0, "timeout": wait}
    if not name_refuses_temperature(settings.llm or ""):
        options["temperature"] = 0
    url = settings.llm_base_url or _HERE.get(provider)
    if url:
        options["base_url"] = url
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    elif url and provider != "ollama":
        options["api_key"] = "none"  # a key from the environment is not for a server of the operator's own
    own = _OWN.get(provider)
    return options | (own(settings, wait, over) if own else {})


def name_refuses_temperature(llm: str) -> bool:
    """Whether the model reasons, and takes no temperature."""
    return llm.startswith(("openai:o1", "openai:o3", "openai:o4", "openai:gpt-5"))


def _wait(settings: Settings) -> float:
    return min(settings.llm_first_token_seconds, settings.llm_total_seconds)


def _openai(settings: Settings, wait: float, over: Callable[[], bool]) -> dict[str, Any]:
    """OpenAI, and whatever speaks its language. Usage is asked for where it is understood: by OpenAI and llama.cpp."""
    from openai import DefaultHttpxClient

    http = DefaultHttpxClient(**_lead(wait, over))
    return {
        "http_client": http,
        "http_socket_options": (),
        "streaming": True,
        "stream_usage": settings.llm_base_url is None or (settings.llm or "").startswith(f"{LLAMA_CPP}:"),
    }


def _mistral(settings: Settings, wait: float, over: Callable[[], bool]) -> dict[str, Any]:
    import httpx

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none"
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": f"Bearer {key}"}
    lead = _lead(wait, over)
    url = settings.llm_base_url or "https://api.mistral.ai/v1"
    return {"client": httpx.Client(base_url=url, **{**lead, "headers": {**lead["headers"], **headers}})}


def _ollama(settings: Settings, wait: float, over: Callable[[], bool]) -> dict[str, Any]:
    return {"client_kwargs": _lead(wait, over)}


_OWN: Final[dict[str, Callable[[Settings, float, Callable[[], bool]], dict[str, Any]]]] = {
    "openai": _openai, LLAMA_CPP: _openai, "mistralai": _mistral, "ollama": _ollama,
}  # fmt: skip


def _lead_anthropic(chat: Any, settings: Settings, over: Callable[[], bool]) -> None:
    """Give Anthropic's client our connection: LangChain has no option for it."""
    import anthropic

    http = anthropic.DefaultHttpxClient(**_lead(_wait(settings), over))
    chat.__dict__["_client"] = anthropic.Client(**{**chat._client_params, "http_client": http})


def _lead(wait: float, over: Callable[[], bool]) -> dict[str, Any]:
    """Options of an HTTP client that neither reads for ever nor without end."""
    return {
        "timeout": wait,
        "follow_redirects": False,
        "trust_env": False,
        "headers": {"Accept-Encoding": "identity"},
        "event_hooks": {"response": [_Limit(over)]},
    }


class _Limit:
    """Has the body of a response end with an error when it is too large, compressed, or no longer wanted."""

    def __init__(self, over: Callable[[], bool]) -> None:
        self._over = over

    def __call__(self, response: Any) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("compressed although not asked for")
        read = response.iter_raw

        def limited(chunk_size: int | None = None) -> Iterator[bytes]:
            size = 0
            for chunk in read(chunk_size):
                size += len(chunk)
                if size > MAX_BYTES or self._over():
                    response.close()  # who reads it may hold it until the next collection of garbage
                    raise ValueError("too much, or too late")
                yield chunk

        response.iter_raw = limited


def current_call_is_over() -> bool:
    """Whether the thread that reads has been left by who asked."""
    return bool(getattr(threading.current_thread(), "over", False))
