"""Flaws of packages that are accepted for a while, and the least versions: `docs/advisories.yaml`.

python -m tests.assurance.advisories    the accepted ones, as arguments of pip-audit (`make audit`)
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import pydantic
import yaml

FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "advisories.yaml"


class Authored(pydantic.BaseModel):
    """What people write by hand."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Accepted(Authored):
    """An advisory that does not reach us, for one version and until a day."""

    id: str = pydantic.Field(pattern=r"^(?:CVE-\d{4}-\d+|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+)$")
    package: str
    version: str
    about: str
    reason: str
    ends: dt.date


class Floor(Authored):
    """A version below which a package is not used."""

    package: str
    least: str
    because: str


class Advisories(Authored):
    """The whole file."""

    accepted: tuple[Accepted, ...]
    floors: tuple[Floor, ...]


def load() -> Advisories:
    """Raises `ValidationError` for a file that is not as it should be."""
    return Advisories.model_validate(yaml.safe_load(FILE.read_text("utf-8")))


if __name__ == "__main__":
    print(" ".join(f"--ignore-vuln {one.id}" for one in load().accepted))
