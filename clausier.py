"""The command line: one function a verb, no logic of its own.

The one module that imports ours inside functions: `clausier --help` must not wait for what a verb needs.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    import datetime as dt

    from assistant.learn import Candidate
    from assistant.llm import Model
    from assistant.quiz.bank import Bank
    from assistant.quiz.training import Training
    from assistant.review.review import Review
    from assistant.wiring import Assistant
    from knowledge.library import Library
    from knowledge.models import Language
    from knowledge.settings import Settings
    from knowledge.store import Store
    from prompts.document import Document
    from web.firm import Firm
    from web.widget import Widget

LANGUAGES = ("en", "fr")
AUDIENCES = ("client", "lawyer", "trainee")
POSITIONS = ("customer", "balanced", "provider")
ROLES = ("lawyer", "trainer", "administrator")
KINDS = ("guidance", "clause", "authority", "quiz", "document")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
audience = click.option("--audience", type=click.Choice(AUDIENCES), default="client", show_default=True)


class Commands(click.Group):
    """Turns what we raise into one line on standard error and exit 1; usage errors exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from knowledge.errors import ClausierError

        try:
            return super().invoke(ctx)
        except ClausierError as error:
            click.echo(f"clausier: {error}", err=True)
            raise SystemExit(1) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="clausier")
def main() -> None:
    """A bilingual legal assistant over a clause knowledge base for IT-services contracts."""
    # our products of matrix and vector are too small to be shared out; must be said before numpy is imported
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Bring the index up to date, then serve the web application."""
    from contextlib import ExitStack

    from ingest.sync import open_current
    from knowledge.installation import owning
    from web.serve import run

    settings = _settings()
    with ExitStack() as owner:
        owner.enter_context(owning(settings, patient=True))
        with _progress("Indexing") as progress:
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
@audience
def mcp(folders: tuple[Path, ...], audience: Any) -> None:
    """Serve hosts of the Model Context Protocol on standard input and output; nothing is written."""
    from web.logs import configure
    from web.mcp.server import require, serve_stdio
    from web.mcp.tools import Tools

    require()
    with _assistant() as assistant:
        configure(assistant.settings.log_level, assistant.settings.log_format)
        serve_stdio(Tools(assistant, folders), audience)


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

    settings = _settings()
    chosen: Any = None if lang == "auto" else lang
    with owning(settings), _progress("Reading") as progress:
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
        _print({**counts, "files": files})
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
    with _assistant() as assistant:
        found = assistant.store.documents()
    if as_json:
        _print({"documents": found})
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

    settings = _settings()
    with owning(settings):
        store = open_store(settings.place)
        receipt = erase(store, document_id)
        store.close()
    if as_json:
        _print(asdict(receipt))
    else:
        click.echo(
            f"Erased {receipt.document_id} ({receipt.title}): {receipt.passages} passages, at {receipt.erased_at}"
        )


@main.command()
@click.option("--to", "url", required=True, help="Address of an empty database: postgresql://user:password@host/name.")
@as_json
def migrate(url: str, as_json: bool) -> None:
    """Copy this installation to another database, and check that every value arrived."""
    from dataclasses import asdict

    from knowledge.installation import open_store, owning
    from knowledge.settings import Settings
    from knowledge.transfer import transfer

    settings = _settings()
    target = Settings(database_url=url, data_dir=settings.data_dir)
    with owning(settings), _progress("Copying") as progress:
        source, other = open_store(settings.place), open_store(target.place)
        try:
            copied = transfer(source, other, progress)
        finally:
            source.close()
            other.close()
    if as_json:
        _print(asdict(copied))
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

    settings = _settings()
    store = open_store(settings.place)
    try:
        with _progress("Copying") as progress:
            manifest = take_away(settings, store, file, dt.datetime.now(dt.UTC), progress)
        Audit(store).note(OPERATOR, "backup-made", str(file.absolute()), dt.datetime.fromisoformat(manifest.made_at))
    finally:
        store.close()
    if as_json:
        _print(asdict(manifest))
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

    settings = _settings()
    with _progress("Copying") as progress:
        manifest = verify(file) if check else set_up(settings, file, progress)
    if as_json:
        _print(asdict(manifest))
    else:
        done = "is whole" if check else f"is restored to {settings.data_dir}"
        click.echo(f"{file}, made {manifest.made_at} by Clausier {manifest.clausier}, {done}.")


@main.command()
def reindex() -> None:
    """Embed everything anew with the model that is set."""
    from ingest.sync import reindex as embed_anew
    from knowledge.installation import owning

    settings = _settings()
    with owning(settings), _progress("Indexing") as progress:
        embed_anew(settings, progress)


@main.group()
def library() -> None:
    """The shipped library."""


@library.command()
@as_json
def check(as_json: bool) -> None:
    """Check the shipped content."""
    from knowledge.check import counts, problems
    from knowledge.library import load

    settings = _settings()
    loaded = load(settings.library_dir)
    found = problems(loaded, settings.library_dir)
    held = counts(loaded, settings.library_dir)
    if as_json:
        sizes = {name.replace(" ", "_"): count for name, count in held.items()}
        _print({"problems": found, "guidance": held["guidance texts"], "clauses": held["clause types"], **sizes})
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
        _print(comparison_json(comparison))
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

    settings = _settings()
    day = on.date() if on else dt.date.today()
    found = past_due(load(settings.library_dir), settings.library_dir or ROOT, day)
    if as_json:
        _print({"on": day.isoformat(), "overdue": overdue_json(found)})
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

    settings = _settings()
    dependents = resting_on(load(settings.library_dir), settings.library_dir or ROOT, key)
    if as_json:
        _print(impact_json(key, dependents))
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

    root = _settings().library_dir or ROOT
    for where, found in note(load(root), root, place):
        click.echo(f"{where}: {found}")


@library.command()
@click.argument("kind", type=click.Choice(("playbook",)))
def schema(kind: str) -> None:
    """Print the JSON schema of a file that a firm may write itself."""
    from knowledge.playbook import schema as playbook_schema

    _print({"playbook": playbook_schema}[kind]())


@main.command()
@click.argument("query")
@click.option("-k", "count", default=10, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@click.option("--kind", type=click.Choice(KINDS), help="Only passages of this kind.")
@click.option("--lang", type=click.Choice((*LANGUAGES, "any")), default="any", show_default=True)
@audience
@as_json
def search(query: str, count: int, kind: Any, lang: str, audience: Any, as_json: bool) -> None:
    """Rank the passages that answer QUERY."""
    import datetime as dt

    from assistant.search import search as find
    from knowledge.review import Reviews, due_dates

    with _assistant() as assistant:
        langs: Any = LANGUAGES if lang == "any" else (lang,)
        result = find(
            assistant.retriever,
            query,
            audience=audience,
            langs=langs,
            kinds=(kind,) if kind else (),
            limit=count,
            reviews=Reviews(due_dates(assistant.library), dt.date.today()),
            types=assistant.drafter.types,
        )
    if as_json:
        _print(result)
        return
    for hit in result["hits"]:
        click.echo(
            f"{hit['rank']:3}. {hit['score']:.2f}  {hit['title']} > {' > '.join(hit['heading'])}  [{hit['lang']}]"
            + (f"  overdue for review since {hit['review_due']}" if hit["overdue"] else "")
        )
        click.echo(f"     {' '.join(hit['text'].split())[:160]}")


@main.command()
@click.argument("question", required=False)
@audience
@click.option("--lang", type=click.Choice(("auto", *LANGUAGES)), default="auto", show_default=True)
@click.option("--history", type=click.Path(path_type=Path, dir_okay=False), help="JSON list of turns said before.")
@click.option(
    "--batch", type=click.Path(path_type=Path, dir_okay=False), help="Answer every line of this JSON Lines file."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the answers of a batch go.")
@as_json
def ask(
    question: str | None,
    audience: Any,
    lang: str,
    history: Path | None,
    batch: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION, or every line of a batch."""
    from assistant.answer import as_json as answer_json
    from assistant.batch import answer_lines, question_from

    if (question is None) == (batch is None) or (batch is None) != (out is None):
        raise click.UsageError("give a QUESTION, or --batch FILE with --out FILE")
    if batch and out:
        with _assistant() as assistant, _progress("Answering") as progress:
            answer_lines(assistant.writer, batch, out, progress)
        return
    asked = question_from(
        {"question": question, "audience": audience, "lang": None if lang == "auto" else lang}, history
    )
    with _assistant() as assistant:
        answer = assistant.writer.answer(asked)
    if as_json:
        _print(answer_json(answer))
        return
    click.echo(answer.prose)
    for citation in answer.citations:
        heading = " > ".join((citation.passage.title, *citation.passage.heading))
        click.echo(f"\n[{citation.n}] {heading}\n    {citation.quote}")


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
    with _assistant() if request and not types else nullcontext() as assistant:
        library = assistant.library if assistant else load(_settings().library_dir)
        if only_list:
            _list_clauses(listing(library), form)
            return
        drafter = assistant.drafter if assistant else Drafter(library, None, dt.date.today)
        made = drafter.draft(
            request, types=types, position=position, lang=None if lang == "auto" else lang, given=assignments(given)
        )
    if wants_adapting:
        with _adapter() as speaker:
            made = adapted(made, speaker)
    if form == "json":
        _deliver(json.dumps(draft_json(made, "lawyer"), ensure_ascii=False) + "\n", output)
        return
    _deliver(_written(as_document(made, library, "lawyer"), form), output)


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

    settings = _settings()
    shipped = load(settings.library_dir)
    if draft:
        selected = origin.from_draft(shipped, _read_json(draft))
    elif review:
        selected = origin.from_review(_read_json(review), side, lang)
    elif intake:
        needs = read(_read_bytes(intake).decode("utf-8", "replace"), intake.name)
        side, selected = needs.side, origin.from_plan(plan(needs, shipped))
    else:
        selected = origin.from_topics(shipped, [topic.strip() for topic in topics.split(",") if topic.strip()], side)
    made = points.checklist(shipped, selected, side=side, lang=lang, today=dt.date.today())
    if state:
        made = points.merge(made, sheet.read_sheet(_read_bytes(state), state.name))
    data = document.write(made, form, short=short, templates=settings.templates_dir)
    _write(data, output, binary=form in ("docx", "pdf", "xlsx"))


@main.group()
def account() -> None:
    """The people of the firm who may sign in."""


@account.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="lawyer", show_default=True)
def account_add(name: str, role: Any) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    with _firm() as (firm, now):
        made = firm.accounts.add(name, role, _password(), now)
        firm.audit.note("command line", "account-added", made.name, now)
    click.echo(f"{made.name} may sign in as {made.role}")


@account.command(name="list")
@as_json
def account_list(as_json: bool) -> None:
    """List the accounts."""
    with _firm() as (firm, _):
        accounts = firm.accounts.all()
    if as_json:
        shown = [
            {"name": a.name, "role": a.role, "created_at": a.created_at, "disabled_at": a.disabled_at} for a in accounts
        ]
        _print({"accounts": shown})
        return
    for one in accounts:
        click.echo(f"{one.name:30} {one.role:14} {'disabled' if one.disabled_at else ''}".rstrip())


@account.command(name="role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def account_role(name: str, role: Any) -> None:
    """Give an account another role; its sessions end."""
    with _firm() as (firm, now):
        changed = firm.accounts.set_role(name, role)
        firm.audit.note("command line", "role-set", f"{changed.name} {changed.role}", now)
    click.echo(f"{changed.name} is {changed.role} now")


@account.command(name="disable")
@click.argument("name")
def account_disable(name: str) -> None:
    """Shut an account and end its sessions; its work stays."""
    with _firm() as (firm, now):
        changed = firm.accounts.disable(name, now)
        firm.audit.note("command line", "account-disabled", changed.name, now)
    click.echo(f"{changed.name} may no longer sign in")


@account.command(name="enable")
@click.argument("name")
def account_enable(name: str) -> None:
    """Open a disabled account again."""
    with _firm() as (firm, now):
        changed = firm.accounts.enable(name)
        firm.audit.note("command line", "account-enabled", changed.name, now)
    click.echo(f"{changed.name} may sign in again")


@account.command(name="reset")
@click.argument("name")
def account_reset(name: str) -> None:
    """Give an account another password and end its sessions; asked for, or read from standard input."""
    with _firm() as (firm, now):
        firm.accounts.named(name)
        changed = firm.accounts.set_password(name, _password())
        firm.audit.note("command line", "password-set", changed.name, now)
    click.echo(f"{changed.name} has another password")


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

    with _store() as (store, now):
        told = copy(store, find(store, identifier))
        Audit(store).note(OPERATOR, "person-exported", digest(told)[:16], now)
    _deliver(written(told), output)


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

    with _store() as (store, now):
        subject = find(store, identifier)
        if output:
            _deliver(written(copy(store, subject)), output)
        receipt = erase(store, _settings(), subject, now)
    if as_json:
        _print({"receipt": asdict(receipt)})
        return
    click.echo(f"Erased at {receipt.erased_at}: {', '.join(f'{what} {count}' for what, count in receipt.rows.items())}")
    click.echo(f"What was erased had the SHA-256 {receipt.sha256}")
    for backup in receipt.backups:
        click.echo(f"still in {backup.file}, made {backup.made_at}: to be deleted by {backup.until}")
    for place in receipt.elsewhere:
        click.echo(f"still in {place}")


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
    with _widget() as (widget, firm, now):
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

    with _widget() as (widget, _, _):
        sites = widget.sites.all()
    if as_json:
        _print({"sites": [asdict(one) for one in sites]})
        return
    for one in sites:
        click.echo(f"{one.id:20} {one.name:30} {' '.join(one.origins)}")


@site.command(name="remove")
@click.argument("site_id", metavar="ID")
def site_remove(site_id: str) -> None:
    """Take a site away: its pages are answered no more."""
    with _widget() as (widget, firm, now):
        removed = widget.sites.remove(site_id)
        firm.audit.note("command line", "site-removed", removed.id, now)
    click.echo(f"{removed.name} ({removed.id}) no longer shows the assistant")


class Runs(click.Group):
    """A group whose first command is meant where none is named: `review FILE` is `review run FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._named(ctx, args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, self._named(ctx, args))

    def _named(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        return args if known else [next(iter(self.commands)), *args]


reviewed_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
side = click.option("--side", type=click.Choice(("customer", "provider")), default="customer", show_default=True)
told_in = click.option("--lang", type=click.Choice(("auto", *LANGUAGES)), default="auto", show_default=True)
own_playbook = click.option(
    "--playbook", type=click.Path(path_type=Path, dir_okay=False), help="A playbook of your own, in YAML."
)
output = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the result goes.")


@main.group(cls=Runs)
def review() -> None:
    """Review a contract by a playbook: `clausier review FILE`."""


@review.command(name="run")
@reviewed_file
@side
@told_in
@own_playbook
@click.option(
    "--format",
    "form",
    type=click.Choice(("json", "md", "docx", "memo")),
    help="JSON, a memo (md; memo: as a Word file), or docx: the contract with tracked changes. Default: a summary.",
)
@click.option(
    "--comments",
    type=click.Choice(("theirs", "ours", "none")),
    default="theirs",
    show_default=True,
    help="Whom the comments of docx are for.",
)
@click.option("--author", default="Clausier", show_default=True, help="Who changes the contract, with docx.")
@output
@as_json
def review_run(
    file: Path,
    side: Any,
    lang: str,
    playbook: Path | None,
    form: str | None,
    comments: Any,
    author: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Review FILE: a verdict for each rule of the playbook, key terms, contradictions, what is hidden."""
    from assistant.review.memo import memo, memo_docx, summary
    from assistant.review.review import as_bytes

    form = "json" if as_json else form
    if form in ("docx", "memo") and output is None:
        raise click.UsageError("a Word file needs a place: add -o FILE")
    if form == "docx" and output:
        _mark(file, side, playbook, comments, author, output)
        return
    found, shipped = _review(file, side, lang, playbook, names_clauses=form is not None)
    if form == "memo":
        _deliver(memo_docx(found, shipped), output)
    elif form == "json":
        _deliver(as_bytes(found), output)
    else:
        _deliver((memo(found, shipped) if form == "md" else summary(found, shipped)).encode(), output)


def _mark(file: Path, side: Any, playbook: Path | None, comments: Any, author: str, output: Path) -> None:
    """The contract with tracked changes, told in its own language."""
    import datetime as dt

    from web.redlines import mark

    if output.exists() and output.samefile(file):
        raise click.UsageError("this would overwrite the contract: choose another place with -o")
    found, shipped = _review(file, side, "auto", playbook, names_clauses=False)
    now = dt.datetime.now(dt.UTC)
    made = mark(_read_bytes(file), found, shipped.clauses, author=author, now=now, comments=comments)
    _deliver(made.data, output)
    click.echo(f"{made.amendments - len(made.unplaced)} amendments by {author}, comments: {comments}", err=True)
    if made.converted:
        click.echo("note: the file is no Word file: its text was converted, its layout is not kept", err=True)
    for finding in made.unplaced:
        click.echo(f"note: no place in the file for {finding}: change it by hand", err=True)


@review.command(name="verify")
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False))
@reviewed_file
@own_playbook
@as_json
def review_verify(report: Path, file: Path, playbook: Path | None, as_json: bool) -> None:
    """Check the JSON of a review against its FILE: digests, every quotation, and that it comes out the same."""
    from assistant.review.verify import read_report, verify

    told = read_report(report)
    again, _ = _review(file, told["side"], told["lang"], playbook)
    check = verify(told, again.contract, again.playbook, again)
    if as_json:
        _print({"quotes": check.quotes, "faults": check.faults})
    else:
        for fault in check.faults:
            click.echo(fault)
        click.echo(f"{check.quotes} quotations checked, {len(check.faults)} faults", err=True)
    if check.faults:
        raise SystemExit(1)


@review.command(name="rounds")
@click.argument("first", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("second", type=click.Path(path_type=Path, dir_okay=False))
@told_in
@as_json
def review_rounds(first: Path, second: Path, lang: str, as_json: bool) -> None:
    """Compare SECOND, which came back, with FIRST, which was sent: accepted, refused, newly changed, changed without a mark."""
    from assistant.review import rounds
    from ingest.contract import read_contract

    sent, back = read_contract(first), read_contract(second)
    turns = rounds.rounds(
        rounds.Version(sent.text, _before(first, sent.text)), rounds.Version(back.text, _before(second, back.text))
    )
    if as_json:
        _print(rounds.as_json(sent.name, back.name, turns))
    else:
        told: Any = back.lang if lang == "auto" else lang
        click.echo(rounds.as_text(turns, told), nl=False)


def _before(file: Path, text: str) -> str:
    """What a contract said before its tracked changes: its text, where it is no Word file."""
    import tempfile

    from ingest.contract import read_contract
    from ingest.redline.settle import rejected

    if file.suffix.lower() != ".docx":
        return text
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_bytes(rejected(_read_bytes(file)))
        return read_contract(path).text


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
    library = load(_settings().library_dir)
    languages: Any = ("fr", "en") if lang == "both" else (lang,)
    made = agree(read(_read_text(intake), intake.name), library, languages)
    for conflict in made.conflicts:
        click.echo(f"note: {conflict.message[languages[0]]}", err=True)
    if made.gaps:
        click.echo(f"to be completed: {'; '.join(made.gaps)}", err=True)
    if form == "json":
        _deliver(json.dumps(agreement_json(made, library), ensure_ascii=False) + "\n", output)
    else:
        _deliver(_written(memo(made, library, languages[0]) if only_memo else made.document, form), output)


@agreement.command(name="intake")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; unset: here.")
def agreement_intake(output: Path | None) -> None:
    """Print needs to begin with, every answer explained."""
    from assistant.agreement.intake import example

    _deliver(example(), output)


@review.command(name="calendar")
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--confirm", "confirmed", multiple=True, help="A date you confirm: notice, end, or notice=2026-11-30.")
@output
@as_json
def review_calendar(report: Path, confirmed: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Show the dates that a review leads to; write those that you confirm as iCalendar."""
    import datetime as dt

    from assistant.review.calendar import as_ics, confirm, deadlines
    from assistant.review.verify import read_report

    told = read_report(report)
    found = deadlines(told)
    if confirmed:
        chosen = confirm(found, confirmed)
        _deliver(as_ics(chosen, told["document"]["name"], told["lang"], dt.datetime.now(dt.UTC)), output)
        return
    if as_json:
        _print({"deadlines": [{"name": d.name, "day": d.day.isoformat(), "basis": d.basis} for d in found]})
        return
    for deadline in found:
        click.echo(
            f"{deadline.name:8} {deadline.day}  {' / '.join(' '.join(words.split()) for words in deadline.basis)}"
        )
    click.echo("Nothing is in a calendar yet: check each day and add --confirm NAME or --confirm NAME=DAY", err=True)


@review.command(name="portfolio")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@side
@told_in
@own_playbook
@click.option("--format", "form", type=click.Choice(("csv", "xlsx")), default="csv", show_default=True)
@output
def review_portfolio(
    paths: tuple[Path, ...], side: Any, lang: str, playbook: Path | None, form: str, output: Path | None
) -> None:
    """Review files or folders of contracts into one table: key terms, dates, what departs from the playbook."""
    from assistant.review.portfolio import as_csv, as_xlsx, rows
    from assistant.review.review import as_json
    from ingest.contract import contracts_in
    from knowledge.errors import InvalidInput

    if form == "xlsx" and output is None:
        raise click.UsageError("a workbook needs a place: add -o FILE")
    reviewed, _ = _reviewer(side, playbook, names_clauses=False)
    told, failures, found = [], {}, list(contracts_in(paths))
    with _progress("Reading") as progress:
        for at, path in enumerate(found):
            progress(at, len(found), path.name)
            try:
                told.append(as_json(reviewed(path, lang)))
            except InvalidInput as error:
                failures[path.name] = str(error)
    table = rows(told, failures, "fr" if lang == "fr" else "en")
    _deliver(as_xlsx(table) if form == "xlsx" else as_csv(table), output)
    if failures and not told:
        raise SystemExit(1)


@review.command(name="propose")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@side
@output
@as_json
def review_propose(paths: tuple[Path, ...], side: Any, output: Path | None, as_json: bool) -> None:
    """Propose a playbook of your own from contracts that you like: files or folders. No rule of it is switched on."""
    import datetime as dt

    from assistant.review.define import own_terms
    from assistant.review.learn import learn
    from assistant.review.review import open_desk, recognised
    from ingest.contract import contracts_in, read_contract
    from knowledge.acceptance import written
    from knowledge.errors import InvalidInput
    from knowledge.library import ROOT, load
    from knowledge.playbook import load_playbook

    settings = _settings()
    root = settings.library_dir or ROOT
    desk = open_desk(load(settings.library_dir), root)
    readings, failures, found = [], {}, list(contracts_in(paths))
    with _progress("Reading") as progress:
        for at, path in enumerate(found):
            progress(at, len(found), path.name)
            try:
                contract = read_contract(path)
                readings.append(recognised(contract, desk, own_terms(contract)))
            except InvalidInput as error:
                failures[path.name] = str(error)
    learnt = learn(readings, load_playbook(root, side), desk.subjects, dt.date.today())
    for name, reason in (failures | dict(learnt.left_out)).items():
        click.echo(f"left out: {name}: {reason}", err=True)
    for name, other in learnt.alike.items():
        click.echo(f"note: {name} is nearly the same as {other}: where they are two versions, leave one out", err=True)
    if as_json:
        _print(learnt.playbook.model_dump(mode="json"))
    else:
        _deliver(written(learnt.playbook), output)
    click.echo(
        f"{len(learnt.playbook.rules)} rules proposed from {len(learnt.contracts)} contracts, none is switched on; on "
        f"{len(learnt.unsettled)} others too few contracts speak. Read each, then: clausier review accept FILE RULE --by NAME",
        err=True,
    )


@review.command(name="accept")
@click.argument("playbook", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("rules", nargs=-1)
@click.option("--by", help="Who has read the rules and accepts them.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="On which day.  [default: today]")
@as_json
def review_accept(playbook: Path, rules: tuple[str, ...], by: str | None, on: Any, as_json: bool) -> None:
    """Switch on RULES that were proposed in PLAYBOOK; without RULES, list those that wait, with what they rest on."""
    import datetime as dt

    from knowledge.acceptance import accepted, heard
    from knowledge.playbook import read_playbook

    waiting = read_playbook(playbook).waiting
    if rules:
        if by is None:
            raise click.UsageError("say who accepts: --by NAME")
        day = on.date() if on else dt.date.today()
        _deliver(accepted(_read_text(playbook), playbook.name, rules, by, day), playbook)
        waiting = read_playbook(playbook).waiting
    if as_json:
        _print({"waiting": [rule.model_dump(mode="json") for rule in waiting]})
    elif not rules:
        for rule in waiting:
            click.echo(f"{rule.id:24} {heard(rule):46} {rule.standard['en']} | {rule.standard['fr']}")
    click.echo(f"{len(waiting)} rules wait for a person", err=True)


@main.group(name="eval")
def evaluation() -> None:
    """Measure retrieval and answers."""


@evaluation.command(name="retrieval")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--system", type=click.Choice(("hybrid", "dense", "lexical")), default="hybrid", show_default=True)
@click.option("--judged-only", is_flag=True, help="Rank each query's judged documents only.")
@click.option(
    "--min-grade", default=1, show_default=True, type=click.IntRange(0), help="Lowest grade that is relevant."
)
@as_json
def eval_retrieval(folder: Path, system: Any, judged_only: bool, min_grade: int, as_json: bool) -> None:
    """Index FOLDER/corpus.jsonl in a temporary place and measure queries.jsonl against qrels.tsv.

    corpus.jsonl holds lines {_id, title, text}, queries.jsonl {_id, text}, qrels.tsv query-id, corpus-id, score.
    """
    from assistant.evaluate import read_benchmark, retrieval
    from assistant.retrieve import Retriever
    from ingest.sync import temporary_index
    from knowledge.calibration import load
    from knowledge.embed import open_encoder

    benchmark = read_benchmark(folder, min_grade)
    encoder = open_encoder(_settings())
    with _progress("Indexing") as progress, temporary_index(benchmark.corpus, encoder, progress) as (index, seconds):
        retriever = Retriever(index, encoder, load().retrieval)
        count = index.store.last_row()
        report = retrieval(
            benchmark, retriever, system=system, judged_only=judged_only, passages=count, index_seconds=seconds
        )
    _print(report) if as_json else _table(report)


@evaluation.command(name="review")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
def eval_review(folder: Path, as_json: bool) -> None:
    """Measure what a review finds in FOLDER/contracts against what lawyers marked in a JSON Lines file beside it."""
    from assistant.review.evaluate import evaluate, read_marks
    from ingest.contract import read_contract
    from knowledge.library import ROOT
    from knowledge.subject import load

    marks, subjects = read_marks(folder), load(_settings().library_dir or ROOT)
    with _progress("Reading") as progress:
        report = evaluate(marks, lambda name: read_contract(folder / "contracts" / name), subjects, progress)
    _print(report) if as_json else _table(report)


@evaluation.command(name="answers")
@click.argument("questions", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def eval_answers(questions: Path, as_json: bool) -> None:
    """Answer QUESTIONS (JSON Lines) and measure topics, authorities, refusals, languages and quotations."""
    from assistant.evaluate import answers, read_lines

    with _assistant() as assistant:
        report = answers(list(read_lines(questions)), assistant.answerer)
    _print(report) if as_json else _table(report)


@evaluation.command(name="card")
@click.argument("questions", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("docs/report-card.md"),
    show_default=True, help="Where to write the page.",
)  # fmt: skip
def eval_card(questions: Path, output: Path) -> None:
    """Measure QUESTIONS and write the report card of the release, which the workspace shows too."""
    import datetime as dt

    from assistant.card import keep, measured
    from assistant.evaluate import read_lines

    with _assistant() as assistant:
        keep(measured(read_lines(questions), assistant.answerer, dt.date.today()), output)
    click.echo(output)


@main.group(invoke_without_command=True)
@click.option("--mode", type=click.Choice(("practice", "review", "weak")), default="practice", show_default=True,
              help="Free practice, what is due today, or your weak spots.")  # fmt: skip
@click.option("--topics", default="", help="Topics, separated by commas; none: all of them.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 100), help="How many questions.")
@click.option("--difficulty", type=click.IntRange(1, 3), help="From 1, a first course, to 3, for lawyers.")
@click.pass_context
def quiz(
    ctx: click.Context, mode: Any, topics: str, lang: Literal["en", "fr"], count: int, difficulty: int | None
) -> None:
    """Practise in the terminal; an empty answer ends it. Answers are kept on this machine, without a name."""
    import datetime as dt
    import secrets

    from assistant.quiz.draw import Wanted, check_topics
    from assistant.quiz.refit import refit
    from assistant.quiz.terminal import Console, Round, run

    if ctx.invoked_subcommand:
        return

    def hear(prompt: str) -> str:
        try:
            return str(click.prompt(prompt, default="", show_default=False, prompt_suffix="", err=True))
        except click.Abort:  # the end of what was typed ends the quiz, with its result
            return ""

    def clock() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    with _training() as (training, learner):
        slugs = check_topics([topic.strip() for topic in topics.split(",") if topic.strip()], training.library.topics)
        if mode == "review":
            refit(training.record, clock())
        asked_for = Round(mode, Wanted(slugs, difficulty), lang, count)
        run(training, learner, asked_for, secrets.SystemRandom(), clock, Console(click.echo, hear))


@quiz.command(name="progress")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@as_json
def quiz_progress(lang: Literal["en", "fr"], as_json: bool) -> None:
    """Say how the learner of this terminal is doing, and what is due."""
    import datetime as dt

    from assistant.quiz.terminal import standing

    with _training() as (training, learner):
        made = training.progress(learner, lang, dt.datetime.now(dt.UTC))
    _print(made) if as_json else click.echo("\n".join(standing(made, lang)))


@quiz.command(name="erase")
def quiz_erase() -> None:
    """Delete everything of the learner of this terminal, for good."""
    import datetime as dt

    from assistant.quiz.record import Record
    from assistant.quiz.terminal import erase
    from knowledge.installation import open_store

    settings = _settings()
    store = open_store(settings.place)
    answers = erase(Record(store), settings.data_dir, dt.datetime.now(dt.UTC))
    store.close()
    click.echo(f"{answers} answers deleted")


@quiz.command(name="fit")
@as_json
def quiz_fit(as_json: bool) -> None:
    """Fit the schedule of reviews to what learners remembered, as is done every night while the server runs."""
    import datetime as dt
    from dataclasses import asdict

    from assistant.quiz.fit import ENOUGH, ENOUGH_OWN
    from assistant.quiz.record import Record
    from assistant.quiz.refit import refit
    from knowledge.installation import open_store

    store = open_store(_settings().place)
    done = refit(Record(store), dt.datetime.now(dt.UTC), always=True)
    store.close()
    if as_json:
        _print(asdict(done))
    elif done.everybody:
        click.echo(
            f"Fitted to {done.reviews} answers on a later day, and to {done.learners} learners with {ENOUGH_OWN} of their "
            f"own: mean log-loss {done.before:.4f} before, {done.after:.4f} now"
        )
    else:
        click.echo(f"Nothing was fitted: {done.reviews} answers on a later day, {ENOUGH} are needed")


@quiz.command(name="check")
@as_json
def quiz_check(as_json: bool) -> None:
    """Say which questions the gate holds back, and which are suspended because their sources changed."""
    import datetime as dt

    from assistant.quiz.account import account, to_do

    library, bank = _bank()
    report = account(bank, library, dt.date.today())
    if as_json:
        _print(report)
    else:
        for line in report["faults"]:
            click.echo(f"{line['id']}: {line['why']}")
        waiting = to_do(entry for entry in bank.entries.values() if entry.suspended)
        if waiting:
            click.echo(waiting)
        click.echo(
            f"{report['open']} of {report['items']} questions are open, {len(report['faults'])} held back, "
            f"{len(report['suspended'])} suspended, {report['topics']} topics, {report['objectives']} objectives",
            err=True,
        )
    if any(line["origin"] != "made" for line in report["faults"]):
        raise SystemExit(1)


@quiz.command(name="show")
@click.argument("items", nargs=-1, required=True)
@click.option("--lang", type=click.Choice(LANGUAGES), help="One language; unset: both.")
def quiz_show(items: tuple[str, ...], lang: Language | None) -> None:
    """Lay ITEMS open for whoever looks at them again: keys, reasons, and the text that they rest on."""
    from assistant.quiz.account import laid_open
    from assistant.quiz.source import Sources
    from knowledge.models import LANGUAGES as BOTH

    library, bank = _bank()
    sources, languages = Sources(library), (lang,) if lang else BOTH
    for item in items:
        for one in languages:
            click.echo("\n".join(laid_open(bank.entry(item), sources, one)) + "\n")


@quiz.command()
@click.argument("items", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every question that passes the gate.")
def seal(items: tuple[str, ...], everything: bool) -> None:
    """Note that ITEMS were looked at with their sources as they are: until those change, they stay open."""
    from assistant.quiz.bank import seal as keep

    if bool(items) == everything:
        raise click.UsageError("name the ITEMS that were looked at, or give --all")
    library, bank = _bank()
    chosen = items or [key for key, entry in bank.entries.items() if not entry.faults]
    click.echo(f"{keep(bank, library.root, chosen)} questions sealed")


@quiz.command(name="export")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--format", "form", type=click.Choice(("anki", "gift", "xml", "qti", "csv")), required=True)
@click.option("--topics", default="", help="Topics, separated by commas; none: all of them.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
def quiz_export(lang: Literal["en", "fr"], form: Any, topics: str, output: Path) -> None:
    """Write the questions for Anki, Moodle (gift, xml), QTI 2.1 or a spreadsheet."""
    import datetime as dt

    from assistant.quiz.draw import Wanted, candidates, check_topics
    from assistant.quiz.exchange.write import export

    library, bank = _bank()
    wanted = Wanted(check_topics([topic.strip() for topic in topics.split(",") if topic.strip()], library.topics))
    chosen = {entry.id: entry.item for entry in candidates(bank, wanted, dt.date.today())}
    _write(export(chosen, lang, form), output, binary=True)
    click.echo(f"{len(chosen)} questions", err=True)


@quiz.command(name="import")
@click.argument("name")
@click.option(
    "--en", "english", type=click.Path(path_type=Path, dir_okay=False), required=True, help="CSV or GIFT file."
)
@click.option(
    "--fr", "french", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The same in French."
)
def quiz_import(name: str, english: Path, french: Path) -> None:
    """Take in a trainer's own questions, one file a language, as NAME; all of them, or with the reasons none."""
    import datetime as dt

    from assistant.quiz.bank import assemble
    from assistant.quiz.exchange.read import keep, take_in
    from knowledge.errors import InvalidInput
    from knowledge.library import load

    if not re.fullmatch(r"[a-z0-9-]{1,60}", name):
        raise click.BadParameter("write small letters, figures and hyphens", param_hint="NAME")
    settings = _settings()
    shipped = load(settings.library_dir)
    found = take_in({"en": english, "fr": french}, shipped, dt.date.today())
    taken = found.keys() & assemble(shipped).entries.keys()
    if taken:
        raise InvalidInput(f"{min(taken)!r} is the name of a shipped question: rename yours")
    click.echo(f"{len(found)} questions taken in: {keep(found, settings.data_dir, name)}")


@quiz.command(name="cohort")
@click.argument("name")
def quiz_cohort(name: str) -> None:
    """Make a group of learners called NAME, and print its invitation code."""
    import datetime as dt

    from assistant.quiz.record import Record
    from knowledge.installation import open_store

    store = open_store(_settings().place)
    click.echo(Record(store).invite(name, dt.datetime.now(dt.UTC)))
    store.close()


@main.group()
def learn() -> None:
    """What use teaches: questions that were not answered as they should be, the most frequent first."""


@learn.command(name="list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@as_json
def learn_list(limit: int, as_json: bool) -> None:
    """List the candidates for a text."""
    with _candidates() as (found, _):
        if as_json:
            _print({"candidates": [one.as_json() for one in found[:limit]]})
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

    with _candidates() as (found, _):
        one = find(key, found)
    if as_json:
        _print(one.as_json())
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

    with _candidates() as (found, library):
        written = write_stub(find(key, found), library, output, dt.date.today())
    if as_json:
        _print({"files": [str(path) for path in written]})
        return
    for path in written:
        click.echo(path)


@main.group()
def model() -> None:
    """The language model: for whom it may be used, and what it uses."""


@model.command(name="status")
@as_json
def model_status(as_json: bool) -> None:
    """Say which model is set, for whom it is used, and what it used in the last days."""
    from assistant.state import as_json as state_json
    from assistant.state import lines, state

    with _store() as (store, now):
        told = state(_settings(), store, now)
    if as_json:
        _print(state_json(told))
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

    with _store() as (store, now):
        if grant:
            Permits(store).grant(OPERATOR, now)
        else:
            Permits(store).withdraw()
        Audit(store).note(OPERATOR, "model-allowed" if grant else "model-refused", WORKSPACE, now)


@main.command()
@as_json
def doctor(as_json: bool) -> None:
    """Say what is installed, whether the index is current, what is misconfigured and how to mend it."""
    import datetime as dt

    from assistant.doctor import examine

    findings = examine(_settings(), dt.date.today())
    if as_json:
        _print({"findings": [{"name": f.name, "ok": f.ok, "detail": f.detail} for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.ok else '!! '} {finding.name}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


@contextmanager
def _store() -> Iterator[tuple[Store, dt.datetime]]:
    """The database, beside a running server too, and the time."""
    import datetime

    from knowledge.installation import open_store

    store = open_store(_settings().place)
    try:
        yield store, datetime.datetime.now(datetime.UTC)
    finally:
        store.close()


@contextmanager
def _firm() -> Iterator[tuple[Firm, dt.datetime]]:
    """The people, and the time; beside a running server too, because nothing of theirs is kept in memory."""
    import datetime

    from knowledge.installation import open_store
    from web.firm import open_firm

    settings = _settings()
    store = open_store(settings.place)
    try:
        yield open_firm(store, settings), datetime.datetime.now(datetime.UTC)
    finally:
        store.close()


@contextmanager
def _widget() -> Iterator[tuple[Widget, Firm, dt.datetime]]:
    """The sites, the people and the time; beside a running server too, which looks at its sites with each request."""
    import datetime

    from knowledge.installation import open_store
    from web.firm import open_firm
    from web.widget import open_widget

    settings = _settings()
    store = open_store(settings.place)
    try:
        firm = open_firm(store, settings)
        yield open_widget(store, settings, firm.secret), firm, datetime.datetime.now(datetime.UTC)
    finally:
        store.close()


def _password() -> str:
    """Asked for twice on a terminal; a line of standard input elsewhere."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def _training() -> Iterator[tuple[Training, str]]:
    """Training with the learner of this terminal; beside a running server too."""
    from assistant.quiz.record import Record
    from assistant.quiz.terminal import learner_at
    from assistant.quiz.training import Training
    from knowledge.installation import open_store
    from knowledge.library import load

    settings = _settings()
    library = load(settings.library_dir)
    learner = learner_at(settings.data_dir)
    store = open_store(settings.place)
    try:
        yield Training(library, Record(store), settings.data_dir), learner
    finally:
        store.close()


def _bank() -> tuple[Library, Bank]:
    """The library and its questions for training, with those of the firm."""
    from assistant.quiz.bank import assemble
    from knowledge.library import load

    settings = _settings()
    library = load(settings.library_dir)
    return library, assemble(library, settings.data_dir)


def _settings() -> Settings:
    from knowledge.settings import load

    return load()


@contextmanager
def _assistant() -> Iterator[Assistant]:
    """The assistant over a current index; where another process keeps it, over the index as it is."""
    from assistant.wiring import open_assistant
    from ingest.sync import bring_up_to_date

    settings = _settings()
    with _progress("Indexing") as progress:
        store, encoder = bring_up_to_date(settings, progress)
    assistant = open_assistant(settings, store, encoder)
    try:
        if assistant.notice:
            click.echo(f"clausier: {assistant.notice}", err=True)
        yield assistant
    finally:
        assistant.close()


@contextmanager
def _candidates() -> Iterator[tuple[list[Candidate], Library]]:
    from assistant.learn import candidates, wishes

    with _assistant() as assistant:
        yield candidates(wishes(assistant.store), assistant.retriever), assistant.library


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """Progress on standard error: a line that is rewritten on a terminal, one line in ten elsewhere."""
    interactive = sys.stderr.isatty()
    shown = False

    def show(done: int, total: int, name: str) -> None:
        nonlocal shown
        if interactive:
            click.echo(f"\r\033[K{label} {done + 1}/{total} {name[:60]}", nl=False, err=True)
            shown = True
        elif done % max(1, total // 10) == 0:
            click.echo(f"{label} {done + 1}/{total} {name}", err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)


@contextmanager
def _adapter() -> Iterator[Model]:
    """The language model, for what a lawyer has drafted."""
    from assistant.llm import open_model
    from knowledge.errors import Misconfigured

    with _store() as (store, _):
        model = open_model(_settings(), store=store)
        if model is None:
            raise Misconfigured("there is no language model: set CLAUSIER_LLM, or leave out --adapt")
        if not model.admits("lawyer"):
            raise Misconfigured(
                "the language model is not permitted for the workspace: run `clausier model allow`, or leave out --adapt"
            )
        yield model


def _read_text(path: Path) -> str:
    from knowledge.errors import InvalidInput

    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}: check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read {path} ({type(error).__name__}): give a text file in UTF-8") from error


def _list_clauses(entries: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        _print({"clauses": entries})
        return
    for entry in entries:
        click.echo(f"{entry['type']:26} {entry['title']['en']} | {entry['title']['fr']}")


def _written(document: Document, form: str) -> str | bytes:
    from prompts.docx import docx
    from prompts.markdown import markdown

    return docx(document) if form == "docx" else markdown(document)


def _deliver(made: str | bytes, output: Path | None) -> None:
    """Write what was made into a file, whole or not at all, or print it."""
    from knowledge.errors import InvalidInput

    if output is None:
        click.echo(made, nl=False)
        return
    try:
        partial = output.with_name(f".{output.name}.part")
        partial.write_bytes(made.encode() if isinstance(made, str) else made)
        partial.replace(output)
    except OSError as error:
        raise InvalidInput(f"cannot write {output}: {error.strerror}; choose another place") from error
    click.echo(f"Wrote {output}", err=True)


def _reviewer(
    side: Any, playbook: Path | None, *, names_clauses: bool = True
) -> tuple[Callable[[Path, str], Review], Library]:
    """What reviews a file, told in a language, and the library it rests on.

    With `names_clauses` the encoder is opened for clauses whose wording does not tell what they are about.
    """
    from concurrent.futures import ThreadPoolExecutor

    from assistant.review.meaning import Meaning
    from assistant.review.review import open_desk
    from assistant.review.review import review as review_contract
    from ingest.contract import read_contract
    from knowledge.embed import open_encoder
    from knowledge.library import ROOT, load
    from knowledge.playbook import load_playbook, read_own

    settings = _settings()
    root = settings.library_dir or ROOT
    opening = ThreadPoolExecutor(1).submit(open_encoder, settings) if names_clauses else None  # while the rest is read
    shipped = load(settings.library_dir)
    meaning = Meaning(shipped, opening.result) if opening else None
    desk = open_desk(shipped, root, meaning)
    known = {
        "subject": desk.subjects,
        "topic": shipped.topics,
        "clause": shipped.clauses,
        "authority": shipped.authorities,
    }
    chosen = read_own(playbook, known) if playbook else load_playbook(root, side)
    if chosen.in_force() and chosen.waiting:
        click.echo(f"note: {len(chosen.waiting)} proposed rules are not asked: nobody has accepted them", err=True)

    def reviewed(file: Path, lang: str) -> Review:
        told: Any = None if lang == "auto" else lang
        return review_contract(read_contract(file), chosen, desk, told)

    return reviewed, shipped


def _review(
    file: Path, side: Any, lang: str, playbook: Path | None, *, names_clauses: bool = True
) -> tuple[Review, Library]:
    """The review of a file, and the library it rests on."""
    reviewed, shipped = _reviewer(side, playbook, names_clauses=names_clauses and file.is_file())
    return reviewed(file, lang), shipped


def _print(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def _table(report: dict[str, Any]) -> None:
    for name, value in report.items():
        if isinstance(value, list):
            for entry in value:
                click.echo(f"  {json.dumps(entry, ensure_ascii=False)}")
        else:
            click.echo(f"{name:26} {json.dumps(value, ensure_ascii=False)}")


if __name__ == "__main__":
    main()


def _read_json(path: Path) -> Any:
    from knowledge.errors import InvalidInput

    try:
        return json.loads(_read_bytes(path))
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON ({error}): give what the command printed with --json") from None


def _read_bytes(path: Path) -> bytes:
    from knowledge.errors import InvalidInput

    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}): check the path") from None


def _write(data: bytes, output: Path | None, *, binary: bool) -> None:
    """Put `data` into a file, or print it where a terminal can show it."""
    from knowledge.errors import InvalidInput

    if output:
        try:
            output.write_bytes(data)
        except OSError as error:
            raise InvalidInput(f"{output} cannot be written ({error.strerror}): choose another place") from None
        click.echo(f"written to {output}", err=True)
    elif binary and sys.stdout.isatty():
        raise InvalidInput("this format is not for a terminal: name a file with -o")
    else:
        sys.stdout.buffer.write(data)
