"""Signing in with the firm's account elsewhere: there and back."""

from __future__ import annotations

import logging
from typing import Final, cast

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from knowledge.errors import NotFound
from web.access import ANYONE, VisitorDep, allow, is_https, session_cookie
from web.deps import AddressDep, Services, ServicesDep, now
from web.errors import Refused
from web.identities import Identities, NotAdmitted
from web.oidc import ATTEMPT_SECONDS, Attempt, NotProven, Provider, role_of
from web.pages import language_of
from web.routes.login import HOME, local, set_session, show_form
from web.words.lexicon import WORDS

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False, dependencies=[allow(ANYONE)])

BACK: Final = "/login/elsewhere/back"
_ATTEMPT: Final = "clausier-attempt"


@router.get("/login/elsewhere")
def leave(
    request: Request, services: ServicesDep, visitor: VisitorDep, address: AddressDep, next: str = HOME
) -> Response:
    """Off to the issuer."""
    provider = _provider(request)
    attempt = Attempt.begin(local(next), now().timestamp())
    try:
        services.firm.by_address.check(address, now())
        response = RedirectResponse(provider.address(_redirect(services), attempt), 303)
    except NotProven as error:
        log.warning("the issuer cannot be asked: %s", error)
        said = WORDS[language_of(request)]["elsewhere_failed"]
        return show_form(request, services, visitor, next, error=said, status=503)
    response.set_cookie(
        _ATTEMPT,
        attempt.seal(services.firm.secret),
        max_age=ATTEMPT_SECONDS,
        path="/login",
        secure=is_https(request, services),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(BACK)
def come_back(request: Request, services: ServicesDep, visitor: VisitorDep, address: AddressDep) -> Response:
    """Back from the issuer: a session, or the form with what went wrong."""
    provider, words, firm = _provider(request), WORDS[language_of(request)], services.firm
    attempt = Attempt.unseal(request.cookies.get(_ATTEMPT, ""), firm.secret, now().timestamp())
    if attempt is None:
        return show_form(request, services, visitor, HOME, error=words["sign_in_stale"], status=403)
    moment = now()
    try:
        firm.by_address.check(address, moment)
        person = provider.person(_redirect(services), dict(request.query_params), attempt)
        role = role_of(person, services.settings.oidc_roles)
        account = Identities(services.assistant.store, firm.accounts).admit(provider.issuer, person, role, now())
    except Refused as refused:
        said = words["sign_in_wait"].fill(seconds=refused.retry_after or 60)
        return show_form(request, services, visitor, attempt.after, error=said, status=429, wait=refused.retry_after)
    except (NotProven, NotAdmitted) as error:
        log.warning("nobody was let in from elsewhere: %s", str(error) or "no account and no role")
        firm.audit.note("unknown name", "sign-in-refused", address, now())
        name = "elsewhere_no_role" if isinstance(error, NotAdmitted) else "elsewhere_failed"
        return show_form(request, services, visitor, attempt.after, error=words[name], status=403)
    firm.by_address.undo(address, moment)
    before = request.cookies.get(session_cookie(request, services))
    if before:
        firm.sessions.close(before)
    session = firm.sessions.open(account, now())
    firm.audit.note(account.name, "signed-in", f"{address} {provider.issuer}", now())
    response = RedirectResponse(attempt.after, 303)
    set_session(request, services, response, session.token)
    response.delete_cookie(_ATTEMPT, path="/login")
    return response


def _provider(request: Request) -> Provider:
    provider = cast("Provider | None", request.app.state.provider)
    if provider is None:
        raise NotFound("no issuer is named: see CLAUSIER_OIDC_ISSUER")
    return provider


def _redirect(services: Services) -> str:
    """Where the issuer sends people back to, as it is registered there."""
    return f"{services.settings.public_url}{BACK}"
