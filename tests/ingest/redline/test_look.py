"""A new article looks like the one before it: counted where that is counted, typed on where its number is typed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ingest.contract import read_contract
from ingest.redline.redline import Edit, redline
from tests.ingest.redline.settled import settle, shown, words

NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
AUTHOR = "Cabinet Test"
NEW = ("Réversibilité", "1. Le Prestataire remet un plan.", "2. Il restitue les données.")
LONG = "Le Prestataire est tenu de faire ce que prévoit le présent article."
Made = tuple[bytes, str, tuple[int, int]]


def listed(document: Any) -> None:
    """A list of two levels, "1." and "1.1"."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for at, text in enumerate(("%1.", "%1.%2")):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(at))
        for name, said in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", text)):
            part = OxmlElement(name)
            part.set(qn("w:val"), said)
            level.append(part)
        abstract.append(level)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    which = OxmlElement("w:abstractNumId")
    which.set(qn("w:val"), "77")
    number.append(which)
    numbering.append(number)


def counted(paragraph: Any, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = 77


def made(build: Callable[[Any], None], folder: Path) -> Made:
    """A contract in Word, its text, and where its last article stands."""
    document = docx.Document()
    build(document)
    document.add_paragraph("Fait à Lyon, le 4 mars 2026.")
    saved = io.BytesIO()
    document.save(saved)
    path = folder / "contrat.docx"
    path.write_bytes(saved.getvalue())
    text = read_contract(path).text
    return saved.getvalue(), text, (text.lower().rindex("durée"), text.index("Fait à"))


def counted_by_word(document: Any) -> None:
    listed(document)
    for title in ("Objet", "Durée"):
        heading = document.add_paragraph(style="Heading 1")
        heading.add_run(title)
        counted(heading, 0)
        for _ in range(2):
            below = document.add_paragraph()
            below.add_run(LONG).font.size = docx.shared.Pt(9)
            counted(below, 1)


def typed(document: Any) -> None:
    for number, title in ((11, "Objet"), (12, "Durée")):
        document.add_paragraph(style="Heading 2").add_run(f"Article {number} – {title}").italic = True
        document.add_paragraph(f"{number}.1 {LONG}")
        document.add_paragraph(f"{number}.2 {LONG}")


def shouted(document: Any) -> None:
    document.add_paragraph().add_run("ARTICLE 3. OBJET").bold = True
    document.add_paragraph(LONG)
    document.add_paragraph().add_run("ARTICLE 4. DURÉE").bold = True
    document.add_paragraph(LONG)


def put_in(contract: Made, *new: tuple[str, ...]) -> tuple[bytes, list[Any]]:
    """The file with new articles, and their paragraphs once accepted."""
    data, text, like = contract
    edits = [Edit(like[1], like[1], paragraphs=one, comment=f"{at}", like=like) for at, one in enumerate(new)]
    done = redline(data, text, edits, author=AUTHOR, now=NOW)
    assert done.unplaced == ()
    assert shown(settle(done.data, AUTHOR, accept=False)) == shown(settle(data, AUTHOR, accept=False))
    body = docx.Document(io.BytesIO(done.data)).paragraphs
    count = sum(map(len, new))
    return done.data, list(body)[-1 - count : -1]


def number_of(paragraph: Any) -> tuple[int, int] | None:
    properties = paragraph._p.pPr
    own = properties.numPr if properties is not None else None
    return (own.ilvl.val, own.numId.val) if own is not None else None


def test_word_counts_on(tmp_path: Path) -> None:
    data, new = put_in(made(counted_by_word, tmp_path), NEW)
    assert [one.style.name for one in new] == ["Heading 1", "Normal", "Normal"]
    assert [number_of(one) for one in new] == [(0, 77), (1, 77), (1, 77)]
    assert words(settle(data, AUTHOR, accept=True))[-4:-1] == [
        "Réversibilité", "Le Prestataire remet un plan.", "Il restitue les données.",
    ]  # fmt: skip
    path = tmp_path / "after.docx"
    path.write_bytes(data)
    assert "3. Réversibilité\n3.1 Le Prestataire remet" in read_contract(path).text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    ("build", "new", "said"),
    [
        (typed, (NEW,), ["Article 13 – Réversibilité", "13.1 Le Prestataire remet un plan.", "13.2 Il restitue les données."]),
        (typed, (NEW, ("Garantie", "Six mois.")), [
            "Article 13 – Réversibilité", "13.1 Le Prestataire remet un plan.", "13.2 Il restitue les données.",
            "Article 14 – Garantie", "Six mois.",
        ]),
        (shouted, (NEW,), ["ARTICLE 5. RÉVERSIBILITÉ", "1. Le Prestataire remet un plan.", "2. Il restitue les données."]),
        (counted_by_word, (("Garantie", "Six mois."),), ["Garantie", "Six mois."]),
        (typed, (("Une seule phrase, sans titre.",),), ["Une seule phrase, sans titre."]),
    ],
)  # fmt: skip
def test_what_is_typed_is_typed_on(
    build: Callable[[Any], None], new: tuple[tuple[str, ...], ...], said: list[str], tmp_path: Path
) -> None:
    data, _ = put_in(made(build, tmp_path), *new)
    assert words(settle(data, AUTHOR, accept=True))[-1 - len(said) : -1] == said


def test_letters_are_those_of_the_neighbours(tmp_path: Path) -> None:
    _, new = put_in(made(typed, tmp_path), NEW)
    assert new[0].style.name == "Heading 2"
    runs = [one._p.findall(f".//{qn('w:r')}")[0] for one in new]
    assert [run.find(f"{qn('w:rPr')}/{qn('w:i')}") is not None for run in runs] == [True, False, False]
    _, small = put_in(made(counted_by_word, tmp_path), NEW)
    assert small[1]._p.findall(f".//{qn('w:sz')}")[0].get(qn("w:val")) == "18"


def test_a_list_beneath_a_typed_heading_does_not_go_on(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        listed(document)
        document.add_paragraph("Article 4 – Durée", style="Heading 1")
        counted(document.add_paragraph(LONG), 0)

    data, new = put_in(made(build, tmp_path), NEW)
    assert number_of(new[1]) == (0, 0)
    assert words(settle(data, AUTHOR, accept=True))[-3] == NEW[1]


def test_an_article_in_a_table_lends_no_look(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        table = document.add_table(1, 1)
        table.rows[0].cells[0].text = "Durée"

    data, _ = put_in(made(build, tmp_path), NEW)
    assert words(settle(data, AUTHOR, accept=True))[-4:-1] == list(NEW)
