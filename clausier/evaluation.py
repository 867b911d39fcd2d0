"""How good retrieval, answers and reviews are, measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausier.group import main
from clausier.opening import opened_assistant, read_settings
from clausier.terminal import as_json, print_json, print_table, shown_progress

if TYPE_CHECKING:
    pass


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
    encoder = open_encoder(read_settings())
    with (
        shown_progress("Indexing") as progress,
        temporary_index(benchmark.corpus, encoder, progress) as (index, seconds),
    ):
        retriever = Retriever(index, encoder, load().retrieval)
        count = index.store.last_row()
        report = retrieval(
            benchmark, retriever, system=system, judged_only=judged_only, passages=count, index_seconds=seconds
        )
    print_json(report) if as_json else print_table(report)


@evaluation.command(name="review")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
def eval_review(folder: Path, as_json: bool) -> None:
    """Measure what a review finds in FOLDER/contracts against what lawyers marked in a JSON Lines file beside it."""
    from assistant.review.evaluate import evaluate, read_marks
    from ingest.contract import read_contract
    from knowledge.library import ROOT
    from knowledge.subject import load

    marks, subjects = read_marks(folder), load(read_settings().library_dir or ROOT)
    with shown_progress("Reading") as progress:
        report = evaluate(marks, lambda name: read_contract(folder / "contracts" / name), subjects, progress)
    print_json(report) if as_json else print_table(report)


@evaluation.command(name="answers")
@click.argument("questions", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def eval_answers(questions: Path, as_json: bool) -> None:
    """Answer QUESTIONS (JSON Lines) and measure topics, authorities, refusals, languages and quotations."""
    from assistant.evaluate import answers, read_lines

    with opened_assistant() as assistant:
        report = answers(list(read_lines(questions)), assistant.answerer)
    print_json(report) if as_json else print_table(report)


@evaluation.command(name="card")
@click.argument("questions", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("docs/report-card.md"),
    show_default=True, help="Where to write the page.",
)  # fmt: skip
@click.option(
    "--proof",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What tests/assistant/proof recorded of language models.",
)
def eval_card(questions: Path, output: Path, proof: Path | None) -> None:
    """Measure QUESTIONS and write the report card of the release, which the workspace shows too."""
    import datetime as dt

    from assistant.card import keep, measured, proven
    from assistant.evaluate import read_lines

    counted = proven(proof) if proof else ()
    with opened_assistant() as assistant:
        keep(measured(read_lines(questions), assistant.answerer, dt.date.today(), counted), output)
    click.echo(output)
