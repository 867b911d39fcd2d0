"""What a lawyer, a trainer and an administrator do in the workspace, in a real browser, in both languages and on a phone."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.draft.drafter import Drafter
from assistant.wiring import open_assistant
from ingest.sync import refresh
from knowledge.library import load
from knowledge.settings import Settings
from tests.browser.axe import assert_accessible
from tests.browser.conftest import CHROMIUM, Visit, Visiting
from tests.fakes import NOW, FakeEncoder, document, new_store, put
from tests.web.lesson import serving
from web.accounts import ROLES, Accounts
from web.app import create_app
from web.widget.handoff import Handoffs, Letter
from web.widget.site import Site
from web.widget.sites import Sites

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery"
NOISE = "Failed to load resource: the server responded with a status of"
"""What Chromium says of every refusal, wanted ones too."""
LETTER_PAGE = "/workspace/handoffs/"
"""With the number of the message that is there."""
PAGES = {
    "administrator": [
        "/workspace", "/workspace/library", "/workspace/library/liability", "/workspace/guidance",
        "/workspace/guidance/guidance-en-penalties", "/workspace/ask", "/workspace/draft",
        "/workspace/draft?type=liability&position=provider", "/workspace/agreements", "/workspace/checklists", "/workspace/review",
        "/workspace/conversations", "/workspace/knowledge",
        "/workspace/knowledge/alike", "/workspace/accounts", "/workspace/keys", "/workspace/audit",
        "/workspace/account", "/workspace/help", "/workspace/components", "/workspace/nothing", "/workspace/sites",
        "/workspace/sites/main", "/workspace/handoffs", LETTER_PAGE,
    ],
    "trainer": ["/workspace", "/workspace/library/liability", "/workspace/knowledge", "/workspace/draft"],
}  # fmt: skip

Entering = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole library behind the real application, with an encoder that needs no model."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    folder = tmp_path_factory.mktemp("office")
    library, encoder = load(), FakeEncoder()
    store = new_store(folder / "data" / "clausier.db")
    refresh(store, encoder, library)
    put(store, encoder, document("memo", "The zorglubine memorandum on penalties.", visibility="internal"))
    for role in ROLES:
        Accounts(store).add(role, role, PASSWORD, NOW)
    Sites(store).add(Site("main", "Cabinet Roux", ("https://www.example.org",)), NOW)
    Handoffs(store).add("main", Letter("Anne Roux", "anne@example.org", "", "Two lines.\nOf words.", "fr"), NOW)
    settings = Settings(_env_file=None, data_dir=folder / "data", questions_per_minute=10_000)
    assistant = open_assistant(settings, store, encoder)
    by_words = Drafter(library, None, dt.date.today)  # the fake encoder knows no meanings
    with serving(create_app(dataclasses.replace(assistant, drafter=by_words))) as address:
        yield address
    assistant.close()


@pytest.fixture(scope="module")
def sessions(browser: Browser, site: str) -> dict[str, Any]:
    """The cookies of each role, signed in once: signing in is limited, as it should be."""
    states: dict[str, Any] = {}
    for role in ROLES:
        context = browser.new_context(locale="en")
        page = context.new_page()
        page.goto(site + "/login")
        sign_in(page, role, PASSWORD)
        page.wait_for_url("**/workspace")
        states[role] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def entering(visiting: Visiting, sessions: dict[str, Any]) -> Entering:
    """`with entering("lawyer", "/workspace/draft", lang="fr", width=390) as visit`."""

    @contextmanager
    def enter(role: str | None, path: str, *, noisy: bool = False, **more: Any) -> Iterator[Visit]:
        state = sessions[role] if role else None
        with visiting(path, storage_state=state, expected=(NOISE,) if noisy else (), **more) as visit:
            yield visit

    return enter


def sign_in(page: Page, name: str, password: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")


# --- every page -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("en", 1280, "light"), ("fr", 320, "light"), ("fr", 1280, "dark"), ("en", 640, "dark")],
)
@pytest.mark.check("X08")
@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_accessible(
    entering: Entering, role: str, lang: str, width: int, scheme: str, record_property: Callable[[str, str], None]
) -> None:
    """And asks nobody else for anything: `visiting` looks at where its requests went."""
    requests: list[str] = []
    with entering(role, "/workspace", lang=lang, width=width, color_scheme=scheme, noisy=True) as visit:
        visit.context.on("request", lambda request: requests.append(request.url))
        titles = set()
        for path in PAGES[role]:
            visit.page.goto(visit.site + path)
            if path == LETTER_PAGE:
                visit.page.goto(f"{visit.site}/workspace/handoffs")
                visit.page.locator("#results a").first.click()
            assert visit.page.locator("html").get_attribute("lang") == lang
            assert visit.page.locator("h1").count() == 1
            titles.add(visit.page.title())
            assert_accessible(visit.page)
        assert len(titles) >= len(PAGES[role]) - 1  # two addresses of the draft page
    elsewhere = sum(not url.startswith(visit.site) for url in requests if url.startswith("http"))
    assert elsewhere == 0
    record_property("figure", f"{role}, {lang}, {width} px: {len(requests)} requests, {elsewhere} elsewhere")


def test_axe_sees_what_is_wrong(entering: Entering) -> None:
    with entering(None, "/login") as visit:
        visit.page.evaluate("document.querySelector('main').append(new Image())")
        with pytest.raises(AssertionError, match="image-alt"):
            assert_accessible(visit.page)


@pytest.mark.parametrize(
    "media", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"device_scale_factor": 2}]
)
def test_other_ways_to_see(entering: Entering, media: dict[str, Any]) -> None:
    with entering("lawyer", "/workspace/library/liability", **media) as visit:
        assert_accessible(visit.page)
        expect(visit.page.locator(".column")).to_have_count(3)


# --- signing in -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "button", "refused"),
    [
        ("en", "Sign in", "Name or password is not right"),
        ("fr", "Se connecter", "Le nom ou le mot de passe ne convient pas"),
    ],
)
def test_signing_in_and_out(entering: Entering, lang: str, button: str, refused: str) -> None:
    with entering(None, "/workspace/library", lang=lang, noisy=True) as visit:
        page = visit.page
        expect(page).to_have_url(f"{visit.site}/login?next=%2Fworkspace%2Flibrary")
        assert_accessible(page)
        sign_in(page, "trainer", "wrong horse battery")
        expect(page.locator(".say-error")).to_contain_text(refused)
        expect(page.locator("#name")).to_have_value("trainer")
        assert_accessible(page)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name=button).click()
        expect(page).to_have_url(f"{visit.site}/workspace/library")
        page.locator("form[action='/logout'] button").click()
        expect(page.locator("#password")).to_be_visible()
        page.goto(visit.site + "/workspace")
        expect(page.locator("#password")).to_be_visible()


def test_the_language_that_one_chose_stays(entering: Entering) -> None:
    with entering("lawyer", "/workspace", lang="en") as visit:
        visit.page.get_by_role("link", name="Français").click()
        expect(visit.page.locator("h1")).to_have_text("Accueil")
        visit.page.goto(visit.site + "/workspace/help")
        expect(visit.page.locator("h1")).to_have_text("Aide")


def test_with_the_keyboard_alone(entering: Entering) -> None:
    with entering("lawyer", "/workspace") as visit:
        page = visit.page
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Draft a clause")).to_be_focused()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Draft")
        page.locator("#request").focus()
        page.keyboard.type("liability capped at 150% of annual fees, for the customer")
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#draft-text")).to_contain_text("150")


def test_without_scripts(entering: Entering) -> None:
    with entering("lawyer", "/workspace/library/liability", java_script_enabled=False) as visit:
        page = visit.page
        page.locator("#v-cap_pct").fill("240")
        page.locator("form.side-by-side button.plain").click()
        expect(page.locator("#w-balanced")).to_contain_text("240")
        page.goto(visit.site + "/workspace/draft?type=liability&text=en")
        page.locator("button[formaction='/workspace/draft/add']").click()
        expect(page.locator(".contract > li")).to_have_count(1)
        page.get_by_role("button", name="Make a checklist of it").click()
        expect(page.locator(".point")).to_have_count(1)
        page.locator("#n-liability").fill("by hand")
        page.locator("#s-liability").select_option("agreed")
        page.locator(".point-state button").click()
        expect(page.locator("#n-liability")).to_have_value("by hand")
        expect(page.locator("#s-liability")).to_have_value("agreed")
        expect(page.locator("#progress")).to_contain_text("1 of 1")


# --- the library ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words", "title"), [("en", "ransom backup", "Backup"), ("fr", "reversibilite", "Réversibilité")]
)
def test_clauses_are_found_as_one_types(entering: Entering, lang: str, words: str, title: str) -> None:
    with entering("lawyer", "/workspace/library", lang=lang) as visit:
        page = visit.page
        everything = page.locator("#results .ledger > li").count()
        page.locator("#q").press_sequentially(words.rsplit(maxsplit=1)[-1])
        expect(page.locator("#results .ledger > li")).not_to_have_count(everything)
        expect(page.locator("#results")).to_contain_text(title)
        expect(page.locator("#q")).to_be_focused()
        assert f"q={words.rsplit(maxsplit=1)[-1]}" in page.url
        page.locator("#q").fill("xyzzyx")
        expect(page.locator("#results .ledger > li")).to_have_count(0)
        page.locator("#q").fill("")
        page.locator("#topic").select_option("liability-cap")
        expect(page.locator("#results a[href='/workspace/library/liability']")).to_be_visible()
        assert 0 < page.locator("#results .ledger > li").count() < everything


def test_three_positions_follow_a_variable(entering: Entering) -> None:
    with entering("lawyer", "/workspace/library/liability") as visit:
        page = visit.page
        for position in ("customer", "balanced", "provider"):
            expect(page.locator(f"#w-{position}")).not_to_contain_text("237")
        assert page.locator("#w-balanced mark.differs").count() == 0
        assert page.locator("#w-customer mark.differs").count() > 3
        page.locator("#v-cap_pct").fill("237")
        for position in ("customer", "balanced", "provider"):
            expect(page.locator(f"#w-{position} .filled").filter(has_text="237")).to_have_count(1)
        expect(page.locator("#v-cap_pct")).to_be_focused()
        page.locator("#v-cap_pct").fill("many")
        expect(page.locator("#wordings .say-error")).to_contain_text("many")
        page.locator("#text").select_option("fr")
        expect(page.locator("#w-balanced")).to_contain_text("Chaque Partie")
        assert page.locator("#w-balanced .law-text").get_attribute("lang") == "fr"


@pytest.mark.parametrize(("role", "sees"), [("lawyer", True), ("trainer", False)])
def test_notes_are_shown_to_lawyers(entering: Entering, role: str, sees: bool) -> None:
    with entering(role, "/workspace/library/liability") as visit:
        page = visit.page
        assert (page.locator(".inside, .why").count() > 0) is sees
        page.goto(visit.site + "/workspace/guidance/guidance-en-penalties")
        assert (page.locator(".inside").count() > 0) is sees


# --- drafts ---------------------------------------------------------------------------------------------------------------

REQUESTS = {
    "en": "liability capped at 150% of annual fees, for the customer",
    "fr": "plafond de responsabilité à 150 % des sommes annuelles, pour le client",
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_draft_follows_its_variables_and_is_exported(entering: Entering, lang: str, tmp_path: Path) -> None:
    with entering("lawyer", "/workspace/draft", lang=lang) as visit:
        page = visit.page
        page.locator("#request").fill(REQUESTS[lang])
        page.locator("form.ask button.solid").click()
        expect(page.locator(".understood")).to_contain_text("150")
        expect(page.locator("#request")).to_have_value(REQUESTS[lang])
        assert_accessible(page)
        page.locator("#v-cap_pct").press("Control+a")
        page.locator("#v-cap_pct").press_sequentially("240", delay=40)
        expect(page.locator("#draft-text")).to_contain_text("240")
        expect(page.locator("#v-cap_pct")).to_be_focused()
        page.locator("#v-cap_pct").fill("900")
        expect(page.locator("#warnings")).to_contain_text("300")
        page.locator("#v-cap_pct").fill("175")
        expect(page.locator("#draft-text")).to_contain_text("175")
        page.locator("#position").select_option("provider")
        expect(page.locator("input[name=shown]")).to_have_value("provider")
        expect(page.locator("#v-cap_pct")).to_have_value("175")
        text = page.locator("#draft-text").inner_text()
        for kind in ("docx", "md"):
            with page.expect_download() as download:
                page.locator(f"button[formaction='/workspace/draft/export'][value={kind}]").click()
            assert download.value.suggested_filename == f"liability.{kind}"
            download.value.save_as(tmp_path / kind)
        assert (tmp_path / "docx").read_bytes().startswith(b"PK")
        written = (tmp_path / "md").read_text("utf-8")
        assert "175" in written
        sentence = max(text.split("."), key=len).strip()
        assert " ".join(sentence.split())[:60] in " ".join(written.replace("\\", "").split())


def test_an_agreement_is_collected_ordered_and_exported(entering: Entering) -> None:
    with entering("lawyer", "/workspace/draft?type=liability&position=customer") as visit:
        page = visit.page
        page.locator("#v-cap_pct").fill("222")
        expect(page.locator("#draft-text")).to_contain_text("222")
        page.locator("button[formaction='/workspace/draft/add']").click()
        expect(page.locator(".say")).to_contain_text("is in the agreement")
        expect(page.locator(".contract")).to_contain_text("222")
        page.get_by_role("link", name="Add to an agreement").click()
        page.locator("#type").select_option("confidentiality")
        page.locator("form.ask button.solid").click()
        page.locator("button[formaction='/workspace/draft/add']").click()
        expect(page.locator(".contract > li")).to_have_count(2)
        first = page.locator(".contract > li").first
        assert first.get_attribute("id") == "liability"
        page.get_by_role("button", name="Move up").click()
        expect(first).to_have_attribute("id", "confidentiality")
        assert_accessible(page)
        with page.expect_download() as download:
            page.locator("button[value=docx]").click()
        assert download.value.suggested_filename == "agreement.docx"
        page.locator("#confidentiality button[value=out]").click()
        expect(page.locator(".contract > li")).to_have_count(1)
        page.locator("#title").fill("Lavergne & fils <b>")
        page.get_by_role("button", name="Rename").click()
        expect(page.locator("h1")).to_have_text("Lavergne & fils <b>")
        page.locator(".erase summary").click()
        page.locator(".erase button").click()
        expect(page.locator("h1")).to_have_text("Agreements")


@pytest.mark.parametrize(("lang", "count"), [("en", "clauses called for"), ("fr", "clauses s’imposent")])
def test_needs_lead_to_a_strategy_and_an_agreement(entering: Entering, lang: str, count: str) -> None:
    with entering("lawyer", "/workspace/agreements", lang=lang) as visit:
        page = visit.page
        page.locator("#intake-title").fill("Lavergne")
        page.locator("form[action='/workspace/intakes'] button").click()
        expect(page.locator("#strategy")).to_contain_text(count)
        assert_accessible(page)
        page.locator("[name='budget.monthly_fee']").fill("1 234,50")
        page.locator("[value=onsite]").check()
        page.locator("[name='term.months']").fill("abc")
        expect(page.locator("#strategy .say-error")).to_be_visible()
        page.locator("[name='term.months']").fill("24")
        expect(page.locator("#strategy .say-error")).to_have_count(0)
        page.locator("#strategy summary").click()
        expect(page.locator("#strategy a[href='/workspace/library/onsite-intervention']")).to_be_visible()
        page.reload()
        expect(page.locator("[name='budget.monthly_fee']")).to_have_value("1 234,50")
        expect(page.locator("[value=onsite]")).to_be_checked()
        for what in ("memo", "agreement"):
            with page.expect_download() as download:
                page.locator(f"button[value={what}]").click()
            assert download.value.suggested_filename == f"{what}.docx"
        page.locator("form[action$='/checklist'] button").click()
        expect(page.locator(".point").first).to_be_visible()


# --- the checklist in the meeting, on a phone -----------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "saved"), [("en", "Saved"), ("fr", "Enregistré")])
def test_a_checklist_is_ticked_and_annotated_on_a_phone(
    entering: Entering, lang: str, saved: str, tmp_path: Path
) -> None:
    with entering(
        "lawyer", "/workspace/checklists", lang=lang, width=390, height=844, has_touch=True, noisy=True
    ) as visit:
        page = visit.page
        page.locator("#title").fill("Lavergne")
        for topic in ("liability-cap", "termination", "penalties"):
            page.locator(f"[name=topic][value={topic}]").check()
        page.locator("form.stack button.solid").tap()
        points = page.locator(".point")
        expect(points.first).to_be_visible()
        count = points.count()
        assert count >= 3
        one, two = points.nth(0), points.nth(1)
        one.locator("[data-tick]").tap()
        expect(one.locator(".kept")).to_have_text(saved)
        expect(one.locator("select")).to_have_value("agreed")
        expect(page.locator("progress")).to_have_js_property("value", 1)
        one.locator("textarea").fill("Mme Durand : d'accord <b>")
        two.locator("select").select_option("conceded")
        expect(two.locator(".kept")).to_have_text(saved)
        expect(two.locator("[data-tick]")).to_be_checked()
        expect(one.locator(".kept")).to_have_text(saved)
        one.locator("summary").first.tap()
        assert_accessible(page)
        box = one.locator(".big-tick").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24  # WCAG 2.5.8
        page.reload()
        expect(one.locator("textarea")).to_have_value("Mme Durand : d'accord <b>")
        expect(two.locator("select")).to_have_value("conceded")

        page.locator("#f-status").select_option("conceded")
        expect(page.locator(".point:visible")).to_have_count(1)
        page.locator("#f-status").select_option("")
        page.locator("#f-text").fill("durand")
        expect(page.locator(".point:visible")).to_have_count(1)
        page.locator("#f-text").fill("")

        page.locator("#own").fill("A parking space")
        page.locator("form[action$='/own'] button").tap()
        expect(points).to_have_count(count + 1)

        with page.expect_download() as download:
            page.locator("a[href$='format=csv']").tap()
        download.value.save_as(tmp_path / "sent.csv")
        rows = list(csv.reader(io.StringIO((tmp_path / "sent.csv").read_text("utf-8-sig"), newline="")))
        assert len(rows) == count + 2
        back = (
            (tmp_path / "sent.csv").read_text("utf-8-sig").replace("Mme Durand : d'accord <b>", "Filled in elsewhere")
        )
        (tmp_path / "back.csv").write_text(back, "utf-8-sig")
        page.locator("#file").set_input_files(tmp_path / "back.csv")
        page.locator("form[enctype] button").tap()
        expect(one.locator("textarea")).to_have_value("Filled in elsewhere")
        expect(two.locator("select")).to_have_value("conceded")
        expect(points).to_have_count(count + 1)
        (tmp_path / "wrong.csv").write_text("nothing,of,ours\n1,2,3\n")
        page.locator("#file").set_input_files(tmp_path / "wrong.csv")
        page.locator("form[enctype] button").tap()
        expect(page.locator(".say-error")).to_be_visible()
        expect(one.locator("textarea")).to_have_value("Filled in elsewhere")


def test_a_tick_without_a_network_waits_and_follows(entering: Entering) -> None:
    with entering("lawyer", "/workspace/checklists", noisy=True) as visit:
        page = visit.page
        visit.wrong.clear()
        page.locator("#title").fill("Offline")
        page.locator("[name=topic][value=termination]").check()
        page.locator("form.stack button.solid").click()
        one = page.locator(".point").first
        visit.context.route("**/points/*", lambda route: route.abort())
        one.locator("[data-tick]").check()
        expect(one.locator(".kept")).to_contain_text("connection is lost")
        page.reload()  # what waits is kept by the browser
        expect(one.locator("[data-tick]")).to_be_checked()
        visit.context.unroute("**/points/*")
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(one.locator(".kept")).to_have_text("Saved")
        page.evaluate("localStorage.clear()")
        page.reload()
        expect(one.locator("[data-tick]")).to_be_checked()
        visit.wrong[:] = [text for text in visit.wrong if "ERR_FAILED" not in text]


def test_nobody_sees_the_work_of_another(entering: Entering) -> None:
    with entering("lawyer", "/workspace/checklists") as visit:
        visit.page.locator("#title").fill("Secret client")
        visit.page.locator("[name=topic][value=termination]").check()
        visit.page.locator("form.stack button.solid").click()
        expect(visit.page.locator("h1")).to_have_text("Secret client")
        address = visit.page.url.removeprefix(visit.site)
    with entering("administrator", "/workspace/checklists", noisy=True) as visit:
        expect(visit.page.locator(".ledger")).not_to_contain_text("Secret client")
        visit.page.goto(visit.site + address)
        expect(visit.page.locator("h1")).to_have_text("Nothing at this address")


# --- the firm -------------------------------------------------------------------------------------------------------------


def test_a_lawyer_asks_and_reads_what_was_asked(entering: Entering) -> None:
    with entering("lawyer", "/workspace/ask") as visit:
        page = visit.page
        page.locator("#question").fill("What does the zorglubine memorandum say of penalties?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator(".sources")).to_contain_text("zorglubine")
        assert_accessible(page)
        page.goto(visit.site + "/workspace/conversations")
        page.get_by_role("link", name="zorglubine").first.click()
        expect(page.locator(".asked")).to_contain_text("zorglubine")
        assert_accessible(page)


def test_a_lawyer_takes_documents_in_and_erases_one(entering: Entering, tmp_path: Path) -> None:
    with entering("lawyer", "/workspace/knowledge", width=390, noisy=True) as visit:
        page = visit.page
        for name in ("gavotte", "bourree"):
            (tmp_path / f"{name}.md").write_text(
                f"# The {name} protocol\n\nThe {name} protocol is kept for nine years.\n"
            )
        (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04nothing")
        page.locator("#file").set_input_files([tmp_path / name for name in ("gavotte.md", "broken.docx", "bourree.md")])
        page.get_by_role("button", name="Take it in").click()
        expect(page.locator("#taken > li")).to_have_count(3)
        expect(page.locator("#taken .flag")).to_have_text(["Taken in", "Not taken in", "Taken in"])
        expect(page.locator("#documents")).to_contain_text("The bourree protocol")
        expect(page.locator(".drop-state")).to_be_hidden()
        assert_accessible(page)
        row = page.locator("#documents tr").filter(has_text="The gavotte protocol")
        row.locator("summary").click()
        row.get_by_role("button").click()
        expect(page.locator(".say")).to_contain_text("Erased: The gavotte protocol")
        expect(page.locator("#documents")).not_to_contain_text("The gavotte protocol")


def test_a_lawyer_asks_without_scripts(entering: Entering) -> None:
    with entering("lawyer", "/workspace/ask", java_script_enabled=False) as visit:
        page = visit.page
        page.locator("#question").fill("What does the zorglubine memorandum say of penalties?")
        page.locator("#send").click()
        expect(page.locator(".turn[data-answer]")).to_have_count(1)
        expect(page.locator(".sources")).to_contain_text("zorglubine")
        assert "/workspace/ask" in page.url
        page.locator("#question").fill("And what does the memorandum say of interest?")
        page.locator("#send").click()
        expect(page.locator(".turn[data-answer]")).to_have_count(2)


def test_an_administrator_makes_a_person_and_a_key(entering: Entering) -> None:
    with entering("administrator", "/workspace/accounts", noisy=True) as visit:
        page = visit.page
        page.locator("#name").fill("zoe")
        page.locator("#password").fill("aaaaaaaaaaaaaaaa")
        page.get_by_role("button", name="Create").click()
        expect(page.locator(".say-error")).to_be_visible()
        expect(page.locator("#name")).to_have_value("zoe")
        page.locator("#password").fill("four other plain words")
        page.get_by_role("button", name="Create").click()
        zoe = page.locator(".people > li").filter(has=page.get_by_role("heading", name="zoe"))
        expect(zoe).to_contain_text("lawyer")
        zoe.locator("select").select_option("trainer")
        zoe.get_by_role("button", name="Set the role").click()
        expect(zoe.locator(".meta")).to_contain_text("trainer")
        zoe.get_by_role("button", name="Disable").click()
        expect(zoe.locator(".flag-late")).to_be_visible()

        page.goto(visit.site + "/workspace/keys")
        page.locator("#name").fill("intranet")
        page.locator("[value=lawyer]").check()
        page.get_by_role("button", name="Create").click()
        secret = page.locator("#secret").inner_text()
        assert_accessible(page)
        page.goto(visit.site + "/workspace/keys")
        assert secret not in page.content()
        bearer = {"Authorization": f"Bearer {secret}"}
        api = f"{visit.site}/api/v1/search?q=zorglubine&audience=lawyer"
        hits = visit.context.request.get(api, headers=bearer).json()["hits"]
        assert any(hit["visibility"] == "internal" for hit in hits)
        page.get_by_role("button", name="Revoke").click()
        expect(page.locator(".table")).to_contain_text("revoked")
        assert visit.context.request.get(api, headers=bearer).status == 401
        page.goto(visit.site + "/workspace/audit")
        for words in ("account added", "role set", "account disabled", "key made", "key revoked"):
            expect(page.locator(".table")).to_contain_text(words)


# --- sites and messages ---------------------------------------------------------------------------------------------------


def test_an_administrator_adds_a_site_and_looks_at_it(entering: Entering) -> None:
    with entering("administrator", "/workspace/sites", noisy=True) as visit:
        page = visit.page
        for name, words in (("id", "shop"), ("name", "Boutique"), ("origins", "https://shop.example.org")):
            page.locator(f"#{name}").fill(words)
        page.locator("#theme").fill("accent=#999999")
        page.get_by_role("button", name="Add the site").click()
        expect(page.get_by_role("alert")).to_contain_text("accent #999999 on paper #fbfbf8")
        expect(page.locator("#origins")).to_have_value("https://shop.example.org")
        page.locator("#theme").fill("accent=#7a1f4f")
        page.get_by_role("button", name="Add the site").click()
        expect(page.locator("#snippet")).to_contain_text('data-site="shop"')
        page.get_by_role("link", name="Preview").click()
        page.locator("clausier-widget").get_by_role("button").first.click()
        expect(page.locator("clausier-widget").get_by_text("Boutique")).to_be_visible()


def test_a_lawyer_takes_a_message(entering: Entering) -> None:
    with entering("lawyer", "/workspace") as visit:
        page = visit.page
        page.get_by_role("link", name="1 message to the firm").click()
        page.get_by_role("link", name="Anne Roux").click()
        expect(page.locator(".written")).to_contain_text("Of words.")
        page.get_by_role("button", name="Take it").click()
        expect(page.get_by_text("by lawyer")).to_be_visible()
        page.get_by_role("button", name="Give it back").click()


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("en", 1280, "light"), ("fr", 320, "light"), ("fr", 1280, "dark")]
)
def test_a_visitor_without_scripts(entering: Entering, lang: str, width: int, scheme: str) -> None:
    """Everything by forms; axe is a script of the test's, the page has none."""
    question = {"en": "What is a penalty clause?", "fr": "Qu'est-ce qu'une clause pénale ?"}[lang]
    with entering(None, f"/widget/main?lang={lang}", lang=lang, width=width, color_scheme=scheme, noisy=True) as visit:
        page = visit.page
        assert page.locator("script").count() == 0
        assert_accessible(page)
        page.locator("#question").fill(question)
        page.locator("#composer button").click()
        expect(page.locator(".asked")).to_contain_text(question[:10])
        page.locator("#write summary").click()
        assert_accessible(page)
        for name, words in (("name", "Anne"), ("email", "anne@example.org"), ("message", "Bonjour")):
            page.locator(f"#{name}").fill(words)
        page.locator("[name=consent]").check()
        page.locator("#write button").click()
        expect(page.locator("#write [role=status]")).to_be_visible()
        assert_accessible(page)
        page.locator("section[aria-labelledby=own] summary").click()
        page.locator("section[aria-labelledby=own] details button").click()
        expect(page.locator(".facts")).to_be_visible()
        assert_accessible(page)
