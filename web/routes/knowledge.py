"""What the firm knows, in the workspace: files taken in and erased, texts that say the same, what is overdue or missing."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from assistant.journal import Unanswered
from ingest.sync import FileResult, forget, take_in
from knowledge.errors import ClausierError, NotFound
from knowledge.likeness import alike
from knowledge.models import LANGUAGES, Language, Visibility
from knowledge.store import Receipt
from web.access import MEMBERS, OWN_WORK, Visitor, VisitorDep, allow
from web.beside import beside
from web.deps import Services, ServicesDep, now
from web.forms import FormDep
from web.once import OnceDep, RepeatKey
from web.pages import language_of
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False)

Key = Annotated[str, Path(max_length=100)]
LONGEST_NAME: Final = 200
MOST_DECLINED: Final = 500
"""Declined questions that are looked at."""
SHOWN: Final = 25
ONE_AT_A_TIME: Final = threading.Lock()
"""Taking in fills every core for a while: questions must be answered beside it."""


@router.get("/workspace/knowledge", dependencies=[allow(MEMBERS)])
def knowledge(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """What answers are drawn from, what is overdue, what could not be answered."""
    return _knowledge(request, services, visitor)


@router.post("/workspace/knowledge", dependencies=[allow(OWN_WORK)])
def add(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    form: FormDep,
    once: OnceDep,
    key: RepeatKey = None,
) -> Response:
    """A file is read and taken in; the same name replaces what came under it before."""
    visibility: Visibility = "public" if form.get("visibility") == "public" else "internal"
    lang: Language | None = next((one for one in LANGUAGES if one == form.get("lang")), None)
    sent = form.files.get("file")

    def work() -> FileResult:
        result = _taken(services, sent, visibility, lang)
        if result.document_id and result.outcome in ("added", "updated"):
            services.firm.audit.note(visitor.name, "document-added", result.document_id, now())
        return result

    said = f"{sent and sent.filename}\n{visibility}\n{lang}\n".encode() + (_bytes(sent) if sent and key else b"")
    result = once.do(visitor.name, key, said, work)
    status = 422 if result.outcome == "failed" else 200
    return _knowledge(request, services, visitor, status=status, taken=result)


@router.post("/workspace/knowledge/{key}/forget", dependencies=[allow(OWN_WORK)])
def erase(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """A document is erased with its passages and vectors, and the receipt shown."""
    if key not in {one["id"] for one in _documents(services, visitor)}:
        raise NotFound(f"there is no document {key!r}: it may have been erased already")
    with ONE_AT_A_TIME, services.assistant.store.alone():
        services.assistant.index.drop()
        receipt = forget(services.assistant.store, key)
    threading.Thread(target=services.assistant.index.maintain, daemon=True, name="index").start()
    services.firm.audit.note(visitor.name, "document-erased", key, now())
    return _knowledge(request, services, visitor, receipt=receipt)


@router.get("/workspace/knowledge/alike", dependencies=[allow(OWN_WORK)])
def duplicates(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Documents of the firm that say nearly what another text says."""
    titles = {one["id"]: one for one in services.assistant.store.documents()}
    pairs = alike(services.assistant.store, {key for key, one in titles.items() if one["kind"] == "document"})
    shown = [(titles[one.first], titles[one.second], one.share) for one in pairs]
    return workspace_page(request, visitor, "alike.html", pairs=shown)


def _bytes(sent: UploadFile) -> bytes:
    content = sent.file.read()
    sent.file.seek(0)
    return content


def _taken(services: Services, sent: UploadFile | None, visibility: Visibility, lang: Language | None) -> FileResult:
    name = PurePosixPath((sent.filename or "").replace("\\", "/")).name[-LONGEST_NAME:] if sent else ""
    if sent is None or not name:
        return FileResult(name, "failed", reason="No file was sent: choose one.")
    assistant = services.assistant
    with tempfile.TemporaryDirectory(prefix="clausier-") as folder:
        path = FilePath(folder) / f"sent{PurePosixPath(name).suffix[:20]}"
        with path.open("wb") as file:
            shutil.copyfileobj(sent.file, file)
        try:
            with ONE_AT_A_TIME, assistant.store.alone():
                encoder = assistant.retriever.encoder
                return beside(lambda: take_in(assistant.store, encoder, path, name, visibility=visibility, lang=lang))
        except ClausierError as error:
            return FileResult(name, "failed", reason=str(error))


def _documents(services: Services, visitor: Visitor) -> list[Mapping[str, Any]]:
    """What the firm took in, as far as the visitor may read it."""
    held = services.assistant.store.documents()
    return [one for one in held if one["kind"] == "document" and (one["visibility"] == "public" or visitor.is_lawyer)]


def _knowledge(
    request: Request,
    services: Services,
    visitor: Visitor,
    *,
    status: int = 200,
    taken: FileResult | None = None,
    receipt: Receipt | None = None,
) -> Response:
    library = services.assistant.library
    declined = services.journal.unanswered(MOST_DECLINED) if visitor.is_lawyer else []
    reasons = Counter(one.reason for one in declined)
    return workspace_page(
        request,
        visitor,
        "knowledge.html",
        status=status,
        documents=_documents(services, visitor),
        late=sorted(_late(services, language_of(request)), key=lambda one: one[2]),
        unanswered=_together(declined)[:SHOWN],
        reasons=reasons.most_common(),
        counts={
            "guidance": len(library.guidance),
            "clauses": len(library.clauses),
            "authorities": len(library.authorities),
        },
        taken=taken,
        receipt=receipt,
    )


def _together(declined: Iterable[Unanswered]) -> list[tuple[Unanswered, int]]:
    """Each question once, as it was asked last, with how often it was asked; the last first."""
    found: dict[str, tuple[Unanswered, int]] = {}
    for one in declined:
        key = " ".join(one.question.casefold().split())
        last, times = found.get(key, (one, 0))
        found[key] = (last, times + 1)
    return list(found.values())


def _late(services: Services, lang: Language) -> Iterable[tuple[str, str, str]]:
    """Title, address and day of what should have been reviewed by now."""
    library, today = services.assistant.library, now().date().isoformat()
    for clause in library.clauses.values():
        if clause.review_due.isoformat() < today:
            yield clause.title[lang], f"/workspace/library/{clause.type}", clause.review_due.isoformat()
    for text in library.guidance:
        if text.review_due and text.review_due < today:
            yield text.title, f"/workspace/guidance/{text.id}", text.review_due
