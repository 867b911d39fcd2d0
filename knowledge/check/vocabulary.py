"""The vocabulary: topics, authorities, dated figures, and what is declined."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from knowledge.check.rule import both_languages, citable, folded, unknown
from knowledge.library import Authority, Figure, Library, Period
from knowledge.models import LANGUAGES

TOPICS: Final = 60
STATUSES: Final = frozenset("VPSU")
REASONS: Final = frozenset({"out_of_scope", "unclear", "needs_lawyer", "not_in_library"})
OFFICIAL_HOSTS: Final = (
    "legifrance.gouv.fr",
    "eur-lex.europa.eu",
    "cnil.fr",
    "courdecassation.fr",
    "conseil-constitutionnel.fr",
    "conseil-etat.fr",
    "justice.gouv.fr",
    "economie.gouv.fr",
    "urssaf.fr",
    "service-public.fr",
    "edpb.europa.eu",
    "curia.europa.eu",
)
"""An authority links to one of these or to a host under it."""


def topics(library: Library) -> Iterator[str]:
    """What is wrong with the topics."""
    place = "topics.yaml"
    if len(library.topics) != TOPICS:
        yield f"{place}: {len(library.topics)} topics, expected {TOPICS}"
    for slug, topic in library.topics.items():
        for name in ("name", "definition", "silent_favours", "present_favours"):
            yield from both_languages(f"{place}, {slug}, {name}", getattr(topic, name))
        yield from unknown(f"{place}, {slug}, related", "topic", topic.related, library.topics)
        if slug in topic.related:
            yield f"{place}, {slug}, related: names itself"


def authorities(library: Library) -> Iterator[str]:
    """What is wrong with the authorities."""
    for key, authority in library.authorities.items():
        place = f"authorities.yaml, {key}"
        if authority.status not in STATUSES:
            yield f"{place}: status {authority.status!r} is none of V, P, S, U"
        yield from both_languages(f"{place}, ref", authority.ref)
        yield from both_languages(f"{place}, text", authority.text)
        if authority.note is not None:
            yield from both_languages(f"{place}, note", authority.note)
        yield from unknown(f"{place}, topics", "topic", authority.topics, library.topics)
        yield from _link(place, authority)
        if not isinstance(authority.checked_on, dt.date):
            yield f"{place}: checked_on {authority.checked_on!r} is not a date"


def _link(place: str, authority: Authority) -> Iterator[str]:
    if authority.url is None:
        return
    parts = urlsplit(authority.url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        yield f"{place}: url {authority.url} does not begin with https"
    if not any(host == official or host.endswith(f".{official}") for official in OFFICIAL_HOSTS):
        yield f"{place}: url leads to {host or 'nowhere'}, not to an official host"


def figures(library: Library) -> Iterator[str]:
    """What is wrong with the dated figures."""
    for key, figure in library.figures.items():
        place = f"figures.yaml, {key}"
        yield from both_languages(f"{place}, name", figure.name)
        yield from both_languages(f"{place}, after_expiry", figure.after_expiry)
        if figure.authority is not None:
            yield from citable(place, (figure.authority,), library)
        if not figure.periods:
            yield f"{place}: no period"
        for period in figure.periods:
            yield from _period(f"{place}, period from {period.first}", period)
        yield from _sequence(place, figure)


def _period(place: str, period: Period) -> Iterator[str]:
    yield from both_languages(f"{place}, display", period.display)
    yield from both_languages(f"{place}, source", period.source)
    if not all(isinstance(day, dt.date) for day in (period.first, period.last or period.first)):
        yield f"{place}: begins or ends on something that is not a date"
    elif period.last is not None and period.last < period.first:
        yield f"{place}: ends on {period.last}, before it begins"


def _sequence(place: str, figure: Figure) -> Iterator[str]:
    for before, after in pairwise(figure.periods):
        if not before.first < after.first:
            yield f"{place}: the period from {after.first} stands after that from {before.first}; put them in order"
        elif before.last is None or before.last >= after.first:
            yield f"{place}: the period from {before.first} overlaps that from {after.first}"


def scope(library: Library) -> Iterator[str]:
    """What is wrong with what is declined and why."""
    scope, place = library.scope, "scope.yaml"
    labels: dict[str, str] = {}
    groups = [(category.key, category.examples) for category in scope.categories]
    for label, examples in [*groups, ("handoff", scope.handoff), ("documentary", scope.documentary)]:
        for lang in LANGUAGES:
            if not examples.get(lang):
                yield f"{place}, {label}: no examples in {lang}"
            for example in examples.get(lang, ()):
                other = labels.setdefault(folded(example), label)
                if other != label:
                    yield f"{place}, {label}: the example {example!r} also stands under {other}"
    for category in scope.categories:
        if category.reason not in REASONS:
            yield f"{place}, {category.key}: reason {category.reason!r} is none of {', '.join(sorted(REASONS))}"
        for name in ("name", "why", "instead"):
            yield from both_languages(f"{place}, {category.key}, {name}", getattr(category, name))
        yield from _patterns(f"{place}, {category.key}, cues", category.cues)
    yield from _patterns(f"{place}, handoff_cues", scope.handoff_cues)


def _patterns(place: str, cues: Iterable[str]) -> Iterator[str]:
    for cue in cues:
        try:
            re.compile(cue)
        except re.error as error:
            yield f"{place}: {cue!r} is not a regular expression ({error})"
