"""Playbooks, the subjects that their rules refer to, and interactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

from knowledge.check.rule import both_languages, citable, unknown
from knowledge.library import Library
from knowledge.models import Side
from knowledge.playbook import FOLDER, Interaction, Playbook, Rule, load_interactions, load_playbook
from knowledge.subject import Subject
from knowledge.subject import load as load_subjects

SIDES: Final[tuple[Side, ...]] = get_args(Side)


def playbooks(library: Library, root: Path) -> Iterator[str]:
    """What is wrong with the playbooks in the folder `root`; nothing where there are none."""
    if not (root / FOLDER).is_dir():
        return
    subjects = load_subjects(root)
    for slug, subject in subjects.items():
        yield from unknown(f"subjects.yaml, {slug}", "topic", subject.topics, library.topics)
    for side in SIDES:
        yield from problems(f"{FOLDER}/{side}.yaml", load_playbook(root, side), library, subjects)
    for name, interaction in load_interactions(root).items():
        yield from _interaction(f"interactions.yaml, {name}", interaction, library, subjects)


def problems(place: str, playbook: Playbook, library: Library, subjects: Mapping[str, Subject]) -> Iterator[str]:
    """What is wrong with one playbook."""
    for rule in playbook.rules:
        yield from _rule(f"{place}, {rule.id}", rule, library, subjects)
    if playbook.review_due <= playbook.reviewed_on:
        yield f"{place}: review_due {playbook.review_due} is not after reviewed_on {playbook.reviewed_on}"


def _rule(place: str, rule: Rule, library: Library, subjects: Mapping[str, Subject]) -> Iterator[str]:
    yield from unknown(place, "topic", [rule.topic], library.topics)
    yield from unknown(place, "subject", [rule.subject] if rule.subject else [], subjects)
    yield from citable(place, rule.authorities, library)
    if rule.within and (rule.subject is None or rule.subject not in subjects or not subjects[rule.subject].measure):
        yield f"{place}: asks for a figure, but its subject has no measure"
    if rule.propose:
        yield from unknown(place, "clause type", [rule.propose.clause], library.clauses)
    if rule.severity == "high" and rule.escalation is None:
        yield f"{place}: a rule of high severity says when to pass to a lawyer"
    texts = {"standard": rule.standard, "why": rule.why, "ask": rule.ask, "fallback": rule.fallback}
    for name, text in (texts | ({"escalation": rule.escalation} if rule.escalation else {})).items():
        yield from both_languages(f"{place}, {name}", text)


def _interaction(
    place: str, interaction: Interaction, library: Library, subjects: Mapping[str, Subject]
) -> Iterator[str]:
    yield from unknown(place, "topic", [interaction.topic], library.topics)
    yield from citable(place, interaction.authorities, library)
    for condition in interaction.when:
        named = (condition.subject, condition.above_subject)
        yield from unknown(place, "subject", [name for name in named if name], subjects)
    for name, text in (("title", interaction.title), ("why", interaction.why), ("ask", interaction.ask)):
        yield from both_languages(f"{place}, {name}", text)
