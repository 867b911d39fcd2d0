"""What is sent twice is done once: a request that is repeated under its `Idempotency-Key` gets the reply of the first.

After the draft of the IETF (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). A key belongs to
whoever sent it and to what was sent. Keys are remembered by the process that did the work, and not after a failure.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Annotated, Any, Final, TypeVar, cast

from fastapi import Depends, Header, Request

from web.errors import Refused

REMEMBERED: Final = 1000
"""Keys that are remembered; the oldest is forgotten first."""

Given = TypeVar("Given")
RepeatKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A name of your own for this request: sent again under it, it is done once, with the same reply.",
    ),
]


class Once:
    """What was done under which key. Safe to use from several threads."""

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str], tuple[str, Future[Any]]] = OrderedDict()
        self._lock = Lock()

    def do(self, who: str, key: str | None, said: bytes, work: Callable[[], Given]) -> Given:
        """What `work` gives; for a key that `who` has sent with the same words, what it gave then, as soon as it is done.

        Raises `Refused` for a key that came with other words, and what `work` raises.
        """
        if key is None:
            return work()
        digest = hashlib.sha256(said).hexdigest()
        mine: Future[Any] = Future()
        with self._lock:
            known, found = self._done.setdefault((who, key), (digest, mine))
            while len(self._done) > REMEMBERED:
                self._done.popitem(last=False)
        if known != digest:
            raise Refused(422, "invalid", "That Idempotency-Key came with another request: choose a new one.")
        if found is not mine:
            return cast(Given, found.result())
        try:
            made = work()
        except Exception as error:
            with self._lock:
                self._done.pop((who, key), None)
            mine.set_exception(error)
            raise
        mine.set_result(made)
        return made


async def _once(request: Request) -> Once:
    return cast(Once, request.app.state.once)


OnceDep = Annotated[Once, Depends(_once)]
