"""What is wrong with the library: `problems` reads it as a careful editor would and says so in plain lines.

It looks for what breaks an answer (a key that leads nowhere, a language that is missing), for what misleads a reader
(two languages that give different figures, a rate gone out of date in prose) and for what no clause may say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args
from urllib.parse import urlsplit

from knowledge.library import ROOT, SECTIONS, Authority, Figure, Library, Period
from knowledge.models import LANGUAGES, Document, Language, Passage, Position

TOPICS: Final = 60
QUESTIONS: Final = 6
ANSWER_WORDS: Final = range(20, 121)
LADDER: Final = 3
POSITIONS: Final[tuple[str, ...]] = get_args(Position)

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

CLAUSE_KEYS: Final = frozenset(
    {"type", "title", "purpose", "topics", "authorities", "provenance", "licence", "reviewed_on", "review_due",
     "case_law", "variables", "positions", "red_flags", "ladder", "walk_away", "escalation"}
)  # fmt: skip
POSITION_KEYS: Final = (frozenset({"text", "why"}), frozenset({"defaults", "authorities"}))
STEP_KEYS: Final = frozenset({"id", "text", "give", "get"})
VARIABLE_KEYS: Final = (
    frozenset({"name", "label", "type", "unit", "default"}),
    frozenset({"minimum", "maximum", "choices", "hint", "required"}),
)
"""Of a position and of a variable: the keys that must stand there, and those that may."""
NUMERIC: Final = frozenset({"number", "integer"})
VARIABLE_TYPES: Final = NUMERIC | {"text", "choice", "list", "boolean", "date"}

VARIABLE_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "payment_term_days": (0, 60),
    "claim_period_months": (12, 120),
    "recovery_indemnity_eur": (40, float("inf")),
}
"""What the law allows where a clause lets the reader choose: article L441-10, article 2254, article D441-5."""

CARE: Final = re.compile(
    r"\breport|\bcommentar|\bcommentator|according to|\bpublished|\brapport[ée]|\bselon\b|\bcommentaire|\bcommentateur"
    r"|d'après|\baurai(?:t|ent)\b|\bpublié",
    re.IGNORECASE,
)
"""Words of care, one of which a passage needs that rests on secondary sources only."""

_SPACES: Final = " \u00a0\u202f"
_TIGHT = re.compile(rf"(?<![\s{_SPACES}?!…(])(?:[;?!%»](?!\w)|:(?![\d/]))|«(?![{_SPACES}])")
_URL = re.compile(r"https?://\S+|\bwww\.\S+")
_LEFTOVER = re.compile(r"[{}`]|\*\*|__|(?<![\w*])\*\S|\]\(|^#+ ", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Texts = Mapping[Language, str]


def problems(library: Library, root: Path | None = None) -> list[str]:
    """What is wrong with `library`, a line each; nothing when all is well.

    `root` is the folder it was loaded from (unset: the shipped one); the dates of review are read there.
    """
    root = root or ROOT
    found = [
        *_topics(library),
        *_authorities(library),
        *_figures(library),
        *_scope(library),
        *_guidance(library, root),
        *_twins(library),
        *_clauses(library),
    ]
    return list(dict.fromkeys(found))


# The vocabulary


def _topics(library: Library) -> Iterator[str]:
    place = "topics.yaml"
    if len(library.topics) != TOPICS:
        yield f"{place}: {len(library.topics)} topics, expected {TOPICS}"
    for slug, topic in library.topics.items():
        for name in ("name", "definition", "silent_favours", "present_favours"):
            yield from _both_languages(f"{place}, {slug}, {name}", getattr(topic, name))
        yield from _unknown(f"{place}, {slug}, related", "topic", topic.related, library.topics)
        if slug in topic.related:
            yield f"{place}, {slug}, related: names itself"


def _authorities(library: Library) -> Iterator[str]:
    for key, authority in library.authorities.items():
        place = f"authorities.yaml, {key}"
        if authority.status not in STATUSES:
            yield f"{place}: status {authority.status!r} is none of V, P, S, U"
        yield from _both_languages(f"{place}, ref", authority.ref)
        yield from _both_languages(f"{place}, text", authority.text)
        if authority.note is not None:
            yield from _both_languages(f"{place}, note", authority.note)
        yield from _same_numbers(f"{place}, text", authority.text.get("en", ""), authority.text.get("fr", ""))
        yield from _unknown(f"{place}, topics", "topic", authority.topics, library.topics)
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


def _figures(library: Library) -> Iterator[str]:
    for key, figure in library.figures.items():
        place = f"figures.yaml, {key}"
        yield from _both_languages(f"{place}, name", figure.name)
        yield from _both_languages(f"{place}, after_expiry", figure.after_expiry)
        if figure.authority is not None:
            yield from _citable(place, (figure.authority,), library)
        if not figure.periods:
            yield f"{place}: no period"
        for period in figure.periods:
            yield from _period(f"{place}, period from {period.first}", period)
        yield from _sequence(place, figure)


def _period(place: str, period: Period) -> Iterator[str]:
    yield from _both_languages(f"{place}, display", period.display)
    yield from _both_languages(f"{place}, source", period.source)
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


def _scope(library: Library) -> Iterator[str]:
    scope, place = library.scope, "scope.yaml"
    labels: dict[str, str] = {}
    groups = [(category.key, category.examples) for category in scope.categories]
    for label, examples in [*groups, ("handoff", scope.handoff), ("documentary", scope.documentary)]:
        for lang in LANGUAGES:
            if not examples.get(lang):
                yield f"{place}, {label}: no examples in {lang}"
            for example in examples.get(lang, ()):
                other = labels.setdefault(_folded(example), label)
                if other != label:
                    yield f"{place}, {label}: the example {example!r} also stands under {other}"
    for category in scope.categories:
        if category.reason not in REASONS:
            yield f"{place}, {category.key}: reason {category.reason!r} is none of {', '.join(sorted(REASONS))}"
        for name in ("name", "why", "instead"):
            yield from _both_languages(f"{place}, {category.key}, {name}", getattr(category, name))
        yield from _patterns(f"{place}, {category.key}, cues", category.cues)
    yield from _patterns(f"{place}, handoff_cues", scope.handoff_cues)


def _patterns(place: str, cues: Iterable[str]) -> Iterator[str]:
    for cue in cues:
        try:
            re.compile(cue)
        except re.error as error:
            yield f"{place}: {cue!r} is not a regular expression ({error})"


# Guidance


def _guidance(library: Library, root: Path) -> Iterator[str]:
    for document in library.guidance:
        place = _place(document)
        yield from _unknown(place, "topic", document.topics, library.topics)
        yield from _headings(document)
        yield from _questions(document)
        if not document.title.strip():
            yield f"{place}: no title"
        if document.lang == "fr":
            yield from _typography(f"{place}, title", document.title)
        yield from _front_matter(document, root)
        for passage in document.passages:
            yield from _passage(passage, library)
        yield from _undated(document, library)


def _headings(document: Document) -> Iterator[str]:
    expected = list(SECTIONS[document.lang])
    actual = [heading for heading, _ in groupby(passage.heading[0] for passage in document.passages)]
    for heading in expected:
        if heading not in actual:
            yield f"{_place(document)}: the heading {heading!r} is missing or has nothing below it"
    for heading, count in Counter(actual).items():
        if count > 1:
            yield f"{_place(document)}: the heading {heading!r} stands there twice"
    if [heading for heading in expected if heading in actual] != list(dict.fromkeys(actual)):
        yield f"{_place(document)}: headings out of order; expected {', '.join(expected)}"


def _questions(document: Document) -> Iterator[str]:
    questions = [passage for passage in document.passages if passage.role == "question"]
    if len(questions) < QUESTIONS:
        yield f"{_place(document)}: {len(questions)} questions, at least {QUESTIONS} are needed"
    for passage in questions:
        question = passage.heading[-1]
        wordings = passage.embedded.removesuffix(passage.text).removeprefix(question).strip()
        if not wordings:
            yield f"{_place(document)}, {question!r}: no other wordings of the question"
        words = len(re.findall(r"\w[\w'’-]*", passage.text))
        if words not in ANSWER_WORDS:
            limits = f"{ANSWER_WORDS.start} to {ANSWER_WORDS.stop - 1}"
            yield f"{_place(document)}, {question!r}: an answer of {words} words, expected {limits}"


def _front_matter(document: Document, root: Path) -> Iterator[str]:
    place = _place(document)
    path = root / place
    if not path.is_file():
        yield f"{place}: no such file in {root}"
        return
    meta = _meta(path)
    if (meta.get("topic"), meta.get("language")) != (path.stem, path.parent.name):
        yield f"{place}: topic and language of the front matter are not those of the file's name"
    if meta.get("visibility") not in ("public", "internal"):
        yield f"{place}: visibility is neither public nor internal"
    yield from _review(place, meta)
    named = set(meta.get("authorities") or ())
    used = {key for passage in document.passages for key in passage.authorities}
    if used - named:
        yield f"{place}: authorities of the front matter lack {', '.join(sorted(used - named))}"
    if named - used:
        yield f"{place}: authorities of the front matter name {', '.join(sorted(named - used))}, not in the text"


def _meta(path: Path) -> dict[str, Any]:
    import yaml

    meta: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").split("---\n", 2)[1])
    return meta


def _review(place: str, meta: Mapping[str, Any]) -> Iterator[str]:
    reviewed, due = meta.get("reviewed_on"), meta.get("review_due")
    if not (isinstance(reviewed, dt.date) and isinstance(due, dt.date)):
        yield f"{place}: reviewed_on and review_due must both be dates"
    elif due <= reviewed:
        yield f"{place}: review_due {due} is not after reviewed_on {reviewed}"


def _passage(passage: Passage, library: Library) -> Iterator[str]:
    place = _spot(passage)
    yield from _citable(place, passage.authorities, library)
    yield from _unknown(place, "figure", passage.figures, library.figures)
    statuses = {library.authorities[key].status for key in passage.authorities if key in library.authorities}
    if statuses == {"S"} and not CARE.search(passage.text):
        keys = ", ".join(passage.authorities)
        yield f"{place}: rests on secondary sources only ({keys}) without words of care; {_quoted(passage.text)}"
    leftover = _LEFTOVER.search(passage.text)
    if leftover:
        yield f"{place}: braces or markdown left in {_quoted(passage.text, leftover.start())}"
    if passage.lang == "fr":
        yield from _typography(place, passage.text)
        yield from _typography(place, passage.heading[-1])


def _undated(document: Document, library: Library) -> Iterator[str]:
    """Figures written in prose that will be wrong one day.

    A rate counts wherever it stands. An amount is a round sum that other rules may share: it counts in a text that
    cites the authority of the figure or shows the figure.
    """
    cited = {key for passage in document.passages for key in (*passage.authorities, *passage.figures)}
    dated = {(q.value, q.unit): figure for figure in library.figures.values() for q in _displayed(figure)}
    for passage in document.passages:
        for quantity in quantities(passage.text, passage.lang):
            figure = dated.get((quantity.value, quantity.unit))
            if figure and (quantity.unit == "%" or cited & {figure.key, figure.authority}):
                yield f"{_spot(passage)}: {quantity} is a dated figure; write {{figure:{figure.key}}} instead"


def _displayed(figure: Figure) -> Iterator[Quantity]:
    """The rate or amount of each period, past ones included; a display may begin with it and go on."""
    for period in figure.periods:
        for lang in LANGUAGES:
            first = next(quantities(period.display.get(lang, ""), lang), None)
            if first and first.unit in ("%", "€") and first.value:
                yield first


def _twins(library: Library) -> Iterator[str]:
    by_topic: dict[str, dict[Language, Document]] = {}
    for document in library.guidance:
        by_topic.setdefault(document.topics[0], {})[document.lang] = document
    for topic, twins in by_topic.items():
        for lang in LANGUAGES:
            if lang not in twins:
                yield f"guidance/{lang}/{topic}.md: missing; the other language has a text"
        if len(twins) == len(LANGUAGES):
            yield from _compare(twins["en"], twins["fr"])


def _compare(en: Document, fr: Document) -> Iterator[str]:
    counts = [Counter(passage.role for passage in document.passages) for document in (en, fr)]
    for role in {**counts[0], **counts[1]}:
        if counts[0][role] != counts[1][role]:
            yield f"{_place(fr)}: {counts[1][role]} passages of {role}, {counts[0][role]} in English"
    if [passage.role for passage in en.passages] != [passage.role for passage in fr.passages]:
        return
    for one, other in zip(en.passages, fr.passages, strict=True):
        place = _spot(other)
        if set(one.authorities) != set(other.authorities):
            yield f"{place}: cites {_listed(other.authorities)}; in English {_listed(one.authorities)}"
        if set(one.figures) != set(other.figures):
            yield f"{place}: shows the figures {_listed(other.figures)}; in English {_listed(one.figures)}"
        yield from _same_numbers(place, one.text, other.text)


# Clauses


def _clauses(library: Library) -> Iterator[str]:
    for number, clause in enumerate(library.clauses, 1):
        place = f"clauses/{clause.get('type', f'(number {number}, no type)')}.yaml"
        keys = list(_keys(place, clause, CLAUSE_KEYS))
        yield from keys
        if not keys:
            yield from _clause(place, clause, library)


def _clause(place: str, clause: Mapping[str, Any], library: Library) -> Iterator[str]:
    for name in ("title", "purpose", "walk_away", "escalation"):
        yield from _both_languages(f"{place}, {name}", clause[name])
    yield from _unknown(f"{place}, topics", "topic", clause["topics"], library.topics)
    yield from _citable(f"{place}, authorities", clause["authorities"], library)
    yield from _review(place, clause)
    yield from _red_flags(f"{place}, red_flags", clause["red_flags"])
    variables = {variable.get("name"): variable for variable in clause["variables"]}
    for name, variable in variables.items():
        yield from _variable(f"{place}, variable {name}", variable)
    yield from _positions(place, clause["positions"], variables, library)
    yield from _ladder(f"{place}, ladder", clause["ladder"], variables)


def _red_flags(place: str, flags: Mapping[Language, list[str]]) -> Iterator[str]:
    if len(flags.get("en") or ()) != len(flags.get("fr") or ()) or not flags.get("fr"):
        yield f"{place}: not as many in French as in English"
        return
    for number, (en, fr) in enumerate(zip(flags["en"], flags["fr"], strict=True), 1):
        yield from _both_languages(f"{place}, {number}", {"en": en, "fr": fr})
        yield from _same_numbers(f"{place}, {number}", en, fr)


def _variable(place: str, variable: Mapping[str, Any]) -> Iterator[str]:
    missing = list(_keys(place, variable, *VARIABLE_KEYS))
    yield from missing
    if missing:
        return
    kind = variable["type"]
    if kind not in VARIABLE_TYPES:
        yield f"{place}: type {kind!r} is none of {', '.join(sorted(VARIABLE_TYPES))}"
    yield from _both_languages(f"{place}, label", variable["label"])
    if kind in ("choice", "list"):
        for choice in variable.get("choices") or ():
            labels = {lang: choice.get(lang) for lang in LANGUAGES}
            yield from _both_languages(f"{place}, choice {choice.get('value')}", labels)
    if kind in NUMERIC:
        yield from _range(place, variable)
    yield from _value(f"{place}, default", variable, variable["default"])


def _range(place: str, variable: Mapping[str, Any]) -> Iterator[str]:
    low, high = variable.get("minimum"), variable.get("maximum")
    if low is None or high is None or low > high:
        yield f"{place}: needs a minimum and a maximum, in this order"
        return
    least, most = VARIABLE_LIMITS.get(variable["name"], (low, high))
    if low < least or high > most:
        yield f"{place}: the range {low} to {high} goes beyond what the law allows ({least} to {most})"


def _value(place: str, variable: Mapping[str, Any], value: Any) -> Iterator[str]:
    """What is wrong with `value` as a value of `variable`. Nothing given is right: the reader must then fill it in."""
    if value is None:
        return
    kind = variable.get("type")
    if kind in NUMERIC:
        low, high = variable.get("minimum"), variable.get("maximum")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{place}: {value!r} is not a number"
        elif low is not None and high is not None and not low <= value <= high:
            yield f"{place}: {value} lies outside {low} to {high}"
    elif kind in ("choice", "list"):
        allowed = [choice.get("value") for choice in variable.get("choices") or ()]
        given = value if isinstance(value, list) else [value]
        if allowed or kind == "choice":
            yield from _unknown(place, "choice", [item for item in given if not isinstance(item, Mapping)], allowed)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{place}: {value!r} is neither true nor false"
    elif kind == "text" and isinstance(value, Mapping):
        yield from _both_languages(place, value)


def _positions(
    place: str, positions: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]], library: Library
) -> Iterator[str]:
    if set(positions) != set(POSITIONS):
        yield f"{place}: the positions are {_listed(positions)}, expected {_listed(POSITIONS)}"
    used: set[str] = set()
    for name, position in positions.items():
        spot = f"{place}, {name}"
        missing = list(_keys(spot, position, *POSITION_KEYS))
        yield from missing
        if missing:
            continue
        yield from _wording(f"{spot}, text", position["text"], variables)
        yield from _both_languages(f"{spot}, why", position["why"])
        yield from _same_numbers(f"{spot}, why", position["why"].get("en", ""), position["why"].get("fr", ""))
        yield from _citable(spot, position.get("authorities", ()), library)
        yield from _defaults(f"{spot}, defaults", position.get("defaults") or {}, variables)
        used |= {found for text in position["text"].values() for found in _PLACEHOLDER.findall(text)}
    for name in variables:
        if name not in used:
            yield f"{place}, variable {name}: used in no position"


def _defaults(place: str, defaults: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from _unknown(place, "variable", defaults, variables)
    for name, value in defaults.items():
        if name in variables:
            yield from _value(f"{place}, {name}", variables[name], value)


def _ladder(place: str, steps: list[Mapping[str, Any]], variables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if len(steps) < LADDER:
        yield f"{place}: {len(steps)} steps, at least {LADDER} are needed"
    for number, step in enumerate(steps, 1):
        spot = f"{place}, {step.get('id', number)}"
        missing = list(_keys(spot, step, STEP_KEYS))
        yield from missing
        if not missing:
            yield from _wording(f"{spot}, text", step["text"], variables)
            for name in ("give", "get"):
                yield from _both_languages(f"{spot}, {name}", step[name])


def _wording(place: str, text: Texts, variables: Collection[str]) -> Iterator[str]:
    """What is wrong with words that go into a contract."""
    yield from _both_languages(place, text)
    found = {lang: set(_PLACEHOLDER.findall(text.get(lang, ""))) for lang in LANGUAGES}
    for lang in LANGUAGES:
        yield from _unknown(f"{place}, {lang}", "variable", sorted(found[lang]), variables)
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text.get(lang, ""))):
            yield f"{place}, {lang}: a brace without its fellow"
        yield from _forbidden(f"{place}, {lang}", text.get(lang, ""))
    if found["en"] != found["fr"]:
        yield f"{place}: not the same variables in both languages ({_listed(sorted(found['en'] ^ found['fr']))})"
    yield from _same_numbers(place, text.get("en", ""), text.get("fr", ""))


# What no clause may say


class Forbidden(NamedTuple):
    """Words that the law makes void or ineffective; a negation in the sentence clears those that are `negatable`."""

    what: str
    pattern: re.Pattern[str]
    negatable: bool = True


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


NEVER: Final = (
    Forbidden(
        "a waiver of moral rights (article L121-1 of the Intellectual Property Code)",
        _pattern(
            r"\b(?:(?:renonc|abandonn|waiv)\w+[^.;]{0,80}|(?:c[èé]d|assign)\w*[^.;,]{0,80})"
            r"(?:droits? mora(?:l|ux)|moral rights?)"
        ),
    ),
    Forbidden(
        "automatic termination on insolvency (article L622-13 of the Commercial Code)",
        _pattern(
            r"^(?=.*(?:r[ée]sili|r[ée]sol|prend fin|caduc|terminat|\bends?\b|lapse))"
            r"(?=.*(?:de plein droit|automatiquement|automatic|ipso facto))"
            r".*(?:redressement|liquidation judiciaire|sauvegarde judiciaire|proc[ée]dure collective|insolven|receivership)"
        ),
    ),
    Forbidden(
        "a payment term above 60 days (article L441-10 of the Commercial Code)",
        _pattern(
            r"\b(?:pa(?:ie|y)|r[ée]gl|factur|invoice|d[ée]lai)[^.;]{0,80}\b(?:à|sous|dans|within|in|at|of|paiement (?:est )?de)\s"
            r"(?:les |un délai de )?(?:6[1-9]|[7-9]\d|1\d\d|ninety|quatre-vingt-dix)\s(?:calendar |jours|days)"
        ),
    ),
    Forbidden(
        "an exclusion or cap that covers gross negligence or fraud (article 1231-3 of the Civil Code)",
        _pattern(
            r"\b(?:y compris|m[êe]me|including|even)\b[^.;,]{0,40}"
            r"(?:faute lourde|faute dolosive|\bdol\b|faute intentionnelle|gross negligence|\bfraud\b|wilful misconduct)"
        ),
    ),
    Forbidden(
        "an exclusion of the pre-contractual duty to inform (article 1112-1 of the Civil Code)",
        _pattern(
            r"(?:dispens|exon[èé]r|d[ée]charg|renonc|exclu|waive|releas|relieve)\w*[^.;]{0,80}"
            r"(?:information pr[ée]contractuelle|pre-?contractual (?:information|duty))"
        ),
    ),
    Forbidden(
        "an exclusion of the court's power over penalties (article 1231-5 of the Civil Code)",
        _pattern(
            r"(?:juge|tribunal|court|judge)[^.;]{0,60}(?:ne (?:peut|pourra)|may not|cannot|shall not)[^.;]{0,40}"
            r"(?:r[ée]dui|mod[ée]r|r[ée]vis|reduce|moderate|revise)"
        ),
        negatable=False,
    ),
    Forbidden(
        "a time to sue under one year (article 2254 of the Civil Code)",
        _pattern(
            r"(?:prescri|time-barred|forclu)[^.;]{0,60}"
            r"\b(?:trois|quatre|cinq|six|huit|neuf|dix|three|four|five|eight|nine|ten|[1-9]|1[01])\s(?:mois|months)"
        ),
    ),
    Forbidden(
        "a waiver of the subcontractor's direct action (article 12 of the law of 1975)",
        _pattern(r"(?:renonc|waive)\w*[^.;]{0,80}(?:action directe|direct action)"),
    ),
    Forbidden(
        "a ban on back-up copies or on interoperability (article L122-6-1 of the Intellectual Property Code)",
        _pattern(
            r"(?:interdit|interdite|s'interdit|ne peut|shall not|may not|must not|forbidden|prohibited)[^.;]{0,80}"
            r"(?:copie de sauvegarde|back-?up copy|d[ée]compil|interop[ée]rabilit)"
        ),
        negatable=False,
    ),
    Forbidden(
        "a bulk assignment of future works (article L131-1 of the Intellectual Property Code)",
        _pattern(
            r"(?:c[èé]d|cession|assign)\w*[^.;]{0,80}"
            r"(?:toutes (?:les|ses) (?:œ|oe)uvres futures|all (?:its |his |their )?future works)"
        ),
    ),
    Forbidden(
        "a perpetual term (article 1210 of the Civil Code)",
        _pattern(
            r"(?:contrat|contract|agreement)[^.;]{0,60}(?:perp[ée]tuel|[àa] perp[ée]tuit[ée]|perpetual|in perpetuity)"
        ),
    ),
    Forbidden(
        "a ban on data protection audits (article 28(3)(h) GDPR)",
        _pattern(r"\b(?:aucun audit|tout audit est exclu|no audits? (?:is|are|may)|audits? (?:is|are) excluded)"),
        negatable=False,
    ),
)
"""Statute makes each of these void or ineffective. Patterns catch the plain cases; a lawyer's reading the others."""

_NEGATION = re.compile(
    r"\b(?:ne|sans|ni|jamais|aucun\w*|sauf|hors|réserve|not|no|nor|never|neither|without|except|unless)\b|\bn'",
    re.IGNORECASE,
)


def _forbidden(place: str, text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.;])\s+", text):
        for item in NEVER:
            found = item.pattern.search(sentence)
            if found and not (item.negatable and _NEGATION.search(sentence)):
                yield f"{place}: {item.what}; {_quoted(sentence, found.start())}"


# Numbers, as either language writes them


class Quantity(NamedTuple):
    """A number in a text. `firm` ones must stand in the other language too; "one", "a second", "neuf" need not."""

    value: float
    unit: str
    firm: bool

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()


_ITEM: Final = rf"(?:[LRD]\.?[{_SPACES}]?)?\d[\d.\-]*(?:er\b|re\b)?(?: (?:bis|ter))?(?:\([\da-z]+\))*"
_MEASURE: Final = (
    r"%|€|euros?|millions?|heures?|hours?|jours?|days?|semaines?|weeks?|mois|months?|ans|années?|years?"
    r"|\w+ (?:19|20)\d\d"
)
_REFERENCE = re.compile(
    r"\b(?:articles?|arts?\.|paragraphe?s?|chap(?:ter|itre)s?|titles?|titres?|recitals?|considérants?|alinéas?|no\.|nos\.|n°)"
    rf"[{_SPACES}]*{_ITEM}(?:(?:, | to | and | or | et | ou | à ){_ITEM}(?!\d|[{_SPACES}]*(?:{_MEASURE})))*",
    re.IGNORECASE,
)
"""What numbers an article or a law, to the end of the list; not a measure that happens to follow."""
_CODE = re.compile(rf"\bNIS[{_SPACES}]2\b|[^\W\d_]\d[\w.\-/]*|\d+(?:[-/]\d+)+(?:[-.]\d+)*|\d*\(\d+\)")
_CLOCK = re.compile(r"\b(\d{1,2})(?::|[ \u00a0\u202f]?h[ \u00a0\u202f]?)([0-5]\d)\b")
_AFTERNOON = re.compile(r"\b(\d{1,2}) ?p\.?m\b")
_DIGITS: Final = rf"(?<![\w.,])\d{{1,3}}(?:[{_SPACES},]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"

_WORDS: Final[dict[Language, str]] = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 "
    "thousand=1000",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt vingts=20 une=1 trente=30 quarante=40 cinquante=50 soixante=60 cent=100 cents=100 mille=1000",
}
_ORDINALS: Final[dict[Language, str]] = {
    "en": "third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 dozen=12 "
    "half-year=6 half-yearly=6 quarterly=3",
    "fr": "tiers=3 troisième=3 quatrième=4 cinquième=5 sixième=6 septième=7 huitième=8 neuvième=9 dixième=10 "
    "douzaine=12 quinzaine=15 semestre=6 semestriel=6 semestrielle=6 trimestriel=3 trimestrielle=3",
}
"""Words that may answer a number of the other language, and need no answer themselves."""


def _values(words: str) -> dict[str, int]:
    """What each word is worth: its place in the list, or what it says itself."""
    pairs = (word.partition("=") for word in words.split())
    return {word: int(value) if value else place for place, (word, _, value) in enumerate(pairs, 1)}


_SPELLED: Final = {lang: _values(_WORDS[lang]) for lang in LANGUAGES}
_LOOSE: Final = {lang: _values(_ORDINALS[lang]) for lang in LANGUAGES}
_AMBIGUOUS = re.compile(r"(?:un|une|one|two|deux|neuf)$|(?:cents?|mille|hundred|thousand)\b", re.IGNORECASE)
_UNITS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "%": "%|per ?cent", "€": "euros?|€|EUR", "hours": "hours?|h", "days": "days?", "weeks": "weeks?",
        "months": "months?", "years": "years?", "minutes": "minutes?", "times": "times",
    },
    "fr": {
        "%": "%|pour cent", "€": "euros?|€", "hours": "heures?|h", "days": "jours?|j", "weeks": "semaines?",
        "months": "mois", "years": "ans?|années?", "minutes": "minutes?|min", "times": "fois",
    },
}  # fmt: skip


def _number(lang: Language) -> re.Pattern[str]:
    """A number, written or spelled, with the unit that follows it directly or after one word ("48 business hours")."""
    word = "|".join(sorted(_SPELLED[lang], key=len, reverse=True))
    spelled = rf"\b(?:{word})(?:(?:-et-|-| et (?=une?\b|onze\b)| (?=hundred|thousand|cents?\b|mille))(?:{word}))*\b"
    unit = "|".join(f"(?P<unit{n}>{pattern})" for n, pattern in enumerate(_UNITS[lang].values()))
    loose = "|".join(_LOOSE[lang])
    return re.compile(
        rf"(?P<euro>EUR[{_SPACES}]|€)?(?:(?P<digits>{_DIGITS})(?:er|re|st|nd|rd|th|e)?\b|(?P<spelled>{spelled})|\b(?P<loose>{loose})s?\b)"
        rf"(?P<million>[{_SPACES}]?(?:millions?|M(?=€|\b)))?(?:d'|[\-{_SPACES}])*"
        rf"(?:(?:(?!(?:or|ou|to|à|and|et|if|si|million|euros?|EUR)\b)[a-zéè]+[ -])??(?:{unit})(?!\w))?",
        re.IGNORECASE,
    )


_NUMBERS: Final = {lang: _number(lang) for lang in LANGUAGES}


def quantities(text: str, lang: Language) -> Iterator[Quantity]:
    """The numbers of `text`, but for those that name an article, a law or a standard.

    "12.40 %" and "12,40 %" are the same, so are "1,000" and "1 000", "17:00" and "17 h", "three" and "trois".
    """
    text = _CODE.sub(" ¤ ", _REFERENCE.sub(" ¤ ", text))
    text = _CLOCK.sub(lambda m: f"{int(m[1]) + int(m[2]) / 60:.2f} h", text)
    text = _AFTERNOON.sub(lambda m: f"{int(m[1]) + 12} h", text)
    for found in _NUMBERS[lang].finditer(text):
        named = next((unit for n, unit in enumerate(_UNITS[lang]) if found[f"unit{n}"]), "")
        unit = named if not found["euro"] else "€"
        if found["loose"]:
            yield Quantity(_LOOSE[lang][found["loose"].lower()], "", firm=False)
            continue
        value = _written(found["digits"]) if found["digits"] else _spelled(found["spelled"], lang)
        firm = bool(found["digits"]) or not _AMBIGUOUS.match(found["spelled"])
        yield Quantity(value * (1_000_000 if found["million"] else 1), unit, firm)


def _written(digits: str) -> float:
    digits = re.sub(rf"[{_SPACES}]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    return float(digits.replace(",", "."))


def _spelled(words: str, lang: Language) -> int:
    """The value of "vingt-quatre", "quatre-vingt-dix" or "two hundred"."""
    total = current = 0
    for word in re.split(r"[ -]+", words.lower()):
        value = _SPELLED[lang].get(word, 0)
        if value == 1000:
            total, current = total + max(current, 1) * value, 0
        elif value == 100 or (word.startswith("vingt") and current == 4):
            current = max(current, 1) * value
        else:
            current += value
    return total + current


def _same_numbers(place: str, en: str, fr: str) -> Iterator[str]:
    found = {"en": list(quantities(en, "en")), "fr": list(quantities(fr, "fr"))}
    for lang, name, other in (("en", "English", "fr"), ("fr", "French", "en")):
        alone = _unmatched(found[lang], found[other])
        if alone:
            yield f"{place}: only in {name}: {_listed(map(str, alone))}; {_quoted(fr)}"


def _unmatched(mine: Iterable[Quantity], theirs: Iterable[Quantity]) -> list[Quantity]:
    """The firm quantities of one text that have no fellow in the other, where each is the fellow of one only.

    A unit that could not be read agrees with any; a like unit is taken first.
    """
    left, alone = list(theirs), []
    for one in sorted((quantity for quantity in mine if quantity.firm), key=lambda quantity: not quantity.unit):
        fellows = [other for other in left if other.value == one.value and _agree(one.unit, other.unit)]
        if fellows:
            left.remove(min(fellows, key=lambda other: (other.unit != one.unit, not other.firm)))
        else:
            alone.append(one)
    return alone


def _agree(one: str, other: str) -> bool:
    return one == other or not one or not other


# Words for all of these


def _both_languages(place: str, texts: object) -> Iterator[str]:
    if not isinstance(texts, Mapping):
        yield f"{place}: needs a text in each of {', '.join(LANGUAGES)}"
        return
    for lang in LANGUAGES:
        if not isinstance(texts.get(lang), str) or not texts[lang].strip():
            yield f"{place}: no text in {lang}"
        elif lang == "fr":
            yield from _typography(place, texts[lang])


def _typography(place: str, text: str) -> Iterator[str]:
    """Marks of French that want a space, kept or not, before or after them."""
    text = _URL.sub("", text)
    for found in _TIGHT.finditer(text):
        side = "after" if found[0] == "«" else "before"
        yield f"{place}: a space is missing {side} {found[0]} in {_quoted(text, found.start())}"


def _keys(
    place: str, entry: Mapping[str, Any], required: frozenset[str], optional: Collection[str] = ()
) -> Iterator[str]:
    for key in sorted(required - set(entry)):
        yield f"{place}: lacks {key}"
    for key in sorted(set(entry) - required - set(optional)):
        yield f"{place}: unknown key {key}"


def _unknown(place: str, what: str, keys: Iterable[Any], known: Collection[Any]) -> Iterator[str]:
    for key in keys:
        if key not in known:
            yield f"{place}: there is no {what} {key!r}"


def _citable(place: str, keys: Iterable[str], library: Library) -> Iterator[str]:
    keys = list(keys)
    yield from _unknown(place, "authority", keys, library.authorities)
    for key in keys:
        if key in library.authorities and library.authorities[key].status == "U":
            yield f"{place}: {key} is unverified (status U) and may not be cited"


def _place(document: Document) -> str:
    return document.uri.removeprefix("library:")


def _spot(passage: Passage) -> str:
    return f"{passage.uri.removeprefix('library:')}, {passage.heading[-1]!r}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _quoted(text: str, at: int = 0) -> str:
    """The words of `text` around `at`, on one line."""
    start = max(0, at - 30)
    return repr(" ".join(text[start : start + 80].split()))
