"""Web pages: what a browser shows."""

from __future__ import annotations

import pytest

from ingest.html import read_html
from ingest.reading import LIMITS, Heading
from knowledge.errors import Unreadable

PAGE = """<!DOCTYPE html><html><head><title> Terms of
 service </title><style>p { color: red }</style></head><body>
<nav><a href="/">Home</a></nav><script>alert(1)</script><noscript>No script</noscript><template>No</template>
<h1>Terms <em>of</em> service</h1>
<p>The <b>provider</b>
answers<br>within four&nbsp;hours.</p>
<p hidden>Hidden one.</p><p style="display: none">Hidden two.</p><p style="opacity:0.5">Pale.</p>
<div>Loose words<div>Inner</div>after</div>
<h2>Delays</h2>
<ul><li>first</li><li><p>second</p><p>more</p><ul><li>deep</li></ul></li></ul>
<ol start="3"><li>third</li><li value="7">seventh</li></ol><ol type="a"><li>letter</li></ol>
<table><caption>Levels</caption><tr><th>Level</th><th>Delay</th></tr><tr><td>Critical<br>one</td><td><p>four</p><p>hours</p></td>
</tr><tr hidden><td>x</td></tr></table>
<table><tr><td><h3>Layout</h3>Left</td><td>Right</td></tr></table>
<pre>line one
line two</pre><select><option>No</option></select></body></html>"""


def test_page() -> None:
    reading = read_html(PAGE.encode(), LIMITS)
    assert reading.text.split("\n\n") == [
        "Terms of service",
        "The provider answers\nwithin four\u00a0hours.",
        "Pale.",
        "Loose words",
        "Inner",
        "after",
        "Delays",
        "- first\n- second\nmore\n- deep\n3. third\n7. seventh\na. letter",
        "Levels\nLevel | Delay\nCritical one | four hours",
        "Layout",
        "Left",
        "Right",
        "line one\nline two",
    ]
    assert reading.title == "Terms of service"
    assert [(heading.level, heading.title) for heading in reading.headings] == [
        (1, "Terms of service"), (2, "Delays"), (3, "Layout"),
    ]  # fmt: skip
    assert reading.warnings == ("Hidden parts of the page were left out: “Hidden one.”, “Hidden two.”.",)


def test_fragment_without_title() -> None:
    reading = read_html(b"<h2>Fees</h2>Thirty days.", LIMITS)
    assert (reading.text, reading.title) == ("Fees\n\nThirty days.", None)
    assert reading.headings == (Heading(2, "Fees", 0),)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b'<meta charset="iso-8859-1">', "latin-1"),
        (b'<meta charset="iso-8859-1">', "utf-8"),
        (b'<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
        (b"", "utf-16"),
        (b"", "cp1252"),
    ],
)
def test_encodings(head: bytes, encoding: str) -> None:
    page = head.decode() + "<p>Les pénalités dues à l’échéance sont plafonnées.</p>".replace("’", "'")
    assert read_html(page.encode(encoding), LIMITS).text == "Les pénalités dues à l'échéance sont plafonnées."


def test_nothing_to_read() -> None:
    for page in (b"<!-- nothing -->", b"<p> </p>", b"<p hidden>words</p>"):
        with pytest.raises(Unreadable, match="no readable text"):
            read_html(page, LIMITS)


def test_a_long_list_takes_no_quadratic_time() -> None:
    page = b"<ol>" + b"<li>x" * 50_000 + b"</ol>"
    assert read_html(page, LIMITS).text.endswith("50000. x")
