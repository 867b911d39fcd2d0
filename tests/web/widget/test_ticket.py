"""Tokens: what is signed comes back, and nothing else does."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOW
from web.sessions import form_token
from web.widget.ticket import LASTS, PREFIX, issue, new_session, read, sign

SECRET = "s" * 32
TICKET = issue("main", "https://www.example.org", "session", NOW)
TOKEN = sign(TICKET, SECRET)


@given(st.text(max_size=40), st.text(max_size=60), st.text(max_size=40))
def test_what_is_signed_comes_back(site: str, origin: str, session: str) -> None:
    ticket = issue(site, origin, session, NOW)
    assert read(sign(ticket, SECRET), SECRET) in (ticket, None)
    if (site + origin + session).isascii():
        assert read(sign(ticket, SECRET), SECRET) == ticket


def test_it_lasts_a_quarter_of_an_hour() -> None:
    assert TICKET.expires - NOW == LASTS == dt.timedelta(minutes=15)
    assert not TICKET.has_expired(NOW + dt.timedelta(minutes=14, seconds=59))
    assert TICKET.has_expired(NOW + dt.timedelta(minutes=15))


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="ascii"))
def test_a_changed_token_is_none(at: int, sign_: str) -> None:
    changed = TOKEN[:at] + sign_ + TOKEN[at + 1 :]
    assert (read(changed, SECRET) is None) is (changed != TOKEN)


@pytest.mark.parametrize(
    "token",
    [
        "",
        PREFIX,
        f"{PREFIX}.",
        TOKEN.removeprefix(PREFIX),
        f"clausier_{TOKEN}",
        TOKEN + "=",
        TOKEN + "A",
        TOKEN.replace(".", ".A"),
        TOKEN.split(".")[0],
        sign(TICKET, "t" * 32),
        f"{PREFIX}{base64.urlsafe_b64encode(json.dumps(['main', 'x', 'y', 9999999999]).encode()).decode()}.",
        f"{PREFIX}e30.{form_token(SECRET, 'form')}",
        "cw_" + "A" * 5000,
        "cw_é.é",
    ],
)
def test_what_is_not_ours_is_none(token: str) -> None:
    assert read(token, SECRET) is None


def test_sessions_are_never_the_same() -> None:
    assert len({new_session() for _ in range(1000)}) == 1000
