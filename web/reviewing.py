"""Reviews as the web does them: a file taken in and kept, read again for what is made of it later, written into the contract."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final, Literal

from fastapi import Request

from assistant.review.amend import Comments, Decision
from assistant.review.keep import Kept, Reviews
from assistant.review.meaning import Meaning
from assistant.review.memo import memo
from assistant.review.review import Desk, Review, as_json, open_desk, review
from ingest.contract import read_contract
from ingest.recognise import HEAD, recognise
from knowledge.embed import Encoder
from knowledge.errors import InvalidInput, ModelUnavailable, Unreadable
from knowledge.library import ROOT
from knowledge.models import Language, Side
from knowledge.playbook import load_playbook
from web.deps import Services, now
from web.errors import Refused
from web.redlines import Marked, mark

AT_ONCE: Final = 2
"""Contracts that are read at the same time; each takes a processor for a second or so."""
LONGEST_NAME: Final = 120
"""Characters of a file's name that are kept."""
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_opening = Lock()


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What reviews need, opened with the first of them."""

    desk: Desk
    places: BoundedSemaphore


def take_in(
    request: Request, services: Services, name: str, data: bytes, side: Side, lang: Literal["auto", "en", "fr"] = "auto"
) -> Kept:
    """Review a file and keep both. Raises `InvalidInput` for one that is empty or damaged, and refuses what is not read."""
    name = Path(name).name[-LONGEST_NAME:]
    _check_type(name, data)
    found = _found(request, services, name, data, side, None if lang == "auto" else lang)
    moment, told = now(), as_json(found)
    written = memo(found, services.assistant.library)
    key = Reviews(services.assistant.store).put(name, found.lang, told, written, data, moment)
    return Kept(key, moment, name, found.lang, told, written, data)


def again(request: Request, services: Services, kept: Kept) -> Review:
    """The review of a file that is kept, told in the language of the contract; clauses are named by their wording alone, which
    changes no verdict. Raises `InvalidInput` where the playbook has changed meanwhile."""
    return _again(request, services, kept, kept.content["document"]["lang"], names_clauses=False)


def _again(request: Request, services: Services, kept: Kept, lang: Language, *, names_clauses: bool) -> Review:
    side = kept.content["side"]
    found = _found(request, services, kept.name, kept.file, side, lang, names_clauses=names_clauses)
    if found.playbook.sha256 != kept.content["playbook"]["sha256"]:
        raise InvalidInput("the playbook has changed since this review: review the contract again")
    return found


def public_memo(request: Request, services: Services, kept: Kept) -> str:
    """The memo of a review that is kept, for whom the firm does not know."""
    found = _again(request, services, kept, kept.lang, names_clauses=True)
    return memo(found, services.assistant.library, is_public=True)


def redlined(
    request: Request,
    services: Services,
    kept: Kept,
    *,
    author: str,
    comments: Comments = "theirs",
    decisions: Mapping[str, Decision] | None = None,
) -> Marked:
    """The contract with its review written into it."""
    return mark(
        kept.file,
        again(request, services, kept),
        services.assistant.library.clauses,
        author=author,
        now=now(),
        comments=comments,
        decisions=decisions,
    )


def _found(
    request: Request,
    services: Services,
    name: str,
    data: bytes,
    side: Side,
    lang: Language | None,
    *,
    names_clauses: bool = True,
) -> Review:
    reviewing = _reviewing(request, services)
    desk = reviewing.desk if names_clauses else replace(reviewing.desk, guess=None)
    playbook = load_playbook(services.settings.library_dir or ROOT, side)
    if not reviewing.places.acquire(blocking=False):
        raise Refused(503, "busy", "Other contracts are being read: try again in a moment.", 3)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"contract{Path(name).suffix}"
            path.write_bytes(data)
            contract = read_contract(path, name=name)
        return review(contract, playbook, desk, lang)
    finally:
        reviewing.places.release()


def _check_type(name: str, data: bytes) -> None:
    if not data:
        raise InvalidInput("the file is empty: check that it was saved")
    try:
        recognise(Path(name).suffix, data[:HEAD])
    except Unreadable as error:
        raise Refused(415, "unsupported_media_type", str(error)) from None


def _reviewing(request: Request, services: Services) -> Reviewing:
    with _opening:
        state = request.app.state
        if not hasattr(state, "reviewing"):
            library = services.assistant.library
            meaning = Meaning(library, lambda: _encoder(services))
            desk = open_desk(library, services.settings.library_dir or ROOT, meaning)
            state.reviewing = Reviewing(desk, BoundedSemaphore(AT_ONCE))
        found: Reviewing = state.reviewing
        return found


def _encoder(services: Services) -> Encoder:
    encoder = services.assistant.retriever.encoder
    if encoder is None:
        raise ModelUnavailable("there is no embedding model: run `make model`")
    return encoder
