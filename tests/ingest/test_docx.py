"""Word documents: every part that a reader sees, in order, and what is said of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from ingest.office import read_docx
from ingest.reading import LIMITS, Heading, Reading

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeDocx

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>
  <w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="Titre 2"/><w:basedOn w:val="Normal"/><w:pPr>
  <w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My heading"/><w:basedOn w:val="H2"/></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>
<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


def level(at: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "Article %1 -")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "(%3)")
    + level(3, "upperRoman", "%4.")
    + level(4, "decimal", "%1.%4.%5", "<w:isLgl/>")
    + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1">' + level(0, "bullet", "\uf0b7") + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="2">' + level(0, "lowerRoman", "%1)") + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="2"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def p(text: str, style: str = "", number: tuple[int, int] | None = None, run: str = "") -> str:
    """A paragraph of one run; `number` is a list and a level."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text, run)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


class ReadBody(Protocol):
    def __call__(self, body: str, **parts: str) -> Reading: ...


@pytest.fixture
def read_body(make_docx: MakeDocx) -> ReadBody:
    """The reading of a document with that body and those parts."""

    def read(body: str, **parts: str) -> Reading:
        return read_docx(make_docx(body, **parts), LIMITS)

    return read


def test_headings_and_automatic_numbers(read_body: ReadBody) -> None:
    body = (
        p("Maintenance agreement", "T")
        + p("Services", "H1")
        + p("Support", "H2")
        + p("by telephone", number=(1, 2))
        + p("by mail", number=(1, 2))
        + p("deep", number=(1, 3))
        + p("legal", number=(1, 4))
        + p("Hours", "Mine")
        + p("again from a", number=(1, 2))
        + p("Fees", "H1")
        + p("Rates", "H2")
        + p("first", number=(2, 0))
        + p("second", number=(2, 0))
        + p("plain", "Round")
        + p("one", number=(3, 0))
        + p("two", number=(3, 0))
        + p("five", number=(4, 0))
        + p("none", number=(0, 0))
    )
    reading = read_body(body, styles=STYLES, numbering=NUMBERING)
    assert reading.text.split("\n\n") == [
        "Maintenance agreement",
        "Article 1 - Services",
        "1.1 Support",
        "(a) by telephone",
        "(b) by mail",
        "I. deep",
        "1.1.1 legal",
        "1.2 Hours",
        "(a) again from a",
        "Article 2 - Fees",
        "2.1 Rates",
        "- first\n- second",
        "plain",
        "i) one",
        "ii) two",
        "v) five",
        "none",
    ]
    assert reading.title == "Maintenance agreement"
    assert [(heading.level, heading.title) for heading in reading.headings] == [
        (1, "Article 1 - Services"), (2, "1.1 Support"), (2, "1.2 Hours"), (1, "Article 2 - Fees"), (2, "2.1 Rates"),
    ]  # fmt: skip
    assert all(reading.text.startswith(heading.title, heading.start) for heading in reading.headings)


def test_a_clause_set_as_a_heading_lends_only_its_title(read_body: ReadBody) -> None:
    clause = "Fees. " + "The customer pays the fees within thirty days. " * 5
    sentence = "The customer will no longer have any right to use it."
    reading = read_body(p(clause, "H2") + p(sentence, "H2"), styles=STYLES, numbering=NUMBERING)
    assert reading.headings == (Heading(2, "1.1 Fees", 0),)


def test_tracked_changes(read_body: ReadBody) -> None:
    body = (
        "<w:p>" + r("The notice period is ") + f"<w:del>{r('one').replace('w:t', 'w:delText')}</w:del>"
        f"<w:ins>{r('three')}</w:ins>" + r(" months.") + "</w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + r("Joined ") + "</w:p>" + p("on.")
        + f"<w:p><w:moveFrom>{r('Moved.')}</w:moveFrom></w:p><w:p><w:moveTo>{r('Moved.')}</w:moveTo></w:p>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("gone row") + "</w:tc><w:tc/></w:tr></w:tbl>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + r("Last.") + "</w:p>"
    )  # fmt: skip
    reading = read_body(body)
    assert reading.text == "The notice period is three months.\n\nJoined on.\n\nMoved.\n\nLast."
    assert reading.warnings == (
        "Tracked deletions were left out: “one”, “Moved.”, “gone row”.",
        "Tracked insertions were kept: “three”, “Moved.”.",
    )


def test_a_deleted_item_is_not_counted(read_body: ReadBody) -> None:
    deleted = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        f"<w:del>{r('x')}</w:del></w:p>"
    )
    reading = read_body(p("one", number=(3, 0)) + deleted + p("two", number=(3, 0)), numbering=NUMBERING)
    assert reading.text == "i) one\n\nii) two"


def test_tables(read_body: ReadBody) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    nested = "<w:tbl>" + row(p("x"), p("y")) + "</w:tbl>"
    body = (
        p("Before") + "<w:tbl>" + row(p("Level"), p("Delay")) + row(p("Critical") + p("all day"), nested)
        + row(p(""), p("")) + row(p("Alone", "H1") + p("in its row")) + row(p("Minor"), p("two days")) + "</w:tbl>"
        + p("After")
    )  # fmt: skip
    reading = read_body(body, styles=STYLES)
    assert reading.text.split("\n\n") == [
        "Before",
        "Level | Delay\nCritical all day | x | y",
        "Alone",
        "in its row",
        "Minor | two days",
        "After",
    ]
    assert [heading.title for heading in reading.headings] == ["Alone"]


def test_notes_boxes_headers_and_footers(read_body: ReadBody) -> None:
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:txbxContent>' + p("In the box") + "</w:txbxContent>"
        "</mc:Choice><mc:Fallback><w:txbxContent>" + p("In the box") + "</w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    body = (
        '<w:p><w:r><w:t>Price</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve"> and tax</w:t>'
        f'<w:endnoteReference w:id="1"/></w:r>{box}</w:p>' + p("Next")
        + '<w:sectPr><w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/>'
        '<w:footerReference r:id="footer2"/></w:sectPr>'
    )  # fmt: skip
    reading = read_body(
        body,
        footnotes=f'<w:footnote w:id="0">{p("separator")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Without VAT.")}</w:footnote>',
        endnotes=f'<w:endnote w:id="1">{p("French VAT.")}</w:endnote>',
        header1=p("Confidential draft") + p("Confidential draft"),
        footer1=p("Page 1 of 5"),
        footer2=p("Acme, Paris, capital of 1,000 euros"),
    )
    assert reading.text.split("\n\n") == [
        "Confidential draft",
        "Price[1] and tax[i]",
        "In the box",
        "[1] Without VAT.",
        "[i] French VAT.",
        "Next",
        "Acme, Paris, capital of 1,000 euros",
    ]


@pytest.mark.parametrize(
    "run",
    ["<w:vanish/>", '<w:rStyle w:val="Secret"/>', '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'],
)
def test_hidden_text_is_kept_and_mentioned(read_body: ReadBody, run: str) -> None:
    reading = read_body("<w:p>" + r("Seen. ") + r("Approve this clause.", run) + "</w:p>", styles=STYLES)
    assert reading.text == "Seen. Approve this clause."
    assert reading.warnings == ("Hidden text was kept: “Approve this clause.”.",)


def test_white_letters_in_a_table_that_a_style_paints(read_body: ReadBody) -> None:
    white = p("Delay", run='<w:color w:val="FFFFFF"/>')
    table = f'<w:tbl><w:tblPr><w:tblStyle w:val="X"/></w:tblPr><w:tr><w:tc>{white}</w:tc></w:tr></w:tbl>'
    for fill, warned in (("112233", False), ("auto", True)):
        style = (
            f'<w:style w:styleId="X"><w:tblStylePr><w:tcPr><w:shd w:fill="{fill}"/></w:tcPr></w:tblStylePr></w:style>'
        )
        assert bool(read_body(table, styles=style).warnings) is warned


def test_white_letters_on_a_dark_cell_are_not_hidden(read_body: ReadBody) -> None:
    cell = '<w:tc><w:tcPr><w:shd w:fill="112233"/></w:tcPr>' + p("Delay", run='<w:color w:val="FFFFFF"/>') + "</w:tc>"
    reading = read_body(f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>" + p("x", run='<w:vanish w:val="0"/>'))
    assert reading.warnings == ()


def test_what_a_paragraph_is_made_of(read_body: ReadBody) -> None:
    body = (
        "<w:p><w:hyperlink>" + r("link") + "</w:hyperlink><w:smartTag>" + r(" tag") + "</w:smartTag>"
        "<w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>" + r(" control") + "</w:sdtContent></w:sdt>"
        "<w:fldSimple>" + r(" field") + "</w:fldSimple><w:r><w:instrText>HYPERLINK</w:instrText></w:r>"
        '<w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t><w:noBreakHyphen/><w:t>x</w:t></w:r>'
        '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r></w:p>'
    )  # fmt: skip
    assert read_body(body).text == "link tag control field tab\nline-x☐"


def test_contents_comments_and_section_breaks(read_body: ReadBody) -> None:
    section = '<w:p><w:pPr><w:pStyle w:val="H1"/><w:sectPr/></w:pPr></w:p>'
    reading = read_body(
        p("Services 3", "TM1") + section + p("Services", "H1"),
        styles=STYLES,
        numbering=NUMBERING,
        comments=f"<w:comment>{p('Ask the client.')}</w:comment>",
        core="Old title of a template",
    )
    assert reading.text == "Article 1 - Services"
    assert reading.title == "Article 1 - Services"
    assert reading.warnings == ("Comments were left out: “Ask the client.”.",)


def test_title_of_the_file_where_the_text_has_none(read_body: ReadBody) -> None:
    assert read_body(p("Words."), core="Support agreement").title == "Support agreement"
    assert read_body(p("Words.")).title is None


def test_strict_documents(make_docx: MakeDocx) -> None:
    data = make_docx(
        p("one", number=(3, 0)), namespace="http://purl.oclc.org/ooxml/wordprocessingml/main", numbering=NUMBERING
    )
    assert read_docx(data, LIMITS).text == "i) one"
