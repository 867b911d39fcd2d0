"""Exports are read again by other means: the same number of items with the same keys; imports go through the gate."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from assistant.quiz.exchange.read import keep, read, take_in
from assistant.quiz.exchange.sheet import Sheet, sheet, sheets
from assistant.quiz.exchange.write import FORMATS, export
from assistant.quiz.mark import Response, mark
from assistant.quiz.question import put
from knowledge import quiz
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Calculation, Item, Matching
from tests.assistant.quiz import shelf

LANGS = pytest.mark.parametrize("lang", LANGUAGES)
ANKI = "Anki's own library, under the AGPL, is for this test alone: pip install anki"
KINDS = ("single", "truth", "fallback", "multiple", "matching", "terms", "ordering", "defect", "calculation", "open")
QTI = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1"}


def items() -> dict[str, Item]:
    return shelf.bank().open(shelf.TODAY)


def flat(text: str) -> str:
    return " ".join(text.split())


def known(lang: Language) -> dict[str, Sheet]:
    return {one.id: one for one in sheets(items(), lang)}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_items_give_the_same_bytes(form: Any) -> None:
    assert export(items(), "fr", form) == export(items(), "fr", form)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidInput, match="anki, gift"):
        export({}, "en", "word")  # type: ignore[arg-type]


@LANGS
def test_csv(lang: Language) -> None:
    rows = list(csv.DictReader(io.StringIO(export(items(), lang, "csv").decode("utf-8-sig"))))
    assert len(rows) == len(items())
    by_id = known(lang)
    for row in rows:
        one = by_id[row["id"]]
        rights = [row[f"right_{n}"].lstrip("'") for n in range(1, len(one.answers) + 1)]
        assert rights == [
            a.match.lstrip("'")
            if one.kind == "match"
            else "; ".join(a.said)
            if one.kind == "essay"
            else "x"
            if a.correct
            else ""
            for a in one.answers
        ]
        assert row["quote"].lstrip("'") == one.quote


@LANGS
def test_moodle_xml(lang: Language) -> None:
    root = etree.fromstring(export(items(), lang, "xml"))
    questions = [one for one in root.findall("question") if one.get("type") != "category"]
    assert len(questions) == len(items())
    by_id = known(lang)
    for node in questions:
        one = by_id[node.findtext("name/text") or ""]
        assert node.findtext("idnumber") == f"clausier-{one.id}-{lang}"
        if one.kind in ("choice", "multiple"):
            shares = [float(answer.get("fraction") or 0) for answer in node.findall("answer")]
            assert [share > 0 for share in shares] == [answer.correct for answer in one.answers]
            assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.1)
            assert all(answer.findtext("feedback/text") for answer in node.findall("answer"))
        if one.kind == "match":
            pairs = [
                (html.unescape(s.findtext("text") or ""), s.findtext("answer/text"))
                for s in node.findall("subquestion")
            ]
            assert pairs == [(flat(answer.text), flat(answer.match)) for answer in one.answers]


@LANGS
def test_gift(lang: Language) -> None:
    """Read by a reader of its own, which follows Moodle's description of the format and knows nothing of the writer."""
    text = export(items(), lang, "gift").decode()
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    assert len(blocks) == len(items())
    by_id = known(lang)
    for block in blocks:
        body = "\n".join(line for line in block.splitlines() if not line.startswith("//"))
        title, rest = re.match(r"::((?:\\.|[^:])+)::(.*)", body, re.DOTALL).groups()  # type: ignore[union-attr]
        assert len(re.findall(r"(?<!\\)\{", rest)) == len(re.findall(r"(?<!\\)\}", rest)) == 1
        one = by_id[title.replace("\\", "")]
        inner = re.split(r"(?<!\\)[{}]", rest)[1].partition("####")[0]
        entries = re.findall(r"(?<!\\)([=~])((?:\\.|[^=~\\])*)", inner)
        if one.kind in ("choice", "multiple"):
            rights = [
                sign == "=" or (content.startswith("%") and not content.startswith("%-")) for sign, content in entries
            ]
            assert rights == [answer.correct for answer in one.answers]
        if one.kind == "match":
            lefts = [re.sub(r"\\(.)", r"\1", content).partition(" -> ")[0].strip() for _, content in entries]
            assert lefts == [flat(answer.text) for answer in one.answers]
        if one.kind == "number":
            assert re.fullmatch(r"#-?\d+(\.\d+)?:\d+(\.\d+)?", inner.strip())
            assert float(inner.lstrip("#").partition(":")[0]) == one.value


@LANGS
def test_qti(lang: Language) -> None:
    with zipfile.ZipFile(io.BytesIO(export(items(), lang, "qti"))) as archive:
        assert archive.testzip() is None
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
        listed = [node.get("href") for node in manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}resource")]
        assert len(listed) == len(items())
        assert sorted(map(str, listed)) == sorted(set(archive.namelist()) - {"imsmanifest.xml"})
        by_id = known(lang)
        for path in listed:
            root = etree.fromstring(archive.read(str(path)))
            one = by_id[root.get("title") or ""]
            keys = [node.text for node in root.findall("q:responseDeclaration/q:correctResponse/q:value", QTI)]
            names = {str(node.get("identifier")) for node in root.iter() if isinstance(node.tag, str)}
            assert all(part in names or one.kind == "number" for key in keys for part in str(key).split())
            declared = {node.get("identifier") for node in root.findall("q:outcomeDeclaration", QTI)}
            used = {node.get("outcomeIdentifier") for node in root.iter() if node.get("outcomeIdentifier")}
            assert used <= declared
            if one.kind in ("choice", "multiple"):
                assert keys == [f"A{n}" for n, answer in enumerate(one.answers, 1) if answer.correct]
            if one.kind == "match":
                rights = {n.get("identifier"): n.text for n in root.iter(f"{{{QTI['q']}}}simpleAssociableChoice")}
                assert [rights[str(key).split()[1]] for key in keys] == [flat(answer.match) for answer in one.answers]


@LANGS
def test_anki(lang: Language) -> None:
    lines = export(items(), lang, "anki").decode().splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert "#guid column:1" in head
    rows = list(csv.reader(lines[len(head) :], delimiter="\t"))
    assert len({row[0] for row in rows}) == len(rows) == len(items())
    by_id = known(lang)
    for guid, front, back, _ in rows:
        one = by_id[guid.removeprefix("clausier-").removesuffix(f"-{lang}")]
        if one.kind in ("choice", "multiple"):
            shown = [html.unescape(text) for text in re.findall(r"<li>(.*?)</li>", front)]
            assert shown == [flat(answer.text) for answer in one.answers]
            right = [html.unescape(text) for text in re.findall(r"<li>(.*?)</li>", back.partition("</ul>")[0])]
            assert right == [flat(answer.text) for answer in one.answers if answer.correct]


def test_anki_itself_reads_the_notes(tmp_path: Path) -> None:
    """Anki's own library, where it is installed: all notes arrive, and coming again they are recognised."""
    collections = pytest.importorskip("anki.collection", reason=ANKI)
    path = tmp_path / "notes.txt"
    path.write_bytes(export(items(), "fr", "anki"))
    collection = collections.Collection(str(tmp_path / "c.anki2"))
    for _ in range(2):
        metadata = collection.get_csv_metadata(str(path), None)
        collection.import_csv(collections.ImportCsvRequest(path=str(path), metadata=metadata))
        assert collection.note_count() == len(items())
    collection.close()


def sound() -> dict[str, Item]:
    """Choices and matches of the bank."""
    return {key: one for key, one in items().items() if one.type in ("single", "multiple", "matching")}


def sent_and_back(folder: Path, sent: dict[str, Item], form: Any) -> dict[str, Item]:
    files: dict[Language, Path] = {}
    for lang in LANGUAGES:
        files[lang] = folder / f"{lang}.{form}"
        files[lang].write_bytes(export(sent, lang, form))
    return take_in(files, shelf.library(), shelf.TODAY)


@pytest.mark.parametrize("form", ["csv", "gift"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_out_comes_back(tmp_path: Path, kind: str, form: Any) -> None:
    """Every type, by both formats: stems, keys, reasons and sources; a calculation with the numbers that were drawn."""
    found = [(key, one) for key, one in items().items() if one.type == kind]
    sent = dict(found[:: max(1, len(found) // 12)])
    assert sent
    back = sent_and_back(tmp_path, sent, form)
    assert back.keys() == sent.keys()
    for key, one in back.items():
        before, after = (sheet(key, other, "fr") for other in (sent[key], one))
        assert after.kind == before.kind
        assert form == "csv" or after.type == before.type
        assert flat(after.stem) == flat(before.stem)
        assert keys_of(after) == keys_of(before)
        assert (after.figure, after.within, after.unit) == (before.figure, before.within, before.unit)
        assert (after.source, after.quote, after.level) == (before.source, flat(before.quote), before.level)
    written = keep(back, tmp_path / "data", "own")
    assert quiz.load(written.parent.parent).keys() == sent.keys()


def keys_of(one: Sheet) -> set[tuple[str, ...]]:
    return {(flat(a.text), str(a.correct), flat(a.match), flat(a.why), *a.said) for a in one.answers}


MOODLE = """// [id:own-figure] [tag:topic=sla-availability] [tag:level=apply] [tag:source=guidance:sla-availability] [tag:unit=%s]
::own-figure::%s {#3.6:0.1
####%s\\n%s
}

// [id:own-pairs] [tag:topic=sla-availability] [tag:level=remember] [tag:source=guidance:sla-availability]
::own-pairs::%s {
=%s -> 99.5
=%s -> 3
=%s -> 12
=%s -> 24
####%s\\n%s
}
"""
TEXTS = {
    "en": (
        "hours", "How many hours of outage does a rate of 99.5 % allow in a month of 30 days?",
        "An availability rate is a right to be down: half a percent of 720 hours.",
        "“An availability rate is a right to be down”", "Match each with its number.", "the rate", "hours down", "months", "hours",
        "A rate is a right to be down for some hours.", "“An availability rate is a right to be down”",
    ),
    "fr": (
        "heures", "Combien d'heures de panne un taux de 99,5 % permet-il sur un mois de 30 jours ?",
        "Un taux de disponibilité est un droit à la panne : un demi pour cent de 720 heures.",
        "« Un taux de disponibilité est un droit à la panne »", "Associez chacun à son nombre.", "le taux", "heures d'arrêt", "mois",
        "heures", "Un taux est un droit à la panne de quelques heures.", "« Un taux de disponibilité est un droit à la panne »",
    ),
}  # fmt: skip


def test_a_trainers_own_figures_and_pairs_come_in_without_our_comments(tmp_path: Path) -> None:
    """A number is a calculation with a fixed figure; pairs without a reason have the explanation for one."""
    files: dict[Language, Path] = {}
    for lang in LANGUAGES:
        files[lang] = tmp_path / f"{lang}.gift"
        files[lang].write_text(MOODLE % TEXTS[lang], "utf-8")
    found = take_in(files, shelf.library(), shelf.TODAY)
    figure, pairs = found["own-figure"], found["own-pairs"]
    assert isinstance(figure, Calculation)
    assert isinstance(pairs, Matching)
    for typed, score in (("3.6", 1.0), ("3.7", 1.0), ("4", 0.0)):
        assert mark("own-figure", figure, "s", Response(value=typed), "en").score == score
    assert "99.5 %" in put("own-figure", figure, "s", "en").stem
    assert [pair.right["fr"] for pair in pairs.pairs] == ["99.5", "3", "12", "24"]
    assert {pair.why["en"] for pair in pairs.pairs} == {TEXTS["en"][-2]}


def test_a_comment_that_is_not_in_form_is_named(tmp_path: Path) -> None:
    text = export({key: one for key, one in items().items() if one.type == "open"}, "en", "gift").decode()
    (tmp_path / "a.gift").write_text(text.replace('"said"', '"seid"', 1), "utf-8")
    with pytest.raises(InvalidInput, match="part"):
        read(tmp_path / "a.gift")


def test_an_unsound_item_is_refused_with_every_reason(tmp_path: Path) -> None:
    sent = dict(list(sound().items())[:2])
    files: dict[Language, Path] = {}
    for lang in LANGUAGES:
        files[lang] = tmp_path / f"{lang}.csv"
        files[lang].write_bytes(export(sent, lang, "csv"))
    rows = list(csv.DictReader(io.StringIO(files["en"].read_text("utf-8-sig"))))
    rows[0]["quote"] = "These words stand nowhere in any source"
    rows[1]["topic"] = "nothing"
    with files["en"].open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(InvalidInput, match="nothing was taken in") as refusal:
        take_in(files, shelf.library(), shelf.TODAY)
    assert rows[0]["id"] in str(refusal.value)
    assert rows[1]["id"] in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.csv", "x,y\n1,2\n", "no column"), ("a.gift", "nothing", "holds no item"), ("a.csv", "id,type\nq,choice\n", "lacks"),
     ("a.gift", "::Q 1::Stem {=a#b\n~c#d\n####e}", "lacks")],
)  # fmt: skip
def test_a_file_that_is_not_in_form_is_refused(tmp_path: Path, name: str, content: str, says: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput, match=says):
        read(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="UTF-8"):
        read(path)
