"""Whether a sentence says the same as the part of a passage that it comes from: the parties, "not", "may" and "must",
"at least" and "at most", and which figure belongs to what.

A paraphrase leaves words away and takes others, so that nothing can be compared word by word. But where most of a sentence
stands in one part of a passage, a "not" on one side alone turns it around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from assistant.cite import figures, sentences
from knowledge.concordance.mention import Kind, mentions
from knowledge.lexical import terms
from knowledge.models import Language, Passage

NEAR: Final = 0.6
"""Share of a sentence's words that one part of a passage must have for the two to be compared."""
DENIED: Final = 0.4
"""Share of a denial's words that a part of a passage must have that denies something itself."""
GIVEN: Final = 0.5
"""Share of the words of a sentence with a figure or reference that one sentence of the source with the same must have."""
LEAST_GIVEN: Final = 4
"""Words from which that can be said."""
AHEAD: Final = 2
"""Words by which another figure's surroundings must fit better for a figure to be in the wrong place."""
_PARTS: Final = re.compile(
    r"[,;:]\s+|\s+[–—-]\s+|\b(?:and|but|while|whereas|unless|et|mais|tandis|alors|sauf)\b|\bà moins\b", re.IGNORECASE
)
_OPPOSITES: Final = (("most", "least"), ("before", "after"))
_ROLES: Final = frozenset({"customer", "provider"})
_NEGATES: Final = frozenset(
    {
        "not",
        "most",
        "un",
        "fail",
        "refuse",
        "absence",
        "prevent",
        "forbid",
        "void",
        "exempt",
        "waive",
        "avoid",
        "unless",
        "aside",
    }
    | {"longer", "neither", "else", "hardly", "delay"}
)
"""Keys of mentions that may stand for a "not"; "only" and "less" do not."""
_DURATIONS: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year"})
_UNIT_WORDS: Final = frozenset(
    {"second", "minut", "hour", "day", "week", "month", "quarter", "year", "work", "busi", "calendar"}
    | {
        "second",
        "minut",
        "heur",
        "jour",
        "semain",
        "mois",
        "trimestr",
        "an",
        "anne",
        "année",
        "ouvr",
        "ouvré",
        "calendair",
    }
)

_GRAMMAR: Final = """
without ani onli after befor may must shall should within either each everi both not no none never onc then also than such other
one two three four five six seven eight nine ten eleven twelv fifteen twenti thirti forti fifti sixti hundr thousand
sans sous donc alor après avant peut peuvent doit doivent tout tous tout chaqu aucun autr lorsqu si ni plus moin aussi ains
deux trois quatr cinq six sept huit neuf dix onz douz quinz vingt trent quarant cinquant soixant cent mill
"""
_NO_SUBJECT: Final = frozenset(_GRAMMAR.split())
"""Stems that say nothing of what a clause is about, numbers among them."""

Fault = Literal["party", "sense", "figure"]


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of a sentence, or a sentence of several clauses (`whole`): its words without those of grammar, its figures, and
    what it says, by the kind, group and key of a mention and whether it is firm."""

    stems: frozenset[str]
    figures: frozenset[str]
    says: frozenset[tuple[Kind, str, str, bool]]
    whole: bool

    def groups(self, kind: Kind, *, firm: bool = False) -> frozenset[str]:
        """The groups of what it says of a kind."""
        return frozenset(group for said, group, _, is_firm in self.says if said == kind and (is_firm or not firm))

    @property
    def is_negative(self) -> bool:
        """Whether it says "not"."""
        return ("negation", "not", "not", True) in self.says

    @property
    def negates(self) -> bool:
        """Whether something in it negates, be it by a turn of phrase."""
        return any(kind == "negation" and key in _NEGATES for kind, _, key, _ in self.says)


def turned(text: str, passages: Sequence[Passage], lang: Language) -> Fault | None:
    """What `text` turns around of what the `passages` say; `None` if nothing does. Passages of another language are left out:
    their words cannot be compared."""
    if any(passage.lang != lang for passage in passages):
        return None
    source = tuple(part for passage in passages for part in parts(passage.text, lang))
    said = parts(text, lang)
    if _swaps_party(said, source):
        return "party"
    if _turns(said, source):
        return "sense"
    if any(_misplaces(one, source) for one in said if not one.whole):
        return "figure"
    return "figure" if len(passages) == 1 and said and _transfers(said[-1], source) else None


def _transfers(sentence: Part, source: Sequence[Part]) -> bool:
    """Whether a figure or reference is given to something else: no sentence of the source that has it has enough of the words.
    Of one passage only: what puts two together has words of both."""
    return len(sentence.stems) >= LEAST_GIVEN and any(
        _fit(sentence.stems, (part for part in source if figure in part.figures)) < GIVEN * len(sentence.stems)
        for figure in sentence.figures
    )


@lru_cache(maxsize=512)
def parts(text: str, lang: Language) -> tuple[Part, ...]:
    """The clauses of every sentence of `text`, and each sentence of several as one."""
    found = []
    for start, end in sentences(text):
        pieces = [piece for piece in _PARTS.split(text[start:end]) if piece.strip()]
        found += [_part(piece, lang, whole=False) for piece in pieces]
        if len(pieces) > 1:
            found.append(_part(text[start:end], lang, whole=True))
    return tuple(found)


def _part(text: str, lang: Language, *, whole: bool) -> Part:
    stems = frozenset(stem for stem in terms(text, lang).stems if not stem.isdigit()) - _NO_SUBJECT
    found = [one for one in mentions(text, lang) if one.group != "number"]
    says = frozenset((one.kind, one.group, one.key, one.firm) for one in found)
    return Part(stems, frozenset(figures(text)), says, whole)


def _swaps_party(said: Sequence[Part], source: Sequence[Part]) -> bool:
    """Whether a party is named that the source does not name, where it names the other."""
    named, known = ({group for part in text for group in part.groups("party")} & _ROLES for text in (said, source))
    return bool(named - known) and bool(known - named)


def _turns(said: Sequence[Part], source: Sequence[Part]) -> bool:
    """Whether a clause that can be compared is opposed by all that it is near to; the whole sentence where no clause can."""
    clauses = compared = [(one, _near(one, source)) for one in said if not one.whole]
    if not any(near for _, near in compared):
        compared = [(one, _near(one, source)) for one in said if one.whole]
    if any(near and all(_opposes(one, part) for part in near) for one, near in compared):
        return True
    return any(one.is_negative and not near and not _is_denied(one, source) for one, near in clauses)


def _is_denied(said: Part, source: Sequence[Part]) -> bool:
    """Whether some part of the source that has words of `said` denies something too: a "not" out of nowhere is nobody's."""
    return len(said.stems) < 2 or any(
        part.negates and len(said.stems & part.stems) >= DENIED * len(said.stems) for part in source
    )


def _near(said: Part, source: Sequence[Part]) -> list[Part]:
    """The clauses of the source that have most words of `said`, or else its sentences that do."""
    if len(said.stems) < 2:
        return []
    near = [part for part in source if len(said.stems & part.stems) >= NEAR * len(said.stems)]
    return [part for part in near if not part.whole] or near


def _opposes(said: Part, part: Part) -> bool:
    """Whether `said` turns `part` around. A "not" in a sentence of several clauses may belong to any of them."""
    if said.is_negative and not part.negates:
        return True
    if part.whole:
        return False
    if part.is_negative and not said.negates:
        return True
    ours, theirs = said.groups("bound"), part.groups("bound")
    for pair in (*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES)):
        if pair[0] in ours - theirs and pair[1] in theirs - ours:
            return True
    mine, other = said.groups("modality", firm=True), part.groups("modality", firm=True)
    return len(mine) == len(other) == 1 and mine != other


def _misplaces(said: Part, source: Sequence[Part]) -> bool:
    """Whether a figure with its unit stands where the source has another of the same kind: of time, of money, a share."""
    clauses = [part for part in source if not part.whole]
    for figure in said.figures:
        kind = _kind(figure)
        if kind is None:
            continue
        words = said.stems - _UNIT_WORDS if kind == "time" else said.stems
        ours = _fit(words, (part for part in clauses if figure in part.figures))
        others = (part for part in clauses if figure not in part.figures and kind in map(_kind, part.figures))
        best = _fit(words, others)
        if best >= ours + AHEAD or (best > ours and best == len(words)):
            return True
    return False


def _kind(figure: str) -> str | None:
    """What a figure with a unit measures; `None` for one without."""
    number, _, unit = figure.partition(" ")
    if not unit or not number[0].isdigit() or re.fullmatch(r"m\d+", unit):
        return None
    return "time" if unit.rpartition(" ")[2] in _DURATIONS else unit.rpartition(" ")[2]


def _fit(words: frozenset[str], clauses: Iterable[Part]) -> int:
    return max((len(words & part.stems) for part in clauses), default=0)
