"""Which files are read, which are refused, and what is said of those."""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.read import LIMITS, Limits, read
from knowledge.errors import InvalidInput, TooLarge, Unreadable

if TYPE_CHECKING:
    from tests.ingest.conftest import MakeDocx, MakeOdt, MakePdf, MakeZip

PARAGRAPH = "<w:p><w:r><w:t>The provider answers within four hours.</w:t></w:r></w:p>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
EXE = b"MZ\x90\x00" + b"\0" * 200

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of that name."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n ", "no readable text"),
        ("marks.md", b"***\n\n---\n", "no readable text"),
        ("picture.docx", PNG, "is not a Word file but a PNG picture"),
        ("program.pdf", EXE, "is not a PDF file but a Windows program"),
        ("program.txt", EXE, "is not a text but a Windows program"),
        ("program.odt", b"\x7fELF" + b"\0" * 99, "is not an OpenDocument text but a program"),
        ("page.docx", b"<!DOCTYPE html><html><body>Hi</body></html>", "is not a Word file but a web page"),
        ("page.pdf", b"<html><body>%PDF-1.7</body></html>", "is not a PDF file but a web page"),
        ("page.txt", b"<html><body>Hi</body></html>", "is not a text but a web page"),
        ("rich.docx", b"{\\rtf1 Hello}", "is not a Word file but an RTF file"),
        ("rich.txt", b"{\\rtf1 Hello}", "is not a text but an RTF file"),
        ("paper.html", b"%PDF-1.7\n", "is not a web page but a PDF file"),
        ("packed.pdf", b"PK\x03\x04" + b"\0" * 50, "is not a PDF file but a ZIP archive"),
        ("words.docx", b"Just words.", "is not a Word file but something else"),
        ("old.docx", OLE, "is an old Office file"),
        ("old.doc", OLE, "is an old Office file"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        ("old.doc", b"words", "is an old Word file: save it as docx"),
        ("macros.docm", b"PK\x03\x04", "is a Word file with macros: save it as docx"),
        ("sheet.xlsx", b"PK\x03\x04", "is a spreadsheet"),
        ("data.csv", b"a,b", "has the ending .csv"),
        ("noending", b"words", "has the ending (none)"),
        ("nul.txt", b"abc\0def", "holds binary data"),
        ("controls.md", b"abc" + bytes(range(1, 9)) * 5, "holds binary data"),
        ("sjis.txt", "契約書の条項".encode("shift-jis"), "encoding of the text is unknown"),
        ("half.txt", b"\xff\xfea\x00b", "is not in UTF-16"),
        ("stub.docx", b"PK\x03\x04" + b"\0" * 50, "is damaged"),
        ("stub.odt", b"PK\x03\x04" + b"\0" * 50, "is damaged"),
        ("stub.pdf", b"%PDF-1.7\nnothing", "is damaged"),
        ("blank.html", b"<html><script>let a = 1</script></html>", "no readable text"),
    ],
)
def test_bad_file(write: Write, name: str, data: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(write(name, data))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="There is no file"):
        read(tmp_path / "missing.pdf")
    with pytest.raises(Unreadable, match="is not a file"):
        read(tmp_path)
    with pytest.raises(Unreadable):
        read(tmp_path / "nul\0.txt")


def test_large_files(write: Write, make_pdf: MakePdf, make_docx: MakeDocx) -> None:
    small = replace(LIMITS, file_bytes=100, pdf_bytes=100, text_bytes=100)
    files = [("a.txt", b"a" * 101), ("a.pdf", make_pdf([["Hello"]])), ("a.docx", make_docx(PARAGRAPH))]
    for name, data in files:
        with pytest.raises(TooLarge, match=r"is larger than 0\.0001 MB"):
            read(write(name, data), small)
    with pytest.raises(TooLarge, match="more than 5 characters"):
        read(write("b.txt", b"Penalties"), replace(LIMITS, characters=5))
    with pytest.raises(TooLarge, match="more than 5 characters"):
        read(write("b.html", b"<p>Penalties</p>"), replace(LIMITS, characters=5))
    with pytest.raises(TooLarge, match="more than 2 pages"):
        read(write("c.pdf", make_pdf([["One"], ["Two"], ["Three"]])), replace(LIMITS, pages=2))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"a.txt": "words"}, "is an archive of other files"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "is a spreadsheet"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "is an OpenDocument text: give it the ending .odt"),
        ({"mimetype": "application/epub+zip"}, "is an e-book"),
        ({"[Content_Types].xml": '<T><O ContentType="x.spreadsheetml.sheet.main+xml"/></T>'}, "is a spreadsheet"),
        ({"[Content_Types].xml": '<T><O ContentType="x.presentationml.p.main+xml"/></T>'}, "is a presentation"),
        ({"[Content_Types].xml": '<T><O ContentType="x.word.document.macroEnabled.main+xml"/></T>'}, "with macros"),
        ({"[Content_Types].xml": '<T><O ContentType="x.wordprocessingml.document.main+xml"/></T>'}, "is damaged"),
        ({"[Content_Types].xml": "<T><O"}, "is damaged"),
        ({"[Content_Types].xml": '<!DOCTYPE T [<!ENTITY a "b">]><T/>'}, "declares a document type"),
    ],
)
def test_archive_that_is_no_word_file(
    write: Write, make_zip: MakeZip, parts: dict[str, str | bytes], words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        read(write("a.docx", make_zip(parts)))


def test_word_file_named_odt(write: Write, make_docx: MakeDocx) -> None:
    with pytest.raises(Unreadable, match=r"is a Word file: give it the ending \.docx"):
        read(write("a.odt", make_docx(PARAGRAPH)))


def test_locked_odt(write: Write, make_odt: MakeOdt) -> None:
    locked = make_odt("<text:p>x</text:p>", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"})
    with pytest.raises(Unreadable, match="protected by a password"):
        read(write("a.odt", locked))


@pytest.mark.parametrize("password", ["secret", ""])
def test_locked_pdf(write: Write, make_pdf: MakePdf, password: str) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(make_pdf([["The notice period is three months."]]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    buffer = BytesIO()
    writer.write(buffer)
    path = write("a.pdf", buffer.getvalue())
    if password:
        with pytest.raises(Unreadable, match="protected by a password"):
            read(path)
    else:
        assert read(path).text == "The notice period is three months."


def test_scanned_pdf(write: Write, make_raw_pdf: Callable[..., bytes]) -> None:
    with pytest.raises(Unreadable, match="has no text layer: run OCR first"):
        read(write("scan.pdf", make_raw_pdf([b"0 0 10 10 re f", b""])))


@pytest.mark.parametrize(
    ("name", "build", "text"),
    [
        ("a.md", lambda: "# Délai\r\n\r\nTrois mois.".encode(), "# Délai\n\nTrois mois."),
        ("a.TXT", lambda: "\ufeffDélai".encode(), "Délai"),
        ("a.txt", lambda: "Délai".encode("utf-16"), "Délai"),
        ("a.htm", lambda: b"<p>Trois <b>mois</b>.</p>", "Trois mois."),
        ("zero\u0301.txt", lambda: "e\u0301te\u0301 \u200bcach\u00e9\x07".encode(), "été caché"),
    ],
)
def test_good_file(write: Write, name: str, build: Callable[[], bytes], text: str) -> None:
    assert read(write(name, build())).text == text


def test_word_pdf_and_odt_in_a_process_of_their_own(
    write: Write, make_docx: MakeDocx, make_pdf: MakePdf, make_odt: MakeOdt
) -> None:
    expected = "The provider answers within four hours."
    for name, data in [
        ("a.docx", make_docx(PARAGRAPH)),
        ("a.pdf", make_pdf([[expected]])),
        ("a.odt", make_odt(f"<text:p>{expected}</text:p>")),
    ]:
        reading = read(write(name, data))
        assert (reading.text, f".{reading.media}") == (expected, Path(name).suffix)
        assert reading.pages == ((0,) if reading.media == "pdf" else ())


def test_western_text_is_read_with_a_warning(write: Write) -> None:
    reading = read(write("a.txt", "Les pénalités sont dues dès le lendemain.".encode("cp1252")))
    assert reading.text == "Les pénalités sont dues dès le lendemain."
    assert reading.warnings == ("The file is not in UTF-8: read as Western European (Windows-1252).",)


def test_a_process_out_of_time_is_one_unreadable_file(write: Write, make_docx: MakeDocx) -> None:
    path = write("a.docx", make_docx(PARAGRAPH))
    with pytest.raises(Unreadable, match=r"took more than 0\.001 s"):
        read(path, Limits(wall_seconds=0.001))


@pytest.mark.slow
def test_a_process_out_of_processor_time(write: Write, make_raw_pdf: Callable[..., bytes]) -> None:
    drawing = b"BT /F1 10 Tf 72 700 Td " + b"(a) Tj " * 250_000 + b"ET"
    path = write("a.pdf", make_raw_pdf([drawing]))
    with pytest.raises(Unreadable, match="more time or memory than allowed"):
        read(path, Limits(cpu_seconds=1))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS bounds no address space")
def test_a_process_out_of_memory(write: Write, make_docx: MakeDocx) -> None:
    path = write("a.docx", make_docx(PARAGRAPH * 40_000))
    with pytest.raises(InvalidInput):
        read(path, Limits(memory_bytes=90_000_000))


@pytest.mark.slow
def test_flate_bomb(write: Write, flate_bomb: bytes) -> None:
    assert len(flate_bomb) < 1_000
    started = time.monotonic()
    with pytest.raises(TooLarge, match="unpacks to more than can be read"):
        read(write("bomb.pdf", flate_bomb))
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_million_empty_paragraphs(write: Write, make_docx: MakeDocx) -> None:
    started = time.monotonic()
    with pytest.raises(TooLarge):
        read(write("empty.docx", make_docx("<w:p/>" * 1_000_000)))
    with pytest.raises(TooLarge, match="300,000 pieces of markup"):
        read(write("empty.docx", make_docx("<w:p/>" * 1_000_000)), Limits(ratio=10_000))
    assert time.monotonic() - started < 10


def test_deep_nesting(write: Write, make_docx: MakeDocx) -> None:
    deep = "<w:sdt>" * 5_000 + PARAGRAPH + "</w:sdt>" * 5_000
    with pytest.raises(Unreadable):
        read(write("deep.docx", make_docx(deep)))
    with pytest.raises(Unreadable):
        read(write("deep.html", b"<div>" * 5_000 + b"words"))


def test_entities_are_not_expanded(write: Write, make_docx: MakeDocx, tmp_path: Path) -> None:
    canary = write("canary.txt", b"CANARY")
    archive = BytesIO(make_docx(PARAGRAPH))
    with zipfile.ZipFile(archive) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    doctype = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{canary}">]>'
    for encoding in ("utf-8", "utf-16"):
        text = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}' + parts["word/document.xml"].decode()
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name, content in parts.items():
                changed = text.replace("four", "&x;").encode(encoding) if name == "word/document.xml" else content
                file.writestr(name, changed)
        with pytest.raises(Unreadable, match="declares a document type"):
            read(write("entity.docx", buffer.getvalue()))


@pytest.mark.check("D05")
@pytest.mark.parametrize(
    "text",
    [
        "# " + "#" * 500_000, "[" * 500_000, "[a](" * 200_000, "<" * 500_000, "`" * 500_000, "*" * 500_000,
        "1. " * 200_000, "1." * 300_000, "A " * 300_000, "- " * 300_000, "---\n" + "a:\n" * 90_000, "=\n" * 100_000,
        "Article " * 100_000, "\n" * 400_000 + "a", " " * 900_000 + "a", "1.1 " + "Aa " * 200_000, "<a " * 300_000,
        "1. A\n" * 60_000, "«" * 500_000, "I" * 500_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_texts_that_would_stall_a_careless_pattern(write: Write, text: str, ending: str) -> None:
    path = write(f"a{ending}", text.encode() + b"\nThe end.")
    started = time.monotonic()
    read(path)
    assert time.monotonic() - started < 3
