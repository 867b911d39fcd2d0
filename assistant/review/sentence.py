"""The sentences of a contract, each with its place, as patterns are matched against them.

A list belongs to the sentence that introduces it. A row of a table is read with the heads of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.contract import Clause, Contract
from knowledge.wording import END, fold

LONGEST: Final = 1_500
"""Characters of a sentence with its list."""
LONGEST_HEAD: Final = 45
"""Characters of a cell that may be the head of a column."""
LONGEST_TITLE: Final = 70
"""Characters of a line that is a title if it holds neither verb nor number of a unit."""
SLACK: Final = 20
"""Characters that a line with a heading may have besides: its number and marks."""

_MARKER: Final = r"(?:[-–—•▪◦●○*]|\(?[a-z]{1,3}\)|\(?[ivx]{1,5}\)|\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+[.)]?|#{1,6})\s"
_BOUND = re.compile(
    r"(?<=[.!?])[\"”»)\]*_]*\s+(?=[\"“«(\[*_]*[A-ZÀ-Ý\d])"
    r"|\n\s*\n\s*"
    rf"|\n\s*(?={_MARKER})"
    r"|(?<=[;:])\s*\n\s*"
)
_NO_END = re.compile(
    r"(?:\b(?:arts?|al|cf|no|nos|n°|p|pp|vs?|inc|ltd|corp|co|llc|mr|mrs|ms|dr|me|mme|mm|st|ste|sté|e\.g|i\.e|etc|ex|"
    r"sec|sect|fig|vol|jan|feb|aug|sept|oct|nov|dec|janv|févr|juill|déc|u\.s|s\.a|a\.m|p\.m)|\b[A-Z]|^\W*(?:article |section )?"
    r"\d{1,3}(?:\.\d{1,3})*)\.$",
    re.IGNORECASE,
)
_ITEM = re.compile(rf"\s*{_MARKER}", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:shall|will|may|must|is|are|be|has|have|can|agrees?|means?|applies|governs?|pays?|keeps?|assigns?|grants?|est|sont|"
    r"peut|peuvent|doit|doivent|"
    r"a|ont|sera|seront|reste|s'\w+|\w+(?:ra|ront|ent))\b"
    r"|\d ?(?:%|€|\$|eur|hours?|days?|months?|years?|heures?|jours?|mois|ans?)\b"
)
"""Verbs of contracts, and numbers: a line with one of them says something."""
COLUMN: Final = " | "
_LEVEL: Final = re.compile(r"(?:targets?|objectifs?|cibles?)$")
"""What heads a column of commitments, though by itself it would say that they are none."""
_FRENCH = re.compile(
    r"\b(?:le|la|les|des|du|de|au|aux|un|une|est|sont|par|dans|pour|avec|sans|sur|qui|que|ne|il|elle|ses|et|nous|vous|nos"
    r"|vos|notre|votre)\b|\b[dlnqs]'\w"
)


_PROVIDERS: Final = "(?:service |hosting )?provider|supplier|agency|contractor|vendor"
_PRESTATAIRES: Final = (
    "agence|fournisseur|integrateur|infogerant|titulaire|mainteneur|operateur|hebergeur|developpeur|editeur"
)
_CUSTOMERS: Final = "client|subscriber|purchaser|buyer"
_CLIENTS: Final = "cliente|acheteur|beneficiaire|commanditaire|donneur d'ordre|maitre d'ouvrage"
"""What parties are usually called, in folded words."""


SPOKEN: Final = 5
"""How often "we" and "you" must each stand in a contract that calls its parties so."""
_WE = re.compile(r"\b(?:we|us|our|nous|nos|notre)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|vous|vos|votre)\b", re.IGNORECASE)
_WE_YOU: Final = [
    (re.compile(rf"\b(?:{said})\b"), plain)
    for said, plain in (
        ("(?:we|you) and (?:we|you)", "the parties"), ("(?:each|either|neither|one|both|none) of us", "either party"),
        ("we're", "provider is"), ("you're", "customer is"), ("we'll", "provider will"), ("you'll", "customer will"),
        ("we've", "provider has"), ("you've", "customer has"), ("we|us", "provider"), ("our", "provider's"),
        ("you", "customer"), ("your", "customer's"),
    )
]  # fmt: skip
_NOUS_VOUS: Final = [
    (re.compile(rf"\b(?:{said})\b"), plain)
    for said, plain in (
        ("nous nous", "prestataire se"), ("vous vous", "client se"), ("nous", "prestataire"), ("vous", "client"),
        ("nos|notre", "du prestataire"), ("vos|votre", "du client"),
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, `contract.text[start:end]`. `folded` is how patterns see it; only for prose do its offsets agree."""

    index: int
    start: int
    end: int
    folded: str
    clause: int | None
    is_heading: bool = False
    in_table: bool = False


def sentences(
    contract: Contract, unread: Collection[tuple[int, int]] = (), own: Mapping[str, str] | None = None
) -> tuple[Sentence, ...]:
    """The sentences of the contract in order, but for those that touch one of the spans `unread`.

    `own` is what the contract calls its provider and its customer; patterns see "provider" and "customer".
    """
    text, found = contract.text, []
    plain = _with_usual_names(own or {}, text)
    for clause in contract.clauses or (None,):
        first, last = (clause.start, clause.end) if clause else (0, len(text))
        found += [(start, end, clause) for start, end in _with_lists(text, list(_spans(text, first, last)))]
    seen: list[Sentence] = []
    for start, end, clause in found:
        if not any(start < stop and begin < end for begin, stop in unread):
            seen += [
                replace(sentence, folded=plain(sentence.folded))
                for sentence in _read(text, start, end, clause, len(seen))
            ]
    return tuple(seen)


def _with_usual_names(own: Mapping[str, str], text: str) -> Callable[[str], str]:
    """What puts "provider", "customer", "prestataire" and "client" for the names that a contract gives its parties, for "we"
    and "you" where it speaks so."""
    provider, customer = (re.escape(fold(own.get(role, ""))) for role in ("provider", "customer"))
    french = [
        *_french_names(provider or _PRESTATAIRES, "prestataire"),
        *_french_names(customer or _CLIENTS, "client"),
    ]
    english = [
        (re.compile(rf"(?<!\w)(?:{provider or _PROVIDERS})(?!\w)"), "provider"),
        (re.compile(rf"(?<!\w)(?:{customer or _CUSTOMERS})(?!\w)"), "customer"),
    ]
    if not own and len(_WE.findall(text)) >= SPOKEN and len(_YOU.findall(text)) >= SPOKEN:
        french, english = french + _NOUS_VOUS, english + _WE_YOU

    def plain(folded: str) -> str:
        for pattern, name in french if _FRENCH.search(folded) else english:
            folded = pattern.sub(name, folded)
        return folded

    return plain


def _french_names(names: str, usual: str) -> list[tuple[re.Pattern[str], str]]:
    """A name with its article, elided or not, and alone."""
    return [
        (re.compile(rf"\b(?:de (?:l'|la )|d'une? )(?:{names})(?!\w)"), f"du {usual}"),
        (re.compile(rf"\ba (?:l'|la )(?:{names})(?!\w)"), f"au {usual}"),
        (re.compile(rf"\b(?:l'|la )(?:{names})(?!\w)"), f"le {usual}"),
        (re.compile(rf"(?<!\w)(?:{names})(?!\w)"), usual),
    ]


def _spans(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where sentences, items and tables begin and end between two offsets."""
    start = first
    bounds = [match for match in _BOUND.finditer(text, first, last)]
    for bound in [*((match.start(), match.end()) for match in bounds), (last, last)]:
        piece = text[start : bound[0]]
        if "\n" not in text[bound[0] : bound[1]] and _in_row(text, bound[0], last):
            continue
        if bound[0] != last and "\n" not in text[bound[0] : bound[1]] and _NO_END.search(piece[-40:]):
            continue
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            yield left, right
        start = bound[1]


def _in_row(text: str, at: int, last: int) -> bool:
    """Whether an offset stands in the row of a table, which is read as a whole."""
    if at >= last:
        return False
    end = text.find("\n", at)
    return COLUMN in text[text.rfind("\n", 0, at) + 1 : end if end != -1 else len(text)]


def _with_lists(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans, an introduction and the items of its list as one while they are not too long."""
    at = 0
    while at < len(spans):
        start, end = spans[at]
        at += 1
        if text[end - 1] == ":" and end - start < LONGEST // 2:
            while at < len(spans) and _ITEM.match(text, spans[at][0]) and spans[at][1] - start < LONGEST:
                end = spans[at][1]
                at += 1
        yield start, end


def _read(text: str, start: int, end: int, clause: Clause | None, index: int) -> list[Sentence]:
    """A sentence, or the rows of a table."""
    where = clause.index if clause else None
    words = text[start:end]
    if COLUMN not in words:
        title = bool(clause and clause.heading) and start - (clause.start if clause else 0) < SLACK
        is_heading = title and clause is not None and end - start <= len(clause.heading) + SLACK
        folded = fold(words).replace(END, " ")
        is_bare = end - start < LONGEST_TITLE and not _SAYS.search(folded) and _looks_like_title(words)
        return [Sentence(index, start, end, folded, where, is_heading or is_bare)]
    return list(_rows(words, start, where, index))


def _looks_like_title(words: str) -> bool:
    """Whether a short line without a verb of contracts is a title: it does not end like a sentence, or its words are proud."""
    weighty = [word for word in re.findall(r"[^\W\d_]{4,}", words)]
    proud = sum(word[0].isupper() for word in weighty)
    return not words.endswith((".", ";")) or proud >= 0.7 * len(weighty)


def _rows(words: str, start: int, clause: int | None, index: int) -> Iterator[Sentence]:
    lines = [(start + match.start(), match[0]) for match in re.finditer(r"[^\n]+", words)]
    heads = _heads([line for _, line in lines])
    for number, (at, line) in enumerate(lines):
        if not line.strip(" |-:"):
            continue
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        is_head = bool(heads) and number == 0
        named = cells if is_head or len(heads) != len(cells) else _named(heads, cells)
        folded = fold("; ".join(named)).replace(END, " ")
        yield Sentence(index, at, at + len(line.rstrip()), folded, clause, is_head, in_table=True)
        index += 1


def _heads(lines: Sequence[str]) -> list[str]:
    """The heads of the columns, if the first row is one of heads."""
    first = [cell.strip() for cell in lines[0].strip("| ").split("|")] if lines else []
    fits = len(lines) > 1 and all(len(cell) <= LONGEST_HEAD and not cell.endswith(".") for cell in first)
    return first if fits and not any(re.search(r"\d", cell) for cell in first) else []


def _named(heads: Iterable[str], cells: Iterable[str]) -> list[str]:
    return [
        cell if _LEVEL.match(fold(head)) else f"{head} {cell}".strip() for head, cell in zip(heads, cells, strict=True)
    ]
