"""A real language model on sixty questions: what it says, what of it is shown, and beside it what the library alone says.

    CLAUSIER_LLM=llamacpp:qwen python -m bench.llm [QUESTIONS [FILE]]

Any model that `CLAUSIER_LLM` can name will do, however slow: what it says is judged, not when. Prints a table. `FILE` takes, for
a person to judge, a line of JSON for each question as soon as it is answered: what the model was told and said, every sentence
that failed with its reason, what was shown, and what the library alone says.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import assistant.llm
import assistant.prose
from assistant.answer import EXTRACTIVE, Answer, Question
from assistant.provenance import Provenance
from assistant.speech import Message, ModelFailed, Reply
from assistant.verify.ground import Ground, Grounds
from assistant.verify.judge import Verified, verify
from assistant.wiring import open_assistant
from assistant.write import Writer
from bench.library import indexed_library
from bench.table import median
from knowledge.models import Audience
from knowledge.settings import load

QUESTIONS = Path(__file__).parents[1] / "tests" / "golden" / "questions_check.jsonl"
EACH = 30
"""Questions in each language."""
PATIENT = {"llm_first_token_seconds": 1800.0, "llm_total_seconds": 3600.0, "llm_retries": 0}
"""A small machine reads some tens of tokens a second, and a question comes with one or two thousand."""


@dataclass
class Heard:
    """A model whose words are kept, whatever becomes of them. `first`: seconds until its first words."""

    model: assistant.llm.Model
    told: list[str] = field(default_factory=list)
    said: str = ""
    failed: str = ""
    first: float | None = None

    @property
    def name(self) -> str:
        return self.model.name

    def admits(self, audience: Audience) -> bool:
        return True

    def stream(self, messages: Sequence[Message], purpose: str = "answer", /) -> Reply:
        self.told, self.said, self.failed, self.first = [text for _, text in messages], "", "", None
        reply = self.model.stream(messages, purpose)
        return Reply(self._note(reply, time.perf_counter()), reply.masked)

    def _note(self, reply: Reply, began: float) -> Iterator[str]:
        try:
            for piece in reply:
                self.first = self.first or time.perf_counter() - began
                self.said += piece
                yield piece
        except ModelFailed as failure:
            self.failed = str(failure)
            raise


def questions(each: int) -> list[dict[str, Any]]:
    """Questions on their own that the library answers, with what an answer should name."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    alone = [row for row in rows if row["answerable"] and not row.get("history")]
    languages = [[row for row in alone if row["lang"] == lang][:each] for lang in ("en", "fr")]
    return [row for pair in zip(*languages, strict=True) for row in pair]


def main(each: int, to: Path | None) -> None:
    chosen = load()
    settings, encoder = indexed_library()
    settings = chosen.model_copy(update={"data_dir": settings.data_dir, **PATIENT})
    opened = open_assistant(settings, encoder=encoder)
    if opened.model is None:
        sys.exit("no language model: set CLAUSIER_LLM, for instance llamacpp:NAME (docs/models.md)")
    heard = Heard(opened.model)
    writer = Writer(opened.answerer, heard, Grounds(opened.library), passages=settings.llm_passages)
    faults = _listen()
    rows = []
    for number, asked in enumerate(questions(each), 1):
        question = Question(asked["question"], "client", asked["lang"])
        began = time.perf_counter()
        answer = writer.answer(question)
        rows.append(_row(asked, heard, answer, opened.answerer.answer(question), time.perf_counter() - began, faults))
        print(f"{number} {answer.engine} {rows[-1]['seconds']} s", file=sys.stderr, flush=True)
        if to:
            with to.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
    _report(rows)
    opened.close()


def _row(
    asked: dict[str, Any],
    heard: Heard,
    answer: Answer,
    alone: Answer,
    seconds: float,
    faults: list[tuple[str, str]],
) -> dict[str, Any]:
    wanted = set(asked["expected_authorities"])
    row = {
        "id": asked["id"], "lang": asked["lang"], "question": asked["question"], "seconds": round(seconds, 1),
        "first": heard.first, "engine": answer.engine, "said": heard.said, "failed": heard.failed,
        "faults": list(faults), "prose": answer.prose, "alone": alone.prose, "told": heard.told[0] if heard.told else "",
        "provenance": asdict(answer.provenance or Provenance("", "")),
        "authorities": [len(wanted), len(wanted.intersection(answer.authorities)), len(wanted.intersection(alone.authorities))],
        "citations": [len(answer.citations), len(alone.citations)],
    }  # fmt: skip
    faults.clear()
    heard.said, heard.told = "", []
    return row


def _listen() -> list[tuple[str, str]]:
    """Every sentence that fails from now on, with the reason."""
    faults: list[tuple[str, str]] = []

    def note(sentence: str, ground: Ground) -> Any:
        verdict = verify(sentence, ground)
        if not isinstance(verdict, Verified):
            faults.append((verdict, sentence))
        return verdict

    assistant.prose.verify = note  # type: ignore[attr-defined]
    return faults


def _report(rows: list[dict[str, Any]]) -> None:
    told = [row["provenance"] for row in rows]
    shown = [row for row in rows if row["engine"] != EXTRACTIVE]
    totals = {
        "questions": len(rows),
        "put to the model": sum(bool(row["said"] or row["failed"]) for row in rows),
        "it broke off": sum(bool(row["failed"]) for row in rows),
        "it said that there is no answer": sum("NO_ANSWER" in row["said"] for row in rows),
        "answered in its words": len(shown),
        "sentences of its own shown": sum(one["written"] for one in told),
        "sentences shown as corrected from the source": sum(one["repaired"] for one in told),
        "sentences withheld": sum(count for one in told for _, count in one["withheld"]),
        "authorities expected, named by the final answer, by the library alone": [
            sum(row["authorities"][at] for row in rows) for at in range(3)
        ],
        "passages cited by the final answer, by the library alone": [
            sum(row["citations"][at] for row in rows) for at in range(2)
        ],
        "words of an answer in the model's words, of the library's to the same, median": [
            median([len(row[which].split()) for row in shown]) if shown else None for which in ("prose", "alone")
        ],
        "seconds until its first words, median": round(
            median([row["first"] for row in rows if row["first"]] or [0]), 1
        ),
        "seconds, median": round(median([row["seconds"] for row in rows]), 1),
    }
    for name, value in totals.items():
        print(f"| {name} | {value} |")
    for fault, count in Counter(fault for row in rows for fault, _ in row["faults"]).most_common():
        print(f"| failed: {fault} | {count} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) // 2 if len(sys.argv) > 1 else EACH, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
