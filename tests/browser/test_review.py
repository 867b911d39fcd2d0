"""A lawyer drops a contract, goes through its findings and takes it out with tracked changes, in a real browser."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import docx
import pytest
from playwright.sync_api import Page, expect

from assistant.llm import Model
from assistant.wiring import open_assistant
from ingest.sync import refresh
from knowledge.library import load
from knowledge.settings import Settings
from tests.assistant.test_write import Says
from tests.browser.conftest import CHROMIUM, WAIT, Visiting
from tests.browser.test_workspace import PASSWORD, assert_accessible, sign_in
from tests.fakes import NOW, FakeEncoder, new_store
from tests.ingest.redline.settled import part
from tests.web.lesson import serving
from web.accounts import Accounts
from web.app import create_app

pytestmark = pytest.mark.slow

CONTRACT = Path(__file__).parents[1] / "golden" / "contracts" / "fr-maintenance-boutique.md"
SAID = (
    "Il se renouvelle par tacite reconduction [1]. ", "Le juge annule toujours cette clause en application de l'article 9999 [1].",
)  # fmt: skip
"""What the model says of every finding: a part of what the contract says, in place of which its whole sentence is shown, and what
no source says."""
SHOTS = os.environ.get("CLAUSIER_TEST_SHOTS")
"""A folder for pictures of the pages, to be looked at."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    folder = tmp_path_factory.mktemp("review")
    encoder = FakeEncoder()
    store = new_store(folder / "data" / "clausier.db")
    refresh(store, encoder, load())
    Accounts(store).add("maître", "lawyer", PASSWORD, NOW)
    assistant = open_assistant(Settings(_env_file=None, data_dir=folder / "data", llm_explain=True), store, encoder)
    explained = replace(assistant, model=cast(Model, Says(SAID)))
    with serving(create_app(explained)) as address:
        yield address
    assistant.close()


@pytest.fixture(params=[("fr", 1440), ("en", 390)], ids=["desk", "phone"])
def page(visiting: Visiting, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page where a contract is dropped; ends with a look at what went wrong or went elsewhere."""
    lang, width = request.param
    with visiting("/login", lang=lang, width=width) as visit:
        sign_in(visit.page, "maître", PASSWORD)
        visit.page.wait_for_url("**/workspace")
        visit.page.goto(visit.site + "/workspace/review")
        yield visit.page


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=width < 500)


def dropped(page: Page) -> None:
    assert_accessible(page)
    shoot(page, "drop")
    page.locator("#file").set_input_files(str(CONTRACT))
    page.locator("#drop .solid").click()
    page.wait_for_url("**/workspace/review/*", timeout=4 * WAIT)


def test_findings_passages_and_proposals_lead_to_each_other(page: Page) -> None:
    dropped(page)
    assert_accessible(page)
    shoot(page, "review")
    page.locator('#findings [data-rule="notice"] a').click()
    expect(page.locator(".proposal:visible")).to_have_count(1)
    expect(page.locator("#f-notice ins")).to_have_text("trois")
    if page.viewport_size and page.viewport_size["width"] > 1000:
        expect(page.locator('.hit.now[data-rules~="notice"]').first).to_be_in_viewport()
    expect(page.locator("#t-notice")).to_be_in_viewport()
    page.locator("#f-notice a", has_text=re.compile("In the contract|Dans le contrat")).click()
    expect(page.locator('.hit.now[data-rules~="notice"]').first).to_be_in_viewport()
    shoot(page, "notice")
    page.locator('.hit[data-rules~="excluded-losses"]').first.click()
    expect(page.locator("#f-excluded-losses")).to_be_visible()
    expect(page.locator('#findings [data-rule="excluded-losses"] a[aria-current]')).to_have_count(1)
    page.locator("#f-excluded-losses .back").click()
    expect(page.locator('#findings [data-rule="excluded-losses"] a')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#f-excluded-losses")).to_be_focused()
    page.locator(".goes a").first.click()
    expect(page.locator(".proposal:visible ins")).to_contain_text("1. ")


def test_decisions_are_kept_filtered_and_exported(page: Page) -> None:
    dropped(page)
    page.locator('#findings [data-rule="notice"] a').click()
    page.locator('#f-notice button[value="reject"]').click()
    expect(page.locator('#findings [data-rule="notice"]')).to_have_attribute("data-choice", "reject")
    page.locator('#findings [data-rule="excluded-losses"] a').click()
    page.locator("#f-excluded-losses .decide summary").click()
    page.locator('#f-excluded-losses [name="words"]').fill("La perte de données est indemnisée.")
    page.locator('#f-excluded-losses button[value="edit"]').click()
    expect(page.locator("#f-excluded-losses > .changes ins").last).to_have_text(
        re.compile("est indemnisée"), timeout=4 * WAIT
    )
    page.locator('#f-excluded-losses [name="note"]').fill("Vu avec le client")
    expect(page.locator("#f-excluded-losses .kept")).to_have_text(re.compile("Saved|Enregistré"))
    page.locator("#f-choice").select_option("edit")
    expect(page.locator("#findings > li:visible")).to_have_count(1)
    page.locator("#f-choice").select_option("")
    page.wait_for_timeout(900)
    page.reload()
    expect(page.locator('#findings [data-rule="notice"]')).to_have_attribute("data-choice", "reject")
    expect(page.locator('#f-excluded-losses [name="note"]')).to_have_value("Vu avec le client")
    shoot(page, "decided")
    with page.expect_download() as going:
        page.locator('a[href$="comments=ours"]').click()
    data = going.value.path().read_bytes()
    assert going.value.suggested_filename == "fr-maintenance-boutique-redline.docx"
    source = part(data).decode()
    assert "indemnisée" in source
    assert ">six</w:delText>" not in source
    assert any("Vu avec le client" in one.text for one in docx.Document(io.BytesIO(data)).comments)


def test_a_finding_is_explained_by_a_model_as_far_as_its_sources_go(page: Page) -> None:
    dropped(page)
    page.locator('#findings [data-rule="notice"] a').click()
    page.locator("#f-notice form:not(.decide) button").click()
    page.wait_for_url("**/explanation", timeout=4 * WAIT)
    assert_accessible(page)
    shoot(page, "explanation")
    expect(page.locator("main .prose").first).to_contain_text("renouvelle ensuite par tacite reconduction")
    expect(page.locator("main")).not_to_contain_text("9999")
    page.locator(".back a").click()
    expect(page.locator("#f-notice")).to_be_visible()


def test_it_is_deleted_for_good(page: Page) -> None:
    dropped(page)
    address = page.url
    page.locator(".erase summary").click()
    page.locator(".erase .danger").click()
    page.wait_for_url("**/workspace/review")
    assert page.request.get(address).status == 404
