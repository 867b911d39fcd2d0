"""Sites: what is written one way, what is refused, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import NotFound
from knowledge.models import Language
from knowledge.store import Store
from tests.fakes import NOW, new_store
from web.widget.site import Site, checked, origin, snippet
from web.widget.sites import Sites
from web.widget.unfit import Unfit

SITE = Site("main", "Cabinet", ("https://www.example.org",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data" / "clausier.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.example.org", "https://www.example.org"),
        ("https://www.example.org/", "https://www.example.org"),
        (" HTTPS://WWW.Example.ORG ", "https://www.example.org"),
        ("https://www.example.org:443", "https://www.example.org"),
        ("https://www.example.org:8443", "https://www.example.org:8443"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://société.fr", "https://xn--socit-esab.fr"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(given: str, kept: str) -> None:
    assert origin(given) == kept


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("", "origin"),
        ("null", "origin"),
        ("*", "origin"),
        ("https://*", "origin"),
        ("https://*.example.org", "origin"),
        ("www.example.org", "origin"),
        ("//www.example.org", "origin"),
        ("ftp://www.example.org", "origin"),
        ("file:///x", "origin"),
        ("https://", "origin"),
        ("https://www.example.org/page", "origin"),
        ("https://www.example.org?x", "origin"),
        ("https://www.example.org#x", "origin"),
        ("https://user@www.example.org", "origin"),
        ("https://www..example.org", "origin"),
        ("https://www.example.org:port", "origin"),
        ("https://www.example.org:99999", "origin"),
        ("https://exa mple.org", "origin"),
        ("https://example.org, https://other.org", "origin"),
        ("http://www.example.org", "plain"),
    ],
)
def test_what_is_no_origin_is_refused(given: str, wrong: str) -> None:
    with pytest.raises(Unfit) as unfit:
        origin(given)
    assert unfit.value.name == wrong
    assert "https://" in str(unfit.value)


BOTH: dict[Language, str] = {"en": "Hello", "fr": "Bonjour"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"id": ""}, "id"),
        ({"id": "Main"}, "id"),
        ({"id": "a/b"}, "id"),
        ({"id": "-a"}, "id"),
        ({"id": "a" * 41}, "id"),
        ({"name": " "}, "long"),
        ({"name": "x" * 81}, "long"),
        ({"origins": ()}, "origins"),
        ({"origins": tuple(f"https://w{n}.example.org" for n in range(21))}, "origins"),
        ({"greeting": {"en": "Hello", "fr": " "}}, "one_language"),
        ({"greeting": {"fr": "Bonjour"}}, "one_language"),
        ({"greeting": {**BOTH, "fr": "x" * 401}}, "long"),
        ({"starters": {"en": ("One?",), "fr": ()}}, "one_language"),
        ({"starters": {"en": ("One?",) * 7, "fr": ("Un ?",)}}, "starters"),
        ({"starters": {"en": ("x" * 161,), "fr": ("Un ?",)}}, "long"),
        ({"theme": {"accent": "#888888"}}, "contrast"),
        ({"privacy_url": "http://www.example.org/privacy"}, "privacy"),
        ({"privacy_url": "javascript:alert(1)"}, "privacy"),
        ({"privacy_url": 'https://x.org/"onclick'}, "privacy"),
        ({"session_questions": 0}, "budget"),
        ({"day_questions": 1_000_001}, "budget"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Unfit) as unfit:
        checked(replace(SITE, **change))
    assert unfit.value.name == wrong


def test_what_is_kept_comes_back(store: Store) -> None:
    kept = Sites(store)
    full = Site(
        "shop", "  Boutique\n en ligne ", ("https://shop.example.org/", "https://shop.example.org"), BOTH,
        {"en": ("Who pays?", " "), "fr": ("Qui paie ?",)}, "left", {"accent": "#7A1F4F"}, "https://www.example.org/privacy",
        False, 5, 100,
    )  # fmt: skip
    made = kept.add(full, NOW)
    assert made == kept.one("shop") == kept.find("shop")
    assert (made.name, made.origins, made.theme) == (
        "Boutique en ligne",
        ("https://shop.example.org",),
        {"--clausier-accent": "#7a1f4f"},
    )
    assert made.starters == {"en": ("Who pays?",), "fr": ("Qui paie ?",)}
    kept.add(SITE, NOW)
    assert [one.id for one in kept.all()] == ["main", "shop"]
    assert kept.origins() == {"https://shop.example.org", "https://www.example.org"}
    with pytest.raises(Unfit, match="already"):
        kept.add(SITE, NOW)
    assert kept.change(replace(SITE, name="Other")).name == kept.one("main").name == "Other"
    assert kept.remove("main").id == "main"
    assert kept.find("main") is None
    with pytest.raises(NotFound):
        kept.one("main")
    with pytest.raises(NotFound):
        kept.remove("main")
    with pytest.raises(NotFound):
        kept.change(SITE)


def test_the_snippet_says_where_the_button_stands_and_its_colour() -> None:
    site = replace(SITE, position="left", theme={"--clausier-accent": "#1d3f7a"})
    assert 'data-site="main" data-position="left" data-accent="#1d3f7a" defer>' in snippet(
        site, "https://a.example.org", "Ask"
    )


def test_the_snippet_loads_and_links() -> None:
    assert snippet(SITE, "https://a.example.org/", "Ask") == (
        '<script src="https://a.example.org/widget.js" data-site="main" defer></script>\n'
        '<noscript><a href="https://a.example.org/widget/main">Ask</a></noscript>'
    )
