"""What is kept of a person, given out or erased."""

from __future__ import annotations

import os
from pathlib import Path

import click

from clausier.group import main
from clausier.opening import opened_store, read_settings
from clausier.terminal import as_json, deliver, print_json


@main.group()
def person() -> None:
    """What is kept of one person: given out, or erased, with a receipt.

    IDENTIFIER is the name or address of an account, the address or number of a message to the firm, the id of a conversation
    or a review, a certificate, or a learner's token.
    """
    before = os.umask(0o077)  # what is given out is for its owner alone
    click.get_current_context().call_on_close(lambda: os.umask(before))


@person.command(name="export")
@click.argument("identifier")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write instead.")
@as_json
def person_export(identifier: str, output: Path | None, as_json: bool) -> None:
    """Give out everything that is kept of IDENTIFIER, as JSON."""
    from web.audit import OPERATOR, Audit
    from web.person import copy, digest, find, written

    with opened_store() as (store, now):
        told = copy(store, find(store, identifier))
        Audit(store).note(OPERATOR, "person-exported", digest(told)[:16], now)
    deliver(written(told), output)


@person.command(name="erase")
@click.argument("identifier")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write what `export` gives there first."
)
@as_json
def person_erase(identifier: str, output: Path | None, as_json: bool) -> None:
    """Erase everything that is kept of IDENTIFIER, for good, and print a receipt."""
    from dataclasses import asdict

    from web.person import copy, erase, find, written

    with opened_store() as (store, now):
        subject = find(store, identifier)
        if output:
            deliver(written(copy(store, subject)), output)
        receipt = erase(store, read_settings(), subject, now)
    if as_json:
        print_json({"receipt": asdict(receipt)})
        return
    click.echo(f"Erased at {receipt.erased_at}: {', '.join(f'{what} {count}' for what, count in receipt.rows.items())}")
    click.echo(f"What was erased had the SHA-256 {receipt.sha256}")
    for backup in receipt.backups:
        click.echo(f"still in {backup.file}, made {backup.made_at}: to be deleted by {backup.until}")
    for place in receipt.elsewhere:
        click.echo(f"still in {place}")
