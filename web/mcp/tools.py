"""What each tool does, and how it is told: words for whoever reads, JSON for programs. Nothing here knows the protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final, Literal
from urllib.parse import quote

from assistant.answer import Answer
from assistant.answer import as_json as answer_json
from assistant.checklist.document import write
from assistant.checklist.points import as_json as checklist_json
from assistant.cite import Citation
from assistant.draft.show import as_document
from assistant.draft.show import as_json as draft_json
from assistant.footnotes import BREAK, footnotes
from assistant.local import Local
from assistant.review.meaning import Meaning
from assistant.review.memo import memo
from assistant.review.review import Desk, open_desk, review
from assistant.review.review import as_json as review_json
from assistant.wiring import Assistant
from knowledge.contract import Contract
from knowledge.embed import Encoder
from knowledge.errors import Busy, ModelUnavailable, NotFound
from knowledge.library import ROOT
from knowledge.models import Audience, Kind, Language, Position, Side
from knowledge.playbook import load_playbook
from prompts.markdown import markdown
from web.mcp.contract import decoded, from_bytes, from_file

SCHEME: Final = "clausier://passages/"
AT_ONCE: Final = 2
"""Contracts that are read at the same time; each takes a processor for a second or so."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool gives: Markdown, and the same as JSON."""

    text: str
    data: Mapping[str, Any]


class Tools:
    """The tools over one open assistant. `folders` are those whose contracts may be named by their path; `noted` is told of
    each answer. Raises `NotFound` for a folder that there is not."""

    def __init__(
        self, assistant: Assistant, folders: Sequence[Path] = (), noted: Callable[[Answer], None] = lambda _: None
    ) -> None:
        self._assistant, self._noted = assistant, noted
        self._folders = tuple(folder.expanduser() for folder in folders)
        if missing := next((folder for folder in self._folders if not folder.is_dir()), None):
            raise NotFound(f"there is no folder {missing}: check --folder")
        self._places = BoundedSemaphore(AT_ONCE)
        self._desk: Desk | None = None

    @property
    def opens_files(self) -> bool:
        """Whether there is a folder whose files may be named."""
        return bool(self._folders)

    def answered(self, audience: Audience, question: str, lang: Language | None) -> Answer:
        """The answer to a question, as it is kept with what is said of it."""
        return self._local(audience).answer(question, lang=lang)

    def search(
        self, audience: Audience, query: str, k: int, kind: Kind | None, lang: Literal["en", "fr", "any"]
    ) -> Told:
        """The passages that answer a query."""
        found = self._local(audience).search(query, k=k, kind=kind, lang=lang)
        shown = [
            f"{hit['rank']}. **{' > '.join((hit['title'], *hit['heading']))}** <{_address(hit['passage_id'])}>\n\n{hit['text']}"
            for hit in found["hits"]
        ]
        return Told("\n\n".join(shown) or "The library holds nothing on this.", {**found, "ai_generated": False})

    def ask(self, audience: Audience, question: str, lang: Language | None) -> Told:
        """An answer with its sources as footnotes."""
        answer = self._local(audience).answer(question, lang=lang)
        self._noted(answer)
        notes = footnotes(answer, self._assistant.library, _cited)
        return Told(BREAK.join(part for part in (answer.prose, notes) if part), answer_json(answer))

    def clause(self, audience: Audience, clause: str | None, lang: Language) -> Told:
        """A clause type with its wordings; none named: all types in a line each."""
        local = self._local(audience)
        if not clause:
            listed = local.clauses()
            lines = [f"- `{one['type']}`: {one['title'][lang]}. {one['purpose'][lang]}" for one in listed["clauses"]]
            return Told("\n".join(lines), {**listed, "ai_generated": False})
        found = local.clause(clause)
        refs = self._references(found["authorities"], lang)
        texts = [f"## {one['position']} (`{one['clause_id']}`)\n\n{one['text'][lang]}" for one in found["positions"]]
        parts = [f"# {found['title'][lang]}", found["purpose"][lang], *texts, refs]
        return Told("\n\n".join(part for part in parts if part), {**found, "ai_generated": False})

    def draft(
        self,
        audience: Audience,
        request: str,
        types: Sequence[str],
        position: Position | None,
        lang: Language | None,
        values: Mapping[str, Any],
    ) -> Told:
        """Clauses from the library."""
        made = self._local(audience).drafted(request, types=types, position=position, lang=lang, values=values)
        text = markdown(as_document(made, self._assistant.library, audience))
        return Told(text, draft_json(made, audience))

    def checklist(self, audience: Audience, topics: Sequence[str], side: Side, lang: Language) -> Told:
        """What to settle in a negotiation."""
        made = self._local(audience).points(topics=topics, side=side, lang=lang)
        text = write(made, "md", templates=self._assistant.settings.templates_dir).decode()
        return Told(text, checklist_json(made))

    def review(self, name: str, text: str | None, encoded: str | None, side: Side, lang: Language | None) -> Told:
        """The review of a contract that is sent."""
        most = self._assistant.settings.max_upload_bytes
        return self._reviewed(lambda: from_bytes(name, decoded(text, encoded), most), side, lang)

    def review_file(self, path: str, side: Side, lang: Language | None) -> Told:
        """The review of a contract in a folder that was opened."""
        most = self._assistant.settings.max_upload_bytes
        return self._reviewed(lambda: from_file(path, self._folders, most), side, lang)

    def passage(self, audience: Audience, passage_id: str) -> dict[str, Any]:
        """A passage with its text verbatim, where it stands and the law that it rests on."""
        local = self._local(audience)
        passage, known = local.found(passage_id), self._assistant.library.authorities
        refs = [known[key].ref[passage.lang] for key in passage.authorities if key in known]
        return {**local.passage(passage_id), "authority_references": refs}

    def _local(self, audience: Audience) -> Local:
        return Local(self._assistant, audience)

    def _references(self, keys: Sequence[str], lang: Language) -> str:
        known = self._assistant.library.authorities
        return ", ".join(known[key].ref[lang] for key in keys if key in known)

    def _reviewed(self, read: Callable[[], Contract], side: Side, lang: Language | None) -> Told:
        if not self._places.acquire(blocking=False):
            raise Busy("other contracts are being read: try again in a moment")
        try:
            root = self._assistant.settings.library_dir or ROOT
            found = review(read(), load_playbook(root, side), self._opened(root), lang)
        finally:
            self._places.release()
        return Told(memo(found, self._assistant.library), review_json(found))

    def _opened(self, root: Path) -> Desk:
        if self._desk is None:
            library = self._assistant.library
            self._desk = open_desk(library, root, Meaning(library, self._encoder))
        return self._desk

    def _encoder(self) -> Encoder:
        encoder = self._assistant.retriever.encoder
        if encoder is None:
            raise ModelUnavailable("there is no embedding model: run `make model`")
        return encoder


def _address(passage_id: str) -> str:
    return f"{SCHEME}{quote(passage_id, safe='')}"


def _cited(citation: Citation) -> str:
    return _address(citation.passage.id)
