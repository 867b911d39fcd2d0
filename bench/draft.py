"""A clause, by its type and from plain words, and a whole agreement as DOCX, each against the time that it may take."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.agreement.assemble import agree
from assistant.agreement.intake import example, read
from assistant.wiring import open_assistant
from bench.library import indexed_library
from bench.table import Row, alternating, compared, median, milliseconds
from prompts.docx import docx

REQUESTS = Path(__file__).parents[1] / "tests" / "golden" / "draft_requests.jsonl"
CLAUSE_MS = 50.0
AGREEMENT_MS = 2000.0
WORDS = 4.0
"""How many times as long as embedding the request it may take to understand it and to draft."""
ROUNDS = 5


def measure() -> list[Row]:
    settings, encoder = indexed_library()
    assistant = open_assistant(settings, encoder=encoder)
    requests = [json.loads(line)["request"] for line in REQUESTS.read_text("utf-8").splitlines()]
    types = sorted(assistant.library.clauses)
    intake = read(example())
    draft = assistant.drafter.draft
    draft(requests[0])
    agree(intake, assistant.library, ("fr",))
    by_type = [milliseconds(lambda kind=kind: draft(types=[kind])) for _ in range(ROUNDS) for kind in types]
    in_words, embedding = [], []
    for text in requests:
        ours, peer = alternating(lambda text=text: draft(text), lambda text=text: encoder.question(text), ROUNDS)
        in_words.append(median(ours))
        embedding.append(median(peer))
    one = [milliseconds(lambda: docx(agree(intake, assistant.library, ("fr",)).document)) for _ in range(ROUNDS)]
    two = [milliseconds(lambda: docx(agree(intake, assistant.library, ("fr", "en")).document)) for _ in range(ROUNDS)]
    assistant.close()
    return [
        compared(f"clause by type, {len(types)} types, p50", median(by_type), CLAUSE_MS, "ms", 1, "limit"),
        compared(
            f"clause from words, {len(requests)} requests, p50",
            median(in_words),
            median(embedding),
            "ms",
            WORDS,
            "embedding alone",
        ),
        compared("agreement as DOCX, p50", median(one), AGREEMENT_MS, "ms", 1, "limit"),
        compared("agreement in two languages as DOCX, p50", median(two), AGREEMENT_MS, "ms", 1, "limit"),
    ]
