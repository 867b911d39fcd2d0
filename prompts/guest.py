"""Templates from a folder that is not ours, rendered in a process of their own: `python -m prompts.guest < REQUEST`.

The sandbox of Jinja keeps a template from reading files and from reaching Python; the process bounds what a sandbox cannot:
time, memory and the length of the text. It knows no settings and no secrets, and may write nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from prompts.errors import BrokenTemplate

SECONDS: Final = 6
"""Time that a template may take, by the clock; the processor's time is bounded a little lower."""
MEMORY: Final = 400_000_000
"""Bytes that the process may hold."""
LONGEST: Final = 5_000_000
"""Characters of the longest text."""
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_ROOT: Final = Path(__file__).resolve().parent.parent
_TOO_MUCH: Final = (
    "takes more time or memory than a template may: look for a loop that does not end, or text that grows"
)


def render_guest(folder: Path, name: str, inputs: Mapping[str, object]) -> str:
    """The text of template `name` in `folder`. Raises `BrokenTemplate`, which names the line where it can."""
    request = json.dumps({"folder": str(folder), "name": name, "inputs": dict(inputs)})
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-m", "prompts.guest"],
            input=request.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: os.environ[key] for key in _KEPT if key in os.environ} | {"PYTHONPATH": str(_ROOT)},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BrokenTemplate(f"{name} {_TOO_MUCH}") from None
    if done.returncode:
        raise BrokenTemplate(f"{name} {_TOO_MUCH}")
    result: dict[str, str] = json.loads(done.stdout)
    if "error" in result:
        raise BrokenTemplate(result["error"])
    return result["text"]


def main() -> None:
    """Render what standard input asks for; print the text, or the error, as JSON."""
    request = json.load(sys.stdin)
    import jinja2.sandbox  # noqa: F401  (loaded before the process is confined)

    _confine()
    folder, name = Path(request["folder"]), request["name"]
    try:
        print(json.dumps({"text": _render(folder, name, request["inputs"])}))
    except MemoryError:
        print(json.dumps({"error": f"{name} {_TOO_MUCH}"}))
    except BrokenTemplate as error:
        print(json.dumps({"error": str(error)}))


def _render(folder: Path, name: str, inputs: dict[str, Any]) -> str:
    from jinja2 import TemplateError, TemplateNotFound

    environment = _environment(folder)
    try:
        length, pieces = 0, []
        for piece in environment.get_template(name).generate(**inputs):
            length += len(piece)
            if length > LONGEST:
                raise MemoryError
            pieces.append(piece)
        return "".join(pieces)
    except TemplateNotFound as error:
        missing = f"there is no template {error.name!r} beside it; only templates can be included"
        raise BrokenTemplate(f"{name}: {missing}") from None
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BrokenTemplate(f"{name}, line {_line(error, name)}: {error or type(error).__name__}") from None


def _line(error: BaseException, name: str) -> int:
    """The line of the template at which it went wrong; 1 where nothing tells."""
    known = getattr(error, "lineno", None)
    found, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            found = trace.tb_lineno
        trace = trace.tb_next
    return int(known or found)


def _environment(folder: Path) -> Any:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    root = folder.resolve()

    def load(name: str) -> tuple[str, str, None] | None:
        path = (root / name).resolve()
        if not path.is_relative_to(root) or path.suffix != ".j2" or not path.is_file():
            return None
        return path.read_text("utf-8"), str(path), None

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def is_html(name: str | None) -> bool:
    """Whether a template writes HTML, where everything that is put in must be escaped."""
    return bool(name and name.endswith(".html.j2"))


def _confine() -> None:
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS - 2),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
