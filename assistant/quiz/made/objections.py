"""What the other side says, and which answer meets it: from what negotiators know of each clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.quiz.made.frame import Texts, alike_in_length, both, each, nearest, option, quoted, subject
from knowledge.library import Library
from knowledge.models import Language, Side
from knowledge.negotiation import Point, Stance
from knowledge.quiz import Choice, Item

WRONG: Final = 3
LEAST: Final = 1
LENGTH: Final = 1.55
SIDES: Final[tuple[Side, ...]] = ("customer", "provider")


def from_objections(library: Library) -> Iterator[tuple[str, Item]]:
    """For each point and side: the reply to the objection, among that of the other side and those on neighbouring clauses."""
    for name, point in library.negotiation.items():
        for side in SIDES:
            item = _item(name, point, side, library) if name in library.clauses else None
            if item:
                yield f"reply-{name}-{side}", item


def _item(name: str, point: Point, side: Side, library: Library) -> Choice | None:
    clause, stance = library.clauses[name], point.stance(side)
    about = subject(clause.topics, library)
    other_side: Side = "provider" if side == "customer" else "customer"
    opposite = (name, point.stance(other_side))
    near = [opposite, *((one, library.negotiation[one].stance(side)) for one in _neighbours(name, library))]
    fitting = alike_in_length(stance.reply["en"], near, lambda one: one[1].reply["en"], LENGTH)
    fitting = alike_in_length(stance.reply["fr"], fitting, lambda one: one[1].reply["fr"], LENGTH)
    wrong = nearest((name, stance), fitting, lambda one: one[1].reply["en"], WRONG - 1)
    if opposite in fitting and opposite not in wrong:
        wrong[-1] = opposite
    if not about or len(wrong) < LEAST:
        return None
    return Choice.model_validate(
        about.frame(
            type="single",
            level="apply",
            difficulty=2,
            stem=both(
                lambda lang: _STEM[lang].format(
                    _SIDE[side][lang], quoted(clause.title[lang], lang), stance.objection[lang].strip()
                )
            ),
            options=[
                option(
                    "meets", dict(stance.reply), both(lambda lang: _KEY[lang].format(stance.want[lang])), correct=True
                ),
                option("repeats", both(lambda lang: _repeated(stance, lang)), _REPEATS),
                *(
                    option(
                        "opposite" if other == name else other,
                        dict(said.reply),
                        each(lambda one, lang: _why(name, one, library, lang), other),
                    )
                    for other, said in wrong
                ),
            ],
            explanation=both(lambda lang: f"{_RULE[lang]} {stance.matters[lang]}"),
            source={"point": name, "quote": both(lambda lang: " ".join(stance.reply[lang].split()[:60]))},
            clause=name,
        )
    )


def _repeated(stance: Stance, lang: Language) -> str:
    """What a side wants and why, said once more: no answer to an objection, though all of it is true."""
    return _REPEAT[lang].format(" ".join((stance.want[lang], stance.matters[lang])))


def _neighbours(name: str, library: Library) -> list[str]:
    """The clauses that share a topic with a clause, or are on one that is related to its first."""
    clause = library.clauses[name]
    topics = {*clause.topics, *(library.topics[clause.topics[0]].related if clause.topics[0] in library.topics else ())}
    return [
        other
        for other, found in library.clauses.items()
        if other != name and other in library.negotiation and topics & set(found.topics)
    ]


def _why(name: str, other: str, library: Library, lang: Language) -> str:
    return _OPPOSITE[lang] if other == name else _OTHER[lang].format(library.clauses[other].title[lang])


_SIDE: Final[dict[Side, Texts]] = {
    "customer": {"en": "the customer", "fr": "le client"},
    "provider": {"en": "the provider", "fr": "le prestataire"},
}
_STEM: Final[Texts] = {
    "en": "You act for {0} on the clause {1}. The other side says: {2} Which way of answering meets the objection?",
    "fr": "Vous conseillez {0} sur la clause {1}. L'autre partie dit : {2} Quelle manière de répondre lève l'objection ?",
}
_KEY: Final[Texts] = {
    "en": "It answers what was said, and keeps in sight what you want: {0}",
    "fr": "Elle répond à ce qui est dit, sans perdre de vue ce que vous voulez : {0}",
}
_RULE: Final[Texts] = {
    "en": "An objection falls when it is taken seriously and answered with something that costs you less than what you keep.",
    "fr": "Une objection tombe si elle est prise au sérieux et reçoit une réponse qui vous coûte moins que ce que vous gardez.",
}
_REPEAT: Final[Texts] = {
    "en": "Say once more what you want and why: {0}",
    "fr": "Redites ce que vous voulez et pourquoi : {0}",
}
_REPEATS: Final[Texts] = {
    "en": "All of it is true, but what the other side said is left without an answer.",
    "fr": "Tout y est vrai, mais ce que l'autre partie a dit reste sans réponse.",
}
_OPPOSITE: Final[Texts] = {
    "en": "That is what the other side would do well to answer: it defends their interest, not yours.",
    "fr": "C'est ce que l'autre partie aurait intérêt à répondre : cela défend son intérêt, non le vôtre.",
}
_OTHER: Final[Texts] = {
    "en": "A good answer, but to an objection on another clause: {0}.",
    "fr": "Une bonne réponse, mais à une objection sur une autre clause : {0}.",
}
