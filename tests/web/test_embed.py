"""The script on the firm's pages: small, complete, and without anything that a strict page refuses."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess

import pytest

from knowledge.models import LANGUAGES
from web.embed import PARTS, STATIC, script
from web.words.widget import SHARED, words_of

MOST = 30_000
"""Bytes, gzipped."""
FOLDER = STATIC / "widget"
SOURCES = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.js")}
STYLES = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.css")}


def test_it_is_small() -> None:
    assert 10_000 < len(gzip.compress(script(), 9)) < MOST


def test_every_part_is_in_it_once() -> None:
    assert sorted(f"{name}.js" for name in PARTS if not name.startswith("..")) == sorted(SOURCES)
    text = script().decode()
    for name, source in SOURCES.items():
        assert text.count(source) == 1, name
    assert not re.search(r"(?m)^(?:export|import) ", text)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to parse it")
def test_it_is_a_script() -> None:
    subprocess.run(["node", "--check", "-"], input=script(), check=True, timeout=30)


@pytest.mark.parametrize(
    "refused",
    [
        r"\b(?:inner|outer)HTML\b", r"insertAdjacentHTML", r"document\.write", r"DOMParser", r"\beval\b", r"new Function", r"srcdoc",
        r"setAttribute\(\"style", r"createElement\(\"(?:style|script|link|iframe)", r"set(?:Timeout|Interval)\(\"",
    ],
)  # fmt: skip
def test_nothing_in_it_needs_more_than_a_strict_page_allows(refused: str) -> None:
    assert [name for name, text in SOURCES.items() if re.search(refused, text)] == []


def test_styles_load_nothing_and_do_not_depend_on_the_page() -> None:
    for name, text in STYLES.items():
        assert "url(" not in text, name
        assert "@import" not in text, name
        assert not re.search(r"\d(?:rem|vmin|vmax)\b", text), f"{name}: the page decides what a rem is"


def test_every_word_is_there_and_every_shared_one_is_said() -> None:
    code = "".join(SOURCES.values())
    for lang in LANGUAGES:
        words = words_of(lang)
        assert sorted(set(re.findall(r"\bt\.(\w+)", code)) - set(words)) == []
        begun = re.findall(r"t\[`(\w+_)\$", code)
        assert [begin for begin in begun if not any(name.startswith(begin) for name in words)] == []
    said, begun = set(re.findall(r"\w+", code)), tuple(re.findall(r"`(\w+_)\$", code))
    assert [name for name in SHARED if name not in said and not name.startswith(begun)] == []


def test_the_words_stand_in_it_as_they_are_set() -> None:
    text = script().decode()
    assert words_of("fr")["greeting"] in text
    assert "\u202f?" in words_of("fr")["greeting"]
