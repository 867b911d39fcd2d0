"""The pages of others on which the firm's assistant stands: which origins they have, and what the widget says and looks like."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

import sqlalchemy as sa

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Language
from knowledge.store import Store
from web.schemas import clean
from web.widget.theme import themed

Position = Literal["right", "left"]
POSITIONS: Final[tuple[Position, ...]] = get_args(Position)
MOST_ORIGINS: Final = 20
MOST_STARTERS: Final = 6
LONGEST_NAME: Final = 80
LONGEST_GREETING: Final = 400
LONGEST_STARTER: Final = 160
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORTS: Final = {"https": 443, "http": 80}


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
    """The site with everything written one way. Raises `InvalidInput` for the first thing that cannot be."""
    if not _ID.fullmatch(site.id):
        raise InvalidInput(
            f"{site.id!r} is no id for a site: use 1 to 40 small letters, digits and hyphens, such as main-site"
        )
    if site.position not in POSITIONS:
        raise InvalidInput(f"the widget stands {' or '.join(POSITIONS)}, not {site.position!r}")
    return replace(
        site,
        name=_said(site.name, "a name", LONGEST_NAME),
        origins=_origins(site.origins),
        greeting=_greeting(site.greeting),
        starters=_starters(site.starters),
        theme=themed(site.theme or {}),
        privacy_url=_address(site.privacy_url),
        session_questions=_budget(site.session_questions),
        day_questions=_budget(site.day_questions),
    )


def origin(given: str) -> str:
    """An origin as browsers send it: scheme, host and a port that is not the usual one. Raises `InvalidInput`."""
    wrong = InvalidInput(
        f"{given!r} is no origin: write the beginning of the site's address, such as https://www.example.org"
    )
    try:
        parts = urlsplit(given.strip())
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        raise wrong from None
    host = f"[{host}]" if ":" in host else host
    named = host in _LOOPBACK or (host and all(_LABEL.fullmatch(label) for label in host.split(".")))
    if (
        parts.scheme not in _PORTS
        or not named
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or "@" in given
    ):
        raise wrong
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise InvalidInput(
            f"{given!r} is not encrypted, so that anyone between could read what is asked: write https://{host}"
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


class Sites:
    """The sites of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, site: Site, now: dt.datetime) -> Site:
        """A new site. Raises `InvalidInput` for an id that is taken and for whatever cannot be."""
        made = checked(site)
        with self._store.writing(content=False) as connection:
            if connection.execute(sa.text("SELECT 1 FROM site WHERE id = :id"), {"id": made.id}).scalar():
                raise InvalidInput(f"there is a site {made.id!r} already: choose another id, or remove that one first")
            put = sa.text("INSERT INTO site (id, created_at, content) VALUES (:id, :at, :content)")
            connection.execute(put, {"id": made.id, "at": now.isoformat(), "content": _written(made)})
        return made

    def change(self, site: Site) -> Site:
        """Another content for a site. Raises `NotFound` or `InvalidInput`."""
        made = checked(site)
        with self._store.writing(content=False) as connection:
            put = sa.text("UPDATE site SET content = :content WHERE id = :id")
            if not connection.execute(put, {"id": made.id, "content": _written(made)}).rowcount:
                raise _unknown(made.id)
        return made

    def remove(self, site_id: str) -> Site:
        """Take a site away: its pages are answered no more. Raises `NotFound`."""
        site = self.one(site_id)
        with self._store.writing(content=False) as connection:
            connection.execute(sa.text("DELETE FROM site WHERE id = :id"), {"id": site_id})
        return site

    def all(self) -> list[Site]:
        """Every site, by id."""
        with self._store.reading() as connection:
            return [_site(row[0]) for row in connection.execute(sa.text("SELECT content FROM site ORDER BY id"))]

    def one(self, site_id: str) -> Site:
        """Raises `NotFound`."""
        site = self.find(site_id)
        if site is None:
            raise _unknown(site_id)
        return site

    def find(self, site_id: str) -> Site | None:
        """The site of an id, if there is one."""
        with self._store.reading() as connection:
            content = connection.execute(sa.text("SELECT content FROM site WHERE id = :id"), {"id": site_id}).scalar()
        return _site(str(content)) if content is not None else None

    def origins(self) -> frozenset[str]:
        """Every origin of every site."""
        return frozenset(origin for site in self.all() for origin in site.origins)


def _unknown(site_id: str) -> NotFound:
    return NotFound(f"there is no site {site_id!r}: `clausier site list` lists them")


def _written(site: Site) -> str:
    return json.dumps(asdict(site), ensure_ascii=False)


def _site(content: str) -> Site:
    read: dict[str, Any] = json.loads(content)
    starters = read["starters"]
    return Site(
        **{
            **read,
            "origins": tuple(read["origins"]),
            "starters": {lang: tuple(asked) for lang, asked in starters.items()} if starters else None,
        }
    )


def _said(text: str, what: str, longest: int) -> str:
    said = " ".join(clean(text).split())
    if not 1 <= len(said) <= longest:
        raise InvalidInput(f"{what} has 1 to {longest} characters, this one {len(said)}: write it anew")
    return said


def _origins(given: Iterable[str]) -> tuple[str, ...]:
    origins = tuple(dict.fromkeys(origin(one) for one in given))
    if not 1 <= len(origins) <= MOST_ORIGINS:
        raise InvalidInput(
            f"a site has 1 to {MOST_ORIGINS} origins: write the beginning of its address, https://www.example.org"
        )
    return origins


def _greeting(given: Mapping[Language, str] | None) -> dict[Language, str] | None:
    said = {lang: text.strip() for lang, text in (given or {}).items() if text.strip()}
    if not said:
        return None
    if len(said) < 2:
        raise InvalidInput(
            "the greeting is in one language only: visitors come in both, write it in English and in French"
        )
    return {lang: _said(text, "a greeting", LONGEST_GREETING) for lang, text in said.items()}


def _starters(given: Mapping[Language, Sequence[str]] | None) -> dict[Language, tuple[str, ...]]:
    starters: dict[Language, tuple[str, ...]] = {}
    for lang in ("en", "fr"):
        asked = tuple(_said(one, "a question", LONGEST_STARTER) for one in (given or {}).get(lang, ()) if one.strip())
        if len(asked) > MOST_STARTERS:
            raise InvalidInput(f"there are {len(asked)} questions to begin with: offer {MOST_STARTERS} at most")
        starters[lang] = asked
    if len({bool(asked) for asked in starters.values()}) == 2:
        raise InvalidInput(
            "the questions to begin with are in one language only: write some in English and some in French"
        )
    return starters


def _address(given: str | None) -> str | None:
    text = (given or "").strip()
    if not text:
        return None
    if not text.startswith("https://") or len(text) > 500 or not text.isprintable() or " " in text or '"' in text:
        raise InvalidInput(
            f"{text!r} is no address of a privacy notice: write it whole, https://www.example.org/privacy"
        )
    return text


def _budget(given: int | None) -> int | None:
    if given is not None and not 1 <= given <= 1_000_000:
        raise InvalidInput(
            f"{given} is no number of questions for a day: take 1 to 1,000,000, or leave it to the settings"
        )
    return given
