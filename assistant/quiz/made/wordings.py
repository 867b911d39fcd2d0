"""Three real wordings of the same point, one for each position: which of them serves the one we act for?"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from assistant.quiz.made.frame import Subject, Texts, both, each, likeness, option, quoted, subject
from assistant.quiz.source import plain
from knowledge.clause import PLACEHOLDER, POSITIONS, Clause
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language, Position, Side
from knowledge.quiz import Choice, Item

POINTS: Final = 2
"""Points of a clause that are asked about."""
WORDS: Final = (9, 62)
QUOTED: Final = 6
"""Words of the shortest quotation."""
SAME_POINT: Final = 0.26
"""Likeness below which two paragraphs of the same number settle different things."""
SAME_WORDS: Final = 0.72
"""Likeness above which they hardly differ."""
_POINT = re.compile(r"^(\d+)\. +(.+?)\s*(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_LEANS = re.compile(
    r"^(For (the others|any other)|(It|They|These|Those|This|He|She)\b)"
    r"|^(Pour (les autres|tout autre)|(Ils?|Elles?|Ces|Cet|Celui|Celle)\b)"
    r"|\b(paragraphs?|paragraphes?) \d"
    r"|\b(that (time|period|term|date)|(ce|cette) (délai|terme|échéance|durée|période))\b"
)
"""What a point says that means nothing without another point."""
_FIGURE = re.compile(
    r"\b(?:\d+(?:[.,\u202f\u00a0]\d+)*|two|three|four|five|six|eight|ten|fifteen|deux|trois|quatre|cinq|huit|dix|quinze)"
    r"[ \u00a0\u202f](?:%|euros?\b|(?:calendar |Business )?(?:days?|Days?|hours?|months?|years?|minutes?)\b"
    r"|(?:jours?|Jours?|heures?|Heures?|mois|ans?|années?|minutes?)\b(?: (?:calendaires?|Ouvrée?s|ouvrée?s))?)"
)
"""A figure with what it counts."""
_WHO: Final[Mapping[Position, Texts]] = {
    "customer": {"en": "the customer", "fr": "le client"},
    "provider": {"en": "the provider", "fr": "le prestataire"},
    "balanced": {"en": "both", "fr": "les deux"},
}
_OTHER: Final[Mapping[Side, Side]] = {"customer": "provider", "provider": "customer"}


def from_wordings(library: Library) -> Iterator[tuple[str, Item]]:
    """For each clause type the points that its positions word most differently, asked from both sides."""
    for clause in library.clauses.values():
        about = subject(clause.topics, library)
        if about and set(clause.positions) == set(POSITIONS):
            for number in _points(clause)[:POINTS]:
                for side in ("customer", "provider"):
                    item = _item(clause, number, side, about)
                    if item:
                        yield f"wording-{clause.type}-{number}-{side}", item


def _points(clause: Clause) -> list[int]:
    """The numbers of the points that can be compared, those that differ most first."""
    texts = {lang: {position: _numbered(clause, position, lang) for position in POSITIONS} for lang in LANGUAGES}
    shared = set.intersection(*(set(points) for by_position in texts.values() for points in by_position.values()))
    rated = []
    for number in sorted(shared):
        compared = [
            likeness(texts[lang][one][number], texts[lang][two][number], lang)
            for lang in LANGUAGES
            for one, two in itertools.combinations(POSITIONS, 2)
        ]
        lengths = [len(texts[lang][position][number].split()) for lang in LANGUAGES for position in POSITIONS]
        fits = WORDS[0] <= min(lengths) and max(lengths) <= WORDS[1] and max(lengths) <= 2 * min(lengths)
        leans = any(_LEANS.search(texts[lang][position][number]) for lang in LANGUAGES for position in POSITIONS)
        if fits and not leans and min(compared) >= SAME_POINT and max(compared) <= SAME_WORDS:
            rated.append((sum(compared), number))
    return [number for _, number in sorted(rated)]


def _item(clause: Clause, number: int, side: Side, about: Subject) -> Choice | None:
    quote = {lang: _quotable(dict(_raw(clause, side, lang))[number]) for lang in LANGUAGES}
    if not all(quote.values()):
        return None
    options = [
        option(
            position,
            each(lambda one, lang: _numbered(clause, one, lang)[number], position),
            _why(clause, position, side, number),
            correct=position == side,
        )
        for position in POSITIONS
    ]
    return Choice.model_validate(
        about.frame(
            type="single",
            level="analyse",
            difficulty=2,
            stem=both(lambda lang: _STEM[lang].format(_WHO[side][lang], quoted(clause.title[lang], lang))),
            options=options,
            explanation=both(lambda lang: _EXPLANATION[lang].format(clause.purpose[lang].rstrip("."))),
            source={"clause": clause.type, "position": side, "quote": quote},
            authorities=clause.variant(side).authorities[:3],
            clause=clause.type,
        )
    )


def _why(clause: Clause, position: Position, side: Side, number: int) -> Texts:
    if position == side:
        return both(lambda lang: _KEY[lang].format(number, _WHO[side][lang]))
    said = _MIDDLE if position == "balanced" else _AGAINST
    whose = _WHO[_OTHER[side]]
    return both(
        lambda lang: (
            said[lang].format(number, whose[lang])
            + _compared(_numbered(clause, position, lang)[number], _numbered(clause, side, lang)[number], lang)
        )
    )


def _compared(text: str, ours: str, lang: Language) -> str:
    """The figure in which a wording differs from ours; nothing where there are several, or words alone differ."""
    here, there = (list(dict.fromkeys(_FIGURE.findall(one))) for one in (text, ours))
    only_here, only_there = [one for one in here if one not in there], [one for one in there if one not in here]
    if len(only_here) != 1 or len(only_there) != 1:
        return ""
    return _FIGURES[lang].format(*only_here, *only_there)


def _raw(clause: Clause, position: Position, lang: Language) -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in _POINT.findall(clause.variant(position).text[lang])]


def _numbered(clause: Clause, position: Position, lang: Language) -> dict[int, str]:
    """The points of a wording with their variables printed."""
    values = clause.values(position, {})
    return {
        number: " ".join(plain(clause.fill(text, values, lang)).split())
        for number, text in _raw(clause, position, lang)
    }


def _quotable(text: str) -> str:
    """The longest sentence without a variable, else the longest run of words without one."""
    words = plain(text)
    whole = [sentence for sentence in re.split(r"(?<=[.;])\s+", words) if not PLACEHOLDER.search(sentence)]
    runs = [re.sub(r"^\W+", "", run).rstrip(" ,;:.") for run in PLACEHOLDER.split(words)[::2]]
    fitting = [piece for piece in whole if len(piece.split()) >= QUOTED] or [
        run for run in runs if len(run.split()) >= QUOTED
    ]
    return " ".join(max(fitting, key=len).split()[:60]) if fitting else ""


_STEM: Final[Texts] = {
    "en": "You act for {0}. Three drafts of the clause {1} settle the same point. Which one serves your side best?",
    "fr": "Vous conseillez {0}. Trois projets de la clause {1} règlent le même point. Lequel vous sert le mieux ?",
}
_KEY: Final[Texts] = {
    "en": "Point {0} as it is worded for {1}: it asks the most for your side.",
    "fr": "Le point {0} tel qu'il est rédigé pour {1} : il demande le plus pour votre côté.",
}
_MIDDLE: Final[Texts] = {
    "en": "Point {0} of the balanced wording: a compromise to reach, not the wording to begin with.",
    "fr": "Le point {0} de la rédaction équilibrée : un compromis à atteindre, non le texte par lequel commencer.",
}
_AGAINST: Final[Texts] = {
    "en": "Point {0} as it is worded for {1}: here the other side keeps the advantage.",
    "fr": "Le point {0} tel qu'il est rédigé pour {1} : l'avantage reste ici à l'autre partie.",
}
_FIGURES: Final[Texts] = {
    "en": " Compare the figures: {0} here, {1} in the wording for your side.",
    "fr": " Comparez les chiffres : {0} ici, {1} dans la rédaction de votre côté.",
}
_EXPLANATION: Final[Texts] = {
    "en": "What the clause is for: {0}. Compare what each draft promises, to whom, by when and on which condition.",
    "fr": "À quoi sert la clause : {0}. Comparez ce que chaque projet promet, à qui, dans quel délai et à quelle condition.",
}
