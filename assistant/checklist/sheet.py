"""A checklist as a table that people fill in and send back: CSV and XLSX, out and in, and nothing lost on the way.

The columns `id`, `status` and `note` are read back; a row without an id that we know is a point that a person added.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args
from zipfile import ZipFile

from assistant.checklist.names import PRIORITY_NAMES, STAGE_NAMES, STAGES, STATUS_NAMES, STATUSES, Status
from assistant.checklist.points import Checklist, Point
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language
from knowledge.negotiation import Priority, Stage

COLUMNS: Final = (
    "id", "stage", "title", "priority", "status", "note", "decides", "want", "matters", "wording", "fallbacks", "walk_away",
    "objection", "reply", "trades", "law",
)  # fmt: skip
HEADINGS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "id": "Id", "stage": "Stage", "title": "Point", "priority": "Priority", "status": "Status", "note": "Note",
        "decides": "Who decides", "want": "What we want", "matters": "Why it matters", "wording": "Wording to propose",
        "fallbacks": "Fallbacks, in order", "walk_away": "Walk-away", "objection": "What they will say", "reply": "Our reply",
        "trades": "Can be traded against", "law": "Law",
    },
    "fr": {
        "id": "Id", "stage": "Étape", "title": "Point", "priority": "Priorité", "status": "État", "note": "Note",
        "decides": "Qui décide", "want": "Ce que nous voulons", "matters": "Pourquoi", "wording": "Rédaction à proposer",
        "fallbacks": "Replis, dans l'ordre", "walk_away": "Point de rupture", "objection": "Ce qu'ils diront",
        "reply": "Notre réponse", "trades": "Contre quoi l'échanger", "law": "Droit",
    },
}  # fmt: skip
LONGEST: Final = 32_000
"""Characters of a cell; a spreadsheet takes 32,767."""
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 100
MOST_CHARACTERS: Final = 5_000_000
"""Of all cells of a table that is read."""
UNPACKED: Final = 20_000_000
"""Bytes of all parts of a workbook that is read; the longest checklist takes a few millions."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell of CSV that begins so would be run by a spreadsheet, or hides that it was guarded: an apostrophe goes before it."""
_NOT_IN_A_TAB: Final = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
"""What a spreadsheet does not take as the name of a sheet."""
_WIDTHS: Final = {"id": 14, "stage": 16, "title": 30, "priority": 14, "status": 12, "note": 40, "decides": 18}
_STAGES: Final[Mapping[str, Stage]] = {
    word.casefold(): stage for stage in STAGES for word in (stage, *(STAGE_NAMES[lang][stage] for lang in LANGUAGES))
}
_PRIORITIES: Final[Mapping[str, Priority]] = {
    word.casefold(): one
    for one in get_args(Priority)
    for word in (one, *(PRIORITY_NAMES[lang][one] for lang in LANGUAGES))
}
_STATUSES: Final[Mapping[str, Status]] = {
    word.casefold(): one for one in STATUSES for word in (one, *(STATUS_NAMES[lang][one] for lang in LANGUAGES))
}


def write_csv(made: Checklist) -> bytes:
    """UTF-8 with a mark that spreadsheets know, a heading, a row for each point."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in _rows(made):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(made: Checklist) -> bytes:
    """A workbook with one sheet: headings that stay, a choice of statuses, words that wrap."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = _NOT_IN_A_TAB.sub(" ", made.title)[:31].strip(" '") or HEADINGS[made.language]["title"]
    for number, row in enumerate(_rows(made), 1):
        for place, words in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)
            cell.data_type = "s"  # never a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for place, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 48)
    sheet.freeze_panes = "D2"
    names = ",".join(STATUS_NAMES[made.language][status] for status in STATUSES)
    choice = DataValidation(type="list", formula1=f'"{names}"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"E2:E{MOST_ROWS}")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read_sheet(data: bytes, name: str) -> tuple[Point, ...]:
    """The points of a table that came back, with their statuses and notes; `name` tells CSV from XLSX by its ending.

    Raises `InvalidInput` for what is no such table, with the row where one is wrong.
    """
    rows = list(_read_xlsx(data) if name.lower().endswith(".xlsx") else _read_csv(data))
    if not rows:
        raise InvalidInput(f"{name} is empty: export the checklist again and fill that in")
    columns = _columns(rows[0], name)
    points = [_point(_cells(row, columns), number, name) for number, row in enumerate(rows[1:], 2) if any(row)]
    seen: set[str] = set()
    for point in points:
        if point.id in seen:
            raise InvalidInput(f"{name}: the id {point.id!r} stands in two rows; leave the id of a new row empty")
        seen.add(point.id)
    return tuple(points)


def _rows(made: Checklist) -> Iterator[list[str]]:
    lang = made.language
    yield [HEADINGS[lang][column] for column in COLUMNS]
    for stage, points in made.stages():
        for point in points:
            rungs = "\n".join(f"{number}. {rung.text}" for number, rung in enumerate(point.fallbacks, 1))
            cells = {
                "id": point.id,
                "stage": STAGE_NAMES[lang][stage],
                "priority": PRIORITY_NAMES[lang][point.priority],
                "status": STATUS_NAMES[lang][point.status],
                "fallbacks": rungs,
                "trades": "; ".join(point.trades),
                "law": "; ".join(point.law),
            }
            yield [cells.get(column) or str(getattr(point, column, "")) for column in COLUMNS]


def _read_csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # what a French spreadsheet saves as "CSV"
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    try:
        for row in _limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            yield [cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell for cell in row]
    except csv.Error as error:
        raise InvalidInput(f"the table cannot be read ({error}): save it as CSV in UTF-8") from None


def _read_xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        yield from _limited(_cells_of(data))
    except InvalidInput:
        raise
    except Exception as error:  # on damaged workbooks openpyxl raises whatever it stumbles over
        raise InvalidInput(f"the workbook cannot be read ({type(error).__name__}): save it as XLSX again") from None


def _cells_of(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    _weigh(data)
    sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
        yield ["" if cell is None else str(cell) for cell in row]


def _weigh(data: bytes) -> None:
    """Refuse a workbook that unpacks to too much, or whose XML declares entities: those can hold much more, or others' files."""
    with ZipFile(io.BytesIO(data)) as book:
        entries = book.infolist()
        if (
            sum(entry.file_size for entry in entries) > UNPACKED
        ):  # what is read of an entry is never more than it declares
            raise InvalidInput(
                f"the workbook unpacks to more than {UNPACKED // 1_000_000} MB: keep the checklist alone in it"
            )
        for entry in entries:
            part = book.read(entry)
            if any("<!DOCTYPE".encode(code) in part for code in ("ascii", "utf-16-le", "utf-16-be")):
                raise InvalidInput(
                    "the workbook declares a document type, which no spreadsheet does: save it as XLSX again"
                )


def _limited(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    characters = 0
    for number, row in enumerate(rows):
        characters += sum(map(len, row))
        if number > MOST_ROWS:
            raise InvalidInput(f"the table has more than {MOST_ROWS} rows: keep those of the checklist")
        if characters > MOST_CHARACTERS:
            raise InvalidInput(f"the table holds more than {MOST_CHARACTERS:,} characters: keep those of the checklist")
        yield row


def _columns(headings: Sequence[str], name: str) -> dict[str, int]:
    known = {HEADINGS[lang][column].casefold(): column for lang in LANGUAGES for column in COLUMNS}
    found = {known[word.strip().casefold()]: at for at, word in enumerate(headings) if word.strip().casefold() in known}
    for needed in ("id", "title", "status", "note"):
        if needed not in found:
            raise InvalidInput(f"{name} lacks the column {HEADINGS['en'][needed]!r}: keep the headings of the export")
    return found


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {column: row[at] if at < len(row) else "" for column, at in columns.items()}


def _point(cells: Mapping[str, str], number: int, name: str) -> Point:
    status = _STATUSES.get(cells["status"].strip().casefold() or "open")
    if status is None:
        raise InvalidInput(f"{name}, row {number}: {cells['status']!r} is no status; choose of {', '.join(STATUSES)}")
    if len(cells["note"]) > LONGEST:
        raise InvalidInput(f"{name}, row {number}: the note is longer than {LONGEST} characters: shorten it")
    return Point(
        id=cells["id"].strip() or f"own-{number}",
        title=cells["title"],
        stage=_STAGES.get(cells.get("stage", "").strip().casefold(), "negotiation"),
        priority=_PRIORITIES.get(cells.get("priority", "").strip().casefold(), "important"),
        status=status,
        note=cells["note"],
        want=cells.get("want", ""),
    )
