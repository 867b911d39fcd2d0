"""The quality gate: what is wrong with an item, authored, imported or made. An item with a fault is held back.

One key, no option twice, no giveaway, no bias of length, an explanation that supports the key, and a quotation that stands
verbatim in a public source in both languages.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from assistant.quiz.formula import FORMULAS, arguments, compute
from assistant.quiz.root import roots
from assistant.quiz.source import Sources
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Calculation, Choice, Defect, Item, Matching, Multiple, Open, Ordering, Range
from knowledge.wording import fold, wordings

STEM_WORDS: Final = 100
"""Words of the longest stem; a case takes more than the 60 of an ordinary one."""
QUOTE_WORDS: Final = (3, 70)
LONGER: Final = 1.7
"""How many times longer than the shortest option the longest may be, in characters, beyond `SLACK`."""
STANDS_OUT: Final = 1.4
"""How many times longer than the next option the key may be: a reader would pick it by its length."""
SLACK: Final = 30
"""Characters by which short options may differ anyway."""
ECHO: Final = 3
"""Telling words of the stem that the key alone repeats: a reader would pick it by its sound."""
DEFECTS: Final = ("derisory-cap", "unlawful", "wrong-measure", "one-sided", "vague", "missing-form", "missing-limit",
                  "contradiction", "wrong-authority-or-court", "wrong-role")  # fmt: skip
"""The kinds of defect that a learner chooses from."""
_CATCH_ALL: Final = re.compile(
    r"\b(all|none|both|neither) of the (above|below|others)|"
    r"(toutes|aucune|les deux)( les| des| de ces)? (reponses|propositions)"
)
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


def faults(item: Item, library: Library, sources: Sources) -> list[str]:
    """What is wrong with an item, a line each; nothing for a sound one."""
    found = [*_references(item, library), *_quotation(item, sources)]
    for lang in LANGUAGES:
        found += [f"{lang}: {fault}" for fault in (*_wording(item, lang), *_kind(item, lang))]
    if isinstance(item, Calculation):
        found += _calculation(item)
    return found


def _references(item: Item, library: Library) -> Iterator[str]:
    for topic in (item.topic, *item.topics):
        if topic not in library.topics:
            yield f"there is no topic {topic!r}"
    for key in item.authorities:
        if key not in library.authorities:
            yield f"there is no authority {key!r}"
        elif library.authorities[key].status == "U":
            yield f"{key} is not verified and may not be cited"
    if item.clause and item.clause not in library.clauses:
        yield f"there is no clause {item.clause!r}"


def _quotation(item: Item, sources: Sources) -> Iterator[str]:
    for lang in LANGUAGES:
        quote = item.source.quote[lang]
        try:
            place = sources.place(item.source, lang)
        except NotFound as error:
            yield str(error)
            return
        if not place.find(quote):
            yield f"{lang}: the quotation does not stand in {place.title!r}"
        if place.visibility == "internal":
            yield f"{lang}: the quotation stands in a part of {place.title!r} that is for lawyers"
        if not QUOTE_WORDS[0] <= len(quote.split()) <= QUOTE_WORDS[1]:
            yield f"{lang}: a quotation has {QUOTE_WORDS[0]} to {QUOTE_WORDS[1]} words"


def _wording(item: Item, lang: Language) -> Iterator[str]:
    if len(item.stem[lang].split()) > STEM_WORDS:
        yield f"the stem has more than {STEM_WORDS} words"
    texts, whys = texts_of(item, lang)
    twice = [text for text, count in Counter(map(_folded, texts)).items() if count > 1]
    if twice:
        yield f"two answers say {twice[0]!r}"
    if any(_CATCH_ALL.search(fold(text)) for text in texts):
        yield "an option refers to the others"
    if any(len(why.split()) < 4 for why in whys):
        yield "an option has no reason worth the name"
    same = [why for why, count in Counter(map(_folded, whys)).items() if count > 1]
    if same and not isinstance(item, Matching):
        yield "two options have the same reason"
    if not _supported(item, lang):
        yield "neither explanation nor quotation speaks of the answer"


def _kind(item: Item, lang: Language) -> Iterator[str]:
    if isinstance(item, Choice | Multiple):
        keys = [option.text[lang] for option in item.options if option.correct]
        others = [option.text[lang] for option in item.options if not option.correct]
        yield from _lengths(keys, others)
        if isinstance(item, Choice):
            yield from _echo(item.stem[lang], keys[0], others, lang)
        else:
            yield from _count_said(item.stem[lang], len(keys), lang)
    if isinstance(item, Matching):
        rights = Counter(_folded(pair.right[lang]) for pair in item.pairs)
        if max(rights.values()) > 1:
            yield "two pairs share a right side, so that one answer fits twice"
    if isinstance(item, Defect):
        unknown = [segment.defect for segment in item.segments if segment.defect and segment.defect not in DEFECTS]
        if unknown:
            yield f"there is no kind of defect {unknown[0]!r}: choose of {', '.join(DEFECTS)}"
        if all(segment.defect for segment in item.segments):
            yield "no segment is sound"
    if isinstance(item, Open):
        for element in item.elements:
            if not wordings(element.said[lang]).find(fold(element.text[lang])):
                yield f"no wording finds the element in its own words: {element.text[lang]!r}"


def _lengths(keys: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    lengths = sorted(len(text) for text in (*keys, *others))
    if lengths[-1] > LONGER * lengths[0] and lengths[-1] - lengths[0] > SLACK:
        yield f"the longest option ({lengths[-1]} characters) is more than {LONGER} times the shortest ({lengths[0]})"
    longest_key, longest_other = max(map(len, keys)), max(map(len, others))
    if len(keys) == 1 and longest_key > STANDS_OUT * longest_other and longest_key - longest_other > SLACK:
        yield "the key stands out by its length"


def _echo(stem: str, key: str, others: Iterable[str], lang: Language) -> Iterator[str]:
    asked = _telling(stem, lang)
    elsewhere = frozenset().union(*(_telling(other, lang) for other in others))
    echoed = (_telling(key, lang) & asked) - elsewhere
    borrowed = max(len(_telling(other, lang) & asked - _telling(key, lang)) for other in others)
    if len(echoed) > ECHO and len(echoed) > borrowed + ECHO - 1:
        yield f"the key alone repeats words of the stem: {', '.join(sorted(echoed))}"


def _count_said(stem: str, count: int, lang: Language) -> Iterator[str]:
    said = {"en": {2: "two", 3: "three"}, "fr": {2: "deux", 3: "trois"}}[lang][count]
    if said not in fold(stem) and str(count) not in stem:
        yield f"the stem does not say to choose {said}"


def _supported(item: Item, lang: Language) -> bool:
    """Whether what is said for the key speaks of the same thing as the quotation, and the key's numbers stand somewhere."""
    keys, reasons = key_of(item, lang)
    said = " ".join((item.explanation[lang], *reasons, item.source.quote[lang]))
    if isinstance(item, Choice) and item.source.clause is None:  # what a clause prints comes from its variables
        known = set(_NUMBER.findall(f"{item.stem[lang]} {said}"))
        derived = {value for key in keys for value in _NUMBER.findall(key)} - known
        if derived:
            return False
    about = _telling(" ".join((*keys, item.explanation[lang], *reasons, item.stem[lang])), lang)
    return bool(about & _telling(item.source.quote[lang], lang))


def key_of(item: Item, lang: Language) -> tuple[list[str], list[str]]:
    """The words of the right answer and the reasons for it."""
    if isinstance(item, Choice | Multiple):
        right = [option for option in item.options if option.correct]
        return [option.text[lang] for option in right], [option.why[lang] for option in right]
    if isinstance(item, Defect):
        bad = [segment for segment in item.segments if segment.defect]
        return [segment.text[lang] for segment in bad], [segment.why[lang] for segment in bad]
    return texts_of(item, lang)


def texts_of(item: Item, lang: Language) -> tuple[list[str], list[str]]:
    """Everything that can be chosen, and the reason given for each."""
    parts: Sequence[tuple[str, str]] = ()
    if isinstance(item, Choice | Multiple):
        parts = [(option.text[lang], option.why[lang]) for option in item.options]
    elif isinstance(item, Matching):
        parts = [(pair.left[lang], pair.why[lang]) for pair in item.pairs]
    elif isinstance(item, Ordering):
        parts = [(step.text[lang], step.why[lang]) for step in item.steps]
    elif isinstance(item, Defect):
        parts = [(segment.text[lang], segment.why[lang]) for segment in item.segments]
    elif isinstance(item, Open):
        parts = [(element.text[lang], element.why[lang]) for element in item.elements]
    return [text for text, _ in parts], [why for _, why in parts]


def _calculation(item: Calculation) -> Iterator[str]:
    if item.formula is None:
        if (item.value or 0) < 0:
            yield "the figure lies below zero"
        return
    if item.formula not in FORMULAS:
        yield f"there is no formula {item.formula!r}: choose of {', '.join(FORMULAS)}"
        return
    if set(arguments(item.formula)) != set(item.numbers):
        yield f"{item.formula} takes {', '.join(arguments(item.formula))}"
        return
    for lang, name in itertools.product(LANGUAGES, item.numbers):
        if f"{{{name}}}" not in item.stem[lang]:
            yield f"{lang}: the stem does not show {{{name}}}"
    if min(item.tolerance, 1) < 0 or _worst(item.formula, item.numbers) < 0:
        yield "some numbers give a result below zero"


def _worst(formula: str, numbers: Mapping[str, Range]) -> Decimal:
    """The lowest result at the corners of the ranges; -1 where one cannot be computed."""
    corners = itertools.product(*((Decimal(str(r.minimum)), Decimal(str(r.maximum))) for r in numbers.values()))
    try:
        return min(compute(formula, dict(zip(numbers, corner, strict=True))) for corner in corners)
    except (InvalidInput, ArithmeticError):
        return Decimal(-1)


def longest_keys(items: Iterable[Item], lang: Language) -> float:
    """The share of choices whose key is the longest option by far, 0 to 1: a reader who always took the longest would win
    so often."""
    choices = [item for item in items if isinstance(item, Choice)]
    longest = 0
    for item in choices:
        lengths = {option.correct: 0 for option in item.options}
        for option in item.options:
            lengths[option.correct] = max(lengths[option.correct], len(option.text[lang]))
        longest += lengths[True] > lengths[False]
    return longest / len(choices) if choices else 0.0


def _telling(text: str, lang: Language) -> frozenset[str]:
    return frozenset(root for root in roots(text, lang) if len(root) > 3)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[\w%]+", fold(text)))
