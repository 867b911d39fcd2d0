"""While nobody has permitted it, nothing that a lawyer asks reaches somebody else's model, whatever is asked and however."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answer import Question
from assistant.converse import Turn
from assistant.llm import Model
from assistant.permit import Permits
from assistant.write import Writer
from tests.assistant import scripted
from tests.assistant.test_budget import NOW, settings
from tests.fakes import installed

Figure = Callable[[str, object], None]
CALLS = 200
SECRET = "Zyxomorphic"
ASKED = (
    "What is a penalty for late work, {}?", "Que doit le client {} ?", "May {} terminate the contract?", "And {}?",
    "When must {} pay the invoice?",
)  # fmt: skip


@pytest.mark.check("P08")
def test_not_a_byte_of_the_workspace_leaves(tmp_path: Path, record_property: Figure) -> None:
    parts = installed(tmp_path)
    with scripted.serve(scripted.says("NO_ANSWER")) as server:
        model = Model(settings(server.url, llm_external=True, llm_rephrase=True), store=parts.store)
        writer = Writer(parts.answerer(), model, rephrases=True, reranks=True)
        history = (Turn("user", f"What does {SECRET} owe?"), Turn("assistant", "A penalty."))
        for n in range(CALLS):
            said = history if n % 2 else ()
            question = Question(ASKED[n % len(ASKED)].format(SECRET), "lawyer", None, said)
            answer = list(writer.stream(question))[-1] if n % 3 else writer.answer(question)
            assert getattr(answer, "engine", None) == "extractive"
        assert server.asked == []
        Permits(parts.store).grant("anne", NOW)
        writer.answer(Question("When must I pay the invoice?", "lawyer", None))
        assert len(server.asked) > 0, "with the permit it is asked: the log would have shown it"
    record_property("figure", f"0 of {CALLS} questions of lawyers reached the model's server")
    parts.store.close()
