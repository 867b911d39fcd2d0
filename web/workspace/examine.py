"""A review as its page shows it: the findings with what was decided, the contract in pieces, what would change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final, cast

from assistant.review.amend import Amendment, Choice, Decision, suggestions
from assistant.review.remark import remarks
from assistant.review.review import Review, as_json
from assistant.review.sentence import Sentence
from ingest.redline.revise import differences
from knowledge.clause import Clause
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language
from knowledge.playbook import SEVERITIES

CHOICES: Final[tuple[Choice, ...]] = ("open", "accept", "reject", "edit")
LONGEST: Final = 20_000
"""Characters of somebody's own wording, or of a note."""
LONGEST_HEADING: Final = 120
HASHES: Final = re.compile(r"^#+\s+")
"""How Markdown begins a heading."""
SHOWN: Final = ("deviates", "missing", "matches_fallback")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the contract with the rules of the findings that rest on them, the gravest first."""

    text: str
    rules: tuple[str, ...] = ()
    severity: str = ""
    first: tuple[str, ...] = ()
    """Rules whose passage begins here."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the contract, and the rules of what would be put in before it."""

    stretches: tuple[Stretch, ...]
    is_heading: bool = False
    new: tuple[str, ...] = field(default=())


def decisions(content: Mapping[str, Any]) -> dict[str, Decision]:
    """What was decided, by the id of the finding."""
    return {key: Decision(**kept) for key, kept in content.get("decisions", {}).items()}


def with_decision(content: Mapping[str, Any], finding: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The content with another decision; what is not given stays. Raises `InvalidInput`."""
    kept = {"choice": "open", "words": "", "note": "", **content.get("decisions", {}).get(finding, {})}
    choice = given.get("choice", kept["choice"])
    if choice not in CHOICES:
        raise InvalidInput(f"{choice!r} is no decision: give {', '.join(CHOICES)}")
    changed = {"choice": choice} | {name: given.get(name, kept[name])[:LONGEST] for name in ("words", "note")}
    if choice == "edit" and not changed["words"].strip():
        raise InvalidInput("there are no words to put in: write them, or leave the finding out")
    return {**content, "decisions": {**content.get("decisions", {}), finding: changed}}


def findings(found: Review, library: Library, lang: Language, decided: Mapping[str, Decision]) -> list[dict[str, Any]]:
    """What departs from the playbook or may be accepted, the gravest first, told in `lang`; proposed words stay those of
    the contract's language."""
    told = as_json(replace(found, lang=lang))
    made, ours = suggestions(found, library.clauses, decided), suggestions(found, library.clauses)
    ranked = sorted(
        (one for one in told["findings"] if one["verdict"] in SHOWN),
        key=lambda one: (one["verdict"] == "matches_fallback", SEVERITIES.index(one["severity"])),
    )
    return [
        one
        | {
            "name": one["title"],
            "refs": [library.authorities[key].ref[lang] for key in one["authorities"] if key in library.authorities],
            "decision": decided.get(one["id"], Decision()),
            "pieces": pieces(found, made[one["id"]]) if one["id"] in made else [],
            "draft": _draft(found, ours.get(one["id"]), one),
        }
        for one in ranked
    ]


def pieces(found: Review, one: Amendment) -> list[tuple[str, str]]:
    """The words around an amendment as (what, text): kept, deleted, inserted. Nothing where no word changes."""
    text = found.contract.text
    if one.paragraphs:
        return [("inserted", "\n".join(one.paragraphs))]
    if text[one.start : one.end] == one.words:
        return []
    sentence = next((s for s in found.recognition.sentences if s.start <= one.start and one.end <= s.end), None)
    first, last = (sentence.start, sentence.end) if sentence else (one.start, one.end)
    shown: list[tuple[str, str]] = [("kept", text[first : one.start])]
    at, old = 0, text[one.start : one.end]
    for start, end, new in differences(old, one.words):
        shown += [("kept", old[at:start]), ("deleted", old[start:end]), ("inserted", new)]
        at = end
    shown += [("kept", old[at:]), ("kept", text[one.end : last])]
    return [piece for piece in shown if piece[1]]


def lines(found: Review, shown: Sequence[Mapping[str, Any]], clauses: Mapping[str, Clause]) -> list[Line]:
    """The contract, paragraph by paragraph, with the passages of the findings that are shown."""
    made = suggestions(found, clauses)
    passages = [(one["start"], one["end"], one["rule"], one["severity"]) for one in shown if one["start"] is not None]
    new = {one["rule"]: made[one["id"]].start for one in shown if one["start"] is None and one["id"] in made}
    headings = {clause.start for clause in found.contract.clauses if clause.heading}
    read: list[Line] = []
    at, text = 0, found.contract.text
    for line in text.split("\n"):
        if line.strip():
            here = tuple(rule for rule, place in new.items() if place <= at)
            new = {rule: place for rule, place in new.items() if rule not in here}
            is_heading = at in headings and len(line) < LONGEST_HEADING
            first = at + (len(line) - len(HASHES.sub("", line)) if is_heading else 0)
            read.append(Line(tuple(_stretches(text, first, at + len(line), passages)), is_heading, here))
        at += len(line) + 1
    return [*read, Line((), new=tuple(new))] if new else read


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that was found besides findings: what it is, told to us, and the words of the contract or of the file."""

    said: str
    quoted: tuple[str, ...] = ()
    detail: str = ""


def beside(found: Review, lang: Language) -> list[tuple[str, list[Beside]]]:
    """What was found besides findings, told in `lang`, by what it is: clauses together, contradictions, what is hidden."""
    told, text = replace(found, lang=lang), found.contract.text
    said = {one.id: one.words for one in remarks(told, ours=False)}
    groups = [
        (
            "together",
            [
                Beside(one.interaction.title[lang], _quotes(text, one.passages), one.interaction.ask[lang])
                for one in found.combinations
            ],
        ),
        (
            "contradicts",
            [
                Beside(
                    said[f"contradiction:{one.kind}:{one.about}"],
                    tuple(text[slice(*place)] for place in one.places[:2]),
                )
                for one in found.contradictions
            ],
        ),
        ("hidden", [Beside("", (one.quote,), one.where) for one in found.hidden]),
    ]
    return [(name, entries) for name, entries in groups if entries]


def _quotes(text: str, passages: Sequence[Sentence]) -> tuple[str, ...]:
    return tuple(text[one.start : one.end] for one in passages)


def _stretches(text: str, first: int, last: int, passages: Collection[tuple[int, int, str, str]]) -> Iterator[Stretch]:
    touching = [passage for passage in passages if passage[0] < last and first < passage[1]]
    inner = (place for passage in touching for place in passage[:2] if first < place < last)
    bounds = sorted({first, last, *inner})
    for start, end in pairwise(bounds):
        over = sorted(
            (p for p in touching if p[0] < end and start < p[1]), key=lambda p: SEVERITIES.index(cast(Any, p[3]))
        )
        rules = tuple(passage[2] for passage in over)
        begun = tuple(passage[2] for passage in over if max(passage[0], first) == start and passage[0] >= first)
        yield Stretch(text[start:end], rules, over[0][3] if over else "", begun)


def _draft(found: Review, made: Amendment | None, one: Mapping[str, Any]) -> str:
    """What the field for own words begins with: the sentence as it would read."""
    if made is None:
        return str(one["quote"] or "")
    if made.paragraphs:
        return "\n".join(made.paragraphs)
    said = "".join(words for what, words in pieces(found, made) if what != "deleted")
    return said or found.contract.text[made.start : made.end]
