"""What our code may not contain, read from its syntax; and what may not be loaded before it is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "ingest", "knowledge", "prompts", "web")
COMMAND_LINE = sorted((ROOT / "clausier").glob("*.py"))
PARSER = ROOT / "ingest" / "parse.py"
ENTRANCES = {*COMMAND_LINE, PARSER}
"""Processes begin here, and load no more than what they were asked for: one command, one kind of file."""
MODULES = [*COMMAND_LINE, *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))]
VAGUE = {"base", "common", "core", "helper", "helpers", "manager", "misc", "services", "util", "utils"}
MOST_IGNORED = 8
"""Comments `# type: ignore` in all of our code."""

HEAVY = ("chromadb", "langchain", "langchain_chroma", "langchain_core", "onnxruntime", "sentence_transformers", "torch")
MODERATE = ("fastapi", "numpy", "pydantic", "sqlalchemy", "yaml")

UNSAFE_YAML = ("yaml.load", "yaml.load_all", "yaml.full_load", "yaml.full_load_all", "yaml.unsafe_load")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of ours."""
    for path in MODULES:
        yield path, ast.parse(path.read_text("utf-8"))


def found(path: Path, node: ast.AST) -> str:
    """Where something stands."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_our_modules_are_imported_at_the_top() -> None:
    hidden = {
        found(path, node)
        for path, tree in parsed()
        if path not in ENTRANCES
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        for name in _imported(node)
        if name.partition(".")[0] in PACKAGES
    }
    assert hidden == set()


def test_our_modules_are_imported_by_their_whole_name() -> None:
    assert [
        found(path, node)
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names))
    ] == []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {_name(path): {name for node in tree.body for name in _targets(node)} for path, tree in parsed()}
    TopologicalSorter({name: targets & graph.keys() for name, targets in graph.items()}).prepare()


@pytest.mark.check("T03")
def test_nothing_runs_what_it_reads(record_property: Callable[[str, str], None]) -> None:
    """No pickle, eval, exec, shell, or code that comes with a model; no XML parser of the standard library."""
    modules = list(parsed())
    assert [found(path, node) for path, tree in modules for node in ast.walk(tree) if _runs(node)] == []
    record_property("figure", f"{len(modules)} modules, 0 hits")


@pytest.mark.check("T03")
@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from dill import loads", "import joblib", "import marshal, shelve", "eval(x)", "exec(x)", "os.system(x)",
        "subprocess.run(x, shell=True)", "load(x, trust_remote_code=True)", "np.load(x, allow_pickle=True)", "np.load(x)",
        "torch.load(x)", "FAISS.load_local(x, allow_dangerous_deserialization=True)", "load_prompt(x)",
        "PromptTemplate(x, template_format='jinja2')", "Environment(loader=x)", "Template(x)", "xml.etree.ElementTree.parse(x)",
        "from xml.dom import minidom", "__import__(x)",
    ],
)  # fmt: skip
def test_what_would_run_what_it_reads_is_seen(code: str, record_property: Callable[[str, str], None]) -> None:
    assert any(_runs(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.check("T03")
def test_templates_escape_or_say_why_not(record_property: Callable[[str, str], None]) -> None:
    made = [(found(path, node), node) for path, tree in parsed() for node in ast.walk(tree) if _makes_templates(node)]
    assert made
    for place, node in made:
        assert isinstance(node, ast.Call)
        told = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        assert told.get("autoescape") in ("True", "is_html"), place
        assert told.get("undefined") == "StrictUndefined", place
    record_property("figure", f"{len(made)} makers of templates escape")


@pytest.mark.check("T03")
def test_yaml_is_loaded_safely(record_property: Callable[[str, str], None]) -> None:
    """Whoever calls `yaml.load` does so in a function that names safe loaders and no other."""
    calls, safe = set(), set()
    for path, tree in parsed():
        calls |= {found(path, node) for node in ast.walk(tree) if _called(node) in UNSAFE_YAML}
        for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
            if {"SafeLoader"} <= _loaders(function) <= {"SafeLoader", "CSafeLoader"}:
                safe |= {found(path, node) for node in ast.walk(function) if _called(node) == "yaml.load"}
    assert calls - safe == set()
    record_property("figure", f"{len(calls)} calls of yaml.load, all safe")


def test_modules_are_named_for_what_they_do() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in MODULES if VAGUE & set(path.relative_to(ROOT).with_suffix("").parts)
    ] == []


def test_few_types_are_ignored_and_each_says_which() -> None:
    ignored = re.compile(r"# type: ignore(\[[\w, -]+\])?")
    comments = [match for path in MODULES for match in ignored.finditer(path.read_text("utf-8"))]
    assert len(comments) <= MOST_IGNORED
    assert all(match[1] for match in comments)


def test_no_handler_catches_everything() -> None:
    """A bare `except` also catches what ends the process."""
    assert [
        found(path, node)
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "BaseException"))
    ] == []


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        (
            "sys.argv = ['clausier', '--help']; from clausier.main import main; main(standalone_mode=False)",
            HEAVY + MODERATE,
        ),
        (
            "sys.argv = ['clausier', 'ask', '--help']; from clausier.main import main; main(standalone_mode=False)",
            HEAVY + MODERATE,
        ),
        ("import assistant.wiring, ingest.sync, web.serve", HEAVY),
    ],
    ids=["help", "help of a command", "all of our modules"],
)
def test_heavy_libraries_load_when_they_are_used(code: str, unwanted: tuple[str, ...]) -> None:
    script = f"import sys\n{code}\nprint('loaded:', *(name for name in {unwanted!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _targets(node: ast.AST) -> list[str]:
    """The modules that an import may mean: `from web import errors` imports `web.errors`."""
    from_there = [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
    return [*_imported(node), *from_there]


def _called(node: ast.AST) -> str:
    """The dotted name of what `node` calls; empty if it calls nothing by name."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


RUNNING = ("pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle")
CALLED = (
    "eval", "exec", "compile", "os.system", "os.popen", "__import__", "load_prompt", "torch.load", "Template", "jinja2.Template",
)  # fmt: skip
EXCUSED = {
    "xml.parsers": "expat counts where paragraphs stand in a part that `ingest.markup` has let through: it fetches nothing",
    "xml.sax.saxutils": "escapes what is written, and parses nothing",
}
FLAGS = ("shell", "trust_remote_code", "allow_pickle", "allow_dangerous_deserialization", "template_format")
CAREFUL = {"np.load": "allow_pickle", "Environment": "autoescape"}
"""What must be called with this argument."""


def _runs(node: ast.AST) -> bool:
    if any(
        name.partition(".")[0] in RUNNING or (name.startswith("xml.") and name not in EXCUSED)
        for name in _imported(node)
    ):
        return True
    called = _called(node)
    if called in CALLED or called.startswith("xml."):
        return True
    if isinstance(node, ast.Call) and CAREFUL.get(called, "") not in {"", *(one.arg for one in node.keywords)}:
        return True
    return (
        isinstance(node, ast.keyword)
        and node.arg in FLAGS
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    )


def _makes_templates(node: ast.AST) -> bool:
    return _called(node).rpartition(".")[2] in ("Environment", "SandboxedEnvironment", "ImmutableSandboxedEnvironment")


def _loaders(function: Function) -> set[str]:
    """The YAML loaders that a function names."""
    names = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    names |= {
        node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {name for name in names if re.fullmatch(r"[A-Za-z]*Loader", name)}
