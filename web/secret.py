"""What we sign with: the operator's key, or one that the database keeps, so that what was signed outlives a restart."""

from __future__ import annotations

import secrets
from typing import Final

import sqlalchemy as sa

from knowledge.settings import Settings
from knowledge.store import Store

_KEY: Final = "secret"


def signing_secret(store: Store, settings: Settings) -> str:
    """`CLAUSIER_SECRET_KEY`, else the key of this database, made when it is first asked for."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    kept = store.state(_KEY)
    if kept:
        return kept
    with store.writing(content=False) as connection:
        put = sa.text("INSERT INTO state (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING")
        connection.execute(put, {"key": _KEY, "value": secrets.token_hex(32)})
    return str(store.state(_KEY))
