"""Files made for the tests, by no word processor: each holds just what its test is about."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pytest

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


class MakeZip(Protocol):
    def __call__(self, parts: Mapping[str, str | bytes]) -> bytes: ...


class MakeDocx(Protocol):
    def __call__(self, body: str, kind: str = MAIN_TYPE, namespace: str = W, **parts: str) -> bytes: ...


class MakeOdt(Protocol):
    def __call__(self, body: str, styles: str = "", automatic: str = "", **parts: str) -> bytes: ...


class MakePdf(Protocol):
    def __call__(self, pages: Sequence[Sequence[str]], size: float = 10, gap: float = 12) -> bytes: ...


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def make_zip() -> MakeZip:
    """A ZIP archive of the given files."""
    return _zip


@pytest.fixture(scope="session")
def make_docx() -> MakeDocx:
    """A Word file with the given body; other parts by name, as `footnotes="<w:footnote ...>"`."""

    def make(body: str, kind: str = MAIN_TYPE, namespace: str = W, **parts: str) -> bytes:
        roots = {"comments": "comments", "footnotes": "footnotes", "endnotes": "endnotes"}
        roots |= {"styles": "styles", "numbering": "numbering", "header": "hdr", "footer": "ftr"}
        files: dict[str, str | bytes] = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": _relations(
                {"r1": ("officeDocument", "word/document.xml"), "r2": ("core-properties", "core.xml")}
            ),
            "word/document.xml": f'<w:document xmlns:w="{namespace}" xmlns:r="{RELATIONS}">'
            f"<w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations(
                {name: (name.rstrip("0123456789"), f"{name}.xml") for name in parts}
            ),
        }
        for name, content in parts.items():
            if name == "core":
                files["core.xml"] = f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{content}</dc:title></c>'
            else:
                root = roots[name.rstrip("0123456789")]
                files[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{namespace}">{content}</w:{root}>'
        return _zip(files)

    return make


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entries}</Relationships>'
    )


@pytest.fixture(scope="session")
def make_odt() -> MakeOdt:
    """An OpenDocument text with the given body."""

    def make(body: str, styles: str = "", automatic: str = "", **parts: str) -> bytes:
        files: dict[str, str | bytes] = {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODF}>"
            f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {ODF}>{styles}</office:document-styles>",
            "META-INF/manifest.xml": "<manifest/>",
        }
        return _zip({**files, **parts})

    return make


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    """A PDF whose pages hold the given lines, drawn from the top; an empty line is a wider gap."""

    def make(pages: Sequence[Sequence[str]], size: float = 10, gap: float = 12) -> bytes:
        contents = []
        for lines in pages:
            drawn = "".join(
                f"BT /F1 {size} Tf 72 {760 - at * gap:g} Td ({_escape(line)}) Tj ET\n"
                for at, line in enumerate(lines)
                if line
            )
            contents.append(drawn.encode("cp1252"))
        return raw_pdf(contents)

    return make


def _escape(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def raw_pdf(contents: Sequence[bytes], stream: str = "", info: str = "") -> bytes:
    """A PDF with one page for each content stream; `stream` are entries of the stream dictionaries."""
    first = 5
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode(),
    ]
    for at, content in enumerate(contents):
        page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {first + 2 * at + 1} 0 R"
        objects.append(f"<< {page} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(f"<< /Length {len(content)} {stream} >>\nstream\n".encode() + content + b"\nendstream")
    return write_pdf(objects)


def write_pdf(objects: Sequence[bytes], trailer: str = "/Root 1 0 R /Info 4 0 R") -> bytes:
    """A PDF of numbered objects, with its table of offsets."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer.encode(), start))
    return out.getvalue()


@pytest.fixture(scope="session")
def make_raw_pdf() -> Callable[..., bytes]:
    """See `raw_pdf`."""
    return raw_pdf


@pytest.fixture(scope="session")
def flate_bomb() -> bytes:
    """A PDF of under a kilobyte whose page unpacks, flate within flate, to a quarter of a gigabyte."""
    packer = zlib.compressobj(9)
    chunk = b"0" * (1 << 20)
    data = b"".join(packer.compress(chunk) for _ in range(256)) + packer.flush()
    filters = 1
    while len(data) > 700 or filters < 3:
        data = zlib.compress(data, 9)
        filters += 1
    return raw_pdf([data], stream="/Filter [" + "/FlateDecode " * filters + "]")
