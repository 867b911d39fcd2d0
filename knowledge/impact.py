"""What rests on an authority, a topic, a figure or a clause type: all that must be read again when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

from knowledge import glossary, quiz
from knowledge.clause import Clause
from knowledge.errors import NotFound
from knowledge.library import Library
from knowledge.playbook import FOLDER, INTERACTIONS, load_interactions, read_playbook

Kind = Literal["guidance", "clause", "figure", "authority", "playbook", "interaction", "quiz", "glossary", "topic"]
NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that rests on a key: its file and place in it, the first words of it, and what leads there."""

    kind: Kind
    place: str
    words: str
    via: str


def impact(library: Library, root: Path, key: str) -> list[Dependent]:
    """Everything that rests on `key`, and on the dated figures that rest on it, in the order of the files.

    `root` is the folder that the library was read from. Raises `NotFound` with the nearest keys.
    """
    known = set(library.authorities) | set(library.topics) | set(library.figures) | set(library.clauses)
    if key not in known:
        near = get_close_matches(key, sorted(known), NEAREST, 0.5)
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        raise NotFound(f"there is no authority, topic, figure or clause type {key!r}{hint}")
    figures = [name for name, figure in library.figures.items() if figure.authority == key]
    unique: dict[tuple[str, ...], Dependent] = {}
    for one in chain.from_iterable(_direct(library, root, each) for each in (key, *figures)):
        unique.setdefault((one.kind, one.place, one.words), one)
    return list(unique.values())


def as_json(key: str, dependents: Iterable[Dependent]) -> dict[str, Any]:
    """The list for programs, with a count of each kind."""
    rows = [{"kind": one.kind, "place": one.place, "words": one.words, "via": one.via} for one in dependents]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return {"key": key, "counts": counts, "dependents": rows}


def _direct(library: Library, root: Path, key: str) -> Iterator[Dependent]:
    yield from _vocabulary(library, key)
    yield from _guidance(library, key)
    for clause in library.clauses.values():
        yield from _clause(clause, library.clauses, key)
    yield from _playbooks(root, key)
    yield from _quizzes(root, key)
    for name, term in glossary.load(root).items():
        if key in (*term.authorities, *term.topics):
            yield Dependent("glossary", f"{glossary.FILE}, {name}", term.term["fr"], key)


def _vocabulary(library: Library, key: str) -> Iterator[Dependent]:
    for name, figure in library.figures.items():
        if figure.authority == key:
            yield Dependent("figure", f"figures.yaml, {name}", figure.name["fr"], key)
    for name, authority in library.authorities.items():
        if key in authority.topics:
            yield Dependent("authority", f"authorities.yaml, {name}", authority.ref["fr"], key)
    for name, topic in library.topics.items():
        if key in topic.related:
            yield Dependent("topic", f"topics.yaml, {name}, related", topic.name["fr"], key)


def _guidance(library: Library, key: str) -> Iterator[Dependent]:
    for document in library.guidance:
        place = document.uri.removeprefix("library:")
        if key in document.topics:
            yield Dependent("guidance", place, document.title, key)
        for passage in document.passages:
            if key in (*passage.authorities, *passage.figures):
                yield Dependent("guidance", f"{place}, {passage.heading[-1]}", _opening(passage.text), key)


def _clause(clause: Clause, clauses: Mapping[str, Clause], key: str) -> Iterator[Dependent]:
    place = f"clauses/{clause.type}.yaml"
    if key in (*clause.authorities, *clause.topics):
        yield Dependent("clause", place, clause.title["fr"], key)
    title = f"« {clauses[key].title['fr']} »" if key in clauses else None
    for position, variant in clause.positions.items():
        if key in variant.authorities or (title and title in variant.text["fr"]):
            yield Dependent("clause", f"{place}, {position}", clause.title["fr"], key)


def _playbooks(root: Path, key: str) -> Iterator[Dependent]:
    for path in sorted((root / FOLDER).glob("*.yaml")):
        for rule in read_playbook(path).rules:
            proposed = (rule.propose.clause,) if rule.propose else ()
            if key in (rule.topic, *rule.authorities, *proposed):
                yield Dependent("playbook", f"{FOLDER}/{path.name}, {rule.id}", _opening(rule.standard["fr"]), key)
    if (root / INTERACTIONS).is_file():
        for name, interaction in load_interactions(root).items():
            if key in (interaction.topic, *interaction.authorities):
                yield Dependent("interaction", f"{INTERACTIONS}, {name}", interaction.title["fr"], key)


def _quizzes(root: Path, key: str) -> Iterator[Dependent]:
    for name, item in quiz.load(root).items():
        source = (item.source.authority, item.source.clause, item.source.guidance)
        if key in (item.topic, *item.topics, *item.authorities, item.clause, *source):
            yield Dependent("quiz", f"{quiz.FOLDER}, {name}", _opening(item.stem["fr"]), key)


def _opening(text: str, most: int = 80) -> str:
    """The first words, on one line."""
    line = " ".join(text.removeprefix("- ").split())
    return line if len(line) <= most else f"{line[: line.rfind(' ', 0, most)]}…"
