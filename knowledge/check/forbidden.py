"""What no clause may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from knowledge.check.rule import quoted


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


def forbidden(place: str, text: str) -> Iterator[str]:
    """The sentences of `text` that say what no clause may say."""
    for sentence in re.split(r"(?<=[.;])\s+", text):
        for item in NEVER:
            found = item.pattern.search(sentence)
            if found and not (item.negatable and _NEGATION.search(sentence)):
                yield f"{place}: {item.what}; {quoted(sentence, found.start())}"
