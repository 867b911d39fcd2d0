"""Draft clauses for a request in plain words, or by their types."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from assistant.draft.brief import Brief, understand
from assistant.draft.match import Candidate, Matcher
from assistant.draft.write import Draft, Drafted, warnings, write
from assistant.retrieve import Retriever
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Position


class Drafter:
    """Drafts from one library. Without a retriever, requests are understood by their words alone."""

    def __init__(self, library: Library, retriever: Retriever | None, today: Callable[[], dt.date]) -> None:
        self._library = library
        self._retriever = retriever
        self._today = today

    @cached_property
    def matcher(self) -> Matcher:
        """Made when the first request in words comes."""
        return Matcher(self._library, self._retriever)

    def types(self, text: str, lang: Language) -> list[Candidate]:
        """The clause types that `text` is about, the likeliest first."""
        return self.matcher.rank(text, lang)

    def draft(
        self,
        request: str = "",
        *,
        types: Sequence[str] = (),
        position: Position | None = None,
        lang: Language | None = None,
        given: Mapping[str, object] | None = None,
    ) -> Draft:
        """The clauses of `types`, or the one that `request` is about. What is given goes before what the request says.

        Raises `InvalidInput` for a request that asks for nothing and for a value that is none, `NotFound` for a clause type
        or position that there is not.
        """
        began = time.perf_counter()
        request = " ".join(request.split())
        if not request and not types:
            raise InvalidInput("say in a few words which clause you need, or name its type")
        briefs = [self._brief(request, kind, lang) for kind in types or (None,)]
        if position:
            briefs = [
                replace(brief, position=position, position_said=brief.position_said or position) for brief in briefs
            ]
        unclaimed = dict(given or {})
        drafted: list[Drafted] = []
        beware: list[str] = []
        for brief in briefs:
            clause = self._library.clause(brief.type)
            own = clause.read({name: value for name, value in (given or {}).items() if name in clause.variables})
            unclaimed = {name: value for name, value in unclaimed.items() if name not in clause.variables}
            drafted.append(write(clause, brief.position, brief.language, {**brief.values, **own}))
            beware += warnings(drafted[-1], self._library, self._today(), brief)
        if unclaimed:
            self._library.clause(briefs[0].type).read(unclaimed)
        elapsed = (time.perf_counter() - began) * 1000
        return Draft(request, briefs[0].language, tuple(drafted), tuple(dict.fromkeys(beware)), briefs[0], elapsed)

    def _brief(self, request: str, kind: str | None, lang: Language | None) -> Brief:
        if request:
            return understand(request, self._library, self.matcher, lang, kind)
        return Brief("", self._library.clause(kind or "").type, "balanced", lang or "en")
