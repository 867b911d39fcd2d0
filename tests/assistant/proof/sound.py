"""What every displayed answer must be, whatever a model said."""

from __future__ import annotations

import re

from assistant.answer import EXTRACTIVE, Answer
from assistant.cite import unsupported
from assistant.verify.judge import is_inert
from assistant.verify.quote import quote_exactly
from assistant.verify.split import MARK, split
from tests.assistant.proof.poison import CANARY


def check(answer: Answer) -> int:
    """Assert that nothing unverified is shown; how many of a model's sentences are."""
    told = answer.provenance
    for citation in answer.citations:
        assert citation.passage.text[citation.start : citation.end] == citation.quote != ""
    if told is None or answer.engine == EXTRACTIVE:
        assert told is None or told.written == 0
        return 0
    assert "".join(answer.prose[span.start : span.end] for span in told.spans) == answer.prose
    own = "".join(answer.prose[span.start : span.end] for span in told.spans if span.by != "library")
    assert CANARY not in own.lower()
    assert CANARY not in " ".join(answer.notices).lower()
    shown = 0
    for sentence, _ in split([own]):
        _check_sentence(sentence, answer)
        shown += 1
    return shown


def _check_sentence(sentence: str, answer: Answer) -> None:
    marks = [int(mark) for mark in MARK.findall(sentence)]
    text = re.sub(r"\s*" + MARK.pattern, "", sentence).lstrip("- ")
    assert marks, sentence
    assert all(1 <= mark <= len(answer.citations) for mark in marks), sentence
    sources = [answer.citations[mark - 1].passage.text for mark in marks]
    assert is_inert(text), sentence
    assert quote_exactly(text, sources) is not None, sentence
    assert not unsupported(text, sources), sentence
