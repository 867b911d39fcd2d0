"""The nouns: what flows from a text to an answer.

All are frozen and know where in their source they came from; none calls a service.
Offsets count Unicode characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Language = Literal["en", "fr"]
Kind = Literal["guidance", "clause", "authority", "quiz", "document"]
Visibility = Literal["public", "internal"]
Audience = Literal["client", "lawyer", "trainee"]
Position = Literal["customer", "balanced", "provider"]
Side = Literal["customer", "provider"]
"""Whom we act for."""
Role = Literal[
    "short", "meaning", "law", "negotiate", "warning", "figures", "question", "lawyer",
    "definition", "clause", "note", "text",
]  # fmt: skip
"""What a passage is for: which part of a guidance text or clause it is; `text` for anything else."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one document that is found, shown and quoted as a whole.

    `text` is what a reader sees and what quotations are taken from. `document.text[start:end]`
    is where it stands. `embedded` is what the embedding model and the lexical index read: the text
    with its title, headings and, for a question, the other ways in which people ask it.
    """

    id: str
    document_id: str
    ordinal: int
    kind: Kind
    role: Role
    title: str
    heading: tuple[str, ...]
    lang: Language
    topics: tuple[str, ...]
    visibility: Visibility
    text: str
    embedded: str
    uri: str
    start: int
    end: int
    page: int | None = None
    authorities: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it was taken in: a guidance file, a clause type in one language, or a firm's own file.

    `sha256` is the digest of the bytes it was read from, together with all that was asked for at
    ingestion: an equal digest means that there is nothing to do.
    """

    id: str
    uri: str
    sha256: str
    kind: Kind
    title: str
    lang: Language
    visibility: Visibility
    topics: tuple[str, ...]
    text: str
    review_due: str | None = None
    passages: tuple[Passage, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose nature is known. `label` is a category of `scope.yaml`, or `question` (within scope), `handoff`
    (within scope, but a lawyer should be seen) or `documentary` (within scope, general)."""

    label: str
    lang: Language
    text: str
