"""HTML pages from templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse

from knowledge.models import Language
from knowledge.typography import day
from web.assets import address
from web.messages import MESSAGES, explain
from web.words.catalogue import Word
from web.words.reading import said
from web.words.written import listed, number, percent

if TYPE_CHECKING:
    from jinja2 import Environment

ROOT = Path(__file__).parent
LANGUAGE_COOKIE = "clausier-lang"
"""Remembers the language that somebody of the firm chose."""
OTHER: Mapping[Language, Language] = {"en": "fr", "fr": "en"}


def page(
    request: Request,
    name: str,
    /,
    *,
    lang: Language | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Template `name` in the reader's language."""
    chosen = lang or language_of(request)
    text = (
        _environment()
        .get_template(name)
        .render(
            t=MESSAGES[chosen],
            lang=chosen,
            other_lang=OTHER[chosen],
            site=_site(request),
            path=request.scope["path"],
            version=version("clausier"),
            **context,
        )
    )
    return HTMLResponse(text, status, dict(headers or {}))


def error_page(request: Request, status: int, details: Mapping[str, Any], headers: Mapping[str, str]) -> HTMLResponse:
    """An error as a page, in the reader's language."""
    lang, words = language_of(request), MESSAGES[language_of(request)]
    kind = min(status, 500)
    return page(
        request,
        "error.html",
        status=status,
        headers=headers,
        title=words.get(f"error_title_{kind}", words["error_title"]),
        message=words["error_failed"] if kind == 500 else explain(status, lang, details.get("retry_after")),
        reference=details.get("reference"),
        back=_back(request.scope["path"], lang),
    )


def _back(path: str, lang: Language) -> tuple[str, str]:
    """Where to go from an error, and the name of the words for it."""
    if path.startswith("/workspace"):
        return "/workspace", "back_to_workspace"
    if path.startswith("/train"):
        return f"/train?lang={lang}", "back_to_training"
    return f"/?lang={lang}", "back_to_conversation"


def sign_in_address(path: str) -> str:
    """Where somebody signs in to come back to `path`."""
    return f"/login?next={quote(path, safe='')}"


def language_of(request: Request) -> Language:
    """The language asked for in the address, else the one chosen before, else the one that the browser prefers."""
    asked = request.query_params.get("lang")
    if asked not in ("en", "fr"):
        asked = request.cookies.get(LANGUAGE_COOKIE)
    if asked in ("en", "fr"):
        return "fr" if asked == "fr" else "en"
    preferred = [
        part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    return next(("fr" if code == "fr" else "en" for code in preferred if code in ("en", "fr")), "en")


def _site(request: Request) -> str:
    """The beginning of every address: the one under which the operator says that people reach us, else the one asked for."""
    public = request.app.state.services.settings.public_url
    return str(public or request.base_url).rstrip("/")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined)
    environment.filters["day"] = _day
    environment.filters["fill"] = Word.fill
    environment.filters["number"] = number
    environment.filters["listed"] = listed
    environment.filters["percent"] = percent
    environment.filters["said"] = said
    environment.globals["static"] = address
    return environment


def _day(moment: dt.date | str, lang: Language) -> str:
    """A date, or the date of an ISO 8601 time, in words."""
    return day(dt.date.fromisoformat(str(moment)[:10]), lang)
