"""What is shipped for servers names settings and commands that exist, keeps secrets out, and is as closed as it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import click
import pytest
import yaml

from clausier.main import main
from knowledge.settings import PREFIX, Settings

ROOT: Final = Path(__file__).resolve().parent.parent
DEPLOY: Final = ROOT / "deploy"
KNOWN: Final = {PREFIX + name.upper() for name in Settings.model_fields}
EXPOSURE: Final = 2.0
"""The most that `systemd-analyze security` may give, of 10; 2.0 is the end of what it calls OK."""

CONTAINER: Final = (DEPLOY / "Containerfile").read_text("utf-8")
UNIT: Final = (DEPLOY / "clausier.service").read_text("utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_settings_are_known(path: Path) -> None:
    found = set(re.findall(rf"\b{PREFIX}[A-Z_]+", path.read_text("utf-8")))
    assert found <= KNOWN


def test_the_commands_are_commands() -> None:
    (cmd,) = re.findall(r"^CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    (start,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    for words in (json.loads(cmd), start.split()):
        assert Path(words[0]).name == "clausier"
        command = main.commands[words[1]]
        command.make_parser(click.Context(command)).parse_args(words[2:])


def test_secrets_are_asked_for_and_not_written(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY", name):
                assert value.startswith("${")
                assert ":?" in value
    assert "${DATABASE_PASSWORD:?" in compose["services"]["web"]["environment"]["CLAUSIER_DATABASE_URL"]


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"]["internal"]
    assert services["database"]["networks"] == ["inside"]
    trusted = services["web"]["environment"]["CLAUSIER_TRUSTED_PROXIES"]
    assert trusted == services["proxy"]["networks"]["outside"]["ipv4_address"]


def test_the_web_process_may_do_little(compose: dict[str, Any]) -> None:
    web = compose["services"]["web"]
    assert web["read_only"]
    assert web["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in web["security_opt"]
    assert re.findall(r"^USER (\w+)$", CONTAINER, re.MULTILINE) == ["clausier"]


def test_what_is_private_stays_out_of_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "data"} <= set(left_out)


def test_the_containers_file_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE)
    assert copied
    for name in " ".join(copied).split():
        assert (ROOT / name).exists()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze on PATH")
def test_systemd_takes_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    unit = tmp_path / "clausier.service"
    unit.write_text(UNIT.replace("/opt/clausier/.venv/bin/clausier", sys.executable), "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    (level,) = re.findall(r"exposure level for \S+ ([\d.]+)", told)
    assert float(level) <= EXPOSURE
