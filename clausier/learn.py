"""What people asked in vain, as work for the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausier.group import main
from clausier.opening import opened_assistant
from clausier.terminal import as_json, print_json

if TYPE_CHECKING:
    from assistant.learn import Candidate
    from knowledge.library import Library


@main.group()
def learn() -> None:
    """What use teaches: questions that were not answered as they should be, the most frequent first."""


@learn.command(name="list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@as_json
def learn_list(limit: int, as_json: bool) -> None:
    """List the candidates for a text."""
    with opened_candidates() as (found, _):
        if as_json:
            print_json({"candidates": [one.as_json() for one in found[:limit]]})
            return
        for one in found[:limit]:
            click.echo(f"{one.key}  {one.count:4}x  {one.topic or '-':24} {one.question}")
        click.echo(f"{len(found)} candidates", err=True)


@learn.command(name="show")
@click.argument("key")
@as_json
def learn_show(key: str, as_json: bool) -> None:
    """Show candidate KEY: how often, why, and in which words."""
    from assistant.learn import find

    with opened_candidates() as (found, _):
        one = find(key, found)
    if as_json:
        print_json(one.as_json())
        return
    click.echo(f"{one.question}\n  nearest topic: {one.topic or 'none'}")
    click.echo(f"  declined {one.declined}, sentences withheld {one.withheld}, judged unhelpful {one.down}")
    for label, lines in (("also", one.wordings), ("said", one.said)):
        for line in lines:
            click.echo(f"  {label}: {line}")


@learn.command(name="stub")
@click.argument("key")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("learnt"), show_default=True,
    help="Folder in which a folder KEY is made.",
)  # fmt: skip
@as_json
def learn_stub(key: str, output: Path, as_json: bool) -> None:
    """Write the stub of a text in both languages for candidate KEY, and a question that fails until it is written."""
    import datetime as dt

    from assistant.learn import find, write_stub

    with opened_candidates() as (found, library):
        written = write_stub(find(key, found), library, output, dt.date.today())
    if as_json:
        print_json({"files": [str(path) for path in written]})
        return
    for path in written:
        click.echo(path)


@contextmanager
def opened_candidates() -> Iterator[tuple[list[Candidate], Library]]:
    from assistant.learn import candidates, wishes

    with opened_assistant() as assistant:
        yield candidates(wishes(assistant.store), assistant.retriever), assistant.library
