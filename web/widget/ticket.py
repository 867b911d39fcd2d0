"""What a page of the firm's site calls us with: a token for one site, one origin and one session, good for fifteen minutes.

Nothing is kept of a token: it carries what it is good for and our signature over it. It opens the widget's own addresses and
nothing else.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "cw_"
"""How every token begins, so that it is never taken for a key."""
LASTS: Final = dt.timedelta(minutes=15)
LONGEST: Final = 1000
"""Characters of a token."""
_PURPOSE: Final = b"clausier widget token 1\n"
"""Signed with it, so that no other signature of ours is ever a token."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token is good for, until `expires`."""

    site: str
    origin: str
    session: str
    expires: dt.datetime

    def has_expired(self, now: dt.datetime) -> bool:
        """Whether another one has to be asked for."""
        return now >= self.expires


def new_session() -> str:
    """The name of a new session, which cannot be guessed."""
    return secrets.token_urlsafe(16)


def issue(site: str, origin: str, session: str, now: dt.datetime) -> Ticket:
    """A ticket from now on."""
    return Ticket(site, origin, session, (now + LASTS).replace(microsecond=0))


def sign(ticket: Ticket, secret: str) -> str:
    """The token of a ticket."""
    said = [ticket.site, ticket.origin, ticket.session, int(ticket.expires.timestamp())]
    body = json.dumps(said, separators=(",", ":")).encode()
    return f"{PREFIX}{_text(body)}.{_text(_signature(body, secret))}"


def read(token: str, secret: str) -> Ticket | None:
    """The ticket of a token that we signed, expired or not; none of any other."""
    body, dot, signature = token.removeprefix(PREFIX).partition(".")
    if not token.startswith(PREFIX) or not dot or len(token) > LONGEST or not token.isascii():
        return None
    try:
        said = _bytes(body)
        if not hmac.compare_digest(_bytes(signature), _signature(said, secret)):
            return None
        site, origin, session, expires = json.loads(said)
    except (ValueError, binascii.Error):
        return None
    return Ticket(site, origin, session, dt.datetime.fromtimestamp(expires, dt.UTC))


def _signature(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), _PURPOSE + body, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Raises `ValueError` for anything but the one way to write these bytes."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(data) != text:
        raise ValueError("not written as we write it")
    return data
