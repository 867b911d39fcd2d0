"""A playbook started from contracts that a firm likes: what they say of each subject, as rules that wait for a person.

Each rule of the shipped playbook is asked of each contract. What most contracts say becomes the standard, what several accept
becomes the fallback, and what one of them says is no longer refused. Nothing is switched on: a rule carries the passages that it
comes from, and asks its question only after somebody has accepted it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from assistant.review.explain import bounds_in_words
from assistant.review.measure import Figure
from assistant.review.recognise import Recognition
from assistant.review.run import Judgement, run
from assistant.review.sentence import Sentence
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language
from knowledge.playbook import Bounds, Evidence, Passage, Playbook, Rule, Spread, Within
from knowledge.subject import Subject

LEAST: Final = 2
"""Contracts that must speak of a subject, or accept a figure: what stands in one alone is an exception."""
SHARE: Final = 0.25
"""Share of the contracts that must speak of a subject for it to be a habit."""
REQUIRED: Final = 2 / 3
"""Share of the contracts from which on silence would be noticed."""
SUBJECTS: Final = 4
"""Subjects that a text must speak of to be counted as a contract of this kind."""
NEAR: Final = 0.9
"""Share of its sentences that the shorter of two contracts has in common with the other where both may be versions of one."""
FACTS: Final = frozenset({"parties", "effective-date", "price"})
"""Subjects on which a firm has no position."""

Question = Literal["bare", "within", "bad", "good"]
"""What is asked of a contract apart: whether it speaks of the subject, its figure, what it must not say, what it should."""
_WORDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "bounds": {"en": "{name}: {bounds}.", "fr": "{name} : {bounds}."},
    "settled": {"en": "{name}: settled in the contract.", "fr": "{name} : réglé par le contrat."},
    "settle": {"en": "{name}: to be settled in the contract.", "fr": "{name} : à régler par le contrat."},
    "why": {
        "en": "The contracts that the firm keeps as models settle it.",
        "fr": "Les contrats que le cabinet garde pour modèles le prévoient.",
    },
    "nothing": {"en": "Nothing less: pass it on.", "fr": "Rien de moins : à transmettre."},
    "escalation": {
        "en": "Pass to a lawyer where neither can be had.",
        "fr": "Passer la main à un avocat si ni l'un ni l'autre n'est obtenu.",
    },
}
_BLANKS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Learnt:
    """A playbook of proposed rules, the contracts that were counted, and what was left out with the reason."""

    playbook: Playbook
    contracts: tuple[str, ...]
    left_out: Mapping[str, str]
    """By the name of a file."""
    alike: Mapping[str, str]
    """Contracts that are counted and nearly the same as another one, by name: one form filled in twice, or two versions."""
    unsettled: tuple[str, ...]
    """Ids of rules on which too few contracts speak."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one contract says of one rule."""

    contract: Recognition
    sentence: Sentence
    figure: Figure | None
    offends: bool
    promises: bool


def learn(
    readings: Sequence[Recognition], shipped: Playbook, subjects: Mapping[str, Subject], today: dt.date
) -> Learnt:
    """The playbook that contracts suggest, made from the `shipped` one of the side.

    `today` is written down as the day of its making, and it is due for review at once. Raises `InvalidInput` for fewer than two
    different contracts.
    """
    kept, left_out, alike = _counted(readings)
    if len(kept) < LEAST:
        said = "".join(f"; {name}: {reason}" for name, reason in left_out.items())
        raise InvalidInput(f"a playbook needs {LEAST} different contracts at least, {len(kept)} were found{said}")
    candidates = [*shipped.rules, *_bare(shipped, subjects)]
    voices = _voices(candidates, kept, shipped, subjects)
    rules, unsettled = [], []
    for rule in candidates:
        heard = voices[rule.id]
        if len(heard) < max(LEAST, SHARE * len(kept)):
            unsettled.append(rule.id)
        else:
            subject = subjects.get(rule.subject or "")
            rules.append(_proposed(rule, subject, heard, len(kept), is_shipped=rule in shipped.rules))
    if not rules:
        raise InvalidInput("these contracts speak of too few of the same subjects: give more of one kind")
    playbook = Playbook(
        id=f"own-{shipped.side}",
        version="0.1.0",
        side=shipped.side,
        title={"en": f"Our own: for the {shipped.side}", "fr": f"Le nôtre : pour le {_SIDES[shipped.side]}"},
        reviewed_on=today.isoformat(),
        review_due=today.isoformat(),
        rules=tuple(rules),
    )
    return Learnt(playbook, tuple(one.contract.name for one in kept), left_out, alike, tuple(unsettled))


_SIDES: Final = {"customer": "client", "provider": "prestataire"}


def _counted(readings: Sequence[Recognition]) -> tuple[list[Recognition], dict[str, str], dict[str, str]]:
    """The contracts that count, each once; why others do not; and which of them are nearly the same as an earlier one."""
    kept: list[tuple[Recognition, frozenset[str]]] = []
    left_out: dict[str, str] = {}
    alike: dict[str, str] = {}
    for reading in readings:
        name = reading.contract.name
        said = frozenset(_BLANKS.sub(" ", s.folded) for s in reading.sentences)
        nearest = max(kept, key=lambda other: _overlap(said, other[1]), default=None)
        if sum(bool(found) for found in reading.about.values()) < SUBJECTS:
            left_out[name] = "it speaks of too little to be a contract of this kind"
        elif nearest is not None and nearest[1] == said:
            left_out[name] = f"it says the same as {nearest[0].contract.name}"
        else:
            if nearest is not None and _overlap(said, nearest[1]) >= NEAR:
                alike[name] = nearest[0].contract.name
            kept.append((reading, said))
    return [reading for reading, _ in kept], left_out, alike


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _bare(shipped: Playbook, subjects: Mapping[str, Subject]) -> Iterator[Rule]:
    """Rules for the subjects of which the shipped playbook asks nothing."""
    asked = {rule.subject for rule in shipped.rules}
    names = {rule.id for rule in shipped.rules}
    for slug, subject in subjects.items():
        if slug not in asked | FACTS:
            yield Rule(
                id=slug if slug not in names else f"{slug}-stated",
                topic=subject.topics[0],
                subject=slug,
                severity="medium",
                standard=_told("settled", subject),
                within=Within(standard=Bounds(least=0)) if subject.measure else None,
                why=_WORDS["why"],
                ask=_told("settle", subject),
                fallback=_WORDS["nothing"],
            )


def _voices(
    rules: Sequence[Rule], readings: Sequence[Recognition], shipped: Playbook, subjects: Mapping[str, Subject]
) -> dict[str, list[_Voice]]:
    """By the id of a rule: what each contract says that speaks of it in more than a heading."""
    books = {
        question: Playbook.model_construct(
            **{**dict(shipped), "rules": tuple(_asking(rule, question) for rule in rules)}
        )
        for question in ("bare", "within", "bad", "good")
    }
    found: dict[str, list[_Voice]] = {rule.id: [] for rule in rules}
    for reading in readings:
        said = {question: _by_rule(book, reading, subjects) for question, book in books.items()}
        for rule in rules:
            told = said["bare"].get(rule.id)
            if told is None or told.sentence is None or told.sentence.is_heading:
                continue
            figure, offence = said["within"][rule.id], said["bad"][rule.id]
            place = next(
                one.sentence for one in (offence, figure, told) if one.reason in ("says", "figure") or one is told
            )
            found[rule.id].append(
                _Voice(
                    reading,
                    place or told.sentence,
                    figure.figure,
                    offends=offence.reason == "says",
                    promises=said["good"][rule.id].reason != "lacks",
                )
            )
    return found


def _asking(rule: Rule, question: Question) -> Rule:
    """The rule with one of its questions alone."""
    asked: dict[str, Any] = {"within": None, "bad": {}, "never": {}, "good": {}, "required_with": ()}
    if question != "bare":
        asked[question] = getattr(rule, question)
    if question == "bad":
        asked["never"] = rule.never
    return Rule.model_construct(**{**dict(rule), "required": True, **asked})


def _by_rule(playbook: Playbook, reading: Recognition, subjects: Mapping[str, Subject]) -> dict[str, Judgement]:
    return {judgement.rule.id: judgement for judgement in run(playbook, reading, subjects).judgements}


def _proposed(
    rule: Rule, subject: Subject | None, heard: Sequence[_Voice], contracts: int, *, is_shipped: bool
) -> Rule:
    """The rule as the contracts would have it."""
    within = _within(rule, heard)
    has_offence = any(voice.offends for voice in heard)
    bad, never = ({}, {}) if has_offence else (rule.bad, rule.never)
    keeps = 2 * sum(voice.promises for voice in heard) >= len(heard)
    good = rule.good if keeps else {}
    is_same = (within, bad, never, good) == (rule.within, rule.bad, rule.never, rule.good)
    changes: dict[str, Any] = {"within": within, "bad": bad, "never": never, "good": good}
    if not is_same and subject is not None:
        changes |= _texts(rule, subject, within, has_offence=has_offence)
    agreeing = [voice for voice in heard if _agrees(voice, within, keeps=keeps)]
    changes |= {
        "proposed": True,
        "required": len(heard) >= REQUIRED * contracts,
        "evidence": Evidence(
            contracts=contracts,
            speaking=len(heard),
            agreeing=len(agreeing),
            refused=sum(voice.offends for voice in heard),
            shipped=rule.standard if is_shipped and not is_same else None,
            unit=subject.measure.unit if within and subject and subject.measure else "",
            figures=tuple(Spread(value=value, contracts=count) for value, count in _spread(heard)) if within else (),
            passages=tuple(_passage(voice) for voice in heard),
        ),
    }
    return Rule.model_validate({**{name: value for name, value in rule if name in rule.model_fields_set}, **changes})


def _spread(heard: Sequence[_Voice]) -> list[tuple[float, int]]:
    """The figures that were read, each with the number of contracts, the most frequent first."""
    counts = Counter(voice.figure.value for voice in heard if voice.figure)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _within(rule: Rule, heard: Sequence[_Voice]) -> Within | None:
    """The bounds that the figures of the contracts suggest: the most frequent (of several, the best for the side), and the
    worst that several accept.

    Whether more or less is worse is known from the bounds of the rule; where it is not, the standard reaches from the least
    to the most. None where fewer than half of those that speak give a figure.
    """
    spread = _spread(heard)
    if rule.within is None or 2 * sum(count for _, count in spread) < max(2 * LEAST, len(heard)):
        return None
    known, values = rule.within.standard, [value for value, _ in spread]
    accepted = [value for value, count in spread if count >= LEAST]
    often = [value for value, count in spread if count == spread[0][1]]
    if known.most is not None and known.least is None:
        usual = min(often)
        bounds, worst = Bounds(most=usual), max(accepted, default=usual)
        return Within(standard=bounds, fallback=Bounds(most=worst) if worst > usual else None)
    if known.least is not None and known.most is None and known.least > 0:
        usual = max(often)
        bounds, worst = Bounds(least=usual), min(accepted, default=usual)
        return Within(standard=bounds, fallback=Bounds(least=worst) if worst < usual else None)
    return Within(standard=Bounds(least=min(values), most=max(values)))


def _agrees(voice: _Voice, within: Within | None, *, keeps: bool) -> bool:
    """Whether a contract says what is proposed."""
    has_figure = within is None or (voice.figure is not None and within.standard.hold(voice.figure.value))
    return has_figure and (voice.promises or not keeps)


def _texts(rule: Rule, subject: Subject, within: Within | None, *, has_offence: bool) -> dict[str, Any]:
    """What the rule says where it asks for something else than the one it was made from."""
    unit = subject.measure.unit if subject.measure else ""
    texts: dict[str, Any] = {"standard": _told("settled", subject), "ask": _told("settle", subject)}
    texts["fallback"] = _WORDS["nothing"]
    if within is not None:
        texts["standard"] = texts["ask"] = _told("bounds", subject, within.standard, unit)
        if within.fallback is not None:
            texts["fallback"] = _told("bounds", subject, within.fallback, unit)
    if has_offence:
        texts["why"] = _WORDS["why"]
    if rule.escalation is not None:
        texts["escalation"] = _WORDS["escalation"]
    return texts


def _told(words: str, subject: Subject, bounds: Bounds | None = None, unit: str = "") -> dict[Language, str]:
    said: dict[Language, str] = {}
    for lang in LANGUAGES:
        name = subject.name[lang]
        shown = bounds_in_words(bounds, unit, lang) if bounds else ""
        said[lang] = _WORDS[words][lang].format(name=name[:1].upper() + name[1:], bounds=shown)
    return said


def _passage(voice: _Voice) -> Passage:
    contract, sentence = voice.contract.contract, voice.sentence
    return Passage(
        file=contract.name,
        sha256=contract.sha256,
        clause=contract.place(sentence.start),
        start=sentence.start,
        end=sentence.end,
        quote=contract.text[sentence.start : sentence.end],
        value=voice.figure.value if voice.figure else None,
    )
