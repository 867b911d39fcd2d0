"""Traces: what spans say of a request, what they never say, and that a collector that is gone costs nothing."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from assistant.stage import Stage, stage, watch
from knowledge.errors import Misconfigured
from knowledge.settings import Settings
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from web import trace
from web.trace import ATTRIBUTES, Traces, open_traces

ASK = "/api/v1/ask"
CANARY = "zebrafish"
QUESTION = f"What does the {SECRET} memorandum of {CANARY} say about late payment penalties?"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def sent() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def client(make_client: MakeClient, sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Of an application whose spans stay in memory."""
    monkeypatch.setattr("web.app.open_traces", lambda _endpoint: Traces(sent))
    return make_client()


def spans(client: TestClient, sent: InMemorySpanExporter) -> list[ReadableSpan]:
    """All that was sent, the application's traces closed."""
    app: Any = client.app
    app.state.traces.close()
    return list(sent.get_finished_spans())


def everything(found: list[ReadableSpan]) -> str:
    return "".join(span.to_json() for span in found)


def test_a_request_and_the_stages_of_its_answer(client: TestClient, sent: InMemorySpanExporter) -> None:
    response = client.post(ASK, json={"question": QUESTION}, headers={"x-request-id": "mine-1"})
    assert response.status_code == 200
    *stages, request = spans(client, sent)
    assert request.name == "POST /api/v1/ask"
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/ask",
        "http.response.status_code": 200,
        "clausier.request_id": "mine-1",
    }
    assert {one.name for one in stages} >= {"wait", "embed", "search", "write"}
    for one in stages:
        assert one.parent
        assert request.context
        assert one.parent.span_id == request.context.span_id
        assert not one.attributes
        assert (request.start_time or 0) <= (one.start_time or 0) <= (one.end_time or 0) <= (request.end_time or 0)


def test_a_stream_has_its_stages_too(client: TestClient, sent: InMemorySpanExporter) -> None:
    with client.stream("POST", ASK, json={"question": QUESTION}, headers={"accept": "text/event-stream"}) as response:
        response.read()
    assert {"embed", "search", "POST /api/v1/ask"} <= {one.name for one in spans(client, sent)}


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", f"/{CANARY}", "GET unknown"),
        (CANARY.upper(), "/healthz", "unknown /healthz"),
        ("GET", f"/api/v1/passages/{CANARY}", "GET /api/v1/passages/{passage_id}"),
        ("GET", f"/api/v1/search?q={CANARY}", "GET /api/v1/search"),
        ("GET", f"/static/{CANARY}.css", "GET /static"),
        ("POST", "/api/v1/sessions", "POST unknown"),
    ],
)
def test_a_span_is_named_by_the_template(
    client: TestClient, sent: InMemorySpanExporter, method: str, path: str, name: str
) -> None:
    client.request(method, path, headers={"user-agent": CANARY, "cookie": f"a={CANARY}"})
    found = spans(client, sent)
    assert found[-1].name == name
    assert CANARY not in everything(found).lower()


@pytest.mark.check("P01")
def test_nothing_that_anybody_said_is_in_a_span(client: TestClient, sent: InMemorySpanExporter) -> None:
    answer = client.post(ASK, json={"question": QUESTION}).json()
    client.post(ASK, json={"question": CANARY * 1000})
    client.post("/login", data={"name": f"{CANARY}@example.org", "password": CANARY})
    client.post("/api/v1/reviews", files={"file": (f"{CANARY}.txt", f"The {CANARY} pays within thirty days.".encode())})
    found = spans(client, sent)
    told = everything(found)
    for word in (CANARY, SECRET, "penalt", answer["conversation_id"], answer["answer"][:40]):
        assert word not in told
    assert {name for span in found for name in span.attributes or {}} == ATTRIBUTES
    assert not any(span.events or span.links or span.status.description for span in found)


def test_a_span_refuses_what_is_not_listed() -> None:
    with pytest.raises(ValueError, match="question"):
        trace._allowed({"question": "x"})


def test_a_failure_is_marked_without_its_words(
    client: TestClient, sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    app: Any = client.app
    monkeypatch.setattr(app.state.services.assistant.index, "near", fail)
    assert client.post(ASK, json={"question": QUESTION}).status_code == 500
    traces: Traces = app.state.traces
    with pytest.raises(RuntimeError), traces.job("tidy"):
        raise RuntimeError(CANARY)
    found = spans(client, sent)
    failed = {one.name for one in found if not one.status.is_ok}
    assert failed == {"search", "POST /api/v1/ask", "job tidy"}
    assert CANARY not in everything(found)


def test_no_library_sends_spans_of_its_own(
    make_client: MakeClient, sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastAPI would, with whole addresses, to whatever provider the process has."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(sent))
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)
    client = make_client()
    assert client.get("/healthz").status_code == 200
    assert client.post(ASK, json={"question": QUESTION}).status_code == 200
    assert sent.get_finished_spans() == ()


# --- stages ---------------------------------------------------------------------------------------------------------------


def test_who_leaves_a_stage_early_did_not_fail() -> None:
    ended: list[tuple[Stage, bool]] = []
    watch(lambda name: lambda failed: ended.append((name, failed)))

    def pieces() -> Iterator[int]:
        with stage("write"):
            yield 1
            yield 2

    one = pieces()
    next(one)
    assert ended == []
    one.close()  # type: ignore[attr-defined]
    with pytest.raises(ValueError), stage("verify"):
        raise ValueError
    watch(None)
    with stage("embed"):
        pass
    assert ended == [("write", False), ("verify", True)]


# --- the collector --------------------------------------------------------------------------------------------------------


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """One on loopback, and what it was sent."""
    taken: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            taken.append(ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.check("P01")
def test_a_collector_is_sent_the_spans_and_no_content(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    with collector() as (endpoint, taken):
        client = make_client(otel_endpoint=endpoint)
        client.post(ASK, json={"question": QUESTION})
        app: Any = client.app
        app.state.traces.close()
    names = [s.name for request in taken for r in request.resource_spans for c in r.scope_spans for s in c.spans]
    assert "POST /api/v1/ask" in names
    sent = b"".join(request.SerializeToString() for request in taken)
    assert b"clausier" in sent
    for word in (CANARY, SECRET, "penalt"):
        assert word.encode() not in sent


def test_a_collector_that_is_gone_is_said_once_and_no_request_waits(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "QUEUE", 20)
    monkeypatch.setattr(trace, "BATCH", 5)
    monkeypatch.setattr(trace, "SEND_SECONDS", 0.2)
    client = make_client(otel_endpoint=NOWHERE)
    app: Any = client.app
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            assert client.get("/healthz").status_code == 200
        processor = app.state.traces._provider._active_span_processor._span_processors[0]
        assert len(processor._batch_processor._queue) <= 20
        until = time.monotonic() + 10
        while not caplog.records and time.monotonic() < until:
            time.sleep(0.02)
        app.state.traces.close()
    said = [record.getMessage() for record in caplog.records if "traces" in record.getMessage()]
    assert said == [f"traces do not arrive at {NOWHERE}, and are lost meanwhile: check CLAUSIER_OTEL_ENDPOINT"]


# --- whether it is on -----------------------------------------------------------------------------------------------------


def test_nothing_is_loaded_without_an_endpoint() -> None:
    assert open_traces(None) is None
    told = "import json, sys, web.app, web.serve, web.trace; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    assert "web.trace" in loaded
    # FastAPI loads the interface of OpenTelemetry, which does nothing by itself
    assert not [name for name in loaded if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))]


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(Misconfigured, match=r"pip install 'clausier\[otel\]'"):
        open_traces(NOWHERE)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318"),
        ("https://collector.example.org/otlp/", "https://collector.example.org/otlp"),
        ("http://[::1]:4318", "http://[::1]:4318"),
    ],
)
def test_addresses_of_collectors(given: str, kept: str) -> None:
    assert Settings(otel_endpoint=given, _env_file=None).otel_endpoint == kept


@pytest.mark.parametrize(
    "given", ["127.0.0.1:4318", "grpc://x:4317", "http://user:secret@host:4318", "https://h?x=1", ""]
)
def test_what_is_no_address_of_a_collector_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="collector"):
        Settings(otel_endpoint=given, _env_file=None)
