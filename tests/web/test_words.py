"""The words of the workspace: the same in both languages, set as printers do, each used and each there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web
from web.audit import ACTIONS
from web.keys import SCOPES
from web.words import administration, checklist, draft, library, review, shell
from web.words.lexicon import WORDS
from web.workspace.needs import STEPS
from web.workspace.page import NAVIGATION

MODULES = (shell, library, draft, checklist, review, administration)
WEB = Path(web.__file__).parent
SOURCES = "".join(
    path.read_text("utf-8")
    for path in [*WEB.glob("templates/workspace/*.html"), *WEB.glob("routes/*.py"), *WEB.glob("workspace/*.py")]
)
BUILT = (
    "position_",
    "kind_",
    "status_",
    "role_",
    "group_",
    "o_",
    "f_",
    "weight_",
    "did_",
    "scope_",
    "visibility_",
    "step_",
    "side_",
    "severity_",
    "verdict_",
    "choice_",
)
"""What begins names that a page puts together."""


def test_a_name_stands_in_one_place() -> None:
    names = [name for module in MODULES for name in module.WORDS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", WORDS["en"])
def test_both_languages_say_the_same(name: str) -> None:
    english, french = WORDS["en"][name], WORDS["fr"][name]
    holes = [sorted(re.findall(r"{\w+}", text)) for text in (english, french)]
    assert holes[0] == holes[1]
    assert english
    assert french
    assert not re.search(r" [;:!?»]|« ", french), "an ordinary space before a sign"
    assert not re.search(r"\w[;!?](?:\s|$)", french), "no space before a sign"
    assert "'" not in english + french


def test_every_word_is_used() -> None:
    used = set(re.findall(r"\bw\.(\w+)|\bw\[\"([\w-]+)\"\]|words\[\"([\w-]+)\"\]|\]\[\"([\w-]+)\"\]", SOURCES))
    direct = {name for found in used for name in found if name}
    through = {entry.name for _, entries in NAVIGATION for entry in entries}
    quoted = set(re.findall(r"\"([\w.-]+)\"", SOURCES))
    unused = [n for n in WORDS["en"] if n not in direct | through | quoted and not n.startswith(BUILT)]
    assert unused == []


def test_every_name_that_a_page_puts_together_is_there() -> None:
    wanted = {f"did_{action}" for action in ACTIONS} | {f"scope_{scope}" for scope in SCOPES}
    for step, questions in STEPS:
        wanted |= {step, *(f"f_{one.path}" for one in questions)}
        wanted |= {f"o_{option}" for one in questions for option in one.options}
    assert sorted(wanted - set(WORDS["en"])) == []


def test_every_word_that_a_template_names_is_there() -> None:
    named = set(re.findall(r"\bw\.(\w+)", SOURCES)) | set(re.findall(r"\bw\[\"([\w-]+)\"\]", SOURCES))
    assert sorted(name for name in named - set(WORDS["en"]) if hasattr(dict, name) is False) == []
