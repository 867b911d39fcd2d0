"""A site of the firm that shows its assistant: which origins its pages have, and what the widget says and looks like there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from knowledge.models import LANGUAGES, Language
from knowledge.text import clean
from web.widget.theme import PREFIX, themed
from web.widget.unfit import Unfit

Position = Literal["right", "left"]
POSITIONS: Final[tuple[Position, ...]] = get_args(Position)
MOST_ORIGINS: Final = 20
MOST_STARTERS: Final = 6
MOST_QUESTIONS: Final = 1_000_000
LONGEST_NAME: Final = 80
LONGEST_GREETING: Final = 400
LONGEST_STARTER: Final = 160
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORTS: Final = {"https": 443, "http": 80}
_ADDRESS: Final = re.compile(r"https://[^\s\"'<>\\]{1,500}")


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the firm. `greeting` and `starters` by language; `theme` has custom properties that passed the contrast check.

    `session_questions` and `day_questions` bound what one session and the whole site may ask in a day; none: as the settings say.
    """

    id: str
    name: str
    origins: tuple[str, ...]
    greeting: Mapping[Language, str] | None = None
    starters: Mapping[Language, tuple[str, ...]] | None = None
    position: Position = "right"
    theme: Mapping[str, str] | None = None
    privacy_url: str | None = None
    handoff: bool = True
    session_questions: int | None = None
    day_questions: int | None = None


def checked(site: Site) -> Site:
    """The site with everything written one way. Raises `Unfit` for the first thing that cannot be."""
    if not _ID.fullmatch(site.id):
        raise Unfit(
            "id",
            f"{site.id!r} is no id for a site: use 1 to 40 small letters, digits and hyphens, such as main-site",
            given=site.id,
        )
    return replace(
        site,
        name=_said(site.name, LONGEST_NAME),
        origins=_origins(site.origins),
        greeting=_greeting(site.greeting),
        starters=_starters(site.starters),
        position=site.position if site.position in POSITIONS else "right",
        theme=themed(site.theme or {}),
        privacy_url=_address(site.privacy_url),
        session_questions=_budget(site.session_questions),
        day_questions=_budget(site.day_questions),
    )


def origin(given: str) -> str:
    """An origin as browsers send it: scheme, host and a port that is not the usual one. Raises `Unfit`."""
    wrong = Unfit(
        "origin",
        f"{given!r} is no origin: write the beginning of the site's address, such as https://www.example.org",
        given=given,
    )
    try:
        parts = urlsplit(given.strip())
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        raise wrong from None
    host = f"[{host}]" if ":" in host else host
    is_named = host in _LOOPBACK or all(_LABEL.fullmatch(label) for label in host.split("."))
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in given
    if parts.scheme not in _PORTS or not is_named or not is_bare:
        raise wrong
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise Unfit(
            "plain",
            f"{given!r} is not encrypted, so that others could read what is asked: write https://{host}",
            given=given,
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def snippet(site: Site, address: str, label: str) -> str:
    """What a firm pastes into its pages: the script of the server at `address`, and a link for who has no scripts.

    The button stands on the page before the server is asked, so that its side and its colour are written here.
    """
    at = address.rstrip("/")
    side = ' data-position="left"' if site.position == "left" else ""
    accent = (site.theme or {}).get(f"{PREFIX}accent")
    colour = f' data-accent="{accent}"' if accent else ""
    return (
        f'<script src="{at}/widget.js" data-site="{site.id}"{side}{colour} defer></script>\n'
        f'<noscript><a href="{at}/widget/{site.id}">{label}</a></noscript>'
    )


def _said(text: str, longest: int) -> str:
    said = " ".join(clean(text).split())
    if not 1 <= len(said) <= longest:
        raise Unfit(
            "long", f"{said[:40]!r} has {len(said)} characters: write 1 to {longest}", given=said[:40], longest=longest
        )
    return said


def _origins(given: Iterable[str]) -> tuple[str, ...]:
    origins = tuple(dict.fromkeys(origin(one) for one in given if one.strip()))
    if not 1 <= len(origins) <= MOST_ORIGINS:
        raise Unfit(
            "origins",
            f"a site has 1 to {MOST_ORIGINS} origins: write the beginning of its address, https://www.example.org",
            most=MOST_ORIGINS,
        )
    return origins


def _greeting(given: Mapping[Language, str] | None) -> dict[Language, str] | None:
    said = {lang: text for lang, text in (given or {}).items() if text.strip()}
    if not said:
        return None
    _in_both({lang: bool(said.get(lang)) for lang in LANGUAGES})
    return {lang: _said(text, LONGEST_GREETING) for lang, text in said.items()}


def _starters(given: Mapping[Language, Sequence[str]] | None) -> dict[Language, tuple[str, ...]] | None:
    asked = {lang: [one for one in (given or {}).get(lang, ()) if one.strip()] for lang in LANGUAGES}
    most = max(len(questions) for questions in asked.values())
    if not most:
        return None
    _in_both({lang: bool(questions) for lang, questions in asked.items()})
    if most > MOST_STARTERS:
        raise Unfit(
            "starters", f"there are {most} questions to begin with: offer {MOST_STARTERS} at most", most=MOST_STARTERS
        )
    return {lang: tuple(_said(one, LONGEST_STARTER) for one in questions) for lang, questions in asked.items()}


def _in_both(written: Mapping[Language, bool]) -> None:
    if not all(written.values()):
        raise Unfit(
            "one_language",
            "the greeting or the questions to begin with are in one language only: visitors come in both, write them in English "
            "and in French",
        )


def _address(given: str | None) -> str | None:
    text = (given or "").strip()
    if text and not _ADDRESS.fullmatch(text):
        raise Unfit(
            "privacy",
            f"{text!r} is no address of a privacy notice: write it whole, https://www.example.org/privacy",
            given=text[:80],
        )
    return text or None


def _budget(given: int | None) -> int | None:
    if given is not None and not 1 <= given <= MOST_QUESTIONS:
        raise Unfit(
            "budget",
            f"{given} is no number of questions for a day: take 1 to {MOST_QUESTIONS:,}, or leave it to the settings",
            most=MOST_QUESTIONS,
        )
    return given
