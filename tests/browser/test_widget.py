"""What a visitor of a firm's own site does with the widget, in a real browser: the pages are of other origins than the server."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from assistant.journal import Journal
from assistant.wiring import open_assistant
from ingest.sync import open_current
from knowledge.store import Store
from tests.browser.conftest import CHROMIUM, FLAGS, WAIT, Visit
from tests.fakes import NOW
from tests.web.firm import build, settings
from tests.web.payloads import ACTIVE, PAYLOADS
from tests.web.test_markup import hostile_answer
from web.app import create_app
from web.widget.handoff import Handoffs
from web.widget.site import Site
from web.widget.sites import Sites

pytestmark = pytest.mark.slow

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ENGLISH = "When is late payment interest due, and how much is it?"
FRENCH = "Le prestataire dépasse toujours le délai d'intervention : que faire ?"
KEY = "clausier.conversation.main"
FAILED = "Failed to load resource"
"""What Chromium says of every refusal, wanted ones too."""
TEXT = "".join(f"<p>Paragraph {n} of the firm's own page, with a <a href='#top'>link</a>.</p>" for n in range(40))
HOSTILE = """
html { font-size: 5px !important; letter-spacing: 1em !important; }
body { opacity: .2 !important; direction: rtl !important; transform: rotate(2deg); filter: blur(1px); zoom: .5; }
*, ::before, ::after { all: unset; color: red !important; background: lime !important; font: italic 40px fantasy !important;
  display: inline !important; visibility: hidden !important; position: static !important; animation: none !important; }
body > *, clausier-widget, [popover] { display: none !important; opacity: 0 !important; pointer-events: none !important;
  clip-path: inset(50%) !important; transform: scale(.1) !important; content-visibility: hidden !important;
  --accent: red !important; --ink: lime !important; --paper: red !important; --sans: fantasy !important; }
"""
STREAM = """
(() => {
  const fetched = window.fetch;
  window.clausierPieces = %s;
  window.fetch = (address, options) => {
    if (!String(address).endsWith("/widget/ask")) return fetched(address, options);
    window.aborted = false;
    const body = new ReadableStream({ async start(stream) {
      options.signal.addEventListener("abort", () => {
        window.aborted = true;
        stream.error(new DOMException("stopped", "AbortError"));
      });
      for (const [name, data] of window.clausierPieces) {
        await new Promise(done => setTimeout(done, 40));
        if (window.aborted) return;
        stream.enqueue(new TextEncoder().encode(`event: ${name}\\ndata: ${JSON.stringify(data)}\\n\\n`));
      }
      if (!window.held) stream.close();
    } });
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  };
})();
"""
"""Answers of our own making, piece by piece, in place of the server's."""


@dataclass
class Firm:
    """The server, and the firm's own pages under two names, of which only the first is allowed."""

    server: str
    pages: str
    stranger: str
    store: Store
    html: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def put(self, path: str, body: str, *, head: str = "", lang: str = "en", policy: str | None = None) -> None:
        """Serve a page at `path`, with a content security policy if there is one."""
        text = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Cabinet Roux</title><link rel="icon" '
            'href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{head}</head><body>{body}</body></html>"
        )
        self.html[path] = text, policy

    def script(self, more: str = "", site: str = "main") -> str:
        return f'<script src="{self.server}/widget.js" data-site="{site}" {more} defer></script>'


Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    html: dict[str, tuple[str, str | None]] = {}
    with _pages(html) as port:
        built, data = build(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("widget") / "data"
        shutil.copytree(built / "data", data)
        chosen = settings(data, built / "library", questions_per_minute=10_000, widget_session_questions=1_000)
        store, encoder = open_current(chosen)
        pages = f"http://127.0.0.1:{port}"
        for site in (
            Site("main", "Cabinet Roux", (pages,), privacy_url="https://www.example.org/privacy"),
            Site(
                "shop", "Boutique Lenoir", (pages,), {"en": "What is it about?", "fr": "De quoi s'agit-il ?"},
                position="left", theme={"--clausier-accent": "#1d3f7a", "--clausier-dark-accent": "#9db8ec"}, handoff=False,
            ),
        ):  # fmt: skip
            Sites(store).add(site, NOW)
        assistant = open_assistant(chosen, store, encoder)
        with _serving(create_app(assistant)) as server:
            made = Firm(server, pages, f"http://localhost:{port}", store, html)
            _write_pages(made)
            yield made
        assistant.close()


def _write_pages(firm: Firm) -> None:
    main = f'<main id="top"><h1>Cabinet Roux</h1>{TEXT}</main>'
    host = firm.server
    strict = f"default-src 'none'; script-src {host}; connect-src {host}; img-src data:"
    firm.put("/", main + firm.script())
    firm.put("/more", main + firm.script())
    firm.put("/fr", main + firm.script(), lang="fr")
    firm.put("/csp", main + firm.script(), policy=strict)
    firm.put(
        "/types", main + firm.script(), policy=f"{strict}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    firm.put("/hostile", main + firm.script(), head=f"<style>{HOSTILE}</style>")
    firm.put("/french", main + firm.script('data-lang="fr"'))
    firm.put("/shop", main + firm.script('data-position="left" data-accent="#1d3f7a"', "shop"))
    firm.put("/again", main + firm.script() + firm.script())
    firm.put("/corner", main + firm.script() + firm.script(site="shop"))
    firm.put("/open", main + firm.script("data-open"))
    firm.put("/nowhere", main + firm.script('data-mode="inline" data-target="#nothing"'))
    inline = firm.script('data-mode="inline" data-target="#ask"', "shop")
    firm.put("/two", f'{main}<div id="ask" style="min-height:640px"></div>{firm.script()}{inline}')


@contextmanager
def _pages(html: dict[str, tuple[str, str | None]]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, policy = html.get(self.path, ("", None))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def _serving(app: Any) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser(firm: Firm) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visiting(browser: Browser, firm: Firm) -> Visiting:
    """`with visiting("/fr", width=390) as visit`: a fresh profile on a page of the firm; ends with a look at what went wrong."""

    @contextmanager
    def visit(
        path: str = "/",
        *,
        site: str | None = None,
        lang: str = "en",
        width: int = 1280,
        height: int = 900,
        script: str = "",
        expected: tuple[str, ...] = (),
        **more: Any,
    ) -> Iterator[Visit]:
        context = browser.new_context(locale=lang, viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(WAIT)
        if script:
            context.add_init_script(script)
        known = (f"{firm.server}/", f"{firm.pages}/", f"{firm.stranger}/", "data:", "blob:")
        foreign: list[str] = []
        context.on("request", lambda one: None if one.url.startswith(known) else foreign.append(one.url))
        going = Visit(context, context.new_page(), firm.server)
        going.note(going.page)
        try:
            going.page.goto((site or firm.pages) + path)
            yield going
            assert not foreign
            assert [text for text in going.wrong if not any(one in text for one in expected)] == []
            assert context.cookies() == []
        finally:
            context.close()

    return visit


# --- on pages of others ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/csp", "/types", "/hostile"])
@pytest.mark.parametrize(("lang", "question"), [("en", ENGLISH), ("fr", FRENCH)])
def test_a_question_is_answered_with_its_sources(visiting: Visiting, path: str, lang: str, question: str) -> None:
    with visiting(path, lang="de") as visit:
        page = visit.page
        open_widget(page)
        if lang == "fr":
            page.locator("[data-do=lang]").click()
        said = {"en": "automated assistant", "fr": "assistant automatique"}[lang]
        expect(page.locator("#notice")).to_contain_text(said)
        expect(page.locator("#notice a")).to_have_attribute("href", "https://www.example.org/privacy")
        ask(page, question)
        assert page.locator(".prose").get_attribute("lang") == lang
        marks = page.locator("[data-mark]")
        assert marks.count() == page.locator(".sources > li").count() > 1
        assert marks.first.inner_text() == "1"
        marks.last.click()
        note = page.locator(".sources > li").last
        expect(note).to_be_focused()
        expect(note).to_be_in_viewport()
        quote = note.locator("blockquote").inner_text()
        note.locator("[data-do=source]").click()
        mark = page.locator("mark")
        expect(mark).to_be_in_viewport()
        assert mark.inner_text() == quote
        full = page.locator(".view-content > .engine a")
        assert (full.get_attribute("href") or "").startswith(f"{visit.site}/passages/")
        page.locator("[data-do=back]").click()
        expect(note.locator("[data-do=source]")).to_be_focused()
        assert page.evaluate("scrollY") == 0, "the firm's page was moved"


def test_a_page_cannot_change_how_it_looks(visiting: Visiting) -> None:
    looks = []
    for path in ("/", "/hostile"):
        with visiting(path) as visit:
            open_widget(visit.page)
            ask(visit.page, ENGLISH)
            looks.append(visit.page.evaluate(
                """() => { const root = document.querySelector('clausier-widget').shadowRoot;
                const named = ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontStyle', 'display', 'visibility', 'opacity',
                  'position', 'direction', 'letterSpacing', 'transform', 'filter', 'clipPath', 'pointerEvents', 'zoom'];
                return [...root.querySelectorAll('*')].map(node => { const style = getComputedStyle(node), box = node.getBoundingClientRect();
                  return [node.className, ...named.map(name => style[name]), Math.round(box.x), Math.round(box.width)]; }); }"""
            ))  # fmt: skip
    assert len(looks[0]) > 50
    assert looks[0] == looks[1]


def test_nothing_is_sent_and_nothing_moves_before_it_is_opened(visiting: Visiting, firm: Firm) -> None:
    watch = """window.moved = []; new PerformanceObserver(list => { for (const one of list.getEntries())
        window.moved.push([one.value, ...one.sources.map(source => JSON.stringify(source.previousRect))]); })
        .observe({type: 'layout-shift', buffered: true});"""
    with visiting("/two", script=watch) as visit:
        page, sent = visit.page, calls(visit)
        expect(page.locator(".launcher")).to_be_visible()
        page.wait_for_timeout(400)
        assert sent == []
        page.locator("#ask").scroll_into_view_if_needed()
        expect(page.locator("#ask .starters button").first).to_be_visible()
        assert [url for _, url in sent] == ["sessions"]
        page.locator(".launcher").click()
        expect(page.locator("dialog .starters button").first).to_be_visible()
        assert page.evaluate("window.moved") == []
        names = page.evaluate(
            """() => { const frame = document.createElement('iframe'); document.body.append(frame);
            const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow)); frame.remove();
            return Object.getOwnPropertyNames(window).filter(name => !plain.has(name) && !/^\\d+$/.test(name)); }"""
        )
        assert set(names) - {"moved"} == {"Clausier"}


def test_an_origin_that_the_firm_does_not_know(visiting: Visiting, firm: Firm) -> None:
    with visiting("/", site=firm.stranger, expected=("CORS policy", FAILED)) as visit:
        page = visit.page
        page.locator(".launcher").click()
        expect(page.locator(".error")).to_contain_text("not open on this website")
        expect(page.locator(".starters")).to_be_hidden()
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator(".error")).to_contain_text("not open on this website")
        expect(page.locator("#question")).to_have_value(ENGLISH)
        accessible(page)


def test_twice_on_one_page(visiting: Visiting) -> None:
    with visiting("/two") as visit:
        page = visit.page
        page.locator("#ask").scroll_into_view_if_needed()
        inline, dialog = page.locator("#ask"), page.locator("dialog")
        expect(inline.locator(".firm")).to_have_text("Boutique Lenoir")
        expect(inline.locator("[data-do=lawyer]")).to_have_count(0)  # this site takes no messages
        inline.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(inline.locator(".turn[data-answer]")).to_have_count(1)
        page.locator(".launcher").click()
        expect(dialog.locator(".firm")).to_have_text("Cabinet Roux")
        assert dialog.locator(".turn").count() == 0
        dialog.locator("#question").fill("And penalties?")
        page.keyboard.press("Enter")
        expect(dialog.locator(".turn[data-answer]")).to_have_count(1)
        assert inline.locator(".turn").count() == 1
        ids = page.evaluate("Object.values(sessionStorage)")
        assert len(set(ids)) == 2
        page.keyboard.press("Escape")
        page.locator("#ask [data-do=source]").first.click()
        page.keyboard.press("Escape")
        expect(page.locator("#ask [data-do=source]").first).to_be_focused()


@pytest.mark.parametrize(("path", "launchers"), [("/again", 1), ("/corner", 2), ("/nowhere", 0)])
def test_scripts_that_stand_there_several_times_or_have_no_place(visiting: Visiting, path: str, launchers: int) -> None:
    with visiting(path, expected=("there is no #nothing on this page",)) as visit:
        page = visit.page
        expect(page.locator(".launcher")).to_have_count(launchers)
        boxes = [launcher.bounding_box() for launcher in page.locator(".launcher").all()]
        for one, other in itertools.combinations(filter(None, boxes), 2):
            assert abs(one["y"] - other["y"]) >= one["height"]
        if launchers == 2:
            page.locator(".launcher").first.click()
            page.evaluate("Clausier.open('shop')")
            expect(page.locator("dialog[open]")).to_have_count(1)
            expect(page.locator("dialog[open] .firm")).to_have_text("Boutique Lenoir")


def test_the_theme_and_the_place_that_the_firm_chose(visiting: Visiting) -> None:
    for scheme, colour in (("light", "rgb(29, 63, 122)"), ("dark", "rgb(157, 184, 236)")):
        with visiting("/shop", color_scheme=scheme) as visit:
            page = visit.page
            launcher = page.locator(".launcher").bounding_box()
            assert launcher
            assert launcher["x"] < 100
            assert look(page.locator(".launcher"), "backgroundColor") == "rgb(29, 63, 122)"
            assert look(page.locator(".launcher"), "color") == "rgb(255, 255, 255)"
            open_widget(page)
            expect(page.locator(".greeting")).to_have_text("What is it about?")
            panel = page.locator("dialog").bounding_box()
            assert panel
            assert panel["x"] < 100
            assert look(page.locator("[data-do=send]"), "backgroundColor") == colour


def test_a_page_may_open_it_without_taking_the_focus(visiting: Visiting) -> None:
    with visiting("/open") as visit:
        expect(visit.page.locator(".starters button").first).to_be_visible()
        assert visit.page.evaluate("document.activeElement === document.body")
    with visiting("/open", width=390) as visit:  # on a phone it would cover the page
        expect(visit.page.locator(".launcher")).to_be_visible()


# --- the visit ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "lang", "expected"), [("/fr", "en", "fr"), ("/french", "en", "fr"), ("/", "fr", "en")]
)
def test_the_language_is_that_of_the_page_until_the_visitor_chooses(
    visiting: Visiting, firm: Firm, path: str, lang: str, expected: str
) -> None:
    begin = {"en": "Ask a question", "fr": "Poser une question"}
    other = "fr" if expected == "en" else "en"
    with visiting(path, lang=lang) as visit:
        page = visit.page
        expect(page.locator(".launcher")).to_contain_text(begin[expected])
        open_widget(page)
        page.locator("#question").fill("kept")
        page.locator("[data-do=lang]").click()
        assert page.locator(".clausier").get_attribute("lang") == other
        expect(page.locator("[data-do=lang]")).to_be_focused()
        expect(page.locator("#question")).to_have_value("kept")
        page.goto(firm.pages + path)
        expect(page.locator(".launcher")).to_contain_text(begin[other])


def test_a_conversation_goes_on_from_page_to_page(visiting: Visiting, firm: Firm) -> None:
    with visiting() as visit:
        page = visit.page
        open_widget(page)
        page.locator(".starters button").first.click()
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator(".starters")).to_be_hidden()
        expect(page.locator(".asked")).to_be_focused()
        shown = page.locator(".prose").inner_text()
        page.goto(f"{firm.pages}/more")
        sent = calls(visit)
        expect(page.locator(".launcher")).to_contain_text("Continue the conversation")
        assert sent == []
        page.locator(".launcher").click()
        expect(page.locator(".prose")).to_have_text(shown, use_inner_text=True)
        assert page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage)]") == [[KEY], []]
        assert re.fullmatch(r"[\w-]+", page.evaluate(f"sessionStorage.getItem('{KEY}')"))
        ask(page, "And if we dispute the invoice?", 2)
        assert len(said(visit, firm)) == 2


def test_a_conversation_is_downloaded_and_deleted(visiting: Visiting, firm: Firm) -> None:
    with visiting() as visit:
        page = visit.page
        open_widget(page)
        ask(page, ENGLISH)
        key = page.evaluate(f"sessionStorage.getItem('{KEY}')")
        with page.expect_download() as download:
            page.locator("[data-do=download]").click()
        text = Path(download.value.path()).read_text("utf-8")
        assert download.value.suggested_filename == "conversation.md"
        assert ENGLISH in text
        assert "payment" in text
        page.locator("[data-do=delete]").click()
        page.keyboard.press("Escape")  # nothing is deleted by looking
        assert len(said(visit, firm)) == 1
        page.locator("[data-do=delete]").click()
        page.locator("[data-do=erase]").click()
        expect(page.locator(".view-title")).to_be_focused()
        receipt = page.locator(".receipt")
        expect(receipt).to_contain_text(key)
        assert re.search(r"[0-9a-f]{64}", receipt.inner_text())
        page.keyboard.press("Escape")
        expect(page.locator("#question")).to_be_focused()
        assert page.locator(".turn").count() == 0
        assert page.evaluate("Object.keys(sessionStorage)") == []
        assert key not in {one.id for one in Journal(firm.store).recent(500)}
        ask(page, ENGLISH)
        assert page.evaluate(f"sessionStorage.getItem('{KEY}')") != key


def test_what_is_thought_of_an_answer(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_widget(page)
        ask(page, ENGLISH)
        page.locator("[data-do=down]").click()
        expect(page.locator("[data-do=down]")).to_have_attribute("aria-pressed", "true")
        page.locator(".remark input").fill("too <b>long</b>")
        with page.expect_request("**/feedback") as sent:
            page.keyboard.press("Enter")
        assert sent.value.post_data_json["reason"] == "too <b>long</b>"
        expect(page.locator(".told")).to_contain_text("Thank you")
        expect(page.locator(".remark")).to_be_hidden()
        page.locator("[data-do=up]").click()
        expect(page.locator("[data-do=up]")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("[data-do=down]")).to_have_attribute("aria-pressed", "false")
        page.locator("[data-do=copy]").click()
        expect(page.locator(".told")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        quote = page.locator(".sources blockquote").first.inner_text()
        assert all(text in copied for text in (ENGLISH, f"“{quote}”", "[1]", "not legal advice"))
        page.locator("[data-do=lang]").click()  # what was thought stays
        expect(page.locator("[data-do=up]")).to_have_attribute("aria-pressed", "true")


def test_a_letter_to_the_firm(visiting: Visiting, firm: Firm) -> None:
    with visiting(lang="fr", path="/fr") as visit:
        page = visit.page
        open_widget(page)
        ask(page, FRENCH)
        opener = page.locator(".dock [data-do=lawyer]")
        opener.click()
        expect(page.locator(".view-title")).to_be_focused()
        expect(page.locator(".stored")).to_contain_text("conservé")
        send = page.locator(".letter .solid")
        send.click()
        expect(page.locator("#field-name")).to_be_focused()
        assert page.locator("[aria-invalid]").count() == 4
        for wrong in page.locator("[aria-invalid]").all():
            described = (wrong.get_attribute("aria-describedby") or "").split()[0]
            assert page.locator(f"#{described}").inner_text()
        page.locator("#field-name").fill("Anne Roux")
        page.locator("#field-email").fill("anne")
        page.locator("#field-message").fill("Rappelez-moi.\nMerci.")
        page.keyboard.press("Escape")
        opener.click()
        expect(page.locator("#field-message")).to_have_value(
            "Rappelez-moi.\nMerci."
        )  # nothing that was written is lost
        page.locator("#field-consent").check()
        page.locator("#field-include").check()
        send.click()
        expect(page.locator("#field-email")).to_be_focused()
        page.locator("#field-email").fill("anne@example.org")
        send.click()
        told = page.locator(".receipt-number")
        expect(told).to_be_visible()
        expect(page.locator(".view-title")).to_be_focused()
        number = (re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", told.inner_text()) or [""])[0]
        letter = Handoffs(firm.store).one(number)
        assert (letter.name, letter.email, letter.message) == ("Anne Roux", "anne@example.org", "Rappelez-moi.\nMerci.")
        assert (letter.site, letter.lang) == ("main", "fr")
        assert letter.conversation_id == page.evaluate(f"sessionStorage.getItem('{KEY}')")
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()


@pytest.mark.parametrize(
    ("status", "code", "wait", "expected"),
    [(429, "letters_used_up", 40_000, r"several times.* from .*\d\d:\d\d"), (500, "internal", None, "still here")],
)
def test_a_letter_that_is_not_taken_is_kept(
    visiting: Visiting, firm: Firm, status: int, code: str, wait: int | None, expected: str
) -> None:
    with visiting(expected=(FAILED,)) as visit:
        page = visit.page
        open_widget(page)
        page.locator(".dock [data-do=lawyer]").click()
        for name, text in (
            ("name", "Anne"),
            ("email", "anne@example.org"),
            ("phone", "call me"),
            ("message", "Hello."),
        ):
            page.locator(f"#field-{name}").fill(text)
        page.locator("#field-consent").check()
        page.locator(".letter .solid").click()
        expect(page.locator("#field-phone")).to_be_focused()
        page.locator("#field-phone").fill("+33 1 23 45 67 89")
        page.route("**/widget/handoffs", lambda route: answer(route, refusal(firm, status, code, wait)))
        page.locator(".letter .solid").click()
        expect(page.locator(".letter > .warned")).to_contain_text(re.compile(expected))
        expect(page.locator("#field-message")).to_have_value("Hello.")
        page.unroute("**/widget/handoffs")
        page.locator(".letter .solid").click()
        expect(page.locator(".receipt-number")).to_be_visible()


# --- as it comes ----------------------------------------------------------------------------------------------------------

SENTENCES = "The first sentence is here. A second one follows [1]. The third ends it."
ANSWER = hostile_answer("x") | {
    "answer": SENTENCES, "answer_html": "<p>The first sentence is here.</p>", "language": "en", "id": "a1",
    "conversation_id": None, "follow_ups": [], "authority_details": [], "citations": [], "answerable": True,
}  # fmt: skip
TOKENS = [["token", {"text": piece}] for piece in re.findall(r"\S+\s*", SENTENCES)]


def test_sentences_are_announced_and_not_words(visiting: Visiting) -> None:
    with visiting(script=STREAM % json.dumps([*TOKENS, ["answer", ANSWER], ["done", {}]])) as visit:
        page = visit.page
        open_widget(page)
        page.evaluate("""() => { window.seen = []; const turns = document.querySelector('clausier-widget').shadowRoot.querySelector('.turns');
            new MutationObserver(() => { const prose = turns.querySelector('.streaming');
              if (prose && !prose.querySelector('.searching')) window.seen.push(prose.textContent); })
              .observe(turns, {subtree: true, childList: true, characterData: true}); }""")
        ask(page, ENGLISH)
        seen = page.evaluate("window.seen")
        assert len(seen) >= len(TOKENS)
        assert all(after.startswith(before) for before, after in itertools.pairwise(seen))
        assert page.locator("[aria-live], [role=status], [role=alert]").count() == 1
        assert page.locator("[role=log] p").all_inner_texts() == [
            "Searching the library…", "The first sentence is here.", "A second one follows.", "The third ends it.",
            "Answer complete. Sources: 0.",
        ]  # fmt: skip


def test_an_answer_is_stopped(visiting: Visiting) -> None:
    with visiting(script="window.held = true;" + STREAM % json.dumps(TOKENS[:4])) as visit:
        page = visit.page
        open_widget(page)
        page.locator("#question").fill(ENGLISH)
        page.locator("[data-do=send]").click()
        expect(page.locator("[data-do=stop]")).to_be_focused()
        expect(page.locator(".streaming")).to_have_text("The first sentence is")
        page.keyboard.press("Enter")
        expect(page.locator(".warned")).to_contain_text("incomplete")
        assert page.evaluate("window.aborted")
        expect(page.locator("[data-do=send]")).to_be_focused()
        expect(page.locator("#question")).to_have_value(ENGLISH)
        assert page.locator(".error").inner_text() == ""


def test_an_answer_takes_neither_focus_nor_place(visiting: Visiting) -> None:
    slow = [*TOKENS, *([["token", {"text": " More."}]] * 10), ["answer", ANSWER], ["done", {}]]
    with visiting(script=STREAM % json.dumps(slow)) as visit:
        page = visit.page
        open_widget(page)
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        page.keyboard.type("My next question")
        page.wait_for_timeout(500)  # the question has come to the top
        before = page.locator(".scroll").evaluate("node => node.scrollTop")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator("#question")).to_be_focused()
        expect(page.locator("#question")).to_have_value("My next question")
        assert page.locator(".scroll").evaluate("node => node.scrollTop") == before


def test_it_is_closed_while_an_answer_comes(visiting: Visiting) -> None:
    with visiting(script=STREAM % json.dumps([*TOKENS, ["answer", ANSWER], ["done", {}]])) as visit:
        page = visit.page
        open_widget(page)
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator(".launcher")).to_be_focused()
        page.wait_for_timeout(800)
        expect(page.locator(".launcher")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)


@pytest.mark.check("X01")
def test_no_payload_runs_wherever_it_stands(visiting: Visiting, record_property: Callable[[str, str], None]) -> None:
    with visiting(script=STREAM % "[]") as visit:
        page = visit.page
        open_widget(page)
        for count, payload in enumerate(PAYLOADS, 1):
            hostile = hostile_answer(payload) | {
                "id": payload, "answer_html": f"<p>{payload}</p>{payload}", "conversation_id": None,
                "authority_details": [{"key": payload, "ref": payload, "text": payload, "status": payload, "url": payload}],
            }  # fmt: skip
            page.evaluate("answer => { window.clausierPieces = [['answer', answer], ['done', {}]]; }", hostile)
            ask(page, payload, count)
        page.wait_for_timeout(300)
        found: dict[str, Any] = page.evaluate(
            """() => { const nodes = [...document.querySelector('clausier-widget').shadowRoot.querySelectorAll('.turn *')];
            return { pwn: window.__pwn ?? null, tags: [...new Set(nodes.map(node => node.localName))],
              attributes: [...new Set(nodes.flatMap(node => node.getAttributeNames()))],
              links: [...new Set(nodes.filter(n => n.localName === 'a').map(n => n.protocol))] }; }"""
        )
    assert found["pwn"] is None
    assert not set(found["tags"]) & ACTIVE
    assert not [name for name in found["attributes"] if name.startswith("on") or name in ("style", "src", "srcdoc")]
    assert set(found["links"]) <= {"https:"}
    record_property("figure", f"{len(PAYLOADS)} answers of the widget with a script in each field: none runs")


# --- when something goes wrong --------------------------------------------------------------------------------------------


def test_a_token_that_ends_in_mid_conversation_is_renewed(visiting: Visiting, firm: Firm) -> None:
    with visiting(expected=(FAILED,)) as visit:
        page, sent = visit.page, calls(visit)
        open_widget(page)
        ask(page, ENGLISH)
        ends = iter([refusal(firm, 401, "expired")])
        page.route("**/widget/ask", lambda route: answer(route, next(ends, None)))
        ask(page, "And if we dispute the invoice?", 2)
        assert [url for _, url in sent] == ["sessions", "ask", "ask", "sessions", "ask"]
        assert len(said(visit, firm)) == 2


def test_a_conversation_that_is_gone_begins_anew(visiting: Visiting, firm: Firm) -> None:
    with visiting(expected=(FAILED,)) as visit:
        page = visit.page
        open_widget(page)
        ask(page, ENGLISH)
        key = page.evaluate(f"sessionStorage.getItem('{KEY}')")
        Journal(firm.store).delete(key, NOW)
        ask(page, ENGLISH, 2)
        assert page.evaluate(f"sessionStorage.getItem('{KEY}')") != key
        page.evaluate(f"sessionStorage.setItem('{KEY}', 'nonsense')")
        page.reload()
        open_widget(page)
        assert page.locator(".turn").count() == 0


def test_a_connection_that_is_lost_loses_no_question(visiting: Visiting) -> None:
    with visiting(expected=(FAILED,)) as visit:
        page = visit.page
        open_widget(page)
        visit.context.set_offline(True)
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator(".error")).to_contain_text("You are offline")
        expect(page.locator("#question")).to_have_value(ENGLISH)
        expect(page.locator("#question")).to_be_focused()
        assert page.locator(".turn").count() == 0
        visit.context.set_offline(False)
        page.locator("[data-do=retry]").click()
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator(".error")).to_be_empty()
        page.route("**/widget/ask", lambda route: route.abort())
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator(".error")).to_contain_text("cannot be reached")


def test_a_server_that_is_away_when_it_is_opened(visiting: Visiting) -> None:
    with visiting(expected=(FAILED,)) as visit:
        page = visit.page
        visit.context.set_offline(True)
        page.locator(".launcher").click()
        expect(page.locator(".error")).to_contain_text("You are offline")
        expect(page.locator("#notice")).to_be_visible()
        visit.context.set_offline(False)
        page.locator("[data-do=retry]").click()
        expect(page.locator(".starters button").first).to_be_visible()
        expect(page.locator(".error")).to_be_empty()


@pytest.mark.parametrize(
    ("status", "code", "wait", "lang", "expected"),
    [
        (429, "day_used_up", 40_000, "en", r"ask again from .*\d\d:\d\d"),
        (429, "day_used_up", 40_000, "fr", r"reposez-la à partir de .*\d\d:\d\d"),
        (429, "site_busy", 20, "en", "in 20 seconds"),
        (503, "busy", 2, "en", "in 2 seconds"),
        (413, "too_large", None, "fr", "trop longue"),
        (422, "invalid", None, "en", "could not be read"),
        (500, "internal", None, "en", "could not answer"),
    ],
)
def test_a_refusal_says_what_to_do(
    visiting: Visiting, firm: Firm, status: int, code: str, wait: int | None, lang: str, expected: str
) -> None:
    with visiting("/fr" if lang == "fr" else "/", expected=(FAILED,)) as visit:
        page = visit.page
        open_widget(page)
        page.route("**/widget/ask", lambda route: answer(route, refusal(firm, status, code, wait)))
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator(".error")).to_contain_text(re.compile(expected))
        expect(page.locator("#question")).to_have_value(ENGLISH)
        expect(page.locator("[role=log]")).to_contain_text(re.compile(expected))


# --- for everybody --------------------------------------------------------------------------------------------------------


def test_with_the_keyboard_alone(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        tab_to(page, ".launcher", back=True)
        page.keyboard.press("Enter")
        expect(page.locator("#question")).to_be_focused()
        expect(page.locator(".starters button").first).to_be_visible()
        page.keyboard.type("What is the difference")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("between GTI and GTR?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        tab_to(page, "[data-mark]", back=True)
        page.keyboard.press("Enter")
        expect(page.locator(".sources > li:focus")).to_have_count(1)
        tab_to(page, "[data-do=source]")
        page.keyboard.press("Enter")
        expect(page.locator("mark")).to_be_visible()
        page.keyboard.press("Escape")
        assert focused(page, "[data-do=source]")
        tab_to(page, "[data-do=up]")
        page.keyboard.press("Space")
        expect(page.locator("[data-do=up]")).to_have_attribute("aria-pressed", "true")
        tab_to(page, ".dock [data-do=lawyer]")
        page.keyboard.press("Enter")
        for name, text in (("name", "Anne"), ("email", "anne@example.org"), ("message", "Call me.")):
            tab_to(page, f"#field-{name}")
            page.keyboard.type(text)
        tab_to(page, "#field-consent")
        page.keyboard.press("Space")
        tab_to(page, ".letter .solid")
        page.keyboard.press("Enter")
        expect(page.locator(".receipt-number")).to_be_visible()
        page.keyboard.press("Escape")
        assert focused(page, ".dock [data-do=lawyer]")
        page.keyboard.press("Escape")
        expect(page.locator(".launcher")).to_be_focused()


def test_keys_are_not_the_pages(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.page
        page.evaluate("addEventListener('keydown', event => { window.heard = true; event.preventDefault(); })")
        open_widget(page)
        page.locator("#question").press_sequentially("a/b")
        expect(page.locator("#question")).to_have_value("a/b")
        assert page.evaluate("window.heard") is None


def test_on_a_phone_it_fills_the_window_and_the_page_rests(visiting: Visiting) -> None:
    with visiting("/fr", width=390, height=844, has_touch=True, is_mobile=True) as visit:
        page = visit.page
        page.locator(".launcher").tap()
        expect(page.locator(".starters button").first).to_be_visible()
        assert page.locator("dialog").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        assert page.locator("dialog").evaluate("node => node.matches(':modal')")
        expect(page.locator(".greeting")).to_be_focused()  # and no keyboard over the notice
        expect(page.locator("#notice")).to_be_in_viewport()
        for _ in range(25):
            page.keyboard.press("Tab")
            assert not page.evaluate("document.activeElement.closest('main')"), "the page behind is reached"
        page.set_viewport_size({"width": 1200, "height": 844})
        assert not page.locator("dialog").evaluate("node => node.matches(':modal')")
        expect(page.locator("dialog")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 844})
        ask(page, FRENCH)
        for _ in range(3):  # a browser may not close it behind our back
            page.locator("[data-do=source]").first.click()
            page.keyboard.press("Escape")
            expect(page.locator("[data-do=source]").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".launcher")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 320), (320, 256)])
def test_there_is_room_in_a_small_window(visiting: Visiting, width: int, height: int) -> None:
    """320 pixels are 1280 at 400 %, 640 at 200 %: nothing is scrolled sideways, nothing is out of reach (WCAG 2.2, 1.4.10)."""
    with visiting("/fr", width=width, height=height) as visit:
        page = visit.page
        open_widget(page)
        ask(page, FRENCH)
        page.locator("[data-do=down]").click()
        for node in page.locator(".scroll, .talk, .panel, .turn").all():
            assert node.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
        page.locator("[data-do=send]").scroll_into_view_if_needed()
        expect(page.locator("[data-do=send]")).to_be_in_viewport()
        page.locator(".dock [data-do=lawyer]").click()
        page.locator(".letter .solid").scroll_into_view_if_needed()
        expect(page.locator(".letter .solid")).to_be_in_viewport()
        assert page.locator(".view").evaluate("node => node.scrollWidth <= node.clientWidth + 1")


def test_targets_are_large_enough(visiting: Visiting) -> None:
    """24 by 24 pixels, but for the marks that stand in a sentence (WCAG 2.2, 2.5.8)."""
    small = """() => [...document.querySelector('clausier-widget').shadowRoot.querySelectorAll('button, input, textarea, a')]
        .filter(node => node.checkVisibility() && !node.matches('.mark, p a, dd a'))
        .map(node => [node.textContent || node.id, node.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    with visiting() as visit:
        page = visit.page
        open_widget(page)
        ask(page, ENGLISH)
        page.locator("[data-do=down]").click()
        assert page.evaluate(small) == []
        page.locator(".dock [data-do=lawyer]").click()
        assert page.evaluate(small) == []


def test_nothing_moves_for_who_wants_no_motion(visiting: Visiting) -> None:
    with visiting(reduced_motion="reduce", script=STREAM % json.dumps(TOKENS[:1]) + "window.held = true;") as visit:
        page = visit.page
        open_widget(page)
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        assert page.evaluate("document.getAnimations().length") == 0
        top = page.locator(".turn").evaluate(
            "node => node.getBoundingClientRect().top - node.closest('.scroll').getBoundingClientRect().top"
        )
        assert abs(top) <= 1  # at once


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/", {}),
        ("/fr", {"width": 390, "height": 844}),
        ("/", {"color_scheme": "dark"}),
        ("/fr", {"forced_colors": "active"}),
        ("/shop", {"color_scheme": "dark"}),
    ],
)
def test_every_state_is_accessible(visiting: Visiting, firm: Firm, path: str, more: dict[str, Any]) -> None:
    with visiting(path, expected=(FAILED,), reduced_motion="reduce", **more) as visit:
        page = visit.page
        accessible(page)
        open_widget(page)
        accessible(page)
        ask(page, FRENCH)
        page.locator("[data-do=down]").click()
        accessible(page)
        page.locator("[data-do=source]").first.click()
        expect(page.locator("mark")).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
        if path != "/shop":
            page.locator(".dock [data-do=lawyer]").click()
            accessible(page)
            page.locator(".letter .solid").click()
            accessible(page)
            for name, text in (("name", "Anne"), ("email", "anne@example.org"), ("message", "Call me.")):
                page.locator(f"#field-{name}").fill(text)
            page.locator("#field-consent").check()
            page.locator(".letter .solid").click()
            expect(page.locator(".receipt-number")).to_be_visible()
            accessible(page)
            page.keyboard.press("Escape")
        page.locator("[data-do=delete]").click()
        accessible(page)
        page.locator("[data-do=erase]").click()
        expect(page.locator(".receipt")).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
        ask(page, "How do I bake bread?")
        page.route("**/widget/ask", lambda route: answer(route, refusal(firm, 503, "busy", 2)))
        page.locator("#question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator("[data-do=retry]")).to_be_visible()
        accessible(page)


def test_a_page_with_the_widget_in_it_is_accessible(visiting: Visiting) -> None:
    with visiting("/two") as visit:
        page = visit.page
        page.locator("#ask").scroll_into_view_if_needed()
        expect(page.locator("#ask .starters button").first).to_be_visible()
        page.locator("#ask #question").fill(ENGLISH)
        page.keyboard.press("Enter")
        expect(page.locator("#ask .turn[data-answer]")).to_have_count(1)
        accessible(page)


# --- parts ----------------------------------------------------------------------------------------------------------------


def open_widget(page: Page) -> None:
    """Open it, and wait until the server has said what to show."""
    page.locator(".launcher").click()
    expect(page.locator(".firm")).to_have_text(re.compile("Cabinet|Boutique"))


def ask(page: Page, question: str, count: int = 1) -> None:
    """Type a question, send it with Enter, and wait for the finished answer."""
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    expect(page.locator(".turn[data-answer]")).to_have_count(count)
    expect(page.locator("[data-do=send]")).to_be_visible()


def accessible(page: Page) -> None:
    """No violation that axe knows of, in the page and in the widget."""
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert len(found["passes"]) > 10
    assert any("clausier-widget" in str(node["target"]) for one in found["passes"] for node in one["nodes"]), (
        "not looked into"
    )
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def calls(visit: Visit) -> list[tuple[str, str]]:
    """What is sent to the widget's addresses from now on: methods and the ends of the addresses."""
    sent: list[tuple[str, str]] = []
    api = f"{visit.site}/api/v1/widget/"
    visit.context.on(
        "request", lambda one: sent.append((one.method, one.url.removeprefix(api))) if one.url.startswith(api) else None
    )
    return sent


def said(visit: Visit, firm: Firm) -> list[tuple[str, dict[str, Any]]]:
    """The conversation, as the server keeps it."""
    return Journal(firm.store).turns(visit.page.evaluate(f"sessionStorage.getItem('{KEY}')"))


def refusal(firm: Firm, status: int, code: str, wait: int | None = None) -> dict[str, Any]:
    """An error as the server gives it to a page that may read it."""
    details = {"details": {"retry_after": wait}} if wait else {}
    return {
        "status": status,
        "headers": {"Access-Control-Allow-Origin": firm.pages},
        "content_type": "application/json",
        "body": json.dumps({"error": {"code": code, "message": "no", **details}}),
    }


def answer(route: Route, given: dict[str, Any] | None) -> None:
    """Answer a request with `given`, or let the server do it."""
    if given and route.request.method == "POST":
        route.fulfill(**given)
    else:
        route.continue_()


def look(node: Locator, name: str) -> str:
    return str(node.evaluate("(node, name) => getComputedStyle(node)[name]", name))


def focused(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            """selector => { let at = document.activeElement; while (at.shadowRoot) at = at.shadowRoot.activeElement ?? document.body;
            return at.matches(selector); }""",
            selector,
        )
    )


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(80):
        if focused(page, selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


# --- on a page that means harm --------------------------------------------------------------------------------------------

POLLUTED = """
for (const [name, value] of Object.entries({ polluted: 'x', innerHTML: '<img src=x onerror=window.__pwn=1>', site: 'shop', url: 'https://evil.example/',
    answer_html: '<img src=x onerror=window.__pwn=1>', href: 'javascript:window.__pwn=1', greeting: 'HACKED', name: 'HACKED' }))
  Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true, enumerable: false });
Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
"""
FORGED = """() => {
    const types = ['clausier', 'clausier:open', 'open', 'ask', 'answer', 'token', 'session', 'close', 'resize', 'config'];
    for (const type of types) {
        window.postMessage({ type, question: 'forged', token: 'forged', html: '<img src=x onerror=window.__pwn=1>', site: 'shop' }, '*');
        document.querySelector('clausier-widget').dispatchEvent(new MessageEvent('message', { data: { type, answer: 'forged' } }));
    }
    return 2 * types.length;
}"""


@pytest.mark.check("X06")
@pytest.mark.tier(2)
def test_a_hostile_page_is_not_heard_and_breaks_nothing(
    visiting: Visiting, firm: Firm, record_property: Callable[[str, str], None]
) -> None:
    """Changed prototypes, no storage, forged messages, styles against it: it answers as elsewhere and does what nobody asked."""
    with visiting("/hostile", script=POLLUTED) as visit:
        page, sent = visit.page, calls(visit)
        open_widget(page)
        before = page.evaluate("document.querySelector('clausier-widget').shadowRoot.textContent")
        assert "HACKED" not in before
        asked = len(sent)
        forged = page.evaluate(FORGED)
        page.wait_for_timeout(300)
        assert page.evaluate("document.querySelector('clausier-widget').shadowRoot.textContent") == before
        assert len(sent) == asked
        ask(page, ENGLISH)
        expect(page.locator("clausier-widget .turn[data-answer]")).to_have_count(1)
        shown = page.evaluate("document.querySelector('clausier-widget').shadowRoot.textContent")
        assert "HACKED" not in shown
        assert page.evaluate("window.__pwn ?? null") is None
    record_property("figure", f"{forged} forged messages: none heard; polluted, without storage: answers")
