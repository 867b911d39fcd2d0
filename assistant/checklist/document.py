"""A checklist as a document, in every format that a firm sends round, from templates that it may replace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal, get_args

from assistant.checklist.names import NOTICE, SIDE_NAMES
from assistant.checklist.points import Checklist, as_json
from assistant.checklist.sheet import write_csv, write_xlsx
from knowledge.errors import InvalidInput
from prompts.compose import compose
from prompts.docx import docx
from prompts.errors import BrokenTemplate
from prompts.pdf import pdf
from prompts.render import render_from

Format = Literal["md", "html", "docx", "pdf", "csv", "xlsx", "json"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA: Final[dict[Format, str]] = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write(made: Checklist, form: Format, *, short: bool = False, templates: Path | None = None) -> bytes:
    """The checklist in a format. `short` is the page for the meeting; `templates` a firm's own folder.

    DOCX and PDF are made of what the Markdown template writes. Raises `InvalidInput` for a template that is broken.
    """
    if form == "csv":
        return write_csv(made)
    if form == "xlsx":
        return write_xlsx(made)
    if form == "json":
        return (json.dumps(as_json(made), ensure_ascii=False, indent=2) + "\n").encode()
    lang = made.language
    shown = {name: value for name, value in as_json(made).items() if name not in ("side", "ai_generated")}
    inputs = {**shown, "side_name": SIDE_NAMES[lang][made.side], "notice": NOTICE[lang]}
    try:
        if form == "html":
            text = render_from(templates, "documents/checklist.html.j2", inputs)
        elif short:
            text = render_from(templates, "documents/checklist-short.md.j2", inputs)
        else:
            text = render_from(templates, "documents/checklist.md.j2", inputs)
    except BrokenTemplate as error:
        raise InvalidInput(str(error)) from None
    if form in ("md", "html"):
        return text.encode()
    document = compose(text, lang=lang, header=made.title, footer=NOTICE[lang], landscape=short)
    return docx(document) if form == "docx" else pdf(document)
