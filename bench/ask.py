"""`ask` end to end against embedding the same question alone."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.answer import Question
from assistant.wiring import open_assistant
from bench.library import indexed_library
from bench.table import Row, alternating, compared, median

QUESTIONS = Path(__file__).parents[1] / "tests" / "golden" / "questions_check.jsonl"
COUNT = 80
ROUNDS = 6
AIM = 2.0


def questions() -> list[str]:
    rows = (json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines())
    return [row["question"] for row in rows if not row.get("history")][:COUNT]


def measure() -> list[Row]:
    settings, encoder = indexed_library()
    assistant = open_assistant(settings, encoder=encoder)
    asked = questions()
    for text in asked:
        assistant.writer.answer(Question(text))
    ours, peer = [], []
    for text in asked:
        whole, alone = alternating(
            lambda text=text: assistant.writer.answer(Question(text)), lambda text=text: encoder.question(text), ROUNDS
        )
        ours.append(median(whole))
        peer.append(median(alone))
    assistant.close()
    return [compared(f"ask, {len(asked)} questions, p50", median(ours), median(peer), "ms", AIM, "embedding alone")]
