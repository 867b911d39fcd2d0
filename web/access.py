"""Who may call what. A visitor is nobody known, somebody signed in, or a program with a key; a route declares its rule.

    @router.get("/workspace/library", dependencies=[allow(MEMBERS)])

`allow` puts the gate in front of the route, and the table of all routes is read from the same gates: it cannot say anything
else than what holds. A route without a rule stops the application from starting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from knowledge.errors import Misconfigured
from knowledge.models import Audience
from web.accounts import ROLES, Role
from web.deps import Services, ServicesDep, now
from web.errors import OPENAI, Refused
from web.forms import TOKEN, Form, FormDep
from web.keys import PREFIX, Scope
from web.limits import SAFE, SHARED
from web.sessions import form_token, is_form_token
from web.widget.share import answer_to
from web.widget.site import Site
from web.widget.ticket import PREFIX as TICKET
from web.widget.ticket import Ticket

HEADER: Final = "X-CSRF-Token"
_SESSION: Final = "clausier-session"
_PURPOSE: Final = "form"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `account_id` and `role` of somebody signed in, `scopes` of a program; `form_token` is what their forms carry.

    `is_unproven` says that there is a session, but that the request may have been made by a page of somebody else; `is_local`
    that it was made on this machine, to a server that serves nobody else. `ticket` and `held_on` are of a page of a site that
    shows the widget.
    """

    name: str = ""
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()
    account_id: str | None = None
    form_token: str = ""
    is_unproven: bool = False
    is_local: bool = False
    ticket: Ticket | None = None
    held_on: Site | None = None

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
    """Who may call a route: people of these roles, programs with one of these scopes, or anyone.

    `is_known` lets in whoever signed in or sends a key, `is_local` whoever calls from this machine a server that serves nobody
    else, `is_ticketed` the widget on a page of the firm's sites. `how` says what who is not known should do.
    """

    name: str
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    is_open: bool = False
    is_known: bool = False
    is_local: bool = False
    is_ticketed: bool = False
    how: str = "Sign in at /login, or send a key: Authorization: Bearer."

    def admits(self, visitor: Visitor) -> bool:
        """Whether the rule lets `visitor` in."""
        if self.is_open or (self.is_known and visitor.name) or (self.is_local and visitor.is_local):
            return True
        if self.is_ticketed:
            return visitor.ticket is not None
        return visitor.role in self.roles or bool(self.scopes & visitor.scopes)


ANYONE: Final = Rule("anyone", is_open=True)
MEMBERS: Final = Rule("anyone of the firm", frozenset(ROLES))
LAWYERS: Final = Rule("lawyers", frozenset({"lawyer", "administrator"}), frozenset({"lawyer"}))
OWN_WORK: Final = Rule("lawyers, each their own", frozenset({"lawyer", "administrator"}))
"""No programs: a key has no work of its own."""
READERS: Final = Rule("lawyers", frozenset({"lawyer", "administrator"}), frozenset({"conversations"}))
TRAINERS: Final = Rule("trainers", frozenset({"trainer", "administrator"}), frozenset({"trainer"}))
ADMINISTRATORS: Final = Rule("administrators", frozenset({"administrator"}))
OPERATORS: Final = Rule("operators", frozenset({"administrator"}), frozenset({"metrics"}), is_local=True)
PROGRAMS: Final = Rule("programs with a key", is_known=True, is_local=True)
WIDGETS: Final = Rule(
    "the widget on a page of the firm's sites",
    is_ticketed=True,
    how="Get a token from POST /api/v1/widget/sessions, then send it: Authorization: Bearer.",
)
RULES: Final = (ANYONE, MEMBERS, LAWYERS, OWN_WORK, READERS, TRAINERS, ADMINISTRATORS, OPERATORS, PROGRAMS, WIDGETS)
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")

UNRULED: Final = ("/openapi.json", "/static")
"""What is served to anyone without being a route of ours."""


def session_cookie(request: Request, services: Services) -> str:
    """The name of the cookie. Over https it is one that no other host and no plain connection can set."""
    return f"__Host-{_SESSION}" if is_https(request, services) else _SESSION


def is_https(request: Request, services: Services) -> bool:
    """Whether people reach us over https: seen here, or said by the operator of a proxy in front."""
    return services.settings.https or request.url.scheme == "https"


def is_local(request: Request, services: Services) -> bool:
    """Whether the request comes from this machine, and the server is for this machine alone.

    Behind a proxy every request seems to come from here; that there is one is told by https, by a public name, an origin or a
    proxy among the settings, or by a header of forwarding. Any of them is enough not to believe it.
    """
    settings, peer = services.settings, request.client.host if request.client else ""
    is_public = settings.https or bool(settings.allowed_origins or settings.trusted_proxies)
    is_public = is_public or not LOOPBACK.issuperset(settings.allowed_hosts)
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return peer in ("127.0.0.1", "::1") and not is_public and not is_forwarded


def _visitor(request: Request, services: ServicesDep, form: FormDep) -> Visitor:
    return replace(_known(request, services, form), is_local=is_local(request, services))


def _known(request: Request, services: Services, form: Form) -> Visitor:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip().startswith(TICKET):
        return _ticketed(request, services, secret.strip())
    if scheme.lower() == "bearer" and not _is_placeholder(request, secret.strip()):
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


def _ticketed(request: Request, services: Services, token: str) -> Visitor:
    """Who shows the widget's token: nobody of the firm, and nobody at all but at the widget's own addresses."""
    if not request.scope["path"].startswith(SHARED):
        raise Refused(401, "unauthorized", f"This token opens {SHARED} and nothing else.")
    answer_to(request, services.widget.origins_of(token))
    ticket, site = services.widget.admit(token, from_origins(request), own_origins(request), now())
    return Visitor(ticket=ticket, held_on=site)


def own_origins(request: Request) -> frozenset[str]:
    """The origins of our own pages, where an administrator looks at the widget before it goes out."""
    host = request.headers.get("host", "")
    return frozenset({f"http://{host}", f"https://{host}"})


def from_origins(request: Request) -> frozenset[str]:
    """The origin of the page that asks. Browsers leave it out where a page of ours only reads."""
    origin = request.headers.get("origin")
    return frozenset({origin}) if origin else own_origins(request) if request.method in SAFE else frozenset()


def _is_placeholder(request: Request, secret: str) -> bool:
    """Clients of OpenAI's API always send a key: on their routes a word that is none of ours counts as none."""
    return request.scope["path"].startswith(OPENAI) and not secret.startswith(PREFIX)


VisitorDep = Annotated[Visitor, Depends(_visitor)]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in whom its rule admits. Raises `Refused`: 401 for who is not known, 403 for who is, and may not."""

    rule: Rule

    async def __call__(self, visitor: VisitorDep) -> None:
        """Called before the route."""
        self.check(visitor)

    def check(self, visitor: Visitor) -> None:
        """Raises `Refused` for whom the rule does not admit."""
        if self.rule.admits(visitor):
            return
        if visitor.is_unproven:
            raise Refused(403, "forbidden", "This page is out of date: reload it, then send it again.")
        if not visitor.name:
            raise Refused(401, "unauthorized", self.rule.how)
        raise Refused(403, "forbidden", f"This is for {self.rule.name}: ask an administrator.")


@dataclass(frozen=True, slots=True)
class Opening:
    """Lets in whoever comes, without asking who it is and without one of the threads that all others wait for."""

    rule: Rule = ANYONE

    async def __call__(self) -> None:
        """Called before the route."""


def allow(rule: Rule) -> Any:
    """The dependency that puts `rule` in front of a route."""
    return Depends(Gate(rule))


UNASKED: Final = Depends(Opening())
"""The dependency of a route that must answer however many wait for one of the others."""


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


def _gates(dependant: Dependant) -> Iterator[Gate | Opening]:
    if isinstance(dependant.call, Gate | Opening):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _gates(inner)
