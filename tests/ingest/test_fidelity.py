"""What a reader of a file sees is in the text of a contract, and what nobody sees is not: it is listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ingest.hidden import in_text
from ingest.office import read_docx
from ingest.pdf import read_pdf
from ingest.reading import REVIEWED

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeDocx

SEEN = "The cap is two months of fees."
WORDS = "The cap is twelve months of fees."


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str) -> str:
    return f"<w:p>{run(SEEN)}</w:p><w:p>{''.join(runs)}</w:p>"


def part(name: str, content: str) -> tuple[str, dict[str, str]]:
    """A body that refers to another part, and that part."""
    if name in ("header1", "footer1"):
        side = name.rstrip("1")
        return f'{p()}<w:sectPr><w:{side}Reference r:id="{name}"/></w:sectPr>', {name: f"<w:p>{run(content)}</w:p>"}
    if name == "comments":
        return p(), {name: f"<w:comment><w:p>{run(content)}</w:p></w:comment>"}
    kind = name.removesuffix("s")
    body = f'<w:p>{run(SEEN)}<w:r><w:{kind}Reference w:id="2"/></w:r></w:p>'
    return body, {name: f'<w:{kind} w:id="2"><w:p>{run(content)}</w:p></w:{kind}>'}


def deleted(text: str) -> str:
    return f"<w:r><w:delText>{text}</w:delText></w:r>"


BOX = f"<w:r><w:pict><w:txbxContent><w:p>{run(WORDS)}</w:p></w:txbxContent></w:pict></w:r>"
WORD: dict[str, tuple[str | tuple[str, dict[str, str]], bool]] = {
    "inserted": (p(f"<w:ins>{run(WORDS)}</w:ins>"), True),
    "moved here": (p(f"<w:moveTo>{run(WORDS)}</w:moveTo>"), True),
    "in a table": (f"{p()}<w:tbl><w:tr><w:tc><w:p>{run(WORDS)}</w:p></w:tc></w:tr></w:tbl>", True),
    "in a box": (p(BOX), True),
    "in a header": (part("header1", WORDS), True),
    "in a footer": (part("footer1", WORDS), True),
    "in a footnote": (part("footnotes", WORDS), True),
    "in an endnote": (part("endnotes", WORDS), True),
    "in a control": (f"{p()}<w:sdt><w:sdtContent><w:p>{run(WORDS)}</w:p></w:sdtContent></w:sdt>", True),
    "deleted": (p(f"<w:del>{deleted(WORDS)}</w:del>"), False),
    "moved away": (p(f"<w:moveFrom>{deleted(WORDS)}</w:moveFrom>"), False),
    "hidden": (p(run(WORDS, "<w:vanish/>")), False),
    "white": (p(run(WORDS, '<w:color w:val="FFFFFF"/>')), False),
    "nearly white": (p(run(WORDS, '<w:color w:val="FEFDFC"/>')), False),
    "tiny": (p(run(WORDS, '<w:sz w:val="2"/>')), False),
    "a comment": (part("comments", WORDS), False),
    "a field": (p(f"<w:r><w:instrText>QUOTE {WORDS}</w:instrText></w:r>"), False),
}
PAPER = {
    "white on paper": (b"1 1 1 rg", False),
    "drawn without ink": (b"3 Tr", False),
    "white in four colours": (b"0 0 0 0 k", False),
    "tiny on paper": (b"/F1 1 Tf", False),
    "black on paper": (b"0 g", True),
}


@pytest.mark.check("F09")
def test_what_is_seen_is_read_and_what_is_not_is_listed(
    make_docx: MakeDocx, make_raw_pdf: Callable[..., bytes], record_property: Callable[[str, str], None]
) -> None:
    wrong = {}
    for what, (made, is_seen) in WORD.items():
        body, parts = made if isinstance(made, tuple) else (made, {})
        reading = read_docx(make_docx(body, **parts), REVIEWED)
        listed = any(WORDS in found.quote for found in reading.hidden)
        if (WORDS in reading.text) is not is_seen or (not is_seen and not listed) or SEEN not in reading.text:
            wrong[what] = reading.text, reading.hidden
    for what, (ink, is_seen) in PAPER.items():
        content = b"BT /F1 10 Tf 72 700 Td (" + SEEN.encode() + b" It is low, as everybody here can see.) Tj ET\n"
        content += b"q BT /F1 10 Tf " + ink + b" 72 600 Td (" + WORDS.encode() + b") Tj ET Q"
        reading = read_pdf(make_raw_pdf([content]), REVIEWED)
        listed = any(WORDS in found.quote for found in reading.hidden)
        if (WORDS in reading.text) is not is_seen or (not is_seen and not listed) or SEEN not in reading.text:
            wrong[what] = reading.text, reading.hidden
    count = len(WORD) + len(PAPER)
    assert count >= 21
    assert wrong == {}
    record_property("figure", f"{count} of {count} techniques as they should be")


@pytest.mark.check("F09")
@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u2066", "\U000e0041", "\ufeff"])
def test_signs_without_a_shape_are_listed(sign: str, record_property: Callable[[str, str], None]) -> None:
    found = list(in_text(f"The cap{sign * 3} is two months.", "txt"))
    assert [one.kind for one in found] == ["invisible_characters"]
    record_property("figure", f"{found[0].kind}: listed")
