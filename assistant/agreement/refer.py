"""References in a wording: to other clauses by their titles, to annexes by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.agreement import Pattern
from knowledge.library import Library
from knowledge.models import Language
from prompts.document import Content, Reference, Run, inline

QUOTED: Final[Mapping[Language, re.Pattern[str]]] = {
    "fr": re.compile(r"«\s([^«»]+?)\s»"),
    "en": re.compile(r'"([^"]+)"'),
}
_CLAUSE: Final = re.compile(r"\bclauses?\b[^.;:()]*$", re.IGNORECASE)
_ANNEX: Final = re.compile(r"\bannexe?s?\b[^.;:()]*$", re.IGNORECASE)
REACH: Final = 160
"""Characters before a quoted title in which the word "clause" or "annex" makes it a reference."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference in a text: `text[start:end]` is the title with its quotation marks."""

    kind: Literal["clause", "annex"]
    name: str
    start: int
    end: int


def mentions(text: str, lang: Language) -> Iterator[Mention]:
    """The quoted titles that follow the word "clause" or "annex" in the same sentence; the nearer word decides."""
    for found in QUOTED[lang].finditer(text):
        before = QUOTED[lang].sub("", text[max(0, found.start() - REACH) : found.start()])
        clause, annex = _CLAUSE.search(before), _ANNEX.search(before)
        if clause or annex:
            kind: Literal["clause", "annex"] = "clause"
            if not clause or (annex and annex.start() > clause.start()):
                kind = "annex"
            yield Mention(kind, found[1], found.start(), found.end())


def clauses_named(text: str, lang: Language, titles: Mapping[str, str]) -> Iterator[str]:
    """The clause types that `text` refers to; `titles` leads from titles to types."""
    for mention in mentions(text, lang):
        if mention.kind == "clause" and mention.name in titles:
            yield titles[mention.name]


def annexes_named(text: str, lang: Language, pattern: Pattern) -> Iterator[str]:
    """The annexes that `text` names, by their keys."""
    named = {mention.name for mention in mentions(text, lang) if mention.kind == "annex"}
    for key, annex in pattern.annexes.items():
        if not named.isdisjoint((annex.name[lang], *annex.aliases.get(lang, ()))):
            yield key


def titles(library: Library, lang: Language) -> dict[str, str]:
    """The clause types by their titles, and by what stands before the colon of a title."""
    whole = {clause.title[lang]: kind for kind, clause in library.clauses.items()}
    short = {re.split(r"\s?:", title)[0]: kind for title, kind in whole.items()}
    return short | whole


def linked(text: str, lang: Language, clauses: Mapping[str, str], annexes: Mapping[str, str]) -> Content:
    """`text` with the number of what it refers to behind every reference: 'the clause "Audit" (article 12)'.

    `clauses` and `annexes` lead from titles and names to anchors. A title that leads nowhere stays as it is.
    """
    content: list[Run | Reference] = []
    at = 0
    for mention in mentions(text, lang):
        anchor = (clauses if mention.kind == "clause" else annexes).get(mention.name)
        if anchor:
            content += [*inline(text[at : mention.end]), Run(" ("), Reference(anchor), Run(")")]
            at = mention.end
    return (*content, *inline(text[at:]))
