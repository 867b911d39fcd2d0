"""Words of strangers are put into templates and never become one: whatever they look like, they come out as they went in."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx as reader
import pytest
from openpyxl import load_workbook

from assistant.answer import Question
from assistant.checklist.document import Format, write
from assistant.checklist.origin import from_topics
from assistant.checklist.points import Checklist, Point, checklist
from assistant.tell import neutral, to_answer
from assistant.verify.ground import Grounds
from knowledge.library import load
from knowledge.models import Passage
from knowledge.settings import Settings
from prompts.compose import compose
from prompts.docx import docx
from prompts.render import declared, render, render_from
from tests.fakes import NOW
from tests.prompts.injections import BRACES, INJECTIONS, PRODUCT, SECRET
from web.mail import compose as compose_mail
from web.widget.handoff import Handoff

Record = Callable[[str, str], None]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_CANARY", SECRET)


@pytest.fixture(scope="module")
def hostile() -> Checklist:
    """A checklist whose title, points, wishes and notes are templates of strangers."""
    selected = from_topics(load(), ["penalties"], "customer")
    made = checklist(load(), selected, side="customer", lang="fr", today=NOW.date(), title=INJECTIONS[0])
    points = [Point(f"own-{n}", one, "exit", "nice", note=one, want=one) for n, one in enumerate(INJECTIONS)]
    return replace(made, points=(*made.points, *points))


def is_inert(text: str) -> bool:
    return PRODUCT not in text and SECRET not in text


def words(form: str, data: bytes) -> str:
    """What a reader sees of a file."""
    if form == "docx":
        body = reader.Document(io.BytesIO(data)).element.body
        return "".join(body.itertext())
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    if form == "csv":
        return "\n".join(cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row)
    if form == "json":
        return "\n".join(point["title"] for stage in json.loads(data)["stages"] for point in stage["points"])
    return html.unescape(data.decode())


@pytest.mark.check("T01")
@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "html", "md", "docx"])
def test_no_template_of_a_stranger_runs_in_a_file(hostile: Checklist, form: Format, record_property: Record) -> None:
    shown = words(form, write(hostile, form))
    assert is_inert(shown)
    if form in ("csv", "xlsx", "json", "html"):
        assert [one for one in INJECTIONS if one not in shown] == []
    record_property("figure", f"{len(INJECTIONS)} templates in a checklist as {form}: none runs")


@pytest.mark.check("T01")
def test_no_template_of_a_stranger_runs_in_a_mail(record_property: Record) -> None:
    told = Settings(
        _env_file=None,
        smtp_host="127.0.0.1",
        smtp_from="a@example.org",
        smtp_to=("b@example.org",),
        smtp_contents="message",
    )
    moment = NOW.isoformat()
    for one in INJECTIONS:
        letter = Handoff("N", "main", moment, moment, one, "c@example.org", "", one, "fr", None, "new", None, None)
        mail = compose_mail(letter, one, told)
        assert one in str(mail.get_content())
        assert " ".join(one.split()) in str(mail["Subject"])
        assert is_inert(mail.as_string())
    record_property("figure", f"{len(INJECTIONS)} templates in a mail: none runs")


@pytest.mark.check("T01")
def test_no_template_of_a_stranger_runs_in_a_document(record_property: Record) -> None:
    """As an input of a shipped template, and as the words of a text that becomes a Word file."""
    for one in INJECTIONS:
        assert one in render("documents/declined.md.j2", why=one, instead=one)
    text = "\n\n".join(INJECTIONS)
    assert is_inert(words("docx", docx(compose(text, lang="en", header=INJECTIONS[0], footer=INJECTIONS[1]))))
    record_property("figure", f"{len(INJECTIONS)} templates in documents: none runs")


@pytest.mark.check("T01")
@pytest.mark.slow
def test_no_template_of_a_stranger_runs_in_a_firms_own_template(tmp_path: Path, record_property: Record) -> None:
    name = "documents/declined.md.j2"
    assert declared(name) == {"why", "instead"}
    (tmp_path / "documents").mkdir()
    (tmp_path / name).write_text("{#- inputs: why, instead -#}\n{{ why }}|{{ instead }}", "utf-8")
    joined = "\n".join(INJECTIONS)
    assert render_from(tmp_path, name, {"why": joined, "instead": "x"}).strip() == f"{joined}|x"
    record_property("figure", f"{len(INJECTIONS)} templates in a firm's own template: none runs")


def passage(text: str) -> Passage:
    return Passage("p", "d", 0, "guidance", "text", text, (text,), "en", (), "public", text, text, "a.md", 0, len(text))


@pytest.mark.check("T01", "T02")
def test_words_with_braces_go_through_every_prompt_unchanged(record_property: Record) -> None:
    texts = (*BRACES, *(one for one in INJECTIONS if "\n" not in one))
    assert len(BRACES) >= 100
    grounds = Grounds(None)
    for text in texts:
        ground = grounds.of([passage(text)], "en")
        system, asked = (message[1] for message in to_answer(Question(text), ground))
        plain = neutral(text, "none")
        assert asked == text
        assert plain in system
        turns = [{"role": "user", "text": plain}]
        made = [
            render("model/rephrase.md.j2", lang="fr", nonce="n", turns=turns),
            render("model/adapt.md.j2", lang="en", nonce="n", text=plain),
            render("model/rerank.md.j2", lang="en", nonce="n", passages=[{"n": 1, "title": plain, "text": plain}]),
        ]
        assert all(plain in one for one in made)
        assert is_inert(system + "".join(made))
    record_property("figure", f"{len(texts)} texts through 4 prompts, all unchanged")
