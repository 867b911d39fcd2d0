"""Verification beside the model's own time: how long a sentence waits, and what all of it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from assistant.prose import Prose
from assistant.verify.ground import Grounds
from bench.table import Row, median
from knowledge.library import documents, load
from knowledge.models import Passage

TOKENS_A_SECOND = 50
"""A quick hosted model; slower ones leave verification more room."""
CHARACTERS_A_TOKEN = 4
PASSAGES = 8
ANSWERS = 40
SENTENCES = 5
WAIT_MS = 50.0
SHARE = 0.05


def measure() -> list[Row]:
    """All times are the processor's, because others wait for it too where the machine is busy. The wait is the time from a sentence's last character to its release, with the model's next pieces already there; the
    share is all of the work over the time in which a model says as much."""
    library = load()
    grounds = Grounds(library)
    own = [
        p
        for d in documents(library)
        if d.lang == "en" and d.kind == "guidance"
        for p in d.passages
        if len(p.text) > 300
    ]
    grounds.of(own[:1], "en")
    first, shares = [], []
    for number in range(ANSWERS):
        passages = own[number * PASSAGES : (number + 1) * PASSAGES]
        fresh = [replace(p, id=f"{p.id}-{number}") for p in passages]
        waited, worked, said = _answer(grounds, fresh)
        first.append(waited)
        shares.append(worked / (said / CHARACTERS_A_TOKEN / TOKENS_A_SECOND * 1000))
    return [
        Row("first verified sentence, p50", f"{median(first):.1f} ms", aim=f"<= {WAIT_MS:g} ms", met=median(first) <= WAIT_MS),
        Row("first verified sentence, slowest", f"{max(first):.1f} ms", aim=f"<= {WAIT_MS:g} ms", met=max(first) <= WAIT_MS),
        Row(
            f"verification over a model of {TOKENS_A_SECOND} tokens a second", f"{100 * median(shares):.2f} %",
            aim=f"< {100 * SHARE:g} %", met=median(shares) < SHARE,
        ),
    ]  # fmt: skip


def _answer(grounds: Grounds, passages: list[Passage]) -> tuple[float, float, int]:
    """Milliseconds that the first sentence waited, that all the work took, and the characters that were said."""
    text = " ".join(_sentence(passage, n) for n, passage in enumerate(passages[:SENTENCES], 1))
    prose = Prose(grounds.of(passages, "en"))
    ended: list[float] = []

    def pieces() -> Iterator[str]:
        for at in range(0, len(text), CHARACTERS_A_TOKEN):
            if "]." in text[: at + CHARACTERS_A_TOKEN] and not ended:
                ended.append(time.thread_time())
            yield text[at : at + CHARACTERS_A_TOKEN]

    began = time.thread_time()
    released = [(time.thread_time(), shown) for shown in prose.take(pieces())]
    worked = (time.thread_time() - began) * 1000
    waited = (released[0][0] - ended[0]) * 1000 if released else worked
    return waited, worked, len(text)


def _sentence(passage: Passage, n: int) -> str:
    """The first sentence of a passage, with its mark."""
    first = passage.text.replace("*", "").lstrip("- ").split(". ")[0].rstrip(".")
    return f"{first} [{n}]."
