"""What a person does with the page, in a real browser."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import Visit, Visiting
from tests.web.firm import HOSTILE_TITLE
from tests.web.payloads import ACTIVE, PAYLOADS
from tests.web.test_markup import hostile_answer

pytestmark = pytest.mark.slow

ENGLISH = "When is late payment interest due, and how much is it?"
FRENCH = "Le prestataire dépasse toujours le délai d'intervention : que faire ?"
QUOKKA = "What does the quokka escrow protocol require of the provider?"
KEY = "clausier.conversation"
NO_TRACE = (
    "!window.__pwn && !document.querySelector('.turn :is(script, svg, math, iframe, img, object, embed, style, video)')"
)


def ask(page: Page, question: str, count: int = 1) -> None:
    """Type a question, send it with Enter, and wait for the finished answer."""
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn[data-answer]")).to_have_count(count)
    expect(page.locator("#send")).to_be_visible()


@pytest.mark.parametrize(("lang", "question"), [("en", ENGLISH), ("fr", FRENCH)])
def test_a_question_is_answered_word_by_word(visiting: Visiting, lang: str, question: str) -> None:
    with visiting(lang=lang) as visit:
        page = visit.page
        assert page.locator("html").get_attribute("lang") == lang
        notice = page.locator("#notice")
        expect(notice).to_be_in_viewport()
        said = {"en": "automated assistant", "fr": "assistant automatique"}[lang]
        expect(notice).to_contain_text(said)
        page.evaluate(
            """() => { window.seen = [];
            new MutationObserver(() => { const prose = document.querySelector('.streaming');
              if (prose && !prose.querySelector('.searching')) window.seen.push(prose.textContent); })
              .observe(document.getElementById('turns'), {subtree: true, childList: true, characterData: true}); }"""
        )
        ask(page, question)
        seen = page.evaluate("window.seen")
        assert len(seen) > 5
        assert all(after.startswith(before) for before, after in itertools.pairwise(seen))
        expect(page.locator(".asked")).to_have_text(question)
        assert page.locator(".turn .prose").get_attribute("lang") == lang
        marks = page.locator(".prose sup.ref a")
        assert marks.count() == page.locator(".sources > li").count() > 1
        expect(page.locator("#live")).to_contain_text(str(page.locator(".sources > li").count()))
        expect(page.locator("#question")).to_be_focused()
        expect(page.locator("#question")).to_have_value("")
        marks.first.click()
        expect(page.locator(".sources > li").first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_source_opens_at_its_words_and_closes(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        ask(page, ENGLISH)
        citations = answers(visit)[0]["citations"]
        for n, citation in enumerate(citations):
            link = page.locator("a.open-source").nth(n)
            link.click()
            mark = page.locator("#source mark")
            expect(mark).to_be_in_viewport()
            assert mark.evaluate("node => node.textContent") == citation["quote"]
            page.keyboard.press("Escape")
            expect(page.locator("#source")).to_be_hidden()
            expect(link).to_be_focused()
        assert page.url == f"{visit.site}/"
        page.goto(visit.site + page.locator("a.open-source").first.get_attribute("href"))  # type: ignore[operator]
        assert page.locator("mark#quote").evaluate("node => node.textContent") == citations[0]["quote"]


@pytest.mark.parametrize(
    ("lang", "question", "said"),
    [("en", "How do I bake bread?", "No answer given"), ("fr", "Comment faire du pain ?", "Pas de réponse")],
)
def test_a_refusal(visiting: Visiting, lang: str, question: str, said: str) -> None:
    with visiting(lang=lang) as visit:
        ask(visit.page, question)
        expect(visit.page.locator(".verdict")).to_contain_text(said)
        assert visit.page.locator(".sources, sup.ref").count() == 0


def test_a_conversation_goes_on_comes_back_and_is_deleted(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        ask(page, ENGLISH)
        ask(page, "And if we dispute the invoice?", 2)
        follow = page.locator(".follow button").last
        text = follow.inner_text()
        follow.click()
        expect(page.locator(".turn[data-answer]")).to_have_count(3)
        expect(page.locator(".asked").last).to_have_text(text)
        assert len(answers(visit)) == 3

        shown = page.locator("#turns .prose").all_inner_texts()
        page.reload()
        expect(page.locator(".turn[data-answer]")).to_have_count(3)
        assert page.locator("#turns .prose").all_inner_texts() == shown

        first = page.locator(".turn").first
        first.locator("[data-do=down]").click()
        expect(first.locator("[data-do=down]")).to_have_attribute("aria-pressed", "true")
        first.locator(".remark input").fill("too <b>long</b>")
        first.locator(".remark button").click()
        expect(first.locator(".said")).to_contain_text("Thank you")
        first.locator("[data-do=up]").click()
        expect(first.locator("[data-do=up]")).to_have_attribute("aria-pressed", "true")
        expect(first.locator("[data-do=down]")).to_have_attribute("aria-pressed", "false")

        key = page.evaluate(f"sessionStorage.getItem('{KEY}')")
        page.locator("#delete").click()
        page.keyboard.press("Escape")  # nothing is deleted by looking
        assert len(answers(visit)) == 3
        page.locator("#delete").click()
        page.locator("#erase-confirm").click()
        receipt = page.locator(".receipt")
        expect(receipt).to_contain_text(key)
        assert re.search(r"[0-9a-f]{64}", receipt.inner_text())
        page.locator("#erase-close").click()
        expect(page.locator("#question")).to_be_focused()
        assert page.locator(".turn").count() == 0
        assert visit.context.request.get(f"{visit.site}/api/v1/conversations/{key}").status == 404
        page.reload()
        expect(page.locator("#composer")).to_be_visible()
        assert page.locator(".turn").count() == 0


def test_a_question_in_a_conversation_that_is_gone_begins_another(visiting: Visiting) -> None:
    with visiting(expected=("404",)) as visit:
        page = visit.page
        ask(page, ENGLISH)
        key = page.evaluate(f"sessionStorage.getItem('{KEY}')")
        visit.context.request.delete(f"{visit.site}/api/v1/conversations/{key}")
        ask(page, ENGLISH, 2)
        assert page.evaluate(f"sessionStorage.getItem('{KEY}')") != key


def test_without_scripts(visiting: Visiting) -> None:
    with visiting(lang="fr", java_script_enabled=False) as visit:
        page = visit.page
        expect(page.locator("#notice")).to_be_in_viewport()
        page.locator("#question").fill(FRENCH)
        page.locator("#send").click()
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.locator(".sources > li").count() == page.locator("sup.ref a").count() > 1
        page.locator("sup.ref a").first.click()
        expect(page.locator(".sources > li").first).to_be_in_viewport()
        page.locator(".follow button").first.click()
        expect(page.locator(".turn[data-answer]")).to_have_count(2)
        quote = page.locator(".sources blockquote").first.text_content()
        with visit.context.expect_page() as opened:
            page.locator("a.open-source").first.click()
        visit.note(opened.value)
        assert opened.value.locator("mark#quote").text_content() == quote
        opened.value.get_by_role("link", name="English").click()
        assert opened.value.locator("html").get_attribute("lang") == "en"


def test_with_the_keyboard_alone(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        tab_to(page, "#question")
        page.keyboard.type("What is the difference")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("between GTI and GTR?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator(".asked")).to_have_text("What is the difference\nbetween GTI and GTR?")
        tab_to(page, "sup.ref a", back=True)
        page.keyboard.press("Enter")
        tab_to(page, "a.open-source")
        page.keyboard.press("Enter")
        expect(page.locator("#source mark")).to_be_visible()
        tab_to(page, "#source form button")
        page.keyboard.press("Enter")
        expect(page.locator("#source")).to_be_hidden()
        assert focused(page, "a.open-source")
        tab_to(page, "[data-do=up]")
        page.keyboard.press("Space")
        expect(page.locator("[data-do=up]")).to_have_attribute("aria-pressed", "true")
        tab_to(page, ".follow button")
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(2)
        tab_to(page, "#delete")
        page.keyboard.press("Enter")
        tab_to(page, "#erase-confirm")
        page.keyboard.press("Enter")
        expect(page.locator(".receipt")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#question")).to_be_focused()


def test_a_lost_connection_keeps_the_question(visiting: Visiting) -> None:
    with visiting(expected=("Failed to load resource",)) as visit:
        page = visit.page
        visit.context.route("**/api/v1/ask", lambda route: route.abort())
        page.locator("#question").fill(ENGLISH)
        page.locator("#send").click()
        expect(page.locator("#error")).to_contain_text("connection was lost")
        expect(page.locator("#question")).to_have_value(ENGLISH)
        expect(page.locator("#question")).to_be_focused()
        visit.context.unroute("**/api/v1/ask")
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator("#error")).to_be_empty()


# --- ways to see ----------------------------------------------------------------------------------------------------------


@pytest.mark.check("X11")
@pytest.mark.parametrize(
    ("lang", "width", "media"),
    [
        ("en", 1280, {}),
        ("fr", 320, {}),
        ("fr", 390, {"color_scheme": "dark"}),
        ("en", 640, {"device_scale_factor": 2}),  # 200 % of 1280
        ("en", 1280, {"forced_colors": "active"}),
        ("fr", 1280, {"color_scheme": "dark", "reduced_motion": "reduce"}),
    ],
    ids=str,
)
def test_every_state_is_accessible(
    visiting: Visiting, lang: str, width: int, media: dict[str, Any], record_property: Callable[[str, str], None]
) -> None:
    states = []
    with visiting(f"/?lang={lang}", lang=lang, width=width, expected=("404",), **media) as visit:
        page = visit.page
        states.append(assert_accessible(page))
        ask(page, {"en": ENGLISH, "fr": FRENCH}[lang])
        states.append(assert_accessible(page))
        if "reduced_motion" in media:
            assert page.evaluate("document.getAnimations().length") == 0
        page.locator("a.open-source").first.click()
        expect(page.locator("#source mark")).to_be_visible()
        states.append(assert_accessible(page))
        page.keyboard.press("Escape")
        page.locator("[data-do=down]").click()
        expect(page.locator(".remark input")).to_be_visible()
        states.append(assert_accessible(page))
        ask(page, {"en": "How do I bake bread?", "fr": "Comment faire du pain ?"}[lang], 2)
        states.append(assert_accessible(page))
        page.locator("#delete").click()
        expect(page.locator("#erase-confirm")).to_be_visible()
        states.append(assert_accessible(page))
        page.keyboard.press("Escape")
        for path in ("/help", "/nothing", "/login"):
            page.goto(f"{visit.site}{path}?lang={lang}")
            assert page.locator("h1").count() == 1
            states.append(assert_accessible(page))
    record_property("figure", f"{lang}, {width} px: {len(states)} states without a finding")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_help_fits_on_one_screen(visiting: Visiting, lang: str) -> None:
    with visiting(f"/help?lang={lang}", lang=lang) as visit:
        expect(visit.page.locator(".answers-to > section").last).to_be_in_viewport(ratio=1)


def test_nothing_is_loaded_twice_and_files_are_kept(visiting: Visiting) -> None:
    """What a visitor pays: the page and its files once, compressed; on the next page the files not at all."""
    with visiting() as visit:
        sizes = """() => performance.getEntriesByType('resource').filter(one => one.name.includes('/static/'))
                   .map(one => [one.name, one.transferSize, one.encodedBodySize, one.decodedBodySize])"""
        first = visit.page.evaluate(sizes)
        assert sum(transferred for _, transferred, _, _ in first) < 40_000
        scripts = [name for name, *_ in first if name.endswith(".js")]
        assert len(set(scripts)) == len(scripts)
        assert all(encoded < decoded for name, _, encoded, decoded in first if name.endswith((".js", ".css")))
        visit.page.goto(f"{visit.site}/help")
        again = visit.page.evaluate(sizes)
        assert again
        assert [name for name, transferred, *_ in again if transferred] == []


# --- scripts of others ----------------------------------------------------------------------------------------------------


def test_scripts_typed_as_questions_are_inert(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        for count, payload in enumerate(
            (
                f"penalty {PAYLOADS[1]}",
                'penalty "><img src=x onerror=window.__pwn=1>',
                "</textarea><svg onload=window.__pwn=1> penalty",
            ),
            1,
        ):
            ask(page, payload, count)
            expect(page.locator(".asked").last).to_have_text(payload)
        assert page.evaluate(NO_TRACE)
        page.reload()
        expect(page.locator(".turn[data-answer]")).to_have_count(3)
        assert page.evaluate(NO_TRACE)


def test_scripts_in_a_document_are_inert(visiting: Visiting) -> None:
    """In its title, its text and the name of its file."""
    with visiting() as visit:
        page = visit.page
        ask(page, QUOKKA)
        expect(page.locator(".source-title").first).to_contain_text(HOSTILE_TITLE)
        expect(page.locator(".prose")).to_contain_text("nine days")
        expect(page.locator(".prose")).to_contain_text("<img src=x onerror=window.__pwn=1>")
        assert "\\" not in page.locator(".prose").inner_text()
        citation = answers(visit)[0]["citations"][0]
        assert "onerror" in citation["uri"]
        page.locator("a.open-source").first.click()
        mark = page.locator("#source mark")
        expect(mark).to_contain_text("<iframe" if "<iframe" in citation["quote"] else "<script>")
        assert mark.evaluate("node => node.textContent") == citation["quote"]
        assert page.evaluate("!window.__pwn && !document.querySelector('#source :is(script, svg, img, iframe)')")
        page.goto(visit.site + page.locator("a.open-source").first.get_attribute("href"))  # type: ignore[operator]
        assert page.locator("mark#quote").evaluate("node => node.textContent") == citation["quote"]
        assert page.evaluate("!window.__pwn && !document.querySelector('main :is(script, svg, img, iframe)')")
        assert "<script>" in page.title()


@pytest.mark.check("X01")
def test_no_payload_runs_wherever_it_stands(visiting: Visiting, record_property: Callable[[str, str], None]) -> None:
    """Every payload as question, prose, HTML, title, heading, quote, file, law, follow-up and engine: none runs."""
    hostile = [{**hostile_answer(payload), "id": f"h{n}", "answer_html": f"<p>{payload}</p>{payload}",
                "authority_details": [{"key": payload, "ref": payload, "text": payload, "status": payload, "url": payload}]}
               for n, payload in enumerate(PAYLOADS)]  # fmt: skip
    with visiting(expected=("Content Security Policy",)) as visit:
        page = visit.page
        result: dict[str, Any] = page.evaluate(
            """async hostile => {
                const { answered, enhance } = await import('/static/render.js');
                for (const answer of hostile) document.getElementById('turns').append(enhance(answered(answer.question, answer)));
                for (const node of document.querySelectorAll('.turn *')) node.dispatchEvent(new Event('focus'));
                await new Promise(done => setTimeout(done, 300));
                const nodes = [...document.querySelectorAll('.turn, .turn *')];
                const allowed = new Set('id class data-answer data-ask data-do data-remark lang tabindex href target rel name value hidden type title aria-label aria-haspopup aria-pressed role maxlength autocomplete start'.split(' '));
                return { pwn: window.__pwn ?? null, turns: document.querySelectorAll('.turn').length,
                  tags: [...new Set(nodes.map(node => node.localName))],
                  attributes: [...new Set(nodes.flatMap(node => node.getAttributeNames()))].filter(name => !allowed.has(name)),
                  links: [...new Set(nodes.filter(n => n.localName === 'a').map(n => n.protocol))],
                  resources: performance.getEntriesByType('resource').map(one => one.name) };
            }""",
            hostile,
        )
    assert result["pwn"] is None
    assert result["turns"] == len(PAYLOADS)
    assert result["attributes"] == []
    assert set(result["links"]) <= {"http:", "https:", ":"}
    assert not set(result["tags"]) & ACTIVE
    assert all(url.startswith(visit.site) for url in result["resources"])
    record_property("figure", f"{result['turns']} answers with a script in each of ten fields: none runs")


# --- parts ----------------------------------------------------------------------------------------------------------------


def answers(visit: Visit) -> list[dict[str, Any]]:
    """The answers of the conversation, as the server keeps them."""
    key = visit.page.evaluate(f"sessionStorage.getItem('{KEY}')")
    body = json.loads(visit.context.request.get(f"{visit.site}/api/v1/conversations/{key}").text())
    return [turn["answer"] for turn in body["turns"]]


def focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(80):
        if focused(page, selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
