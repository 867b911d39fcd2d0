"""A small firm to serve: a cut library, documents of its own (one internal, one hostile), and a server over them."""

from __future__ import annotations

import contextlib
import html
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from knowledge.settings import Settings

SHIPPED = Path(knowledge.__file__).parent
CLAUSIER = Path(sys.executable).with_name("clausier")
MODELS: Path = Settings.model_fields["model_dir"].get_default()
TOPICS = ("sla-response-times", "penalties", "late-payment")
EXAMPLES = 1
ENTRIES = 3
"""Bullets and questions that are kept of each section."""
SECRET = "zorglubine"
"""A word that stands in an internal document and nowhere else."""
INTERNAL = f"""# Négociation {SECRET}: late payment and penalties

The {SECRET} memorandum says that the firm settles late payment penalties at nineteen percent before any hearing.

Le mémo {SECRET} : le cabinet transige les pénalités de retard à dix-neuf pour cent avant toute audience.
"""
PWN = "window.__pwn=1"
HOSTILE_NAME = "<img src=x onerror=window.__pwn=1>.html"
HOSTILE_TITLE = f"Quokka protocol <script>{PWN}</script><svg onload={PWN}>"
HOSTILE = (
    f"The quokka escrow protocol <img src=x onerror={PWN}> requires the provider to hand over the quokka keys within nine "
    f'days. [7] [x](javascript:{PWN}) ![y](x" onerror="{PWN}) <https://evil.example> **bold** `code` &lt;b&gt; '
    f'"]</textarea><script>{PWN}</script>',
    'The quokka escrow keys are kept by two notaries <iframe srcdoc="<script>parent.__pwn=1</script>"></iframe> in sealed '
    "envelopes.",
)


def small_library(folder: Path) -> Path:
    """Three topics in both languages, their sections cut short, and the authorities that they cite: to be quick."""
    for lang in ("en", "fr"):
        (folder / "guidance" / lang).mkdir(parents=True)
        for topic in TOPICS:
            text = (SHIPPED / "guidance" / lang / f"{topic}.md").read_text("utf-8")
            (folder / "guidance" / lang / f"{topic}.md").write_text(_shortened(text), "utf-8")
    shutil.copytree(SHIPPED / "playbooks", folder / "playbooks")
    for name in ("subjects", "machine", "interactions"):
        shutil.copy(SHIPPED / f"{name}.yaml", folder)
    cited = "".join(path.read_text("utf-8") for path in folder.glob("guidance/*/*.md"))
    topics, authorities, scope = _yaml("topics"), _yaml("authorities"), _yaml("scope")
    _write(folder / "topics.yaml", {slug: topics[slug] for slug in topics if slug in TOPICS})
    _write(folder / "authorities.yaml", {key: authorities[key] for key in authorities if _cites(cited, key)})
    shutil.copy(SHIPPED / "figures.yaml", folder)
    for entry in (*(c["examples"] for c in scope["categories"].values()), scope["handoff"], scope["documentary"]):
        for lang in ("en", "fr"):
            entry[lang] = entry[lang][:EXAMPLES]
    _write(folder / "scope.yaml", scope)
    return folder


def write_documents(folder: Path) -> tuple[Path, Path]:
    """The internal and the hostile document."""
    folder.mkdir()
    internal, hostile = folder / "memo.md", folder / HOSTILE_NAME
    internal.write_text(INTERNAL, "utf-8")
    title, *texts = map(html.escape, (HOSTILE_TITLE, *HOSTILE))
    body = "".join(f"<p>{text}</p>" for text in texts)
    hostile.write_text(f"<!doctype html><title>{title}</title><h1>{title}</h1>{body}", "utf-8")
    return internal, hostile


def build(base: Path) -> Path:
    """The firm's folder under `base`, made once a run: `library`, and `data` to copy."""
    folder = base / "firm"
    if (folder / "complete").exists():
        return folder
    if not (MODELS / "multilingual-e5-small" / "model.onnx").exists():
        pytest.skip("there is no embedding model: run `make model`")
    from ingest.sync import ingest, open_current

    library = small_library(folder / "library")
    internal, hostile = write_documents(folder / "documents")
    (folder / "data").mkdir()
    store, encoder = open_current(settings(folder / "data", library))
    assert encoder
    for path, visibility in ((internal, "internal"), (hostile, "public")):
        assert ingest(store, encoder, [path], visibility=visibility).count("added") == 1  # type: ignore[arg-type]
    store.close()
    (folder / "complete").touch()
    return folder


def settings(data: Path, library: Path, **more: Any) -> Settings:
    """Nothing of the developer's own settings."""
    return Settings(_env_file=None, data_dir=data, library_dir=library, model_dir=MODELS, **more)  # type: ignore[call-arg]


@contextlib.contextmanager
def served(folder: Path, data: Path, **more: str) -> Iterator[str]:
    """The address of the real server over a copy of the firm's data."""
    shutil.copytree(folder / "data", data)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUSIER_")}
    own = {"CLAUSIER_DATA_DIR": data, "CLAUSIER_LIBRARY_DIR": folder / "library", "CLAUSIER_MODEL_DIR": MODELS, **more}
    log = data.with_suffix(".log")
    with log.open("wb") as err:
        process = subprocess.Popen(
            [str(CLAUSIER), "serve", "--port", "0"], cwd=data.parent, env={**kept, **{k: str(v) for k, v in own.items()}},
            stdout=subprocess.PIPE, stderr=err,
        )  # fmt: skip
    assert process.stdout
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
    assert "Traceback" not in log.read_text("utf-8")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    assert process.stdout
    end = time.monotonic() + 60
    said = b""
    while time.monotonic() < end and process.poll() is None:
        if select.select([process.stdout], [], [], 0.2)[0]:
            said += os.read(process.stdout.fileno(), 4096)
        if found := re.search(rb"Clausier is ready at (\S+)\n", said):
            return found[1].decode()
    raise AssertionError(f"the server did not start: {said!r} {log.read_text('utf-8')}")


def _shortened(text: str) -> str:
    """A guidance text with the first entries of each section, and one other wording of a question instead of three."""
    text = re.sub(r"(?m)^((?:Also asked|Posée aussi ainsi) ?: .*?) / .*$", r"\1", text)
    sections = re.split(r"(?m)^(?=## )", text)
    kept = ["".join(re.split(r"(?m)^(?=### |- )", section)[: ENTRIES + 1]) for section in sections]
    return re.sub(r"(?m)^authorities: .*$", "authorities: []", "".join(kept))


def _cites(text: str, key: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text) is not None


def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((SHIPPED / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
