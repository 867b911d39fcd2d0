"""What is said of a file is said in the language of whoever sent it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant.checklist.sheet
import ingest
import web.reviewing
from ingest.compose import warn
from ingest.office import _OTHERS, _mislabelled
from ingest.reading import Media
from ingest.recognise import _OTHER_ENDINGS, _SIGNATURES, READABLE, _name, explain_old_office, identify, recognise
from knowledge.errors import Unreadable
from web.words.catalogue import HOLE
from web.words.reading import READING, Said, said

SOURCES = [
    *Path(ingest.__file__).parent.rglob("*.py"),
    Path(assistant.checklist.sheet.__file__),
    Path(web.reviewing.__file__),
]
RAISED = {"Unreadable", "TooLarge", "Scanned"}
ELSEWHERE = {"concordance.py", "sync.py"}
"""Modules that read what stands on the firm's machine, and speak to its operator."""
SAMPLE = "1,234"
WHOLE = "1\u202f234"
LAYER = "The PDF has no text layer: run OCR first, then try again."
PUT_TOGETHER = {
    f"{SAMPLE} Clausier does so itself where tesseract and pdftoppm are installed.",
    f"The file is {SAMPLE}.",
}
"""Sentences made of others, which are tried as they are made."""
MEDIA: tuple[Media, ...] = ("md", "txt", "html", "docx", "pdf", "odt")


def _text(node: ast.expr) -> str | None:
    """A literal as it will be said, its holes filled with a sample."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or SAMPLE for part in node.values)
    return None


def sentences() -> Iterator[str]:
    """All that a file can be refused with, and what may be remarked of one that is read."""
    for path in SOURCES:
        if path.name in ELSEWHERE:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                if node.func.id == "Refused" and len(node.args) > 2:
                    yield from filter(None, [_text(node.args[2])])
                raised = node.func.id in RAISED or (node.func.id == "InvalidInput" and path.parent.name != "ingest")
                text = _text(node.args[0])
                if raised and text and text.strip(f"{SAMPLE}. "):
                    yield text
                if node.func.id == "warn" and text:
                    yield from warn(text, ["one"])
                    yield from warn(text, ["one", "two", "three", "four"])
            if isinstance(node, ast.Assign) and (text := _text(node.value)) and text.endswith(".") and " " in text:
                yield text
            if isinstance(node, ast.AnnAssign) and node.value is not None and path.name == "scan.py":
                yield from (text for text in [_text(node.value)] if text)
            if isinstance(node, ast.List):
                yield from (text for one in node.elts if (text := _text(one)) and text.endswith(".") and " " in text)
    yield f"{LAYER} Clausier does so itself where tesseract and pdftoppm are installed."
    yield from (str(_mislabelled(kind)) for kind in (*_OTHERS, "unknown"))
    yield str(explain_old_office(b""))
    for ending in (*_OTHER_ENDINGS, ".xyz", ""):
        with pytest.raises(Unreadable) as refused:
            recognise(ending, b"")
        yield str(refused.value)


@pytest.mark.parametrize("sentence", sorted(set(sentences()) - PUT_TOGETHER))
def test_every_sentence_has_its_french(sentence: str) -> None:
    told = said(sentence, "fr")
    assert told.lang == "fr", "add it to web/locale/*/LC_MESSAGES/file.po"
    assert (WHOLE in told.text) == (SAMPLE in sentence)
    assert said(sentence, "en") == Said(sentence, "en")


def test_every_kind_of_file_has_its_french() -> None:
    kinds = {name for _, name in _SIGNATURES} | {identify(b"<html>"), "something else"} | {_name(one) for one in MEDIA}
    for kind in sorted(filter(None, kinds)):
        told = said(f"The file is not {kind} but a program: give it its true ending.", "fr").text
        assert "un programme" in told
        assert kind not in told


def test_every_french_sentence_is_said_of_something() -> None:
    """What the catalogue holds besides: words that fill a hole, each tried above or here."""
    texts = [said(one, "fr").text for one in sentences()]
    for name, word in READING["fr"].items():
        if not name.startswith("kind_"):
            parts = [part for part in HOLE.split(word)[::2] if part]
            assert any(all(part in text for part in parts) for text in texts), name


def test_words_within_a_sentence_are_turned_too() -> None:
    with pytest.raises(Unreadable) as refused:
        recognise(".docx", b"\x89PNG")
    assert said(str(refused.value), "fr").text == (
        "Le fichier n’est pas un document Word mais une image PNG\u00a0: donnez-lui sa véritable extension."
    )
    with pytest.raises(Unreadable) as refused:
        recognise("", b"")
    assert READABLE in str(refused.value)
    assert "sans extension ne sont pas lus" in said(str(refused.value), "fr").text
    many = warn("Comments were left out", ["l'avenant", "b", "c", "d", "e"])[0]
    assert said(many, "fr").text == "Commentaires laissés de côté\u00a0: “l'avenant”, “b”, “c” et 2 de plus."


def test_what_nobody_foresaw_is_said_as_it_is() -> None:
    assert said("Something else is wrong: look.", "fr") == Said("Something else is wrong: look.", "en")
