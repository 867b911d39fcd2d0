"""What commands share on a terminal: options, progress, what is read and what is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from prompts.document import Document


LANGUAGES = ("en", "fr")


AUDIENCES = ("client", "lawyer", "trainee")


POSITIONS = ("customer", "balanced", "provider")


ROLES = ("lawyer", "trainer", "administrator")


KINDS = ("guidance", "clause", "authority", "quiz", "document")


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


audience = click.option("--audience", type=click.Choice(AUDIENCES), default="client", show_default=True)


side = click.option("--side", type=click.Choice(("customer", "provider")), default="customer", show_default=True)


told_in = click.option("--lang", type=click.Choice(("auto", *LANGUAGES)), default="auto", show_default=True)


output = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the result goes.")


def asked_password() -> str:
    """Asked for twice on a terminal; a line of standard input elsewhere."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def shown_progress(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """Progress on standard error: a line that is rewritten on a terminal, one line in ten elsewhere."""
    interactive = sys.stderr.isatty()
    shown = False

    def show(done: int, total: int, name: str) -> None:
        nonlocal shown
        if interactive:
            click.echo(f"\r\033[K{label} {done + 1}/{total} {name[:60]}", nl=False, err=True)
            shown = True
        elif done % max(1, total // 10) == 0:
            click.echo(f"{label} {done + 1}/{total} {name}", err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)


def read_text(path: Path) -> str:
    """What a file of words says."""
    from knowledge.errors import InvalidInput

    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}: check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read {path} ({type(error).__name__}): give a text file in UTF-8") from error


def rendered(document: Document, form: str) -> str | bytes:
    """A document as a Word file (docx) or as Markdown."""
    from prompts.docx import docx
    from prompts.markdown import markdown

    return docx(document) if form == "docx" else markdown(document)


def deliver(made: str | bytes, output: Path | None) -> None:
    """Write what was made into a file, whole or not at all, or print it where a terminal can show it."""
    from knowledge.errors import InvalidInput

    if output is None:
        if isinstance(made, bytes) and b"\0" in made and sys.stdout.isatty():
            raise InvalidInput("this format is not for a terminal: name a file with -o")
        click.echo(made, nl=False)
        return
    try:
        partial = output.with_name(f".{output.name}.part")
        partial.write_bytes(made.encode() if isinstance(made, str) else made)
        partial.replace(output)
    except OSError as error:
        raise InvalidInput(f"cannot write {output}: {error.strerror}; choose another place") from error
    click.echo(f"Wrote {output}", err=True)


def print_json(data: Any) -> None:
    """One line on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False))


def print_table(report: dict[str, Any]) -> None:
    """A line for each figure, and one for each entry of a list."""
    for name, value in report.items():
        if isinstance(value, list):
            for entry in value:
                click.echo(f"  {json.dumps(entry, ensure_ascii=False)}")
        else:
            click.echo(f"{name:26} {json.dumps(value, ensure_ascii=False)}")


def read_json(path: Path) -> Any:
    """What a command printed with --json."""
    from knowledge.errors import InvalidInput

    try:
        return json.loads(read_bytes(path))
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON ({error}): give what the command printed with --json") from None


def read_bytes(path: Path) -> bytes:
    """What a file holds."""
    from knowledge.errors import InvalidInput

    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}): check the path") from None
