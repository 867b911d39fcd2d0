"""The language model: whether, for whom, at what cost."""

from __future__ import annotations

import click

from clausier.group import main
from clausier.opening import opened_store, read_settings
from clausier.terminal import as_json, print_json


@main.group()
def model() -> None:
    """The language model: for whom it may be used, and what it uses."""


@model.command(name="status")
@as_json
def model_status(as_json: bool) -> None:
    """Say which model is set, for whom it is used, and what it used in the last days."""
    from assistant.state import as_json as state_json
    from assistant.state import lines, state

    with opened_store() as (store, now):
        told = state(read_settings(), store, now)
    if as_json:
        print_json(state_json(told))
        return
    for line in lines(told):
        click.echo(line)


@model.command(name="allow")
def model_allow() -> None:
    """Permit an external model to be used for the workspace; it is noted in the log."""
    _permit(grant=True)


@model.command(name="refuse")
def model_refuse() -> None:
    """Permit it no longer; it is noted in the log."""
    _permit(grant=False)


def _permit(*, grant: bool) -> None:
    from assistant.permit import WORKSPACE, Permits
    from web.audit import OPERATOR, Audit

    with opened_store() as (store, now):
        if grant:
            Permits(store).grant(OPERATOR, now)
        else:
            Permits(store).withdraw()
        Audit(store).note(OPERATOR, "model-allowed" if grant else "model-refused", WORKSPACE, now)
