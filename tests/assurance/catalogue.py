"""The catalogue of threats and faults, and what the last recorded run proved of it: `docs/assurance.md`.

pytest -m check --tiers 1,2 --record tests/assurance/results.json    runs every check (`make assurance`)
python tests/assurance/catalogue.py                                  writes the page anew
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent
TESTS: Final = FOLDER.parent
PAGE: Final = TESTS.parent / "docs" / "assurance.md"
MARK: Final = re.compile(r"mark\.check\(([^)]*)\)")
ID: Final = re.compile(r'"([A-Z]\d\d)"')
SECTIONS: Final = ("store", "files", "browser", "access", "model", "denial", "templates", "privacy", "supply")


@dataclasses.dataclass(frozen=True)
class Check:
    """One threat or fault, what is done about it in tests and what must hold. `missing`: why it does not run here."""

    id: str
    tier: int
    threat: str
    check: str
    missing: str = ""


@dataclasses.dataclass(frozen=True)
class Section:
    """What belongs together."""

    title: str
    checks: tuple[Check, ...]


def sections() -> list[Section]:
    """All of them, in order."""
    return [_section(yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))) for name in SECTIONS]


def _section(loaded: dict[str, Any]) -> Section:
    return Section(loaded["title"], tuple(Check(id, **entry) for id, entry in loaded["checks"].items()))


def marked() -> dict[str, list[Path]]:
    """By id of a check: the files with a test that carries it."""
    found: dict[str, list[Path]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        names = {id for arguments in MARK.findall(path.read_text("utf-8")) for id in ID.findall(arguments)}
        for name in names:
            found.setdefault(name, []).append(path.relative_to(TESTS.parent))
    return found


def results() -> dict[str, list[dict[str, Any]]]:
    """By id of a check: what became of its tests when they were last recorded."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in json.loads((FOLDER / "results.json").read_text("utf-8")).values():
        for name in record["checks"]:
            found.setdefault(name, []).append(record)
    return found


def page() -> str:
    """What the page says."""
    files, proved, all_checks = marked(), results(), [check for section in sections() for check in section.checks]
    run = [check for check in all_checks if check.id in proved]
    missing = [check for check in all_checks if check.missing and check.id not in proved]
    short = [check.id for check in run if any(record["outcome"] == "failed" for record in proved[check.id])]
    parts = [
        "# Assurance",
        "Made from `tests/assurance/` by `python tests/assurance/catalogue.py`; what is said here of a test was recorded when it"
        " last ran (`make assurance`). Tier 1 runs with `make test`, tier 2 with `make test-all`, tier 3 with `make soak`.",
        f"{len(all_checks)} checks: {len(run)} have run{_except(short)}, {len(missing)} cannot run and say why,"
        f" {len(all_checks) - len(run) - len(missing)} wait for their first run.",
    ]
    for section in sections():
        rows = [_row(check, files.get(check.id, []), proved.get(check.id, [])) for check in section.checks]
        parts += [
            f"## {section.title}",
            "\n".join(["| check | tier | threat | what must hold | shown by |", "|---|---|---|---|---|", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def _except(short: list[str]) -> str:
    return f" (not all of {', '.join(short)} holds: see there)" if short else ""


def _row(check: Check, files: list[Path], records: list[dict[str, Any]]) -> str:
    shown = " ".join(f"[{path.stem.removeprefix('test_')}](../{path})" for path in files)
    passed = sum(record["outcome"] == "passed" for record in records)
    figures = dict.fromkeys(figure for record in records for figure in record["figures"])
    reasons = dict.fromkeys(record["reason"] for record in records if record["reason"])
    run = f"{passed} of {len(records)} tests passed" if records else "" if check.missing else "not run yet"
    told = [run, *figures, *reasons, check.missing, shown]
    return (
        f"| {check.id} | {check.tier} | {check.threat} | {check.check} | {'; '.join(part for part in told if part)} |"
    )


if __name__ == "__main__":
    sys.exit(0 if PAGE.write_text(page(), "utf-8") else 1)
