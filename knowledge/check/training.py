"""Quiz items and the glossary: what they point to exists, what they quote stands there, and no item gives itself away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Final

from knowledge import definitions, glossary, negotiation, quiz
from knowledge.check.rule import citable, folded, typography, unknown
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Choice, Defect, Item, Matching, Multiple, Ordering, Source

LONGER: Final = 1.6
"""How many times longer than the mean of the others a right option may be."""
LONGEST: Final = 0.4
"""The share of items whose right option may be the longest one; chance gives a quarter."""
ENOUGH: Final = 20
"""Items from which that share tells something."""
ALIKE: Final = 0.8
"""The share of common words from which two stems are the same question."""


def training(library: Library, root: Path) -> Iterator[str]:
    """What is wrong with the quiz items and the glossary in the folder `root`; nothing where there are none."""
    items = quiz.load(root)
    sources = _sources(library, root)
    for name, item in items.items():
        yield from _item(f"{quiz.FOLDER}, {name}", item, library, sources)
    yield from _longest(items)
    for lang in LANGUAGES:
        yield from _stems(items, lang)
    for name, term in glossary.load(root).items():
        place = f"{glossary.FILE}, {name}"
        yield from unknown(f"{place}, topics", "topic", term.topics, library.topics)
        yield from citable(place, term.authorities, library)
        yield from typography(f"{place}, meaning", term.meaning["fr"])


def _sources(library: Library, root: Path) -> dict[tuple[str, Language], str]:
    """The text of everything that an item may quote, by its name and language."""
    found: dict[tuple[str, Language], str] = {}
    for document in library.guidance:
        found[document.topics[0], document.lang] = document.text
    for lang in LANGUAGES:
        for clause in library.clauses.values():
            for position, variant in clause.positions.items():
                found[clause.id_of(position), lang] = variant.text.get(lang, "")
            for step in clause.ladder:
                texts = (step.text, step.give, step.get)
                found[f"{clause.type}.{step.id}", lang] = " ".join(text.get(lang, "") for text in texts)
        for key, authority in library.authorities.items():
            found[key, lang] = authority.text.get(lang, "")
        for key, definition in definitions.load(root).items():
            found[f"definition {key}", lang] = definition.text[lang]
        for key, term in glossary.load(root).items():
            warning = term.false_friend[lang] if term.false_friend else ""
            found[f"term {key}", lang] = f"{term.meaning[lang]} {warning}"
        for key, point in negotiation.load(root).items():
            stances = (point.customer, point.provider)
            said = (text[lang] for one in stances for text in (one.want, one.matters, one.objection, one.reply))
            found[f"point {key}", lang] = " ".join(said)
    return found


def _named(source: Source) -> str:
    """The name under which the text that an item quotes is kept."""
    if source.clause:
        return f"{source.clause}.{source.position or source.step}"
    kinds = {"definition": source.definition, "term": source.term, "point": source.point}
    return next((f"{kind} {key}" for kind, key in kinds.items() if key), source.guidance or source.authority or "")


def _item(place: str, item: Item, library: Library, sources: Mapping[tuple[str, Language], str]) -> Iterator[str]:
    yield from unknown(place, "topic", (item.topic, *item.topics), library.topics)
    yield from citable(place, item.authorities, library)
    yield from unknown(place, "clause type", [item.clause] if item.clause else [], library.clauses)
    if item.expires and item.expires <= item.checked_on:
        yield f"{place}: expires {item.expires}, not after it was checked on {item.checked_on}"
    source = item.source
    name = _named(source)
    for lang in LANGUAGES:
        text = sources.get((name, lang))
        if text is None:
            yield f"{place}, source: there is no {name!r} to quote in {lang}"
        elif _plain(source.quote[lang]) not in _plain(text):
            yield f"{place}, source: the quotation in {lang} does not stand in {name}"
        yield from _options(f"{place}, {lang}", item, lang)
    for text in (item.stem["fr"], item.explanation["fr"]):
        yield from typography(place, text)


def _options(place: str, item: Item, lang: Language) -> Iterator[str]:
    """Options that say the same, and a right one that is told by its length."""
    if not isinstance(item, Choice | Multiple):
        return
    texts = [folded(option.text[lang]).rstrip(".") for option in item.options]
    if len(set(texts)) < len(texts):
        yield f"{place}: two options say the same"
    right = mean(len(option.text[lang]) for option in item.options if option.correct)
    wrong = mean(len(option.text[lang]) for option in item.options if not option.correct)
    if right > LONGER * wrong:
        yield f"{place}: the right option is {right / wrong:.1f} times as long as the others"


def _longest(items: Mapping[str, Item]) -> Iterator[str]:
    choices = [item for item in items.values() if isinstance(item, Choice)]
    if len(choices) < ENOUGH:
        return
    for lang in LANGUAGES:
        longest = sum(max(item.options, key=lambda option: len(option.text[lang])).correct for item in choices)
        if longest > LONGEST * len(choices):
            yield f"{quiz.FOLDER}, {lang}: the longest option is the right one in {longest} of {len(choices)} items"


def _stems(items: Mapping[str, Item], lang: Language) -> Iterator[str]:
    words = {name: frozenset(re.findall(r"\w{4,}", _asked(item, lang).casefold())) for name, item in items.items()}
    for (one, mine), (other, theirs) in combinations(words.items(), 2):
        if mine and theirs and len(mine & theirs) >= ALIKE * len(mine | theirs):
            yield f"{quiz.FOLDER}, {other}, {lang}: asks what {one} asks"


def _asked(item: Item, lang: Language) -> str:
    """What the learner is asked: the stem, with the segments, pairs or steps that it speaks of."""
    parts = [item.stem[lang]]
    if isinstance(item, Defect):
        parts += [segment.text[lang] for segment in item.segments]
    elif isinstance(item, Matching):
        parts += [pair.left[lang] for pair in item.pairs]
    elif isinstance(item, Ordering):
        parts += [step.text[lang] for step in item.steps]
    return " ".join(parts)


def _plain(text: str) -> str:
    """The words without line breaks and emphasis."""
    return " ".join(text.replace("*", "").split())
