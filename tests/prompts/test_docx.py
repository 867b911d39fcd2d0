"""A DOCX file is sound: its own reader opens it, its parts are in the schema's order, numbers and references are fields."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx as library
import pytest
from lxml import etree

from prompts.document import Document, Heading, Numbered, PageBreak, Pair, Reference, Run, Table, inline
from prompts.docx import docx
from tests.prompts.test_markdown import BLOCKS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = Document("Contrat", "fr", BLOCKS, header="Cabinet", footer="Paraphes", subject="Essai")
PAIRS = Document(
    "Two",
    "fr",
    (
        Pair(Heading(inline("Un"), listing="article", anchor="fr-1", lang="fr"), Heading(inline("One"), listing="article", anchor="en-1", lang="en")),
        Pair(Numbered((Run("Voir "), Reference("fr-1")), lang="fr"), Numbered((Run("See "), Reference("en-1")), lang="en")),
        Pair(PageBreak(), PageBreak()),
        Pair(Heading(inline("A"), listing="annex", lang="fr"), Heading(inline("A"), listing="annex", lang="en")),
    ),
)  # fmt: skip


def part(packed: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return etree.fromstring(archive.read(name))


def test_its_own_reader_opens_it() -> None:
    opened = library.Document(io.BytesIO(docx(DOCUMENT)))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    texts = [text.replace("\u00a0", " ") for text in texts]
    assert texts[:3] == ["Contrat", "A et B", "Objet"]
    assert "Voir (article 2) et *dol*." in texts
    assert [[cell.text for cell in row.cells] for row in opened.tables[0].rows] == [
        ["Niveau", "Délai"],
        ["P1", "a | b"],
    ]
    assert opened.core_properties.title == "Contrat"
    assert opened.core_properties.language == "fr-FR"
    assert opened.sections[0].header.paragraphs[0].text == "Cabinet"
    assert {style.name for style in opened.styles} >= {p.style.name for p in opened.paragraphs if p.style}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert docx(DOCUMENT) == docx(DOCUMENT)


def test_numbers_are_automatic() -> None:
    packed = docx(DOCUMENT)
    body = part(packed)
    used = {int(element.get(f"{W}val")) for element in body.iter(f"{W}numId")}
    numbering = part(packed, "word/numbering.xml")
    defined = {int(element.get(f"{W}numId")) for element in numbering.iter(f"{W}num")}
    assert used
    assert used <= defined
    order = [child.tag for child in numbering if child.tag in (f"{W}abstractNum", f"{W}num")]
    assert order == sorted(order, key=lambda tag: tag == f"{W}num"), "definitions come before their uses"
    assert not [text for text in body.iter(f"{W}t") if re.match(r"\d+\.\d|Article \d", text.text or "")]


@pytest.mark.parametrize("document", [DOCUMENT, PAIRS], ids=["one column", "two columns"])
def test_references_are_fields_that_lead_to_bookmarks(document: Document) -> None:
    body = part(docx(document))
    bookmarks = [element.get(f"{W}name") for element in body.iter(f"{W}bookmarkStart")]
    targets = [
        re.match(r" REF (\S+) \\r \\h \\\* Lower ", element.text or "") for element in body.iter(f"{W}instrText")
    ]
    assert targets
    assert {found[1] for found in targets if found} <= set(bookmarks)
    assert len(bookmarks) == len(set(bookmarks)) == len(list(body.iter(f"{W}bookmarkEnd")))
    kinds = [element.get(f"{W}fldCharType") for element in body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"] * len(targets)


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(KeyError):
        docx(Document("T", "en", (Numbered((Reference("nowhere"),)),)))


def test_languages_are_marked() -> None:
    packed = docx(PAIRS)
    assert {element.get(f"{W}val") for element in part(packed, "word/styles.xml").iter(f"{W}lang")} == {"fr-FR"}
    foreign = [
        run
        for run in part(packed).iter(f"{W}r")
        if (lang := run.find(f"{W}rPr/{W}lang")) is not None and lang.get(f"{W}val") == "en-GB"
    ]
    assert "".join(text.text or "" for run in foreign for text in run.iter(f"{W}t")) == "OneSee article 1A"


def test_the_heading_of_a_table_is_repeated() -> None:
    (table,) = part(docx(DOCUMENT)).iter(f"{W}tbl")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")] == [True, False]


def test_every_cell_ends_with_a_paragraph() -> None:
    for cell in part(docx(PAIRS)).iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"


def test_pages_are_numbered() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(DOCUMENT))) as archive:
        (name,) = [name for name in archive.namelist() if re.match(r"word/footer\d*\.xml", name)]
        footer = archive.read(name).decode()
    assert " PAGE " in footer
    assert " NUMPAGES " in footer


def test_what_xml_cannot_hold_is_left_out() -> None:
    opened = library.Document(io.BytesIO(docx(Document("T", "en", (Numbered(inline("a\x00b\x0bc")),)))))
    assert opened.paragraphs[0].text == "abc"


def test_french_signs_stay_with_their_words() -> None:
    text = "Voir : « a » ; 50 000 € et 5 %, l'an 2026 ?"
    for lang, expected in (
        ("en", text),
        ("fr", "Voir\u00a0: «\u00a0a\u00a0»\u00a0; 50\u00a0000\u00a0€ et 5\u00a0%, l'an 2026\u00a0?"),
    ):
        opened = library.Document(io.BytesIO(docx(Document("T", lang, (Numbered(inline(text)),)))))
        assert opened.paragraphs[0].text == expected


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "document", [DOCUMENT, PAIRS, Document("T", "en", (Table(((inline("a"),),)),), landscape=True)]
)
def test_libreoffice_opens_it(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "document.docx"
    path.write_bytes(docx(document))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=180,
    )
    assert (tmp_path / "document.pdf").read_bytes().startswith(b"%PDF")
