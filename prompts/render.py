"""Every text that Clausier writes comes from a template beside this file.

A template declares its inputs in its first line, `{#- inputs: name, other -#}`; anything undeclared is an error. Templates for a
reader are in `documents/`, for a model in `model/`. A firm may put templates of the same names into a folder of its own: those
are rendered in a process apart (`prompts.guest`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prompts.errors import BrokenTemplate
from prompts.guest import is_html, render_guest

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT: Final = Path(__file__).parent
_VERSION = re.compile(r"\{#-? version: (\d+) ?-?#\}")
_DECLARED = re.compile(r"\{#-? inputs: ([\w, ]*?) ?-?#\}")


def render(name: str, **inputs: object) -> str:
    """The text of template `name`, such as `documents/answer.md.j2`.

    Raises `TypeError` if the inputs are not exactly those that the template declares.
    """
    expected = declared(name)
    if inputs.keys() != expected:
        raise TypeError(f"{name} wants {sorted(expected)}, not {sorted(inputs)}")
    return _environment().get_template(name).render(**inputs)


def render_from(folder: Path | None, name: str, inputs: Mapping[str, object]) -> str:
    """The text of template `name` as `folder` has it, else as it is shipped. `inputs` must be plain data (JSON).

    A template of the folder may leave inputs out, but not want others. Raises `BrokenTemplate`, which names the file, the
    line and the remedy, for one that is wrong, reaches for what it may not have, or does not come to an end.
    """
    if folder is None or not (folder / name).is_file():
        return render(name, **inputs)
    _refuse_unknown(folder, name)
    return render_guest(folder, name, inputs)


@cache
def declared(name: str) -> frozenset[str]:
    """The inputs that a shipped template declares."""
    found = _declaration((ROOT / name).read_text("utf-8"))
    if found is None:
        raise TypeError(f"{name} does not declare its inputs in its first line")
    return found


@cache
def version(name: str) -> str:
    """The version that a shipped template declares in its second line, such as `answer 3` for `model/answer.md.j2`."""
    found = _VERSION.search((ROOT / name).read_text("utf-8"))
    if found is None:
        raise TypeError(f"{name} does not declare its version in its second line")
    return f"{Path(name).name.partition('.')[0]} {found[1]}"


def _refuse_unknown(folder: Path, name: str) -> None:
    try:
        wanted = _declaration((folder / name).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenTemplate(f"{name} cannot be read ({error}): save it as UTF-8 text") from error
    if wanted is None:
        raise BrokenTemplate(
            f"{name}, line 1: declare the inputs there, as {{#- inputs: {', '.join(sorted(declared(name)))} -#}}"
        )
    unknown = sorted(wanted - declared(name))
    if unknown:
        raise BrokenTemplate(
            f"{name}, line 1: there is no input {unknown[0]!r}; there is {', '.join(sorted(declared(name)))}"
        )


def _declaration(text: str) -> frozenset[str] | None:
    found = _DECLARED.match(text)
    return frozenset(part.strip() for part in found[1].split(",") if part.strip()) if found else None


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(ROOT),
        undefined=StrictUndefined,
        autoescape=is_html,  # text for Markdown is cleaned when it becomes HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
