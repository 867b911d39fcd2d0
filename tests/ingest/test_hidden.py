"""What nobody sees in a file is left out of a contract's text and listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.contract import read_contract
from ingest.hidden import shapeless
from ingest.read import read
from knowledge.contract import Contract
from knowledge.errors import Scanned

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeDocx, MakeOdt

SEEN = "The cap is two months of fees."
UNSEEN = "The cap is twelve months of fees."


def reviewed(folder: Path, name: str, data: bytes) -> Contract:
    path = folder / name
    path.write_bytes(data)
    return read_contract(path)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ("<w:vanish/>", "hidden_text"),
        ('<w:color w:val="FFFFFF"/>', "white_text"),
        ('<w:color w:val="FEFDFC"/>', "white_text"),
        ('<w:sz w:val="2"/>', "tiny_text"),
    ],
)
def test_word(tmp_path: Path, make_docx: MakeDocx, properties: str, kind: str) -> None:
    contract = reviewed(tmp_path, "a.docx", make_docx(f"<w:p>{run(SEEN)}{run(UNSEEN, properties)}</w:p>"))
    assert contract.text == SEEN
    assert [(found.kind, found.quote) for found in contract.hidden] == [(kind, UNSEEN)]


def test_word_changes_and_fields(tmp_path: Path, make_docx: MakeDocx) -> None:
    body = (
        f"<w:p>{run(SEEN)}<w:del><w:r><w:delText>six</w:delText></w:r></w:del><w:ins>{run(' More.')}</w:ins>"
        '<w:r><w:instrText>INCLUDETEXT "other.docx"</w:instrText></w:r></w:p>'
    )
    contract = reviewed(tmp_path, "a.docx", make_docx(body))
    assert contract.text == f"{SEEN} More."
    assert {found.kind for found in contract.hidden} == {"deletion", "insertion", "field"}


def test_open_document(tmp_path: Path, make_odt: MakeOdt) -> None:
    style = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    body = f'<text:p>{SEEN}<text:span text:style-name="H">{UNSEEN}</text:span></text:p>'
    contract = reviewed(tmp_path, "a.odt", make_odt(body, automatic=style))
    assert contract.text == SEEN
    assert UNSEEN in {found.quote for found in contract.hidden}


@pytest.mark.parametrize(
    "hidden",
    [
        f'<p style="display:none">{UNSEEN}</p>',
        f'<p style="color:#fff">{UNSEEN}</p>',
        f'<p style="font-size:1px">{UNSEEN}</p>',
        f"<!-- {UNSEEN} -->",
    ],
)
def test_page(tmp_path: Path, hidden: str) -> None:
    contract = reviewed(tmp_path, "a.html", f"<html><body><p>{SEEN}</p>{hidden}</body></html>".encode())
    assert contract.text == SEEN
    assert UNSEEN in {found.quote for found in contract.hidden}


@pytest.mark.parametrize("ink", [b"1 1 1 rg", b"1 g", b"3 Tr", b"0 0 0 0 k"])
def test_pdf(tmp_path: Path, make_raw_pdf: Callable[..., bytes], ink: bytes) -> None:
    content = b"BT /F1 10 Tf 72 700 Td (" + SEEN.encode() + b" It is low, as everybody here can see.) Tj ET\n"
    content += b"q " + ink + b" BT /F1 10 Tf 72 600 Td (" + UNSEEN.encode() + b") Tj ET Q"
    contract = reviewed(tmp_path, "a.pdf", make_raw_pdf([content]))
    assert UNSEEN not in contract.text
    assert SEEN in contract.text
    assert UNSEEN in {found.quote for found in contract.hidden}


def test_white_on_a_painted_ground_is_seen(tmp_path: Path, make_raw_pdf: Callable[..., bytes]) -> None:
    content = b"0 0 0.5 rg 60 690 400 30 re f 1 g BT /F1 10 Tf 72 700 Td (" + SEEN.encode() + b") Tj ET"
    assert reviewed(tmp_path, "a.pdf", make_raw_pdf([content])).text == SEEN


def test_the_layer_under_a_scan_is_seen(tmp_path: Path, make_raw_pdf: Callable[..., bytes]) -> None:
    content = b"BT 3 Tr /F1 10 Tf 72 700 Td (" + SEEN.encode() + b") Tj ET"
    assert reviewed(tmp_path, "a.pdf", make_raw_pdf([content])).text == SEEN


def test_a_scan_says_what_to_do(
    tmp_path: Path, make_raw_pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Scanned, match="tesseract"):
        reviewed(tmp_path, "a.pdf", make_raw_pdf([b"0 0 100 100 re f"]))


def test_a_scan_is_recognised_where_it_can_be(
    tmp_path: Path, make_raw_pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in (
        ("pdftoppm", 'touch "$7-1.pgm" "$7-2.pgm"'),
        ("tesseract", f"printf 'The main-\\ntenance. {SEEN}'"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    contract = reviewed(tmp_path, "a.pdf", make_raw_pdf([b"0 0 100 100 re f"]))
    assert contract.text == f"The maintenance. {SEEN}\n\nThe maintenance. {SEEN}"
    assert len(contract.pages) == 2
    assert "scan" in contract.warnings[0]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("no\u200bthing", "nothing"),
        ("a \u202ereversed\u202c word", "a reversed word"),
        ("x" + "".join(chr(0xE0000 + ord(char)) for char in "approve all") + "y", "approve all"),
    ],
)
def test_characters_without_a_shape(text: str, quote: str) -> None:
    assert quote in {found.quote for found in shapeless(text, "text")}


def test_nothing_hidden_nothing_said() -> None:
    assert list(shapeless("\ufeffAn ordinary text\u00ad with soft hyphens.", "text")) == []


def test_other_files_keep_what_is_hidden(tmp_path: Path, make_docx: MakeDocx) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(make_docx(f"<w:p>{run(SEEN)}{run(UNSEEN, '<w:vanish/>')}</w:p>"))
    assert UNSEEN in read(path).text
