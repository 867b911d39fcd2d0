"""The people of one firm and what is theirs: accounts, sessions, keys, the log and the work, over one store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from knowledge.settings import Settings
from knowledge.store import Store
from web.accounts import Accounts
from web.attempts import Attempts
from web.audit import Audit
from web.keys import Keys
from web.secret import signing_secret
from web.sessions import Sessions
from web.work import Works

ATTEMPTS = 10
"""Times that one may try to sign in, by name and by address, within `ATTEMPT_SECONDS`."""
ATTEMPTS_BY_ADDRESS = 40
"""More, because a whole office may share an address."""
ATTEMPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Firm:
    """Everything about people. `secret` signs the forms of who is not signed in, and the tokens of the widget."""

    accounts: Accounts
    sessions: Sessions
    keys: Keys
    audit: Audit
    works: Works
    by_name: Attempts
    by_address: Attempts
    secret: str


def open_firm(store: Store, settings: Settings) -> Firm:
    """The firm of a store."""
    secret = signing_secret(store, settings)
    return Firm(
        Accounts(store),
        Sessions(
            store, dt.timedelta(minutes=settings.session_idle_minutes), dt.timedelta(hours=settings.session_hours)
        ),
        Keys(store),
        Audit(store),
        Works(store),
        Attempts(store, "name", ATTEMPTS, ATTEMPT_SECONDS, secret),
        Attempts(store, "address", ATTEMPTS_BY_ADDRESS, ATTEMPT_SECONDS, secret),
        secret,
    )


def tidy(store: Store, settings: Settings, now: dt.datetime) -> None:
    """Delete sessions that have ended, attempts that count no more and entries of the log that are too old."""
    firm = open_firm(store, settings)
    firm.sessions.purge(now)
    firm.by_name.purge(now)
    firm.audit.purge(now - dt.timedelta(days=settings.audit_days))
