"""The firm's assistant on pages of others: sites, tokens, budgets, visits, and what visitors write to the firm."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from knowledge.settings import Settings
from knowledge.store import Store
from web.errors import Refused
from web.limits import Limiter
from web.widget.budget import DAY, MINUTE, Budget, Budgets
from web.widget.handoff import Handoffs
from web.widget.site import Site
from web.widget.sites import Sites
from web.widget.ticket import Ticket, issue, new_session, read, sign
from web.widget.visit import Visits

SESSIONS: Final = 120
"""Sessions a minute from one address: a whole office may share one."""
LETTERS: Final = 5
"""Letters that one session may send in a day."""
LETTERS_BY_SITE: Final = 200


@dataclass(frozen=True, slots=True)
class Widget:
    """Everything behind the widget. `secret` signs its tokens."""

    sites: Sites
    visits: Visits
    handoffs: Handoffs
    budgets: Budgets
    sessions: Limiter
    settings: Settings
    secret: str

    def open(self, site: Site, origin: str, conversation_id: str | None, now: dt.datetime) -> tuple[Ticket, str | None]:
        """A ticket for a session of `site`, and the conversation that it goes on with.

        A conversation that was held on this site is gone on with, in the session that it began in; any other is left alone.
        """
        visit = self.visits.held_in(conversation_id) if conversation_id else None
        if visit is None or visit.site != site.id:
            return issue(site.id, origin, new_session(), now), None
        return issue(site.id, origin, visit.session, now), visit.conversation_id

    def token(self, ticket: Ticket) -> str:
        """The token of a ticket."""
        return sign(ticket, self.secret)

    def origins_of(self, token: str) -> tuple[str, ...] | None:
        """Whose pages may read what becomes of a token, however that ends: those of its site; none for no token of ours."""
        ticket = read(token, self.secret)
        site = self.sites.find(ticket.site) if ticket else None
        return site.origins if site else () if ticket else None

    def admit(self, token: str, origins: frozenset[str], own: frozenset[str], now: dt.datetime) -> tuple[Ticket, Site]:
        """The ticket of a token, and its site. `origins` are those that the request may come from, `own` those of this server.

        Raises `Refused`: 401 for no token of ours and for one that has expired, 403 for one that was made for another page and
        where the firm has taken the page away since.
        """
        ticket = read(token, self.secret)
        if ticket is None:
            raise Refused(
                401, "unauthorized", "This token is not one of ours: get one from POST /api/v1/widget/sessions."
            )
        if ticket.has_expired(now):
            raise Refused(401, "expired", "This token has expired: get another from POST /api/v1/widget/sessions.")
        site = self.sites.find(ticket.site)
        if site is None or ticket.origin not in own | set(site.origins):
            raise Refused(403, "forbidden", "The firm no longer answers on this page: see /workspace/sites.")
        if ticket.origin not in origins:
            raise Refused(403, "forbidden", "This token was made for another page: get one for this page.")
        return ticket, site

    def ask(self, site: Site, session: str, now: dt.datetime) -> None:
        """Count a question. Raises `Refused`."""
        settings = self.settings
        self.budgets.take(
            [
                Budget(
                    f"session {session}", site.session_questions or settings.widget_session_questions, DAY,
                    "session_used_up", "You have asked as much as this page allows in a day: write to the firm instead.",
                ),
                Budget(
                    f"site {site.id}", settings.widget_site_questions, MINUTE,
                    "site_busy", "Many people ask on this site just now: try again in a minute.",
                ),
                self.day(site),
            ],
            now,
        )  # fmt: skip

    def day(self, site: Site) -> Budget:
        """What a whole site may ask in a day."""
        most = site.day_questions or self.settings.widget_day_questions
        message = "The assistant has answered as much as this site allows in a day: write to the firm instead."
        return Budget(f"day {site.id}", most, DAY, "day_used_up", message)

    def write(self, site: Site, session: str, now: dt.datetime) -> None:
        """Count a letter. Raises `Refused`."""
        message = "You have written to the firm several times today: wait for its answer, or call."
        self.budgets.take(
            [
                Budget(f"letters {session}", LETTERS, DAY, "letters_used_up", message),
                Budget(f"letters of {site.id}", LETTERS_BY_SITE, DAY, "letters_used_up", message),
            ],
            now,
        )


def open_widget(store: Store, settings: Settings, secret: str) -> Widget:
    """The widget of a store."""
    return Widget(Sites(store), Visits(store), Handoffs(store), Budgets(store), Limiter(SESSIONS), settings, secret)


def tidy(store: Store, settings: Settings, now: dt.datetime) -> frozenset[str]:
    """Delete messages that are too old and counts that are over; the conversations that came with the messages that remain."""
    handoffs = Handoffs(store)
    handoffs.purge(now - dt.timedelta(days=settings.handoff_days))
    Budgets(store).purge(now)
    return handoffs.conversations()
