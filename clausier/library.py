"""The library that ships: checked, compared, dated, accepted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausier.group import main
from clausier.opening import read_settings
from clausier.terminal import LANGUAGES, as_json, print_json

if TYPE_CHECKING:
    pass


@main.group()
def library() -> None:
    """The shipped library."""


@library.command()
@as_json
def check(as_json: bool) -> None:
    """Check the shipped content."""
    from knowledge.check import counts, problems
    from knowledge.library import load

    settings = read_settings()
    loaded = load(settings.library_dir)
    found = problems(loaded, settings.library_dir)
    held = counts(loaded, settings.library_dir)
    if as_json:
        sizes = {name.replace(" ", "_"): count for name, count in held.items()}
        print_json({"problems": found, "guidance": held["guidance texts"], "clauses": held["clause types"], **sizes})
    else:
        for problem in found:
            click.echo(problem)
        summary = ", ".join(f"{count} {name}" for name, count in held.items())
        click.echo(f"{summary}, {len(found)} problems", err=True)
    if found:
        raise SystemExit(1)


@library.command()
@click.argument("one", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("other", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def concordance(one: Path, other: Path, as_json: bool) -> None:
    """Say where ONE and OTHER, an English and a French version, differ; exit 1 if they do.

    Numbers, dates, references, parties, "may" and "must", "not" and defined terms are compared, sentence by sentence.
    """
    from ingest.concordance import as_json as comparison_json
    from ingest.concordance import compare

    comparison = compare(one, other)
    if as_json:
        print_json(comparison_json(comparison))
    else:
        for article, found in comparison.found:
            click.echo(f"article {article}: {found}")
            for lang, sentence in zip(LANGUAGES, found.sentences, strict=True):
                click.echo(f"    {lang}  {' '.join(sentence.text.split())}")
        click.echo(f"{comparison.en.name} and {comparison.fr.name}: {len(comparison.found)} differences", err=True)
    if comparison.found:
        raise SystemExit(1)


@library.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day.  [default: today]")
@as_json
def overdue(on: Any, as_json: bool) -> None:
    """List texts past their day of review and figures past their period."""
    import datetime as dt

    from knowledge.library import ROOT, load
    from knowledge.review import as_json as overdue_json
    from knowledge.review import overdue as past_due

    settings = read_settings()
    day = on.date() if on else dt.date.today()
    found = past_due(load(settings.library_dir), settings.library_dir or ROOT, day)
    if as_json:
        print_json({"on": day.isoformat(), "overdue": overdue_json(found)})
        return
    for one in found:
        click.echo(f"{one.due}  {one.kind:9} {one.place}: {one.title}")
    click.echo(f"{len(found)} overdue on {day}", err=True)


@library.command()
@click.argument("key")
@as_json
def impact(key: str, as_json: bool) -> None:
    """List everything that rests on KEY: an authority, a topic, a dated figure or a clause type."""
    from knowledge.impact import as_json as impact_json
    from knowledge.impact import impact as resting_on
    from knowledge.library import ROOT, load

    settings = read_settings()
    dependents = resting_on(load(settings.library_dir), settings.library_dir or ROOT, key)
    if as_json:
        print_json(impact_json(key, dependents))
        return
    for one in dependents:
        via = "" if one.via == key else f"  (by {one.via})"
        click.echo(f"{one.kind:11} {one.place}: {one.words}{via}")
    click.echo(f"{len(dependents)} texts rest on {key}", err=True)


@library.command()
@click.argument("place", default="")
def accept(place: str) -> None:
    """Note that the twins below PLACE (a file, or all) that seem to differ were read and say the same."""
    from knowledge.library import ROOT, load
    from knowledge.twins import accept as note

    root = read_settings().library_dir or ROOT
    for where, found in note(load(root), root, place):
        click.echo(f"{where}: {found}")


@library.command()
@click.argument("kind", type=click.Choice(("playbook",)))
def schema(kind: str) -> None:
    """Print the JSON schema of a file that a firm may write itself."""
    from knowledge.playbook import schema as playbook_schema

    print_json({"playbook": playbook_schema}[kind]())
