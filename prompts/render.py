"""Every text that Clausier writes comes from a template beside this file.

A template declares its inputs in its first line, `{#- inputs: name, other -#}`; anything undeclared is an error. Templates for a
reader are in `documents/`, for a model in `model/`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT: Final = Path(__file__).parent
_DECLARED = re.compile(r"\{#-? inputs: ([\w, ]*?) ?-?#\}")


def render(name: str, **inputs: object) -> str:
    """The text of template `name`, such as `documents/answer.md.j2`.

    Raises `TypeError` if the inputs are not exactly those that the template declares.
    """
    expected = declared(name)
    if inputs.keys() != expected:
        raise TypeError(f"{name} wants {sorted(expected)}, not {sorted(inputs)}")
    return _environment().get_template(name).render(**inputs)


@cache
def declared(name: str) -> frozenset[str]:
    """The inputs that a template declares."""
    found = _DECLARED.match((ROOT / name).read_text("utf-8"))
    if not found:
        raise TypeError(f"{name} does not declare its inputs in its first line")
    return frozenset(part.strip() for part in found[1].split(",") if part.strip())


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(  # text for Markdown, cleaned when it becomes HTML
        loader=FileSystemLoader(ROOT),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
