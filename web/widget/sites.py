"""The sites of the firm, kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from knowledge.errors import NotFound
from knowledge.store import Store
from web.widget.site import Site, checked
from web.widget.unfit import Unfit


class Sites:
    """The sites of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, site: Site, now: dt.datetime) -> Site:
        """A new site. Raises `Unfit` for an id that is taken and for whatever cannot be."""
        made = checked(site)
        with self._store.writing(content=False) as connection:
            if connection.execute(sa.text("SELECT 1 FROM site WHERE id = :id"), {"id": made.id}).scalar():
                raise Unfit("taken", f"there is a site {made.id!r} already: choose another id", given=made.id)
            put = sa.text("INSERT INTO site (id, created_at, content) VALUES (:id, :at, :content)")
            connection.execute(put, {"id": made.id, "at": now.isoformat(), "content": _written(made)})
        return made

    def change(self, site: Site) -> Site:
        """Another content for a site. Raises `NotFound` or `Unfit`."""
        made = checked(site)
        with self._store.writing(content=False) as connection:
            put = sa.text("UPDATE site SET content = :content WHERE id = :id")
            if not connection.execute(put, {"id": made.id, "content": _written(made)}).rowcount:
                raise _unknown(made.id)
        return made

    def remove(self, site_id: str) -> Site:
        """Take a site away: its pages are answered no more, what was said on them stays. Raises `NotFound`."""
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
    texts = {"starters": {lang: tuple(asked) for lang, asked in starters.items()} if starters else None}
    return Site(**{**read, "origins": tuple(read["origins"]), **texts})
