"""Clauses together: combinations that hurt, two figures for one thing, terms defined twice, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from assistant.review.define import Definition, Reference, twice_defined
from assistant.review.measure import Figure, measure
from assistant.review.recognise import Recognition
from assistant.review.run import chosen, figures
from assistant.review.sentence import Sentence
from knowledge.models import Side
from knowledge.playbook import Condition, Interaction
from knowledge.subject import Subject

CLOSE: Final = 0.001
"""How far two figures may be apart and still be the same."""

Kind = Literal["figure", "definition", "reference"]


@dataclass(frozen=True, slots=True)
class Combination:
    """An interaction that holds, with the passages that make it."""

    name: str
    interaction: Interaction
    passages: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Places of a contract that do not go together. `about` is a subject, a term or a number; `places` are spans."""

    kind: Kind
    about: str
    places: tuple[tuple[int, int], ...]
    values: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    """What is said at each of the places, where two figures do not agree."""


def combinations(
    interactions: Mapping[str, Interaction], side: Side, recognition: Recognition, subjects: Mapping[str, Subject]
) -> Iterator[Combination]:
    """The interactions that hold for a side."""
    for name, interaction in interactions.items():
        if side not in interaction.sides:
            continue
        found = [_holds(condition, recognition, subjects) for condition in interaction.when]
        if all(passages is not None for passages in found):
            flat = {s.index: s for passages in found for s in passages or ()}
            yield Combination(name, interaction, tuple(flat[index] for index in sorted(flat)))


def contradictions(
    recognition: Recognition,
    subjects: Mapping[str, Subject],
    defined: tuple[Definition, ...],
    referred: tuple[Reference, ...],
) -> Iterator[Contradiction]:
    """What contradicts itself: figures that should be one, terms with two definitions, references without a target."""
    for slug, subject in subjects.items():
        if subject.measure is not None and subject.measure.unique:
            yield from _figures(slug, subject, recognition, subjects)
    for definition in twice_defined(defined):
        first = next(other for other in defined if other.term.casefold() == definition.term.casefold())
        yield Contradiction(
            "definition", definition.term, ((first.start, first.end), (definition.start, definition.end))
        )
    lost: dict[str, list[tuple[int, int]]] = {}
    for reference in referred:
        if reference.target is None:
            lost.setdefault(reference.to, []).append((reference.start, reference.end))
    for to, places in lost.items():
        yield Contradiction("reference", to, tuple(places))


def _holds(
    condition: Condition, recognition: Recognition, subjects: Mapping[str, Subject]
) -> tuple[Sentence, ...] | None:
    """The passages by which a condition holds, none for one of absence; `None` where it does not hold."""
    passages = recognition.about.get(condition.subject, ())
    if not condition.present:
        return None if passages else ()
    if condition.said:
        passages = tuple(s for s in passages if condition.said.find(s.folded))
    if not passages:
        return None
    if condition.below is None and condition.above is None and condition.above_subject is None:
        return passages[:1]
    pair = _figure(condition.subject, recognition, subjects)
    if pair is None:
        return None
    sentence, figure = pair
    other = _figure(condition.above_subject, recognition, subjects) if condition.above_subject else None
    within = (
        (condition.below is None or figure.value < condition.below)
        and (condition.above is None or figure.value > condition.above)
        and (condition.above_subject is None or (other is not None and figure.value > other[1].value))
    )
    return (sentence, *((other[0],) if other else ())) if within else None


def _figure(
    slug: str | None, recognition: Recognition, subjects: Mapping[str, Subject]
) -> tuple[Sentence, Figure] | None:
    subject = subjects.get(slug or "")
    return (
        chosen(figures(recognition.about.get(slug or "", ()), subject, recognition.fee), subject) if subject else None
    )


def _figures(
    slug: str, subject: Subject, recognition: Recognition, subjects: Mapping[str, Subject]
) -> Iterator[Contradiction]:
    """Two passages of different clauses that give different figures for what should be one."""
    found = [
        (sentence, figure)
        for sentence, figure in figures(recognition.about.get(slug, ()), subject, recognition.fee)
        if not sentence.in_table and not _is_of_another(slug, sentence, figure, recognition, subjects)
    ]
    for at, (sentence, figure) in enumerate(found):
        for other, second in found[at + 1 :]:
            if other.clause != sentence.clause and abs(second.value - figure.value) > CLOSE:
                places = ((sentence.start, sentence.end), (other.start, other.end))
                values = tuple(f"{value.value:g} {value.unit}" for value in (figure, second))
                yield Contradiction("figure", slug, places, values, (figure, second))
                return


def _is_of_another(
    slug: str, sentence: Sentence, figure: Figure, recognition: Recognition, subjects: Mapping[str, Subject]
) -> bool:
    """Whether the figure of a sentence may as well be that of another subject: fifteen days before an audit are a notice, but
    not the one before the term."""
    for name, other in subjects.items():
        if name == slug or other.measure is None or sentence not in recognition.about.get(name, ()):
            continue
        read = measure(sentence.folded, other.measure, recognition.fee)
        if read is not None and (read.start, read.end) == (figure.start, figure.end):
            return True
    return False
