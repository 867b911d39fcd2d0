"""Run the server: one process, which owns the data directory, or one of several over one PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from assistant.journal import Journal
from assistant.quiz.record import LEARNER_DAYS, Record
from assistant.quiz.refit import refit
from assistant.review.keep import Reviews
from assistant.wiring import Assistant, open_assistant
from knowledge.embed import Encoder
from knowledge.errors import ClausierError, Misconfigured
from knowledge.settings import Settings
from knowledge.store import Store
from web.app import create_app
from web.firm import tidy
from web.logs import configure
from web.mail import Postman
from web.patience import patient
from web.trace import Traces
from web.training import prepare
from web.widget import tidy as tidy_widget
from web.work import Works

log = logging.getLogger(__name__)

STOP_SECONDS = 8
"""How long answers that are being written may take to end when the server is told to stop."""
MODEL_SECONDS = 4
"""How long of that a language model may go on; what it has not said then is said without it."""
DAY_SECONDS = 24 * 3600
HOUR_SECONDS = 3600
TURN_SECONDS = 0.001
"""How long a thread may keep Python's lock from others: an answer takes it anew some tens of times, and each time would wait five
milliseconds for whoever reads a document meanwhile."""
HEAD_BYTES = 32_768
"""Longest head of a request."""
BACKLOG = 2048
"""Connections that wait to be taken."""


def run(settings: Settings, store: Store, encoder: Encoder | None, host: str, port: int) -> None:
    """Serve until told to stop; prints the address when it is ready. Raises `Misconfigured` if the port is taken."""
    configure(settings.log_level, settings.log_format)
    sys.setswitchinterval(TURN_SECONDS)
    assistant = open_assistant(settings, store, encoder)
    try:
        listener = _listen(host, port)
        app = create_app(assistant, _lifespan(assistant, listener))
        protocol = patient(listener, settings.max_waiting, app.state.services.metrics.turned_away)
        config = uvicorn.Config(
            app, log_config=None, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS, http=protocol, h11_max_incomplete_event_size=HEAD_BYTES,
            proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=list(settings.trusted_proxies),
        )  # fmt: skip
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises again what it stopped for
            signal.signal(number, _end)
        _Server(config, assistant).run(sockets=[listener])
    finally:
        assistant.close()


class _Server(uvicorn.Server):
    """Ends in time: a stream that waits for a language model is finished without it."""

    def __init__(self, config: uvicorn.Config, assistant: Assistant) -> None:
        super().__init__(config)
        self._assistant = assistant

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._assistant.model:
            asyncio.get_running_loop().call_later(MODEL_SECONDS, self._assistant.model.close)
        await super().shutdown(sockets)


def _end(_number: int, _frame: object) -> NoReturn:
    """To be told to stop is no failure."""
    raise SystemExit(0)


def _lifespan(assistant: Assistant, listener: socket.socket):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        traces: Traces | None = _app.state.traces
        threading.Thread(target=_keep, args=(assistant, stop, traces), daemon=True, name="keep").start()
        post = Postman(assistant.store, assistant.settings)
        threading.Thread(target=post.run, args=(stop,), daemon=True, name="mail").start()
        threading.Thread(target=prepare, args=(_app,), daemon=True, name="questions").start()
        host, port = listener.getsockname()[:2]
        if assistant.notice:
            print(f"Clausier: {assistant.notice}", file=sys.stderr, flush=True)
        print(f"Clausier is ready at http://{host}:{port}", flush=True)
        yield
        stop.set()
        if traces:
            traces.close()

    return lifespan


def _keep(assistant: Assistant, stop: threading.Event, traces: Traces | None) -> None:
    """What is done beside answering: open a sound vector index, and once a day what `tidy_up` does."""
    if assistant.retriever.encoder:
        with traces.job("index") if traces else nullcontext():
            assistant.index.maintain()
    wait = 0
    while not stop.wait(wait):
        try:
            with traces.job("tidy") if traces else nullcontext():
                tidy_up(assistant.store, assistant.settings, dt.datetime.now(dt.UTC))
            wait = DAY_SECONDS
        except ClausierError as error:  # a full disk, for instance: what is too old must not stay for good
            log.error("what is too old could not be deleted: %s", error)
            wait = HOUR_SECONDS


def tidy_up(store: Store, settings: Settings, moment: dt.datetime) -> None:
    """Delete what is too old at `moment`, and fit how people forget."""
    sent_along = tidy_widget(store, settings, moment)
    Journal(store).purge(moment - dt.timedelta(days=settings.conversation_days), sent_along)
    reviewed_until = moment - dt.timedelta(days=settings.review_days)
    Reviews(store).purge(reviewed_until)
    Works(store).purge("review", reviewed_until)
    record = Record(store)
    record.purge(moment - dt.timedelta(days=LEARNER_DAYS))
    refit(record, moment)
    tidy(store, settings, moment)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # at once: who reads that it is ready may call before uvicorn takes over
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}): stop what uses it, or choose --port"
        ) from error
    listener.set_inheritable(True)
    return listener
