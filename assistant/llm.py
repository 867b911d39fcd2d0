"""A language model, held on a short lead: deadlines, a limit of length, a circuit breaker, one kind of error.

Nothing here trusts the other side. The conversation runs in a thread that may be left behind, so that a socket that hangs or
drips holds up nobody. LangChain and the provider's package load when the model is first used.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from assistant.budget import Budget, tokens
from assistant.mask import Mask
from assistant.permit import Permits
from assistant.presence import while_somebody_listens
from assistant.provider import current_call_is_over, is_external, open_client
from assistant.speech import Message, ModelFailed, Reply, Use
from knowledge.database import Database
from knowledge.models import Audience
from knowledge.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

FAILURES: Final = 5
"""Failures in a row after which the model is no longer asked."""
PAUSE_SECONDS: Final = 60.0
"""How long it is then left alone; after that, one question tries it again."""
RETRIES: Final = 3.0
"""Calls that may be repeated after failures before others have succeeded."""
EARNED: Final = 0.1
"""What each success adds to them: no more than one call in ten is repeated, however long a server fails."""
BACK_OFF: Final = 0.2
"""Seconds before a call is repeated, twice as long before the next."""
LONGEST: Final = 60_000
"""Characters that it is told at most in one call, rules and passages included: about 20,000 tokens."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same request may go well."""


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


class Allowance:
    """How many calls may be repeated: as many as `RETRIES`, and `EARNED` for each that succeeded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = RETRIES

    def take(self) -> bool:
        """Whether one more may be repeated."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def earn(self) -> None:
        """Count a success."""
        with self._lock:
            self._left = min(self._left + EARNED, RETRIES)


class Model:
    """A chat model by its name, `provider:model`. `store` counts what it uses and knows for whom it may be used."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        store: Database | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.name: Final = settings.llm or ""
        self.is_external: Final = is_external(settings)
        self.budget: Final = Budget(settings, store, now)
        self.permits: Final = Permits(store)
        self._settings = settings
        self._breaker = Breaker(clock)
        self._allowance = Allowance()
        self._calls = _Calls()
        self._chat: BaseChatModel | None = None
        self._opening = threading.Lock()

    def close(self) -> None:
        """Ask nothing more. Whoever waits for an answer is told at once that there will be none."""
        self._calls.end()

    def admits(self, audience: Audience) -> bool:
        """Whether it may be used for `audience`: a server on this machine for all, another as the firm has said."""
        return not self.is_external or self.permits.admits(audience, self._settings.llm_audiences)

    def stream(self, messages: Sequence[Message], purpose: str = "answer", *, seconds: float | None = None) -> Reply:
        """The model's answer in pieces, as they come. Before anything leaves this machine, it is masked. `seconds` is how long
        somebody waits for all of it, if that is less than the settings allow.

        Reading raises `ModelFailed` before, between or after the pieces for whatever goes wrong. A reader may stop at any time.
        """
        if not self.is_external:
            return Reply(self._told(messages, purpose, seconds))
        mask = Mask()
        covered = mask.cover([text for _, text in messages])
        hidden = [(role, text) for (role, _), text in zip(messages, covered, strict=True)]
        return Reply(mask.restoring(self._told(hidden, purpose, seconds)), mask.counts)

    def _told(self, messages: Sequence[Message], purpose: str, seconds: float | None) -> Generator[str]:
        length = sum(len(text) for _, text in messages)
        if length > LONGEST:
            raise ModelFailed(f"there are more than {LONGEST} characters to tell it")
        self._breaker.enter()
        chat = self._open()
        sent = tokens(length)
        held = self.budget.reserve(purpose, sent)
        tried = _Try(chat, messages, self._within(seconds), self._allowance, self._calls)
        failed, began = True, time.monotonic()
        try:
            yield from tried.pieces()
            failed = False
        except Left:
            failed = False
            raise
        except ModelFailed as failure:
            if seconds is None:  # who waits for less than others may be the one who is in a hurry
                self._breaker.failed()
            log.warning("language model %s: %s", self.name, failure)
            raise
        except GeneratorExit:
            failed = False
            raise
        finally:
            use = _used(tried, sent)
            self.budget.settle(held, use, failed=failed)
            log.info(
                "language model %s, %s: %s, %d tokens sent, %d received, %.2f s",
                self.name, purpose, "failed" if failed else "done", use.sent, use.received, time.monotonic() - began,
            )  # fmt: skip
        self._breaker.succeeded()
        self._allowance.earn()

    def _within(self, seconds: float | None) -> Settings:
        if seconds is None or seconds >= self._settings.llm_total_seconds:
            return self._settings
        return self._settings.model_copy(update={"llm_total_seconds": seconds})

    def _open(self) -> BaseChatModel:
        """The client, made when first needed. A missing package is the operator's to mend and does not count as a failure."""
        with self._opening:
            if self._chat is None:
                self._chat = open_client(self._settings, current_call_is_over)
            return self._chat


def open_model(
    settings: Settings, clock: Callable[[], float] = time.monotonic, store: Database | None = None
) -> Model | None:
    """The language model that the settings name, or `None` if they name none. Loads nothing yet."""
    return Model(settings, clock, store) if settings.llm else None


def _used(tried: _Try, sent: int) -> Use:
    """What a call used: as the provider counted it, where it did."""
    counted = tried.use or Use(0, 0, counted=False)
    return Use(counted.sent or sent, counted.received or tokens(tried.length), counted.counted)


class _Try:
    """One question to the model, asked again where that may help: nothing was said yet, there is time, and it is not all that
    the server does."""

    def __init__(
        self,
        chat: BaseChatModel,
        messages: Sequence[Message],
        settings: Settings,
        allowance: Allowance,
        calls: _Calls,
    ) -> None:
        self.length = 0
        self.use: Use | None = None
        self._chat = chat
        self._messages = messages
        self._settings = settings
        self._allowance = allowance
        self._calls = calls
        self._ends = time.monotonic() + settings.llm_total_seconds

    def pieces(self) -> Iterator[str]:
        """What is said. Raises `ModelFailed`."""
        for attempt in range(self._settings.llm_retries + 1):
            try:
                yield from self._once()
                return
            except ModelFailed as failure:
                wait = max(failure.retry_after or 0.0, BACK_OFF * 2**attempt)
                is_last = attempt == self._settings.llm_retries
                if failure.retry_after is None or self.length or is_last or time.monotonic() + wait > self._ends:
                    raise
                if not self._allowance.take():
                    raise
                log.info("language model: %s; asked again in %.1f s", failure, wait)
                time.sleep(wait)

    def _once(self) -> Iterator[str]:
        call = _Call(self._chat, self._messages, self._settings, self._ends)
        try:
            self._calls.begin(call)
            with while_somebody_listens(lambda: call.end(Left("nobody listens any more"))):
                for piece in call.pieces():
                    self.length += len(piece)
                    yield piece
        finally:
            call.leave()
            self._calls.done(call)
            self.use = call.use


class _Calls:
    """The calls whose answers are waited for, so that all of them can be ended at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waited_for: set[_Call] = set()
        self._is_ended = False

    def begin(self, call: _Call) -> None:
        """Raises `ModelFailed` after the end."""
        with self._lock:
            if self._is_ended:
                raise _stopped()
            self._waited_for.add(call)

    def done(self, call: _Call) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._waited_for.discard(call)

    def end(self) -> None:
        """Tell everybody who waits that there is nothing to wait for."""
        with self._lock:
            self._is_ended = True
            calls = list(self._waited_for)
        for call in calls:
            call.end(_stopped())


class Left(ModelFailed):
    """Whoever asked has left. It is nobody's failure."""


def _stopped() -> ModelFailed:
    return ModelFailed("it is asked nothing more, because Clausier ends")


class _Call(threading.Thread):
    """One question to the model, in a thread of its own. `leave` abandons it; it then closes its connection by itself, at
    the next byte or the end of the read timeout (closing another thread's socket is not safe)."""

    def __init__(self, chat: BaseChatModel, messages: Sequence[Message], settings: Settings, ends: float) -> None:
        super().__init__(name="language-model", daemon=True)
        self.use: Use | None = None
        self._chat = chat
        self._messages = messages
        self._most = settings.llm_max_characters
        self._first_by = min(time.monotonic() + settings.llm_first_token_seconds, ends)
        self._last_by = ends
        self._said: queue.SimpleQueue[str | ModelFailed | None] = queue.SimpleQueue()
        self._left = threading.Event()

    @property
    def over(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._left.is_set() or time.monotonic() > self._last_by

    def leave(self) -> None:
        """Let the thread end by itself."""
        self._left.set()

    def end(self, because: ModelFailed) -> None:
        """Have whoever waits wait no longer, and hear of this before they hear that the thread ends."""
        self._said.put(because)
        self.leave()

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
            for text, used in chunks:
                self._count(used)
                if text:
                    self._said.put(text)
                    length += len(text)
                if self.over:
                    next(chunks, None)  # as the next bytes come, the connection is closed (see `provider`)
                    raise TimeoutError
                if length > self._most:
                    return

    def _count(self, used: Any) -> None:
        """Add what the provider says that it counted."""
        if (
            isinstance(used, dict)
            and isinstance(used.get("input_tokens"), int)
            and isinstance(used.get("output_tokens"), int)
        ):
            before = self.use or Use(0, 0, counted=True)
            self.use = Use(before.sent + used["input_tokens"], before.received + used["output_tokens"], counted=True)


def _chunks(chat: BaseChatModel, messages: Sequence[Message]) -> Generator[tuple[str, Any]]:
    """The text and the usage of each chunk. A generator, so that closing it closes the connection."""
    stream = chat.stream(list(messages))
    try:
        for chunk in stream:
            yield str(chunk.text), getattr(chunk, "usage_metadata", None)
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()


_REASONS: Final[tuple[tuple[type[BaseException], str, float | None], ...]] = (
    (TimeoutError, "it did not answer in time", None),
    (socket.gaierror, "the name of its server is unknown", None),
    (ssl.SSLError, "its server could not be trusted (TLS)", None),
    (ConnectionRefusedError, "its server refused the connection", 0.0),
    (UnicodeError, "it sent what is no text", None),
    (ImportError, "its package is damaged", None),
)
"""What went wrong in a few words, and after how many seconds the same may go well."""


def _failure(error: BaseException) -> ModelFailed:
    """What went wrong in a few words of ours: a provider's own words may hold keys and addresses."""
    chain = list(_causes(error))
    status = next((code for e in chain if (code := _status(e)) is not None), None)
    if status is not None:
        return ModelFailed(f"its server answered {status}", _retry_after(chain) if status in _PASSING else None)
    for kind, reason, again in _REASONS:
        if any(isinstance(e, kind) for e in chain):
            return ModelFailed(reason, again)
    if any("Timeout" in type(e).__name__ for e in chain):
        return ModelFailed("it did not answer in time")
    if any("Connect" in type(e).__name__ or "Protocol" in type(e).__name__ for e in chain):
        return ModelFailed("the connection to its server broke", 0.0)
    return ModelFailed("it sent what is no answer")


def _status(error: BaseException) -> int | None:
    """The HTTP status that an error tells of."""
    code = getattr(error, "status_code", getattr(getattr(error, "response", None), "status_code", None))
    return code if isinstance(code, int) and code >= 300 else None


def _retry_after(chain: Sequence[BaseException]) -> float:
    """Seconds after which a server wants to be asked again; 0 where it does not say."""
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None) or {}
        with contextlib.suppress(TypeError, ValueError):
            return max(float(headers["retry-after"]), 0.0) if "retry-after" in headers else 0.0
    return 0.0


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
