"""What contradicts itself in a plan: figures that cannot all be kept, and figures that fit badly.

A contradiction stops the agreement; a tension is told to the lawyer. Only what the chosen positions print is compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from assistant.agreement.facts import downtime
from assistant.agreement.plan import Plan
from assistant.agreement.refer import annexes_named, clauses_named, titles
from knowledge.agreement import Order, Pattern
from knowledge.clause import LAWFUL, Texts, Value
from knowledge.library import Library
from knowledge.models import LANGUAGES
from knowledge.typography import number

STRAINED: Final = 1.0
BROKEN: Final = 10.0
"""How many times the allowed downtime a single restoration in time may use up before it is a tension, and a contradiction."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Variables that do not go together, as `type:variable`, with what to say of them in each language."""

    key: str
    blocking: bool
    variables: tuple[str, ...]
    message: Texts


def conflicts(plan: Plan, library: Library) -> tuple[Conflict, ...]:
    """Contradictions first, then tensions; none where all is well."""
    found = [*_rivals(plan, library), *_unlawful(plan, library), *_dangling(plan, library)]
    read = _Reader(plan, library.agreement)
    for rule in _RULES:
        found += rule(read)
    for order in library.agreement.orders:
        found += _in_order(read, order)
    return tuple(sorted(found, key=lambda conflict: not conflict.blocking))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the figures of a plan that its texts print."""

    plan: Plan
    pattern: Pattern

    def number(self, place: str) -> float | None:
        """The number at `type:variable`; `None` where the text does not print it."""
        value = self.said(place)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def said(self, place: str) -> Value:
        kind, _, name = place.partition(":")
        one = self.plan.get(kind)
        if one is None or name not in one.clause.variant(one.position).names():
            return None
        return one.values[name]

    def conflict(self, key: str, blocking: bool, places: tuple[str, ...], **shown: float | str) -> Conflict:
        """A conflict in the words of the library, with the values of its variables and what else is shown."""
        message = {}
        for lang in LANGUAGES:
            values = []
            for place in places:
                kind, _, name = place.partition(":")
                one = self.plan.get(kind)
                values.append(one.clause.variables[name].say(one.values[name], lang) if one else "–")
            more = {
                name: number(value, lang) if isinstance(value, float | int) else value for name, value in shown.items()
            }
            message[lang] = self.pattern.conflicts[key][lang].format(*values, **more)
        return Conflict(key, blocking, places, message)


Rule = Callable[[_Reader], Iterator[Conflict]]


def _restoration(read: _Reader) -> Iterator[Conflict]:
    allowed, hours = downtime(read.plan), read.number("sla-response-resolution:restoration_time_p1_hours")
    if allowed is None or hours is None:
        return
    times = dt.timedelta(hours=hours) / allowed if allowed else float("inf")
    if times > STRAINED:
        places = ("sla-response-resolution:restoration_time_p1_hours", "sla-availability:availability_pct")
        minutes = round(allowed.total_seconds() / 60)
        times = min(round(times, 1), 9999)
        yield read.conflict("restoration-availability", times > BROKEN, places, minutes=minutes, times=times)


def _in_order(read: _Reader, order: Order) -> Iterator[Conflict]:
    low, high = read.number(order.lower), read.number(order.upper)
    if low is None or high is None or (order.strict and not high):
        return
    if low > high * order.factor or (order.strict and low >= high * order.factor):
        yield read.conflict(order.key, order.blocking, (order.lower, order.upper))


def _caps(read: _Reader) -> Iterator[Conflict]:
    """Penalties against the cap on liability, both as shares of a year's fees."""
    months = {"fees-6-months": 6, "fees-12-months": 12, "fees-24-months": 24}.get(str(read.said("liability:cap_basis")))
    share, penalties = read.number("liability:cap_pct"), read.number("penalties-credits:annual_cap_pct")
    if months and share is not None and penalties is not None and penalties > share * months / 12:
        yield read.conflict(
            "penalties-cap", True, ("penalties-credits:annual_cap_pct", "liability:cap_pct"), months=months
        )
    multiple = read.number("liability:supercap_data_eur")
    if multiple is not None and share is not None and multiple * 100 < share:
        yield read.conflict("supercap-cap", False, ("liability:supercap_data_eur", "liability:cap_pct"))


def _insured(read: _Reader) -> Iterator[Conflict]:
    """The general cap in euros against the sum insured."""
    months = {"fees-6-months": 6, "fees-12-months": 12, "fees-24-months": 24}.get(str(read.said("liability:cap_basis")))
    share, fee = read.number("liability:cap_pct"), read.number("fees:monthly_fee")
    insured, floor = read.number("insurance:rc_pro_amount"), read.number("liability:cap_floor_eur")
    if insured is None or not months or share is None or fee is None:
        return
    cap = max(fee * months * share / 100, floor or 0)
    if cap > insured:
        yield read.conflict("cap-insurance", False, ("liability:cap_pct", "insurance:rc_pro_amount"), cap=round(cap))


def _oncall(read: _Reader) -> Iterator[Conflict]:
    """Times that run day and night need somebody who is there day and night."""
    one = read.plan.get("sla-response-resolution")
    if one and one.position != "provider" and read.said("support-hours:oncall_24x7") is False:
        places = ("support-hours:oncall_24x7", "sla-response-resolution:restoration_time_p1_hours")
        yield read.conflict("calendar-hours-without-oncall", False, places)


def _subcontractors(read: _Reader) -> Iterator[Conflict]:
    if read.said("subcontracting:subcontracting_allowed") != "forbidden":
        return
    places = ("subcontracting:subcontracting_allowed", "dpa:subprocessor_regime")
    intake = read.plan.intake
    if intake.subcontractors or intake.personal_data.sub_processors:
        yield read.conflict("forbidden-subcontractors", True, places[:1])
    elif read.said("dpa:subprocessor_regime") == "general":
        yield read.conflict("forbidden-subprocessors", True, places)


def _title(read: _Reader) -> Iterator[Conflict]:
    places = ("ip-assignment:assignment_moment", "ownership-access:title_transfer")
    if read.said(places[0]) == "as-created" and str(read.said(places[1])).startswith("on-payment"):
        yield read.conflict("rights-title", False, places)


_RULES: Final[tuple[Rule, ...]] = (_restoration, _caps, _insured, _oncall, _subcontractors, _title)


def _rivals(plan: Plan, library: Library) -> Iterator[Conflict]:
    """Variables that were given two values."""
    for place, one, other in plan.rivals:
        kind, _, name = place.partition(":")
        variable = library.clauses[kind].variables[name]
        message = {
            lang: library.agreement.conflicts["rivals"][lang].format(
                variable.label[lang], variable.say(one, lang), variable.say(other, lang), place
            )
            for lang in LANGUAGES
        }
        yield Conflict("rivals", True, (place,), message)


def _unlawful(plan: Plan, library: Library) -> Iterator[Conflict]:
    """Figures that no agreement may hold."""
    for one in plan.chosen:
        for name, value in one.values.items():
            law = LAWFUL.get(name)
            if law and isinstance(value, int | float) and not law.least <= value <= law.most:
                authority = library.authorities.get(law.authority)
                message = {
                    lang: library.agreement.conflicts["unlawful"][lang].format(
                        one.clause.variables[name].label[lang],
                        number(value, lang),
                        authority.ref[lang] if authority else law.authority,
                    )
                    for lang in LANGUAGES
                }
                yield Conflict("unlawful", True, (f"{one.type}:{name}",), message)


def _dangling(plan: Plan, library: Library) -> Iterator[Conflict]:
    """Clauses that were left out though another refers to them, or names the annex that they fill."""
    for one in plan.chosen:
        text = one.clause.fill(one.clause.variant(one.position).text["fr"], one.values, "fr")
        needed = list(clauses_named(text, "fr", titles(library, "fr")))
        for key in annexes_named(text, "fr", library.agreement):
            filled_by = library.agreement.annexes[key].of
            if filled_by and not any(plan.get(kind) for kind in filled_by):
                needed.append(filled_by[0])
        for kind in dict.fromkeys(needed):
            if plan.get(kind) is None:
                message = {
                    lang: library.agreement.conflicts["dangling"][lang].format(
                        one.clause.title[lang], library.clauses[kind].title[lang], kind
                    )
                    for lang in LANGUAGES
                }
                yield Conflict("dangling", True, (one.type, kind), message)
