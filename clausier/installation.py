"""An installation: serve it, move it, keep it safe, look after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausier.group import main
from clausier.opening import opened_assistant, read_settings
from clausier.terminal import as_json, audience, print_json, shown_progress

if TYPE_CHECKING:
    pass


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Bring the index up to date, then serve the web application."""
    from contextlib import ExitStack

    from ingest.sync import open_current
    from knowledge.installation import owning

    settings = read_settings()
    with ExitStack() as owner:
        owner.enter_context(owning(settings, patient=True))
        from web.serve import run  # takes seconds, in which a second server would wait to be refused

        with shown_progress("Indexing") as progress:
            store, encoder = open_current(settings, progress)
        if settings.is_shared:
            owner.close()  # others serve the same database
        run(settings, store, encoder, host, port)


@main.command()
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Open a folder, whose contracts may then be reviewed by their path.",
)
@click.option(
    "--allow-writes", is_flag=True, help="Let programs leave feedback, note what is lacking and hand questions over."
)
@audience
def mcp(folders: tuple[Path, ...], allow_writes: bool, audience: Any) -> None:
    """Serve hosts of the Model Context Protocol on standard input and output; nothing is written unless you allow it."""
    from functools import partial

    from web.logs import configure
    from web.mcp.notes import Notes
    from web.mcp.server import require, serve_stdio
    from web.mcp.tools import Tools

    require()
    with opened_assistant() as assistant:
        configure(assistant.settings.log_level, assistant.settings.log_format)
        tools = Tools(assistant, folders)
        notes = Notes(assistant.store, partial(tools.answered, audience)) if allow_writes else None
        serve_stdio(tools, audience, notes)


@main.command()
@click.option("--to", "url", required=True, help="Address of an empty database: postgresql://user:password@host/name.")
@as_json
def migrate(url: str, as_json: bool) -> None:
    """Copy this installation to another database, and check that every value arrived."""
    from dataclasses import asdict

    from knowledge.installation import open_store, owning
    from knowledge.settings import Settings
    from knowledge.transfer import transfer

    settings = read_settings()
    target = Settings(database_url=url, data_dir=settings.data_dir)
    with owning(settings), shown_progress("Copying") as progress:
        source, other = open_store(settings.place), open_store(target.place)
        try:
            copied = transfer(source, other, progress)
        finally:
            source.close()
            other.close()
    if as_json:
        print_json(asdict(copied))
    else:
        click.echo(
            f"Copied {sum(copied.rows.values())} rows of {len(copied.rows)} tables to {copied.target}; every value agrees."
        )
        click.echo("Set CLAUSIER_DATABASE_URL to that address, then start Clausier again.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def backup(file: Path, as_json: bool) -> None:
    """Write everything that is kept to FILE (tar.gz), while Clausier goes on working."""
    import datetime as dt
    from dataclasses import asdict

    from knowledge.backup import backup as take_away
    from knowledge.installation import open_store
    from web.audit import OPERATOR, Audit

    settings = read_settings()
    store = open_store(settings.place)
    try:
        with shown_progress("Copying") as progress:
            manifest = take_away(settings, store, file, dt.datetime.now(dt.UTC), progress)
        Audit(store).note(OPERATOR, "backup-made", str(file.absolute()), dt.datetime.fromisoformat(manifest.made_at))
    finally:
        store.close()
    if as_json:
        print_json(asdict(manifest))
    else:
        click.echo(
            f"Wrote {file} ({file.stat().st_size:,} bytes, {len(manifest.files)} files); every digest was read back."
        )


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", is_flag=True, help="Only read the backup and compare its digests.")
@as_json
def restore(file: Path, check: bool, as_json: bool) -> None:
    """Set up again what FILE holds, in an empty data directory or an empty database."""
    from dataclasses import asdict

    from knowledge.backup import restore as set_up
    from knowledge.backup import verify

    settings = read_settings()
    with shown_progress("Copying") as progress:
        manifest = verify(file) if check else set_up(settings, file, progress)
    if as_json:
        print_json(asdict(manifest))
    else:
        done = "is whole" if check else f"is restored to {settings.data_dir}"
        click.echo(f"{file}, made {manifest.made_at} by Clausier {manifest.clausier}, {done}.")


@main.command()
def reindex() -> None:
    """Embed everything anew with the model that is set."""
    from ingest.sync import reindex as embed_anew
    from knowledge.installation import owning

    settings = read_settings()
    with owning(settings), shown_progress("Indexing") as progress:
        embed_anew(settings, progress)


@main.command()
@as_json
def doctor(as_json: bool) -> None:
    """Say what is installed, whether the index is current, what is misconfigured and how to mend it."""
    import datetime as dt

    from assistant.doctor import examine

    findings = examine(read_settings(), dt.date.today())
    if as_json:
        print_json({"findings": [{"name": f.name, "ok": f.ok, "detail": f.detail} for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.ok else '!! '} {finding.name}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)
