"""Mail to the firm: what it holds, that nobody adds a header, that it is tried again, and a real server that takes it."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from knowledge.settings import Settings
from knowledge.store import Store
from tests.fakes import NOW, new_store
from web.mail import CLAIM, FIRST, GIVEN_UP, LONGEST, Postman, compose, send
from web.widget.handoff import Handoff, Handoffs, Letter
from web.widget.site import Site
from web.widget.sites import Sites

LETTER = Letter("Anne Roux", "anne@example.org", "01 23 45 67 89", "Le prestataire coupe le site demain.", "fr")


def settings(**more: Any) -> Settings:
    given = {"smtp_host": "127.0.0.1", "smtp_from": "clausier@example.org", "smtp_to": ("cabinet@example.org",), **more}
    return Settings(_env_file=None, **given)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data" / "clausier.db")
    Sites(opened).add(Site("main", "Cabinet Roux", ("https://www.example.org",)), NOW)
    yield opened
    opened.close()


@pytest.fixture
def kept(store: Store) -> Handoff:
    return Handoffs(store).add("main", LETTER, NOW)


def text(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_a_mail_holds_a_number_the_site_and_where_to_read(kept: Handoff) -> None:
    mail = compose(kept, "Cabinet Roux", settings(public_url="https://assistant.example.org"))
    assert mail["Subject"] == f"[Cabinet Roux] Message {kept.number}"
    assert (mail["From"], mail["To"]) == ("clausier@example.org", "cabinet@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert f"https://assistant.example.org/workspace/handoffs/{kept.number}" in text(mail)
    assert "Un visiteur de Cabinet Roux" in text(mail)
    for word in ("Anne", "anne@", "01 23", "prestataire"):
        assert word not in mail.as_string()


def test_the_message_itself_only_where_it_is_wanted(kept: Handoff) -> None:
    mail = compose(kept, "Cabinet Roux", settings(smtp_contents="message"))
    for word in ("Anne Roux", "anne@example.org", "01 23 45 67 89", "Le prestataire coupe le site demain."):
        assert word in text(mail)
    assert mail["Reply-To"] == "anne@example.org"


def test_the_mail_is_in_the_language_to_answer_in(kept: Handoff) -> None:
    assert "A visitor of Cabinet Roux" in text(compose(replace(kept, lang="en"), "Cabinet Roux", settings()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
@pytest.mark.parametrize("part", ["site", "name", "email", "message", "number"])
def test_nobody_adds_a_header(kept: Handoff, part: str, end: str) -> None:
    """Even of a letter that the form would not have taken."""
    poison = f"x{end}Bcc: all@evil.example{end}{end}<b>body</b>"
    values: dict[str, Any] = {} if part == "site" else {part: poison}
    poisoned = replace(kept, **values)
    try:
        mail = compose(poisoned, poison if part == "site" else "Cabinet", settings(smtp_contents="message"))
    except ValueError:
        return  # refused by the policy: nothing is sent
    parsed = message_from_bytes(mail.as_bytes(), policy=policy.SMTP)
    allowed = {"subject", "from", "to", "date", "message-id", "auto-submitted", "reply-to"}
    allowed |= {"content-type", "content-transfer-encoding", "mime-version"}
    assert {name.lower() for name in parsed.keys()} <= allowed  # noqa: SIM118
    assert parsed["To"] == "cabinet@example.org"


class Server:
    """A mail server that takes or refuses, in the words of RFC 5321."""

    def __init__(self, is_willing: bool = True) -> None:
        self.mails: list[str] = []
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        outer.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    elif word == b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    if word == b"MAIL" and not is_willing:
                        self.wfile.write(b"451 later\r\n")
                    else:
                        self.wfile.write(b"250 ok\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.stop()


def test_a_server_takes_the_mail_once(store: Store, kept: Handoff, server: Server) -> None:
    postman = Postman(store, settings(smtp_port=server.port, smtp_security="none"))
    assert postman.deliver(NOW) == 1
    assert postman.deliver(NOW + dt.timedelta(days=1)) == 0
    assert len(server.mails) == 1
    assert f"Message {kept.number}" in server.mails[0]
    assert Handoffs(store).one(kept.number).mailed_at == NOW.isoformat()


def test_what_is_not_taken_is_tried_again(store: Store, kept: Handoff) -> None:
    server, handoffs = Server(is_willing=False), Handoffs(store)
    postman = Postman(store, settings(smtp_port=server.port, smtp_security="none"))
    assert postman.deliver(NOW) == 0
    server.stop()
    assert postman.deliver(NOW + FIRST / 2) == 0
    assert handoffs.to_mail(NOW + FIRST / 2) == []
    moment, waits = NOW, []
    for _ in range(12):
        due = handoffs.to_mail(moment + LONGEST)
        assert [one.handoff.number for one in due] == [kept.number]
        waits.append(dt.datetime.fromisoformat(due[0].due) - moment)
        moment = dt.datetime.fromisoformat(due[0].due)
        assert postman.deliver(moment) == 0
    assert waits[:4] == [FIRST, FIRST * 2, FIRST * 4, FIRST * 8]
    assert max(waits) == LONGEST
    assert postman.deliver(NOW + GIVEN_UP + FIRST) == 0
    assert handoffs.to_mail(NOW + GIVEN_UP * 10) == []
    assert handoffs.one(kept.number).mailed_at is None


def test_a_server_without_encryption_is_refused(store: Store, kept: Handoff, server: Server) -> None:
    """It takes part in no STARTTLS: nothing goes out in the clear."""
    assert Postman(store, settings(smtp_port=server.port)).deliver(NOW) == 0
    assert server.mails == []


def test_two_processes_tell_the_firm_once(store: Store, kept: Handoff) -> None:
    """The one that is slower finds the letter claimed, and tries only when the first has had its time."""
    handoffs, told = Handoffs(store), []
    (posting,) = handoffs.to_mail(NOW)
    assert handoffs.claim(posting, NOW + CLAIM)
    assert not handoffs.claim(posting, NOW + CLAIM)
    postman = Postman(store, settings(), lambda mail, _settings: told.append(mail["Subject"]))
    assert postman.deliver(NOW) == 0
    assert postman.deliver(NOW + CLAIM) == 1
    assert len(told) == 1


def test_without_a_server_nothing_is_looked_for(store: Store, kept: Handoff) -> None:
    told: list[EmailMessage] = []
    stop = threading.Event()
    Postman(store, Settings(_env_file=None), lambda mail, _settings: told.append(mail)).run(stop)
    assert told == []


def test_a_server_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError):
        send(EmailMessage(), settings(smtp_port=1, smtp_security="none"))
