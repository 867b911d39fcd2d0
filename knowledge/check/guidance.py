"""Guidance: each text by itself, and with its twin in the other language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from knowledge.check.rule import citable, file_of, listed, quoted, review, spot, typography, unknown
from knowledge.library import SECTIONS, Figure, Library
from knowledge.models import LANGUAGES, Document, Language, Passage
from knowledge.quantity import Quantity, quantities

QUESTIONS: Final = 6
ANSWER_WORDS: Final = range(20, 121)

CARE: Final = re.compile(
    r"\breport|\bcommentar|\bcommentator|according to|\bpublished|\brapport[ée]|\bselon\b|\bcommentaire|\bcommentateur"
    r"|d'après|\baurai(?:t|ent)\b|\bpublié",
    re.IGNORECASE,
)
"""Words of care, one of which a passage needs that rests on secondary sources only."""

_LEFTOVER = re.compile(r"[{}`]|\*\*|__|(?<![\w*])\*\S|\]\(|^#+ ", re.MULTILINE)


def guidance(library: Library, root: Path) -> Iterator[str]:
    """What is wrong with each guidance text by itself."""
    for document in library.guidance:
        place = file_of(document)
        yield from unknown(place, "topic", document.topics, library.topics)
        yield from _headings(document)
        yield from _questions(document)
        if not document.title.strip():
            yield f"{place}: no title"
        if document.lang == "fr":
            yield from typography(f"{place}, title", document.title)
        yield from _front_matter(document, root)
        for passage in document.passages:
            yield from _passage(passage, library)
        yield from _undated(document, library)


def _headings(document: Document) -> Iterator[str]:
    expected = list(SECTIONS[document.lang])
    actual = [heading for heading, _ in groupby(passage.heading[0] for passage in document.passages)]
    for heading in expected:
        if heading not in actual:
            yield f"{file_of(document)}: the heading {heading!r} is missing or has nothing below it"
    for heading, count in Counter(actual).items():
        if count > 1:
            yield f"{file_of(document)}: the heading {heading!r} stands there twice"
    if [heading for heading in expected if heading in actual] != list(dict.fromkeys(actual)):
        yield f"{file_of(document)}: headings out of order; expected {', '.join(expected)}"


def _questions(document: Document) -> Iterator[str]:
    questions = [passage for passage in document.passages if passage.role == "question"]
    if len(questions) < QUESTIONS:
        yield f"{file_of(document)}: {len(questions)} questions, at least {QUESTIONS} are needed"
    for passage in questions:
        question = passage.heading[-1]
        wordings = passage.embedded.removesuffix(passage.text).removeprefix(question).strip()
        if not wordings:
            yield f"{file_of(document)}, {question!r}: no other wordings of the question"
        words = len(re.findall(r"\w[\w'’-]*", passage.text))
        if words not in ANSWER_WORDS:
            limits = f"{ANSWER_WORDS.start} to {ANSWER_WORDS.stop - 1}"
            yield f"{file_of(document)}, {question!r}: an answer of {words} words, expected {limits}"


def _front_matter(document: Document, root: Path) -> Iterator[str]:
    place = file_of(document)
    path = root / place
    if not path.is_file():
        yield f"{place}: no such file in {root}"
        return
    meta = _meta(path)
    if (meta.get("topic"), meta.get("language")) != (path.stem, path.parent.name):
        yield f"{place}: topic and language of the front matter are not those of the file's name"
    if meta.get("visibility") not in ("public", "internal"):
        yield f"{place}: visibility is neither public nor internal"
    if meta.get("draft"):
        yield f"{place}: it is a draft: finish it, and take `draft` out of the front matter"
    yield from review(place, meta)
    named = set(meta.get("authorities") or ())
    used = {key for passage in document.passages for key in passage.authorities}
    if used - named:
        yield f"{place}: authorities of the front matter lack {', '.join(sorted(used - named))}"
    if named - used:
        yield f"{place}: authorities of the front matter name {', '.join(sorted(named - used))}, not in the text"


def _meta(path: Path) -> dict[str, Any]:
    import yaml

    meta: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").split("---\n", 2)[1])
    return meta


def _passage(passage: Passage, library: Library) -> Iterator[str]:
    place = spot(passage)
    yield from citable(place, passage.authorities, library)
    yield from unknown(place, "figure", passage.figures, library.figures)
    statuses = {library.authorities[key].status for key in passage.authorities if key in library.authorities}
    if statuses == {"S"} and not CARE.search(passage.text):
        keys = ", ".join(passage.authorities)
        yield f"{place}: rests on secondary sources only ({keys}) without words of care; {quoted(passage.text)}"
    leftover = _LEFTOVER.search(passage.text)
    if leftover:
        yield f"{place}: braces or markdown left in {quoted(passage.text, leftover.start())}"
    if passage.lang == "fr":
        yield from typography(place, passage.text)
        yield from typography(place, passage.heading[-1])


def _undated(document: Document, library: Library) -> Iterator[str]:
    """Figures written in prose that will be wrong one day.

    A rate counts wherever it stands. An amount is a round sum that other rules may share: it counts in a text that
    cites the authority of the figure or shows the figure.
    """
    cited = {key for passage in document.passages for key in (*passage.authorities, *passage.figures)}
    dated = {(q.value, q.unit): figure for figure in library.figures.values() for q in _displayed(figure)}
    for passage in document.passages:
        for quantity in quantities(passage.text, passage.lang):
            figure = dated.get((quantity.value, quantity.unit))
            if figure and (quantity.unit == "%" or cited & {figure.key, figure.authority}):
                yield f"{spot(passage)}: {quantity} is a dated figure; write {{figure:{figure.key}}} instead"


def _displayed(figure: Figure) -> Iterator[Quantity]:
    """The rate or amount of each period, past ones included; a display may begin with it and go on."""
    for period in figure.periods:
        for lang in LANGUAGES:
            first = next(quantities(period.display.get(lang, ""), lang), None)
            if first and first.unit in ("%", "€") and first.value:
                yield first


def twins(library: Library) -> Iterator[str]:
    """Where the two texts on a topic do not go together."""
    by_topic: dict[str, dict[Language, Document]] = {}
    for document in library.guidance:
        by_topic.setdefault(document.topics[0], {})[document.lang] = document
    for topic, twins in by_topic.items():
        for lang in LANGUAGES:
            if lang not in twins:
                yield f"guidance/{lang}/{topic}.md: missing; the other language has a text"
        if len(twins) == len(LANGUAGES):
            yield from _compare(twins["en"], twins["fr"])


def _compare(en: Document, fr: Document) -> Iterator[str]:
    counts = [Counter(passage.role for passage in document.passages) for document in (en, fr)]
    for role in {**counts[0], **counts[1]}:
        if counts[0][role] != counts[1][role]:
            yield f"{file_of(fr)}: {counts[1][role]} passages of {role}, {counts[0][role]} in English"
    if [passage.role for passage in en.passages] != [passage.role for passage in fr.passages]:
        return
    for one, other in zip(en.passages, fr.passages, strict=True):
        place = spot(other)
        if set(one.authorities) != set(other.authorities):
            yield f"{place}: cites {listed(other.authorities)}; in English {listed(one.authorities)}"
        if set(one.figures) != set(other.figures):
            yield f"{place}: shows the figures {listed(other.figures)}; in English {listed(one.figures)}"
