"""A browser on the real server. Skipped where there is no chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.firm import build, served

FLAGS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
CHROMIUM = shutil.which("chromium")
WAIT = 20_000


@dataclass
class Visit:
    """A fresh profile on the site, and everything that went wrong or went elsewhere."""

    context: BrowserContext
    page: Page
    site: str
    wrong: list[str] = field(default_factory=list)

    def note(self, page: Page) -> None:
        page.on("console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))


Visiting = Callable[..., Any]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    folder = build(tmp_path_factory.getbasetemp())
    with served(folder, tmp_path_factory.mktemp("browser") / "data", CLAUSIER_QUESTIONS_PER_MINUTE="10000") as address:
        yield address


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visiting(browser: Browser, site: str) -> Visiting:
    """`with visiting(lang="fr", width=390) as visit`: ends with a look at what went wrong."""

    @contextmanager
    def visit(
        path: str = "/",
        *,
        lang: str = "en",
        width: int = 1280,
        height: int = 900,
        expected: tuple[str, ...] = (),
        **more: Any,
    ) -> Iterator[Visit]:
        context = browser.new_context(locale=lang, viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(WAIT)
        foreign: list[str] = []
        context.on("request", lambda request: None if own(request.url, site) else foreign.append(request.url))
        page = context.new_page()
        going = Visit(context, page, site)
        going.note(page)
        try:
            page.goto(site + path)
            yield going
            assert not foreign
            assert [text for text in going.wrong if not any(known in text for known in expected)] == []
        finally:
            context.close()

    return visit


def own(url: str, site: str) -> bool:
    return url.startswith((f"{site}/", "data:", "about:", "blob:"))
