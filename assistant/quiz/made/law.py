"""The law: which of these rules a provision or a decision lays down, among rules on the same subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.quiz.made.frame import Texts, alike_in_length, both, each, nearest, option, subject
from knowledge.library import Authority, Library
from knowledge.quiz import Choice, Item

WRONG: Final = 3
LENGTH: Final = 1.5
"""How many times longer or shorter a wrong rule may be than the right one."""
CITED: Final = frozenset({"V", "P"})
"""Statuses that are sure enough to be taught."""


def from_law(library: Library) -> Iterator[tuple[str, Item]]:
    """For each authority that was checked, its rule among three others of its topics."""
    known = [authority for authority in library.authorities.values() if authority.status in CITED]
    for authority in known:
        about = subject(authority.topics, library)
        near = [other for other in known if set(other.topics) & set(authority.topics)]
        fitting = alike_in_length(authority.text["en"], near, lambda one: one.text["en"], LENGTH)
        fitting = alike_in_length(authority.text["fr"], fitting, lambda one: one.text["fr"], LENGTH)
        closest = [other for other in fitting if set(other.topics[:2]) & set(authority.topics[:2])]
        wrong = nearest(authority, closest, lambda one: one.text["en"], WRONG)
        wrong += nearest(
            authority, [one for one in fitting if one not in wrong], lambda one: one.text["en"], WRONG - len(wrong)
        )
        if about and len(wrong) == WRONG:
            yield (
                f"rule-{authority.key}",
                Choice.model_validate(
                    about.frame(
                        type="single",
                        level="remember",
                        difficulty=3,
                        stem=each(lambda one, lang: _STEM[lang].format(one.ref[lang]), authority),
                        options=[_rule(authority, correct=True), *(_rule(other) for other in wrong)],
                        explanation=both(lambda lang: _EXPLANATION[lang]),
                        source={
                            "authority": authority.key,
                            "quote": each(lambda one, lang: _words(one.text[lang]), authority),
                        },
                        authorities=[authority.key],
                        checked_on=authority.checked_on,
                    )
                ),
            )


def _rule(authority: Authority, *, correct: bool = False) -> dict[str, object]:
    why = both(lambda lang: (_KEY if correct else _OTHER)[lang].format(authority.ref[lang]))
    return option(authority.key, dict(authority.text), why, correct=correct)


def _words(text: str) -> str:
    return " ".join(text.rstrip(".").split()[:60])


_STEM: Final[Texts] = {
    "en": "For lawyers. Which of these rules comes from {0}?",
    "fr": "Pour juristes. À laquelle de ces règles renvoie la référence suivante : {0} ?",
}
_KEY: Final[Texts] = {
    "en": "That is what we retain of {0}.",
    "fr": "C'est ce que nous retenons de cette référence : {0}.",
}
_OTHER: Final[Texts] = {
    "en": "This rule exists too, but it comes from {0}.",
    "fr": "Cette règle existe aussi, mais son texte est ailleurs : {0}.",
}
_EXPLANATION: Final[Texts] = {
    "en": "Which rule applies decides what has to be proved and what can be asked: that is why a rule is cited with its source.",
    "fr": "La règle qui s'applique décide de ce qu'il faut prouver et de ce qu'on peut demander : c'est pourquoi une règle se "
    "cite avec sa source.",
}
