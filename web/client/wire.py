"""Requests and answers on the wire: JSON, files, and events as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from web.client.failure import failure, unreached

SECONDS: Final = 60.0
"""How long an answer may take."""
Query = Mapping[str, str | int | None]


class Wire:
    """The connections to one server. All that fails is a `Failure`."""

    def __init__(self, address: str, key: str | None, seconds: float, transport: httpx.BaseTransport | None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=seconds, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the connections."""
        self._http.close()

    def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Query | None = None,
    ) -> Any:
        return self._send(method, path, body, query).json()

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Query | None = None,
    ) -> httpx.Response:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        return self._answered(self._call(method, path, json=body, params=given))

    def _call(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **sent)
        except httpx.TransportError as error:
            raise unreached(error) from error

    def _answered(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        try:
            told = response.json()
        except ValueError:
            told = {}
        raise failure(response.status_code, told)

    def _events(self, method: str, path: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The server-sent events of an answer: names and data."""
        headers = {"Accept": "text/event-stream"}
        try:
            with self._http.stream(method, path, json=body, headers=headers) as response:
                if not response.is_success:
                    response.read()
                    self._answered(response)
                name = ""
                for line in response.iter_lines():
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        yield name, json.loads(line.removeprefix("data: "))
        except httpx.TransportError as error:
            raise unreached(error) from error


def part(text: str) -> str:
    """A name as a part of an address."""
    return quote(text, safe="")
