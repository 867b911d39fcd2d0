"""Several contracts in one table: a row each, with its key terms, its dates and what departs from the playbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from assistant.review.calendar import deadlines
from assistant.review.terms import LABELS
from knowledge.models import Language
from knowledge.playbook import SEVERITIES

LONGEST: Final = 32_000
"""Characters of a cell; a spreadsheet takes 32,767."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell of CSV that begins so would be run by a spreadsheet: an apostrophe goes before it."""
_HEADS: Final[Mapping[str, Mapping[Language, str]]] = {
    "contract": {"en": "Contract", "fr": "Contrat"},
    "failure": {"en": "Not read", "fr": "Non lu"},
    "side": {"en": "Side", "fr": "Partie"},
    "high": {"en": "High", "fr": "Haute"},
    "medium": {"en": "Medium", "fr": "Moyenne"},
    "low": {"en": "Low", "fr": "Basse"},
    "worst": {"en": "Departs from the playbook (high)", "fr": "S'écarte du référentiel (haute)"},
    "missing": {"en": "Not found (high)", "fr": "Introuvable (haute)"},
    "hidden": {"en": "Hidden content", "fr": "Contenu caché"},
    "notice": {"en": "Last day for notice, to confirm", "fr": "Dernier jour de préavis, à confirmer"},
    "end": {"en": "End, to confirm", "fr": "Échéance, à confirmer"},
}


def rows(reviews: Sequence[Mapping[str, Any]], failures: Mapping[str, str], lang: Language) -> Iterator[list[str]]:
    """The heads, then a row for each review and one for each file that could not be read, with the reason."""
    yield [_HEADS[name][lang] for name in _HEADS] + [label[lang] for label in LABELS.values()]
    for told in reviews:
        yield _row(told)
    for name, reason in sorted(failures.items()):
        yield [name, reason, *[""] * (len(_HEADS) - 2 + len(LABELS))]


def as_csv(table: Iterator[list[str]]) -> bytes:
    """UTF-8 with a mark that spreadsheets know; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in table:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(table: Iterator[list[str]]) -> bytes:
    """A workbook with one sheet, its heads kept in sight; no cell is a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active or book.create_sheet()
    for number, row in enumerate(table, 1):
        for place, words in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value = words[:LONGEST]
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _row(told: Mapping[str, Any]) -> list[str]:
    summary = told["summary"]
    days = {deadline.name: deadline.day.isoformat() for deadline in deadlines(told)}
    high = [one for one in told["findings"] if one["severity"] == "high"]
    return [
        told["document"]["name"],
        "",
        told["side"],
        *(str(summary[severity]) for severity in SEVERITIES),
        ", ".join(one["rule"] for one in high if one["verdict"] == "deviates"),
        ", ".join(one["rule"] for one in high if one["verdict"] == "missing"),
        str(summary["hidden"]),
        days.get("notice", ""),
        days.get("end", ""),
        *(_shown(one) for one in told["key_terms"]),
    ]


def _shown(term: Mapping[str, Any]) -> str:
    """A key term in a cell, with its unit: "12 month", "France", "yes"; empty where it was not found."""
    value = term["value"]
    if not term["found"]:
        return ""
    if isinstance(value, bool) or value is None:
        return "yes"
    if isinstance(value, int | float):
        return f"{value:.10g} {term['unit'] or ''}".strip()
    return str(value)
