"""The assistant of a site as a page without scripts: ask, judge, write to the firm, take along, delete."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from tests.web.payloads import PAYLOADS
from tests.web.widget.conftest import MAIN, Open
from web.deps import Services, now
from web.widget.sites import Sites

PAGE = "/widget/main"
FIRST = {"en": "When is late payment interest due?", "fr": "Quand des pénalités de retard sont-elles dues ?"}
LETTER = {"do": "write", "name": "Anne Roux", "email": "anne@example.org", "message": "Rappelez-moi.", "consent": "on"}
Send = Callable[..., Any]


@pytest.fixture
def send(client: TestClient, sites: Sites) -> Send:
    """Send the form of the page, as a browser does: `send(do="ask", question=...)`."""

    def sent(**fields: str) -> Any:
        return client.post(
            PAGE, data={"lang": "en", **fields}, headers={"accept": "text/html", "origin": "http://testserver"}
        )

    return sent


def key(response: Any) -> str:
    """The conversation that the page carries on."""
    found = set(re.findall(r'name="conversation_id" value="([^"]*)"', response.text))
    assert len(found) == 1
    return str(found.pop())


def test_the_page_says_what_the_site_says(client: TestClient, sites: Sites) -> None:
    sites.change(
        replace(
            sites.one("main"),
            greeting={"en": "Good day", "fr": "Bonjour à vous"},
            starters={"en": ("Who pays?",), "fr": ("Qui paie ?",)},
            privacy_url="https://www.example.org/privacy",
        )
    )
    for lang, greeting, starter in (("en", "Good day", "Who pays?"), ("fr", "Bonjour à vous", "Qui paie ?")):
        text = html.unescape(client.get(PAGE, params={"lang": lang}).text)
        assert f'<html lang="{lang}"' in text
        assert greeting in text
        assert f">{starter}</button>" in text
        assert 'href="https://www.example.org/privacy"' in text
        assert "<script" not in text
        assert f'hreflang="{"fr" if lang == "en" else "en"}"' in text
    headers = client.get(PAGE).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


def test_a_site_that_is_not_there(client: TestClient) -> None:
    for response in (client.get("/widget/none", headers={"accept": "text/html"}), client.post("/widget/none", data={})):
        assert response.status_code == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_conversation_without_scripts(send: Send, lang: str) -> None:
    first = send(do="ask", question=FIRST[lang], lang=lang)
    assert first.status_code == 200
    assert html.unescape(first.text).count("<blockquote") >= 1
    assert key(first)
    second = send(do="ask", question="And the rate?", lang=lang, conversation_id=key(first))
    assert key(second) == key(first)
    assert second.text.count('class="asked"') == 2
    assert send(do="ask", question=FIRST[lang], lang=lang).text.count('class="asked"') == 1


def test_answers_are_judged_and_found_by_the_firm(send: Send, client: TestClient) -> None:
    asked = send(do="ask", question=FIRST["en"])
    answer = re.search(r'name="answer_id" value="([^"]+)"', asked.text)
    assert answer
    judged = send(do="down", conversation_id=key(asked), answer_id=answer[1])
    assert "Thank you, noted." in judged.text
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    listed = next(one for one in services.journal.recent() if one.id == key(asked))
    assert listed.unhelpful
    assert services.widget.visits.sites()[listed.id] == "main"
    assert send(do="down", conversation_id=key(asked), answer_id="other").status_code == 404


def test_the_conversation_is_kept_and_deleted(send: Send, assistant: Assistant) -> None:
    asked = send(do="ask", question="Quokka zanzibar interest?")
    kept = send(do="keep", conversation_id=key(asked), lang="fr")
    assert kept.headers["content-disposition"] == "attachment; filename=conversation.md"
    assert kept.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "Quokka zanzibar interest?" in kept.text
    gone = send(do="delete", conversation_id=key(asked))
    assert "Here is the receipt" in gone.text
    assert key(asked) in gone.text
    assert key(gone) == ""
    with assistant.store.reading() as connection:
        for table in ("conversation", "turn", "visit"):
            assert "zanzibar" not in str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
    again = send(do="ask", question="And the rate?", conversation_id=key(asked))
    assert again.status_code == 404
    assert "And the rate?" in again.text
    assert "deleted or has expired" in again.text


def test_a_message_is_kept_with_the_conversation(send: Send, client: TestClient) -> None:
    asked = send(do="ask", question=FIRST["fr"], lang="fr")
    sent = send(**LETTER, lang="fr", conversation_id=key(asked), include="on", phone="01 23 45 67 89")
    number = re.search(r"Numéro\W+([0-9A-Z]{4}-[0-9A-Z]{4})", html.unescape(sent.text))
    assert number, sent.text
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    found = services.widget.handoffs.one(number[1])
    assert (found.name, found.lang, found.site, found.conversation_id) == ("Anne Roux", "fr", "main", key(asked))
    alone = send(**LETTER)
    assert alone.status_code == 200
    assert key(alone) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"consent": ""}, "Without your agreement nothing can be sent."),
        ({"name": ""}, "Write your name."),
        ({"email": "anne"}, "Write an address such as name@example.com."),
        ({"email": ""}, "Write an address such as name@example.com."),
        ({"phone": "call"}, "Write digits and spaces, or leave it out."),
        ({"message": " "}, "Write your message, at most 4,000 characters."),
        ({"message": "x" * 4001}, "Write your message, at most 4,000 characters."),
    ],
)
def test_what_was_written_is_not_lost(send: Send, change: dict[str, str], said: str) -> None:
    fields = {**LETTER, "phone": "01 23", "message": "Something long", **change}
    response = send(**fields)
    assert response.status_code == 422
    text = html.unescape(response.text)
    assert said in text
    for name in ("name", "email", "phone"):
        assert f'name="{name}"' in text
        assert f'value="{fields[name]}"' in text
    assert fields["message"].strip() in text
    assert "<details open>" in text


def test_a_site_without_messages_offers_no_form(client: TestClient, sites: Sites) -> None:
    assert 'value="write"' not in client.get("/widget/shop").text
    assert client.post("/widget/shop", data=LETTER).status_code == 403


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "ask", "question": ""}, 422),
        ({"do": "ask", "question": "x" * 5000}, 413),
        ({"do": "ask", "question": "why?", "conversation_id": "none"}, 404),
        ({"do": "delete"}, 422),
        ({"do": "keep"}, 422),
        ({"do": "up", "answer_id": "x"}, 422),
        ({"do": "nothing"}, 422),
        ({"do": "ask", "question": "why?", "conversation_id": "x" * 300}, 404),
    ],
)
def test_what_cannot_be_done_is_said(send: Send, fields: dict[str, str], status: int) -> None:
    response = send(**fields)
    assert response.status_code == status
    assert 'role="alert"' in response.text
    if len(fields.get("question", "")) < 100:
        assert fields.get("question", "") in response.text


def test_a_conversation_of_elsewhere_is_not_shown(
    client: TestClient, send: Send, page: Callable[..., TestClient], sites: Sites
) -> None:
    """One of the other site, one of the public page; one of this site's widget is the same visitor's."""
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    public = client.post("/api/v1/ask", json={"question": FIRST["en"]}).json()["conversation_id"]
    asked = send(do="ask", question=FIRST["en"])
    for held in (public, services.journal.open(now())):
        assert send(do="keep", conversation_id=held).status_code == 404
        assert send(do="delete", conversation_id=held).status_code == 404
    other = client.post("/widget/shop", data={"do": "keep", "conversation_id": key(asked)})
    assert other.status_code == 404
    shown = page().post("/api/v1/widget/ask", json={"question": FIRST["en"]}).json()["conversation_id"]
    assert send(do="keep", conversation_id=shown).status_code == 200


def test_visitors_are_clients(send: Send) -> None:
    response = send(do="ask", question=f"What does the {SECRET} memorandum say of penalties?")
    assert "nineteen percent" not in response.text


def test_a_form_of_another_site_is_refused(client: TestClient, sites: Sites) -> None:
    response = client.post(PAGE, data={"do": "ask", "question": "x"}, headers={"origin": MAIN})
    assert response.status_code == 403


def test_budgets_count_here_too(make_client: MakeClient, sites: Sites, assistant: Assistant) -> None:
    client = make_client(widget_session_questions=1)
    first = client.post(PAGE, data={"question": FIRST["en"], "lang": "en"})
    second = client.post(PAGE, data={"question": "And the rate?", "lang": "en", "conversation_id": key(first)})
    assert (first.status_code, second.status_code) == (200, 429)
    assert 0 < int(second.headers["retry-after"]) <= 86_400
    assert "No more questions can be answered today" in second.text
    assert "And the rate?" in second.text
    assert key(second) == key(first)
    with assistant.store.writing(content=False) as connection:
        connection.exec_driver_sql("DELETE FROM budget")


class Inert(HTMLParser):
    """Reads a page as a browser does; what could act in it is collected."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "template",
            "marquee",
            "math",
            "svg",
            "video",
        }:
            self.acting.append(tag)
        for name, value in attrs:
            is_script = name in ("href", "src", "action") and "javascript:" in (value or "").lower()
            if name.startswith("on") or name in ("srcdoc", "formaction", "style") or is_script:
                self.acting.append(f"{tag} {name}")


@pytest.mark.parametrize("payload", PAYLOADS[::6])
def test_whatever_is_written_stays_words(send: Send, sites: Sites, payload: str) -> None:
    written: dict[str, Any] = dict.fromkeys(("name", "email", "phone", "message"), payload)
    sites.change(replace(sites.one("main"), name=payload[:60]))
    for response in (
        send(do="write", consent="on", **written),
        send(do="ask", question=payload, conversation_id="none"),
    ):
        page = Inert()
        page.feed(response.text)
        assert page.acting == []
        assert payload.strip("\x00\x1b")[:5] in html.unescape(response.text)


def test_a_session_of_the_widget_goes_on_here(open_session: Open, send: Send) -> None:
    asked = send(do="ask", question=FIRST["en"])
    assert open_session(conversation_id=key(asked))["conversation_id"] == key(asked)
