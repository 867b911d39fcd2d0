"""A table goes out, is filled in and comes back: nothing is lost, nothing is run, and a wrong cell is named."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.checklist.names import STATUSES
from assistant.checklist.points import Checklist, Point, merge
from assistant.checklist.sheet import COLUMNS, HEADINGS, read_sheet, write_csv, write_xlsx
from knowledge.errors import InvalidInput

WRITERS = {"a.csv": write_csv, "a.xlsx": write_xlsx}
NOTES = [
    "",
    "simple",
    '=HYPERLINK("http://x")',
    "'=1+1",
    "-5 %",
    "+33 1",
    "@x",
    "deux\nlignes",
    'un "mot"; deux, trois',
    "é œ € «»",
]


def filled(made: Checklist) -> Checklist:
    points = [
        replace(point, status=STATUSES[n % len(STATUSES)], note=NOTES[n % len(NOTES)])
        for n, point in enumerate((*made.points, *(Point(f"own-{n}", f"Autre {n}", "exit", "nice") for n in range(8))))
    ]
    return replace(made, points=tuple(points))


@pytest.mark.parametrize("name", WRITERS)
def test_what_goes_out_comes_back(made: Checklist, name: str) -> None:
    sent = filled(made)
    back = read_sheet(WRITERS[name](sent), name)
    assert [(p.id, p.title, p.stage, p.priority, p.status, p.note) for p in back] == [
        (p.id, p.title, p.stage, p.priority, p.status, p.note) for p in (q for _, ps in sent.stages() for q in ps)
    ]
    assert merge(made, back).progress() == sent.progress()


@settings(max_examples=60, deadline=None)
@given(note=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=80))
def test_any_note_survives_csv(made: Checklist, note: str) -> None:
    sent = replace(made, points=(replace(made.points[0], note=note),))
    assert read_sheet(write_csv(sent), "a.csv")[0].note == note


def test_no_cell_is_a_formula(made: Checklist) -> None:
    sent = filled(made)
    cells = [cell for row in csv.reader(io.StringIO(write_csv(sent).decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    sheet = load_workbook(io.BytesIO(write_xlsx(sent))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert "=HYPERLINK" in " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("title", ["Contrat : maintenance", "A/B [C] *?\\", "'quoted'", "", "x" * 99, "a\x0bb"])
def test_any_title_names_a_sheet(made: Checklist, title: str) -> None:
    sent = replace(made, title=title, points=(replace(made.points[0], note=f"kept {title} \x07"),))
    assert read_sheet(write_xlsx(sent), "t.xlsx")[0].note.startswith("kept")


def table(*rows: dict[str, str], lang: str = "en", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([HEADINGS[lang][c] for c in COLUMNS])  # type: ignore[index]
    writer.writerows([row.get(c, "") for c in COLUMNS] for row in rows)
    return out.getvalue().encode()


def test_french_spreadsheets_are_understood() -> None:
    data = table({"id": "fees", "title": "Prix", "status": "Concédé", "note": "à 5 €"}, lang="fr", delimiter=";")
    for encoded in (data, data.decode().encode("cp1252")):
        point = read_sheet(encoded, "t.csv")[0]
        assert (point.status, point.note) == ("conceded", "à 5 €")


def test_a_new_row_becomes_a_point_of_its_own() -> None:
    points = read_sheet(table({"title": "Le logo", "note": "x"}, {}, {"title": "Autre"}), "t.csv")
    assert [(p.id, p.title, p.status) for p in points] == [("own-2", "Le logo", "open"), ("own-4", "Autre", "open")]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "t.csv", "t.csv is empty"),
        (b"a,b\n1,2\n", "t.csv", "lacks the column 'Id'"),
        (table({"id": "fees", "status": "peut-être"}), "t.csv", "row 2: 'peut-être' is no status"),
        (table({"id": "fees"}, {"id": "fees"}), "t.csv", "the id 'fees' stands in two rows"),
        (table({"id": "fees", "note": "x" * 40_000}), "t.csv", "row 2: the note is longer"),
        (table(*({"title": "x"} for _ in range(2500))), "t.csv", "more than 2000 rows"),
        (b"PK\x03\x04 no workbook", "t.xlsx", "the workbook cannot be read"),
        (b"nothing", "t.xlsx", "the workbook cannot be read"),
    ],
)
def test_a_wrong_table_is_refused_with_the_row(data: bytes, name: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_sheet(data, name)


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
THIEF = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook one of whose parts is another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in book.namelist():
            made.writestr(name, change(book.read(name)) if name == part else book.read(name))
    return buffer.getvalue()


@pytest.mark.check("F02", "T04")
@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        (SHEET, lambda xml: xml[:-40], "cannot be read"),
        (SHEET, lambda xml: b"", "cannot be read"),
        (SHEET, lambda xml: xml + b" " * 25_000_000, "unpacks to more than 20 MB"),
        (SHEET, lambda xml: LAUGHS.encode() + xml, "declares a document type"),
        (SHEET, lambda xml: THIEF.encode() + xml, "declares a document type"),
        (BOOK, lambda xml: THIEF.encode("utf-16") + xml, "declares a document type"),
        ("xl/styles.xml", lambda xml: xml.replace(b'numFmtId="0"', b'numFmtId="x"'), "cannot be read"),
        (SHEET, lambda xml: xml.replace(b'r="A1"', b'r="!!"'), "cannot be read"),
    ],
)
def test_a_hostile_workbook_is_refused(
    made: Checklist, part: str, change: Callable[[bytes], bytes], says: str, record_property: Callable[[str, str], None]
) -> None:
    data = changed(write_xlsx(made), part, change)
    with pytest.raises(InvalidInput, match=says):
        read_sheet(data, "t.xlsx")
    record_property("figure", f"workbook of {len(data):,} bytes: refused")


def test_a_locked_or_cut_workbook_is_refused(made: Checklist) -> None:
    data = bytearray(write_xlsx(made))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    for hostile in (bytes(data), bytes(data[: len(data) // 2]), bytes(data[:300] + b"\xff" * 200 + data[500:])):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_sheet(hostile, "t.xlsx")


def test_words_that_many_cells_share_count_for_each() -> None:
    rows = [{"title": "x" * 31_000, "want": "y" * 31_000} for _ in range(200)]
    with pytest.raises(InvalidInput, match="more than 5,000,000 characters"):
        read_sheet(table(*rows), "t.csv")
