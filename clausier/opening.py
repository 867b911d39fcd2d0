"""What commands open, and close again: settings, database, people, sites, assistant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from clausier.terminal import shown_progress

if TYPE_CHECKING:
    import datetime as dt

    from assistant.wiring import Assistant
    from knowledge.settings import Settings
    from knowledge.store import Store
    from web.firm import Firm
    from web.widget import Widget


@contextmanager
def opened_store() -> Iterator[tuple[Store, dt.datetime]]:
    """The database, beside a running server too, and the time."""
    import datetime

    from knowledge.installation import open_store

    store = open_store(read_settings().place)
    try:
        yield store, datetime.datetime.now(datetime.UTC)
    finally:
        store.close()


@contextmanager
def opened_firm() -> Iterator[tuple[Firm, dt.datetime]]:
    """The people, and the time; beside a running server too, because nothing of theirs is kept in memory."""
    from web.firm import open_firm

    with opened_store() as (store, now):
        yield open_firm(store, read_settings()), now


@contextmanager
def opened_widget() -> Iterator[tuple[Widget, Firm, dt.datetime]]:
    """The sites, the people and the time; beside a running server too, which looks at its sites with each request."""
    from web.firm import open_firm
    from web.widget import open_widget

    settings = read_settings()
    with opened_store() as (store, now):
        firm = open_firm(store, settings)
        yield open_widget(store, settings, firm.secret), firm, now


def read_settings() -> Settings:
    from knowledge.settings import load

    return load()


@contextmanager
def opened_assistant() -> Iterator[Assistant]:
    """The assistant over a current index; where another process keeps it, over the index as it is."""
    from assistant.wiring import open_assistant
    from ingest.sync import bring_up_to_date

    settings = read_settings()
    with shown_progress("Indexing") as progress:
        store, encoder = bring_up_to_date(settings, progress)
    assistant = open_assistant(settings, store, encoder)
    try:
        if assistant.notice:
            click.echo(f"clausier: {assistant.notice}", err=True)
        yield assistant
    finally:
        assistant.close()
