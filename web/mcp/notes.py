"""What a program may leave with the firm, where the operator has said so: what an answer was worth, what the library lacks, a
letter to a lawyer. Each is kept as if a person had left it, and nothing that was there is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, Literal

from assistant.answer import Answer, as_json
from assistant.journal import Journal
from knowledge.models import Language
from knowledge.store import Store
from web.mcp.tools import Told
from web.widget.handoff import Handoffs, Letter

PLACE: Final = "mcp"
"""Where letters come from that a program handed over."""
LONGEST: Final = 2000
"""Characters of a reason."""


class Notes:
    """Writes down what programs leave. `answer` gives the answer to a question, which is kept with what is said of it."""

    def __init__(
        self,
        store: Store,
        answer: Callable[[str, Language | None], Answer],
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._journal, self._handoffs = Journal(store), Handoffs(store)
        self._answer, self._now = answer, now

    def rate(self, question: str, verdict: Literal["up", "down"], reason: str | None, lang: Language | None) -> Told:
        """What somebody thought of the answer to a question."""
        return self._kept(question, verdict, reason, lang, "Noted: thank you.")

    def lack(self, question: str, wanted: str | None, lang: Language | None) -> Told:
        """A question that the library should answer, or answer better: a candidate for a text."""
        return self._kept(
            question, "down", wanted, lang, "Noted as a candidate for a text: `clausier learn list` shows it."
        )

    def hand_over(self, letter: Letter) -> Told:
        """A letter to the firm. Raises `Unfit` for one that it could not answer."""
        kept = self._handoffs.add(PLACE, letter, self._now())
        said = f"Handed over under the number {kept.number}: a lawyer answers to {kept.email}."
        return Told(said, {"number": kept.number, "ai_generated": False})

    def _kept(
        self, question: str, verdict: Literal["up", "down"], reason: str | None, lang: Language | None, said: str
    ) -> Told:
        moment, answer = self._now(), self._answer(question, lang)
        conversation = self._journal.open(moment)
        key = self._journal.add(conversation, question, as_json(answer), moment)
        self._journal.rate(conversation, key, verdict, reason, moment)
        return Told(said, {"conversation_id": conversation, "answer_id": key, "ai_generated": False})
