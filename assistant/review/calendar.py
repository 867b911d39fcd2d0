"""Dates of a contract for a calendar: when it ends, and until when notice may be given. None goes in before a person has
confirmed it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from knowledge.errors import InvalidInput
from knowledge.models import Language

Name = Literal["notice", "end"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
WARNING: Final = 30
"""Days before a date on which the calendar reminds."""
_DAY: Final = 30
"""Days of a month of notice, as they are counted where it is given in days."""
_TITLES: Final[Mapping[Name, Mapping[Language, str]]] = {
    "notice": {"en": "Last day for notice: {}", "fr": "Dernier jour de préavis : {}"},
    "end": {"en": "End or renewal: {}", "fr": "Échéance ou reconduction : {}"},
}
_BASIS: Final[Mapping[Language, str]] = {"en": "Read in the contract: {}", "fr": "Lu dans le contrat : {}"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that follows from a contract, and the words that it follows from."""

    name: Name
    day: dt.date
    basis: tuple[str, ...]


def deadlines(told: Mapping[str, Any]) -> tuple[Deadline, ...]:
    """The dates that the key terms of a review lead to; none where the contract does not say enough."""
    terms = {one["name"]: one for one in told["key_terms"] if one["found"]}
    end, basis = _end(terms)
    if end is None:
        return ()
    found = [Deadline("end", end, basis)]
    notice = terms.get("notice_period")
    if notice is not None:
        found.insert(0, Deadline("notice", _before(end, float(notice["value"])), (*basis, notice["quote"])))
    return tuple(found)


def confirm(found: Sequence[Deadline], said: Sequence[str]) -> tuple[Deadline, ...]:
    """The deadlines that a person confirmed: "notice" as it was found, "notice=2026-11-30" as they know it.

    Raises `InvalidInput` for a name or day that is none, and where nothing was found and no day is given.
    """
    known = {deadline.name: deadline for deadline in found}
    confirmed = []
    for one in said:
        name, _, day = one.partition("=")
        chosen = next((own for own in NAMES if own == name), None)
        if chosen is None:
            raise InvalidInput(f"{name!r} is no date of a contract: confirm one of {', '.join(NAMES)}")
        if not day and chosen not in known:
            raise InvalidInput(f"no date was found for {chosen}: confirm it with its day, as {chosen}=2026-11-30")
        given = known.get(chosen)
        confirmed.append(Deadline(chosen, _day(day) if day else known[chosen].day, given.basis if given else ()))
    return tuple(confirmed)


def as_ics(confirmed: Sequence[Deadline], name: str, lang: Language, now: dt.datetime) -> bytes:
    """An iCalendar file (RFC 5545) of days that a person confirmed, each with a reminder. `now` is its time stamp."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Clausier//Review//EN", "CALSCALE:GREGORIAN"]
    for deadline in confirmed:
        lines += _event(deadline, name, lang, now)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line)).encode()


def _event(deadline: Deadline, name: str, lang: Language, now: dt.datetime) -> Iterator[str]:
    key = hashlib.sha256(f"{name}\0{deadline.name}\0{deadline.day}".encode()).hexdigest()[:24]
    title = _escaped(_TITLES[deadline.name][lang].format(name))
    yield "BEGIN:VEVENT"
    yield f"UID:{key}@clausier"
    yield f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}"
    yield f"SUMMARY:{title}"
    if deadline.basis:
        yield f"DESCRIPTION:{_escaped(_BASIS[lang].format(' / '.join(' '.join(words.split()) for words in deadline.basis)))}"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", f"TRIGGER:-P{WARNING}D", "END:VALARM")
    yield "END:VEVENT"


def _end(terms: Mapping[str, Any]) -> tuple[dt.date | None, tuple[str, ...]]:
    """When the contract ends for the first time, and the words that say so."""
    expiry, start, term = (terms.get(name) for name in ("expiration_date", "effective_date", "initial_term"))
    if expiry is not None:
        return dt.date.fromisoformat(expiry["value"]), (expiry["quote"],)
    if start is None or start["value"] is None or term is None or float(term["value"]) % 1:
        return None, ()
    begins = dt.date.fromisoformat(start["value"])
    end = _moved(begins, int(term["value"])) - dt.timedelta(days=1)
    return end, tuple(dict.fromkeys((start["quote"], term["quote"])))


def _before(end: dt.date, months: float) -> dt.date:
    """The last day that leaves so many months before `end`; parts of a month count as days."""
    whole = int(months)
    return _moved(end, -whole) - dt.timedelta(days=round((months - whole) * _DAY))


def _moved(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InvalidInput(f"{given!r} is no day: write it as 2026-11-30") from None


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 bytes, the later ones after a blank."""
    piece = ""
    for char in line:
        if len((piece + char).encode()) > 75:
            yield piece
            piece = " "
        piece += char
    yield piece
