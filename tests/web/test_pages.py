"""What search engines, other languages and people who went astray find."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from web.messages import MESSAGES
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
