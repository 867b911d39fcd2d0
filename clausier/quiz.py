"""Training: questions, progress, exchange with other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from clausier.group import main
from clausier.opening import opened_store, read_settings
from clausier.terminal import LANGUAGES, as_json, deliver, print_json

if TYPE_CHECKING:
    import datetime as dt

    from assistant.quiz.bank import Bank
    from assistant.quiz.training import Training
    from knowledge.library import Library
    from knowledge.models import Language


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

    with opened_training() as (training, learner):
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

    with opened_training() as (training, learner):
        made = training.progress(learner, lang, dt.datetime.now(dt.UTC))
    print_json(made) if as_json else click.echo("\n".join(standing(made, lang)))


@quiz.command(name="erase")
def quiz_erase() -> None:
    """Delete everything of the learner of this terminal, for good."""
    from assistant.quiz.record import Record
    from assistant.quiz.terminal import erase

    with opened_store() as (store, now):
        answers = erase(Record(store), read_settings().data_dir, now)
    click.echo(f"{answers} answers deleted")


@quiz.command(name="fit")
@as_json
def quiz_fit(as_json: bool) -> None:
    """Fit the schedule of reviews to what learners remembered, as is done every night while the server runs."""
    from dataclasses import asdict

    from assistant.quiz.fit import ENOUGH, ENOUGH_OWN
    from assistant.quiz.record import Record
    from assistant.quiz.refit import refit

    with opened_store() as (store, now):
        done = refit(Record(store), now, always=True)
    if as_json:
        print_json(asdict(done))
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

    library, bank = read_bank()
    report = account(bank, library, dt.date.today())
    if as_json:
        print_json(report)
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

    library, bank = read_bank()
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
    library, bank = read_bank()
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

    library, bank = read_bank()
    wanted = Wanted(check_topics([topic.strip() for topic in topics.split(",") if topic.strip()], library.topics))
    chosen = {entry.id: entry.item for entry in candidates(bank, wanted, dt.date.today())}
    deliver(export(chosen, lang, form), output)
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
    settings = read_settings()
    shipped = load(settings.library_dir)
    found = take_in({"en": english, "fr": french}, shipped, dt.date.today())
    taken = found.keys() & assemble(shipped).entries.keys()
    if taken:
        raise InvalidInput(f"{min(taken)!r} is the name of a shipped question: rename yours")
    click.echo(f"{len(found)} questions taken in: {keep(found, settings.data_dir, name)}")


@quiz.command(name="propose")
@click.argument("topic")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="In which they are shown here."
)
@click.option("--count", default=5, show_default=True, type=click.IntRange(1, 50), help="How many at most.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
def quiz_propose(topic: str, lang: Language, count: int, output: Path) -> None:
    """Propose questions on TOPIC: with CLAUSIER_LLM_PROPOSE a model's, else made by rule. Nobody is asked them yet."""
    import datetime as dt

    from assistant.llm import open_model
    from assistant.quiz.propose import lines, propose
    from assistant.verify.ground import Grounds
    from knowledge.errors import NotFound
    from knowledge.library import load
    from knowledge.quiz import written

    settings = read_settings()
    library = load(settings.library_dir)
    with opened_store() as (store, _):
        model = open_model(settings, store=store) if settings.llm_propose else None
        if model is None:
            click.echo(
                "note: made by rule; a model proposes where CLAUSIER_LLM and CLAUSIER_LLM_PROPOSE are set", err=True
            )
        made = propose(topic, count, lang, library, model, Grounds(library), dt.date.today())
    for reason, times in made.dropped:
        click.echo(f"note: {times} dropped: {reason}", err=True)
    if not made.items:
        raise NotFound(f"no question on {topic} passed the gate: try another topic")
    for key, item in made.items.items():
        click.echo("\n".join([key, *lines(item, lang), ""]))
    deliver(written(made.items).encode(), output)
    click.echo(
        f"{len(made.items)} questions by {made.engine}. Read each, then: clausier quiz accept FILE ITEM --by NAME",
        err=True,
    )


@quiz.command(name="accept")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("items", nargs=-1)
@click.option("--by", help="Who has read the questions and accepts them.")
def quiz_accept(file: Path, items: tuple[str, ...], by: str | None) -> None:
    """Accept proposed ITEMS of FILE: they become questions of your own. Without ITEMS: list those that wait."""
    import datetime as dt

    from assistant.quiz.exchange.read import keep
    from assistant.quiz.propose import accept, lines, waiting
    from knowledge.quiz import FOLDER, read

    found = read(file)
    if not items:
        for key, item in waiting(found).items():
            click.echo("\n".join([key, *lines(item, "en"), ""]))
        return
    if by is None:
        raise click.UsageError("say who accepts: --by NAME")
    folder = read_settings().data_dir
    name = re.sub(r"[^a-z0-9-]+", "-", f"accepted-{file.stem}".lower()).strip("-")
    own = folder / FOLDER / f"{name}.yaml"
    before = read(own) if own.is_file() else {}
    taken = accept(found, items, by, dt.date.today())
    click.echo(f"{len(taken)} questions accepted by {by}: {keep({**before, **taken}, folder, name)}")


@quiz.command(name="cohort")
@click.argument("name")
def quiz_cohort(name: str) -> None:
    """Make a group of learners called NAME, and print its invitation code."""
    from assistant.quiz.record import Record

    with opened_store() as (store, now):
        click.echo(Record(store).invite(name, now))


@contextmanager
def opened_training() -> Iterator[tuple[Training, str]]:
    """Training with the learner of this terminal; beside a running server too."""
    from assistant.quiz.record import Record
    from assistant.quiz.terminal import learner_at
    from assistant.quiz.training import Training
    from knowledge.library import load

    settings = read_settings()
    library = load(settings.library_dir)
    learner = learner_at(settings.data_dir)
    with opened_store() as (store, _):
        yield Training(library, Record(store), settings.data_dir), learner


def read_bank() -> tuple[Library, Bank]:
    """The library and its questions for training, with those of the firm."""
    from assistant.quiz.bank import assemble
    from knowledge.library import load

    settings = read_settings()
    library = load(settings.library_dir)
    return library, assemble(library, settings.data_dir)
