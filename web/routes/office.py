"""The firm's side of the workspace: asking, conversations, people, keys, the log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from knowledge.errors import InvalidInput
from web.access import ADMINISTRATORS, LAWYERS, READERS, Visitor, VisitorDep, allow
from web.accounts import ROLES, Role
from web.deps import AddressDep, Services, ServicesDep, now
from web.exchange import Exchange, exchange
from web.forms import FormDep
from web.keys import SCOPES
from web.pages import language_of
from web.routes.conversations import conversation
from web.words.lexicon import WORDS
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False)

Key = Annotated[str, Path(max_length=200)]
SHOWN = 200
"""Entries of the log on a page."""


@router.get("/workspace/ask", dependencies=[allow(LAWYERS)])
def ask(request: Request, visitor: VisitorDep) -> Response:
    """The conversation, as a lawyer."""
    return _conversation(request, visitor, Exchange())


@router.post("/workspace/ask", dependencies=[allow(LAWYERS)])
def ask_without_script(
    request: Request, services: ServicesDep, address: AddressDep, visitor: VisitorDep, form: FormDep
) -> Response:
    """The same for a browser without scripts: the page again, with the answer."""
    said = exchange(services, visitor, address, form, language_of(request), "lawyer")
    return _conversation(request, visitor, said)


@router.get("/workspace/conversations", dependencies=[allow(READERS)])
def conversations(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    show: Annotated[str, Query(pattern="^(handoff|unanswered|down)?$")] = "",
) -> Response:
    """What people asked, the last first."""
    shown = [
        one
        for one in services.journal.recent(500)
        if (show != "handoff" or one.handoff)
        and (show != "unanswered" or one.unanswered)
        and (show != "down" or one.unhelpful)
    ]
    days = services.settings.conversation_days
    names = {site.id: site.name for site in services.widget.sites.all()}
    sites = {key: names.get(site, site) for key, site in services.widget.visits.sites().items()}
    return workspace_page(
        request, visitor, "conversations.html", conversations=shown, sites=sites, show=show, days=days
    )


@router.get("/workspace/conversations/{key}", dependencies=[allow(READERS)])
def read_conversation(request: Request, services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """One of them, to read; who read it is noted."""
    turns = conversation(services, visitor, key)["turns"]
    services.firm.audit.note(visitor.name, "conversation-read", key, now())
    return workspace_page(
        request,
        visitor,
        "conversation.html",
        turns=[{**turn, "answer_html": turn["answer"]["answer_html"]} for turn in turns],
        conversation_id=key,
    )


@router.get("/workspace/accounts", dependencies=[allow(ADMINISTRATORS)])
def accounts(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """Who may sign in."""
    return _accounts(request, services, visitor)


@router.post("/workspace/accounts", dependencies=[allow(ADMINISTRATORS)])
def change_account(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Add an account, or change one."""
    words = WORDS[language_of(request)]
    firm, name, do = services.firm, form.get("name"), form.get("do")
    role: Role = next((one for one in ROLES if one == form.get("role")), "lawyer")
    try:
        if do == "add":
            made = firm.accounts.add(name, role, form.get("password"), now())
            firm.audit.note(visitor.name, "account-added", made.name, now())
        elif do == "role":
            firm.accounts.set_role(name, role)
            firm.audit.note(visitor.name, "role-set", f"{name} {role}", now())
        elif do == "disable":
            firm.accounts.disable(name, now())
            firm.audit.note(visitor.name, "account-disabled", name, now())
        elif do == "enable":
            firm.accounts.enable(name)
            firm.audit.note(visitor.name, "account-enabled", name, now())
        elif do == "password":
            firm.accounts.set_password(name, form.get("password"))
            firm.audit.note(visitor.name, "password-set", name, now())
    except InvalidInput:
        wrong = {"add": "account_wrong", "password": "password_weak"}.get(do, "last_administrator")
        return _accounts(request, services, visitor, words[wrong], name if do == "add" else "")
    return RedirectResponse("/workspace/accounts", 303)


@router.get("/workspace/keys", dependencies=[allow(ADMINISTRATORS)])
def keys(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """The keys of programs."""
    return _keys(request, services, visitor)


@router.post("/workspace/keys", dependencies=[allow(ADMINISTRATORS)])
def make_key(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """A new key, shown this once."""
    try:
        key, secret = services.firm.keys.make(form.get("name"), form.all("scope"), visitor.name, now())
    except InvalidInput:
        return _keys(request, services, visitor, error=WORDS[language_of(request)]["key_wrong"], status=422)
    services.firm.audit.note(visitor.name, "key-made", key.name, now())
    return _keys(request, services, visitor, secret=secret)


@router.post("/workspace/keys/{key}/revoke", dependencies=[allow(ADMINISTRATORS)])
def revoke_key(services: ServicesDep, visitor: VisitorDep, key: Key) -> Response:
    """For good."""
    revoked = services.firm.keys.revoke(key, now())
    services.firm.audit.note(visitor.name, "key-revoked", revoked.name, now())
    return RedirectResponse("/workspace/keys", 303)


@router.get("/workspace/audit", dependencies=[allow(ADMINISTRATORS)])
def audit(
    request: Request, services: ServicesDep, visitor: VisitorDep, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """Who did what."""
    entries = services.firm.audit.recent(SHOWN, before)
    older = entries[-1][0] if len(entries) == SHOWN else None
    return workspace_page(request, visitor, "audit.html", entries=[entry for _, entry in entries], older=older)


def _conversation(request: Request, visitor: Visitor, said: Exchange) -> Response:
    return workspace_page(
        request,
        visitor,
        "ask.html",
        **said.context(),
        audience="lawyer",
        action="/workspace/ask",
        token=visitor.form_token,
    )


def _accounts(
    request: Request, services: Services, visitor: Visitor, error: str | None = None, name: str = ""
) -> Response:
    return workspace_page(
        request,
        visitor,
        "accounts.html",
        status=422 if error else 200,
        accounts=services.firm.accounts.all(),
        roles=ROLES,
        error=error,
        new_name=name,
    )


def _keys(request: Request, services: Services, visitor: Visitor, **more: Any) -> Response:
    shown = {"secret": None, "error": None, **more}
    return workspace_page(request, visitor, "keys.html", keys=services.firm.keys.all(), scopes=SCOPES, **shown)
