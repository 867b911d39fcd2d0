"""Sites and messages in the workspace: added, changed, previewed, read, taken, deleted; who did it is in the log."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from web.accounts import Accounts, Role
from web.deps import now
from web.firm import Firm, open_firm
from web.widget.handoff import Handoff, Handoffs, Letter
from web.widget.site import Site
from web.widget.sites import Sites
from web.widget.visit import Visits

SITE = {
    "id": "main",
    "name": "Cabinet Roux",
    "origins": "https://www.example.org\nhttps://example.org/",
    "greeting_en": "Good day",
    "greeting_fr": "Bonjour",
    "starters_en": "Who pays?\n\nWhen?",
    "starters_fr": "Qui paie ?",
    "position": "left",
    "theme": "accent=#7a1f4f\ndark-accent: #f0a0c8;",
    "privacy": "https://www.example.org/privacy",
    "handoff": "on",
    "session_questions": "5",
    "day_questions": "",
}
LETTER = Letter("Anne <b>Roux</b>", "anne@example.org", "01 23", "First line.\nSecond line.", "fr")
Role_ = Callable[[Role], TestClient]


@pytest.fixture
def office(assistant: Assistant) -> Firm:
    return open_firm(assistant.store, assistant.settings)


@pytest.fixture
def sites(assistant: Assistant) -> Iterator[Sites]:
    sites = Sites(assistant.store)
    yield sites
    for one in sites.all():
        sites.remove(one.id)


@pytest.fixture
def handoffs(assistant: Assistant) -> Iterator[Handoffs]:
    handoffs = Handoffs(assistant.store)
    yield handoffs
    for one in handoffs.all():
        handoffs.delete(one.number)


@pytest.fixture
def kept(handoffs: Handoffs) -> Handoff:
    return handoffs.add("main", LETTER, now())


@pytest.fixture
def signed_in(make_client: MakeClient, office: Firm, assistant: Assistant) -> Role_:
    def sign(role: Role) -> TestClient:
        name = f"{role}-of-sites"
        if name not in {one.name for one in office.accounts.all()}:
            Accounts(assistant.store).add(name, role, "correct horse battery", now())
        client = make_client()
        session = office.sessions.open(office.accounts.named(name), now())
        client.cookies.set("clausier-session", session.token)
        page = client.get("/workspace/account", headers={"accept": "text/html"}).text
        found = re.search(r'name="form_token" value="(\w{64})"', page)
        assert found
        client.headers["X-CSRF-Token"] = found[1]
        return client

    return sign


def last(office: Firm) -> tuple[str, str, str]:
    entry = office.audit.recent(1)[0][1]
    return entry.actor, entry.action, entry.target


# --- sites ----------------------------------------------------------------------------------------------------------------


def test_a_site_is_added_changed_and_removed(signed_in: Role_, sites: Sites, office: Firm) -> None:
    client = signed_in("administrator")
    added = client.post("/workspace/sites", data=SITE, follow_redirects=False)
    assert (added.status_code, added.headers["location"]) == (303, "/workspace/sites/main")
    assert last(office) == ("administrator-of-sites", "site-added", "main")
    made = sites.one("main")
    assert made == Site(
        "main", "Cabinet Roux", ("https://www.example.org", "https://example.org"), {"en": "Good day", "fr": "Bonjour"},
        {"en": ("Who pays?", "When?"), "fr": ("Qui paie ?",)}, "left",
        {"--clausier-accent": "#7a1f4f", "--clausier-dark-accent": "#f0a0c8"}, "https://www.example.org/privacy", True, 5, None,
    )  # fmt: skip
    page = html.unescape(client.get("/workspace/sites/main", params={"lang": "en"}).text)
    for held in ("accent=#7a1f4f", "Who pays?\nWhen?", 'value="5"', "https://www.example.org\nhttps://example.org"):
        assert held in page
    again = dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', page))
    fields = {**SITE, **again, "session_questions": "7"}
    assert client.post("/workspace/sites/main", data=fields, follow_redirects=False).status_code == 303
    assert last(office)[1:] == ("site-changed", "main")
    assert sites.one("main").session_questions == 7
    assert sites.one("main").starters == made.starters
    assert "Cabinet Roux" in client.get("/workspace/sites").text
    assert client.post("/workspace/sites/main/remove", follow_redirects=False).status_code == 303
    assert last(office)[1:] == ("site-removed", "main")
    assert sites.all() == []
    assert client.get("/workspace/sites/main").status_code == 404


def test_what_to_paste_is_shown(signed_in: Role_, make_client: MakeClient, sites: Sites) -> None:
    client = signed_in("administrator")
    client.post("/workspace/sites", data=SITE)
    page = html.unescape(client.get("/workspace/sites/main", params={"lang": "fr"}).text)
    own = 'data-site="main" data-position="left" data-accent="#7a1f4f"'
    assert f'<script src="http://testserver/widget.js" {own} defer></script>' in page
    assert '<noscript><a href="http://testserver/widget/main">Poser une question</a></noscript>' in page
    assert "script-src http://testserver; connect-src http://testserver" in page
    public = make_client(public_url="https://assistant.example.org")
    public.cookies = client.cookies
    assert "https://assistant.example.org/widget.js" in html.unescape(public.get("/workspace/sites/main").text)


def test_the_preview_shows_the_widget_and_it_answers(signed_in: Role_, sites: Sites) -> None:
    client = signed_in("administrator")
    client.post("/workspace/sites", data=SITE)
    page = client.get("/workspace/sites/main/preview")
    assert '<script src="/widget.js" data-site="main" defer></script>' in page.text
    opened = client.post("/api/v1/widget/sessions", json={"site": "main"}, headers={"Origin": "http://testserver"})
    assert opened.status_code == 200


@pytest.mark.parametrize(
    ("change", "english", "french"),
    [
        ({"id": "A b"}, "is no id", "n’est pas un identifiant"),
        ({"name": ""}, "write 1 to 80 characters", "écrivez 1 à 80 caractères"),
        ({"origins": ""}, "Name 1 to 20 addresses", "Indiquez 1 à 20 adresses"),
        ({"origins": "www.example.org"}, "is no address of pages", "n’est pas une adresse de pages"),
        ({"origins": "http://www.example.org"}, "is not encrypted", "n’est pas chiffrée"),
        ({"greeting_fr": ""}, "in one language only", "que dans une langue"),
        ({"starters_en": "?\n" * 7}, "at most 6 questions", "au plus 6 questions"),
        ({"privacy": "x"}, "is no address", "n’est pas une adresse"),
        ({"day_questions": "many"}, "1 to 1,000,000 questions", "1 à 1"),
        (
            {"theme": "accent=#888888"},
            "accent #888888 on paper #fbfbf8 has a contrast of 3.41",
            "a un contraste de 3,41",
        ),
        ({"theme": "accent=blue"}, "is no colour", "n’est pas une couleur"),
        ({"theme": "radius=1em"}, "is no width", "n’est pas une largeur"),
        ({"theme": "colour=#000000"}, "There is no “colour” to colour", "Il n’y a pas de «\u00a0colour\u00a0»"),
        ({"theme": "nonsense"}, "There is no “nonsense” to colour", "Il n’y a pas de"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(
    signed_in: Role_, sites: Sites, change: dict[str, str], english: str, french: str
) -> None:
    client, fields = signed_in("administrator"), {**SITE, **change}
    for lang, said in (("en", english), ("fr", french)):
        response = client.post("/workspace/sites", params={"lang": lang}, data=fields)
        text = html.unescape(response.text)
        assert response.status_code == 422
        assert said in text
        for name in ("name", "privacy", "session_questions"):
            assert f'value="{fields[name]}"' in text
        for name in ("origins", "theme", "starters_fr"):
            assert fields[name].strip() in text
    assert sites.all() == []


def test_an_id_is_taken_once(signed_in: Role_, sites: Sites) -> None:
    client = signed_in("administrator")
    client.post("/workspace/sites", data=SITE)
    response = client.post("/workspace/sites", params={"lang": "en"}, data={**SITE, "name": "Other"})
    assert response.status_code == 422
    assert "There is a site “main” already" in html.unescape(response.text)
    assert sites.one("main").name == "Cabinet Roux"


# --- messages -------------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_wrote_and_not_what(signed_in: Role_, kept: Handoff) -> None:
    page = signed_in("lawyer").get("/workspace/handoffs").text
    assert kept.number in page
    assert "Anne &lt;b&gt;Roux&lt;/b&gt;" in page
    assert "Second line." not in page
    assert "anne@example.org" not in page


def test_who_reads_takes_and_deletes_a_message_is_in_the_log(
    signed_in: Role_, kept: Handoff, handoffs: Handoffs, office: Firm
) -> None:
    client, path = signed_in("lawyer"), f"/workspace/handoffs/{kept.number}"
    page = client.get(path, params={"lang": "en"})
    assert "First line.\nSecond line." in page.text
    assert "Anne &lt;b&gt;Roux&lt;/b&gt;" in page.text
    assert last(office) == ("lawyer-of-sites", "handoff-read", kept.number)
    for state, by in (("taken", "lawyer-of-sites"), ("done", "lawyer-of-sites"), ("new", None)):
        assert client.post(path, data={"state": state}, follow_redirects=False).status_code == 303
        assert (handoffs.one(kept.number).state, handoffs.one(kept.number).taken_by) == (state, by)
        assert last(office)[1:] == ("handoff-marked", f"{kept.number} {state}")
    assert client.post(path, data={"state": "lost"}).status_code == 422
    assert client.post(f"{path}/delete", follow_redirects=False).status_code == 303
    assert last(office)[1:] == ("handoff-deleted", kept.number)
    assert client.get(path).status_code == client.post(f"{path}/delete").status_code == 404
    assert "First line" not in str(office.audit.recent())


def test_a_message_comes_with_its_conversation(
    signed_in: Role_, assistant: Assistant, handoffs: Handoffs, sites: Sites
) -> None:
    sites.add(Site("main", "Cabinet Roux", ("https://www.example.org",)), now())
    client = signed_in("lawyer")
    asked = client.post("/api/v1/ask", json={"question": "When is late payment interest due?"}).json()
    visit = Visits(assistant.store).begin("main", "session-of-a-letter", now())
    sent = handoffs.add("main", Letter("A", "a@example.org", "", "x", "en", asked["conversation_id"]), now())
    page = client.get(f"/workspace/handoffs/{sent.number}", params={"lang": "en"}).text
    assert "When is late payment interest due?" in page
    assert "Cabinet Roux" in page
    assert client.delete(f"/api/v1/conversations/{asked['conversation_id']}").status_code == 200
    assert handoffs.one(sent.number).conversation_id is None
    assert "the visitor has deleted it" in client.get(f"/workspace/handoffs/{sent.number}", params={"lang": "en"}).text
    client.delete(f"/api/v1/conversations/{visit.conversation_id}")


def test_waiting_messages_are_counted_on_the_first_page(signed_in: Role_, handoffs: Handoffs) -> None:
    client = signed_in("lawyer")
    assert "that nobody has taken" not in client.get("/workspace", params={"lang": "en"}).text
    one = handoffs.add("main", LETTER, now())
    assert "1 message to the firm that nobody has taken" in client.get("/workspace", params={"lang": "en"}).text
    handoffs.add("main", LETTER, now())
    assert "2 messages au cabinet" in client.get("/workspace", params={"lang": "fr"}).text
    assert "message" not in signed_in("trainer").get("/workspace", params={"lang": "fr"}).text
    for found in handoffs.all():
        handoffs.mark(found.number, "done", "x", now())
    assert "that nobody has taken" not in client.get("/workspace", params={"lang": "en"}).text
    assert handoffs.all("new") == []
    assert one.number in {found.number for found in handoffs.all("done")}


def test_the_sites_of_conversations_are_named(signed_in: Role_, assistant: Assistant, sites: Sites) -> None:
    sites.add(Site("main", "Cabinet Roux", ("https://www.example.org",)), now())
    client = signed_in("lawyer")
    visit = Visits(assistant.store).begin("main", "session-in-a-list", now())
    body = {"question": "When is late payment interest due?", "conversation_id": visit.conversation_id}
    assert client.post("/api/v1/ask", json=body).status_code == 200
    listed = client.get("/api/v1/conversations").json()["conversations"]
    assert {one["id"]: one["site"] for one in listed}[visit.conversation_id] == "main"
    assert "on Cabinet Roux" in client.get("/workspace/conversations", params={"lang": "en"}).text
    client.delete(f"/api/v1/conversations/{visit.conversation_id}")
