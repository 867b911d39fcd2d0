"""Reviews of contracts: a file in, verdicts out; kept for a while, deleted on request.

Anyone may have a contract reviewed and is told what the playbook asks for and accepts. When the firm's own people pass a matter
on, and its comments for itself, are for lawyers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from assistant.review.amend import Comments
from assistant.review.keep import Kept, Reviews
from assistant.review.memo import compose_memo
from assistant.review.review import as_text, public
from knowledge.models import Side
from prompts.docx import docx
from web.access import ANYONE, LAWYERS, Gate, Visitor, VisitorDep, allow
from web.deps import AddressDep, Services, ServicesDep, now
from web.once import OnceDep, RepeatKey
from web.reviewing import WORD, public_memo, redlined, take_in
from web.schemas import ErrorOut, ReviewDeletedOut, ReviewOut

router = APIRouter(prefix="/api/v1", tags=["reviews"], dependencies=[allow(ANYONE)])

MEDIA: Final = {"json": "application/json", "md": "text/markdown; charset=utf-8", "docx": WORD, "memo": WORD}
EXPORTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The review in the format asked for. `X-Converted: true` on a redline of what was no Word file.",
        "content": {kind.partition(";")[0]: {} for kind in sorted(set(MEDIA.values()))},
    }
}
WRONG_TYPE: dict[int | str, dict[str, Any]] = {415: {"model": ErrorOut, "description": "Wrong type of file"}}


@router.post("/reviews", response_model=ReviewOut, responses=WRONG_TYPE)
def create(
    request: Request,
    services: ServicesDep,
    address: AddressDep,
    file: Annotated[UploadFile, File(description="The contract: md, txt, html, docx, pdf or odt.")],
    visitor: VisitorDep,
    once: OnceDep,
    side: Annotated[Side, Form()] = "customer",
    lang: Annotated[Literal["auto", "en", "fr"], Form()] = "auto",
    key: RepeatKey = None,
) -> Any:
    """Review a contract for one side. The file is never indexed.

    `escalation` of a finding is for lawyers, and null for others.
    """
    services.limiter.check(address)
    file.file.seek(0)  # what guards the routes has read the form already
    name, data = file.filename or "", file.file.read()
    said = f"{name}\n{side}\n{lang}\n".encode() + data
    kept = once.do(visitor.name or address, key, said, lambda: take_in(request, services, name, data, side, lang))
    return _view(kept, services, visitor)


@router.get("/reviews/{review_id}", response_model=ReviewOut)
def show(review_id: str, services: ServicesDep, visitor: VisitorDep) -> Any:
    """A review that is kept.

    `escalation` of a finding is for lawyers, and null for others.
    """
    return _view(Reviews(services.assistant.store).get(review_id), services, visitor)


@router.get("/reviews/{review_id}/export", response_class=Response, responses=EXPORTS)
def export(
    request: Request,
    review_id: str,
    services: ServicesDep,
    visitor: VisitorDep,
    format: Literal["json", "md", "docx", "memo"] = "docx",
    comments: Comments = "theirs",
    author: Annotated[str, Query(min_length=1, max_length=100)] = "Clausier",
) -> Response:
    """The contract itself with tracked changes (docx), a memo (md; memo as a Word file), or the JSON of the review.

    `comments` and `author` are those of the tracked changes; comments for us (`ours`) are for lawyers.
    """
    kept = Reviews(services.assistant.store).get(review_id)
    if format == "json":
        return Response(as_text(_told(kept, visitor)), media_type=MEDIA["json"])
    if format in ("md", "memo"):
        written = kept.memo if visitor.is_lawyer else public_memo(request, services, kept)
        if format == "md":
            return attachment(written.encode(), "review.md", MEDIA["md"])
        return attachment(docx(compose_memo(written, kept.lang, kept.name)), "review.docx", WORD)
    if comments == "ours":
        Gate(LAWYERS).check(visitor)
    made = redlined(request, services, kept, author=author, comments=comments)
    response = attachment(made.data, f"{Path(kept.name).stem}-redline.docx", WORD)
    response.headers["X-Converted"] = str(made.converted).lower()
    return response


@router.delete("/reviews/{review_id}", response_model=ReviewDeletedOut)
def delete(review_id: str, services: ServicesDep) -> Any:
    """A review and its file, gone for good, with a receipt."""
    return {"receipt": asdict(Reviews(services.assistant.store).delete(review_id, now()))}


def attachment(data: bytes, name: str, media: str) -> Response:
    """A file to be saved under `name`."""
    return Response(
        data, media_type=media, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    )


def _view(kept: Kept, services: Services, visitor: Visitor) -> dict[str, Any]:
    expires = kept.created_at + dt.timedelta(days=services.settings.review_days)
    return {"id": kept.id, "expires_at": expires.isoformat(), **_told(kept, visitor)}


def _told(kept: Kept, visitor: Visitor) -> dict[str, Any]:
    """The review as the visitor may read it."""
    return kept.content if visitor.is_lawyer else public(kept.content)
