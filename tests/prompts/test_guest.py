"""A firm's templates: what they may do, and that whatever else they try ends in one clear line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prompts.errors import BrokenTemplate
from prompts.render import declared, render, render_from

NAME = "documents/declined.md.j2"
INPUTS = {"why": "W", "instead": "I"}


def write(folder: Path, text: str, name: str = NAME) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def rendered(folder: Path, body: str, first: str = "{#- inputs: why, instead -#}\n") -> str:
    write(folder, first + body)
    return render_from(folder, NAME, INPUTS)


def test_a_folder_without_the_template_leaves_ours(tmp_path: Path) -> None:
    assert render_from(tmp_path, NAME, INPUTS) == render(NAME, **INPUTS) == render_from(None, NAME, INPUTS)


@pytest.mark.slow
def test_a_folder_s_own_template_replaces_ours(tmp_path: Path) -> None:
    assert rendered(tmp_path, "Désolé : {{ why }} {# instead is left out #}").strip() == "Désolé : W"


@pytest.mark.slow
def test_templates_of_the_folder_may_include_each_other(tmp_path: Path) -> None:
    write(tmp_path, "pied de page", "documents/foot.j2")
    assert rendered(tmp_path, "{{ why }} {% include 'documents/foot.j2' %}").strip() == "W pied de page"


@pytest.mark.slow
def test_what_goes_into_html_is_escaped(tmp_path: Path) -> None:
    name = "documents/checklist.html.j2"
    write(tmp_path, "{#- inputs: title -#}{{ title }}", name)
    shown = render_from(tmp_path, name, dict.fromkeys(declared(name), "") | {"title": "<script>"})
    assert shown == "&lt;script&gt;"


def test_a_template_must_declare_its_inputs(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplate, match=r"line 1: declare the inputs there, as \{#- inputs: instead, why -#\}"):
        rendered(tmp_path, "hello", first="")
    with pytest.raises(BrokenTemplate, match=r"there is no input 'secret'; there is instead, why"):
        rendered(tmp_path, "hello", first="{#- inputs: secret -#}\n")


def test_a_template_must_be_text(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenTemplate, match="save it as UTF-8"):
        render_from(tmp_path, NAME, INPUTS)


@pytest.mark.check("D06")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ nope }}", "line 2: 'nope' is undefined"),
        ("a\n\n{% for %}", "line 4: Expected an expression"),
        ("a\n{{ 1 / 0 }}", "line 3: division by zero"),
        ("{{ why.missing.more }}", "line 2: 'str object' has no attribute"),
        ("{{ why | nosuchfilter }}", "line 2: No filter named"),
        ("{% include '../../../etc/passwd' %}", "only templates can be included"),
        ("{% include '/etc/passwd' %}", "only templates can be included"),
        ("{% include 'documents/link.j2' %}", "only templates can be included"),
        ("{% import 'os' as os %}", "only templates can be included"),
        ("{{ why.__class__.__mro__ }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "unsafe"),
        ("{{ ''.format.__globals__ }}", "unsafe"),
        ("{% set x = why.__init__ %}{{ x }}", "unsafe"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "more time or memory"),
        ("{{ 'x' * 9999999999 }}", "more time or memory"),
        ("{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}", "more time or memory"),
        ("{{ '%999999999d' | format(1) }}", "more time or memory"),
        ("{{ '{:>9999999999}'.format(1) }}", "more time or memory"),
        ("{% for i in range(99999) %}{{ why * 99 }}{% endfor %}", "more time or memory"),
    ],
)  # fmt: skip
def test_attacks_and_mistakes_end_in_one_line(tmp_path: Path, body: str, says: str) -> None:
    (tmp_path / "documents").mkdir()
    os.symlink("/etc/passwd", tmp_path / "documents" / "link.j2")
    with pytest.raises(BrokenTemplate, match=says) as caught:
        rendered(tmp_path, body)
    assert str(caught.value).startswith(NAME)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)
