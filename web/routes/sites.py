"""The firm's sites that show the assistant: their addresses, what the widget says and looks like, and what to paste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from web.access import ADMINISTRATORS, Visitor, VisitorDep, allow, is_https
from web.deps import Services, ServicesDep, now
from web.forms import Form, FormDep
from web.pages import language_of
from web.widget.site import POSITIONS, Position, Site, snippet
from web.widget.theme import LIGHT, PREFIX, RADIUS
from web.widget.unfit import Unfit
from web.words.lexicon import WORDS
from web.words.widget import WORDS as WIDGET_WORDS
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False, dependencies=[allow(ADMINISTRATORS)])

SiteId = Annotated[str, Path(max_length=40)]
PAGE: Final = "/workspace/sites"


@router.get(PAGE)
def sites(request: Request, services: ServicesDep, visitor: VisitorDep) -> Response:
    """The sites that show the assistant, and a form for another."""
    return _sites(request, services, visitor, EMPTY)


@router.post(PAGE)
def add_site(request: Request, services: ServicesDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Add a site, or show the form again with what is wrong."""
    try:
        made = services.widget.sites.add(_site(form, form.get("id")), now())
    except Unfit as unfit:
        return _sites(request, services, visitor, _given(form), _wrong(request, unfit))
    services.firm.audit.note(visitor.name, "site-added", made.id, now())
    return RedirectResponse(f"{PAGE}/{made.id}", 303)


@router.get(f"{PAGE}/{{site_id}}")
def site(request: Request, services: ServicesDep, visitor: VisitorDep, site_id: SiteId) -> Response:
    """One site: its settings, and what to paste into its pages."""
    found = services.widget.sites.one(site_id)
    return _one(request, services, visitor, found, _fields(found))


@router.post(f"{PAGE}/{{site_id}}")
def change_site(
    request: Request, services: ServicesDep, visitor: VisitorDep, site_id: SiteId, form: FormDep
) -> Response:
    """Change a site, or show the form again with what is wrong."""
    found = services.widget.sites.one(site_id)
    try:
        services.widget.sites.change(_site(form, site_id))
    except Unfit as unfit:
        return _one(request, services, visitor, found, _given(form), _wrong(request, unfit))
    services.firm.audit.note(visitor.name, "site-changed", site_id, now())
    return RedirectResponse(f"{PAGE}/{site_id}", 303)


@router.post(f"{PAGE}/{{site_id}}/remove")
def remove_site(services: ServicesDep, visitor: VisitorDep, site_id: SiteId) -> Response:
    """Take a site away."""
    services.widget.sites.remove(site_id)
    services.firm.audit.note(visitor.name, "site-removed", site_id, now())
    return RedirectResponse(PAGE, 303)


@router.get(f"{PAGE}/{{site_id}}/preview")
def preview(request: Request, services: ServicesDep, visitor: VisitorDep, site_id: SiteId) -> Response:
    """The widget as visitors see it, on a page of our own."""
    return workspace_page(request, visitor, "site_preview.html", place=services.widget.sites.one(site_id))


def _sites(
    request: Request, services: Services, visitor: Visitor, given: Mapping[str, str], error: str | None = None
) -> Response:
    return workspace_page(
        request,
        visitor,
        "sites.html",
        status=422 if error else 200,
        sites=services.widget.sites.all(),
        error=error,
        **_shown(services, given),
    )


def _one(
    request: Request,
    services: Services,
    visitor: Visitor,
    found: Site,
    given: Mapping[str, str],
    error: str | None = None,
) -> Response:
    scheme = "https" if is_https(request, services) else "http"
    address = services.settings.public_url or f"{scheme}://{request.headers.get('host', '')}"
    day = services.widget.day(found)
    return workspace_page(
        request,
        visitor,
        "site.html",
        status=422 if error else 200,
        place=found,
        snippet=snippet(found, address, WIDGET_WORDS[language_of(request)]["launcher"]),
        policy=f"script-src {address}; connect-src {address}",
        used=services.widget.budgets.used(day, now()),
        most=day.most,
        error=error,
        **_shown(services, given),
    )


def _shown(services: Services, given: Mapping[str, str]) -> dict[str, Any]:
    """What both forms need: the fields as they were written, and what there is to choose from."""
    settings = services.settings
    return {
        "given": given,
        "positions": POSITIONS,
        "colours": [*LIGHT, RADIUS],
        "session_questions": settings.widget_session_questions,
        "day_questions": settings.widget_day_questions,
    }


FIELDS: Final = (
    "id", "name", "origins", "greeting_en", "greeting_fr", "starters_en", "starters_fr", "position", "theme", "privacy",
    "handoff", "session_questions", "day_questions",
)  # fmt: skip

EMPTY: Final = {**dict.fromkeys(FIELDS, ""), "position": "right", "handoff": "on"}


def _given(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in FIELDS}


def _fields(site: Site) -> dict[str, str]:
    """A site as its form has it."""
    greeting, starters, theme = site.greeting or {}, site.starters or {}, site.theme or {}
    return {
        "id": site.id,
        "name": site.name,
        "origins": "\n".join(site.origins),
        "greeting_en": greeting.get("en", ""),
        "greeting_fr": greeting.get("fr", ""),
        "starters_en": "\n".join(starters.get("en", ())),
        "starters_fr": "\n".join(starters.get("fr", ())),
        "position": site.position,
        "theme": "\n".join(f"{name.removeprefix(PREFIX)}={value}" for name, value in theme.items()),
        "privacy": site.privacy_url or "",
        "handoff": "on" if site.handoff else "",
        "session_questions": str(site.session_questions or ""),
        "day_questions": str(site.day_questions or ""),
    }


def _site(form: Form, site_id: str) -> Site:
    """The site that a form describes. Raises `Unfit`."""
    return Site(
        site_id,
        form.get("name"),
        tuple(form.get("origins").split()),
        {"en": form.get("greeting_en"), "fr": form.get("greeting_fr")},
        {"en": tuple(form.get("starters_en").split("\n")), "fr": tuple(form.get("starters_fr").split("\n"))},
        cast(Position, form.get("position")),
        _theme(form.get("theme")),
        form.get("privacy"),
        form.get("handoff") == "on",
        _number(form.get("session_questions")),
        _number(form.get("day_questions")),
    )


def _theme(text: str) -> dict[str, str]:
    pairs = (line.replace(":", "=", 1).partition("=") for line in text.split("\n") if line.strip())
    return {name.strip(): value.strip().rstrip(";") for name, _, value in pairs}


def _number(text: str) -> int | None:
    """A number of questions; one that is none counts as none at all, and is refused as such."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _wrong(request: Request, unfit: Unfit) -> str:
    return WORDS[language_of(request)][f"site_wrong_{unfit.name}"].fill(**unfit.holes)
