"""Figures for Prometheus: how much, how fast, how it ended; never what was asked.

Labels come from small closed sets: templates of routes, known methods, statuses, supports, reasons. An address that no route
has counts as `unknown`, so that nobody can fill the memory of whoever collects.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from assistant.answer import EXTRACTIVE, Answer
from assistant.wiring import Assistant

MEDIA: Final = CONTENT_TYPE_LATEST
UNKNOWN: Final = "unknown"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the classes in which durations are counted."""
SEARCHES: Final = ("indexed", "exact", "words only")


def how_searched(assistant: Assistant) -> str:
    """One of `SEARCHES`: by the vector index, by comparing all vectors, or without vectors."""
    if assistant.retriever.encoder is None:
        return "words only"
    return "indexed" if assistant.index.generation else "exact"


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("clausier", "The version that runs.", registry=registry).info({"version": version("clausier")})
        self._requests = Counter(
            "clausier_requests", "Requests that were answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "clausier_request_seconds", "Seconds until an answer was sent whole, streams included.", ("method", "route"),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._answers = Counter(
            "clausier_answers",
            "Questions that were answered or declined, by support and by the reason for none.",
            ("support", "reason", "engine", "lang"),
            registry=registry,
        )
        self._first = Histogram(
            "clausier_first_token_seconds", "Seconds until the first words of a streamed answer.",
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._turned_away = Counter(
            "clausier_turned_away",
            "Connections that were told 503 unread, because too many waited to be let in.",
            registry=registry,
        )
        self._streams = Gauge("clausier_streams_open", "Answers that are being streamed.", registry=registry)
        self._search = Gauge(
            "clausier_search", "1 for the way in which the library is searched.", ("how",), registry=registry
        )
        self._revision = Gauge("clausier_content_revision", "Counts the changes of the library.", registry=registry)

    def answered(self, answer: Answer) -> None:
        """Count a question with its outcome."""
        engine = EXTRACTIVE if answer.engine == EXTRACTIVE else "model"
        self._answers.labels(answer.support, answer.reason or "none", engine, answer.language).inc()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        known = method if method in METHODS else UNKNOWN
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def first_token(self, seconds: float) -> None:
        """Note how long the first words took."""
        self._first.observe(seconds)

    def turned_away(self) -> None:
        """Count a connection that was not read."""
        self._turned_away.inc()

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """Count a stream while it is open."""
        with self._streams.track_inprogress():
            yield

    def text(self, assistant: Assistant) -> bytes:
        """Everything in Prometheus' text format, with the state of the index as it is now."""
        now = how_searched(assistant)
        for how in SEARCHES:
            self._search.labels(how).set(how == now)
        self._revision.set(assistant.store.revision)
        return generate_latest(self._registry)
