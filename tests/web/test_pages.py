"""What search engines, other languages and people who went astray find."""

from __future__ import annotations

import html
import re

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from assistant.journal import Journal
from knowledge.errors import Unwritable
from knowledge.models import Language
from web.messages import MESSAGES
from web.pages import error_page
from web.words.training import WORDS

HTML = {"accept": "text/html"}
PUBLIC = ("/", "/help", "/train", "/train/help", "/train/progress")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_says_what_it_is_and_where_its_twin_stands(client: TestClient, path: str, lang: str) -> None:
    text = client.get(path, params={"lang": lang}).text
    assert f'<html lang="{lang}"' in text
    site = re.escape(str(client.base_url).rstrip("/"))
    assert re.search(rf'<link rel="canonical" href="{site}{path}\?lang={lang}">', text)
    for other in ("en", "fr"):
        assert re.search(rf'hreflang="{other}" href="{site}{path}\?lang={other}">', text)
    (title,) = re.findall(r"<title>(.+?)</title>", text)
    assert title.endswith("| Clausier")
    (description,) = re.findall(r'<meta name="description" content="(.+?)">', text)
    assert 40 <= len(html.unescape(description)) <= 200
    assert text.count("<h1") == 1
    assert "noindex" not in text


def test_titles_tell_pages_apart(client: TestClient) -> None:
    titles = [re.findall(r"<title>(.+?)</title>", client.get(path).text)[0] for path in ("/", "/help", "/train/help")]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_help_for_clients_and_participants(client: TestClient, lang: str) -> None:
    shown = html.unescape(client.get("/help", params={"lang": lang}).text)
    assert MESSAGES[lang]["help_does"] in shown  # type: ignore[index]
    assert "{" not in re.sub(r"<[^>]+>", "", shown)
    shown = html.unescape(client.get("/train/help", params={"lang": lang}).text)
    assert WORDS[lang]["train_help_drill"] in shown  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "back"),
    [("/nothing", "/?lang=fr"), ("/train/nothing", "/train?lang=fr"), ("/workspace/nothing", "/workspace")],
)
def test_an_address_that_is_not_there(client: TestClient, path: str, back: str) -> None:
    response = client.get(path, params={"lang": "fr"}, headers=HTML)
    assert response.status_code == 404
    text = html.unescape(response.text)
    assert MESSAGES["fr"]["error_title_404"] in text
    assert f'href="{back}"' in text
    assert 'content="noindex"' in text
    assert 'href="?lang=en"' in text, "the same address in the other language, without saying it again"


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("status", "details", "said"),
    [
        (403, {}, "error_forbidden"),
        (404, {}, "error_not_found"),
        (429, {"retry_after": 17}, "error_rate_limited"),
        (500, {"reference": "abc123"}, "error_failed"),
        (503, {"reference": "abc123"}, "error_failed"),
    ],
)
def test_an_error_is_said_in_words(
    client: TestClient, lang: Language, status: int, details: dict[str, object], said: str
) -> None:
    scope = {
        "type": "http", "method": "GET", "path": "/x", "query_string": f"lang={lang}".encode(), "headers": [],
        "app": client.app, "server": ("testserver", 80), "scheme": "http",
    }  # fmt: skip
    response = error_page(Request(scope), status, details, {})
    assert response.status_code == status
    text = html.unescape(bytes(response.body).decode())
    words = MESSAGES[lang]
    assert f"<h1>{words[f'error_title_{min(status, 500)}']}</h1>" in text
    assert words[said].replace("{seconds}", "17") in text
    assert ("abc123" in text) is ("reference" in details)
    assert f'<html lang="{lang}"' in text


def test_search_engines_are_told_what_is_not_theirs(client: TestClient) -> None:
    told = client.get("/robots.txt")
    assert told.headers["content-type"].startswith("text/plain")
    assert [line for line in told.text.splitlines() if line.startswith("Disallow")] == [
        "Disallow: /api/",
        "Disallow: /login",
        "Disallow: /widget/",
        "Disallow: /workspace",
    ]


def test_an_answer_that_cannot_be_written_down_is_shown(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise Unwritable("the disk is full")

    monkeypatch.setattr(Journal, "add", full)
    shown = client.post("/", data={"question": "When is late payment interest due?", "lang": "en"})
    assert shown.status_code == 200
    assert shown.text.count("<blockquote") > 1
