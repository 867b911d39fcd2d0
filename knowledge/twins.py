"""What the library says in both languages: every pair of texts that must agree, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge import definitions, equivalent
from knowledge.authored import parse
from knowledge.concordance import Discordance, Terms, discordances
from knowledge.library import Library
from knowledge.models import LANGUAGES, Document, Language

FILES: Final = ("topics.yaml", "authorities.yaml", "figures.yaml", "scope.yaml", "definitions.yaml", "glossary.yaml",
                "interactions.yaml", "subjects.yaml", "clauses/*.yaml", "playbooks/*.yaml", "quizzes/*.yaml")  # fmt: skip
UNLIKE: Final = frozenset({"examples", "handoff", "documentary", "also", "forms", "wordings", "words", "unless", "bad", "never",
                           "good", "where", "false_friend", "said"})  # fmt: skip
"""Keys of lists that differ from language to language by their nature: how people ask, what words are looked for."""
WORDING: Final = frozenset({"positions", "ladder", definitions.FILE})
"""Where `text` is the words of a contract."""
GENERIC: Final = frozenset({"customer", "provider", "party", "parties"})
"""Terms that a sentence may leave to a pronoun."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Two texts that say the same; `wording` if they are the words of a contract."""

    place: str
    en: str
    fr: str
    wording: bool = False


def twins(library: Library, root: Path) -> Iterator[Twin]:
    """Every pair of texts in the library that was read from `root`. What has no fellow is left to the other checks."""
    yield from _guidance(library)
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            yield from _walk(str(path.relative_to(root)), (), parse(path))


def shared_terms(root: Path) -> Terms:
    """The defined terms of the library, by language, but for those that a pronoun may stand for."""
    shared = definitions.load(root)
    return {lang: {key: one.wordings(lang) for key, one in shared.items() if key not in GENERIC} for lang in LANGUAGES}


def discordant(library: Library, root: Path) -> Iterator[tuple[str, Discordance]]:
    """Where the texts of the library do not say the same, with the place; what a person has read is left out."""
    read = equivalent.load(root)
    return ((place, found) for place, found in _differing(library, root) if equivalent.digest(found) not in read)


def accept(library: Library, root: Path, place: str = "") -> list[tuple[str, Discordance]]:
    """Note as read what differs below `place`, and forget what differs no more. Gives what was not read before."""
    before, everything = equivalent.load(root), [*_differing(library, root)]
    known = [(where, found) for where, found in everything if equivalent.digest(found) in before]
    new = [(where, found) for where, found in everything if equivalent.digest(found) not in before]
    new = [(where, found) for where, found in new if where.startswith(place)]
    equivalent.write(root, [*known, *new])
    return new


def _differing(library: Library, root: Path) -> Iterator[tuple[str, Discordance]]:
    terms = shared_terms(root)
    return ((twin.place, found) for twin in twins(library, root) for found in compare(twin, terms))


def compare(twin: Twin, terms: Terms) -> list[Discordance]:
    """Where the two texts do not say the same."""
    if twin.wording:
        return discordances(twin.en, twin.fr, terms, wording=True)
    return discordances(twin.en, twin.fr)


def _guidance(library: Library) -> Iterator[Twin]:
    by_topic: dict[str, dict[Language, Document]] = {}
    for document in library.guidance:
        by_topic.setdefault(document.topics[0], {})[document.lang] = document
    for both in by_topic.values():
        if len(both) == len(LANGUAGES):
            yield from _passages(both["en"], both["fr"])


def _passages(en: Document, fr: Document) -> Iterator[Twin]:
    if [passage.role for passage in en.passages] != [passage.role for passage in fr.passages]:
        return
    place = fr.uri.removeprefix("library:")
    yield Twin(f"{place}, title", en.title, fr.title)
    for one, other in zip(en.passages, fr.passages, strict=True):
        if one.role == "question":
            yield Twin(f"{place}, question", one.heading[-1], other.heading[-1])
        yield Twin(f"{place}, {other.heading[-1]!r}", one.text, other.text)


def _walk(file: str, keys: tuple[str, ...], node: Any) -> Iterator[Twin]:
    """The pairs below `node`, which stands at `keys` in `file`."""
    if isinstance(node, Mapping):
        if set(LANGUAGES) <= set(node):
            yield from _pair(file, keys, node["en"], node["fr"])
            return
        for key, value in node.items():
            if key not in UNLIKE:
                yield from _walk(file, (*keys, str(key)), value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for number, value in enumerate(node, 1):
            name = value.get("id") or value.get("name") if isinstance(value, Mapping) else None
            yield from _walk(file, (*keys, str(name or number)), value)


def _pair(file: str, keys: tuple[str, ...], en: Any, fr: Any) -> Iterator[Twin]:
    place = ", ".join((file, *keys))
    wording = "choices" in keys or (keys[-1:] == ("text",) and not WORDING.isdisjoint((*keys, file)))
    if isinstance(en, str) and isinstance(fr, str):
        paragraphs = en.strip().split("\n"), fr.strip().split("\n")
        if len(paragraphs[0]) != len(paragraphs[1]):
            yield Twin(place, en, fr, wording)
            return
        for number, (one, other) in enumerate(zip(*paragraphs, strict=True), 1):
            yield Twin(f"{place}, {number}" if len(paragraphs[0]) > 1 else place, one, other, wording)
    elif isinstance(en, list) and isinstance(fr, list) and len(en) == len(fr):
        for number, (one, other) in enumerate(zip(en, fr, strict=True), 1):
            yield from _pair(file, (*keys, str(number)), one, other)
