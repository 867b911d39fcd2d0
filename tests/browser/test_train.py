"""Training as a person takes it, in a real browser: by keyboard, on a phone, in both languages, with sources and negotiations."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, Route, expect

from assistant.quiz.question import NAMES, arrangement
from knowledge.quiz import Choice, Multiple
from tests.browser.axe import assert_accessible
from tests.browser.conftest import CHROMIUM, Visiting
from tests.browser.test_payloads import looked_at, told
from tests.web.lesson import lesson, serving
from tests.web.payloads import PAYLOADS
from web.access import Visitor, _visitor

pytestmark = pytest.mark.slow

ITEM = "late-payment"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    made = lesson(tmp_path_factory.mktemp("lesson"))
    assert made.state.desk.training.bank.entries
    return made


@pytest.fixture(scope="module")
def site(app: FastAPI) -> Iterator[str]:
    with serving(app) as address:
        yield address


def key_of(app: FastAPI, page: Page) -> list[str]:
    """The names of the right answers to the choice on the page."""
    training = app.state.desk.training
    found = re.search(r"#q=([\w-]+)", page.url)
    assert found
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "clausier-learner")
    asked = training.record.asked(training.record.learner_of(token), found[1])
    item = training.bank.entry(asked.item_id).item
    assert isinstance(item, Choice | Multiple)
    order = arrangement(asked.item_id, item, asked.seed)
    return [NAMES[place] for place, at in enumerate(order) if item.options[at].correct]


def until_choice(page: Page) -> None:
    """Go on until the question is a choice."""
    for _ in range(30):
        expect(page.locator("#question")).to_be_visible()
        if page.locator("#question").get_attribute("data-type") in ("single", "truth", "fallback", "multiple"):
            return
        page.reload()
        page.evaluate("history.replaceState(null, '', location.pathname + location.search)")
        page.reload()
    raise AssertionError("no choice in thirty questions")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_question_is_answered_by_keyboard_alone(visiting: Visiting, app: FastAPI, lang: str, width: int) -> None:
    with visiting(f"/train?topics={ITEM}", lang=lang, width=width) as visit:
        page = visit.page
        until_choice(page)
        expect(page.locator("#stem")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for name in key_of(app, page):
            page.keyboard.press(name)
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        expect(page.locator("#outcome")).to_be_focused()
        expect(page.locator("#outcome")).to_have_text({"en": "Right", "fr": "Juste"}[lang])
        assert page.locator(".lines > li").count() >= 3
        assert all(text.strip() for text in page.locator(".lines .why").all_inner_texts())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        before = page.url
        page.keyboard.press("Enter")
        expect(page.locator("#outcome")).to_have_count(0)
        expect(page.locator("#stem")).to_be_focused()
        assert page.url != before


def test_nothing_chosen_is_said_and_nothing_is_lost(visiting: Visiting) -> None:
    with visiting(f"/train?topics={ITEM}") as visit:
        page = visit.page
        until_choice(page)
        page.keyboard.press("Enter")
        expect(page.locator("#problem")).to_have_text("Choose an answer first.")
        expect(page.locator("#question")).to_be_visible()


def test_the_language_changes_in_the_middle(visiting: Visiting, app: FastAPI) -> None:
    with visiting("/train?topics=liability-cap", lang="en") as visit:
        page = visit.page
        until_choice(page)
        stem, key = page.locator("#stem").inner_text(), key_of(app, page)
        page.keyboard.press(key[0])
        page.locator(".masthead nav a").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator("#stem")).not_to_have_text(stem)
        assert key_of(app, page) == key
        expect(page.locator(f"[name=answer][value={key[0]}]")).to_be_checked()


def test_a_source_is_one_click_away_at_its_words(visiting: Visiting) -> None:
    with visiting(f"/train?topics={ITEM}") as visit:
        page = visit.page
        until_choice(page)
        for name in ("a", "b") if page.locator("[type=checkbox]").count() else ("a",):
            page.keyboard.press(name)
        page.keyboard.press("Enter")
        quote = page.locator("#mark blockquote").inner_text()
        with visit.context.expect_page() as opened:
            page.locator("#mark a.open-source").click()
        expect(opened.value.locator("mark#quote")).to_be_in_viewport()
        assert " ".join(opened.value.locator("mark#quote").inner_text().split()) == " ".join(quote.split())


def test_an_assessment_goes_on_after_a_break(visiting: Visiting, app: FastAPI) -> None:
    with visiting("/train?mode=assessment") as visit:
        page = visit.page
        page.locator("#begin").click()
        expect(page.locator(".places button")).to_have_count(40)
        until_choice_in_assessment(page)
        for name in key_of(app, page):
            page.keyboard.press(name)
        page.keyboard.press("Enter")
        expect(page.locator(".places button[data-answered]")).to_have_count(1)
        expect(page.locator("#outcome")).to_have_count(0)
        page.goto(f"{visit.site}/train?mode=assessment")
        page.locator("#begin").click()
        expect(page.locator(".places button[data-answered]")).to_have_count(1)
        page.locator("#end").click()
        expect(page.locator("#outcome")).to_contain_text("Not passed: 1 of 40")
        page.locator(".places button").first.click()
        expect(page.locator("#mark blockquote")).to_be_visible()


def until_choice_in_assessment(page: Page) -> None:
    for at in range(40):
        place = page.locator(".places button").nth(at)
        if at:  # the first is open already
            place.click()
        expect(place).to_have_attribute("aria-current", "true")
        if page.locator("#question").get_attribute("data-type") in ("single", "truth", "fallback", "multiple"):
            return


def test_a_passed_assessment_gives_a_certificate_that_can_be_checked(visiting: Visiting, app: FastAPI) -> None:
    training = app.state.desk.training
    with visiting("/train/progress") as visit:
        page = visit.page
        token = next(cookie["value"] for cookie in visit.context.cookies() if cookie["name"] == "clausier-learner")
        learner = training.record.learner_of(token)
        begun = training.begin(learner, dt.datetime.now(dt.UTC))
        for asked in training.record.questions(begun["id"]):
            training.record.answer(learner, asked.id, {}, [], 1.0, None, dt.datetime.now(dt.UTC))
        training.finish(learner, begun["id"], dt.datetime.now(dt.UTC))
        page.reload()
        page.locator("input[name=name]").fill("Zoé Ångström")
        with page.expect_download() as downloaded:
            page.locator("form.inline button").click()
        content = Path(downloaded.value.path()).read_bytes()
        assert content.startswith(b"%PDF")
        page.reload()
        page.locator("a[href^='/train/certificates/']").click()
        expect(page.locator(".lead")).to_contain_text("40")
        page.locator("input[name=name]").fill("zoé ångström")
        page.locator("main form button").click()
        expect(page.locator("[role=status]")).to_have_text("The certificate was given to this name.")


def test_a_negotiation_is_played_without_scripts(visiting: Visiting) -> None:
    with visiting("/train/drill", lang="fr", java_script_enabled=False) as visit:
        page = visit.page
        page.locator("select[name=clause]").select_option("liability")
        page.locator("main .wishes button").click()
        page.locator("button[value=offer-0]").click()
        assert page.locator(".talk li").count() >= 3
        while page.locator("#now button").count():
            page.locator("#now button[value=walk]").click()
        expect(page.locator("#now h3")).to_contain_text("sur 100")
        assert "built-in" not in page.content()


def test_a_provider_negotiates_by_keyboard(visiting: Visiting) -> None:
    with visiting("/train/drill", lang="en", width=390) as visit:
        page = visit.page
        page.locator("select[name=clause]").select_option("liability")
        page.locator("select[name=side]").select_option("provider")
        page.locator("main .wishes button").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".ladder")).to_contain_text("They get")
        page.locator("button[value=offer-0]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".talk li")).to_have_count(3)
        assert_accessible(page)


def test_what_a_text_holds_can_be_claimed(visiting: Visiting, app: FastAPI) -> None:
    training = app.state.desk.training
    with visiting("/train?mode=review", lang="fr") as visit:
        page = visit.page
        expect(page.locator("#question")).to_be_visible()
        token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "clausier-learner")
        learner = training.record.learner_of(token)
        item = ("own-words-the-last-day", "reversibility-exit", "LO11")
        (asked,) = training.record.ask(learner, [item], "practice", dt.datetime.now(dt.UTC))
        page.goto(f"{visit.site}/train?lang=fr#q={asked.id}")
        page.reload()
        page.locator("textarea.own").fill("Les données et le code.")
        page.locator("#check").click()
        expect(page.locator("#claims input")).to_have_count(5)
        assert_accessible(page)
        page.locator("#claims input").first.check()
        page.locator("#claims button").click()
        expect(page.locator("#claims input")).to_have_count(4)
        expect(page.locator("#outcome")).to_contain_text("0,43")
        page.locator(".masthead nav a").click()
        expect(page.locator("#outcome")).to_contain_text("0.43")


@pytest.mark.parametrize("width", [1280, 390])
def test_trainers_read_their_page(visiting: Visiting, app: FastAPI, width: int) -> None:
    training, now = app.state.desk.training, dt.datetime.now(dt.UTC)
    for learner in range(6):
        (asked,) = training.record.ask(f"class-{learner}", [("penalty-judge", "penalties", "LO4")], "practice", now)
        training.record.answer(f"class-{learner}", asked.id, {}, (), learner % 2, None, now)
    app.dependency_overrides[_visitor] = lambda: Visitor("Tina", role="trainer", form_token="t")
    try:
        with visiting("/train/trainer", width=width) as visit:
            expect(visit.page.locator("svg.plot")).to_have_count(2)
            expect(visit.page.locator(".modes [aria-current]")).to_have_text("For trainers")
            assert_accessible(visit.page)
    finally:
        app.dependency_overrides.clear()


def test_progress_can_be_read_and_deleted(visiting: Visiting, app: FastAPI) -> None:
    with visiting(f"/train?topics={ITEM}", width=390) as visit:
        page = visit.page
        until_choice(page)
        for name in key_of(app, page):
            page.keyboard.press(name)
        page.keyboard.press("Enter")
        expect(page.locator("#outcome")).to_be_visible()
        page.goto(f"{visit.site}/train/progress")
        expect(page.locator("table").first).to_contain_text("Late payment")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("input[name=sure]").check()
        page.locator("form[action^='/train/erase'] button").click()
        expect(page.locator("[role=status]")).to_have_text("Everything was deleted.")
        expect(page.locator("main")).to_contain_text("No answers yet.")


@pytest.mark.check("X01")
@pytest.mark.tier(2)
def test_no_payload_runs_as_a_question(visiting: Visiting, record_property: Callable[[str, str], None]) -> None:
    seen = 0
    with visiting("/train", expected=("Failed to load resource", "Content Security Policy", "404", "422")) as visit:
        for payload in PAYLOADS:
            visit.context.unroute_all()
            visit.context.route("**/api/v1/quiz/**", functools.partial(poisoned, payload))
            visit.page.goto(f"{visit.site}/train")
            visit.page.wait_for_timeout(150)
            seen += told(looked_at(visit.page)) > 0
    assert seen > len(PAYLOADS) // 2
    record_property("figure", f"none of {seen} questions of training runs")


def poisoned(payload: str, route: Route) -> None:
    """The response with the payload in the place of every sentence."""
    response = route.fetch()
    body = response.json()

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()}
        if isinstance(value, list):
            return [changed(one) for one in value]
        return payload if isinstance(value, str) and " " in value else value

    route.fulfill(response=response, body=json.dumps(changed(body)))
