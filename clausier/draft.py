"""Wording: clauses, whole agreements, checklists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from clausier.group import main
from clausier.opening import opened_assistant, opened_store, read_settings
from clausier.terminal import (
    LANGUAGES,
    POSITIONS,
    as_json,
    deliver,
    print_json,
    read_bytes,
    read_json,
    read_text,
    rendered,
)

if TYPE_CHECKING:
    from assistant.llm import Model


@main.command()
@click.argument("request", required=False, default="")
@click.option("--type", "types", multiple=True, help="Clause type, such as liability; may be repeated.")
@click.option(
    "--position", type=click.Choice(POSITIONS), help="Whose wording; unset: what the request says, or balanced."
)
@click.option("--lang", type=click.Choice(("auto", *LANGUAGES)), default="auto", show_default=True)
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="What a variable holds; may be repeated.")
@click.option("--format", "form", type=click.Choice(("md", "docx", "json")), default="md", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; unset: here.")
@click.option(
    "--adapt", "wants_adapting", is_flag=True, help="Let the language model adapt the wording, with its changes shown."
)
@click.option("--list", "only_list", is_flag=True, help="List the clause types instead.")
@as_json
def draft(
    request: str, types: tuple[str, ...], position: Any, lang: Any, given: tuple[str, ...], form: str,
    output: Path | None, wants_adapting: bool, only_list: bool, as_json: bool,
) -> None:  # fmt: skip
    """Draft the clause that REQUEST asks for in plain words, or those of --type."""
    import datetime as dt

    from assistant.draft.adapt import adapted
    from assistant.draft.drafter import Drafter
    from assistant.draft.show import as_document, listing
    from assistant.draft.show import as_json as draft_json
    from assistant.draft.write import assignments
    from knowledge.library import load

    form = "json" if as_json else form
    if not (request or types or only_list):
        raise click.UsageError("give a REQUEST, --type or --list")
    if form == "docx" and not output:
        raise click.UsageError("a DOCX goes into a file: add -o FILE")
    with opened_assistant() if request and not types else nullcontext() as assistant:
        library = assistant.library if assistant else load(read_settings().library_dir)
        if only_list:
            _list_clauses(listing(library), form)
            return
        drafter = assistant.drafter if assistant else Drafter(library, None, dt.date.today)
        made = drafter.draft(
            request, types=types, position=position, lang=None if lang == "auto" else lang, given=assignments(given)
        )
    if wants_adapting:
        with opened_model() as speaker:
            made = adapted(made, speaker)
    if form == "json":
        deliver(json.dumps(draft_json(made, "lawyer"), ensure_ascii=False) + "\n", output)
        return
    deliver(rendered(as_document(made, library, "lawyer"), form), output)


@main.command()
@click.option("--topics", default="", help="Topics, separated by commas; none: the whole library.")
@click.option("--draft", type=click.Path(path_type=Path, dir_okay=False), help="What `clausier draft --json` printed.")
@click.option(
    "--review", type=click.Path(path_type=Path, dir_okay=False), help="What `clausier review` printed as JSON."
)
@click.option(
    "--intake", type=click.Path(path_type=Path, dir_okay=False), help="An intake, as for `clausier agreement`."
)
@click.option("--side", type=click.Choice(("customer", "provider")), default="customer", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--format", "form", type=click.Choice(("md", "html", "docx", "pdf", "csv", "xlsx", "json")), default="md")
@click.option("--short", is_flag=True, help="The page for the meeting instead of the file.")
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False), help="A table (csv, xlsx) that came back.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
def checklist(
    topics: str,
    draft: Path | None,
    review: Path | None,
    intake: Path | None,
    side: Literal["customer", "provider"],
    lang: Literal["en", "fr"],
    form: Literal["md", "html", "docx", "pdf", "csv", "xlsx", "json"],
    short: bool,
    state: Path | None,
    output: Path | None,
) -> None:
    """A negotiation checklist: what to ask, why, in which words, what to answer and what to give."""
    import datetime as dt

    from assistant.agreement.intake import read
    from assistant.agreement.plan import plan
    from assistant.checklist import document, origin, points, sheet
    from knowledge.library import load

    settings = read_settings()
    shipped = load(settings.library_dir)
    if draft:
        selected = origin.from_draft(shipped, read_json(draft))
    elif review:
        selected = origin.from_review(read_json(review), side, lang)
    elif intake:
        needs = read(read_bytes(intake).decode("utf-8", "replace"), intake.name)
        side, selected = needs.side, origin.from_plan(plan(needs, shipped))
    else:
        selected = origin.from_topics(shipped, [topic.strip() for topic in topics.split(",") if topic.strip()], side)
    made = points.checklist(shipped, selected, side=side, lang=lang, today=dt.date.today())
    if state:
        made = points.merge(made, sheet.read_sheet(read_bytes(state), state.name))
    data = document.write(made, form, short=short, templates=settings.templates_dir)
    deliver(data, output)


@main.group(invoke_without_command=True)
@click.option("--intake", type=click.Path(path_type=Path, dir_okay=False), help="The needs, YAML or JSON.")
@click.option("--lang", type=click.Choice((*LANGUAGES, "both")), default="fr", show_default=True)
@click.option("--format", "form", type=click.Choice(("md", "docx", "json")), default="md", show_default=True)
@click.option("--memo", "only_memo", is_flag=True, help="The strategy for the lawyer instead of the contract.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; unset: here.")
@as_json
@click.pass_context
def agreement(
    ctx: click.Context, intake: Path | None, lang: str, form: str, only_memo: bool, output: Path | None, as_json: bool
) -> None:
    """Assemble a whole agreement from the needs in --intake; exits 1, and writes nothing, if they contradict themselves."""
    if ctx.invoked_subcommand:
        return
    from assistant.agreement.assemble import agree
    from assistant.agreement.intake import read
    from assistant.agreement.memo import memo
    from assistant.agreement.show import as_json as agreement_json
    from knowledge.library import load

    form = "json" if as_json else form
    if intake is None:
        raise click.UsageError("give --intake FILE (`clausier agreement intake` prints one to begin with)")
    if form == "docx" and not output:
        raise click.UsageError("a DOCX goes into a file: add -o FILE")
    library = load(read_settings().library_dir)
    languages: Any = ("fr", "en") if lang == "both" else (lang,)
    made = agree(read(read_text(intake), intake.name), library, languages)
    for conflict in made.conflicts:
        click.echo(f"note: {conflict.message[languages[0]]}", err=True)
    if made.gaps:
        click.echo(f"to be completed: {'; '.join(made.gaps)}", err=True)
    if form == "json":
        deliver(json.dumps(agreement_json(made, library), ensure_ascii=False) + "\n", output)
    else:
        deliver(rendered(memo(made, library, languages[0]) if only_memo else made.document, form), output)


@agreement.command(name="intake")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; unset: here.")
def agreement_intake(output: Path | None) -> None:
    """Print needs to begin with, every answer explained."""
    from assistant.agreement.intake import example

    deliver(example(), output)


@contextmanager
def opened_model() -> Iterator[Model]:
    """The language model, for what a lawyer has drafted."""
    from assistant.llm import open_model
    from knowledge.errors import Misconfigured

    with opened_store() as (store, _):
        model = open_model(read_settings(), store=store)
        if model is None:
            raise Misconfigured("there is no language model: set CLAUSIER_LLM, or leave out --adapt")
        if not model.admits("lawyer"):
            raise Misconfigured(
                "the language model is not permitted for the workspace: run `clausier model allow`, or leave out --adapt"
            )
        yield model


def _list_clauses(entries: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        print_json({"clauses": entries})
        return
    for entry in entries:
        click.echo(f"{entry['type']:26} {entry['title']['en']} | {entry['title']['fr']}")
