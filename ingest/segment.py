"""A contract into its parts: numbered articles and sub-clauses, definitions, annexes, signatures.

A part begins at a line with a number or a name of its own ("Article 4", "4.2", "Annex 1", "## Liability"). Bare numbers count
only where they go on from the one before, so that a list of conditions does not tear an article apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ingest.headings import LONGEST, run_in
from ingest.reading import Heading, Reading
from knowledge.contract import Clause, Part
from knowledge.language import detect
from knowledge.models import Language

LONGEST_TITLE: Final = 110
"""Characters of a line that may be the title of a part."""
PREFACE: Final = 200
"""Characters at the beginning in which a contract may call itself an exhibit of something else."""
TELLING: Final = 40
"""Characters from which the language of a part is looked at by itself."""

_MARKS = r"[#>*_\s]{0,8}"
_NAMED = re.compile(
    rf"{_MARKS}(?P<word>article|section|clause|art\.)\s+(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|[IVXLC]{{1,7}}|premier|1er)"
    r"\b(?:\s*(?:bis|ter))?(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(rf"{_MARKS}(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})(?:[.)]|\s?[-–—:])?\s+(?P<rest>\S[^\n]*)")
_BARE = re.compile(rf"{_MARKS}(?P<number>\d{{1,2}})(?:[.)]|\s?[-–—:°])\s*(?:[-–—]\s*)?(?P<rest>[^\W\d_«“\"*][^\n]*)")
_NAKED = re.compile(r"(?P<number>\d{1,2})\s+(?P<rest>[A-ZÀ-Ý][^\n]{2,80})$")
_ROMAN = re.compile(rf"{_MARKS}(?P<number>[IVX]{{1,6}})(?:[.)]|\s?[-–—:])\s*(?P<rest>[A-ZÀ-Ý][^\n]*)")
_ANNEX = re.compile(
    rf"{_MARKS}(?P<word>annexe?|appendix|schedule|exhibit|addendum)\s*(?P<number>(?:n[o°]\s*)?(?:\d{{1,2}}|[A-Z]|[IVX]{{1,4}})\b)?"
    r"(?P<rest>[^\n]{0,110})$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.)]?\s+(\S.*)")
_DEFINITIONS = re.compile(r"d[eé]finition", re.IGNORECASE)
_SIGNATURE = re.compile(
    rf"{_MARKS}(?:in witness whereof|signatures?\s*:?\s*$|fait à|fait en|pour le (?:client|prestataire)\b|signed (?:by|for))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;,]\s*$")
_ROMANS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a part begins: its number and title, its level from 1, and what it is for."""

    start: int
    number: str
    heading: str
    level: int
    part: Part = "clause"


def segment(reading: Reading, lang: Language) -> tuple[Clause, ...]:
    """The parts of a contract in order, from its first character to its last; `lang` is the language of the whole."""
    text = reading.text
    marks = list(_marks(text, reading.headings)) or list(_paragraphs(text))
    if not marks or text[: marks[0].start].strip():
        marks.insert(0, Mark(0, "", "", 1, "preamble"))
    marks = _below_title(marks)
    ends = [mark.start for mark in marks[1:]] + [len(text)]
    clauses: list[Clause] = []
    open_: list[Clause] = []
    for index, (mark, end) in enumerate(zip(marks, ends, strict=True)):
        while open_ and open_[-1].level >= mark.level:
            open_.pop()
        part = mark.part if mark.part != "clause" or not open_ else _inherited(open_[-1].part)
        piece = text[mark.start : end]
        clause = Clause(
            index,
            mark.number,
            mark.heading,
            mark.start,
            end,
            mark.level,
            open_[-1].index if open_ else None,
            _page(reading.pages, mark.start),
            detect(piece) if len(piece) > TELLING else lang,
            part,
        )
        clauses.append(clause)
        open_.append(clause)
    return tuple(clauses)


def _below_title(marks: list[Mark]) -> list[Mark]:
    """The marks, those below the title of the whole document lifted: it is no article that holds all others."""
    first, others = marks[0], marks[1:]
    tops = [mark for mark in others if mark.level == 1 and mark.part == "clause"]
    if first.number or first.part != "clause" or tops or not others:
        return marks
    return [replace(first, part="preamble"), *(replace(mark, level=max(1, mark.level - 1)) for mark in others)]


def _inherited(part: Part) -> Part:
    return part if part in ("annex", "definition", "signature") else "clause"


def _page(pages: tuple[int, ...], start: int) -> int | None:
    return max(1, sum(page <= start for page in pages)) if pages else None


def _marks(text: str, headings: Iterable[Heading]) -> Iterator[Mark]:
    """The beginnings of parts, in order."""
    titles = {heading.start: heading for heading in headings}
    has_articles = len(re.findall(rf"^{_MARKS}(?:article|section)\s+[\dIVX]", text, re.IGNORECASE | re.MULTILINE)) > 1
    counter = _Counter(has_articles)
    start = 0
    for line in text.split("\n"):
        mark = counter.mark(line, start, titles.get(start + len(line) - len(line.lstrip())))
        if mark is not None:
            yield mark
        start += len(line) + 1


class _Counter:
    """Reads lines in order and knows which number would come next."""

    def __init__(self, has_articles: bool) -> None:
        self._has_articles = has_articles
        self._top = 0
        self._below = 0
        self._in_annex = False

    def mark(self, line: str, start: int, title: Heading | None) -> Mark | None:
        """The part that begins with `line`, if one does."""
        if not line.strip():
            return None
        found = self._annex(line, start) or self._named(line, start) or self._numbered(line, start)
        if found is None and _SIGNATURE.match(line):
            found = Mark(start, "", "", 1, "signature")
        if found is None and title is not None and len(title.title) <= LONGEST_TITLE and _is_title(title.title):
            numbered = _LEADING.match(title.title)
            number, name = (numbered[1], numbered[2]) if numbered else ("", title.title)
            found = Mark(start, number, name, max(title.level, 2 if self._in_annex else 1))
        if found is not None and found.part == "clause" and _DEFINITIONS.search(found.heading):
            found = replace(found, part="definition")
        return found

    def _annex(self, line: str, start: int) -> Mark | None:
        match = _ANNEX.match(line)
        rest = match["rest"].strip(" *_:.-–—|") if match else ""
        if (
            match is None
            or start < PREFACE
            or _SENTENCE_END.search(line)
            or (not match["number"] and rest)
            or rest[:1].islower()
        ):
            return None
        self._in_annex, self._below = True, 0
        return Mark(start, f"{match['word'].capitalize()} {match['number'] or ''}".strip(), rest, 1, "annex")

    def _named(self, line: str, start: int) -> Mark | None:
        match = _NAMED.match(line)
        if match is None:
            return None
        rest = match["rest"].strip(" *_")
        if rest and (rest[0].islower() or rest[0] in ",;)" or (rest[0] == "." and len(rest) > LONGEST_TITLE * 2)):
            return None
        number = _decimal(match["number"])
        level = 1 + number.count(".")
        if level == 1:
            self._top, self._below = int(number), 0
        return Mark(start, number, _title(rest), level + self._in_annex)

    def _numbered(self, line: str, start: int) -> Mark | None:
        match = _DECIMAL.match(line)
        if match is not None and match["rest"][:1].isalpha() and not match["rest"][:1].islower():
            return Mark(start, match["number"], _title(match["rest"]), 1 + match["number"].count(".") + self._in_annex)
        match = _BARE.match(line) or _NAKED.match(line) or _ROMAN.match(line)
        if match is None or match["rest"].lstrip("* ")[:1].islower():
            return None
        number = int(_decimal(match["number"]))
        if self._has_articles or self._in_annex:
            if number != self._below + 1:
                return None
            self._below = number
            return Mark(start, match["number"], _title(match["rest"]), 2)
        if not self._top < number <= self._top + 2:
            return None
        self._top, self._below = number, 0
        return Mark(start, match["number"], _title(match["rest"]), 1)


def _decimal(number: str) -> str:
    """A number in digits, whatever its writing."""
    if number.lower() in ("premier", "1er"):
        return "1"
    if number[0].isdigit():
        return number
    values = [_ROMANS[sign] for sign in number.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return str(sum(-value if value < after else value for value, after in pairs))


def _is_title(line: str) -> bool:
    return not _SENTENCE_END.search(line) and "|" not in line


def _title(rest: str) -> str:
    """The title that stands at the beginning of what follows a number; empty where it is plain text."""
    bare = re.sub(r"^[\s.:)°*_\-–—]+|[\s*_]+$", "", rest)
    if len(bare) <= LONGEST and _is_title(bare) and " | " not in bare:
        return bare
    return re.sub(r"^1\s+", "", run_in(f"1 {bare}")[0])


def _paragraphs(text: str) -> Iterator[Mark]:
    """Every paragraph of a text that numbers nothing."""
    for match in re.finditer(r"[^\n](?:.|\n(?!\s*\n))*", text):
        yield Mark(match.start(), "", "", 1)
