"""Hours of mixed use: memory, open files and the data directory are at the end what they were after warming up.

    make soak                                                      an hour, and at least 20,000 questions and 500 texts
    SOAK_SECONDS=300 SOAK_QUESTIONS=500 SOAK_TEXTS=20 make soak    five minutes

The measurements are written to `SOAK_CSV`, every ten seconds a line, where it is set.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import shutil
import statistics
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults.installation import SHIPPED, Installation, Server, write_document
from tests.faults.lawyer import Lawyer, add_lawyer, sent_id

SECONDS: Final = float(os.environ.get("SOAK_SECONDS", "3600"))
QUESTIONS: Final = int(os.environ.get("SOAK_QUESTIONS", "20000"))
TEXTS: Final = int(os.environ.get("SOAK_TEXTS", "500"))
EVERY: Final = float(os.environ.get("SOAK_EVERY", "10"))
CSV: Final = os.environ.get("SOAK_CSV")
READY: Final = os.environ.get("SOAK_DATA")
"""A data directory of the shipped library to begin with; unset: one is made."""
ASKERS: Final = 2
KEPT: Final = 10
"""One of so many questions begins a conversation, which is deleted at once."""
MEMORY, FILES, DISK = 1.2, 5, 1.1
"""The most that memory and disk may grow, as ratios, and open files, as a number."""
ASKED: Final = (
    "How fast must the provider answer under the maintenance contract?", "What is a penalty clause?",
    "Can the client end the contract early?", "Who owns the source code?", "How do I bake bread?",
    "Quel délai d'intervention puis-je exiger ?", "Qu'est-ce qu'une clause pénale ?", "Puis-je résilier avant terme ?",
    "À qui appartient le code source ?", "Quelle est la capitale du Pérou ?",
)  # fmt: skip
DRAFTED: Final = (
    "a limitation of liability at twelve months of fees, for the provider",
    "une clause de confidentialité de cinq ans",
)
CONTRACT: Final = (
    "# Maintenance agreement\n\n## 1. Liability\n\nThe provider is liable without any limit.\n\n"
    "## 2. Term\n\nThis agreement is renewed each year unless ended with a notice of {n} months.\n"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.tier(3),
    pytest.mark.check("R09"),
    pytest.mark.timeout(int(6 * SECONDS) + 7200),
]


@dataclass(frozen=True)
class Sample:
    """Where things stand: bytes of memory and of the data directory, and open files, of the server. Vector indexes are counted
    apart: one is there and open or, while texts come and go, none."""

    seconds: float
    memory: int
    files: int
    indexes: int
    disk: int
    questions: int
    texts: int


@dataclass
class Use:
    """The people who use a server until it is enough."""

    server: Server
    lawyer: Lawyer
    folder: Path

    def __post_init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.over = threading.Event()

    def start(self) -> list[threading.Thread]:
        works = [*[self.asks] * ASKERS, self.brings, self.wanders]
        threads = [threading.Thread(target=self._repeat, args=(work, seed)) for seed, work in enumerate(works)]
        for thread in threads:
            thread.start()
        return threads

    def _repeat(self, work: Callable[[random.Random], None], seed: int) -> None:
        rng = random.Random(seed)
        while not self.over.is_set():
            try:
                work(rng)
            except (OSError, AssertionError, KeyError) as error:
                self.failed.append(f"{work.__name__}: {error!r}")
                time.sleep(0.1)

    def asks(self, rng: random.Random) -> None:
        keeps = rng.randrange(KEPT) == 0
        answer = self.server.ask(rng.choice(ASKED), **({} if keeps else {"history": []}))
        assert answer["answer"]
        if keeps:
            self.call(f"/api/v1/conversations/{answer['conversation_id']}", method="DELETE")
        self.done["question"] += 1

    def brings(self, rng: random.Random) -> None:
        word = uuid.UUID(int=rng.getrandbits(128)).hex
        said = [f"The provider keeps the protocol {word} for {n} days." for n in range(rng.randint(2, 20))]
        path = write_document(self.folder / "protocol.md", f"Protocol {word}", said)
        assert self.lawyer.brings(path) in ("added", "updated")
        hits = self.call(f"/api/v1/search?q=protocol+{word}")["hits"]
        assert hits[0]["title"] == f"Protocol {word}"
        if rng.randrange(2):
            assert self.lawyer.erases(sent_id(path.name)) == 200
        self.done["text"] += 1

    def wanders(self, rng: random.Random) -> None:
        """Drafts, reviews, quiz, look-ups, and whoever watches."""
        self.call("/api/v1/drafts", {"request": rng.choice(DRAFTED)})
        self.call(f"/api/v1/quiz/next?lang={rng.choice(('en', 'fr'))}")
        review = self.review(CONTRACT.format(n=rng.randint(1, 12)))
        self.call(f"/api/v1/reviews/{review}", method="DELETE")
        for path in ("/readyz", "/healthz", "/api/v1/topics", "/api/v1/search?q=penalty"):
            self.call(path)
        self.done["round"] += 1

    def review(self, text: str) -> str:
        edge = "soak"
        body = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="contract.md"\r\n\r\n{text}\r\n--{edge}--\r\n'
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return str(self.call("/api/v1/reviews", body.encode(), headers)["id"])

    def call(
        self,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        method: str | None = None,
        patience: float = 120,
    ) -> Any:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.server.address + path, data, headers or {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=patience) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read()[:300]!r}") from error
        except TimeoutError as error:
            raise AssertionError(f"{path}: no answer") from error


def sample(use: Use, data: Path, began: float) -> Sample:
    process = Path(f"/proc/{use.server.process.pid}")
    memory = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    links = list(_open(process / "fd"))
    of_indexes = [
        Path(link).relative_to(data / "index").parts[0] for link in links if link.startswith(f"{data}/index/")
    ]
    disk = 0
    for path in (path for path in data.rglob("*") if path.relative_to(data).parts[0] != "index"):
        try:
            disk += path.stat().st_size
        except OSError:
            continue  # gone meanwhile
    return Sample(
        round(time.monotonic() - began, 1), memory, len(links) - len(of_indexes), len(set(of_indexes)), disk,
        use.done["question"], use.done["text"],
    )  # fmt: skip


def _open(folder: Path) -> Iterator[str]:
    for handle in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield os.readlink(folder / handle)


@pytest.fixture
def whole(tmp_path: Path) -> Installation:
    """An installation of the shipped library."""
    installation = Installation(tmp_path / "data", SHIPPED, {"CLAUSIER_QUESTIONS_PER_MINUTE": "10000"})
    if READY:
        shutil.copytree(READY, installation.data, ignore=shutil.ignore_patterns("owner.*"))
    return installation


def test_nothing_grows(whole: Installation, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    password = add_lawyer(whole)
    samples: list[Sample] = []
    with whole.serving(timeout=900) as server:
        use = Use(server, Lawyer(server.address, password), tmp_path)
        use.call("/api/v1/quiz/next", patience=900)  # the first is there once all questions are worked out
        threads, began = use.start(), time.monotonic()
        while not is_enough(use, began):
            time.sleep(EVERY)
            samples.append(sample(use, whole.data, began))
            write(samples)
            assert server.process.poll() is None, "the server died"
            assert len(use.failed) < 20, use.failed[:5]
        use.over.set()
        for thread in threads:
            thread.join(150)
    assert not use.failed, "; ".join(use.failed[:9])
    assert whole.faults() == []
    early, late = fifth(samples, 1), fifth(samples, 4)
    record_property(
        "figure",
        f"{samples[-1].seconds:.0f} s, {use.done['question']:,} questions, {use.done['text']} texts, {use.done['round']} other "
        f"rounds: memory {early.memory / 1e6:.0f} to {late.memory / 1e6:.0f} MB, open files {early.files} to {late.files}, "
        f"disk {early.disk / 1e6:.0f} to {late.disk / 1e6:.0f} MB",
    )
    assert late.memory <= MEMORY * early.memory
    assert late.files <= early.files + FILES
    assert samples[-1].indexes <= 1
    assert len(list((whole.data / "index").iterdir())) <= 2, "the one that serves, and one in the making"
    assert late.disk <= DISK * early.disk


def is_enough(use: Use, began: float) -> bool:
    return time.monotonic() - began >= SECONDS and use.done["question"] >= QUESTIONS and use.done["text"] >= TEXTS


def fifth(samples: list[Sample], number: int) -> Sample:
    """The median of a fifth of the measurements: the second (1) is the first after warming up, the last is 4."""
    of_it = samples[len(samples) * number // 5 : len(samples) * (number + 1) // 5] or samples[-1:]
    seconds, *others = (statistics.median(column) for column in zip(*map(astuple, of_it), strict=True))
    return Sample(seconds, *(int(one) for one in others))


def write(samples: list[Sample]) -> None:
    if CSV:
        with Path(CSV).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(field.name for field in fields(Sample))
            writer.writerows(map(astuple, samples))
