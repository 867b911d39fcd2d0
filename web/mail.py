"""The firm is told by mail that a visitor has written. Sent beside answering and tried again; a visitor never waits for it.

A mail goes through servers that we do not know: it holds the number, the site and where to read the message, and the message
itself only where the operator wants it so.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from typing import Final

from knowledge.settings import Settings
from knowledge.store import Store
from web.widget.handoff import Handoff, Handoffs
from web.widget.sites import Sites
from web.words.lexicon import WORDS

log = logging.getLogger(__name__)

FIRST: Final = dt.timedelta(minutes=1)
"""Until the second attempt; each waits twice as long as the one before, up to `LONGEST`."""
LONGEST: Final = dt.timedelta(hours=2)
GIVEN_UP: Final = dt.timedelta(days=2)
"""After which the firm is not told any more: the message stands in the workspace."""
CLAIM: Final = dt.timedelta(minutes=5)
"""How long one process may take over a mail before another tries."""
SECONDS: Final = 20
"""Longest wait for the mail server."""
LOOK: Final = 10
"""Seconds between looking for letters."""

Send = Callable[[EmailMessage, Settings], None]


def compose(handoff: Handoff, site: str, settings: Settings) -> EmailMessage:
    """The mail about a letter, in the visitor's language, which is the one to answer in.

    What stands in a header is ours, but for the address to answer to, which is set only where the letter itself is in the mail;
    line ends in a header are refused by the policy, so that nobody adds one.
    """
    words = WORDS[handoff.lang]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = words["mail_subject"].fill(number=handoff.number, site=" ".join(site.split()))
    mail["From"], mail["To"] = settings.smtp_from, ", ".join(settings.smtp_to)
    mail["Date"], mail["Message-ID"] = localtime(), make_msgid(domain=(settings.smtp_from or "").rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers
    path = f"/workspace/handoffs/{handoff.number}"
    lines = [words["mail_text"].fill(site=site, number=handoff.number), f"{settings.public_url or ''}{path}"]
    if settings.smtp_contents == "message":
        who = (handoff.name, handoff.email, handoff.phone)
        lines += ["\n".join(part for part in who if part), handoff.message]
        if handoff.email.isascii():
            mail["Reply-To"] = handoff.email
    mail.set_content("\n\n".join(lines) + "\n")
    return mail


def send(mail: EmailMessage, settings: Settings) -> None:
    """Hand a mail to the server of the settings. Raises `OSError` (of which `SMTPException` is one) where it is not taken."""
    host, secure = settings.smtp_host or "", settings.smtp_security
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, settings.smtp_port, timeout=SECONDS, context=context)
        if secure == "tls"
        else smtplib.SMTP(host, settings.smtp_port, timeout=SECONDS)
    ) as server:
        if secure == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
            server.login(settings.smtp_user, password)
        server.send_message(mail)


class Postman:
    """Tells the firm of letters."""

    def __init__(self, store: Store, settings: Settings, send: Send = send) -> None:
        self._handoffs, self._sites, self._settings, self._send = Handoffs(store), Sites(store), settings, send

    def run(self, stop: threading.Event) -> None:
        """Deliver what is due until told to stop; nothing to do without a mail server."""
        while self._settings.smtp_host and not stop.wait(LOOK):
            try:
                self.deliver(dt.datetime.now(dt.UTC))
            except Exception:  # the thread outlives a database that is busy for once
                log.exception("letters could not be looked for")

    def deliver(self, now: dt.datetime) -> int:
        """Send what is due at `now`; how many the server has taken."""
        taken = 0
        for posting in self._handoffs.to_mail(now):
            handoff = posting.handoff
            if now - dt.datetime.fromisoformat(handoff.created_at) > GIVEN_UP:
                self._handoffs.not_mailed(handoff.number, None)
                continue
            if not self._handoffs.claim(posting, now + CLAIM):
                continue
            site = self._sites.find(handoff.site)
            try:
                self._send(compose(handoff, site.name if site else handoff.site, self._settings), self._settings)
            except (OSError, ValueError) as error:
                self._handoffs.not_mailed(handoff.number, now + min(LONGEST, FIRST * 2**posting.tries))
                log.warning("the mail about a letter was not taken (%s): it is tried again", type(error).__name__)
            else:
                self._handoffs.mailed(handoff.number, now)
                taken += 1
        return taken
