"""The calls of one server, typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import httpx

from web.client.failure import Broken, failure
from web.client.shapes import (
    Agreement,
    Answer,
    Audience,
    Authority,
    Checklist,
    Clause,
    Clauses,
    Conversation,
    Conversations,
    DeletedConversation,
    DeletedReview,
    Done,
    Draft,
    Found,
    Health,
    Kind,
    Language,
    Passage,
    Position,
    Review,
    Side,
    Topics,
    Turn,
)
from web.client.wire import SECONDS, Wire, part


class Client(Wire):
    """The calls of one server. `key` is one that its administrator made; `audience` is for whom answers are meant, and
    `lawyer` takes the key of one."""

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        audience: Audience = "client",
        seconds: float = SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        super().__init__(address, key, seconds, transport)
        self._audience = audience

    # --- questions --------------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        lang: Language | None = None,
        history: Sequence[Turn] | None = None,
        conversation_id: str | None = None,
    ) -> Answer:
        """One answer. With `history` nothing is kept by the server; else it joins `conversation_id`, or begins one."""
        return cast(Answer, self._json("POST", "/api/v1/ask", self._question(question, lang, history, conversation_id)))

    def ask_stream(
        self,
        question: str,
        *,
        lang: Language | None = None,
        history: Sequence[Turn] | None = None,
        conversation_id: str | None = None,
    ) -> Iterator[str | Answer]:
        """The words of the answer as they come, and at last the whole answer with its verified citations."""
        asked = self._question(question, lang, history, conversation_id)
        is_done = False
        for name, data in self._events("POST", "/api/v1/ask", asked):
            if name == "token":
                yield data["text"]
            elif name == "answer":
                yield cast(Answer, data)
            elif name == "error":
                raise failure(500, data)
            is_done = is_done or name == "done"
        if not is_done:
            raise Broken(500, "broken", "the answer broke off: ask again")

    def feedback(
        self, conversation_id: str, answer_id: str, verdict: Literal["up", "down"], reason: str | None = None
    ) -> Done:
        """Say whether an answer helped."""
        given = {"conversation_id": conversation_id, "answer_id": answer_id, "verdict": verdict, "reason": reason}
        return cast(Done, self._json("POST", "/api/v1/feedback", given))

    def conversations(self, *, limit: int = 100) -> Conversations:
        """What was asked, the last first; with a key of the scope `conversations`."""
        return cast(Conversations, self._json("GET", "/api/v1/conversations", query={"limit": limit}))

    def conversation(self, conversation_id: str) -> Conversation:
        """Everything that was said, in order."""
        return cast(Conversation, self._json("GET", f"/api/v1/conversations/{part(conversation_id)}"))

    def delete_conversation(self, conversation_id: str) -> DeletedConversation:
        """Delete a conversation for good."""
        return cast(DeletedConversation, self._json("DELETE", f"/api/v1/conversations/{part(conversation_id)}"))

    # --- look-ups ---------------------------------------------------------------------------------------------------------

    def search(
        self,
        q: str,
        *,
        k: int = 10,
        kind: Kind | None = None,
        topic: str | None = None,
        lang: Literal["en", "fr", "any"] = "any",
    ) -> Found:
        """The passages that answer `q`, ranked."""
        query: dict[str, str | int | None] = {
            "q": q,
            "k": k,
            "kind": kind,
            "topic": topic,
            "lang": lang,
            "audience": self._audience,
        }
        return cast(Found, self._json("GET", "/api/v1/search", query=query))

    def topics(self) -> Topics:
        """Everything that a contract should settle."""
        return cast(Topics, self._json("GET", "/api/v1/topics"))

    def authority(self, key: str, *, lang: Language = "en") -> Authority:
        """A provision or decision."""
        return cast(Authority, self._json("GET", f"/api/v1/authorities/{part(key)}", query={"lang": lang}))

    def passage(self, passage_id: str) -> Passage:
        """A passage that the key may see."""
        return cast(Passage, self._json("GET", f"/api/v1/passages/{part(passage_id)}"))

    # --- drafting ---------------------------------------------------------------------------------------------------------

    def clauses(self, *, topic: str | None = None) -> Clauses:
        """What can be drafted."""
        return cast(Clauses, self._json("GET", "/api/v1/clauses", query={"topic": topic}))

    def clause(self, clause_id: str) -> Clause:
        """A clause type, or one wording of it: `liability`, `liability.balanced`."""
        query = {"audience": self._audience}
        return cast(Clause, self._json("GET", f"/api/v1/clauses/{part(clause_id)}", query=query))

    def draft(
        self,
        request: str = "",
        *,
        types: Sequence[str] = (),
        position: Position | None = None,
        lang: Language | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Draft:
        """Clauses from the library, for a request in plain words or by their types."""
        return cast(Draft, self._json("POST", "/api/v1/drafts", self._wanted(request, types, position, lang, values)))

    def draft_file(
        self,
        request: str = "",
        *,
        types: Sequence[str] = (),
        position: Position | None = None,
        lang: Language | None = None,
        values: Mapping[str, Any] | None = None,
        form: Literal["md", "docx"] = "docx",
    ) -> bytes:
        """The same as a file."""
        wanted = {**self._wanted(request, types, position, lang, values), "format": form}
        return self._send("POST", "/api/v1/drafts", wanted).content

    def agreement(self, intake: Mapping[str, Any], *, lang: Literal["fr", "en", "both"] = "fr") -> Agreement:
        """A whole agreement for needs as `clausier agreement intake` shows them; with the key of a lawyer."""
        return cast(Agreement, self._json("POST", "/api/v1/agreements", {"intake": dict(intake), "lang": lang}))

    def checklist(self, *, topics: Sequence[str] = (), side: Side = "customer", lang: Language = "en") -> Checklist:
        """What to settle on these topics (none: all), with what to ask, why and in which words."""
        asked = {"topics": list(topics), "side": side, "lang": lang}
        return cast(Checklist, self._json("POST", "/api/v1/checklists", asked))

    def checklist_file(
        self,
        *,
        topics: Sequence[str] = (),
        side: Side = "customer",
        lang: Language = "en",
        form: Literal["md", "html", "docx", "pdf", "csv", "xlsx"] = "docx",
    ) -> bytes:
        """The same as a file."""
        asked = {"topics": list(topics), "side": side, "lang": lang, "format": form}
        return self._send("POST", "/api/v1/checklists", asked).content

    # --- reviews ----------------------------------------------------------------------------------------------------------

    def review(
        self, name: str, data: bytes, *, side: Side = "customer", lang: Literal["auto", "en", "fr"] = "auto"
    ) -> Review:
        """Review a contract; the ending of `name` says of which kind the bytes are."""
        sent = {"files": {"file": (name, data)}, "data": {"side": side, "lang": lang}}
        return cast(Review, self._answered(self._call("POST", "/api/v1/reviews", **sent)).json())

    def kept_review(self, review_id: str) -> Review:
        """A review that is kept."""
        return cast(Review, self._json("GET", f"/api/v1/reviews/{part(review_id)}"))

    def review_file(self, review_id: str, form: Literal["json", "md", "docx", "memo"] = "docx") -> bytes:
        """The contract with tracked changes (docx), or a memo."""
        return self._send("GET", f"/api/v1/reviews/{part(review_id)}/export", query={"format": form}).content

    def delete_review(self, review_id: str) -> DeletedReview:
        """Delete a review and its file for good."""
        return cast(DeletedReview, self._json("DELETE", f"/api/v1/reviews/{part(review_id)}"))

    # --- the rest ---------------------------------------------------------------------------------------------------------

    def quiz_file(
        self, form: Literal["anki", "gift", "xml", "qti", "csv"], *, lang: Language = "en", topics: Sequence[str] = ()
    ) -> bytes:
        """The questions for training with their keys, for other programs."""
        query = {"format": form, "lang": lang, "topics": ",".join(topics)}
        return self._send("GET", "/api/v1/quiz/export", query=query).content

    def health(self) -> Health:
        """Whether the process answers."""
        return cast(Health, self._json("GET", "/healthz"))

    def ready(self) -> Health:
        """Whether questions are answered, and how the library is searched."""
        return cast(Health, self._json("GET", "/readyz"))

    # --- what is sent --------------------------------------------------------------------------------------------------

    def _question(
        self, question: str, lang: Language | None, history: Sequence[Turn] | None, conversation_id: str | None
    ) -> dict[str, Any]:
        asked: dict[str, Any] = {"question": question, "audience": self._audience, "lang": lang}
        if history is not None:
            asked["history"] = list(history)
        return asked | ({"conversation_id": conversation_id} if conversation_id else {})

    def _wanted(
        self,
        request: str,
        types: Sequence[str],
        position: Position | None,
        lang: Language | None,
        values: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        wanted = {"request": request, "types": list(types), "position": position, "lang": lang}
        return {**wanted, "values": dict(values or {}), "audience": self._audience}
