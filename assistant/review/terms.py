"""The key terms of a contract: who, when, how long, how much; each with the words that say so, or not found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.review.define import PREAMBLE
from assistant.review.measure import durations
from assistant.review.recognise import Recognition
from assistant.review.run import chosen, figures
from assistant.review.sentence import Sentence
from knowledge.models import Language
from knowledge.subject import Subject

Value = str | float | bool | None


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """One key term; `value` is None where nothing was found. `sentence` is where it was read."""

    name: str
    value: Value = None
    unit: str | None = None
    sentence: Sentence | None = None


LABELS: Final[Mapping[str, Mapping[Language, str]]] = {
    "provider": {"en": "Provider", "fr": "Prestataire"},
    "customer": {"en": "Customer", "fr": "Client"},
    "effective_date": {"en": "Effective date", "fr": "Date d'effet"},
    "expiration_date": {"en": "Expiry date", "fr": "Date d'expiration"},
    "initial_term": {"en": "Initial term", "fr": "Durée initiale"},
    "renewal_term": {"en": "Renewal", "fr": "Reconduction"},
    "notice_period": {"en": "Notice against renewal", "fr": "Préavis de non-reconduction"},
    "termination_notice": {"en": "Notice for leaving without cause", "fr": "Préavis de résiliation sans motif"},
    "cure_period": {"en": "Time to cure a breach", "fr": "Délai pour remédier à un manquement"},
    "price": {"en": "Price", "fr": "Prix"},
    "indexation": {"en": "Price revision", "fr": "Révision du prix"},
    "payment_term": {"en": "Payment term", "fr": "Délai de paiement"},
    "late_interest": {"en": "Late interest", "fr": "Intérêts de retard"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "response_time_p1": {"en": "Response, severity 1", "fr": "Intervention, criticité 1"},
    "response_time_p2": {"en": "Response, severity 2", "fr": "Intervention, criticité 2"},
    "response_time_p3": {"en": "Response, severity 3", "fr": "Intervention, criticité 3"},
    "restoration_time_p1": {"en": "Restoration, severity 1", "fr": "Rétablissement, criticité 1"},
    "restoration_time_p2": {"en": "Restoration, severity 2", "fr": "Rétablissement, criticité 2"},
    "restoration_time_p3": {"en": "Restoration, severity 3", "fr": "Rétablissement, criticité 3"},
    "service_credits": {"en": "Service credits", "fr": "Avoirs et pénalités"},
    "credit_cap": {"en": "Cap on credits", "fr": "Plafond des avoirs"},
    "liability_cap": {"en": "Cap on liability", "fr": "Plafond de responsabilité"},
    "insurance": {"en": "Insured sum", "fr": "Montant assuré"},
    "warranty": {"en": "Warranty", "fr": "Garantie"},
    "confidentiality": {"en": "Confidentiality after the end", "fr": "Confidentialité après la fin"},
    "backup_frequency": {"en": "Time between backups", "fr": "Intervalle des sauvegardes"},
    "governing_law": {"en": "Governing law", "fr": "Droit applicable"},
    "courts": {"en": "Courts", "fr": "Tribunaux"},
    "personal_data": {"en": "Personal data", "fr": "Données personnelles"},
    "breach_notice": {"en": "Notice of a data breach", "fr": "Notification d'une violation"},
    "subprocessors": {"en": "Change of sub-processors", "fr": "Sous-traitants ultérieurs"},
    "subcontracting": {"en": "Subcontracting", "fr": "Sous-traitance"},
    "ip": {"en": "Intellectual property", "fr": "Propriété intellectuelle"},
    "reversibility": {"en": "Handing over", "fr": "Réversibilité"},
}
"""What each key term is called, in the order in which they are shown."""

MEASURED: Final = {
    "initial_term": "term", "renewal_term": "renewal", "notice_period": "notice-period",
    "termination_notice": "termination-convenience", "cure_period": "termination-breach", "price": "price",
    "indexation": "indexation", "payment_term": "payment-term", "late_interest": "late-interest",
    "availability": "availability", "credit_cap": "credit-cap", "liability_cap": "liability-cap",
    "insurance": "insurance", "warranty": "warranty-duration", "confidentiality": "confidentiality",
    "backup_frequency": "backup", "breach_notice": "breach-notice", "subprocessors": "subprocessors",
    "reversibility": "reversibility",
}  # fmt: skip
"""Key terms that are figures, and the subjects that hold them."""
STATED: Final = {
    "service_credits": "service-credits", "personal_data": "gdpr-roles", "subcontracting": "subcontracting",
    "ip": "ip-assignment",
}  # fmt: skip
"""Key terms that are passages, and their subjects."""
TIMES: Final = {"response_time": "response-time", "restoration_time": "restoration-time"}
_SEVERITIES: Final = {
    "p1": re.compile(r"\b(?:p1|priority 1|severity (?:1|one)|niveau 1|(?:gravite|priorite|criticite) 1|critical"
        r"|critiques?|blocking|bloquant\w*|urgent\w*)\b"),
    "p2": re.compile(r"\b(?:p2|priority 2|severity (?:2|two)|niveau 2|(?:gravite|priorite|criticite) 2|major"
        r"|majeur\w*|high|semi-bloquant\w*)\b"),
    "p3": re.compile(r"\b(?:p3|priority 3|severity (?:3|three)|niveau 3|(?:gravite|priorite|criticite) 3|minor"
        r"|mineur\w*|low|standard)\b"),
}  # fmt: skip
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january janvier jan", "february fevrier feb", "march mars mar", "april avril apr", "may mai", "june juin",
         "july juillet", "august aout aug", "september septembre sept", "october octobre oct", "november novembre nov",
         "december decembre dec"), 1)
    for name in names.split()
}  # fmt: skip
_ANY_MONTH: Final = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:day of\s+)?(?P<month>{_ANY_MONTH})\.?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<month2>{_ANY_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    r"|(?P<day3>\d{1,2})[/.](?P<month3>\d{1,2})[/.](?P<year3>\d{4})"
    r"|(?P<year4>\d{4})-(?P<month4>\d{2})-(?P<day4>\d{2}))\b"
)
_EXPIRES = re.compile(r"\b(?:expir\w*|until|ending|ends on|jusqu'au|prend fin|arrive a echeance|termine)\b")
_LAW: Final = (
    (re.compile(r"\b(?:french|francais|francaise)\b|\blaws? of france\b"), "France"),
    (re.compile(r"\b(?:english law|laws? of england)"), "England and Wales"),
    (re.compile(r"\bbelg\w+\b"), "Belgium"),
    (re.compile(r"\bluxemb\w+\b"), "Luxembourg"),
    (re.compile(r"\b(?:swiss|suisse|switzerland)\b"), "Switzerland"),
    (re.compile(r"\b(?:german|germany|allemand\w*)\b"), "Germany"),
)  # fmt: skip
_LAW_OF = re.compile(
    r"\b[Ll]aws?\s+of\s+(?:the\s+)?((?:[Ss]tate|[Pp]rovince"
    r"|[Cc]ommonwealth)\s+of\s+)?(?P<place>[A-Z][\w.]+(?:\s+[A-Z][\w.]+){0,2})"
)
_COURT_OF = re.compile(
    r"(?:[Cc]ourts?|[Tt]ribuna(?:l|ux)|[Jj]uridictions?)\s+(?:(?:of|in|located in|de|d['’]|du|des|compétents?"
    r"|activités|économiques|commerce|judiciaire|ressort|la|le|"
    r"the|competent|commercial|cour|d['’]appel|State|Commercial|Court|ressort de)\s+"
    r"|d['’])*(?P<place>[A-ZÀ-Ý][\w'’-]+(?:[\s-][A-ZÀ-Ý][\w'’-]+){0,2})"
)
_NAMED_PARTY = re.compile(
    r"(?:^|\n|[Bb]etween:?|\bBETWEEN:?|\band\b|\bAND\b|\bET\b|\bet\b|[Ee]ntre(?: les soussignés?)?\s*:?"
    r"|[-–•])\s*(?:\(?\d\)?[.)]?\s*)?(?:[Ll]a société\s+|[Tt]he company\s+|\*\*)?"
    r"(?P<name>(?!D['’](?:UNE|AUTRE) PART|IL A |ET\b|CI-APR)"
    r"[A-ZÀ-Ý][^\n,(;:«“\"|]{1,70}?)\s*(?:\*\*)?\s*[,(][^|]{0,500}?[\"“«]\s*(?:le\s+|la\s+|l['’]"
    r"|the\s+)?(?P<role>[A-ZÀ-Ý][^\"”»]{1,40}?)\s*[\"”»]"
)
_LEAD_IN = re.compile(r"^(?:.*\b(?:between|among|entre)\b|\W|and\b|et\b)+", re.IGNORECASE)
_ROLES: Final = {
    "provider": re.compile(r"provider|supplier|agency|contractor|vendor|prestataire|fournisseur|agence"
        r"|intégrateur|hébergeur|infogér", re.IGNORECASE),
    "customer": re.compile(r"customer|client|donneur d.ordre|acheteur|maître d.ouvrage|company", re.IGNORECASE),
}  # fmt: skip


def key_terms(recognition: Recognition, subjects: Mapping[str, Subject]) -> tuple[KeyTerm, ...]:
    """Every key term, in the order in which they are shown."""
    found: dict[str, KeyTerm] = {}
    for term in (
        *_parties(recognition),
        *_dates(recognition),
        *_measured(recognition, subjects),
        *_times(recognition),
        *_stated(recognition),
        *_places(recognition),
    ):
        found.setdefault(term.name, term)
    return tuple(found.get(name, KeyTerm(name)) for name in LABELS)


def _measured(recognition: Recognition, subjects: Mapping[str, Subject]) -> Iterator[KeyTerm]:
    for name, slug in MEASURED.items():
        pair = chosen(figures(recognition.about.get(slug, ()), subjects[slug], recognition.fee), subjects[slug])
        if pair is not None:
            yield KeyTerm(name, pair[1].value, pair[1].unit, pair[0])


def _times(recognition: Recognition) -> Iterator[KeyTerm]:
    """Response and restoration by severity: the figure that follows the severity in its sentence or row."""
    for name, slug in TIMES.items():
        for sentence in recognition.about.get(slug, ()):
            for severity, value in _by_severity(sentence, slug):
                yield KeyTerm(f"{name}_{severity}", value, "hour", sentence)


def _by_severity(sentence: Sentence, slug: str) -> Iterator[tuple[str, float]]:
    words = sentence.folded
    wanted = _TIME_WORDS[slug]
    places = sorted(
        (found.start(), severity) for severity, pattern in _SEVERITIES.items() for found in pattern.finditer(words)
    )
    bounds = [at for at, _ in places[1:]] + [len(words)] if places else []
    for (at, severity), end in zip(places, bounds, strict=True):
        piece = words[at:end]
        anchor = wanted.search(piece)
        times = list(durations(piece, "hour"))
        if not times:
            continue
        after = [figure for figure in times if anchor and figure.start >= anchor.end()]
        if anchor or len(times) == 1 or wanted.search(words[:at]):
            yield severity, (after or times)[0].value


_TIME_WORDS: Final = {
    "response-time": re.compile(r"respon\w*|reaction|acknowledg\w*|interven\w*|intervient|prise en (?:charge"
        r"|compte)|pris en charge|prend en charge|gti|reponse"),
    "restoration-time": re.compile(r"restor\w*|resol\w*|repair\w*|correct\w*|fix\w*|workaround|retabli\w*"
        r"|resolu\w*|corrige\w*|correction|gtr|contournement"),
}  # fmt: skip


def _stated(recognition: Recognition) -> Iterator[KeyTerm]:
    for name, slug in STATED.items():
        passages = recognition.about.get(slug, ())
        if passages:
            yield KeyTerm(name, True, None, passages[0])


def _dates(recognition: Recognition) -> Iterator[KeyTerm]:
    for sentence in recognition.about.get("effective-date", ()):
        day = _date(sentence.folded)
        if day is not None:
            yield KeyTerm("effective_date", day.isoformat(), "date", sentence)
    for slug in ("term", "renewal"):
        for sentence in recognition.about.get(slug, ()):
            expiry = _EXPIRES.search(sentence.folded)
            day = _date(sentence.folded[expiry.start() :]) if expiry else None
            if day is not None:
                yield KeyTerm("expiration_date", day.isoformat(), "date", sentence)


def _date(folded: str) -> dt.date | None:
    """The first date of a folded text."""
    for match in _DATE.finditer(folded):
        groups = match.groupdict()
        parts = {
            name: next((groups[key] for key in (name, f"{name}2", f"{name}3", f"{name}4") if groups.get(key)), "")
            for name in ("day", "month", "year")
        }
        try:
            month = _MONTHS.get(parts["month"]) or int(parts["month"])
            return dt.date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            continue
    return None


def _places(recognition: Recognition) -> Iterator[KeyTerm]:
    finders: tuple[tuple[str, str, Callable[[str, str], str | None]], ...] = (
        ("governing_law", "governing-law", _law),
        ("courts", "courts", _court),
    )
    for name, slug, find in finders:
        for sentence in recognition.about.get(slug, ()):
            if not sentence.is_heading:
                yield KeyTerm(name, find(sentence.folded, recognition.quote(sentence)) or True, None, sentence)


def _law(folded: str, quote: str) -> str | None:
    known = next((place for pattern, place in _LAW if pattern.search(folded)), None)
    named = _LAW_OF.search(quote)
    return known or (named["place"].rstrip(".") if named else None)


def _court(_folded: str, quote: str) -> str | None:
    named = _COURT_OF.search(quote)
    return named["place"] if named else None


def _parties(recognition: Recognition) -> Iterator[KeyTerm]:
    """The names before the words in which the contract says what it calls them."""
    opening = recognition.contract.text[:PREAMBLE]
    for match in _NAMED_PARTY.finditer(opening):
        role = next((role for role, pattern in _ROLES.items() if pattern.search(match["role"])), None)
        start = match.start("name")
        sentence = next((s for s in recognition.sentences if s.start <= start < s.end), None)
        if role is not None and sentence is not None:
            yield KeyTerm(role, _LEAD_IN.sub("", " ".join(match["name"].split())).strip(" *"), "name", sentence)
