"""What Clausier is made of: every package pinned to its bytes, with a licence that we may ship, listed, and without a known flaw."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.assurance import advisories, bill

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS: Final = dict(
    re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
)
PINNED: Final[dict[str, str]] = {canonicalize_name(name): version for name, version in CONSTRAINTS.items()}
SHIPPED: Final = ("assistant", "clausier", "ingest", "knowledge", "prompts", "web")
FREE: Final = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zlib|HPND|CNRI|0BSD|CC0|public domain|Boost",
    re.IGNORECASE,
)
STRICT: Final = re.compile(r"\b(?:A|L)?GPL|GNU (?:Affero|General|Lesser)|SSPL|BUSL|Commons Clause", re.IGNORECASE)


def licence(package: Distribution) -> str:
    """What the metadata say of the licence."""
    told = package.metadata
    classifiers = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    expression = (told.get_all("License-Expression") or [""])[0]
    plain = (told.get_all("License") or [""])[0].strip().partition("\\n")[0][:100]
    return " / ".join(filter(None, [expression, *classifiers, plain]))


def test_what_is_installed_is_what_is_pinned() -> None:
    loose = {
        name: package.version
        for name, package in bill.product().items()
        if PINNED.get(name) != package.version.split("+")[0]
    }
    assert loose == {}, "pin these in constraints.txt"


def test_what_is_required_has_a_range() -> None:
    for text in PROJECT["dependencies"]:
        assert re.search(r"(?:<|==)", text), f"{text} has no upper bound"


@pytest.mark.parametrize("name", sorted(bill.product()))
def test_the_licence_is_one_that_we_may_ship(name: str) -> None:
    told = licence(bill.product()[name])
    choices = re.split(r"\bOR\b|/", told)
    assert any(FREE.search(choice) and not STRICT.search(choice) for choice in choices), (
        f"{name}: {told or 'no licence named'}"
    )


# --- the lock, known flaws and the bill of materials ----------------------------------------------------------------------


def test_the_lock_pins_what_the_constraints_pin_to_its_bytes() -> None:
    locked = bill.pinned(bill.LOCK)
    assert locked == {name: version for name, version in PINNED.items() if name not in bill.APART}, "run `make lock`"
    hashes = bill.hashes()
    assert hashes.keys() == locked.keys()
    assert all(hashes.values())
    assert "://" not in bill.LOCK.read_text("utf-8"), "whoever installs chooses the index"


@pytest.mark.check("S01")
@pytest.mark.parametrize("accepted", advisories.load().accepted, ids=lambda one: one.id)
def test_an_accepted_advisory_has_not_ended(
    accepted: advisories.Accepted, record_property: Callable[[str, object], None]
) -> None:
    """By today's date: on the day that it ends somebody has to look again."""
    today = dt.datetime.now(dt.UTC).date()
    assert today < accepted.ends <= today + dt.timedelta(days=366), "look again: does it reach us, is it mended?"
    assert PINNED[canonicalize_name(accepted.package)] == accepted.version, "the pin has moved: look again"
    assert accepted.package != "chromadb" or "Embedded only" in accepted.reason
    record_property(
        "figure", f"{accepted.id} of {accepted.package} {accepted.version} is accepted until {accepted.ends}"
    )


@pytest.mark.check("S01")
def test_no_package_is_below_its_floor(record_property: Callable[[str, object], None]) -> None:
    floors = {canonicalize_name(one.package): Version(one.least) for one in advisories.load().floors}
    assert {name for name, least in floors.items() if Version(PINNED[name]) < least} == set()
    optional = [entry for extra in PROJECT["optional-dependencies"].values() for entry in extra]
    for text in [*PROJECT["dependencies"], *optional]:
        wanted = Requirement(text)
        least = floors.get(canonicalize_name(wanted.name))
        if least:
            starts = [Version(one.version) for one in wanted.specifier if one.operator in (">=", "==")]
            assert starts, text
            assert min(starts) >= least, f"{text} allows what has a known flaw"
    record_property("figure", f"{len(floors)} of {len(floors)} packages with a floor are above it")


def test_accepted_advisories_are_left_out_of_the_audit() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.assurance.advisories"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert told[1::2] == [one.id for one in advisories.load().accepted]
    assert set(told[::2]) == {"--ignore-vuln"}


@pytest.mark.check("S02")
def test_the_bill_of_materials_lists_every_package(record_property: Callable[[str, object], None]) -> None:
    made = bill.bill()
    listed = {one["name"]: one["version"] for one in made["components"]}
    assert listed == PINNED
    references = {one["bom-ref"] for one in made["components"]}
    assert len(references) == len(listed)
    named = {reference for one in made["dependencies"] for reference in (one["ref"], *one["dependsOn"])}
    assert named - references == {made["metadata"]["component"]["bom-ref"]}
    required = {one["name"] for one in made["components"] if one["scope"] == "required"}
    assert required >= set(bill.product()) & set(listed)
    unlicensed = [one["name"] for one in made["components"] if one["scope"] == "required" and "licenses" not in one]
    assert unlicensed == []
    assert json.dumps(made) == json.dumps(bill.bill())
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    record_property("figure", f"{len(listed)} of {len(PINNED)} packages listed, {len(required)} of them in the product")


# --- dangerous calls ------------------------------------------------------------------------------------------------------


@pytest.mark.check("S05")
def test_the_security_rules_find_nothing_in_the_product(record_property: Callable[[str, object], None]) -> None:
    command = [
        sys.executable, "-m", "ruff", "check", "--select", "S", "--ignore", "S101,S603,S608", "--output-format", "json", *SHIPPED
    ]  # fmt: skip
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    assert [(one["code"], one["filename"], one["location"]["row"]) for one in found] == []
    excepted = json.loads(
        subprocess.run([*command, "--ignore-noqa"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    )
    record_property("figure", f"nothing found; {len(excepted)} lines are excepted where they stand")
