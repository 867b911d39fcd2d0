"""Questions: the passages that fit one, and the answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausier.group import main
from clausier.opening import opened_assistant
from clausier.terminal import KINDS, LANGUAGES, as_json, audience, print_json, shown_progress

if TYPE_CHECKING:
    pass


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

    with opened_assistant() as assistant:
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
        print_json(result)
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
        with opened_assistant() as assistant, shown_progress("Answering") as progress:
            answer_lines(assistant.writer, batch, out, progress)
        return
    asked = question_from(
        {"question": question, "audience": audience, "lang": None if lang == "auto" else lang}, history
    )
    with opened_assistant() as assistant:
        answer = assistant.writer.answer(asked)
    if as_json:
        print_json(answer_json(answer))
        return
    click.echo(answer.prose)
    for citation in answer.citations:
        heading = " > ".join((citation.passage.title, *citation.passage.heading))
        click.echo(f"\n[{citation.n}] {heading}\n    {citation.quote}")
