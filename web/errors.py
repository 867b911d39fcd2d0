"""Every failure in one shape: what happened and what to do. No traceback leaves the server."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import compile_path

from knowledge.errors import Busy, ClausierError, InvalidInput, ModelUnavailable, NotFound, TooLarge, Unwritable
from web.logs import request_id
from web.pages import error_page, sign_in_address

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[ClausierError], int, str], ...] = (
    (NotFound, 404, "not_found"),
    (TooLarge, 413, "too_large"),
    (InvalidInput, 422, "invalid"),
    (Busy, 503, "busy"),
    (Unwritable, 507, "storage_full"),
    (ModelUnavailable, 503, "model_unavailable"),
)
CODES = {400: "malformed", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
         406: "not_acceptable", 408: "too_slow", 413: "too_large", 415: "unsupported_media_type", 422: "invalid",
         429: "rate_limited", 503: "busy"}  # fmt: skip
MESSAGES = {
    404: "There is nothing at this address: see /openapi.json for what there is.",
    405: "This address does not take this method: see /openapi.json.",
}


_FAILED = {503: "Answers cannot be given just now", 507: "Nothing can be written down just now"}


class Refused(Exception):
    """A request that is not served now: its status, code, message, and how many seconds to wait."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


def install(app: FastAPI) -> None:
    """Give `app` its handlers."""
    app.add_exception_handler(ClausierError, _ours)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unexpected)


def body(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """The one shape, with the id of the request among the details."""
    error: dict[str, Any] = {"code": code, "message": message}
    known = {**(details or {}), **({"request_id": request_id()} if request_id() else {})}
    return {"error": {**error, "details": known} if known else error}


OPENAI = "/v1/"
"""Below this address errors are as OpenAI's clients read them."""
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def openai_body(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same as OpenAI's clients read it. `param` is the first field that is wrong, if one is."""
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    fields = (details or {}).get("fields") or {}
    return {"error": {"message": message, "type": kind, "param": next(iter(fields), None), "code": code}}


def shaped(
    path: str, status: int, code: str, message: str, details: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """The status and body of a failure at `path`. OpenAI knows no 422: what is invalid there is a bad request."""
    if not path.startswith(OPENAI):
        return status, body(code, message, details)
    return (400 if status == 422 else status), openai_body(status, code, message, details)


def describe(error: ClausierError) -> tuple[int, str]:
    """The status and code of one of our errors."""
    return next(((status, code) for kind, status, code in STATUS if isinstance(error, kind)), (500, "failed"))


def tell(error: Exception) -> tuple[int, str, str, dict[str, Any] | None]:
    """Status, code, message and details of a failure, for whoever asked.

    What they cannot mend is written down under a reference, of which they learn no more than that: it may name files.
    """
    status, code = describe(error) if isinstance(error, ClausierError) else (500, "failed")
    if status < 500:
        return status, code, str(error), None
    reference = secrets.token_hex(6)
    log.error("unexpected failure %s", reference, exc_info=error)
    what = _FAILED.get(status, "Something failed on our side")
    message = f"{what}; nothing of yours was lost. Try again, or report it with reference {reference}."
    return status, code, message, {"reference": reference}


def _respond(
    request: Request,
    status: int,
    code: str,
    message: str,
    details: dict[str, Any] | None = None,
    retry: int | None = None,
) -> Response:
    headers = (
        {"Retry-After": str(retry)} if retry is not None else ({"Retry-After": "5"} if status in (503, 507) else {})
    )
    if _wants_page(request):
        return error_page(request, status, details or {}, headers)
    status, content = shaped(request.scope.get("path", ""), status, code, message, details)
    return JSONResponse(content, status, headers)


def _wants_page(request: Request) -> bool:
    path = request.scope.get("path", "")
    return not path.startswith(("/api/", "/v1/")) and "text/html" in request.headers.get("accept", "")


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ClausierError)
    return _respond(request, *tell(error))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if error.status == 401 and _wants_page(request) and request.method == "GET":
        return RedirectResponse(sign_in_address(request.scope["path"]), 303)
    details = {"retry_after": error.retry_after} if error.retry_after is not None else None
    response = _respond(request, error.status, error.code, error.message, details, error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return _respond(request, 400, "malformed", "The body is not valid JSON.")
    fields = {".".join(str(part) for part in problem["loc"][1:]) or "body": problem["msg"] for problem in problems[:20]}
    fields = {name.encode("utf-8", "replace").decode(): text for name, text in fields.items()}
    name, text = next(iter(fields.items()))
    return _respond(request, 422, "invalid", f"{name}: {text}", {"fields": fields})


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    message = MESSAGES.get(status, str(error.detail))
    response = _respond(request, status, CODES.get(status, "failed"), message)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if status == 405:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """The methods of all routes at the address; the framework names those of the first alone."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path and compile_path(route.path)[0].match(path):
            found |= route.methods or set()
    return sorted(found)


async def unexpected(request: Request, error: Exception) -> Response:
    """What nobody foresaw: written down under a reference, of which the reader learns no more than that."""
    return _respond(request, *tell(error))
