"""What passes between us and a language model, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from knowledge.errors import ClausierError
from knowledge.models import Audience

Message = tuple[str, str]
"""A role (`system`, `human`, `ai`) and what is said."""


class ModelFailed(ClausierError):
    """The language model gave no usable answer; the message is a short reason without secrets.

    `retry_after` is how many seconds later the same may go well; `None` where it would not.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Use:
    """Tokens sent and received; `counted` by the provider, or estimated by us."""

    sent: int
    received: int
    counted: bool


class Reply(Iterator[str]):
    """What a model says, in pieces as they come. `masked` counts what it was not told, by kind."""

    def __init__(self, pieces: Iterator[str], masked: tuple[tuple[str, int], ...] = ()) -> None:
        self._pieces = pieces
        self.masked: Final = masked

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Let the model stop."""
        close = getattr(self._pieces, "close", None)
        if close:
            close()


class Speaker(Protocol):
    """What answers messages in pieces, counted under a purpose, within so many seconds if somebody waits no longer.

    Raises `ModelFailed` for whatever goes wrong.
    """

    def stream(
        self, messages: Sequence[Message], purpose: str = "answer", /, *, seconds: float | None = None
    ) -> Iterator[str]: ...


class Author(Speaker, Protocol):
    """A speaker by its name, for the audiences that it may write for."""

    @property
    def name(self) -> str: ...

    def admits(self, audience: Audience) -> bool: ...

    def stream(
        self, messages: Sequence[Message], purpose: str = "answer", /, *, seconds: float | None = None
    ) -> Reply: ...
