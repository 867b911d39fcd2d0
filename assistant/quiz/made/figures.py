"""Figures of the law in the guidance: a sentence with its number left out, among numbers that stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from assistant.quiz.made.frame import Texts, both, each, option, quoted, scattered, subject
from knowledge.library import Library
from knowledge.models import Document, Language, Passage
from knowledge.quiz import Choice, Item

WRONG: Final = 3
WORDS: Final = (10, 44)
ROLES: Final = frozenset({"short", "law", "question", "meaning"})
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«\"])")
_UNITS: Final = {
    "day": r"(?:calendar |business )?days?|jours?(?: calendaires| ouvrés)?", "hour": r"hours?|heures?", "month": r"months?|mois",
    "year": r"years?|ans?|années?", "euro": r"euros?", "percent": r"%|per cent",
}  # fmt: skip
_FIGURE: Final = {
    unit: re.compile(rf"(?<![\d.,])(\d+(?:[.,]\d+)?)\s?(?:{words})(?!\w)") for unit, words in _UNITS.items()
}
_LOOSE: Final = re.compile(r"\b(Suppose|Imagine|For example|For instance|commonly|usual|about|Ask|next contract)\b")
"""Words of a sentence whose figure is an example, a habit or advice: there another one would be right too."""
_DANGLING: Final = re.compile(r"(Their|They|It|Its|This|That|These|Those|Then|So|He|She|Tests)\b")
"""How sentences begin that mean nothing without the one before."""
_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A sentence with one number of a unit, in both languages."""

    topic: str
    passage: str
    authorities: tuple[str, ...]
    unit: str
    number: str
    sentence: Texts
    shown: Texts


def from_figures(library: Library) -> Iterator[tuple[str, Item]]:
    """For each figure of the guidance, its sentence to be completed."""
    figures = list(_figures(library))
    for figure in figures:
        item = _completed(figure, figures, library)
        if item:
            yield f"figure-{figure.topic}-{scattered(figure.sentence['en'])[:6]}", item


def _passages(library: Library) -> Iterator[tuple[str, list[tuple[Passage, Passage]]]]:
    """The public passages of each topic in both languages, where the texts run in parallel."""
    known: dict[str, Document] = {document.id: document for document in library.guidance}
    for document in library.guidance:
        other = known.get(document.id.replace("guidance-en-", "guidance-fr-"))
        if document.lang == "en" and other and [p.role for p in document.passages] == [p.role for p in other.passages]:
            pairs = zip(document.passages, other.passages, strict=True)
            yield document.topics[0], [pair for pair in pairs if pair[0].visibility == "public"]


def _figures(library: Library) -> Iterator[Figure]:
    for topic, pairs in _passages(library):
        for english, french in pairs:
            left, right = _SENTENCE.split(english.text), _SENTENCE.split(french.text)
            if english.role in ROLES and english.authorities and len(left) == len(right):
                for one, two in zip(left, right, strict=True):
                    yield from _figure(topic, english, {"en": one, "fr": two})


def _figure(topic: str, passage: Passage, sentence: Texts) -> Iterator[Figure]:
    numbers = {lang: [n.replace(",", ".") for n in _DIGITS.findall(sentence[lang])] for lang in sentence}
    if len(numbers["en"]) != 1 or numbers["en"] != numbers["fr"]:
        return
    if not all(WORDS[0] <= len(text.split()) <= WORDS[1] for text in sentence.values()):
        return
    for unit, pattern in _FIGURE.items():
        found = {lang: pattern.search(text) for lang, text in sentence.items()}
        if all(found.values()):
            shown: Texts = {lang: match[0] for lang, match in found.items() if match}
            yield Figure(topic, passage.id, passage.authorities, unit, numbers["en"][0], dict(sentence), shown)


def _completed(figure: Figure, figures: list[Figure], library: Library) -> Choice | None:
    about = subject((figure.topic,), library)
    others: dict[str, Figure] = {}
    for other in sorted(figures, key=lambda one: scattered(one.sentence["en"])):
        apart = other.number != figure.number and other.passage != figure.passage
        if apart and other.unit == figure.unit and other.topic != figure.topic:
            others.setdefault(other.number, other)
    wrong = sorted(others.values(), key=lambda one: abs(float(one.number) - float(figure.number)))[:WRONG]
    if not about or len(wrong) < WRONG or not _stands_alone(figure.sentence["en"]):
        return None
    gap = both(lambda lang: figure.sentence[lang].replace(figure.shown[lang], "[…]", 1))
    return Choice.model_validate(
        about.frame(
            type="single",
            level="remember",
            difficulty=1,
            stem=both(lambda lang: _COMPLETE[lang].format(quoted(gap[lang], lang))),
            options=[
                option(figure.number, dict(figure.shown), both(lambda lang: _RIGHT[lang]), correct=True),
                *(
                    option(
                        other.number,
                        each(lambda one, lang: _said(figure, one.number, lang), other),
                        each(lambda one, lang: _ELSEWHERE[lang].format(quoted(one.sentence[lang], lang)), other),
                    )
                    for other in wrong
                ),
            ],
            explanation=both(lambda lang: figure.sentence[lang]),
            source={"guidance": figure.topic, "quote": figure.sentence},
            authorities=figure.authorities,
        )
    )


def _stands_alone(sentence: str) -> bool:
    """Whether a sentence says by itself what its figure is of, and no other figure would do."""
    return not _LOOSE.search(sentence) and not _DANGLING.match(sentence)


def _said(figure: Figure, number: str, lang: Language) -> str:
    """Another number in the words of the figure: "30 days" with 45 is "45 days"."""
    written = number.replace(".", ",") if lang == "fr" else number
    return _DIGITS.sub(written, figure.shown[lang], count=1)


_COMPLETE: Final[Texts] = {
    "en": "Which figure completes the sentence? {0}",
    "fr": "Quel chiffre complète la phrase ? {0}",
}
_RIGHT: Final[Texts] = {
    "en": "That is the figure that the guidance gives here.",
    "fr": "C'est le chiffre que donne la fiche à cet endroit.",
}
_ELSEWHERE: Final[Texts] = {
    "en": "That figure belongs to something else: {0}",
    "fr": "Ce chiffre concerne autre chose : {0}",
}
