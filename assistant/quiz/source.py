"""Where an item's answer stands: the text behind a source, the place of its quotation, and a digest of all that it rests on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from knowledge.errors import NotFound
from knowledge.library import Library
from knowledge.models import LANGUAGES, Document, Language, Visibility
from knowledge.quiz import Item, Source

Entry = TypeVar("Entry")

_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True, slots=True)
class Place:
    """The text that a quotation is taken from. An internal one is never shown to the public."""

    kind: str
    title: str
    text: str
    visibility: Visibility = "public"

    def find(self, quote: str) -> tuple[int, int] | None:
        """From where to where the words stand in the text, however their lines are broken; `None` if they do not."""
        at = self.text.find(quote)
        if at >= 0:
            return at, at + len(quote)
        found = re.search(r"\s+".join(map(re.escape, quote.split())), self.text)
        return found.span() if found else None


class Sources:
    """Looks up sources in one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def place(self, source: Source, lang: Language) -> Place:
        """The text behind `source`. Raises `NotFound` if the library has no such thing."""
        library = self._library
        if source.guidance is not None:
            return self._guidance(source.guidance, source.quote[lang], lang)
        if source.clause is not None:
            return self._clause(source, lang)
        if source.authority is not None:
            authority = library.authority(source.authority)
            ref = authority.ref[lang]
            return Place("authority", ref[:1].upper() + ref[1:], authority.text[lang])
        if source.definition is not None:
            definition = _known(library.definitions, source.definition, "definition")
            return Place("definition", definition.term[lang], definition.text[lang])
        if source.point is not None:
            return self._point(source.point, lang)
        term = _known(library.glossary, source.term or "", "term")
        return Place("term", term.term[lang], term.meaning[lang])

    def digest(self, item: Item) -> str:
        """Changes with the passage that is quoted, and with what the library says of the item's authorities and clause."""
        total = hashlib.sha256()
        for lang in LANGUAGES:
            place = self.place(item.source, lang)
            total.update(repr((lang, self._quoted_part(place, item.source.quote[lang]))).encode())
            for key in item.authorities:
                known = self._library.authorities.get(key)
                total.update(repr((key, known and (known.text[lang], known.status))).encode())
            if item.clause is not None and item.clause in self._library.clauses:
                clause = self._library.clauses[item.clause]
                texts = [(position, variant.text[lang]) for position, variant in clause.positions.items()]
                ladder = [(step.id, step.text[lang], step.give[lang], step.get[lang]) for step in clause.ladder]
                total.update(repr((item.clause, texts, ladder)).encode())
        return total.hexdigest()[:24]

    @staticmethod
    def _quoted_part(place: Place, quote: str) -> str:
        """The paragraph that holds the quotation; all of the text where none does."""
        parts = place.text.split("\n\n")
        words = " ".join(quote.split())
        return next((part for part in parts if words in " ".join(part.split())), place.text)

    def _guidance(self, topic: str, quote: str, lang: Language) -> Place:
        document = _known(self._documents, f"guidance-{lang}-{topic}", "guidance text")
        public = "\n\n".join(passage.text for passage in document.passages if passage.visibility == "public")
        place = Place("guidance", document.title, public)
        if place.find(quote):
            return place
        whole = "\n\n".join(passage.text for passage in document.passages)
        return Place("guidance", document.title, whole, "internal" if Place("", "", whole).find(quote) else "public")

    def _clause(self, source: Source, lang: Language) -> Place:
        clause = self._library.clause(source.clause or "")
        if source.step is not None:
            steps = {step.id: step for step in clause.ladder}
            step = _known(steps, source.step, f"step of the ladder of {clause.type}")
            words = "\n\n".join((step.text[lang], step.give[lang], step.get[lang]))
            return Place("clause", clause.title[lang], plain(words))
        assert source.position is not None
        return Place("clause", clause.title[lang], plain(clause.variant(source.position).text[lang]))

    def _point(self, name: str, lang: Language) -> Place:
        point = _known(self._library.negotiation, name, "point of a negotiation")
        stances = (point.customer, point.provider)
        said = [text[lang] for one in stances for text in (one.want, one.matters, one.objection, one.reply)]
        return Place("clause", self._library.clause(name).title[lang], "\n\n".join(said))

    @cached_property
    def _documents(self) -> dict[str, Document]:
        return {document.id: document for document in self._library.guidance}


def plain(text: str) -> str:
    """`text` without the asterisks of emphasis."""
    return _EMPHASIS.sub(r"\1", text)


def _known(entries: Mapping[str, Entry], key: str, what: str) -> Entry:
    try:
        return entries[key]
    except KeyError:
        raise NotFound(f"the library has no {what} {key!r}: correct the source of the item") from None
