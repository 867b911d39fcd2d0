"""Scripts that strangers write where words are expected, as people see them in a real browser: on every page none runs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from assistant.draft.drafter import Drafter
from assistant.journal import Journal
from assistant.review.keep import Reviews
from assistant.wiring import open_assistant
from ingest.sync import refresh
from knowledge.errors import ClausierError
from knowledge.library import load
from knowledge.settings import Settings
from knowledge.store import Store
from tests.browser.conftest import CHROMIUM, Visiting
from tests.browser.test_workspace import PASSWORD, sign_in
from tests.fakes import NOW, FakeEncoder, document, new_store, put
from tests.web.firm import small_library
from tests.web.lesson import serving
from tests.web.payloads import PAYLOADS
from tests.web.test_markup import hostile_answer
from web.accounts import Accounts
from web.app import create_app
from web.audit import Audit
from web.keys import Keys
from web.widget.handoff import Handoffs, Letter
from web.widget.site import Site
from web.widget.sites import Sites
from web.work import Works
from web.workspace.meeting import content

pytestmark = [pytest.mark.slow, pytest.mark.tier(2), pytest.mark.timeout(1800)]

Record = Callable[[str, str], None]

NOISE = ("Failed to load resource", "Content Security Policy", "404", "422")
INERT = """() => {
    const own = location.origin + '/', wrong = [];
    for (const node of document.querySelectorAll('*')) {
        const name = node.localName;
        if (['iframe', 'object', 'embed', 'base', 'math', 'marquee', 'video', 'audio', 'applet', 'style', 'plaintext'].includes(name))
            wrong.push(name);
        if (name === 'script' && !(node.src.startsWith(own) || node.type === 'application/json')) wrong.push('script ' + node.outerHTML);
        for (const { name: attribute, value } of node.attributes) {
            if (attribute.startsWith('on') || ['srcdoc', 'formaction', 'style'].includes(attribute) && /pwn|script|evil/i.test(value))
                wrong.push(name + ' ' + attribute);
            if (['href', 'src', 'action', 'xlink:href', 'data'].includes(attribute)
                && /^[\\s\\x00-\\x1f]*(javascript|vbscript|data:text|https?:\\/\\/evil|\\/\\/evil)/i.test(value))
                wrong.push(name + ' ' + attribute + '=' + value);
        }
    }
    document.querySelectorAll('[tabindex], input, a').forEach(node => node.dispatchEvent(new Event('focus')));
    return { wrong, pwn: window.__pwn ?? null, words: document.documentElement.textContent
        + [...document.querySelectorAll('[value]')].map(node => node.value).join(' ') };
}"""


def fill(store: Store, owner: str) -> dict[str, int]:
    """Every payload in every place that keeps words of somebody's: how many each place took."""
    kept = dict.fromkeys(("site", "key", "letter"), 0)
    works, journal = Works(store), Journal(store)
    for n, payload in enumerate(PAYLOADS):
        made = document(f"doc-{n}", f"Words {payload} of a text.")
        put(store, FakeEncoder(), dataclasses.replace(made, title=payload, uri=payload))
        works.make(owner, "checklist", payload, content((), "customer", "en"), NOW)
        review = Reviews(store).put(payload, "en", {}, "", b"", dt.datetime.now(dt.UTC))
        works.make(owner, "review", payload, {"review": review, "decisions": {}}, NOW)
        Audit(store).note(payload, "signed-in", payload, NOW)
        conversation = journal.open(NOW)
        journal.add(conversation, payload, hostile_answer(payload), NOW)
        for place, keep in (
            (
                "site",
                lambda n=n, payload=payload: Sites(store).add(
                    Site(f"s{n}", payload, ("https://www.example.org",)), NOW
                ),
            ),
            ("key", lambda payload=payload: Keys(store).make(payload, (), payload, NOW)),
            (
                "letter",
                lambda payload=payload: Handoffs(store).add(
                    "s1", Letter(payload, "a@example.org", "", payload, "en"), NOW
                ),
            ),
        ):
            try:
                keep()
                kept[place] += 1
            except ClausierError:  # a name that no form takes either
                pass
    return kept


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    folder = tmp_path_factory.mktemp("payloads")
    library = load(small_library(folder / "library"))
    store = new_store(folder / "data" / "clausier.db")
    refresh(store, FakeEncoder(), library)
    Accounts(store).add("administrator", "administrator", PASSWORD, NOW)
    fill(store, next(one.id for one in Accounts(store).all()))
    settings = Settings(
        _env_file=None, data_dir=folder / "data", library_dir=folder / "library", questions_per_minute=10_000
    )
    assistant = open_assistant(settings, store, FakeEncoder())
    by_words = Drafter(library, None, dt.date.today)  # the fake encoder knows no meanings
    with serving(create_app(dataclasses.replace(assistant, drafter=by_words))) as address:
        yield address
    assistant.close()


def looked_at(page: Page) -> str:
    """The words of a page on which nothing runs."""
    found: Mapping[str, Any] = page.evaluate(INERT)
    assert found["pwn"] is None, page.url
    assert found["wrong"] == [], page.url
    return str(found["words"])


def told(words: str) -> int:
    """How many payloads stand on a page as words."""
    plain = re.sub(r"\s", "", words)
    return sum(re.sub(r"[\s\x00-\x1f\ufeff]", "", payload) in plain for payload in PAYLOADS)


LISTS = {
    "document title and file": "/workspace/knowledge", "checklist name": "/workspace/checklists",
    "name of a file": "/workspace/review", "user name": "/workspace/audit", "name of a key": "/workspace/keys",
    "question of a client": "/workspace/conversations", "name of a site": "/workspace/sites", "letter": "/workspace/handoffs",
}  # fmt: skip


@pytest.mark.check("X01")
def test_no_payload_runs_in_the_workspace(visiting: Visiting, record_property: Record) -> None:
    seen: dict[str, int] = {}
    with visiting("/login", expected=NOISE) as visit:
        sign_in(visit.page, "administrator", PASSWORD)
        visit.page.wait_for_url("**/workspace")
        for sink, path in LISTS.items():
            visit.page.goto(visit.site + path)
            seen[sink] = told(looked_at(visit.page))
        visit.page.goto(f"{visit.site}/workspace/conversations")
        for address in {
            link
            for link in visit.page.eval_on_selector_all("main a", "all => all.map(one => one.href)")
            if "/conversations/" in link
        }:
            visit.page.goto(address)
            looked_at(visit.page)
    assert len(PAYLOADS) >= 145
    assert all(seen[sink] > 20 for sink in seen), seen
    record_property("figure", "none of " + ", ".join(f"{count} as {sink}" for sink, count in seen.items()) + " runs")


@pytest.mark.check("X01")
def test_no_payload_runs_on_an_error_page_or_in_the_widget(visiting: Visiting, record_property: Record) -> None:
    count = 0
    with visiting(expected=NOISE) as visit:
        for n, payload in enumerate(PAYLOADS):
            for path in (
                f"/passages/{quote(payload, safe='')[:190]}",
                f"/{quote(payload, safe='')}",
                f"/?q={quote(payload, safe='')}",
            ):
                visit.page.goto(visit.site + path)
                looked_at(visit.page)
                count += 1
            if not n % 5:
                visit.page.goto(f"{visit.site}/widget/s{n}")
                looked_at(visit.page)
    record_property("figure", f"none of {count} pages of errors, none of {len(PAYLOADS[::5])} widgets named so runs")


@pytest.mark.check("X01")
def test_no_payload_runs_as_question_and_answer(visiting: Visiting, record_property: Record) -> None:
    """The question is echoed and the document with the payload as its title is cited, with scripts and without."""
    with visiting(expected=NOISE) as visit:
        for payload in PAYLOADS:
            visit.page.goto(visit.site)
            visit.page.locator("#question").fill(f"Words {payload}"[:3900])
            visit.page.locator("#send").click()
            visit.page.wait_for_selector(".turn[data-answer], #error:not(:empty)")
            looked_at(visit.page)
    record_property("figure", f"none of {len(PAYLOADS)} questions with their answers runs")
