"""X01: whatever a model, a document or a person writes stays text; only our own marks become links."""

from __future__ import annotations

import datetime as dt
import html
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from assistant.answer import Draft
from assistant.journal import Journal
from assistant.wiring import Assistant
from knowledge.models import Passage
from tests.web.payloads import ODD, PAYLOADS
from web.assets import address
from web.markup import answer_html

ALLOWED = {"p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "h3", "h4", "sup", "a", "code"}
IDS = range(len(PAYLOADS))


class Elements(HTMLParser):
    """Every element with its attributes, everything that is neither element nor text, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.other: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check_inert(markup: str) -> Elements:
    elements = Elements(markup)
    assert not elements.other
    for tag, attributes in elements.found:
        assert tag in ALLOWED
        for name, value in attributes:
            if tag == "a":
                assert name == "href"
                assert re.fullmatch(r"#cite-[0-9]{1,3}", value or "")
            else:
                assert (tag, name, value) == ("sup", "class", "ref")
    return elements


@pytest.mark.parametrize("payload", PAYLOADS, ids=IDS)
def test_a_models_prose_is_inert(payload: str) -> None:
    for prose in (payload, f"A sentence. {payload} [1]", f"- item\n\n{payload}\n\n> {payload}", payload * 3):
        check_inert(answer_html(prose))


@pytest.mark.parametrize("payload", PAYLOADS, ids=IDS)
def test_a_documents_words_are_inert_and_stay_its_words(payload: str) -> None:
    text = f"The provider answers {payload} within two days."
    draft = Draft()
    cited = draft.cite(document(text), 10_000)
    assert cited
    elements = check_inert(answer_html(f"{cited['text']} [{cited['n']}]"))
    assert [tag for tag, _ in elements.found if tag != "p"] == ["sup", "a"]  # the one mark is ours
    said = elements.text.strip().removesuffix("1").strip()
    assert words(said) in {words(text), words(html.unescape(text))}


def test_marks_become_links_to_the_sources() -> None:
    shown = answer_html("Four hours [1]. Both [2] [13].\n\n- **Item** [3]")
    assert '<sup class="ref"><a href="#cite-1">1</a></sup>' in shown
    assert re.findall(r'href="#cite-(\d+)"', shown) == ["1", "2", "13", "3"]
    assert "<strong>Item</strong>" in shown


@pytest.mark.parametrize("text", [r"\[1\]", "[1234]", "[a]", "[1", "1]", "[ 1 ]", "[٣]", "`[1]`"])
def test_what_is_no_mark_stays_text(text: str) -> None:
    assert "<a" not in answer_html(f"See {text} there")


def test_a_marks_attributes_cannot_be_had_by_writing_them() -> None:
    for prose in ('<a href="#cite-1">x</a>', '<sup class="ref">x</sup>', "[x](#cite-1)", "[1](#cite-2)"):
        assert "#cite-2" not in re.findall(r'href="([^"]*)"', answer_html(prose))
        assert "<a" not in answer_html(prose.replace("[1]", "[x]"))


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_characters_do_not_break_the_markup(text: str) -> None:
    check_inert(answer_html(text))


def test_pages_written_by_the_server_are_inert(client: TestClient, assistant: Assistant) -> None:
    """Every payload as question, prose, title, heading, quote, follow-up, authority and engine, on one page without scripts."""
    journal = Journal(assistant.store)
    now = dt.datetime.now(dt.UTC)
    key = journal.open(now)
    for payload in PAYLOADS:
        journal.add(key, payload, hostile_answer(payload), now)
    shown = client.post("/", data={"conversation_id": key, "question": "", "lang": "en"})
    assert shown.status_code == 422
    elements = Elements(shown.text)
    tags = {tag for tag, _ in elements.found}
    assert not tags & {
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "style",
        "base",
        "video",
        "audio",
        "marquee",
        "noembed",
    }
    assert [dict(a).get("src") for t, a in elements.found if t == "script"] == [address("chat.js")]
    assert {dict(a)["src"] for t, a in elements.found if t == "img"} == {address("favicon.svg")}
    for tag, attributes in elements.found:
        assert not [
            name for name, _ in attributes if name.startswith("on") or name in ("style", "srcdoc", "formaction")
        ]
        for name, value in attributes:
            if name in ("href", "action", "src"):
                assert re.match(r"http://testserver/|/|#|https://www\.legifrance", value or ""), (tag, name, value)
    journal.delete(key, now)


@pytest.mark.parametrize("payload", PAYLOADS[::6], ids=IDS[::6])
def test_an_error_page_is_inert(client: TestClient, payload: str) -> None:
    shown = client.get("/passages/" + quote(payload, safe=""), headers={"accept": "text/html"})
    assert shown.status_code in (404, 422)
    assert "__pwn" not in shown.text


def document(text: str) -> Passage:
    return Passage(
        "p", "d", 0, "document", "text", "T", (), "en", (), "public", text, text, "contract.docx", 0, len(text)
    )


def hostile_answer(payload: str) -> dict[str, Any]:
    citation = {
        "n": 1,
        "passage_id": payload,
        "document_id": payload,
        "kind": "document",
        "title": payload,
        "heading": [payload],
        "lang": "en",
        "topics": [],
        "quote": payload,
        "start": 0,
        "end": 1,
        "verified": False,
        "authorities": [payload],
        "uri": payload,
    }
    return {
        "question": payload,
        "language": "en",
        "audience": "client",
        "answer": f"{payload} [1]",
        "support": "partial",
        "answerable": True,
        "reason": None,
        "topics": [],
        "citations": [citation],
        "authorities": ["cciv-1103", payload],
        "follow_ups": [payload],
        "handoff": True,
        "engine": payload,
        "ai_generated": True,
        "notices": [payload],
        "elapsed_ms": 1.0,
    }


def words(text: str) -> str:
    """`text` without white space and what HTML cannot hold."""
    return re.sub(r"[\s\x00-\x1f\ufeff\ufffd]", "", text)
