"""Reviews of contracts: a file in, verdicts out; kept for a while, deleted on request."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from assistant.review.keep import Kept, Reviews
from assistant.review.meaning import Meaning
from assistant.review.memo import compose_memo, memo
from assistant.review.review import Desk, as_json, as_text, open_desk, review
from ingest.contract import read_contract
from ingest.recognise import HEAD, recognise
from knowledge.embed import Encoder
from knowledge.errors import InvalidInput, ModelUnavailable, Unreadable
from knowledge.library import ROOT
from knowledge.playbook import Side, load_playbook
from prompts.docx import docx
from web.access import ANYONE, allow
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import Refused
from web.schemas import ErrorOut, ReviewDeletedOut, ReviewOut

router = APIRouter(prefix="/api/v1", tags=["reviews"], dependencies=[allow(ANYONE)])

AT_ONCE: Final = 2
"""Contracts that are read at the same time; each takes a processor for a second or so."""
LONGEST_NAME: Final = 120
"""Characters of a file's name that are kept."""
MEDIA: Final = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
EXPORTS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": ReviewOut,
        "description": "The review in the format asked for.",
        "content": {kind.partition(";")[0]: {} for kind in MEDIA.values() if "json" not in kind},
    }
}
WRONG_TYPE: dict[int | str, dict[str, Any]] = {415: {"model": ErrorOut, "description": "Wrong type of file"}}

_opening = Lock()


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What reviews need, opened with the first of them."""

    desk: Desk
    places: BoundedSemaphore


@router.post("/reviews", response_model=ReviewOut, responses=WRONG_TYPE)
def create(
    request: Request,
    services: ServicesDep,
    address: AddressDep,
    file: Annotated[UploadFile, File(description="The contract: md, txt, html, docx, pdf or odt.")],
    side: Annotated[Side, Form()] = "customer",
    lang: Annotated[Literal["auto", "en", "fr"], Form()] = "auto",
) -> Any:
    """Review a contract for one side. The file is never indexed."""
    services.limiter.check(address)
    file.file.seek(0)  # what guards the routes has read the form already
    data, name = file.file.read(), Path(file.filename or "").name[:LONGEST_NAME]
    _check_type(name, data)
    reviewing = _reviewing(request, services)
    playbook = load_playbook(services.settings.library_dir or ROOT, side)
    if not reviewing.places.acquire(blocking=False):
        raise Refused(503, "busy", "Other contracts are being read: try again in a moment.", 3)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"contract{Path(name).suffix}"
            path.write_bytes(data)
            contract = read_contract(path, name=name)
        found = review(contract, playbook, reviewing.desk, None if lang == "auto" else lang)
    finally:
        reviewing.places.release()
    moment, told = now(), as_json(found)
    written = memo(found, services.assistant.library)
    key = Reviews(services.assistant.store).put(name, found.lang, told, written, data, moment)
    return _view(Kept(key, moment, name, found.lang, told, written, b""), services)


@router.get("/reviews/{review_id}", response_model=ReviewOut)
def show(review_id: str, services: ServicesDep) -> Any:
    """A review that is kept."""
    return _view(Reviews(services.assistant.store).get(review_id), services)


@router.get("/reviews/{review_id}/export", response_class=Response, responses=EXPORTS)
def export(review_id: str, services: ServicesDep, format: Literal["json", "md", "docx"] = "docx") -> Response:
    """The review as a file: its JSON, or a memo."""
    kept = Reviews(services.assistant.store).get(review_id)
    if format == "json":
        return Response(as_text(kept.content), media_type=MEDIA["json"])
    data = kept.memo.encode() if format == "md" else docx(compose_memo(kept.memo, kept.lang, kept.name))
    disposition = f'attachment; filename="review.{format}"'
    return Response(data, media_type=MEDIA[format], headers={"Content-Disposition": disposition})


@router.delete("/reviews/{review_id}", response_model=ReviewDeletedOut)
def delete(review_id: str, services: ServicesDep) -> Any:
    """A review and its file, gone for good, with a receipt."""
    return {"receipt": asdict(Reviews(services.assistant.store).delete(review_id, now()))}


def _view(kept: Kept, services: Services) -> dict[str, Any]:
    expires = kept.created_at + dt.timedelta(days=services.settings.review_days)
    return {"id": kept.id, "expires_at": expires.isoformat(), **kept.content}


def _check_type(name: str, data: bytes) -> None:
    """Raises `InvalidInput` for an empty file, and refuses one whose type is not read."""
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
