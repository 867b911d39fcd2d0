"""The bill of materials: every package of the lock, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

python -m tests.assurance.bill > clausier.cdx.json    (`make bom`)

The same lock gives the same bytes. Licences and what needs what come from the packages that are installed.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = ROOT / "requirements.lock"
CONSTRAINTS: Final = ROOT / "constraints.txt"
APART: Final = frozenset({"torch"})
"""Not in the lock: which build it is depends on whether a machine has a GPU."""
PINNED: Final = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def pinned(path: Path) -> dict[str, str]:
    """The versions that a file pins, by canonical name."""
    return {canonicalize_name(name): number for name, number in PINNED.findall(path.read_text("utf-8"))}


def hashes() -> dict[str, list[str]]:
    """The SHA-256 of every file that the lock allows, by canonical name."""
    found: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", LOCK.read_text("utf-8")):
        named = PINNED.match(entry)
        if named:
            found[canonicalize_name(named[1])] = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry)
    return found


def bill() -> dict[str, Any]:
    """The document."""
    packages = {**pinned(LOCK), **{name: number for name, number in pinned(CONSTRAINTS).items() if name in APART}}
    installed = {name: found for name in packages if (found := _installed(name))}
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    own = f"pkg:generic/clausier@{version('clausier')}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "clausier",
                "version": version("clausier"),
                "bom-ref": own,
                "purl": own,
            }
        },
        "components": [_component(name, packages[name], installed.get(name)) for name in sorted(packages)],
        "dependencies": [
            {"ref": own, "dependsOn": _references(_required(), packages)},
            *(
                {
                    "ref": _reference(name, packages[name]),
                    "dependsOn": _references(_requires(installed.get(name)), packages),
                }
                for name in sorted(packages)
            ),
        ],
    }


def _component(name: str, number: str, package: Distribution | None) -> dict[str, Any]:
    told = {
        "type": "library", "bom-ref": _reference(name, number), "name": name, "version": number,
        "purl": _reference(name, number), "scope": "required" if name in product() else "excluded",
    }  # fmt: skip
    licence = package and _licence(package)
    return {**told, **({"licenses": [licence]} if licence else {})}


def _licence(package: Distribution) -> dict[str, Any] | None:
    """An expression of SPDX where the package names one; else what it calls its licence."""
    told = package.metadata
    if "License-Expression" in told:
        return {"expression": told["License-Expression"]}
    classifiers = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    plain = (told.get_all("License") or [""])[0].strip().partition("\n")[0][:100]
    name = " / ".join(classifiers) or plain
    return {"license": {"name": name}} if name else None


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _required() -> list[str]:
    """What the product asks for, its options included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    options = [one for extra in project["optional-dependencies"].values() for one in extra]
    return [*project["dependencies"], *options]


def _requires(package: Distribution | None) -> list[str]:
    return list(package.requires or []) if package else []


def needed(requirements: list[str], extras: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """The names of what is required on this machine, with the extras that are asked for."""
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)


@cache
def product() -> dict[str, Distribution]:
    """Every package that the product brings, optional ones included where they are installed; the others are for development."""
    left = list(needed(_required()))
    found: dict[str, Distribution] = {}
    seen = set()
    while left:
        name, extras = left.pop()
        package = None if (name, extras) in seen else _installed(name)
        seen.add((name, extras))
        if package:
            found[name] = package
            left.extend(needed(package.requires or [], extras))
    return found


def _references(requirements: list[str], packages: dict[str, str]) -> list[str]:
    return sorted({_reference(name, packages[name]) for name, _ in needed(requirements) if name in packages})


def _reference(name: str, number: str) -> str:
    return f"pkg:pypi/{name}@{number}"


if __name__ == "__main__":
    print(json.dumps(bill(), indent=1, ensure_ascii=False))
