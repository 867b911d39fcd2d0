"""The ladder of a clause: which wording comes next when the best one is refused, and what a step gives up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from assistant.quiz.made.frame import Subject, Texts, both, option, quoted, subject
from assistant.quiz.source import plain
from knowledge.clause import Clause, Step
from knowledge.library import Library
from knowledge.models import LANGUAGES
from knowledge.quiz import Choice, Item

RUNGS: Final = 3


def from_ladders(library: Library) -> Iterator[tuple[str, Item]]:
    """For each clause type: the next rung, and what each rung below the first gives up."""
    for clause in library.clauses.values():
        about = subject(clause.topics, library)
        if not about or len(clause.ladder) < RUNGS:
            continue
        yield f"next-{clause.type}", _next(clause, about)
        for at in (1, 2):
            yield f"given-up-{clause.type}-{clause.ladder[at].id}", _given_up(clause, at, about)


def _next(clause: Clause, about: Subject) -> Choice:
    best, key, last = clause.ladder[:RUNGS]
    why = both(lambda lang: _KEY[lang].format(_lower(key.give[lang]), _lower(key.get[lang])))
    options = [
        option(best.id, _filled(clause, best), both(lambda lang: _REFUSED[lang].format(_lower(best.get[lang])))),
        option(key.id, _filled(clause, key), why, correct=True),
        option(last.id, _filled(clause, last), both(lambda lang: _TOO_MUCH[lang].format(_lower(last.give[lang])))),
    ]
    return Choice.model_validate(
        about.frame(
            type="fallback",
            level="evaluate",
            difficulty=3,
            stem=both(lambda lang: _NEXT[lang].format(quoted(clause.title[lang], lang))),
            options=options,
            explanation=both(lambda lang: f"{_RULE[lang]} {clause.walk_away[lang]}"),
            source={
                "clause": clause.type,
                "step": key.id,
                "quote": {lang: plain(key.give[lang]) for lang in LANGUAGES},
            },
            authorities=clause.authorities[:2],
            clause=clause.type,
        )
    )


def _given_up(clause: Clause, at: int, about: Subject) -> Choice:
    first, step, other = clause.ladder[0], clause.ladder[at], clause.ladder[3 - at]
    wording = _filled(clause, step)
    options: list[dict[str, Any]] = [
        option("given", step.give, both(lambda lang: _GIVEN[lang].format(_lower(step.get[lang]))), correct=True),
        option("kept", step.get, _same(_KEPT)),
        option("elsewhere", other.give, _same(_LATER if at == 1 else _EARLIER)),
        option("first", first.give, _same(_FIRST)),
    ]
    return Choice.model_validate(
        about.frame(
            type="single",
            level="analyse",
            difficulty=2,
            stem=both(lambda lang: _WHAT[lang].format(quoted(clause.title[lang], lang), quoted(wording[lang], lang))),
            options=options,
            explanation=both(lambda lang: _BALANCE[lang].format(_lower(step.give[lang]), _lower(step.get[lang]))),
            source={
                "clause": clause.type,
                "step": step.id,
                "quote": {lang: plain(step.give[lang]) for lang in LANGUAGES},
            },
            authorities=clause.authorities[:2],
            clause=clause.type,
        )
    )


def _filled(clause: Clause, step: Step) -> Texts:
    return both(lambda lang: plain(clause.fill(step.text[lang], clause.values("customer", {}), lang)))


def _lower(text: str) -> str:
    """`text` as it goes on in a sentence."""
    text = text.rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _same(texts: Texts) -> Texts:
    return dict(texts)


_NEXT: Final[Texts] = {
    "en": "You act for the customer on the clause {0}. The provider refuses the best of these three wordings. "
    "Which do you offer next?",
    "fr": "Vous conseillez le client sur la clause {0}. Le prestataire refuse la meilleure de ces trois rédactions. "
    "Laquelle proposez-vous ensuite ?",
}
_REFUSED: Final[Texts] = {
    "en": "This is the best of the three, and so the one that was refused. It would have brought: {0}.",
    "fr": "C'est la meilleure des trois, donc celle qui vient d'être refusée. Elle aurait apporté : {0}.",
}
_KEY: Final[Texts] = {
    "en": "The next rung. It gives up: {0}. It keeps: {1}.",
    "fr": "L'échelon suivant. Il cède : {0}. Il garde : {1}.",
}
_TOO_MUCH: Final[Texts] = {
    "en": "The last rung, to be kept for later. Offered now, it gives up without need: {0}.",
    "fr": "Le dernier échelon, à garder pour plus tard. Proposé maintenant, il cède sans nécessité : {0}.",
}
_RULE: Final[Texts] = {
    "en": "Go down one rung at a time, and know where you stop.",
    "fr": "Descendez un échelon à la fois, et sachez où vous arrêter.",
}
_WHAT: Final[Texts] = {
    "en": "You act for the customer on the clause {0} and fall back to: {1} What does this step give up?",
    "fr": "Vous conseillez le client sur la clause {0} et vous repliez sur : {1} Que cède cet échelon ?",
}
_GIVEN: Final[Texts] = {
    "en": "That is the price of the step. What it keeps in return: {0}.",
    "fr": "C'est le prix de l'échelon. Ce qu'il garde en retour : {0}.",
}
_KEPT: Final[Texts] = {
    "en": "That is what the step keeps, not what it gives up.",
    "fr": "C'est ce que l'échelon garde, non ce qu'il cède.",
}
_LATER: Final[Texts] = {
    "en": "That would be given up one rung further down.",
    "fr": "Cela ne serait cédé qu'un échelon plus bas.",
}
_EARLIER: Final[Texts] = {
    "en": "That was already given up one rung above.",
    "fr": "Cela était déjà cédé un échelon plus haut.",
}
_FIRST: Final[Texts] = {
    "en": "That is what even the first wording was ready to concede.",
    "fr": "C'est ce que même la première rédaction était prête à concéder.",
}
_BALANCE: Final[Texts] = {
    "en": "Every step has a price and a return. Here the price: {0}. The return: {1}.",
    "fr": "Chaque échelon a un prix et une contrepartie. Ici le prix : {0}. La contrepartie : {1}.",
}
