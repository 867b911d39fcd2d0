"""A checklist in every format, and the golden one."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pypdf
import pytest
from lxml import html

from assistant.checklist.document import FORMATS, Format, write
from assistant.checklist.points import Checklist
from assistant.checklist.sheet import read_sheet
from knowledge.errors import InvalidInput

GOLDEN = Path(__file__).parents[2] / "golden" / "checklist"


def text(data: bytes, form: Format) -> str:
    if form == "docx":
        document = docx.Document(io.BytesIO(data))
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    if form == "pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if form in ("csv", "xlsx"):
        return "\n".join(point.title for point in read_sheet(data, f"a.{form}"))
    if form == "html":
        return str(html.fromstring(data).text_content())
    return data.decode()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_every_point(made: Checklist, form: Format) -> None:
    shown = " ".join(text(write(made, form), form).split())
    for point in made.points:
        assert point.title in shown
        if form not in ("csv", "xlsx"):
            assert point.wording.split("\n")[1][:40].removeprefix("2. ") in shown


@pytest.mark.parametrize("form", ["md", "html", "csv", "json"])
def test_the_golden_checklist(made: Checklist, form: Format) -> None:
    """To change it on purpose: delete the file, run, look at what was written, and run again."""
    path = GOLDEN / f"penalties-liability.customer.fr.{form}"
    data = write(made, form)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        pytest.fail(f"{path.name} was missing and is written: look at it and run again")
    assert data.decode() == path.read_bytes().decode()


def test_the_short_form_is_a_page(made: Checklist) -> None:
    reader = pypdf.PdfReader(io.BytesIO(write(made, "pdf", short=True)))
    assert len(reader.pages) == 1
    assert all(point.title in " ".join(reader.pages[0].extract_text().split()) for point in made.points)


def test_the_html_is_a_whole_page_without_anything_from_elsewhere(made: Checklist) -> None:
    page = html.fromstring(write(made, "html"))
    assert page.get("lang") == "fr"
    assert not page.xpath("//script | //link | //img | //iframe")
    assert len(page.xpath("//section")) == len(made.points)


def test_json_is_what_the_contract_says(made: Checklist) -> None:
    shown = json.loads(write(made, "json"))
    points = [point for stage in shown["stages"] for point in stage["points"]]
    assert {point["id"] for point in points} == {point.id for point in made.points}
    assert shown["progress"]["points"] == len(points)


def test_a_broken_template_of_a_firm_names_its_line(made: Checklist, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "checklist.md.j2").write_text("{#- inputs: title -#}\n{{ titel }}", "utf-8")
    with pytest.raises(InvalidInput, match="line 2: 'titel' is undefined"):
        write(made, "md", templates=tmp_path)
