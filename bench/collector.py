"""A collector of traces on loopback, and what they say of where the time of a question goes."""

from __future__ import annotations

import contextlib
import statistics
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ASKED = "POST /api/v1/ask"
WHOLE = "whole"


@contextlib.contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """Its address, and the spans that it is sent."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    taken: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
            taken.extend(s for r in sent.resource_spans for c in r.scope_spans for s in c.spans)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def stages(taken: Sequence[Any], skip: int) -> dict[str, float]:
    """Milliseconds that a question spent in each stage, and whole: the median over all but the first `skip` questions."""
    asked = sorted((span for span in taken if span.name == ASKED), key=lambda span: span.start_time_unix_nano)[skip:]
    spent: dict[bytes, dict[str, float]] = {span.span_id: {WHOLE: _ms(span)} for span in asked}
    for span in taken:
        if span.parent_span_id in spent:
            of = spent[span.parent_span_id]
            of[span.name] = of.get(span.name, 0.0) + _ms(span)
    names = sorted({name for of in spent.values() for name in of})
    return {name: round(statistics.median(of.get(name, 0.0) for of in spent.values()), 2) for name in names}


def _ms(span: Any) -> float:
    return float(span.end_time_unix_nano - span.start_time_unix_nano) / 1e6
