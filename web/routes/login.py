"""Signing in and out, and one's own password."""

from __future__ import annotations

import secrets
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from knowledge.errors import InvalidInput
from web.access import ANYONE, MEMBERS, Visitor, VisitorDep, allow, is_https, session_cookie
from web.accounts import folded
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import Refused
from web.forms import TOKEN, FormDep
from web.pages import language_of
from web.sessions import form_token, is_form_token
from web.words.lexicon import WORDS
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False)

HOME: Final = "/workspace"
_VISIT: Final = "clausier-visit"
"""Names a browser while its sign-in form stands open."""
_PURPOSE: Final = "sign-in"


@router.get("/login", dependencies=[allow(ANYONE)])
def sign_in_form(request: Request, services: ServicesDep, visitor: VisitorDep, next: str = HOME) -> Response:
    """The form; on to `next` for who is signed in already."""
    if visitor.account_id:
        return RedirectResponse(local(next), 303)
    return show_form(request, services, visitor, next)


@router.post("/login", dependencies=[allow(ANYONE)])
def sign_in(
    request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep, address: AddressDep
) -> Response:
    """Begin a session, or show the form again, which never says which part was wrong."""
    firm, words = services.firm, WORDS[language_of(request)]
    name, after, moment = form.get("name"), form.get("next", HOME), now()
    visit = request.cookies.get(_VISIT, "")
    if not visit or not is_form_token(form.get(TOKEN), firm.secret, f"{_PURPOSE}:{visit}"):
        return show_form(request, services, visitor, after, name, words["sign_in_stale"], 403)
    try:
        firm.by_address.check(address, moment)
        firm.by_name.check(folded(name), moment)
    except Refused as refused:
        said = words["sign_in_wait"].fill(seconds=refused.retry_after or 60)
        return show_form(request, services, visitor, after, name, said, 429, refused.retry_after)
    account = firm.accounts.proven(name, form.get("password"))
    if account is None:
        # a name that we do not know is not written down: it may be a password in the wrong field
        known = folded(name) in {one.name for one in firm.accounts.all()}
        firm.audit.note(folded(name) if known else "unknown name", "sign-in-refused", address, now())
        return show_form(request, services, visitor, after, name, words["sign_in_refused"], 401)
    firm.by_address.undo(address, moment)
    firm.by_name.undo(folded(name), moment)
    before = request.cookies.get(session_cookie(request, services))
    if before:
        firm.sessions.close(before)
    session = firm.sessions.open(account, now())
    firm.audit.note(account.name, "signed-in", address, now())
    response = RedirectResponse(local(after), 303)
    set_session(request, services, response, session.token)
    response.delete_cookie(_VISIT)
    return response


@router.post("/logout", dependencies=[allow(MEMBERS)])
def sign_out(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """End this session."""
    cookie = session_cookie(request, services)
    services.firm.sessions.close(request.cookies.get(cookie, ""))
    services.firm.audit.note(visitor.name, "signed-out", "", now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(cookie, secure=is_https(request, services), httponly=True, samesite="lax")
    return response


@router.get("/workspace/account", dependencies=[allow(MEMBERS)])
def account_page(request: Request, visitor: VisitorDep, changed: bool = False) -> Response:
    """One's name, role and password."""
    return workspace_page(request, visitor, "account.html", changed=changed)


@router.post("/workspace/account", dependencies=[allow(MEMBERS)])
def change_password(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Another password for oneself; every other session ends."""
    firm, words = services.firm, WORDS[language_of(request)]
    firm.by_name.check(visitor.name, now())
    account = firm.accounts.proven(visitor.name, form.get("old"))
    if account is None:
        return workspace_page(request, visitor, "account.html", error=words["password_wrong"], status=422)
    try:
        firm.accounts.set_password(visitor.name, form.get("new"))
    except InvalidInput:
        return workspace_page(request, visitor, "account.html", error=words["password_weak"], status=422)
    firm.audit.note(visitor.name, "password-set", visitor.name, now())
    session = firm.sessions.open(account, now())
    response = RedirectResponse("/workspace/account?changed=1", 303)
    set_session(request, services, response, session.token)
    return response


def set_session(request: Request, services: Services, response: Response, token: str) -> None:
    """Hand over a session. The cookie ends with the browser; the session itself ends on the server."""
    response.set_cookie(
        session_cookie(request, services), token, secure=is_https(request, services), httponly=True, samesite="lax"
    )


def show_form(
    request: Request,
    services: Services,
    visitor: Visitor,
    after: str,
    name: str = "",
    error: str | None = None,
    status: int = 200,
    wait: int | None = None,
) -> Response:
    """The form to sign in, with what was wrong and how long to wait."""
    visit = request.cookies.get(_VISIT) or secrets.token_urlsafe(16)
    token = form_token(services.firm.secret, f"{_PURPOSE}:{visit}")
    response = workspace_page(
        request, visitor, "login.html", status=status, next=local(after), name=name, error=error, sign_in_token=token,
        elsewhere=request.app.state.provider is not None,
    )  # fmt: skip
    secure = is_https(request, services)
    response.set_cookie(_VISIT, visit, secure=secure, httponly=True, samesite="lax", max_age=3600)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def local(address: str) -> str:
    """`address` if it is a page of ours, else the first page: nobody is sent elsewhere."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and "\\" not in address else HOME
