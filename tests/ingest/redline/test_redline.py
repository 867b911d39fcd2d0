"""Tracked changes in a Word file: accepted they say what was asked for, rejected the file is what it was."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import read_contract
from ingest.redline.redline import Edit, Redline, redline
from ingest.redline.revise import differences
from knowledge.errors import Unreadable
from tests.ingest.redline.settled import part, settle, shown, words

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)
AUTHOR = "Cabinet Test"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A contract with split runs, formatting, a list, a table, a link, other people's changes and a comment."""
    document = docx.Document()
    document.add_heading("Contrat de maintenance", 0)
    paragraph = document.add_paragraph("Le Prestataire intervient sous ")
    paragraph.add_run("48").bold = True
    paragraph.add_run(" heu")
    paragraph.add_run("res ouvrées. Il en informe le Client.")
    document.add_paragraph("Premier point de la liste.", style="List Number")
    document.add_paragraph("Deuxième point de la liste.", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [c for r in table.rows for c in r.cells], ["Niveau", "Délai", "P1", "Quatre heures au plus."], strict=True
    ):
        cell.text = text
    tracked = document.add_paragraph("Le prix est de ")
    for tag, text in (("w:del", "900 euros"), ("w:ins", "950 euros par mois")):
        change = OxmlElement(tag)
        for key, value in (("w:id", "77"), ("w:author", "Autre partie"), ("w:date", "2026-01-01T00:00:00Z")):
            change.set(qn(key), value)
        run = OxmlElement("w:r")
        said = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        said.text = text
        run.append(said)
        change.append(run)
        tracked._p.append(change)  # type: ignore[arg-type]
    tracked.add_run(" hors taxes.")
    document.add_paragraph("Tabulation\tet saut\nde ligne.")
    document.add_paragraph("Fait à Lyon.")
    document.add_comment(document.paragraphs[1].runs[0], text="À revoir", author="Autre partie")
    saved = io.BytesIO()
    document.save(saved)
    path = tmp_path_factory.mktemp("redline") / "contrat.docx"
    path.write_bytes(saved.getvalue())
    return saved.getvalue(), read_contract(path).text


def edit(text: str, old: str, new: str, comment: str = "", commenter: str = "") -> Edit:
    start = text.index(old)
    return Edit(start, start + len(old), new, comment=comment, commenter=commenter)


def marked(original: tuple[bytes, str], *edits: Edit) -> Redline:
    return redline(*original, edits, author=AUTHOR, now=NOW)


CASES = [
    ("48 heures ouvrées", "24 heures ouvrées"),
    ("heures", "jours"),
    ("Il en informe le Client.", "Il en informe sans délai le Client par écrit."),
    ("Il en informe le Client.", ""),
    ("Premier point", "Tout premier point"),
    ("Quatre heures au plus.", "Deux heures au plus."),
    ("950 euros par mois hors taxes", "800 euros par mois hors taxes"),
    ("par mois", "par an"),
    ("et saut", "et grand saut"),
    ("Fait à Lyon.", "Fait à Paris, en deux exemplaires."),
]


@pytest.mark.parametrize(("old", "new"), CASES)
def test_accepted_it_says_the_new_words_and_rejected_the_old(original: tuple[bytes, str], old: str, new: str) -> None:
    data, text = original
    result = marked(original, edit(text, old, new))
    assert result.unplaced == ()
    before = "\n".join(words(settle(data, AUTHOR, accept=True)))
    after = "\n".join(words(settle(result.data, AUTHOR, accept=True)))
    flat = re.sub(r"\{[^}]*\}(?:tab|br)", " ", after)
    assert new in flat
    assert after != before
    assert shown(settle(result.data, AUTHOR, accept=False)) == shown(settle(data, AUTHOR, accept=False))


def test_only_the_words_that_differ_are_marked(original: tuple[bytes, str]) -> None:
    result = marked(original, edit(original[1], "48 heures ouvrées", "24 heures ouvrées"))
    source = part(result.data).decode()
    assert re.findall(r"<w:delText[^>]*>([^<]*)", source) == ["900 euros", "48"] or "48" in re.findall(
        r"<w:delText[^>]*>([^<]*)", source
    )
    inserted = re.search(r'<w:ins [^>]*w:author="Cabinet Test"[^>]*>(.*?)</w:ins>', source, re.DOTALL)
    assert inserted
    assert "<w:b/>" in inserted[1]  # in the formatting of what it replaces
    assert re.findall(r"<w:t[^>]*>([^<]*)", inserted[1]) == ["24"]
    assert 'w:date="2026-03-04T05:06:00Z"' in source


def test_letters_and_accents_that_stand_apart_in_the_file(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(unicodedata.normalize("NFD", "Le délai est de six années à compter du début."))
    saved = io.BytesIO()
    document.save(saved)
    path = tmp_path / "accents.docx"
    path.write_bytes(saved.getvalue())
    text = read_contract(path).text
    result = redline(saved.getvalue(), text, [edit(text, "six années", "une année")], author=AUTHOR, now=NOW)
    assert result.unplaced == ()
    accepted = "".join(words(settle(result.data, AUTHOR, accept=True)))
    assert unicodedata.normalize("NFC", accepted) == "Le délai est de une année à compter du début."
    assert shown(settle(result.data, AUTHOR, accept=False)) == shown(settle(saved.getvalue(), AUTHOR, accept=False))


def test_paragraphs_and_parts_that_nothing_changes_keep_their_bytes(original: tuple[bytes, str]) -> None:
    data, text = original
    result = marked(original, edit(text, "Fait à Lyon.", "Fait à Paris."))
    before, after = part(data), part(result.data)
    start = before.index(b"<w:p>", before.index(b"Tabulation"))
    assert after.startswith(before[:start])
    assert part(result.data, "word/styles.xml") == part(data, "word/styles.xml")


def test_comments_join_those_that_are_there(original: tuple[bytes, str]) -> None:
    result = marked(
        original, edit(original[1], "48 heures", "24 heures", comment="Trop long.\nVoir P1.", commenter="Maître X")
    )
    document = docx.Document(io.BytesIO(result.data))
    said = {comment.author: comment.text for comment in document.comments}
    assert said == {"Autre partie": "À revoir", "Maître X": "Trop long.\nVoir P1."}


def test_a_comment_alone_changes_no_word(original: tuple[bytes, str]) -> None:
    data, text = original
    result = marked(original, edit(text, "Premier point", "Premier point", comment="D'accord."))
    assert shown(settle(result.data, AUTHOR, accept=True)) == shown(settle(data, AUTHOR, accept=True))
    assert len(list(docx.Document(io.BytesIO(result.data)).comments)) == 2


def test_a_comment_on_several_paragraphs_changes_no_word(original: tuple[bytes, str]) -> None:
    data, text = original
    both = text[text.index("Premier point") : text.index("Deuxième point") + len("Deuxième point")]
    result = marked(original, edit(text, both, both, comment="D'accord."), edit(text, "Premier", "Second"))
    assert shown(settle(result.data, AUTHOR, accept=False)) == shown(settle(data, AUTHOR, accept=False))
    accepted = "\n".join(words(settle(result.data, AUTHOR, accept=True)))
    assert accepted.count("Deuxième point") == 1
    assert "Second point" in accepted


def test_new_paragraphs_stand_before_a_table_or_after_everything() -> None:
    document = docx.Document()
    document.add_paragraph("Premier article.")
    document.add_table(1, 1).rows[0].cells[0].text = "Signatures des parties"
    document.add_paragraph("Page finale.")
    saved = io.BytesIO()
    document.save(saved)
    text = "Premier article.\n\nSignatures des parties\n\nPage finale."
    edits = [
        Edit(text.index("Sign"), text.index("Sign"), paragraphs=("Avant.",)),
        Edit(len(text), len(text), paragraphs=("Après.",)),
    ]
    result = redline(saved.getvalue(), text, edits, author=AUTHOR, now=NOW)
    assert words(settle(result.data, AUTHOR, accept=True)) == [
        "Premier article.", "Avant.", "Signatures des parties", "Page finale.", "Après.",
    ]  # fmt: skip


def test_a_word_that_stays_between_longer_changes_changes_too() -> None:
    old, new = "le prix est fixe et ferme", "la redevance est révisée chaque année"
    assert list(differences(old, new)) == [(0, len(old), new)]


def test_a_file_without_comments_gets_the_part_for_them() -> None:
    document = docx.Document()
    document.add_paragraph("Une seule phrase.")
    saved = io.BytesIO()
    document.save(saved)
    result = redline(
        saved.getvalue(), "Une seule phrase.", [Edit(0, 3, "Deux", comment="Oui.")], author=AUTHOR, now=NOW
    )
    assert [comment.text for comment in docx.Document(io.BytesIO(result.data)).comments] == ["Oui."]


def test_new_paragraphs_go_before_what_stands_there_and_leave_nothing_when_rejected(
    original: tuple[bytes, str],
) -> None:
    data, text = original
    at = text.index("Fait à Lyon.")
    result = marked(
        original, Edit(at, at, paragraphs=("Réversibilité", "1. Le Prestataire remet tout."), comment="Manque.")
    )
    accepted = words(settle(result.data, AUTHOR, accept=True))
    assert accepted[-3:] == ["Réversibilité", "1. Le Prestataire remet tout.", "Fait à Lyon."]
    assert shown(settle(result.data, AUTHOR, accept=False)) == shown(settle(data, AUTHOR, accept=False))


def test_what_has_no_place_in_the_file_is_told(original: tuple[bytes, str]) -> None:
    data, text = original
    result = redline(data, text + "\n\nAilleurs.", [Edit(len(text) + 2, len(text) + 6, "Ici")], author=AUTHOR, now=NOW)
    assert len(result.unplaced) == 1
    assert part(result.data) == part(data)


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 25), st.text("abé 12.", max_size=12)), max_size=4)


@settings(max_examples=40, deadline=None)
@given(spans=SPANS)
def test_any_edits_can_be_taken_back(original: tuple[bytes, str], spans: list[tuple[int, int, str]]) -> None:
    file, text = original
    edits, free = [], 0
    for start, length, new in sorted(spans):
        if free <= start < len(text):
            free = min(len(text), start + length)
            edits.append(Edit(start, free, new))
    result = redline(file, text, edits, author=AUTHOR, now=NOW)
    assert shown(settle(result.data, AUTHOR, accept=False)) == shown(settle(file, AUTHOR, accept=False))
    docx.Document(io.BytesIO(result.data))


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a b c", "a b c", []),
        ("a b c", "a x c", [(2, 3, "x")]),
        ("a b c d", "a x y d", [(2, 5, "x y")]),
        ("", "a", [(0, 0, "a")]),
        ("a", "", [(0, 1, "")]),
        ("48 heures", "24 heures", [(0, 2, "24")]),
    ],
)
def test_differences_are_whole_words(old: str, new: str, changes: list[tuple[int, int, str]]) -> None:
    assert list(differences(old, new)) == changes


@settings(max_examples=200, deadline=None)
@given(old=st.text("ab. é", max_size=30), new=st.text("ab. é", max_size=30))
def test_differences_turn_one_text_into_the_other(old: str, new: str) -> None:
    made = old
    for start, end, text in reversed(list(differences(old, new))):
        made = made[:start] + text + made[end:]
    assert made == new


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(Unreadable):
        redline(b"PK nothing", "x", [], author=AUTHOR, now=NOW)
