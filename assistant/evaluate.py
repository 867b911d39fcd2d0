"""Measure retrieval against judgements, and answers against expectations."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Answerer, Question
from assistant.converse import Turn
from assistant.retrieve import Retriever, System
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES

EXPECTED = ("question", "lang", "answerable", "expected_topics")
"""What every question of an evaluation must say."""
DEPTH = 100
"""Documents that are ranked for each query."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A corpus with queries and judgements, as BEIR lays them out."""

    corpus: tuple[Mapping[str, str], ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    min_grade: int = 1


def read_benchmark(folder: Path, min_grade: int) -> Benchmark:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. `min_grade` is the lowest that is relevant.

    Raises `InvalidInput` for what is missing or malformed.
    """
    try:
        corpus = tuple(_corpus_row(row) for row in read_lines(folder / "corpus.jsonl"))
        queries = {str(row["_id"]): str(row["text"]) for row in read_lines(folder / "queries.jsonl")}
        judgements: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")[:3]
            judgements.setdefault(query, {})[document] = int(grade)
    except (OSError, KeyError, ValueError) as error:
        raise InvalidInput(f"{folder} is not a benchmark ({error}): see `clausier eval retrieval --help`") from error
    return Benchmark(corpus, queries, judgements, min_grade)


def _corpus_row(row: Mapping[str, Any]) -> dict[str, str]:
    return {"_id": str(row["_id"]), "title": str(row.get("title") or ""), "text": str(row["text"])}


def retrieval(
    benchmark: Benchmark,
    retriever: Retriever,
    *,
    system: System,
    judged_only: bool,
    passages: int,
    index_seconds: float,
) -> dict[str, Any]:
    """Rank the corpus, indexed with document ids, for every judged query; the mean of each measure.

    `judged_only` ranks each query's judged documents alone.
    """
    totals: dict[str, list[float]] = {name: [] for name in ("ndcg@10", "recall@5", "recall@10", "recall@100", "mrr@10")}
    milliseconds = []
    for query, grades in benchmark.judgements.items():
        if query not in benchmark.queries or max(grades.values()) < benchmark.min_grade:
            continue
        began = time.perf_counter()
        ranking = _ranking(retriever, benchmark.queries[query], frozenset(grades) if judged_only else None, system)
        milliseconds.append((time.perf_counter() - began) * 1000)
        for name, value in measures(ranking, grades, benchmark.min_grade).items():
            totals[name].append(value)
    means = {name: round(statistics.fmean(values), 4) if values else 0.0 for name, values in totals.items()}
    return {
        "system": system,
        "queries": len(milliseconds),
        "passages": passages,
        **means,
        "index_seconds": round(index_seconds, 1),
        "query_ms_p50": round(_percentile(milliseconds, 50), 2),
        "query_ms_p95": round(_percentile(milliseconds, 95), 2),
    }


def _ranking(retriever: Retriever, query: str, documents: frozenset[str] | None, system: System) -> list[str]:
    """Documents, the best first: of `documents` where they are given, else of all."""
    if documents is not None:
        return retriever.rank(query, documents, audience="client", system=system)[:DEPTH]
    hits = retriever.retrieve(query, audience="client", limit=DEPTH * 3, system=system)
    return list(dict.fromkeys(hit.passage.document_id for hit in hits))[:DEPTH]


def measures(ranking: Sequence[str], grades: Mapping[str, int], min_grade: int = 1) -> dict[str, float]:
    """nDCG, recall and reciprocal rank of one ranking.

    nDCG as trec_eval has it: the gain is the grade, whatever it is, the discount log2 of the rank plus one. For recall and
    reciprocal rank, a document is relevant from `min_grade` on.
    """
    relevant = {document for document, grade in grades.items() if grade >= min_grade}
    gains = [grades.get(document, 0) for document in ranking[:10]]
    ideal = sorted(grades.values(), reverse=True)[:10]
    best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))
    first = next((rank for rank, document in enumerate(ranking[:10], 1) if document in relevant), None)
    return {
        "ndcg@10": sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains)) / best if best else 0.0,
        **{f"recall@{k}": len(relevant.intersection(ranking[:k])) / len(relevant) for k in (5, 10, 100)},
        "mrr@10": 1 / first if first else 0.0,
    }


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; `None` of nothing."""
        return round(self.hits / self.of, 4) if self.of else None


def answers(rows: Sequence[Mapping[str, Any]], answerer: Answerer) -> dict[str, Any]:
    """Answer every row and compare with what it expects; see `docs/retrieval.md` for what each measure means."""
    questions = [question_of(row) for row in rows]
    results = [(row, answerer.answer(question)) for row, question in zip(rows, questions, strict=True)]
    report: dict[str, Any] = {"questions": len(rows)}
    for name, share in _shares(results).items():
        report[name] = {"rate": share.rate, **asdict(share)}
    for lang in LANGUAGES:
        own = [(row, answer) for row, answer in results if row["lang"] == lang]
        report[lang] = {name: share.rate for name, share in _shares(own).items()}
    times = [answer.elapsed_ms for _, answer in results]
    report |= {"answer_ms_p50": round(_percentile(times, 50), 1), "answer_ms_p95": round(_percentile(times, 95), 1)}
    report["misses"] = [_miss(row, answer) for row, answer in results if not _is_right(row, answer)]
    return report


def question_of(row: Mapping[str, Any]) -> Question:
    """The question of a row, in a language that is to be recognised. Raises `InvalidInput` for a row that lacks something."""
    for name in ("lang", "answerable", *(("expected_topics",) if row.get("answerable") else ())):
        if row.get(name) in (None, [], ""):
            raise InvalidInput(f"a line of questions must say {name}: {str(row.get('question'))[:60]!r} does not")
    try:
        history = tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history") or ())
        return Question(str(row["question"]), row.get("audience") or "client", None, history)
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"a line must hold at least a question; {error} is missing or malformed") from error


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file. Raises `InvalidInput` with the number of a malformed line."""
    return (row for _, row in numbered_lines(path))


def numbered_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same with the numbers of their lines."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _object(line, f"{path.name}, line {number}")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}): check the path") from error


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{place}: not UTF-8 text: save the file as UTF-8") from error
    except ValueError as error:
        raise InvalidInput(f"{place}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise InvalidInput(f"{place}: not an object")
    return row


def _shares(results: Sequence[tuple[Mapping[str, Any], Answer]]) -> dict[str, Share]:
    answerable = [(row, answer) for row, answer in results if row["answerable"]]
    others = [(row, answer) for row, answer in results if not row["answerable"]]
    keyed = [(row, answer) for row, answer in answerable if row.get("expected_authorities")]
    wanted = sum(len(row["expected_authorities"]) for row, _ in keyed)
    found = sum(len(set(row["expected_authorities"]).intersection(answer.authorities)) for row, answer in keyed)
    citations = [citation for _, answer in results for citation in answer.citations]
    return {
        "main_topic_cited": _share(_cites_main(row, answer) for row, answer in answerable),
        "any_topic_cited": _share(
            not set(row["expected_topics"]).isdisjoint(answer.topics) for row, answer in answerable
        ),
        "first_citation_on_topic": _share(
            bool(answer.citations) and not set(row["expected_topics"]).isdisjoint(answer.citations[0].passage.topics)
            for row, answer in answerable
        ),
        "authority_recall": Share(found, wanted),
        "refusal_recall": _share(not answer.answerable for _, answer in others),
        "false_refusals": _share(not answer.answerable for _, answer in answerable),
        "right_language": _share(answer.language == row["lang"] for row, answer in results),
        "quotes_verbatim": _share(c.passage.text[c.start : c.end] == c.quote and bool(c.quote) for c in citations),
        "handoff_found": _share(answer.handoff for row, answer in answerable if "handoff" in row.get("tags", ())),
        "handoff_needless": _share(
            answer.handoff for row, answer in answerable if "documentary" in row.get("tags", ())
        ),
    }


def _is_right(row: Mapping[str, Any], answer: Answer) -> bool:
    if not row["answerable"]:
        return not answer.answerable
    return _cites_main(row, answer) and answer.language == row["lang"]


def _cites_main(row: Mapping[str, Any], answer: Answer) -> bool:
    """Whether a citation is on the first of the expected topics."""
    return not set(row["expected_topics"][:1]).isdisjoint(answer.topics)


def _miss(row: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "question": row["question"],
        "expected": row["expected_topics"] if row["answerable"] else "declined",
        "got": list(answer.topics) if answer.answerable else answer.reason,
        "language": answer.language,
    }


def _share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0
