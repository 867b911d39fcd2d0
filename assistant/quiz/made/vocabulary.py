"""Terms: which defined term means this, what belongs to what, and how a French term is said in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final

from assistant.quiz.made.frame import Texts, both, each, nearest, option, quoted, scattered, subject
from assistant.quiz.source import plain
from knowledge.definitions import Definition
from knowledge.glossary import Term
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Choice, Item, Matching
from knowledge.wording import fold

WRONG: Final = 3
"""Wrong options of a choice."""
TOGETHER: Final = 4
"""Pairs of a matching item."""
TRANSPARENT: Final = 0.78
"""Likeness of letters from which a French term gives its English one away."""
ECHO: Final = 5
"""Letters that two words begin with, from which one gives the other away."""
_WORD: Final = re.compile(r"[a-z]+")
_DOUBLE: Final = re.compile(r"(.)\1")
CONTRACTS: Final = "contract-documents"
"""The topic of defined terms that belong to no other."""


def from_definitions(library: Library) -> Iterator[tuple[str, Item]]:
    """For each defined term its meaning, asked alone and among others."""
    known = library.definitions
    about = subject((CONTRACTS,), library)
    if not about or len(known) <= WRONG:
        return
    for key, definition in known.items():
        wrong = nearest(definition, known.values(), lambda one: f"{one.term['en']} {one.text['en']}", WRONG)
        yield (
            f"term-{key}",
            Choice.model_validate(
                about.frame(
                    type="single",
                    level="remember",
                    difficulty=1,
                    stem=each(lambda one, lang: _WHICH[lang].format(_masked(one, lang)), definition),
                    options=[
                        _defined(definition, correct=True),
                        *(_defined(other) for other in wrong),
                    ],
                    explanation=both(lambda lang: _DEFINED[lang]),
                    source={"definition": key, "quote": each(lambda one, lang: _words(one.text[lang]), definition)},
                )
            ),
        )
    ordered = sorted(known, key=scattered)
    for start in range(0, len(ordered) - TOGETHER + 1, TOGETHER):
        group = {key: known[key] for key in ordered[start : start + TOGETHER]}
        yield f"terms-{start // TOGETHER + 1}", _matched(group, library)


def _matched(group: Mapping[str, Definition], library: Library) -> Matching:
    about = subject((CONTRACTS,), library)
    assert about
    first = next(iter(group))
    return Matching.model_validate(
        about.frame(
            type="matching",
            level="remember",
            difficulty=1,
            stem=both(lambda lang: _MATCH[lang]),
            pairs=[{"left": one.term, "right": each(_masked, one), "why": _means(one)} for one in group.values()],
            explanation=both(lambda lang: _DEFINED[lang]),
            source={
                "definition": first,
                "quote": both(lambda lang: _words(group[first].text[lang])),
            },
        )
    )


def _defined(definition: Definition, *, correct: bool = False) -> dict[str, object]:
    return option(definition.term["en"], dict(definition.term), _means(definition), correct=correct)


def _means(definition: Definition) -> Texts:
    return both(lambda lang: _MEANS[lang].format(quoted(definition.term[lang], lang), definition.text[lang]))


def _masked(definition: Definition, lang: Language) -> str:
    """What the term means, without the term itself."""
    text = re.sub(r" \([^)]*\)", "", plain(definition.text[lang])).rstrip(".")
    for wording in definition.wordings(lang):
        text = text.replace(wording, "…")
    return text


def _words(text: str) -> str:
    return " ".join(text.rstrip(".").split()[:40])


def from_glossary(library: Library) -> Iterator[tuple[str, Item]]:
    """For each term of the glossary its English name, among terms of the same field; and pairs of terms."""
    by_topic: dict[str, list[tuple[str, Term]]] = {}
    for key, term in library.glossary.items():
        about = subject(term.topics, library)
        if about and not _transparent(term) and not _echoes(term, term):
            by_topic.setdefault(about.topic, []).append((key, term))
    for key, term in library.glossary.items():
        item = _translated(key, term, library)
        if item:
            yield f"english-{key}", item
    for topic, terms in by_topic.items():
        for number, group in enumerate(_groups(terms), 1):
            yield f"pairs-{topic}-{number}", _paired(group, library)


def _translated(key: str, term: Term, library: Library) -> Choice | None:
    about = subject(term.topics, library)
    if not about or _transparent(term) or "(" in term.term["en"]:
        return None
    wrong = _neighbours(term, library)
    if len(wrong) < WRONG or not _echoes(term, term) <= frozenset().union(*(_echoes(term, one) for one in wrong)):
        return None
    warning = term.false_friend or {"en": "", "fr": ""}
    return Choice.model_validate(
        about.frame(
            type="single",
            level="remember",
            difficulty=1,
            stem=both(lambda lang: _ENGLISH[lang].format(quoted(term.term["fr"], "fr"))),
            options=[
                option(one.term["en"], dict.fromkeys(LANGUAGES, one.term["en"]), _glossed(one), correct=one is term)
                for one in (term, *wrong)
            ],
            explanation=both(lambda lang: f"{term.meaning[lang]} {warning[lang]}".strip()),
            source={"term": key, "quote": both(lambda lang: _words(term.meaning[lang]))},
            authorities=[name for name in term.authorities if library.authority(name).status != "U"],
        )
    )


def _neighbours(term: Term, library: Library) -> list[Term]:
    """The terms from which one has to be told, most of them of its field; where its English name echoes a word of the French
    one, another of them echoes it as well, so that the echo tells nothing."""
    others = [
        one for one in library.glossary.values() if one is not term and _apart(one, term) and not _transparent(one)
    ]
    near = [one for one in others if set(one.topics) & set(term.topics)]
    wrong = nearest(term, near, lambda one: f"{one.term['en']} {one.meaning['en']}", WRONG)
    rest = [one for one in others if one not in wrong]
    wrong += nearest(term, rest, lambda one: one.meaning["en"], WRONG - len(wrong))
    echoed = _echoes(term, term)
    if len(wrong) == WRONG and not echoed <= frozenset().union(*(_echoes(term, one) for one in wrong)):
        alike = [one for one in others if echoed <= _echoes(term, one)]
        wrong[-1:] = nearest(term, alike, lambda one: one.meaning["en"], 1)
    return wrong


def _echoes(asked: Term, offered: Term) -> frozenset[str]:
    """The French words of one term that the English name of another echoes: that begin alike, as "contrat" and "contract"."""
    begun = {word[:ECHO] for word in _long(offered.term["en"])}
    return frozenset(word for word in _long(asked.term["fr"]) if word[:ECHO] in begun)


def _long(name: str) -> list[str]:
    """The words of a name that are long enough to be echoed, double letters as one: *sollicitation* echoes "solicitation"."""
    words = (_DOUBLE.sub(r"\1", word) for word in _WORD.findall(fold(name)))
    return [word for word in words if len(word) >= ECHO]


def _transparent(term: Term) -> bool:
    """Whether the two names look so alike that nobody needs to know them: as a whole, or in each of their words."""
    english, french = fold(term.term["en"]), fold(term.term["fr"])
    echoed = _echoes(term, term)
    if (echoed and echoed == set(_long(french))) or sorted(_WORD.findall(english)) == sorted(_WORD.findall(french)):
        return True
    return french in english or SequenceMatcher(None, english, french).ratio() > TRANSPARENT


def _apart(one: Term, other: Term) -> bool:
    """Whether two terms have no wording in common in either language, so that one cannot stand for the other."""
    return not any(_folded(one.wordings(lang)) & _folded(other.wordings(lang)) for lang in LANGUAGES)


@lru_cache(maxsize=2_000)
def _folded(wordings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, wordings))


def _glossed(term: Term) -> Texts:
    return both(
        lambda lang: _GLOSSED[lang].format(
            quoted(term.term["en"], lang), quoted(term.term["fr"], "fr"), term.meaning[lang]
        )
    )


def _groups(terms: list[tuple[str, Term]]) -> Iterator[list[tuple[str, Term]]]:
    ordered = sorted(terms, key=lambda pair: scattered(pair[0]))
    starts = range(0, len(ordered) + 1, TOGETHER)
    yield from (ordered[start:end] for start, end in pairwise(starts))


def _paired(group: list[tuple[str, Term]], library: Library) -> Matching:
    key, first = group[0]
    about = subject(first.topics, library)
    assert about
    return Matching.model_validate(
        about.frame(
            type="terms",
            level="remember",
            difficulty=1,
            stem=both(lambda lang: _PAIR[lang]),
            pairs=[
                {
                    "left": dict.fromkeys(LANGUAGES, term.term["fr"]),
                    "right": dict.fromkeys(LANGUAGES, term.term["en"]),
                    "why": _glossed(term),
                }
                for _, term in group
            ],
            explanation=both(lambda lang: _BESIDE[lang]),
            source={"term": key, "quote": both(lambda lang: _words(first.meaning[lang]))},
        )
    )


_WHICH: Final[Texts] = {
    "en": "In the firm's contracts, which defined term means: {0}?",
    "fr": "Dans les contrats du cabinet, quel terme défini désigne : {0} ?",
}
_MATCH: Final[Texts] = {
    "en": "Match each defined term of the firm's contracts with what it means.",
    "fr": "Associez chaque terme défini des contrats du cabinet à ce qu'il désigne.",
}
_MEANS: Final[Texts] = {"en": "{0}: {1}", "fr": "{0} : {1}"}
_DEFINED: Final[Texts] = {
    "en": "A term with a capital letter has the meaning that the definitions of the contract give it, and no other.",
    "fr": "Un terme à majuscule a le sens que lui donnent les définitions du contrat, et nul autre.",
}
_ENGLISH: Final[Texts] = {
    "en": "A French contract uses the term {0}. Which English term says the same?",
    "fr": "Un contrat emploie le terme {0}. Quel terme anglais dit la même chose ?",
}
_GLOSSED: Final[Texts] = {"en": "{0} stands for {1}. {2}", "fr": "{0} rend {1}. {2}"}
_BESIDE: Final[Texts] = {
    "en": "What each term means stands beside its pair: two terms say the same when they have the same effect, not when they "
    "look alike.",
    "fr": "Le sens de chaque terme figure à côté de sa paire : deux termes disent la même chose s'ils ont le même effet, non "
    "s'ils se ressemblent.",
}
_PAIR: Final[Texts] = {
    "en": "Match each French term with the English one that says the same.",
    "fr": "Associez à chaque terme français le terme anglais qui dit la même chose.",
}
