"""Whether two texts, one in each language, say the same thing: `discordances` says where they do not.

The texts are cut into sentences, the sentences are put together, and what must agree is compared pair by pair: numbers with
their units, dates, references, variables, parties, modality, negation, bounds and defined terms. Nothing is translated: a
difference of wording is none here, and a difference that changes no number, no party, no "may" and no "not" is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.concordance.align import Span, align, sentences, split
from knowledge.concordance.mention import Kind, Mention, mentions
from knowledge.models import LANGUAGES, Language

Terms = Mapping[Language, Mapping[str, tuple[str, ...]]]
"""The forms of defined terms by language and key."""
Unmatched = tuple[list[Mention], list[Mention]]

NO_TERMS: Final[Terms] = {lang: {} for lang in LANGUAGES}
NEAR: Final = frozenset({"un", "else", "longer", "neither", "until"})
"""What negates almost as "not" does."""
OPPOSITES: Final = {
    "may": "must",
    "must": "may",
    "customer": "provider",
    "provider": "customer",
    "most": "least",
    "least": "most",
    "before": "after",
    "after": "before",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What stands at `[start:end]` of one of the two texts."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Discordance:
    """What one language says and the other does not; `sentences` are the two sentences in which it was noticed."""

    kind: Kind | Literal["sentence"]
    en: tuple[Words, ...]
    fr: tuple[Words, ...]
    sentences: tuple[Words, Words]

    def __str__(self) -> str:
        said = [f"{name}: {_listed(words)}" for name, words in (("English", self.en), ("French", self.fr)) if words]
        return f"{self.kind} only in {'; in '.join(said)}"


def discordances(en: str, fr: str, terms: Terms = NO_TERMS, *, wording: bool = False) -> list[Discordance]:
    """Where `en` and `fr` do not say the same thing.

    `wording` is for the words of a contract, where each "may" and each party has its fellow. Elsewhere a language may say
    by a turn of phrase what the other says by a verb, so that of these only opposites count: "may" against "must", the
    customer against the provider. `terms` are the defined terms of the contract.
    """
    pairs = align(sentences(en), sentences(fr))
    uneven = [(_words(en, pair.en), _words(fr, pair.fr)) for pair in pairs if not pair.even]
    parts = [part for pair in pairs for part in split(en, fr, pair)]
    found = [one for part in parts for one in _within(_words(en, part.en), _words(fr, part.fr), terms, wording)]
    return [
        *(Discordance("sentence", (one,), (other,), (one, other)) for one, other in uneven if one.text and other.text),
        *found,
    ]


def _within(en: Words, fr: Words, terms: Terms, wording: bool) -> Iterator[Discordance]:
    """Where two sentences, or parts of them, do not say the same; a sentence without fellow is one discordance."""
    if not (en.text and fr.text):
        yield Discordance("sentence", (en,) if en.text else (), (fr,) if fr.text else (), (en, fr))
        return
    read = mentions(en.text, "en", terms["en"]), mentions(fr.text, "fr", terms["fr"])
    for kind, here, there in _compared(*read, wording=wording):
        yield Discordance(kind, _placed(en, here), _placed(fr, there), (en, fr))


def _compared(
    en: Sequence[Mention], fr: Sequence[Mention], *, wording: bool
) -> Iterator[tuple[Kind, list[Mention], list[Mention]]]:
    kinds = dict.fromkeys(mention.kind for mention in (*en, *fr))
    for kind in kinds:
        mine, theirs = [m for m in en if m.kind == kind], [m for m in fr if m.kind == kind]
        alone = _unmatched(mine, theirs)
        if kind in ("modality", "party", "bound"):
            firm = _unmatched([m for m in mine if m.firm], [m for m in theirs if m.firm])
            if _opposed(*firm):
                alone = firm
            elif kind == "party" and wording:
                alone = _unnamed(mine, theirs), _unnamed(theirs, mine)
            elif kind == "modality" and not wording:
                alone = [m for m in alone[0] if m.group == "may"], [m for m in alone[1] if m.group == "may"]
            elif kind != "modality":
                alone = [], []
        elif kind == "term":
            alone = _unused(mine, theirs), _unused(theirs, mine)
        elif kind == "definition" and not wording:
            continue
        if alone[0] or alone[1]:
            yield kind, *alone


def _unmatched(mine: Sequence[Mention], theirs: Sequence[Mention]) -> Unmatched:
    """The firm mentions of each side that have no fellow on the other.

    Equal keys are fellows first, then firm mentions of one group, and what is left may take one that is not firm.
    """
    left, right = list(mine), list(theirs)
    _pair(left, right, lambda one, other: bool(one.key) and one.key == other.key)
    _pair(left, right, lambda one, other: one.firm and other.firm and _agree(one, other))
    if left and left[0].kind == "negation":
        _pair(left, right, lambda one, other: one.firm != other.firm and bool(NEAR & {one.key, other.key}))
        _pair(left, right, lambda one, other: not one.firm and not other.firm)
    _pair(left, right, lambda one, other: one.firm != other.firm and _agree(one, other))
    return [one for one in left if one.firm], [one for one in right if one.firm]


def _pair(left: list[Mention], right: list[Mention], fit: Callable[[Mention, Mention], bool]) -> None:
    """Take out of both lists, two by two, what belongs together."""
    for one in list(left):
        fellow = next((other for other in right if one.group == other.group and fit(one, other)), None)
        if fellow:
            left.remove(one)
            right.remove(fellow)


def _agree(one: Mention, other: Mention) -> bool:
    """A unit that could not be read agrees with any."""
    return one.kind != "number" or not one.key or not other.key


def _opposed(en: Sequence[Mention], fr: Sequence[Mention]) -> bool:
    groups = {mention.group for mention in fr}
    return any(OPPOSITES.get(mention.group) in groups for mention in en)


def _unnamed(mine: Sequence[Mention], theirs: Sequence[Mention]) -> list[Mention]:
    """Firm mentions of what the other side does not name at all, nor stands a pronoun for."""
    if any(not mention.firm for mention in theirs):
        return []
    named = {mention.group for mention in theirs}
    return [mention for mention in mine if mention.firm and mention.group not in named]


def _unused(mine: Sequence[Mention], theirs: Sequence[Mention]) -> list[Mention]:
    """Firm mentions of terms that the other side does not use at all."""
    used = {mention.group for mention in theirs}
    return [mention for mention in mine if mention.firm and mention.group not in used]


def _words(text: str, span: Span) -> Words:
    return Words(text[span.start : span.end], *span)


def _placed(sentence: Words, mentioned: Sequence[Mention]) -> tuple[Words, ...]:
    return tuple(
        Words(sentence.text[m.start : m.end], sentence.start + m.start, sentence.start + m.end) for m in mentioned
    )


def _listed(words: Sequence[Words]) -> str:
    return ", ".join(" ".join(word.text.split()) for word in words)
