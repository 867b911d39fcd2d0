"""The people of one firm and what is theirs: accounts, sessions, keys, the log and the work, over one store."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from knowledge.settings import Settings
from knowledge.store import Store
from web.accounts import Accounts
from web.audit import Audit
from web.keys import Keys
from web.limits import Limiter
from web.sessions import Sessions
from web.work import Works

ATTEMPTS = 10
"""Times that one may try to sign in, by name and by address, within `ATTEMPT_SECONDS`."""
ATTEMPTS_BY_ADDRESS = 40
"""More, because a whole office may share an address."""
ATTEMPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Firm:
    """Everything about people. `secret` signs the forms of who is not signed in."""

    accounts: Accounts
    sessions: Sessions
    keys: Keys
    audit: Audit
    works: Works
    by_name: Limiter
    by_address: Limiter
    secret: str


def open_firm(store: Store, settings: Settings) -> Firm:
    """The firm of a store. Without a secret key one is made for this process."""
    given = settings.secret_key.get_secret_value() if settings.secret_key else secrets.token_hex(32)
    return Firm(
        Accounts(store),
        Sessions(
            store, dt.timedelta(minutes=settings.session_idle_minutes), dt.timedelta(hours=settings.session_hours)
        ),
        Keys(store),
        Audit(store),
        Works(store),
        Limiter(ATTEMPTS, seconds=ATTEMPT_SECONDS),
        Limiter(ATTEMPTS_BY_ADDRESS, seconds=ATTEMPT_SECONDS),
        given,
    )


def tidy(store: Store, settings: Settings, now: dt.datetime) -> None:
    """Delete sessions that have ended and entries of the log that are too old."""
    firm = open_firm(store, settings)
    firm.sessions.purge(now)
    firm.audit.purge(now - dt.timedelta(days=settings.audit_days))
