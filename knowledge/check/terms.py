"""Defined terms and references between clauses: each capital has its definition, each title its clause, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from knowledge import definitions
from knowledge.check.rule import Texts, listed
from knowledge.clause import PLACEHOLDER, Clause
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language

_REFERENCE: Final[Mapping[Language, re.Pattern[str]]] = {
    "en": re.compile(r'\bclauses? "([^"]+)"'),
    "fr": re.compile(r"\bclauses? « ([^»]+) »"),
}
_INLINE: Final[Mapping[Language, re.Pattern[str]]] = {
    "en": re.compile(r'"([A-Z][^"]{1,60})"'),
    "fr": re.compile(r"« ([A-ZÀ-Ý][^»]{1,60}) »"),
}
_CAPITAL = re.compile(r"(?<=[a-zà-ÿ',;] )([A-ZÀ-Ý][a-zà-ÿ]+(?:[ -][A-ZÀ-Ý][a-zà-ÿ]+)*)")
_LAST = re.compile(r"(?:ies|y|s|x|e)\b")
_NAMES: Final = (
    "Paris France French English Union État Member State European Economic Area Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday Saturdays Sundays January February March April May June July August September October November December "
    "Code Civil Commercial Consumer Labour Intellectual Property Regulation Directive Implementing Decision Commission Europe"
)
_PROPER: Final = frozenset(_NAMES.split())
"""Words that have a capital by themselves."""


def terms(library: Library, root: Path) -> Iterator[str]:
    """Titles that name no clause, and capitals that no definition explains."""
    titles = {lang: {clause.title[lang]: name for name, clause in library.clauses.items()} for lang in LANGUAGES}
    known = {lang: _known(library, root, lang) for lang in LANGUAGES}
    for clause in library.clauses.values():
        for place, text in _wordings(clause):
            yield from _references(place, text, titles)
            for lang in LANGUAGES:
                unexplained = dict.fromkeys(
                    word for word in _capitals(text[lang], lang) if _stem(word) not in known[lang]
                )
                if unexplained:
                    yield f"{place}, {lang}: a capital without a definition: {listed(unexplained)}"


def _wordings(clause: Clause) -> Iterator[tuple[str, Texts]]:
    for position, variant in clause.positions.items():
        yield f"clauses/{clause.type}.yaml, {position}, text", variant.text
    for step in clause.ladder:
        yield f"clauses/{clause.type}.yaml, ladder, {step.id}, text", step.text


def _references(place: str, text: Texts, titles: Mapping[Language, Mapping[str, str]]) -> Iterator[str]:
    named: dict[Language, set[str]] = {}
    for lang in LANGUAGES:
        found = [title.strip() for title in _REFERENCE[lang].findall(text[lang])]
        for title in found:
            if title not in titles[lang]:
                yield f"{place}, {lang}: there is no clause called {title!r}"
        named[lang] = {titles[lang][title] for title in found if title in titles[lang]}
    if named["en"] != named["fr"]:
        yield f"{place}: refers to {listed(sorted(named['fr']))} in French, to {listed(sorted(named['en']))} in English"


def _known(library: Library, root: Path, lang: Language) -> set[str]:
    """The stems of the words of every term that is defined: for all clauses, or in the words of one."""
    shared = [form for one in definitions.load(root).values() for form in one.wordings(lang)]
    inline = [
        term
        for clause in library.clauses.values()
        for text in (*(text for _, text in _wordings(clause)), *_labels(clause))
        for term in _INLINE[lang].findall(text[lang])
    ]
    return {_stem(word) for term in (*shared, *inline) for word in re.findall(r"\w+", term)}


def _labels(clause: Clause) -> Iterator[Texts]:
    for variable in clause.variables.values():
        yield from (choice.label for choice in variable.choices)


def _capitals(text: str, lang: Language) -> Iterator[str]:
    """Words with a capital inside a sentence, outside quotations; proper names left out."""
    bare = _INLINE[lang].sub(" x ", PLACEHOLDER.sub(" x ", text))
    for match in _CAPITAL.finditer(bare):
        yield from (word for word in re.findall(r"\w+", match[1]) if word not in _PROPER and word[0].isupper())


def _stem(word: str) -> str:
    """A word without its plural or feminine ending."""
    return _LAST.sub("", _LAST.sub("", word.casefold()))
