"""The shipped library: vocabulary, guidance and clauses, read from the files that lawyers edit.

`load` reads the folder; `documents` turns it into what is indexed. Paragraphs end with marks in braces that are not shown:
`{cciv-1231-5}` for what they rest on, `{figure:late-interest-default}` for a dated figure shown with them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from knowledge import definitions, glossary, needs, negotiation, quiz
from knowledge.agreement import FILE as PATTERN_FILE
from knowledge.agreement import Pattern
from knowledge.agreement import load as load_pattern
from knowledge.authored import parse_text
from knowledge.clause import Clause, clause
from knowledge.cues import FILE as CUES_FILE
from knowledge.cues import Cues
from knowledge.cues import load as load_cues
from knowledge.definitions import Definition
from knowledge.errors import InvalidInput, NotFound
from knowledge.glossary import Term
from knowledge.models import LANGUAGES, Document, Example, Kind, Language, Passage, Role, Visibility
from knowledge.needs import Needs
from knowledge.negotiation import Point
from knowledge.quiz import Item

ROOT: Final = Path(__file__).parent
FORMAT: Final = 6
"""Raised whenever the same files would give other passages."""

SECTIONS: Final[dict[Language, dict[str, Role]]] = {
    "en": {
        "In short": "short",
        "What it means": "meaning",
        "What the law says": "law",
        "What to negotiate": "negotiate",
        "Warning signs": "warning",
        "Usual figures": "figures",
        "Questions people ask": "question",
        "For the lawyer": "lawyer",
    },
    "fr": {
        "En bref": "short",
        "Ce que cela signifie": "meaning",
        "Ce que dit la loi": "law",
        "Ce qu'il faut négocier": "negotiate",
        "Signaux d'alerte": "warning",
        "Chiffres usuels": "figures",
        "Questions fréquentes": "question",
        "Pour l'avocat": "lawyer",
    },
}
"""The headings of a guidance text, in their order."""

Status = Literal["V", "P", "S", "U"]
"""Of an authority: verified, partly verified, secondary sources only, unverified (never cited)."""

_MARK = re.compile(r"\s*\{([^{}]+)\}")
_FIGURE = "figure:"
_ALSO = re.compile(r"^(?:Also asked|Posée aussi ainsi) ?: *(.+)$", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
SELF: Final = "assistant-scope"
"""The topic about Clausier itself. Its questions name what is declined, so they are no examples of what is not."""
CLAUSE_LABEL: Final = "clause:"
"""What the label of an example begins with that describes a clause type."""
OPENING: Final = 200
"""Characters of an answer that the vector of its question reads: its wordings should weigh more than what follows
(docs/retrieval.md)."""
_COLON: Final[dict[Language, str]] = {"en": ":", "fr": " :"}
_IN: Final[dict[Language, str]] = {"en": "in French", "fr": "en anglais"}
_BULLETED: Final = frozenset({"law", "negotiate", "lawyer"})
"""Sections whose bullets are passages of their own, so that an answer can cite just one."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the things that a contract should settle. Texts by language."""

    slug: str
    group: str
    name: Mapping[Language, str]
    definition: Mapping[Language, str]
    silent_favours: Mapping[Language, str]
    present_favours: Mapping[Language, str]
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """A provision or decision. `text` is our own sentence about it, never the law's words."""

    key: str
    ref: Mapping[Language, str]
    text: Mapping[Language, str]
    topics: tuple[str, ...]
    status: Status
    checked_on: dt.date
    url: str | None = None
    note: Mapping[Language, str] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """What a figure was, from the first day to the last (both included; no last day: until further notice)."""

    first: dt.date
    last: dt.date | None
    display: Mapping[Language, str]
    source: Mapping[Language, str]
    confidence: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that changes with time. Outside its periods it is shown as expired, never as current."""

    key: str
    name: Mapping[Language, str]
    authority: str | None
    periods: tuple[Period, ...]
    after_expiry: Mapping[Language, str]

    def on(self, day: dt.date) -> Period | None:
        """The period that holds `day`, if one does."""
        return next((p for p in self.periods if p.first <= day and (p.last is None or day <= p.last)), None)


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of question that Clausier declines: why, and what can be done instead."""

    key: str
    reason: str
    name: Mapping[Language, str]
    why: Mapping[Language, str]
    instead: Mapping[Language, str]
    examples: Mapping[Language, tuple[str, ...]]
    cues: tuple[str, ...]
    """Patterns of words that betray the category in either language."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is declined, and which questions within scope call for a lawyer as well (`handoff`) or do not."""

    categories: tuple[Category, ...]
    handoff: Mapping[Language, tuple[str, ...]]
    documentary: Mapping[Language, tuple[str, ...]]
    handoff_cues: tuple[str, ...]
    """Patterns of words that betray a dispute or a running deadline."""


@dataclass(frozen=True)
class Library:
    """All that is shipped. `revision` changes with any of it. `raw_clauses` is what the files of the clauses say."""

    topics: Mapping[str, Topic]
    authorities: Mapping[str, Authority]
    figures: Mapping[str, Figure]
    scope: Scope
    guidance: tuple[Document, ...]
    raw_clauses: tuple[Mapping[str, Any], ...]
    cues: Cues
    revision: str
    root: Path = ROOT

    @cached_property
    def agreement(self) -> Pattern:
        """How agreements are put together. Raises `InvalidInput` for a file that is missing or not in form."""
        return load_pattern(self.root if (self.root / PATTERN_FILE).is_file() else ROOT)

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """The defined terms that clauses share, by key. Raises `InvalidInput` for a file that is not in form."""
        return definitions.load(self.root)

    @cached_property
    def glossary(self) -> Mapping[str, Term]:
        """The terms of the field, by key. Raises `InvalidInput` for a file that is not in form."""
        return glossary.load(self.root)

    @cached_property
    def needs(self) -> Mapping[str, Needs]:
        """How people describe each clause type in plain words. Raises `InvalidInput` for a file that is not in form."""
        return needs.load(self.root)

    @cached_property
    def negotiation(self) -> Mapping[str, Point]:
        """What a negotiator knows, by clause type. Raises `InvalidInput` for a file that is not in form."""
        return negotiation.load(self.root)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The questions for training, by id. Raises `InvalidInput` for a file that is not in form."""
        return quiz.load(self.root)

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """The clause types, by name. Raises `InvalidInput` for one that is not in form."""
        return {found.type: found for found in map(clause, self.raw_clauses)}

    def authority(self, key: str) -> Authority:
        """Raises `NotFound`."""
        try:
            return self.authorities[key]
        except KeyError:
            raise NotFound(f"there is no authority {key!r}; GET /api/v1/topics lists what there is") from None

    def clause(self, kind: str) -> Clause:
        """Raises `NotFound`."""
        try:
            return self.clauses[kind]
        except KeyError:
            near = get_close_matches(kind, self.clauses, 1, 0.5)
            hint = f": did you mean {near[0]!r}?" if near else "; `clausier draft --list` lists what there is"
            raise NotFound(f"there is no clause {kind!r}{hint}") from None


def load(root: Path | None = None) -> Library:
    """Read the library in `root` (unset: the shipped one).

    Raises `InvalidInput`, naming file and place, for a file that does not follow `knowledge/README.md`.
    """
    root = root or ROOT
    guidance = [guidance_document(path) for path in sorted((root / "guidance").glob("*/*.md"))]
    return Library(
        topics={slug: _topic(slug, raw) for slug, raw in _yaml(root / "topics.yaml").items()},
        authorities={key: _authority(key, raw) for key, raw in _yaml(root / "authorities.yaml").items()},
        figures={key: _figure(key, raw) for key, raw in _yaml(root / "figures.yaml").items()},
        scope=_scope(_yaml(root / "scope.yaml")),
        guidance=tuple(guidance),
        cues=load_cues(root if (root / CUES_FILE).is_file() else ROOT),
        raw_clauses=tuple(_yaml(path) for path in sorted((root / "clauses").glob("*.yaml"))),
        revision=revision(root),
        root=root,
    )


def revision(root: Path | None = None) -> str:
    """A digest of every file of the library and of the format in which it is read."""
    root = root or ROOT
    total = hashlib.sha256(str(FORMAT).encode())
    for path in sorted([*root.glob("*.yaml"), *root.glob("guidance/*/*.md"), *root.glob("clauses/*.yaml")]):
        total.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def documents(library: Library) -> Iterator[Document]:
    """What is indexed of the library: guidance, clauses, authorities, the definitions of topics and the glossary."""
    names = {slug: topic.name for slug, topic in library.topics.items()}
    for document in library.guidance:
        yield _with_names(document, names)
    for each in library.clauses.values():
        yield from (_clause_document(each, lang) for lang in LANGUAGES)
    for lang in LANGUAGES:
        yield _authorities_document(library.authorities.values(), lang)
        yield _topics_document(library.topics.values(), lang)
        if library.glossary:
            yield _glossary_document(library.glossary.values(), lang)


def examples(library: Library) -> Iterator[Example]:
    """Questions whose nature is known: those of the scope file, every wording of a question in the guidance, and what people
    say who look for a clause."""
    for lang in LANGUAGES:
        for category in library.scope.categories:
            yield from (Example(category.key, lang, text) for text in category.examples[lang])
        yield from (Example("handoff", lang, text) for text in library.scope.handoff[lang])
        yield from (Example("documentary", lang, text) for text in library.scope.documentary[lang])
    for document in library.guidance:
        for passage in document.passages:
            if passage.role == "question" and SELF not in passage.topics:
                wordings = passage.embedded[: passage.embedded.rfind("\n")].split("\n")
                yield from (Example("question", passage.lang, text) for text in wordings)
    for kind, people in library.needs.items():
        for lang in LANGUAGES:
            yield from (Example(f"{CLAUSE_LABEL}{kind}", lang, text) for text in people.wordings(lang))


def guidance_document(path: Path) -> Document:
    """Read one guidance text. Raises `InvalidInput` with the file's name and what is wrong in it."""
    raw = path.read_text("utf-8")
    parts = raw.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise InvalidInput(f"{path.name}: begin with front matter between two lines of ---")
    meta = parse_text(parts[1], path.name)
    try:
        lang, topic, title = _language(meta["language"]), str(meta["topic"]), str(meta["title"])
        visibility: Visibility = "internal" if meta["visibility"] == "internal" else "public"
        due = str(meta["review_due"])
    except KeyError as error:
        raise InvalidInput(f"{path.name}: the front matter lacks {error}") from None
    writer = _Writer(f"guidance-{lang}-{topic}", "guidance", title, lang, visibility, (topic,), _uri(path))
    for heading, body in _sections(parts[2], path):
        role = SECTIONS[lang].get(heading)
        if role is None:
            raise InvalidInput(f"{path.name}: unknown heading {heading!r}; expected {', '.join(SECTIONS[lang])}")
        _write_section(writer, role, heading, body)
    return writer.document(hashlib.sha256(raw.encode()).hexdigest(), review_due=due)


def _write_section(writer: _Writer, role: Role, heading: str, body: str) -> None:
    visibility: Visibility | None = "internal" if role == "lawyer" else None
    if role == "question":
        for block in re.split(r"^### +", body, flags=re.MULTILINE)[1:]:
            question, _, rest = block.partition("\n")
            also = _ALSO.search(rest)
            answer = _ALSO.sub("", rest).strip()
            others = also[1].replace(" / ", "\n") if also else ""
            writer.write(role, (heading, question.strip()), answer, lead=others)
    elif role in _BULLETED:
        for bullet in re.split(r"^- +", body, flags=re.MULTILINE):
            writer.write(role, (heading,), bullet.strip(), visibility=visibility)
    else:
        writer.write(role, (heading,), body.strip(), visibility=visibility)


class _Writer:
    """Collects the passages of one document and the text in which they stand, one after another."""

    def __init__(
        self,
        document_id: str,
        kind: Kind,
        title: str,
        lang: Language,
        visibility: Visibility,
        topics: tuple[str, ...],
        uri: str,
    ) -> None:
        self._base = Document(document_id, uri, "", kind, title, lang, visibility, topics, "")
        self._passages: list[Passage] = []
        self._text = ""

    def write(
        self,
        role: Role,
        heading: tuple[str, ...],
        body: str,
        *,
        lead: str = "",
        visibility: Visibility | None = None,
        topics: tuple[str, ...] | None = None,
        authorities: tuple[str, ...] | None = None,
    ) -> None:
        """Add a passage; nothing for an empty body.

        `lead` is read by the index only. With `authorities` given, braces in `body` are not marks but variables.
        """
        text, marked, figures = _strip_marks(body) if authorities is None else (body, authorities, ())
        if not text:
            return
        base = self._base
        start = len(self._text)
        self._text += text + "\n\n"
        said = text[: text.rfind(" ", 0, OPENING)] if role == "question" and len(text) > OPENING else text
        embedded = "\n".join(part for part in (*heading[-1:], lead, said) if part)
        self._passages.append(
            Passage(
                id=passage_id(base.id, str(len(self._passages)), *heading, text),
                document_id=base.id,
                ordinal=len(self._passages),
                kind=base.kind,
                role=role,
                title=base.title,
                heading=heading,
                lang=base.lang,
                topics=topics or base.topics,
                visibility=visibility or base.visibility,
                text=text,
                embedded=embedded,
                uri=base.uri,
                start=start,
                end=start + len(text),
                authorities=tuple(dict.fromkeys(marked)),
                figures=figures,
            )
        )

    def document(self, sha256: str, review_due: str | None = None) -> Document:
        """The document, whose digest also covers how it was read."""
        total = hashlib.sha256(f"{FORMAT}:{sha256}".encode()).hexdigest()
        return replace(self._base, sha256=total, text=self._text, review_due=review_due, passages=tuple(self._passages))


def passage_id(*parts: str) -> str:
    """Names a passage by what it says and where: equal passages of equal documents have equal names."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _with_names(document: Document, names: Mapping[str, Mapping[Language, str]]) -> Document:
    """Let the index read the name of the topic with every passage, and so find "for one hour" under its subject."""
    name = " · ".join(names[topic][document.lang] for topic in document.topics if topic in names)
    passages = tuple(replace(p, embedded=f"{name}\n{p.embedded}") for p in document.passages)
    return replace(document, passages=passages)


def _clause_document(clause: Clause, lang: Language) -> Document:
    uri = f"library:clauses/{clause.type}.yaml"
    writer = _Writer(f"clause-{lang}-{clause.type}", "clause", clause.title[lang], lang, "public", clause.topics, uri)
    writer.write("meaning", (), clause.purpose[lang], authorities=clause.authorities)
    for position, variant in clause.positions.items():
        keys = variant.authorities
        writer.write("clause", (position,), variant.text[lang], authorities=keys)
        writer.write("note", (position,), variant.why[lang], authorities=keys, visibility="internal")
    flags = "\n".join(f"- {flag}" for flag in clause.red_flags[lang])
    writer.write("warning", (), flags, visibility="internal", authorities=clause.authorities)
    digest = hashlib.sha256(repr(sorted(clause.raw.items())).encode()).hexdigest()
    return writer.document(digest, review_due=clause.review_due.isoformat())


def _authorities_document(authorities: Iterable[Authority], lang: Language) -> Document:
    title = {"en": "Authorities", "fr": "Textes et décisions"}[lang]
    writer = _Writer(f"authorities-{lang}", "authority", title, lang, "public", (), "library:authorities.yaml")
    for authority in authorities:
        if authority.status != "U":
            ref = authority.ref[lang]
            text = f"{ref[:1].upper()}{ref[1:]}{_COLON[lang]} {authority.text[lang]}"
            writer.write("law", (ref,), text, topics=authority.topics, authorities=(authority.key,))
    return writer.document(hashlib.sha256(writer_digest(authorities)).hexdigest())


def _topics_document(topics: Iterable[Topic], lang: Language) -> Document:
    title = {"en": "Topics", "fr": "Thèmes"}[lang]
    writer = _Writer(f"topics-{lang}", "guidance", title, lang, "public", (), "library:topics.yaml")
    for topic in topics:
        writer.write("definition", (topic.name[lang],), topic.definition[lang], topics=(topic.slug,))
    return writer.document(hashlib.sha256(writer_digest(topics)).hexdigest())


def _glossary_document(glossary: Iterable[Term], lang: Language) -> Document:
    """Each term with its equivalent, so that either finds it; the index also reads the other words for it."""
    other: Language = "en" if lang == "fr" else "fr"
    title = {"en": "Glossary", "fr": "Glossaire"}[lang]
    writer = _Writer(f"glossary-{lang}", "guidance", title, lang, "public", (), "library:glossary.yaml")
    for term in glossary:
        name = term.term[lang]
        said = f"{name[:1].upper()}{name[1:]} ({_IN[lang]} {term.term[other]}){_COLON[lang]} {term.meaning[lang]}"
        if term.false_friend:
            said += f" {term.false_friend[lang]}"
        lead = "\n".join((*term.wordings(lang)[1:], *term.wordings(other)))
        writer.write("definition", (name,), said, lead=lead, topics=term.topics, authorities=term.authorities)
    return writer.document(hashlib.sha256(writer_digest(glossary)).hexdigest())


def writer_digest(entries: Iterable[object]) -> bytes:
    """Bytes that change with any of the entries."""
    return repr([repr(entry) for entry in entries]).encode()


def _strip_marks(body: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text without marks and emphasis, the authorities and the figures that its marks name."""
    marks = [mark.strip() for group in _MARK.findall(body) for mark in group.split(",")]
    text = _EMPHASIS.sub(r"\1", _MARK.sub("", body)).strip()
    figures = tuple(mark.removeprefix(_FIGURE) for mark in marks if mark.startswith(_FIGURE))
    return text, tuple(mark for mark in marks if not mark.startswith(_FIGURE)), figures


def _sections(body: str, path: Path) -> Iterator[tuple[str, str]]:
    parts = re.split(r"^## +(.+)$", body, flags=re.MULTILINE)
    if parts[0].strip():
        raise InvalidInput(f"{path.name}: text before the first heading")
    yield from zip((part.strip() for part in parts[1::2]), parts[2::2], strict=True)


def _uri(path: Path) -> str:
    return f"library:{path.parent.parent.name}/{path.parent.name}/{path.name}"


def _topic(slug: str, raw: Mapping[str, Any]) -> Topic:
    return Topic(
        slug,
        raw["group"],
        raw["name"],
        raw["definition"],
        raw["silent_favours"],
        raw["present_favours"],
        tuple(raw["related"]),
    )


def _authority(key: str, raw: Mapping[str, Any]) -> Authority:
    return Authority(
        key,
        raw["ref"],
        raw["text"],
        tuple(raw["topics"]),
        raw["status"],
        raw["checked_on"],
        raw.get("url"),
        raw.get("note"),
    )


def _figure(key: str, raw: Mapping[str, Any]) -> Figure:
    periods = tuple(Period(p["from"], p["to"], p["display"], p["source"], p["confidence"]) for p in raw["periods"])
    return Figure(key, raw["name"], raw["authority"], periods, raw["after_expiry"])


def _scope(raw: Mapping[str, Any]) -> Scope:
    def by_language(texts: Mapping[str, list[str]]) -> dict[Language, tuple[str, ...]]:
        return {lang: tuple(texts[lang]) for lang in LANGUAGES}

    categories = (
        Category(
            key,
            entry["reason"],
            entry["name"],
            entry["why"],
            entry["instead"],
            by_language(entry["examples"]),
            tuple(entry.get("cues", ())),
        )
        for key, entry in raw["categories"].items()
    )
    cues = tuple(raw.get("handoff_cues", ()))
    return Scope(tuple(categories), by_language(raw["handoff"]), by_language(raw["documentary"]), cues)


def _language(value: object) -> Language:
    for lang in LANGUAGES:
        if value == lang:
            return lang
    raise InvalidInput(f"language must be one of {', '.join(LANGUAGES)}, not {value!r}")


def _yaml(path: Path) -> Any:
    try:
        return parse_text(path.read_text("utf-8"), path.name)
    except FileNotFoundError:
        raise InvalidInput(f"the library lacks {path.name} in {path.parent}") from None
