"""OpenDocument texts, laid out like Word documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.office import read_odt
from ingest.reading import LIMITS

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeOdt

AUTOMATIC = """
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="P2" style:family="paragraph" style:list-style-name="L2"/>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="x"/></text:list-style>
<text:list-style style:name="L2">
  <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
  <text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
</text:list-style>
"""
STYLES = """
<text:outline-style style:name="Outline">
  <text:outline-level-style text:level="1" style:num-format="1" style:num-prefix="Article "/>
  <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
</text:outline-style>
<style:style style:name="Title" style:family="paragraph"/>
<office:master-styles><style:master-page style:name="Standard">
  <style:header><text:p>Confidential draft</text:p></style:header>
  <style:footer><text:p>Page <text:page-number>3</text:page-number></text:p></style:footer>
</style:master-page></office:master-styles>
"""
BODY = """
<text:tracked-changes>
  <text:changed-region><text:deletion><text:p>one month</text:p></text:deletion></text:changed-region>
  <text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">Support <text:span>agreement</text:span></text:p>
<text:table-of-content><text:p>Services 3</text:p></text:table-of-content>
<text:h text:outline-level="1">Services</text:h>
<text:h text:outline-level="2">Hours</text:h>
<text:p>Nine<text:s text:c="3"/>to<text:tab/>five,<text:line-break/>daily
  always<text:change text:change-id="c"/>.<office:annotation><text:p>Ask.</text:p></office:annotation></text:p>
<text:h text:outline-level="2" text:is-list-header="true">Unnumbered</text:h>
<text:list text:style-name="L1"><text:list-item><text:p>first</text:p></text:list-item>
  <text:list-item><text:p>second</text:p></text:list-item></text:list>
<text:list text:style-name="L2">
  <text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list></text:list-item>
  <text:list-header><text:p>no number</text:p></text:list-header>
  <text:list-item><text:p>two</text:p><text:p>still two</text:p></text:list-item></text:list>
<text:list text:continue-numbering="true" text:style-name="L2">
  <text:list-item><text:p>three</text:p></text:list-item></text:list>
<text:list><text:list-item><text:p text:style-name="P2">one again</text:p></text:list-item>
  <text:list-item text:start-value="7"><text:p>seven</text:p></text:list-item></text:list>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Level</text:p></table:table-cell>
  <table:table-cell><text:p>Delay</text:p></table:table-cell></table:table-row></table:table-header-rows>
  <table:table-row><table:table-cell><text:p>Critical</text:p></table:table-cell><table:table-cell><text:p>four</text:p>
  <text:p>hours</text:p></table:table-cell></table:table-row></table:table>
<text:p>Price<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>
  <text:p>Without VAT.</text:p></text:note-body></text:note> here.<draw:frame><draw:text-box><text:p>In the box</text:p>
  </draw:text-box></draw:frame></text:p>
<text:p>Seen. <text:span text:style-name="T1">Approve it.</text:span></text:p>
"""


def test_a_text_with_all_its_parts(make_odt: MakeOdt) -> None:
    reading = read_odt(make_odt(BODY, styles=STYLES, automatic=AUTOMATIC), LIMITS)
    assert reading.text.split("\n\n") == [
        "Confidential draft",
        "Support agreement",
        "Article 1 Services",
        "1.1 Hours",
        "Nine to five,\ndaily always.",
        "Unnumbered",
        "- first\n- second",
        "1. one",
        "(a) deep",
        "no number",
        "2. two",
        "still two",
        "3. three",
        "1. one again",
        "7. seven",
        "Level | Delay\nCritical | four hours",
        "Price[1] here.",
        "In the box",
        "[1] Without VAT.",
        "Seen. Approve it.",
    ]
    assert reading.title == "Support agreement"
    assert [(heading.level, heading.title) for heading in reading.headings] == [
        (1, "Article 1 Services"), (2, "1.1 Hours"), (2, "Unnumbered"),
    ]  # fmt: skip
    assert all(reading.text.startswith(heading.title, heading.start) for heading in reading.headings)
    assert reading.warnings == (
        "Tracked deletions were left out: “one month”.",
        "Tracked insertions were kept: 1.",
        "Hidden text was kept: “Approve it.”.",
        "Comments were left out: “Ask.”.",
    )


def test_title_among_the_properties(make_odt: MakeOdt) -> None:
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Hosting</dc:title></m>'
    assert read_odt(make_odt("<text:p>Words.</text:p>", **{"meta.xml": meta}), LIMITS).title == "Hosting"
