"""Who may call what. A visitor is nobody known, somebody signed in, or a program with a key; a route declares its rule.

    @router.get("/workspace/library", dependencies=[allow(MEMBERS)])

`allow` puts the gate in front of the route, and the table of all routes is read from the same gates: it cannot say anything
else than what holds. A route without a rule stops the application from starting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from knowledge.errors import Misconfigured
from knowledge.models import Audience
from web.accounts import ROLES, Role
from web.deps import Services, ServicesDep, now
from web.errors import Refused
from web.forms import TOKEN, FormDep
from web.keys import Scope
from web.limits import SAFE
from web.sessions import form_token, is_form_token

HEADER: Final = "X-CSRF-Token"
_SESSION: Final = "clausier-session"
_PURPOSE: Final = "form"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `account_id` and `role` of somebody signed in, `scopes` of a program; `form_token` is what their forms carry.

    `is_unproven` says that there is a session, but that the request may have been made by a page of somebody else.
    """

    name: str = ""
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()
    account_id: str | None = None
    form_token: str = ""
    is_unproven: bool = False

    @property
    def is_lawyer(self) -> bool:
        """Whether internal notes may be shown."""
        return LAWYERS.admits(self)

    def entitled(self, audience: Audience) -> Audience:
        """The audience that is served: a lawyer's only to who is known as one."""
        return "client" if audience == "lawyer" and not self.is_lawyer else audience

    @property
    def audience(self) -> Audience:
        """For whom pages of the workspace are made."""
        return "lawyer" if self.is_lawyer else "client"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route: people of these roles, programs with one of these scopes, or anyone."""

    name: str
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    is_open: bool = False

    def admits(self, visitor: Visitor) -> bool:
        """Whether the rule lets `visitor` in."""
        return self.is_open or visitor.role in self.roles or bool(self.scopes & visitor.scopes)


ANYONE: Final = Rule("anyone", is_open=True)
MEMBERS: Final = Rule("anyone of the firm", frozenset(ROLES))
LAWYERS: Final = Rule("lawyers", frozenset({"lawyer", "administrator"}), frozenset({"lawyer"}))
OWN_WORK: Final = Rule("lawyers, each their own", frozenset({"lawyer", "administrator"}))
"""No programs: a key has no work of its own."""
READERS: Final = Rule("lawyers", frozenset({"lawyer", "administrator"}), frozenset({"conversations"}))
TRAINERS: Final = Rule("trainers", frozenset({"trainer", "administrator"}), frozenset({"trainer"}))
ADMINISTRATORS: Final = Rule("administrators", frozenset({"administrator"}))
RULES: Final = (ANYONE, MEMBERS, LAWYERS, OWN_WORK, READERS, TRAINERS, ADMINISTRATORS)

UNRULED: Final = ("/openapi.json", "/static")
"""What is served to anyone without being a route of ours."""


def session_cookie(request: Request, services: Services) -> str:
    """The name of the cookie. Over https it is one that no other host and no plain connection can set."""
    return f"__Host-{_SESSION}" if is_https(request, services) else _SESSION


def is_https(request: Request, services: Services) -> bool:
    """Whether people reach us over https: seen here, or said by the operator of a proxy in front."""
    return services.settings.https or request.url.scheme == "https"


def _visitor(request: Request, services: ServicesDep, form: FormDep) -> Visitor:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        key = services.firm.keys.find(secret.strip(), now())
        if key is None:
            raise Refused(
                401, "unauthorized", "This key is not known or was revoked: ask an administrator for another."
            )
        return Visitor(f"key {key.name}", scopes=key.scopes)
    token = request.cookies.get(session_cookie(request, services))
    session = services.firm.sessions.find(token, now()) if token else None
    if session is None:
        return Visitor()
    sent = request.headers.get(HEADER) or form.get(TOKEN)
    if request.method not in SAFE and not is_form_token(sent, session.token, _PURPOSE):
        return Visitor(is_unproven=True)
    account = session.account
    return Visitor(account.name, account.role, account_id=account.id, form_token=form_token(session.token, _PURPOSE))


VisitorDep = Annotated[Visitor, Depends(_visitor)]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in whom its rule admits. Raises `Refused`: 401 for who is not known, 403 for who is, and may not."""

    rule: Rule

    def __call__(self, request: Request, visitor: VisitorDep) -> None:
        """Called before the route."""
        if self.rule.admits(visitor):
            return
        if visitor.is_unproven:
            raise Refused(403, "forbidden", "This page is out of date: reload it, then send it again.")
        if not visitor.name:
            raise Refused(401, "unauthorized", "Sign in at /login, or send a key: Authorization: Bearer.")
        raise Refused(403, "forbidden", f"This is for {self.rule.name}: ask an administrator.")


def allow(rule: Rule) -> Any:
    """The dependency that puts `rule` in front of a route."""
    return Depends(Gate(rule))


class Ruled(NamedTuple):
    """A route with the rule that stands before it, and what it says of itself."""

    method: str
    path: str
    rule: Rule | None
    about: str


def rules(app: FastAPI) -> Iterator[Ruled]:
    """Every route that takes a request."""
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        gates = [gate.rule for gate in _gates(dependant)] if isinstance(dependant, Dependant) else []
        about = (getattr(route.endpoint, "__doc__", None) or "").strip().partition("\n")[0]
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield Ruled(method, route.path or "", gates[-1] if gates else None, about)


def check(app: FastAPI) -> None:
    """Raises `Misconfigured` for a route that does not say who may call it."""
    for method, path, rule, _ in rules(app):
        if rule is None and path not in UNRULED:
            raise Misconfigured(f"{method} {path} lacks a rule: give it dependencies=[allow(...)] of web/access.py")


def _gates(dependant: Dependant) -> Iterator[Gate]:
    if isinstance(dependant.call, Gate):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _gates(inner)
