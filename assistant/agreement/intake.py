"""A client's needs, as a lawyer writes them down: a YAML or JSON file, most of it optional.

What is left out is printed as a gap and listed as missing; an unknown key is refused, so that none is lost by a misspelling.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from knowledge.agreement import Bargaining
from knowledge.authored import Authored
from knowledge.errors import InvalidInput, TooLarge
from knowledge.models import Language, Position, Side

LARGEST: Final = 200_000
"""Characters of an intake."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Said = Line | Mapping[Language, Line]
"""Words, or words for each language."""
Money = Annotated[float, Field(ge=0, le=100_000_000)]


class Company(Authored):
    """A party."""

    name: Said | None = None
    form: Said | None = None
    registration: Said | None = None
    seat: Said | None = None
    represented_by: Said | None = None
    contact: Said | None = None
    insurer: Said | None = None
    terms_dated: dt.date | None = None
    """The version of its general terms."""


class Component(Authored):
    """Something that the site is built of."""

    name: Said
    version: Said | None = None
    licence: Said | None = None
    holder: Said | None = None


class Helper(Authored):
    """A subcontractor or sub-processor."""

    name: Said
    role: Said | None = None
    country: Said | None = None


class Site(Authored):
    """What is maintained."""

    name: Said | None = None
    url: Said | None = None
    stack: Said | None = None
    purpose: Said | None = None
    users: Said | None = None
    languages: Said | None = None
    domains: Said | None = None
    public: bool = True
    consent_tool: Said | None = None
    environments: tuple[Literal["production", "staging", "development"], ...] = ("production",)
    components: tuple[Component, ...] = Field((), max_length=200)


class Stakes(Authored):
    """What hangs on it."""

    critical: Literal["low", "medium", "high"] = "medium"
    interruption: Said | None = None
    busy_periods: Said | None = None
    liability_sum: Money | None = None


class Hosting(Authored):
    """Where the site runs, and who contracts for that."""

    by: Literal["provider", "customer", "third-party"] = "customer"
    host: Said | None = None
    region: Literal["france", "eu", "eea", "other"] = "eea"


class PersonalData(Authored):
    """What the provider may see of people."""

    processed: bool = True
    nature: Said | None = None
    purpose: Said | None = None
    kinds: Said | None = None
    people: Said | None = None
    sub_processors: tuple[Helper, ...] = Field((), max_length=100)


class Support(Authored):
    """When help is needed."""

    hours: Literal["business", "always"] = "business"
    languages: tuple[Literal["french", "english", "german", "spanish", "italian", "dutch"], ...] = ("french",)


class Budget(Authored):
    """Euros excluding tax."""

    monthly_fee: Money | None = None
    included_hours: Annotated[float, Field(ge=0, le=1000)] | None = None
    hourly_rate: Money | None = None
    day_rate: Money | None = None
    oncall_fee: Money | None = None
    visit_fee: Money | None = None


class Term(Authored):
    """From when, for how long."""

    start: dt.date | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None


class Signature(Authored):
    """Where and when it is signed."""

    place: Said | None = None
    date: dt.date | None = None


class Wishes(Authored):
    """What the lawyer decides against the strategy."""

    add: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    positions: Mapping[str, Position] = {}


class Intake(Authored):
    """A client's needs. `values` holds variables by name, or by clause type and name; they go before everything else."""

    side: Side = "customer"
    bargaining: Bargaining = "even"
    title: Said | None = None
    customer: Company = Company()
    provider: Company = Company()
    site: Site = Site()
    stakes: Stakes = Stakes()
    hosting: Hosting = Hosting()
    personal_data: PersonalData = PersonalData()
    maintenance: tuple[Literal["corrective", "preventive", "evolutive"], ...] = ("corrective", "preventive")
    services: tuple[Literal["remote", "onsite", "migration", "development", "training"], ...] = ("remote",)
    support: Support = Support()
    budget: Budget = Budget()
    term: Term = Term()
    regulated: Literal["none", "nis2", "dora", "hds", "several"] = "none"
    linked_contracts: bool = False
    notices: Said | None = None
    subcontractors: tuple[Helper, ...] = Field((), max_length=100)
    signature: Signature = Signature()
    clauses: Wishes = Wishes()
    values: Mapping[str, Any] = {}

    def answer(self, path: str) -> Any:
        """What is said at `path`, such as `site.url`; `None` for nothing."""
        found: Any = self
        for part in path.split("."):
            found = getattr(found, part, None)
        return found


def read(text: str, name: str = "the intake") -> Intake:
    """An intake from YAML or JSON. Raises `InvalidInput` with what is wrong and where, `TooLarge` for an endless one."""
    import yaml

    if len(text) > LARGEST:
        raise TooLarge(f"{name} is longer than {LARGEST:,} characters: shorten it")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        said = yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader, compiled where there is one)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInput(f"{name} is no YAML: {str(error).splitlines()[0]}") from None
    return accept(said or {}, name)


def accept(said: object, name: str = "the intake") -> Intake:
    """An intake from what was said. Raises `InvalidInput` with the first thing that is wrong, and where."""
    try:
        return Intake.model_validate(said)
    except (ValidationError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise InvalidInput(f"{name} is nested too deeply") from None
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "all of it"
        raise InvalidInput(f"{name}, {place}: {fault['msg'][:1].lower()}{fault['msg'][1:]}") from None


def example() -> str:
    """An intake to begin with, every answer explained."""
    return EXAMPLE.read_text("utf-8")


EXAMPLE: Final = Path(__file__).with_name("example.yaml")
