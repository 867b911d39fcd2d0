"""What Clausier is made of: every package pinned, with a licence that we may ship."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS: Final = dict(
    re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
)
PINNED: Final = {canonicalize_name(name): version for name, version in CONSTRAINTS.items()}
FREE: Final = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zlib|HPND|CNRI|0BSD|CC0|public domain|Boost",
    re.IGNORECASE,
)
STRICT: Final = re.compile(r"\b(?:A|L)?GPL|GNU (?:Affero|General|Lesser)|SSPL|BUSL|Commons Clause", re.IGNORECASE)


def needed(requirements: list[str], extras: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """The names of what is required on this machine, with the extras that are asked for."""
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)


@cache
def product() -> dict[str, Distribution]:
    """Every package that the product brings, optional ones included where they are installed."""
    optional = [entry for extra in PROJECT["optional-dependencies"].values() for entry in extra]
    left = list(needed([*PROJECT["dependencies"], *optional]))
    found: dict[str, Distribution] = {}
    seen = set()
    while left:
        name, extras = left.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # an optional one
        left.extend(needed(found[name].requires or [], extras))
    return found


def licence(package: Distribution) -> str:
    """What the metadata say of the licence."""
    told = package.metadata
    classifiers = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    expression = told.get("License-Expression") or ""
    plain = (told.get("License") or "").strip().partition("\\n")[0][:100]
    return " / ".join(filter(None, [expression, *classifiers, plain]))


def test_what_is_installed_is_what_is_pinned() -> None:
    loose = {
        name: package.version
        for name, package in product().items()
        if PINNED.get(name) != package.version.split("+")[0]
    }
    assert loose == {}, "pin these in constraints.txt"


def test_what_is_required_has_a_range() -> None:
    for text in PROJECT["dependencies"]:
        assert re.search(r"(?:<|==)", text), f"{text} has no upper bound"


@pytest.mark.parametrize("name", sorted(product()))
def test_the_licence_is_one_that_we_may_ship(name: str) -> None:
    told = licence(product()[name])
    choices = re.split(r"\bOR\b|/", told)
    assert any(FREE.search(choice) and not STRICT.search(choice) for choice in choices), (
        f"{name}: {told or 'no licence named'}"
    )
