"""Who may sign in."""

from __future__ import annotations

from typing import Any

import click

from clausier.group import main
from clausier.opening import opened_firm
from clausier.terminal import ROLES, as_json, asked_password, print_json


@main.group()
def account() -> None:
    """The people of the firm who may sign in."""


@account.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="lawyer", show_default=True)
def account_add(name: str, role: Any) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    with opened_firm() as (firm, now):
        made = firm.accounts.add(name, role, asked_password(), now)
        firm.audit.note("command line", "account-added", made.name, now)
    click.echo(f"{made.name} may sign in as {made.role}")


@account.command(name="list")
@as_json
def account_list(as_json: bool) -> None:
    """List the accounts."""
    with opened_firm() as (firm, _):
        accounts = firm.accounts.all()
    if as_json:
        shown = [
            {"name": a.name, "role": a.role, "created_at": a.created_at, "disabled_at": a.disabled_at} for a in accounts
        ]
        print_json({"accounts": shown})
        return
    for one in accounts:
        click.echo(f"{one.name:30} {one.role:14} {'disabled' if one.disabled_at else ''}".rstrip())


@account.command(name="role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def account_role(name: str, role: Any) -> None:
    """Give an account another role; its sessions end."""
    with opened_firm() as (firm, now):
        changed = firm.accounts.set_role(name, role)
        firm.audit.note("command line", "role-set", f"{changed.name} {changed.role}", now)
    click.echo(f"{changed.name} is {changed.role} now")


@account.command(name="disable")
@click.argument("name")
def account_disable(name: str) -> None:
    """Shut an account and end its sessions; its work stays."""
    with opened_firm() as (firm, now):
        changed = firm.accounts.disable(name, now)
        firm.audit.note("command line", "account-disabled", changed.name, now)
    click.echo(f"{changed.name} may no longer sign in")


@account.command(name="enable")
@click.argument("name")
def account_enable(name: str) -> None:
    """Open a disabled account again."""
    with opened_firm() as (firm, now):
        changed = firm.accounts.enable(name)
        firm.audit.note("command line", "account-enabled", changed.name, now)
    click.echo(f"{changed.name} may sign in again")


@account.command(name="reset")
@click.argument("name")
def account_reset(name: str) -> None:
    """Give an account another password and end its sessions; asked for, or read from standard input."""
    with opened_firm() as (firm, now):
        firm.accounts.named(name)
        changed = firm.accounts.set_password(name, asked_password())
        firm.audit.note("command line", "password-set", changed.name, now)
    click.echo(f"{changed.name} has another password")
