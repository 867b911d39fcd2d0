"""A small installation to break: its library, its environment, its commands, and what must be true of its database."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import yaml

import knowledge
from knowledge.embed import open_encoder
from knowledge.installation import open_store
from knowledge.lexical import terms
from knowledge.settings import BUILT_IN_MODEL, Settings
from knowledge.store import COLLECTIONS, worded

ROOT = Path(__file__).parents[2]
SHIPPED = Path(knowledge.__file__).parent
CLAUSIER = Path(sys.executable).with_name("clausier")
TOPICS = ("sla-response-times", "penalties", "client-obligations")
MODELS = Settings.model_fields["model_dir"].get_default()
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
MENDING = "restore the data directory from a backup"


def small_library(folder: Path) -> Path:
    """The shipped library cut down to three topics, three examples of each kind and a few sections."""
    folder.mkdir(parents=True)
    topics = _yaml("topics")
    _write(folder / "topics.yaml", {slug: topics[slug] for slug in (*TOPICS, "liability-cap")})
    authorities = _yaml("authorities")
    cited = set()
    for lang in ("en", "fr"):
        (folder / "guidance" / lang).mkdir(parents=True)
        for topic in TOPICS:
            text = (SHIPPED / "guidance" / lang / f"{topic}.md").read_text("utf-8")
            sections = re.split(r"(?m)^(?=## )", text)
            kept = "".join((sections[0], *sections[1:4]))
            cited |= set(re.findall(r"[a-z]+-[A-Z]?\d[\w-]*", kept))
            (folder / "guidance" / lang / f"{topic}.md").write_text(kept, "utf-8")
    _write(folder / "authorities.yaml", {key: authorities[key] for key in sorted(cited & set(authorities))[:8]})
    shutil.copy(SHIPPED / "figures.yaml", folder)
    scope = _yaml("scope")
    for entry in (*scope["categories"].values(), {"examples": scope["handoff"]}, {"examples": scope["documentary"]}):
        for lang in ("en", "fr"):
            entry["examples"][lang] = entry["examples"][lang][:3]
    _write(folder / "scope.yaml", scope)
    return folder


def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((SHIPPED / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


@dataclass(frozen=True)
class Installation:
    """A data directory with the settings of those who use it."""

    data: Path
    library: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.data / "clausier.db"

    def copy(self, folder: Path, **more: str) -> Installation:
        """The same, elsewhere."""
        shutil.copytree(self.data, folder)
        return Installation(folder, self.library, {**self.more, **more})

    def with_(self, **more: str) -> Installation:
        return Installation(self.data, self.library, {**self.more, **more})

    @property
    def environment(self) -> dict[str, str]:
        """Ours and the bare necessities: no proxy, nothing of the developer's own settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CLAUSIER_", "ORT_")) and name.lower() not in PROXIES
        }
        return {
            **kept,
            "PYTHONWARNINGS": "default",
            "CLAUSIER_DATA_DIR": str(self.data),
            "CLAUSIER_LIBRARY_DIR": str(self.library),
            "CLAUSIER_MODEL_DIR": str(MODELS),
            **self.more,
        }

    @property
    def settings(self) -> Settings:
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=self.data,
            library_dir=self.library,
            model_dir=Path(self.environment["CLAUSIER_MODEL_DIR"]),
            embedding_model=self.environment.get("CLAUSIER_EMBEDDING_MODEL", BUILT_IN_MODEL),
        )

    def start(
        self, *arguments: str | Path, before: Sequence[str] = (), err: int | IO[str] = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """A command that runs beside the test, in a session of its own so that nothing of it outlives a kill."""
        return subprocess.Popen(
            [*before, str(CLAUSIER), *map(str, arguments)], cwd=self.data.parent, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=err, start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments: str | Path, timeout: float = 120, before: Sequence[str] = ()) -> Ended:
        began = time.monotonic()
        process = self.start(*arguments, before=before)
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        return Ended(process.returncode, out, err, time.monotonic() - began)

    @contextlib.contextmanager
    def serving(self, before: Sequence[str] = (), timeout: float = 60) -> Iterator[Server]:
        """A server that answers, stopped at the end. What it logs goes to a file: a pipe that nobody reads would stop it."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
            process = self.start("serve", "--port", "0", before=before, err=log)
            assert process.stdout is not None
            try:
                line = process.stdout.readline()
                if not line.startswith("Clausier is ready at "):
                    process.communicate(timeout=timeout)
                    log.seek(0)
                    raise AssertionError(f"no server: {log.read()}")
                yield Server(process, line.split()[-1], log)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)  # the server, and what traces it
                try:
                    process.communicate(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
                    raise

    def faults(self) -> list[str]:
        """What is not whole in the database; empty for a sound one."""
        store = open_store(self.database)
        try:
            return list(_faults(store))
        finally:
            store.close()


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str
    seconds: float


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    address: str
    log: IO[str]

    def stopped(self) -> str:
        """What it wrote, on either stream, by the time it has ended as it was asked to."""
        self.process.terminate()
        out, _ = self.process.communicate(timeout=30)
        self.log.seek(0)
        return f"{out}{self.log.read()}"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.address + path, timeout=20) as response:
            return json.load(response)

    def ask(self, question: str, **more: object) -> Any:
        request = urllib.request.Request(
            f"{self.address}/api/v1/ask",
            json.dumps({"question": question, **more}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def waiting_for(self, search: str, seconds: float) -> float:
        """Seconds until /readyz says that searches are `search`."""
        began = time.monotonic()
        while self.get("/readyz")["search"] != search:
            assert time.monotonic() - began < seconds, f"not {search!r} within {seconds} s: {self.get('/readyz')}"
            assert self.process.poll() is None, "the server died"
            time.sleep(0.1)
        return time.monotonic() - began


def _faults(store: Any) -> Iterator[str]:
    with contextlib.closing(sqlite3.connect(store.path)) as raw:
        for row in raw.execute("PRAGMA integrity_check"):
            if row[0] != "ok":
                yield str(row[0])
        yield from (f"dangling {row}" for row in raw.execute("PRAGMA foreign_key_check"))
        texts = dict(raw.execute("SELECT id, text FROM document"))
        rows = dict(raw.execute("SELECT id, row FROM passage"))
        stored = {c: dict(_terms(raw, c.table)) for c in COLLECTIONS}
        for collection in COLLECTIONS:
            name = f"terms_{collection.table}"
            raw.execute(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')")
        raw.rollback()
    expected: dict[Any, set[int]] = {c: set() for c in COLLECTIONS}
    for document in store.documents():
        passages = store.passages_of(document["id"], internal=True)
        if [p.ordinal for p in passages] != list(range(len(passages))) or not passages:
            yield f"{document['id']} has passages {[p.ordinal for p in passages]}"
        for passage in passages:
            collection = next(c for c in COLLECTIONS if (c.visibility, c.lang) == (passage.visibility, passage.lang))
            row = rows[passage.id]
            expected[collection].add(row)
            if texts[document["id"]][passage.start : passage.end] != passage.text:
                yield f"{passage.id}: its text is not at its place"
            found = terms(worded(passage), passage.lang)
            if stored[collection].get(row) != (" ".join(found.stems), " ".join(found.cognates)):
                yield f"{passage.id}: its terms are not its own"
    for collection, rows_there in expected.items():
        if set(stored[collection]) != rows_there:
            yield f"{collection.name}: terms without passages, or passages without terms"
        matrix = store.matrix(collection)
        if set(map(int, matrix.rows)) != rows_there:
            yield f"{collection.name}: vectors without passages, or passages without vectors"
        if len(matrix.rows):
            if not np.allclose(np.linalg.norm(matrix.vectors, axis=1), 1, atol=1e-4):
                yield f"{collection.name}: vectors that are not units"
            cosines = matrix.vectors @ matrix.vectors.T
            if (cosines.max(axis=1) > np.diag(cosines) + 1e-5).any():
                yield f"{collection.name}: vectors that do not find themselves"


def _terms(raw: sqlite3.Connection, table: str) -> Iterator[tuple[int, tuple[str, str]]]:
    for row, stems, cognates in raw.execute(f"SELECT rowid, stems, cognates FROM terms_{table}"):
        yield row, (stems, cognates)


def wrongly_embedded(installation: Installation) -> list[str]:
    """The passages whose vector is not what the model makes of them."""
    encoder = open_encoder(installation.settings)
    store = open_store(installation.database)
    wrong = []
    try:
        for collection in COLLECTIONS:
            matrix = store.matrix(collection)
            passages = store.passages([int(row) for row in matrix.rows], internal=True)
            for row, vector in zip(matrix.rows, matrix.vectors, strict=True):
                passage = passages[int(row)]
                if passage.kind == "document" and not np.allclose(
                    encoder.passages([passage.embedded])[0], vector, atol=1e-5
                ):
                    wrong.append(passage.id)
    finally:
        store.close()
    return wrong


def write_document(path: Path, title: str, paragraphs: Sequence[str]) -> Path:
    """A small document in the format that the ending of `path` names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".md":
        path.write_text(f"# {title}\n\n" + "\n\n".join(paragraphs) + "\n", "utf-8")
    elif path.suffix == ".html":
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        path.write_text(
            f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head>"
            f"<body><h1>{title}</h1>{body}</body></html>",
            "utf-8",
        )
    elif path.suffix == ".docx":
        _write_docx(path, (title, *paragraphs))
    else:
        path.write_text("\n\n".join((title, *paragraphs)) + "\n", "utf-8")
    return path


def _write_docx(path: Path, paragraphs: Sequence[str]) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{document}" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
