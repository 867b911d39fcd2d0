"""Spans for a collector (OpenTelemetry, OTLP over HTTP): how long requests, the stages of answers and jobs took.

A span has a name from a closed set, or the template of a route, and nothing but `ATTRIBUTES`. Spans are sent in the background,
from a queue with an end: a collector that is slow or gone costs spans, and no request waits for it. The tracer is our own, not
the one of the process, so that no library adds spans of its own. What makes and sends spans is loaded only for an endpoint.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Literal, cast

from assistant.stage import Done, Stage
from knowledge.errors import Misconfigured
from web.metrics import METHODS, UNKNOWN

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Span, Tracer

log = logging.getLogger(__name__)

METHOD: Final = "http.request.method"
ROUTE: Final = "http.route"
STATUS: Final = "http.response.status_code"
REQUEST: Final = "clausier.request_id"
ATTRIBUTES: Final = frozenset({METHOD, ROUTE, STATUS, REQUEST})
"""All that a span may say beside its name, its times and whether it failed."""
QUEUE: Final = 2048
"""Spans that wait to be sent; of more, the oldest are lost."""
BATCH: Final = 512
SEND_SECONDS: Final = 3.0
"""How long one batch may take, repetitions included."""
CLOSE_SECONDS: Final = 2.0
"""How long the last spans may take when the server stops."""
PATH: Final = "/v1/traces"
FAILED: Final = 500
"""Statuses from which on it was our failure."""

Job = Literal["index", "tidy"]


class Traces:
    """The spans of one process."""

    def __init__(self, exporter: SpanExporter) -> None:
        """Whatever `exporter` does, it does in a thread of its own."""
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        about = Resource.create({"service.name": "clausier", "service.version": version("clausier")})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, max_queue_size=QUEUE, max_export_batch_size=BATCH)
        )
        self._tracer = self._provider.get_tracer("clausier")

    def begin(self, key: str) -> Followed:
        """Follow the request that has this id, from now on."""
        return Followed(self._tracer, key)

    @contextmanager
    def job(self, name: Job) -> Iterator[None]:
        """What is done meanwhile is a job beside the answering."""
        from opentelemetry.trace import StatusCode

        span = self._tracer.start_span(f"job {name}")
        try:
            yield
        except Exception:
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            span.end()

    def close(self) -> None:
        """Send what waits, if that is quickly done."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True, name="traces")
        last.start()
        last.join(CLOSE_SECONDS)


class Followed:
    """The span of one request, and those of its stages below it."""

    def __init__(self, tracer: Tracer, key: str) -> None:
        from opentelemetry.trace import SpanKind, set_span_in_context

        self._tracer = tracer
        self._span = tracer.start_span("request", kind=SpanKind.SERVER, attributes=_allowed({REQUEST: key}))
        self._within = set_span_in_context(self._span)

    def stage(self, name: Stage) -> Done:
        """A stage begins; see `assistant.stage`."""
        span = self._tracer.start_span(name, context=self._within)
        return lambda failed: _end(span, failed=failed)

    def end(self, method: str, route: str, status: int) -> None:
        """The request was answered."""
        known = method if method in METHODS else UNKNOWN
        self._span.update_name(f"{known} {route}")
        self._span.set_attributes(_allowed({METHOD: known, ROUTE: route, STATUS: status}))
        _end(self._span, failed=status >= FAILED)


class Told:
    """An exporter around another that says once when spans no longer arrive, and once when they do again."""

    def __init__(self, inner: SpanExporter, endpoint: str) -> None:
        self._inner, self._endpoint = inner, endpoint
        self._arrives = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        from opentelemetry.sdk.trace.export import SpanExportResult

        result = self._inner.export(spans)
        arrives = result is SpanExportResult.SUCCESS
        if self._arrives and not arrives:
            log.warning(
                "traces do not arrive at %s, and are lost meanwhile: check CLAUSIER_OTEL_ENDPOINT", self._endpoint
            )
        elif arrives and not self._arrives:
            log.warning("traces arrive at %s again", self._endpoint)
        self._arrives = arrives
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def open_traces(endpoint: str | None) -> Traces | None:
    """Traces to a collector; `None` without an endpoint. Raises `Misconfigured` where the packages are missing."""
    if endpoint is None:
        return None
    try:
        import requests
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise Misconfigured("CLAUSIER_OTEL_ENDPOINT needs more packages: pip install 'clausier[otel]'") from error
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # `Told` says it, and once
    session = requests.Session()
    session.trust_env = False  # no proxy and no password from the environment
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}{PATH}", timeout=SEND_SECONDS, session=session)
    return Traces(cast("SpanExporter", Told(exporter, endpoint)))


def _end(span: Span, *, failed: bool) -> None:
    from opentelemetry.trace import StatusCode

    if failed:
        span.set_status(StatusCode.ERROR)
    span.end()


def _allowed(attributes: dict[str, str | int]) -> dict[str, str | int]:
    """The attributes, every one of which must be known. Raises `ValueError`."""
    if unknown := attributes.keys() - ATTRIBUTES:
        raise ValueError(f"a span may not say {', '.join(sorted(unknown))}")
    return attributes
