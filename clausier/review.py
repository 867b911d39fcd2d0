"""A contract against a playbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausier.group import main
from clausier.opening import opened_store, read_settings
from clausier.terminal import as_json, deliver, output, print_json, read_bytes, read_text, shown_progress, side, told_in

if TYPE_CHECKING:
    from assistant.review.review import Review
    from knowledge.library import Library


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


own_playbook = click.option(
    "--playbook", type=click.Path(path_type=Path, dir_okay=False), help="A playbook of your own, in YAML."
)


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
        deliver(memo_docx(found, shipped), output)
    elif form == "json":
        deliver(as_bytes(found), output)
    else:
        deliver((memo(found, shipped) if form == "md" else summary(found, shipped)).encode(), output)


def _mark(file: Path, side: Any, playbook: Path | None, comments: Any, author: str, output: Path) -> None:
    """The contract with tracked changes, told in its own language."""
    import datetime as dt

    from web.redlines import mark

    if output.exists() and output.samefile(file):
        raise click.UsageError("this would overwrite the contract: choose another place with -o")
    found, shipped = _review(file, side, "auto", playbook, names_clauses=False)
    now = dt.datetime.now(dt.UTC)
    made = mark(read_bytes(file), found, shipped.clauses, author=author, now=now, comments=comments)
    deliver(made.data, output)
    click.echo(f"{made.amendments - len(made.unplaced)} amendments by {author}, comments: {comments}", err=True)
    if made.converted:
        click.echo("note: the file is no Word file: its text was converted, its layout is not kept", err=True)
    for finding in made.unplaced:
        click.echo(f"note: no place in the file for {finding}: change it by hand", err=True)


@review.command(name="explain")
@reviewed_file
@click.option("--rule", "rules", multiple=True, help="Only the finding of this rule; may be given more than once.")
@side
@told_in
@own_playbook
@as_json
def review_explain(
    file: Path, rules: tuple[str, ...], side: Any, lang: str, playbook: Path | None, as_json: bool
) -> None:
    """Explain the findings of FILE to a reader: with CLAUSIER_LLM_EXPLAIN in a model's words, each sentence verified."""
    from assistant.llm import open_model
    from assistant.review.elucidate import as_json as told_json
    from assistant.review.elucidate import elucidate
    from assistant.verify.ground import Grounds

    settings = read_settings()
    found, shipped = _review(file, side, lang, playbook, names_clauses=False)
    wanted = rules or [one.rule.id for one in found.run.judgements if one.verdict in ("deviates", "missing")]
    with opened_store() as (store, _):
        model = open_model(settings, store=store) if settings.llm_explain else None
        if model is None:
            click.echo(
                "note: the rules' own words; a model explains where CLAUSIER_LLM and CLAUSIER_LLM_EXPLAIN are set",
                err=True,
            )
        grounds = Grounds(shipped)
        told = [elucidate(found, rule, shipped, model, grounds) for rule in wanted]
    if as_json:
        print_json({"explanations": [told_json(one) for one in told]})
        return
    for one in told:
        sources = [f"[{c.n}] {c.passage.title}: {c.quote}" for c in one.citations]
        by = f"({one.engine})"
        click.echo("\n".join([f"## {one.title} {by}", "", one.prose, "", *one.notices, *sources]).rstrip() + "\n")


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
        print_json({"quotes": check.quotes, "faults": check.faults})
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
        print_json(rounds.as_json(sent.name, back.name, turns))
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
        path.write_bytes(rejected(read_bytes(file)))
        return read_contract(path).text


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
        deliver(as_ics(chosen, told["document"]["name"], told["lang"], dt.datetime.now(dt.UTC)), output)
        return
    if as_json:
        print_json({"deadlines": [{"name": d.name, "day": d.day.isoformat(), "basis": d.basis} for d in found]})
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
    with shown_progress("Reading") as progress:
        for at, path in enumerate(found):
            progress(at, len(found), path.name)
            try:
                told.append(as_json(reviewed(path, lang)))
            except InvalidInput as error:
                failures[path.name] = str(error)
    table = rows(told, failures, "fr" if lang == "fr" else "en")
    deliver(as_xlsx(table) if form == "xlsx" else as_csv(table), output)
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

    settings = read_settings()
    root = settings.library_dir or ROOT
    desk = open_desk(load(settings.library_dir), root)
    readings, failures, found = [], {}, list(contracts_in(paths))
    with shown_progress("Reading") as progress:
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
        print_json(learnt.playbook.model_dump(mode="json"))
    else:
        deliver(written(learnt.playbook), output)
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
        deliver(accepted(read_text(playbook), playbook.name, rules, by, day), playbook)
        waiting = read_playbook(playbook).waiting
    if as_json:
        print_json({"waiting": [rule.model_dump(mode="json") for rule in waiting]})
    elif not rules:
        for rule in waiting:
            click.echo(f"{rule.id:24} {heard(rule):46} {rule.standard['en']} | {rule.standard['fr']}")
    click.echo(f"{len(waiting)} rules wait for a person", err=True)


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

    settings = read_settings()
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
