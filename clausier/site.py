"""The firm's sites that carry the widget."""

from __future__ import annotations

from typing import Any

import click

from clausier.group import main
from clausier.opening import opened_widget
from clausier.terminal import as_json, print_json


@main.group()
def site() -> None:
    """The firm's sites whose pages show the assistant."""


@site.command(name="add")
@click.argument("site_id", metavar="ID")
@click.option("--name", required=True, help="Of the firm or the site, at the head of the widget.")
@click.option(
    "--origin", "origins", multiple=True, required=True, help="Beginning of the address of its pages; may be repeated."
)
@click.option("--greeting-en", default="", help="First words, in English.")
@click.option("--greeting-fr", default="", help="First words, in French.")
@click.option("--starter-en", multiple=True, help="A question to begin with, in English; may be repeated.")
@click.option("--starter-fr", multiple=True, help="A question to begin with, in French; may be repeated.")
@click.option("--position", type=click.Choice(("right", "left")), default="right", show_default=True)
@click.option("--theme", multiple=True, metavar="NAME=VALUE", help="A colour, such as accent=#12523f; may be repeated.")
@click.option("--privacy", help="Address of the firm's privacy notice.")
@click.option("--no-messages", is_flag=True, help="Visitors may not write to the firm.")
@click.option("--session-questions", type=int, help="Questions of one visitor in a day; unset: as the settings say.")
@click.option("--day-questions", type=int, help="Questions of the whole site in a day; unset: as the settings say.")
def site_add(
    site_id: str,
    name: str,
    origins: tuple[str, ...],
    greeting_en: str,
    greeting_fr: str,
    starter_en: tuple[str, ...],
    starter_fr: tuple[str, ...],
    position: Any,
    theme: tuple[str, ...],
    privacy: str | None,
    no_messages: bool,
    session_questions: int | None,
    day_questions: int | None,
) -> None:
    """Let the pages of a site show the assistant; prints what to paste into them."""
    from web.widget.site import Site, snippet
    from web.words.widget import WORDS

    unfit = next((one for one in theme if "=" not in one), None)
    if unfit:
        raise click.BadParameter(f"{unfit!r}: write NAME=VALUE, such as accent=#12523f", param_hint="--theme")
    wanted = Site(
        site_id,
        name,
        origins,
        {"en": greeting_en, "fr": greeting_fr},
        {"en": starter_en, "fr": starter_fr},
        position,
        {part.partition("=")[0]: part.partition("=")[2] for part in theme},
        privacy,
        not no_messages,
        session_questions,
        day_questions,
    )
    with opened_widget() as (widget, firm, now):
        made = widget.sites.add(wanted, now)
        firm.audit.note("command line", "site-added", made.id, now)
        address = widget.settings.public_url
    label = f"{WORDS['fr']['launcher']} / {WORDS['en']['launcher']}"
    click.echo(snippet(made, address or "http://localhost:8000", label))
    if not address:
        click.echo("note: put the address of your server there, or set CLAUSIER_PUBLIC_URL", err=True)


@site.command(name="list")
@as_json
def site_list(as_json: bool) -> None:
    """List the sites with the origins of their pages."""
    from dataclasses import asdict

    with opened_widget() as (widget, _, _):
        sites = widget.sites.all()
    if as_json:
        print_json({"sites": [asdict(one) for one in sites]})
        return
    for one in sites:
        click.echo(f"{one.id:20} {one.name:30} {' '.join(one.origins)}")


@site.command(name="remove")
@click.argument("site_id", metavar="ID")
def site_remove(site_id: str) -> None:
    """Take a site away: its pages are answered no more."""
    with opened_widget() as (widget, firm, now):
        removed = widget.sites.remove(site_id)
        firm.audit.note("command line", "site-removed", removed.id, now)
    click.echo(f"{removed.name} ({removed.id}) no longer shows the assistant")
