"""The key terms of a contract: who, when, how long, how much; each with the words that say so, or not found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.review.define import PREAMBLE, own_terms
from assistant.review.measure import durations, numbers
from assistant.review.recognise import Recognition
from assistant.review.run import chosen, figures
from assistant.review.sentence import Sentence
from knowledge.models import Language
from knowledge.subject import Subject
from knowledge.wording import fold

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
_ORDINALS: Final = {
    name: number
    for number, names in enumerate(
        ("first premier", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
         "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
         "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
         "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"), 1)
    for name in names.split()
}  # fmt: skip
_ANY_ORDINAL: Final = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_CENTURY: Final = r"(?:two thousand(?: and)?|deux mille) (?P<written>[a-z]+(?:-[a-z]+)?)"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}|{_ANY_ORDINAL})(?:st|nd|rd|th|er)?\s+(?:day\s+)?(?:of\s+)?(?P<month>{_ANY_MONTH})\.?,?\s+"
    rf"(?:(?P<year>\d{{4}})|{_CENTURY})"
    rf"|(?P<month2>{_ANY_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    r"|(?P<day3>\d{1,2})[/.](?P<month3>\d{1,2})[/.](?P<year3>\d{4})"
    r"|(?P<year4>\d{4})-(?P<month4>\d{2})-(?P<day4>\d{2}))\b"
)
_EXPIRES = re.compile(
    r"\b(?:expir\w*|until|ending|ends on|end on|jusqu'au|prend fin|prendra fin|arrive a echeance|termine"
    r"|s'acheve|s'achevera|cesse)\b"
)
_ON_SIGNATURE = re.compile(
    r"\b(?:(?:on|upon|date of|from)(?: the date of)?(?: its)? signature|(?:sa|la|de) signature)\b"
)
_LAW: Final = (
    (re.compile(r"\b(?:french|francais|francaise)\b|\blaws? of france\b"), "France"),
    (re.compile(r"\b(?:english law|laws? of england|(?:droit|loi) anglaise?)"), "England and Wales"),
    (re.compile(r"\b(?:irish law|laws? of (?:the republic of )?ireland|(?:droit|loi) irlandaise?)\b"), "Ireland"),
    (re.compile(r"\b(?:spanish law|laws? of spain|(?:droit|loi) espagnole?)\b"), "Spain"),
    (re.compile(r"\b(?:italian law|laws? of italy|(?:droit|loi) italienne?)\b"), "Italy"),
    (re.compile(r"\b(?:dutch law|laws? of the netherlands|(?:droit|loi) neerlandaise?)\b"), "Netherlands"),
    (re.compile(r"\bbelg\w+\b"), "Belgium"),
    (re.compile(r"\bluxemb\w+\b"), "Luxembourg"),
    (re.compile(r"\b(?:swiss|suisse|switzerland)\b"), "Switzerland"),
    (re.compile(r"\b(?:german|germany|allemand\w*)\b"), "Germany"),
)  # fmt: skip
_LAW_OF = re.compile(
    r"\b[Ll]aws?\s+of\s+(?:the\s+)?((?:[Ss]tate|[Pp]rovince"
    r"|[Cc]ommonwealth)\s+of\s+)?(?P<place>[A-Z][\w.]+(?:\s+[A-Z][\w.]+){0,2})"
)
_PLACE_LAW = re.compile(r"\b(?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)?) [Ll]aw\b")
_LAW_OF_FRENCH = re.compile(
    r"\b(?:[Ll]ois?|[Dd]roit|[Ll]égislation)\s+(?:en vigueur\s+)?(?:de\s+l['’][ÉEée]tat\s+)?(?:de\s+la\s+|de\s+l['’]|du\s+|de\s+"
    r"|d['’]|des\s+)(?P<place>(?!Parties|Contrat|Client|Prestataire)[A-ZÀ-Ý][\w-]+(?:\s[A-ZÀ-Ý][\w-]+){0,2})"
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
    r"(?P<name>(?!D['’](?:UNE|AUTRE) PART|IL A |ET\b|CI-APR|(?i:this|these|whereas|by|par) )"
    r"[A-ZÀ-Ý][^\n,(;:«“\"|]{1,70}?)\s*(?:\*\*)?\s*[,(][^|]{0,500}?[\"“«]\s*(?:le\s+|la\s+|l['’]"
    r"|the\s+)?(?P<role>[A-ZÀ-Ý][^\"”»]{1,40}?)\s*[\"”»]"
)
_LEAD_IN = re.compile(r"^(?:.*\b(?:between|among|entre)\b|\W|and\b|et\b)+", re.IGNORECASE)
_ROLES: Final = {
    "provider": re.compile(r"provider|supplier|agency|contractor|vendor|developer|operator|prestataire|fournisseur|agence"
        r"|intégrateur|hébergeur|infogér|mainteneur|titulaire|opérateur|développeur|^(?:we|us|nous)$", re.IGNORECASE),
    "customer": re.compile(r"customer|client|donneur d.ordre|acheteur|maître d.ouvrage|company|buyer|purchaser|subscriber"
        r"|bénéficiaire|^(?:you|vous)$", re.IGNORECASE),
}  # fmt: skip
_WE_ARE = re.compile(
    r"(?P<name>[A-ZÀ-Ý][^\n,(;:|]{1,70}?)\s*\**\s*\((?P<role>[Ww]e|[Yy]ou|[Nn]ous|[Vv]ous)\b"
    r"|[«“\"]\s*(?P<role2>[Ww]e|[Yy]ou|[Nn]ous|[Vv]ous)\s*[»”\"]\s*(?:désigne|means|:|est|is)\s+"
    r"(?P<name2>[A-ZÀ-Ý][^\n,(;]{1,90}?)(?=[,(;.\n])"
)
"""Who "we" and "you" are."""
_LABELLED = re.compile(
    r"^[\s|•*-]*(?P<role>[A-Za-zÀ-ÿ' ]{4,30}?)\s*(?:\||:)\s*(?P<name>[A-ZÀ-Ý][^\n|,;(]{1,70}?)(?=\s*(?:[|,;(.\n]|$))",
    re.MULTILINE,
)
"""A line or row "Supplier: Foxglove Ltd, Dublin"."""
_LEGAL_FORM = re.compile(
    r"\b(?:sas|sasu|sarl|eurl|sa|snc|scop|sci|association|mutuelle|ltd|limited|llc|llp|inc|plc|gmbh|dac|corp\w*|bv|b\.v|siren|rcs"
    r"|company|société|capital)\b",
    re.IGNORECASE,
)
_KIND_OF_COMPANY: Final = re.compile(
    r"^(?:la |the )?(?:société|company|association|entreprise|firm|sas|sarl)\s+(?=\**[A-ZÀ-Ý])", re.IGNORECASE
)


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
    beginnings = recognition.about.get("effective-date", ())
    for sentence in beginnings:
        day = _date(_EXPIRES.split(sentence.folded)[0])
        if day is not None:
            yield KeyTerm("effective_date", day.isoformat(), "date", sentence)
    signed = next((s for s in beginnings if _ON_SIGNATURE.search(s.folded)), None)
    if signed is not None:
        yield KeyTerm("effective_date", None, None, signed)
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
            year = int(parts["year"]) if parts["year"] else 2000 + _year(groups["written"] or "")
            return dt.date(year, month, _ORDINALS.get(parts["day"]) or int(parts["day"]))
        except ValueError:
            continue
    return None


def _year(written: str) -> int:
    """The year of a century in words. Raises `ValueError`."""
    found = next(numbers(f"{written} ", 0, len(written) + 1), None)
    if found is None:
        raise ValueError(written)
    return int(found.value)


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
    if known:
        return known
    named = _LAW_OF.search(quote) or _LAW_OF_FRENCH.search(quote) or _PLACE_LAW.search(quote)
    return named["place"].rstrip(".") if named and named["place"] not in ("Governing", "Applicable", "The") else None


def _court(_folded: str, quote: str) -> str | None:
    named = _COURT_OF.search(quote)
    return named["place"] if named else None


def _parties(recognition: Recognition) -> Iterator[KeyTerm]:
    """The names before the words in which the contract says what it calls them, beside a label, or in a row that ends so."""
    opening = recognition.contract.text[:PREAMBLE]
    own = {fold(name): role for role, name in own_terms(recognition.contract).items()}
    for start, name, called in (*_introduced(opening), *_told(opening), *_labelled(opening)):
        role = own.get(fold(called)) or next((r for r, pattern in _ROLES.items() if pattern.search(called)), None)
        sentence = next((s for s in recognition.sentences if s.start <= start < s.end), None)
        plain = _KIND_OF_COMPANY.sub("", _LEAD_IN.sub("", " ".join(name.replace("*", "").split()))).strip(" *.")
        if role is not None and sentence is not None and plain:
            yield KeyTerm(role, plain, "name", sentence)


def _introduced(opening: str) -> Iterator[tuple[int, str, str]]:
    for match in _NAMED_PARTY.finditer(opening):
        if match["role"].lower() not in ("we", "us", "you", "nous", "vous"):
            yield match.start("name"), match["name"], match["role"]


def _told(opening: str) -> Iterator[tuple[int, str, str]]:
    """Who "we" and "you" are, and the rows of a table of parties, of which the last cell says what they are called."""
    for match in _WE_ARE.finditer(opening):
        group = "name" if match["name"] else "name2"
        yield match.start(group), match[group], match["role"] or match["role2"]
    for row in re.finditer(
        r"^(?P<name>[A-ZÀ-Ý][^\n|]{2,70}?) \| (?:[^\n|]+ \| )+(?P<role>[^\n|]{4,30})$", opening, re.MULTILINE
    ):
        yield row.start("name"), row["name"], row["role"].strip()


def _labelled(opening: str) -> Iterator[tuple[int, str, str]]:
    """Names beside a label, where a form of company stands on the line."""
    for match in _LABELLED.finditer(opening):
        line = opening[
            match.start() : opening.find("\n", match.end()) if "\n" in opening[match.end() :] else len(opening)
        ]
        if _LEGAL_FORM.search(line):
            yield match.start("name"), match["name"], match["role"].strip()
