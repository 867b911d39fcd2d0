"""P04: nothing that we run talks to anybody but this machine, and nothing in it is there to report on its use."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import ROOT, Installation, write_document

pytestmark = pytest.mark.slow

CALLS = ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o")
INET = re.compile(r'sa_family=AF_INET6?,.*?sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
DNS = 53
QUESTIONS = (
    "What is a penalty?", "How fast must the provider answer?", "Que doit le client ?", "Qu'est-ce qu'une pénalité ?",
    "What must I pay?", "Who cooperates?", "Délai d'intervention la nuit ?", "Can I go to prison?", "hello",
    "Wie spät ist es?", "Is a cap on penalties legal?", "Quel délai de réponse est raisonnable ?", "???",
    "What are service credits?", "Qui décide ?", "How is response time measured?", "Tell me about divorce",
    "Le client doit-il payer ?", "Working hours?", "Thanks",
)  # fmt: skip


@pytest.mark.check("P04")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
def test_only_this_machine_is_contacted(installation: Installation, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    text = write_document(tmp_path / "new.md", "New", ["See https://www.example.org/terms for a clause on penalties."])
    page = write_document(
        tmp_path / "new.html", "Linked", ["<img src='https://www.example.org/a.png'>A clause on availability."]
    )
    assert installation.run("ingest", text, page, before=(*CALLS, f"{trace}-ingest")).code == 0
    with installation.serving(before=(*CALLS, f"{trace}-serve"), timeout=120) as server:
        for question in QUESTIONS:
            assert server.ask(question)["answer"]
        server.waiting_for("indexed", 90)
        assert server.ask(QUESTIONS[0])["answer"]
        time.sleep(12)  # what is reported on the quiet is reported late: onnxruntime waited for some seconds
        for number, question in enumerate(QUESTIONS[:2]):
            assert installation.run("ask", question, before=(*CALLS, f"{trace}-ask-{number}")).code == 0
    traces = sorted(tmp_path.glob("trace-*"))
    assert len(traces) == 4
    assert foreign("\n".join(path.read_text("utf-8", "replace") for path in traces)) == []


@pytest.mark.check("P04")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
def test_the_trace_sees_a_connection(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "for family, address in ((2, ('192.0.2.1', 9)), (10, ('2001:db8::1', 9)), (2, ('127.0.0.1', 53))):\n"
        "    s = socket.socket(family, socket.SOCK_DGRAM); s.setblocking(False)\n"
        "    try: s.connect(address)\n"
        "    except OSError: pass\n"
        "    try: socket.socket(family, socket.SOCK_DGRAM).sendto(b'x', address)\n"
        "    except OSError: pass\n"
    )
    subprocess.run([*CALLS, str(tmp_path / "trace"), sys.executable, "-c", code], check=True)
    found = foreign((tmp_path / "trace").read_text())
    assert {address for address, _ in found} == {"192.0.2.1", "2001:db8::1", "127.0.0.1"}
    assert len(found) == 6


@pytest.mark.check("P04")
@pytest.mark.check("S03")
def test_nothing_reports_on_its_use(installation: Installation, record_property: Callable[[str, object], None]) -> None:
    code = """
import sys
from knowledge.generation import Generation, prepare, publish
from knowledge.installation import open_store
from knowledge.store import COLLECTIONS
from pathlib import Path
data = Path(sys.argv[1])
store = open_store(data / "clausier.db")
generation = Generation(publish(prepare(store, data)))
for opened in generation._stores.values():
    settings = opened._client.get_settings()
    assert settings.anonymized_telemetry is False
    assert not settings.chroma_otel_collection_endpoint
matrix = store.matrix(COLLECTIONS[0])
assert generation.search(matrix.vectors[0], COLLECTIONS[0], 3)
loaded = sys.modules.keys()
print(sorted(name for name in loaded if name.startswith(("chromadb.server", "posthog", "sentry"))))
"""
    environment = {**installation.environment, "PYTHONPATH": str(ROOT)}
    environment.pop("ANONYMIZED_TELEMETRY", None)
    done = subprocess.run(
        [sys.executable, "-c", code, str(installation.data)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    record_property("figure", f"of Chroma's server and of reporters {done.stdout.strip()} is loaded after a search")


@pytest.mark.check("S03")
def test_one_address_is_listened_at(installation: Installation, record_property: Callable[[str, object], None]) -> None:
    """By the server and whatever it started, once it has answered and its index is built."""
    with installation.serving() as server:
        assert server.ask(QUESTIONS[0])["answer"]
        server.waiting_for("indexed", 90)
        found = listening(os.getpgid(server.process.pid))
        assert [address.rpartition(":")[2] for address in found] == [server.address.rpartition(":")[2]]
        maps = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert "chromadb" in maps, "Chroma is loaded, and so its server could be"
    record_property(
        "figure", f"{len(found)} address listened at: {found[0].rpartition(':')[0]}, the port that was asked for"
    )


def listening(group: int) -> list[str]:
    """The addresses at which the processes of a group listen."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                inodes |= {os.readlink(one) for one in (process / "fd").iterdir()}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in inodes:
                host, _, port = local.partition(":")
                name = socket.inet_ntoa(bytes.fromhex(host)[::-1]) if table == "tcp" else host
                found.append(f"{name}:{int(port, 16)}")
    return found


def test_the_environment_of_these_tests_has_no_proxy(installation: Installation) -> None:
    assert not [name for name in installation.environment if name.lower().endswith("_proxy")]
    assert os.environ.get("CLAUSIER_EMBEDDING_HUB") is None


def foreign(trace: str) -> list[tuple[str, int]]:
    """Addresses beyond this machine, and name servers wherever they are."""
    found = [(address, int(port)) for port, address in INET.findall(trace)]
    return [(a, port) for a, port in found if port == DNS or not (a.startswith("127.") or a in ("::1", "0.0.0.0"))]
