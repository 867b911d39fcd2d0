"""Put an agreement together: parties, recitals, special terms, definitions in use, articles, signatures, annexes.

Every piece is made once for each language and, for two languages, paired. Numbers and references are left to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.agreement.conflicts import Conflict, conflicts
from assistant.agreement.facts import Facts
from assistant.agreement.intake import Intake
from assistant.agreement.plan import Chosen, Plan, holds, plan
from assistant.agreement.refer import annexes_named, linked, titles
from assistant.draft.layout import numbered
from knowledge.agreement import Annex, Part, Row
from knowledge.definitions import used
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.wording import fold
from prompts.document import (
    Block,
    Bullet,
    Content,
    Document,
    Heading,
    Numbered,
    PageBreak,
    Pair,
    Paragraph,
    Reference,
    Run,
    Simple,
    Table,
    inline,
)

DEFINITIONS: Final = "definitions"
"""The anchor of the article that defines terms."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract that can be signed once its gaps are filled. `texts` are the filled wordings by language and type."""

    plan: Plan
    languages: tuple[Language, ...]
    document: Document
    conflicts: tuple[Conflict, ...]
    definitions: tuple[str, ...]
    annexes: tuple[str, ...]
    gaps: tuple[str, ...]
    texts: dict[Language, dict[str, str]]


class Contradictory(InvalidInput):
    """The needs contradict themselves; nothing was produced. `found` says how."""

    def __init__(self, found: Sequence[Conflict], lang: Language) -> None:
        blocking = [conflict for conflict in found if conflict.blocking]
        self.found = tuple(blocking)
        super().__init__(" | ".join(conflict.message[lang] for conflict in blocking))


def agree(intake: Intake, library: Library, languages: Sequence[Language]) -> Agreement:
    """The agreement for these needs, in one language or in two side by side.

    Raises `Contradictory` before anything is written if figures cannot all be kept, and whatever `plan` raises.
    """
    made = plan(intake, library)
    found = conflicts(made, library)
    if any(conflict.blocking for conflict in found):
        raise Contradictory(found, languages[0])
    return _Assembly(made, library, tuple(languages), found).agreement()


class _Assembly:
    """One agreement in the making: what all its pieces need."""

    def __init__(
        self, made: Plan, library: Library, languages: tuple[Language, ...], found: tuple[Conflict, ...]
    ) -> None:
        self._plan, self._library, self._found = made, library, found
        self._languages, self._pattern = languages, library.agreement
        self._facts = {lang: Facts(made, self._pattern, lang) for lang in LANGUAGES}
        self._texts = {lang: {one.type: _wording(one, lang) for one in made.chosen} for lang in LANGUAGES}
        self._annexes = tuple(self._annexes_needed())
        self._definitions = tuple(self._terms_used())

    def agreement(self) -> Agreement:
        """The whole of it."""
        columns = [list(self._blocks(lang)) for lang in self._languages]
        blocks = columns[0] if len(columns) == 1 else list(_paired(columns[0], columns[1]))
        lang, frame = self._languages[0], self._pattern.frame
        title = self._title(lang)
        document = Document(
            title,
            lang,
            tuple(blocks),
            header=title,
            footer=frame.initials[lang],
            subject=self._facts[lang].fill("{site.name}"),
        )
        gaps = {gap: None for one in self._languages[:1] for gap in self._facts[one].gaps}
        for chosen in self._plan.chosen:
            for name in chosen.clause.variant(chosen.position).names():
                if chosen.values[name] in (None, "", ()):
                    gaps[chosen.clause.variables[name].label[lang]] = None
        texts = {one: self._texts[one] for one in self._languages}
        return Agreement(
            self._plan, self._languages, document, self._found, self._definitions, self._annexes, tuple(gaps), texts
        )

    def _title(self, lang: Language) -> str:
        said = self._plan.intake.title
        if said is None:
            return self._pattern.frame.title[lang]
        return said if isinstance(said, str) else said.get(lang) or next(iter(said.values()))

    def _annexes_needed(self) -> Iterator[str]:
        """The annexes that the needs call for and those that a chosen clause names."""
        named = set(annexes_named("\n".join(self._texts["fr"].values()), "fr", self._pattern))
        for key, annex in self._pattern.annexes.items():
            if annex.always or key in named or any(self._plan.get(kind) for kind in annex.of):
                yield key

    def _terms_used(self) -> Iterator[str]:
        """The defined terms of articles, recitals and annexes, in the order of the first language."""
        found: set[str] = set()
        for lang in self._languages:
            found.update(used(self._library.definitions, self._plain(lang), lang))
        first = self._languages[0]
        yield from sorted(found, key=lambda key: fold(self._library.definitions[key].term[first]))

    def _plain(self, lang: Language) -> str:
        """All that uses terms."""
        recitals = (recital.text[lang] for recital in self._pattern.recitals)
        return "\n".join((*self._texts[lang].values(), *recitals, *self._annex_words(lang)))

    def _annex_words(self, lang: Language) -> Iterator[str]:
        for key in self._annexes:
            for part in self._parts(self._pattern.annexes[key]):
                yield from (words[lang] for words in (part.text, part.none) if words)
                yield from (cell for row in self._rows(part.rows) for cell in row.cells[lang])

    def _blocks(self, lang: Language) -> Iterator[Simple]:
        yield from self._head(lang)
        yield from self._defined(lang)
        for one in self._plan.chosen:
            yield from self._article(one, lang)
        yield from self._signatures(lang)
        for key in self._annexes:
            yield from self._annex(key, lang)

    def _read(self, text: str, lang: Language) -> Content:
        """Words with the numbers of what they refer to."""
        chosen = {title: kind for title, kind in titles(self._library, lang).items() if self._plan.get(kind)}
        clauses = {title: self._anchor(kind, lang) for title, kind in chosen.items()}
        annexes = {
            name: self._anchor(f"annex-{key}", lang)
            for key in self._annexes
            for annex in (self._pattern.annexes[key],)
            for name in (annex.name[lang], *annex.aliases.get(lang, ()))
        }
        return linked(text, lang, clauses, annexes)

    def _anchor(self, name: str, lang: Language) -> str:
        return f"{lang}-{name}" if len(self._languages) > 1 else name

    def _head(self, lang: Language) -> Iterator[Simple]:
        frame, facts = self._pattern.frame, self._facts[lang]
        yield Paragraph(inline(self._title(lang)), "title", lang)
        yield Paragraph(inline(facts.fill("{site.name}")), "subtitle", lang)
        yield Paragraph(inline(frame.between[lang]), lang=lang)
        yield Paragraph(inline(facts.fill(frame.customer[lang])), lang=lang)
        yield Paragraph(inline(frame.conjunction[lang]), lang=lang)
        yield Paragraph(inline(facts.fill(frame.provider[lang])), lang=lang)
        yield Paragraph(inline(frame.together[lang]), lang=lang)
        yield Heading(inline(frame.recitals[lang]), lang=lang)
        for recital in self._pattern.recitals:
            if holds(recital.when, self._plan.intake):
                yield Numbered(inline(facts.fill(recital.text[lang])), 2, lang=lang)
        if len(self._languages) > 1:
            yield Numbered(inline(frame.two_languages[lang]), 2, lang=lang)
        yield Paragraph((Run(frame.agreed[lang], bold=True),), lang=lang)
        yield Heading(inline(frame.special_terms[lang]), lang=lang)
        yield self._table(frame.special_terms_head[lang], self._rows(self._pattern.special_terms), lang)

    def _defined(self, lang: Language) -> Iterator[Simple]:
        frame = self._pattern.frame
        anchor = self._anchor(DEFINITIONS, lang)
        yield Heading(inline(frame.definitions[lang]), listing="article", anchor=anchor, lang=lang)
        yield Numbered(inline(frame.definitions_lead[lang]), lang=lang)
        colon = {"en": ": ", "fr": " : "}[lang]
        for key in self._definitions:
            definition = self._library.definitions[key]
            term = Run(definition.term[lang], bold=True)
            yield Bullet((term, Run(colon), *self._read(definition.text[lang], lang)), lang)

    def _article(self, one: Chosen, lang: Language) -> Iterator[Simple]:
        anchor = self._anchor(one.type, lang)
        yield Heading(inline(one.clause.title[lang]), listing="article", anchor=anchor, lang=lang)
        apparent = one.type in self._pattern.apparent

        def read(text: str) -> Content:
            return _strong(self._read(text, lang)) if apparent else self._read(text, lang)

        yield from numbered(self._texts[lang][one.type], lang, read)

    def _signatures(self, lang: Language) -> Iterator[Simple]:
        frame, facts = self._pattern.frame, self._facts[lang]
        yield Heading(inline(frame.annexes[lang]), lang=lang)
        yield Paragraph(inline(frame.annexes_lead[lang]), lang=lang)
        for key in self._annexes:
            name = inline(
                f" : {self._pattern.annexes[key].name[lang]}"
                if lang == "fr"
                else f": {self._pattern.annexes[key].name[lang]}"
            )
            yield Bullet((Reference(self._anchor(f"annex-{key}", lang)), *name), lang)
        yield PageBreak()
        yield Heading(inline(frame.signature[lang]), lang=lang)
        yield Paragraph(inline(facts.fill(frame.signed[lang])), "field", lang)
        signatories = (
            (frame.for_customer[lang], "{customer.represented_by}"),
            (frame.for_provider[lang], "{provider.represented_by}"),
        )
        head = tuple(inline(title) for title, _ in signatories)
        rows = [
            tuple(inline(line.replace("{who}", facts.fill(who)) + "\n\n") for _, who in signatories)
            for line in frame.signatory[lang]
        ]
        yield Table((head, *rows), (1, 1), lang)

    def _annex(self, key: str, lang: Language) -> Iterator[Simple]:
        annex = self._pattern.annexes[key]
        yield PageBreak()
        anchor = self._anchor(f"annex-{key}", lang)
        yield Heading(inline(annex.name[lang]), listing="annex", anchor=anchor, lang=lang)
        for part in self._parts(annex):
            yield from self._part(part, lang)

    def _part(self, part: Part, lang: Language) -> Iterator[Simple]:
        facts = self._facts[lang]
        if part.text:
            yield Paragraph(self._read(facts.fill(part.text[lang]), lang), lang=lang)
        if part.each and part.head and part.cells:
            items = self._plan.intake.answer(part.each) or ()
            if items:
                rows = (tuple(inline(facts.fill(cell, item)) for cell in part.cells[lang]) for item in items)
                yield Table((tuple(map(inline, part.head[lang])), *rows), lang=lang)
            elif part.none:
                yield Paragraph(inline(part.none[lang]), lang=lang)
        elif part.head:
            yield self._table(part.head[lang], self._rows(part.rows), lang)

    def _table(self, head: Sequence[str], rows: Iterable[Row], lang: Language) -> Table:
        facts = self._facts[lang]
        cells = (tuple(self._read(facts.fill(cell), lang) for cell in row.cells[lang]) for row in rows)
        widths = (2.0, 3.0) if len(head) == 2 else ()
        return Table((tuple(map(inline, head)), *cells), widths, lang)

    def _parts(self, annex: Annex) -> Iterator[Part]:
        for part in annex.parts:
            stand = {kind: one.position for kind in (*part.only, *part.without) if (one := self._plan.get(kind))}
            if (
                self._has(part.of)
                and all(stand.get(kind) == position for kind, position in part.only.items())
                and not any(stand.get(kind) == position for kind, position in part.without.items())
            ):
                yield part

    def _rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            values = {name: self._variable(name) for name in row.holding}
            if self._has(row.of) and all(values[name] in allowed for name, allowed in row.holding.items()):
                yield row

    def _variable(self, name: str) -> object:
        return next((one.values[name] for one in self._plan.chosen if name in one.values), None)

    def _has(self, kinds: Sequence[str]) -> bool:
        return not kinds or any(self._plan.get(kind) for kind in kinds)


def _wording(one: Chosen, lang: Language) -> str:
    return one.clause.fill(one.clause.variant(one.position).text[lang], one.values, lang)


def _strong(content: Content) -> Content:
    return tuple(Run(piece.text, True, piece.italic) if isinstance(piece, Run) else piece for piece in content)


def _paired(left: Sequence[Simple], right: Sequence[Simple]) -> Iterator[Block]:
    """Two columns as one document: paragraphs side by side, tables with both languages in each cell.

    Raises `ValueError` if the two languages have not as many pieces.
    """
    for one, other in zip(left, right, strict=True):
        if isinstance(one, PageBreak):
            yield one
        elif isinstance(one, Table) and isinstance(other, Table):
            yield _both(one, other)
        else:
            yield Pair(one, other)


def _both(one: Table, other: Table) -> Table:
    rows = []
    for left, right in zip(one.rows, other.rows, strict=True):
        rows.append(tuple(_stacked(a, b, other.lang) for a, b in zip(left, right, strict=True)))
    return Table(tuple(rows), one.widths, one.lang)


def _stacked(one: Content, other: Content, lang: str | None) -> Content:
    if one == other:
        return one
    foreign = (Run(piece.text, piece.bold, True, lang=lang) if isinstance(piece, Run) else piece for piece in other)
    return (*one, Run("\n"), *foreign)
