"""The documentation says what the code does: its tables are generated, its commands parse, its links lead somewhere.

python tests/test_docs.py    write the generated parts anew
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import click
import pytest
import yaml
from click.testing import CliRunner
from fastapi import FastAPI
from pydantic.fields import FieldInfo

from assistant.evaluate import Benchmark, answers, retrieval
from clausier.main import main
from knowledge import calibration
from knowledge.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
WHO = ROOT / "docs" / "routes.md"
RETRIEVAL = ROOT / "docs" / "retrieval.md"
PAGES = [README, ROOT / "CHANGELOG.md", ROOT / "knowledge" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HTTP_PATH = re.compile(r"(?<![\w.])/(?:api/v1/[\w/{}]+|healthz|readyz|openapi\.json)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


# --- what is generated ----------------------------------------------------------------------------------------------------


def settings_table() -> str:
    """Every setting with its default and what it is for."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def commands_table() -> str:
    """Every command with its arguments, what it does, and its options."""
    rows = []
    for path, command in commands():
        arguments = "".join(f" {_metavar(p)}" for p in command.params if isinstance(p, click.Argument))
        options = ", ".join(f"`{_option(p)}`" for p in command.params if isinstance(p, click.Option))
        about = (command.help or "").strip().split("\n\n")[0].replace("\n", " ")
        rows.append(f"| `clausier {path}{arguments}` | {about} | {options} |")
    return "\n".join(["| command | what it does | options |", "|---|---|---|", *rows])


def thresholds_table(group: str) -> str:
    """The numbers of one group of the calibration, with what the comments of the file say of them."""
    text = calibration.FILE.read_text("utf-8")
    block = re.search(rf"^{group}:.*\n((?:  .*\n)*)", text, re.MULTILINE)
    assert block
    rows = [
        f"| `{name}` | {value} | {about or ''} |"
        for name, value, about in re.findall(r"^  (\w+): +(\S+)(?: +# (.*))?$", block[1], re.MULTILINE)
    ]
    return "\n".join(["| name | value | what it is |", "|---|--:|---|", *rows])


def routes_table() -> str:
    """Every route with who may call it: people by their roles, programs by the scopes of their keys."""
    from web import access
    from web.app import ROUTES

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for routes in ROUTES:
        app.include_router(routes.router)
    rows = []
    for method, path, rule, about in sorted(access.rules(app), key=lambda route: (route.path, route.method)):
        assert rule, f"{method} {path} has no rule"
        people = "anyone" if rule.is_open else "anyone signed in" if rule.is_known else ", ".join(sorted(rule.roles))
        people = "the widget, with its token" if rule.is_ticketed else people
        scopes = ", ".join(f"`{scope}`" for scope in sorted(rule.scopes))
        programs = "anyone" if rule.is_open else "any key" if rule.is_known else scopes or "none"
        people, programs = (f"{who}, or on this machine" if rule.is_local else who for who in (people, programs))
        rows.append(f"| {method} | `{path}` | {people} | {programs} | {about} |")
    return "\n".join(["| | route | people | programs | what it does |", "|---|---|---|---|---|", *rows])


Generated = dict[str, Callable[[], str]]
GENERATED: dict[Path, Generated] = {
    README: {"settings": settings_table, "commands": commands_table},
    WHO: {"routes": routes_table},
    RETRIEVAL: {group: partial(thresholds_table, group) for group in ("retrieval", "scope", "answer")},
}
every_part = pytest.mark.parametrize(("page", "name"), [(page, name) for page in GENERATED for name in GENERATED[page]])


def regenerate(page: Path) -> str:
    """The text of `page` with every generated part as it should be."""
    text = page.read_text("utf-8")
    for name, table in GENERATED[page].items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: f"{found[1]}{table()}\n{found[2]}", text)  # type: ignore[misc]
    return text


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups left out."""
    yield from _under("", main)


def _under(path: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        whole = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from _under(whole, command)
        else:
            yield whole, command


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if value is None or value == ():
        return "unset"
    if isinstance(value, Path) and value.is_relative_to(Path.home()):
        value = Path("~") / value.relative_to(Path.home())
    if isinstance(value, tuple):
        value = ",".join(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _metavar(argument: click.Argument) -> str:
    name = (argument.name or "").upper()
    name = f"{name.removesuffix('S')}..." if argument.nargs == -1 else name
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> str:
    longest = max(option.opts, key=len)
    if option.is_flag:
        return longest
    if isinstance(option.type, click.Choice):
        return f"{longest} {' / '.join(map(str, option.type.choices))}"
    return f"{longest} {option.type.name.split()[0].upper()}"


@every_part
def test_a_generated_part_has_its_markers(page: Path, name: str) -> None:
    text = page.read_text("utf-8")
    assert text.count(f"<!-- {name} -->") == text.count(f"<!-- /{name} -->") == 1


@pytest.mark.check("S07")
@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.name)
def test_generated_parts_are_current(page: Path, record_property: Callable[[str, object], None]) -> None:
    text = page.read_text("utf-8")
    assert text == regenerate(page), "run: python tests/test_docs.py"
    record_property("figure", f"{page.name}: {len(re.findall('<!-- /', text))} tables are what the code says")


ELSEWHERE = {
    "llm_rephrase": "tests/assistant/test_rephrase.py",
    "oidc_groups_claim": "tests/web/test_oidc.py",
    "session_hours": "tests/web/test_accounts.py",
    "smtp_user": "tests/web/test_mail.py",
    "smtp_password": "tests/web/test_mail.py",
    "templates_dir": "tests/assistant/checklist/test_document.py",
}
"""Settings that tests do not name: they hand what it says to what takes it, or use its default."""


@pytest.mark.check("S07")
def test_every_setting_is_read_by_the_code_and_named_by_a_test(record_property: Callable[[str, object], None]) -> None:
    product = sources("assistant", "clausier", "ingest", "knowledge", "prompts", "web")
    tests = sources("tests", without=Path(__file__))
    fields = set(Settings.model_fields)
    read = {name for name in fields if re.search(rf"(?:settings|self|chosen)\.{name}\b", product)}
    named = {name for name in fields if re.search(rf"\b(?:{name}|(?:CLAUSIER_)?{name.upper()})\b", tests)}
    assert read == fields
    assert fields - named <= ELSEWHERE.keys()
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())
    record_property(
        "figure", f"{len(read)} settings read, {len(fields & named)} named by tests, {len(fields - named)} by value"
    )


def sources(*folders: str, without: Path | None = None) -> str:
    """All Python of these folders."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path != without)
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_command_is_described() -> None:
    assert [path for path, command in commands() if not command.help] == []


# --- what must be named ---------------------------------------------------------------------------------------------------


def measures() -> Iterator[str]:
    """Every figure that `clausier eval` prints, for no question at all."""
    yield from answers([], cast(Any, None))
    nothing = Benchmark((), {}, {})
    yield from retrieval(nothing, cast(Any, None), system="hybrid", judged_only=False, passages=0, index_seconds=0.0)


def thresholds() -> Iterator[str]:
    """Every number of the calibration."""
    for group, values in yaml.safe_load(calibration.FILE.read_text("utf-8")).items():
        yield group
        yield from values


@pytest.mark.parametrize("name", sorted({*measures(), *thresholds()}))
def test_measures_and_thresholds_are_explained(name: str) -> None:
    assert f"`{name}`" in RETRIEVAL.read_text("utf-8")


def test_every_reason_and_support_is_named_in_the_architecture() -> None:
    from assistant import answer

    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [word for word in (*get_args(answer.Reason), *get_args(answer.Support)) if f"`{word}`" not in text] == []


# --- what must lead somewhere ---------------------------------------------------------------------------------------------


@every_page
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [target for target in local if target and not (page.parent / target).exists()] == []


@every_page
def test_named_files_exist(page: Path) -> None:
    pattern = r"`((?:assistant|bench|docs|ingest|knowledge|prompts|tests|web)/[\w./-]*|[\w-]+\.(?:py|toml|txt))`"
    bases = (ROOT, page.parent)
    named = re.findall(pattern, page.read_text("utf-8"))
    assert [name for name in named if not any((base / name).exists() for base in bases)] == []


@every_page
def test_commands_in_code_blocks_parse(page: Path) -> None:
    for line in _shell_lines(page.read_text("utf-8")):
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            name = words.pop(0).partition("=")[0]
            assert name.removeprefix(PREFIX).lower() in Settings.model_fields, line
        if words and Path(words[0]).name == "clausier":
            _parse(words[1:])


@every_page
def test_commands_in_the_text_exist(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"<!-- commands -->.*?<!-- /commands -->", "", text, flags=re.DOTALL)
    for found in re.findall(r"`clausier ([^`]+)`", text):
        result = CliRunner().invoke(main, [*shlex.split(found), "--help"])
        assert result.exit_code == 0, f"clausier {found}: {result.output}"


@every_page
def test_settings_in_the_text_exist(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"CLAUSIER_[A-Z_]*[A-Z]", page.read_text("utf-8"))) - known == set()


@every_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = page.read_text("utf-8")
    named = {*re.findall(r"`make ([a-z-]+)", text), *re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)}
    assert named - targets == set()


@every_page
def test_addresses_exist(page: Path) -> None:
    from web.app import ROUTES

    app = FastAPI()
    for routes in ROUTES:
        app.include_router(routes.router)
    known = {re.sub(r"{\w+}", "{}", path) for path in app.openapi()["paths"]} | {"/openapi.json"}
    named = {re.sub(r"{\w+}", "{}", path.rstrip("/")) for path in HTTP_PATH.findall(page.read_text("utf-8"))}
    assert named - known == set()


def _shell_lines(text: str) -> Iterator[str]:
    """The lines of the shell blocks, continued ones joined."""
    for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.replace("\\\n", " ").splitlines()


def _parse(words: list[str]) -> None:
    """Take `words` as the command line would, without doing anything. Raises `click.UsageError`."""
    command: click.Command = main
    context = click.Context(main, info_name="clausier")
    while isinstance(command, click.Group) and not (command.invoke_without_command and words[0].startswith("-")):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    command.make_context(command.name, words, parent=context.parent)


if __name__ == "__main__":
    for generated in GENERATED:
        generated.write_text(regenerate(generated), "utf-8")
