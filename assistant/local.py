"""Clausier in this process, for programs: the same calls and the same answers as over HTTP (`web/client.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from assistant.answer import Answer, Question
from assistant.answer import as_json as answer_json
from assistant.checklist import origin, points
from assistant.checklist.points import Checklist
from assistant.converse import Turn
from assistant.draft.show import as_json as draft_json
from assistant.draft.show import clause_json, listing
from assistant.draft.write import Draft
from assistant.retrieve import VISIBLE
from assistant.search import passage_json, search
from assistant.wiring import Assistant
from knowledge.errors import InvalidInput, NotFound, TooLarge
from knowledge.models import LANGUAGES, Audience, Kind, Language, Passage, Position, Side
from knowledge.review import Reviews, due_dates
from knowledge.text import clean

MOST: Final = 50
"""Passages that one search gives at most."""


class Local:
    """The calls of programs over an open assistant, for one audience: what it may not see is not there."""

    def __init__(
        self, assistant: Assistant, audience: Audience = "client", today: Callable[[], dt.date] = dt.date.today
    ) -> None:
        self.assistant, self.audience = assistant, audience
        self._today = today

    def search(
        self,
        q: str,
        *,
        k: int = 10,
        kind: Kind | None = None,
        topic: str | None = None,
        lang: Literal["en", "fr", "any"] = "any",
    ) -> dict[str, Any]:
        """The passages that answer `q`, ranked. Raises `InvalidInput` or `TooLarge`."""
        if not 1 <= k <= MOST:
            raise InvalidInput(f"k must be 1 to {MOST}")
        return search(
            self.assistant.retriever,
            self._words(q, "the query"),
            audience=self.audience,
            langs=LANGUAGES if lang == "any" else (lang,),
            kinds=(kind,) if kind else (),
            topics=(topic,) if topic else (),
            limit=k,
            reviews=Reviews(due_dates(self.assistant.library), self._today()),
            types=self.assistant.drafter.types,
        )

    def answer(
        self, question: str, *, lang: Language | None = None, history: Sequence[Mapping[str, str]] = ()
    ) -> Answer:
        """The answer as a noun. Raises `InvalidInput` or `TooLarge`."""
        said = tuple(Turn("user" if turn["role"] == "user" else "assistant", turn["content"]) for turn in history)
        return self.assistant.writer.answer(Question(self._words(question, "the question"), self.audience, lang, said))

    def ask(
        self, question: str, *, lang: Language | None = None, history: Sequence[Mapping[str, str]] = ()
    ) -> dict[str, Any]:
        """One answer with its sources. `history` holds what was said before, as `{"role": ..., "content": ...}`."""
        return answer_json(self.answer(question, lang=lang, history=history))

    def clauses(self, *, topic: str | None = None) -> dict[str, Any]:
        """What can be drafted; with a topic, what is on it."""
        return {"clauses": [one for one in listing(self.assistant.library) if not topic or topic in one["topics"]]}

    def clause(self, clause_id: str) -> dict[str, Any]:
        """A clause type with its wordings, or one of them: `liability`, `liability.balanced`. Raises `NotFound`."""
        kind, _, position = clause_id.partition(".")
        found = self.assistant.library.clause(kind)
        shown = clause_json(found, self.audience, self._today())
        if position:
            shown["positions"] = [one for one in shown["positions"] if one["position"] == position]
        if not shown["positions"]:
            raise NotFound(f"{kind} has no position {position!r}: choose of {', '.join(found.positions)}")
        return shown

    def drafted(
        self,
        request: str = "",
        *,
        types: Sequence[str] = (),
        position: Position | None = None,
        lang: Language | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Draft:
        """The draft as a noun. Raises `InvalidInput`, `TooLarge` or `NotFound`."""
        words = self._words(request, "the request") if request else ""
        return self.assistant.drafter.draft(words, types=types, position=position, lang=lang, given=values)

    def draft(
        self,
        request: str = "",
        *,
        types: Sequence[str] = (),
        position: Position | None = None,
        lang: Language | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Clauses from the library, for a request in plain words or by their types."""
        made = self.drafted(request, types=types, position=position, lang=lang, values=values)
        return draft_json(made, self.audience)

    def points(self, *, topics: Sequence[str] = (), side: Side = "customer", lang: Language = "en") -> Checklist:
        """The checklist as a noun. Raises `InvalidInput`."""
        library = self.assistant.library
        selected = origin.from_topics(library, topics, side)
        made = points.checklist(library, selected, side=side, lang=lang, today=self._today())
        return made if self.audience == "lawyer" else points.public(made)

    def checklist(
        self, *, topics: Sequence[str] = (), side: Side = "customer", lang: Language = "en"
    ) -> dict[str, Any]:
        """What to settle on these topics (none: all), with what to ask, why and in which words."""
        return points.as_json(self.points(topics=topics, side=side, lang=lang))

    def passage(self, passage_id: str) -> dict[str, Any]:
        """A passage with its text and where it stands. Raises `NotFound`, also for one that the audience may not see."""
        return passage_json(self.found(passage_id))

    def found(self, passage_id: str) -> Passage:
        """The passage as a noun."""
        return self.assistant.store.passage(passage_id, internal="internal" in VISIBLE[self.audience])

    def _words(self, text: str, what: str) -> str:
        most = self.assistant.settings.max_question_characters
        if len(text) > most:
            raise TooLarge(f"{what} is longer than {most:,} characters: shorten it")
        try:
            words = clean(text)
        except ValueError as error:
            raise InvalidInput(f"{what}: {error}") from None
        if not words:
            raise InvalidInput(f"{what} is empty: write what you want to know")
        return words
