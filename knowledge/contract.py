"""The noun of a review: one contract as it was read, its parts with their places, and what a reader would not have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.models import Language

Part = Literal["preamble", "clause", "definition", "annex", "signature"]
"""What a part of a contract is for."""
HiddenKind = Literal[
    "hidden_text", "invisible_characters", "lookalike_characters", "tiny_text", "white_text", "comment", "deletion",
    "insertion", "metadata", "field", "external_link", "machine_instruction", "embedded_file",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered article or sub-clause, or a paragraph where nothing is numbered: `contract.text[start:end]`.

    `level` counts from 1; `parent` is the index of the clause that holds this one. A clause ends where the next one
    begins, so that none overlap; an article with its sub-clauses reaches to `Contract.article(clause).end`.
    """

    index: int
    number: str
    heading: str
    start: int
    end: int
    level: int
    parent: int | None
    page: int | None
    lang: Language
    part: Part = "clause"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that a reader of the file may not have seen. `start` and `end` are its place in the text, where it has
    one; what has none was left out of the text."""

    kind: HiddenKind
    quote: str
    where: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract under review. It is never indexed.

    `text` is what a person sees who accepts all changes. `pages` holds the offset at which each page starts; empty for
    formats without pages.
    """

    name: str
    sha256: str
    lang: Language
    text: str
    pages: tuple[int, ...]
    clauses: tuple[Clause, ...]
    hidden: tuple[Hidden, ...]
    warnings: tuple[str, ...]
    bilingual: bool = False

    def page(self, offset: int) -> int | None:
        """The page, from 1, on which `offset` stands."""
        if not self.pages:
            return None
        return max(1, sum(start <= offset for start in self.pages))

    def clause_at(self, offset: int) -> Clause | None:
        """The clause in which `offset` stands."""
        low, high = 0, len(self.clauses)
        while low < high:
            middle = (low + high) // 2
            if self.clauses[middle].start <= offset:
                low = middle + 1
            else:
                high = middle
        found = self.clauses[low - 1] if low else None
        return found if found and offset < found.end else None

    def article(self, clause: Clause) -> tuple[int, int]:
        """From where to where the article reaches that holds `clause`, with all its sub-clauses."""
        top = clause
        while top.parent is not None:
            top = self.clauses[top.parent]
        end = top.end
        for following in self.clauses[top.index + 1 :]:
            if following.level <= top.level:
                break
            end = following.end
        return top.start, end

    def place(self, offset: int) -> str:
        """The number of the clause in which `offset` stands, or its heading; empty where neither is known."""
        clause = self.clause_at(offset)
        while clause is not None and not (clause.number or clause.heading):
            clause = self.clauses[clause.parent] if clause.parent is not None else None
        return (clause.number or clause.heading) if clause else ""
