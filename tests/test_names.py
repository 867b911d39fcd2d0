"""Names that must agree with each other: packages with what is installed, the schema with its migrations, templates with
their inputs."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from importlib.metadata import distribution, entry_points, packages_distributions
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from jinja2 import Environment, meta

from knowledge.store import SCHEMA
from prompts.render import ROOT as PROMPTS
from prompts.render import declared

ROOT = Path(__file__).resolve().parent.parent
OURS = ("assistant", "clausier", "ingest", "knowledge", "prompts", "web")
TEMPLATES = sorted(str(path.relative_to(PROMPTS)) for path in PROMPTS.rglob("*.j2"))


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_provides_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"clausier"}


@pytest.mark.parametrize("name", OURS)
def test_our_names_are_found_here(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.origin
    assert Path(spec.origin).resolve().is_relative_to(ROOT)


def test_the_command_is_ours_alone() -> None:
    scripts = entry_points(group="console_scripts", name="clausier")
    assert [script.value for script in scripts] == ["clausier.main:main"]


def test_we_are_never_uploaded() -> None:
    assert "Private :: Do Not Upload" in (distribution("clausier").metadata.get_all("Classifier") or ())


def test_the_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "knowledge" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


RENDERERS = {"render": 0, "render_from": 1}
"""What renders a template, and which of its arguments names it."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_declares_the_inputs_that_it_uses(name: str) -> None:
    source = (PROMPTS / name).read_text("utf-8")
    assert declared(name) == meta.find_undeclared_variables(Environment(autoescape=True).parse(source))


def test_every_template_is_rendered_and_every_rendered_one_exists() -> None:
    assert set(_rendered()) == set(TEMPLATES)


def _rendered() -> Iterator[str]:
    """The names with which our code calls `render` and `render_from`."""
    for package in ("assistant", "ingest", "web"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RENDERERS:
                    first = node.args[RENDERERS[node.func.id]]
                    assert isinstance(first, ast.Constant), (
                        f"{path.name}:{node.lineno}: name the template in plain words"
                    )
                    yield str(first.value)
