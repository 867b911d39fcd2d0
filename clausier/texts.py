"""The firm's own texts: taken in, listed, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from clausier.group import main
from clausier.opening import opened_assistant, read_settings
from clausier.terminal import LANGUAGES, as_json, print_json, shown_progress


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--visibility", type=click.Choice(("public", "internal")), default="public", show_default=True)
@click.option("--lang", type=click.Choice(("auto", *LANGUAGES)), default="auto", show_default=True)
@as_json
def ingest(paths: tuple[Path, ...], visibility: Literal["public", "internal"], lang: str, as_json: bool) -> None:
    """Read files or folders into the knowledge base (md, txt, html, docx, pdf, odt)."""
    from ingest.sync import ingest as take_in
    from ingest.sync import open_current
    from knowledge.embed import open_encoder
    from knowledge.installation import owning

    settings = read_settings()
    chosen: Any = None if lang == "auto" else lang
    with owning(settings), shown_progress("Reading") as progress:
        store, encoder = open_current(settings, progress)
        encoder = encoder or open_encoder(settings)
        summary = take_in(store, encoder, paths, visibility=visibility, lang=chosen, progress=progress)
        store.close()
    outcomes = ("added", "updated", "unchanged", "failed")
    counts = {outcome: summary.count(outcome) for outcome in outcomes}  # type: ignore[arg-type]
    if as_json:
        files = [
            {
                "path": r.path,
                "outcome": r.outcome,
                "document_id": r.document_id,
                "reason": r.reason,
                "warnings": r.warnings,
            }
            for r in summary.results
        ]
        print_json({**counts, "files": files})
    else:
        click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
        for result in summary.results:
            if result.reason:
                click.echo(f"  failed: {result.path}: {result.reason}")
            for warning in result.warnings:
                click.echo(f"  note: {result.path}: {warning}")
    if summary.results and counts["failed"] == len(summary.results):
        raise SystemExit(1)


@main.command()
@as_json
def documents(as_json: bool) -> None:
    """List what the knowledge base holds."""
    with opened_assistant() as assistant:
        found = assistant.store.documents()
    if as_json:
        print_json({"documents": found})
        return
    for document in found:
        click.echo(
            f"{document['id']:45} {document['lang']} {document['visibility']:8} {document['passages']:4}  {document['title']}"
        )


@main.command()
@click.argument("document_id")
@as_json
def forget(document_id: str, as_json: bool) -> None:
    """Erase a document with all its passages and vectors, and print a receipt."""
    from dataclasses import asdict

    from ingest.sync import forget as erase
    from knowledge.installation import open_store, owning

    settings = read_settings()
    with owning(settings):
        store = open_store(settings.place)
        receipt = erase(store, document_id)
        store.close()
    if as_json:
        print_json(asdict(receipt))
    else:
        click.echo(
            f"Erased {receipt.document_id} ({receipt.title}): {receipt.passages} passages, at {receipt.erased_at}"
        )
