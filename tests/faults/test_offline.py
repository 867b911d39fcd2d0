"""An installation from a folder of files that are checked by their digests, without a network and with an empty home."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from packaging.utils import canonicalize_name

from tests.assurance import bill
from tests.faults.installation import ROOT, small_library

pytestmark = [pytest.mark.slow, pytest.mark.tier(2), pytest.mark.check("S04"), pytest.mark.timeout(2400)]

QUESTION: Final = "What is a penalty?"
LOOPBACK: Final = """
import fcntl, os, socket, struct, sys
with socket.socket() as made:
    fcntl.ioctl(made, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
os.execv(sys.argv[1], sys.argv[1:])
"""
ASK: Final = """
import json, sys, time, urllib.request
began = time.monotonic()
body = json.dumps({"question": sys.argv[2]}).encode()
request = urllib.request.Request(sys.argv[1] + "/api/v1/ask", body, {"Content-Type": "application/json"})
answer = json.load(urllib.request.urlopen(request, timeout=60))
print(json.dumps({"seconds": time.monotonic() - began, "answer": answer["answer"]}))
"""
REACH: Final = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"


def locked(path: Path) -> Path:
    """The part of the lock that the product needs, with what builds it."""
    wanted = {*bill.product(), "pip"} - bill.APART
    entries = re.split(r"\n(?=\S)", bill.LOCK.read_text("utf-8"))
    kept = [one for one in entries if canonicalize_name(one.partition("==")[0]) in wanted]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    assert len(kept) > 100
    return path


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of the product and what checks them. Needs an index once."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    lock = locked(folder / "product.lock")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    files = folder / "files"
    fetched = subprocess.run(
        [*pip, "download", "--no-deps", "--require-hashes", "--dest", files, "--requirement", lock],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "hash" in fetched.stderr.lower() and "mismatch" in fetched.stderr.lower():
        pytest.fail(fetched.stderr)
    if fetched.returncode:
        pytest.skip(f"no index of packages can be reached from here: {fetched.stderr.strip().splitlines()[-1][:100]}")
    pin = f"torch=={bill.pinned(bill.CONSTRAINTS)['torch']}"
    subprocess.run([*pip, "download", "--no-deps", "--dest", files, pin], check=True, capture_output=True)
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", files, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    return files, lock


@pytest.fixture
def alone() -> list[str]:
    """What comes before a command that is to have no network but its own loopback."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("nsenter")):
        pytest.skip("namespaces of the network need root, unshare and nsenter")
    before = ["unshare", "--net", "--", sys.executable, "-c", LOOPBACK]
    assert subprocess.run([*before, sys.executable, "-c", REACH], capture_output=True, check=False).returncode
    return before


def test_it_is_installed_and_answers_without_a_network(
    wheelhouse: tuple[Path, Path], alone: list[str], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    files, lock = wheelhouse
    home, python = tmp_path / "home", tmp_path / "venv" / "bin" / "python"
    home.mkdir()
    plain = {"HOME": str(home), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
    began = time.monotonic()

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            [*alone, *map(str, command)], cwd=home, env=plain, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]

    run(sys.executable, "-m", "venv", python.parents[1])
    install: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        files,
        "--no-deps",
    ]
    run(*install, "--require-hashes", "--requirement", lock)
    run(*install, "torch", "clausier")
    run(python, "-m", "knowledge.convert")
    installed = time.monotonic() - began
    environment = {
        **plain, "CLAUSIER_DATA_DIR": str(tmp_path / "data"), "CLAUSIER_LIBRARY_DIR": str(small_library(tmp_path / "library"))
    }  # fmt: skip
    clausier = python.with_name("clausier")
    made = subprocess.run([*alone, clausier, "documents"], env=environment, cwd=home, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    subprocess.run([*alone, clausier, "ask", QUESTION], env=environment, cwd=home, capture_output=True, check=True)
    began = time.monotonic()
    server = subprocess.Popen(
        [*alone, clausier, "serve", "--port", "0"], env=environment, cwd=home, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        told = server.stdout.readline()
        ready = time.monotonic() - began
        asked = subprocess.run(
            ["nsenter", "--target", str(server.pid), "--net", sys.executable, "-c", ASK, told.split()[-1], QUESTION],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    finally:
        server.terminate()
        server.communicate(timeout=30)
    answer = json.loads(asked.stdout)
    assert answer["answer"]
    assert ready <= 20
    assert answer["seconds"] <= 5
    count = len(list(files.iterdir()))
    record_property(
        "figure",
        f"{count} files, {sum(one.stat().st_size for one in files.iterdir()) / 1e6:.0f} MB, installed in {installed:.0f} s; "
        f"ready after {ready:.1f} s, first answer {answer['seconds']:.1f} s later",
    )
