"""A real language model on sixty questions: what it says, what of it is shown, and beside it what the library alone says.

    CLAUSIER_LLM=llamacpp:qwen python -m bench.llm [QUESTIONS]

Any model that `CLAUSIER_LLM` can name will do, however slow: what it says is judged, not when. Prints a table and, for a person to judge, every
sentence that was withheld or corrected with its reason.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import assistant.llm
import assistant.prose
from assistant.answer import EXTRACTIVE, Answer, Question
from assistant.speech import Message, Reply
from assistant.verify.ground import Ground, Grounds
from assistant.verify.judge import Fault, Verified, verify
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
"""A small machine reads some tens of tokens a second, and a question comes with two thousand."""


class Heard:
    """A model whose words are kept, whatever becomes of them."""

    def __init__(self, model: assistant.llm.Model) -> None:
        self._model = model
        self.name = model.name
        self.said: list[str] = []

    def admits(self, audience: Audience) -> bool:
        return True

    def stream(self, messages: Sequence[Message], purpose: str = "answer", /) -> Reply:
        reply = self._model.stream(messages, purpose)
        return Reply(self._note(reply), reply.masked)

    def _note(self, reply: Reply) -> Iterator[str]:
        self.said.append("")
        for piece in reply:
            self.said[-1] += piece
            yield piece


def questions(each: int) -> list[Question]:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = []
    for lang in ("en", "fr"):
        own = [row for row in rows if row["lang"] == lang and row["answerable"] and not row.get("history")]
        asked += [Question(row["question"], "client", row["lang"]) for row in own[:each]]
    return asked


def main(each: int) -> None:
    chosen = load()
    settings, encoder = indexed_library()
    settings = chosen.model_copy(update={"data_dir": settings.data_dir, **PATIENT})
    opened = open_assistant(settings, encoder=encoder)
    if opened.model is None:
        sys.exit("no language model: set CLAUSIER_LLM, for instance llamacpp:NAME (docs/models.md)")
    heard = Heard(opened.model)
    writer = Writer(opened.answerer, heard, Grounds(opened.library))
    faults = _listen()
    answers: list[tuple[Answer, float]] = []
    for number, question in enumerate(questions(each), 1):
        began = time.perf_counter()
        answers.append((writer.answer(question), time.perf_counter() - began))
        print(f"{number} {answers[-1][0].engine} {answers[-1][1]:.1f} s", file=sys.stderr)
    _report(answers, faults)
    opened.close()


def _listen() -> list[tuple[Fault, str]]:
    """Every sentence that fails from now on, with the reason."""
    faults: list[tuple[Fault, str]] = []

    def note(sentence: str, ground: Ground) -> Verified | Fault:
        verdict = verify(sentence, ground)
        if not isinstance(verdict, Verified):
            faults.append((verdict, sentence))
        return verdict

    assistant.prose.verify = note  # type: ignore[attr-defined]
    return faults


def _report(answers: list[tuple[Answer, float]], faults: list[tuple[Fault, str]]) -> None:
    told = [answer.provenance for answer, _ in answers if answer.provenance]
    shown = [answer for answer, _ in answers if answer.engine != EXTRACTIVE]
    totals = {
        "questions": len(answers),
        "answered in the model's words": len(shown),
        "sentences shown": sum(one.written for one in told),
        "of these corrected": sum(one.repaired for one in told),
        "sentences withheld": sum(count for one in told for _, count in one.withheld),
        "citations, model": sum(len(answer.citations) for answer in shown),
        "seconds, median": round(median([seconds for _, seconds in answers]), 1),
    }
    for name, value in totals.items():
        print(f"| {name} | {value} |")
    for fault, count in Counter(fault for fault, _ in faults).most_common():
        print(f"| failed: {fault} | {count} |")
    for fault, sentence in faults:
        print(f"{fault}: {sentence}")
    for answer in shown:
        print(json.dumps(dataclasses.asdict(answer.provenance) if answer.provenance else {}), answer.prose, sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) // 2 if len(sys.argv) > 1 else EACH)
